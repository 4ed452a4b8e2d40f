"""Measure match quality on labelled data at the default threshold, and write it into docs/quality.md.

Run with `make bench-quality`. Needs ../shared (or CORDON_SHARED). The baselines get the threshold that suits
them best on the same pairs, which flatters them; Cordon gets its default.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.baselines import BASELINES, Scorer
from benchmarks.report import LISTS, PROJECT, SHARED, is_there, machine, rows, table, write
from engine import DEFAULT_THRESHOLD, Match, Screener, Subject, compare_names
from engine.model import VERSION
from jobs.load import load_list
from lists.countries import to_alpha2
from lists.model import Kind, ListedEntity, Strength
from lists.source import sources

PAGE = PROJECT / "docs" / "quality.md"
_KINDS = {"Person": Kind.PERSON, "Vessel": Kind.VESSEL, "Organization": Kind.ORGANIZATION}
_LISTS_OF_QUERIES = {"OFAC": "us_ofac_sdn", "UN": "un_sc", "DFAT": "au_dfat"}
_QUALITIES = (
    *(("true", quality) for quality in ("STRONG", "MEDIUM", "WEAK")),
    *(("false", quality) for quality in ("WEAK", "MEDIUM", "STRONG")),
)
_CHUNK = 5_000


class Pairs(NamedTuple):
    f1: float
    threshold: float
    strong_recall: float
    means: tuple[float, ...]  # in the order of _QUALITIES


def main() -> int:
    if not is_there():
        return 2
    started = time.perf_counter()
    write(PAGE, "pairs", _pairs_table())
    with tempfile.TemporaryDirectory() as folder:
        lines = list(_screening_lines(Path(folder)))
    text = table(("measure", "lists", "reached", "wanted"), lines)
    write(PAGE, "screening", f"{machine()}; model {VERSION}, threshold {DEFAULT_THRESHOLD}.\n\n{text}")
    print(PAGE.read_text(encoding="utf-8"))
    print(f"measured in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return 0


def _pairs_table() -> str:
    labelled = rows("name_pairs.csv")
    measured = {"Cordon": _measure_pairs(_cordon_scores(labelled), labelled, DEFAULT_THRESHOLD)}
    for name, scorer in BASELINES.items():
        measured[name] = _measure_pairs(_plain_scores(labelled, scorer), labelled, None)
    columns = (
        "method",
        "F1",
        "threshold",
        "recall of STRONG",
        *(" ".join(_words(each)) for each in _QUALITIES),
    )
    lines = [
        (
            name,
            f"{got.f1:.3f}",
            f"{got.threshold:.2f}",
            f"{got.strong_recall:.0%}",
            *(f"{mean:.2f}" for mean in got.means),
        )
        for name, got in measured.items()
    ]
    return f"{len(labelled)} labelled pairs.\n\n{table(columns, lines)}"


def _words(quality: tuple[str, str]) -> tuple[str, str]:
    return "match" if quality[0] == "true" else "other", quality[1]


def _cordon_scores(labelled: Sequence[dict[str, str]]) -> list[float]:
    return [
        compare_names(row["name1"], row["name2"], _KINDS.get(row["schema"], Kind.COMPANY)).score
        for row in labelled
    ]


def _plain_scores(labelled: Sequence[dict[str, str]], scorer: Scorer) -> list[float]:
    return [scorer(row["name1"], row["name2"]) for row in labelled]


def _measure_pairs(scores: list[float], labelled: Sequence[dict[str, str]], threshold: float | None) -> Pairs:
    wanted = [row["is_match"] == "true" for row in labelled]
    if threshold is None:
        threshold = max((cut / 100 for cut in range(50, 100)), key=lambda cut: _f1(scores, wanted, cut))
    strong = [score for score, row in zip(scores, labelled, strict=True) if _quality(row) == _QUALITIES[0]]
    means = tuple(
        _mean([score for score, row in zip(scores, labelled, strict=True) if _quality(row) == quality])
        for quality in _QUALITIES
    )
    found = sum(score >= threshold for score in strong) / len(strong)
    return Pairs(_f1(scores, wanted, threshold), threshold, found, means)


def _quality(row: dict[str, str]) -> tuple[str, str]:
    return row["is_match"], row["quality"]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _f1(scores: Iterable[float], wanted: Sequence[bool], threshold: float) -> float:
    said = [score >= threshold for score in scores]
    right = sum(yes and want for yes, want in zip(said, wanted, strict=True))
    return 2 * right / (sum(said) + sum(wanted))


def _screening_lines(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    known = [list_id for list_id in LISTS if list_id in sources()]
    queries = _home(
        folder / "queries", [each for each in known if each in ("us_ofac_sdn", "un_sc", "au_dfat")]
    )
    yield from _queries(queries)
    yield from _listed_customers(queries)
    everyone = _home(folder / "clean", [each for each in known if each != "au_dfat"])
    yield from _clean(everyone)
    yield from _every_name(everyone)


def _home(path: Path, list_ids: Sequence[str]) -> Screener:
    for list_id in list_ids:
        load_list(path, list_id, SHARED / LISTS[list_id])
    return Screener.open(path)


def _loaded(screener: Screener) -> str:
    return ", ".join(screener.list_ids)


def _screen(screener: Screener, subjects: Sequence[Subject]) -> Iterator[list[Match]]:
    for start in range(0, len(subjects), _CHUNK):
        yield from screener.matches(subjects[start : start + _CHUNK], screener.threshold, threads=2)


def _queries(screener: Screener) -> Iterator[tuple[str, str, str, str]]:
    asked = rows("list_queries.csv")
    listed = {(entity.list_id, entity.entity_id) for entity in _entities(screener)}
    positive = [
        (row, (_LISTS_OF_QUERIES[row["source_list"]], row["reference"]))
        for row in asked
        if row["source_list"] and (_LISTS_OF_QUERIES[row["source_list"]], row["reference"]) in listed
    ]
    found = _screen(screener, [Subject(names=(row["query"],), kind=Kind.PERSON) for row, _ in positive])
    first = sum(_is_first(matches, wanted) for (_, wanted), matches in zip(positive, found, strict=True))
    reached = f"{first} of {len(positive)}, {first / len(positive):.1%}"
    yield "altered queries, the right entity first", _loaded(screener), reached, "98%"
    nobody = [row for row in asked if not row["source_list"]]
    silent = sum(
        not matches for matches in _screen(screener, [Subject(names=(row["query"],)) for row in nobody])
    )
    yield "queries that belong to nobody, no alert", _loaded(screener), f"{silent} of {len(nobody)}", "95%"


def _is_first(matches: Sequence[Match], wanted: tuple[str, str]) -> bool:
    """Whether nobody of the same list scores higher: the same person stands on several lists."""
    of_list = [match for match in matches if match.list_id == wanted[0]]
    best = max((match.score for match in of_list), default=0.0)
    return any(match.entity_id == wanted[1] and match.score == best for match in of_list)


def _listed_customers(screener: Screener) -> Iterator[tuple[str, str, str, str]]:
    on_list: dict[str, set[str]] = {}
    for entity in _entities(screener):
        if entity.list_id == "un_sc":
            for name in entity.names:
                on_list.setdefault(_plain(name.text), set()).add(entity.entity_id)
    customers = [row for row in rows("customers_listed_un.csv") if _plain(row["listed_name"]) in on_list]
    for label, with_details, wanted in (
        ("birth date and nationality", True, "99.5%"),
        ("name alone", False, "99%"),
    ):
        found = _screen(screener, [_customer(row, with_details=with_details) for row in customers])
        hits = [
            any(
                match.list_id == "un_sc" and match.entity_id in on_list[_plain(row["listed_name"])]
                for match in matches
            )
            for row, matches in zip(customers, found, strict=True)
        ]
        unaltered = [
            hit for row, hit in zip(customers, hits, strict=True) if row["listed_name"] == row["full_name"]
        ]
        reached = f"{sum(hits)} of {len(hits)}, {sum(hits) / len(hits):.1%}"
        yield f"customers on the UN list, {label}", "un_sc", reached, wanted
        yield f"of these unaltered, {label}", "un_sc", f"{sum(unaltered)} of {len(unaltered)}", "100%"


def _clean(screener: Screener) -> Iterator[tuple[str, str, str, str]]:
    for name in ("customers_clean_us.csv", "customers_clean_global.csv"):
        customers = rows(name)
        for label, with_details, wanted in (
            ("birth date and nationality", True, "0.5"),
            ("name alone", False, "5"),
        ):
            subjects = [_customer(row, with_details=with_details) for row in customers]
            alerts = sum(bool(matches) for matches in _screen(screener, subjects))
            rate = 1000 * alerts / len(customers)
            yield f"alerts per 1,000, {name}, {label}", _loaded(screener), f"{rate:.2f}", wanted


def _every_name(screener: Screener) -> Iterator[tuple[str, str, str, str]]:
    for strength, wanted in ((Strength.STRONG, "100%"), (Strength.WEAK, "by policy")):
        asked = [
            (entity, Subject(names=(name.text,), kind=entity.kind))
            for entity in _entities(screener)
            for name in entity.names
            if name.strength is strength
        ]
        found = _screen(screener, [subject for _, subject in asked])
        hits = sum(
            any((match.list_id, match.entity_id) == (entity.list_id, entity.entity_id) for match in matches)
            for (entity, _), matches in zip(asked, found, strict=True)
        )
        reached = f"{hits:,} of {len(asked):,}, {hits / len(asked):.2%}"
        yield f"every {strength} name as it stands, its entity found", _loaded(screener), reached, wanted


def _entities(screener: Screener) -> Iterator[ListedEntity]:
    yield from screener.entities()


def _customer(row: dict[str, str], *, with_details: bool) -> Subject:
    fields: dict[str, Any] = {"name": row["full_name"], "kind": Kind.PERSON}
    if with_details:
        if row["date_of_birth"]:
            fields["birth_date"] = row["date_of_birth"]
        if country := to_alpha2(row["nationality"]):
            fields["countries"] = [country]
    try:
        return Subject(**fields)
    except ValueError:  # one labelled customer was born on the 32nd of January
        return Subject(**{name: value for name, value in fields.items() if name != "birth_date"})


def _plain(name: str) -> str:
    return " ".join(name.upper().split())


if __name__ == "__main__":
    sys.exit(main())
