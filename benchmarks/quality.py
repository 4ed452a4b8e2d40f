"""Measure match quality on labelled data at the default threshold, and write it into docs/quality.md.

Run with `make bench-quality`. Needs ../shared (or CORDON_SHARED). The baselines get the threshold that suits
them best on the same pairs, which flatters them; Cordon gets its default. Exits with 1 when a figure that is
wanted is not reached.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import every_name
from benchmarks.baselines import BASELINES, Scorer
from benchmarks.report import LISTS, PROJECT, SHARED, is_there, machine, rows, table, write
from benchmarks.screened import Found, screened
from engine import DEFAULT_THRESHOLD, Screener, Subject, compare_names
from engine.model import VERSION
from engine.validation.outcomes import screen_records
from engine.validation.recall import by_family
from engine.validation.records import make_records
from jobs.load import load_list
from lists.countries import to_alpha2
from lists.model import Kind, ListedEntity

PAGE = PROJECT / "docs" / "quality.md"
_KINDS = {"Person": Kind.PERSON, "Vessel": Kind.VESSEL, "Organization": Kind.ORGANIZATION}
_LISTS_OF_QUERIES = {"OFAC": "us_ofac_sdn", "UN": "un_sc", "DFAT": "au_dfat"}
_QUALITIES = (
    *(("true", quality) for quality in ("STRONG", "MEDIUM", "WEAK")),
    *(("false", quality) for quality in ("WEAK", "MEDIUM", "STRONG")),
)
_F1 = 0.88  # wanted of the labelled pairs
_RECORDS = 40_000  # altered names, fewer than `cordon validate` makes by itself
_PROCESSES = 2


class Pairs(NamedTuple):
    f1: float
    threshold: float
    strong_recall: float
    means: tuple[float, ...]  # in the order of _QUALITIES


class Measure(NamedTuple):
    """One line of the report. `holds` says whether what is wanted was reached."""

    what: str
    lists: str
    reached: str
    wanted: str
    holds: bool

    def cells(self) -> tuple[str, ...]:
        return (*self[:4], "yes" if self.holds else "**no**")


_COLUMNS = ("measure", "lists", "reached", "wanted", "reached it")


def main(size: int = _RECORDS) -> int:
    if not is_there():
        return 2
    started = time.perf_counter()
    labelled = rows("name_pairs.csv")
    pairs = _measured_pairs(labelled)
    write(PAGE, "pairs", _pairs_table(len(labelled), pairs))
    # Each part is on the page as soon as it is measured: the last takes longest.
    with tempfile.TemporaryDirectory() as folder:
        lines = [*_pair_lines(pairs["Cordon"]), *_screening_lines(Path(folder))]
        varied = list(_variation_lines(Path(folder, "clean"), size))
    _write(PAGE, "variations", varied, "")
    named, misses = _every_name_lines()
    _write(PAGE, "screening", [*lines, *named], f"\n\n{misses}" if misses else "")
    everything = [*lines, *named, *varied]
    print(PAGE.read_text(encoding="utf-8"))
    print(f"measured in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    for line in everything:
        if not line.holds:
            print(f"missed: {line.what}: {line.reached}, wanted {line.wanted}", file=sys.stderr)
    return 0 if all(line.holds for line in everything) else 1


def _write(page: Path, part: str, lines: Sequence[Measure], more: str) -> None:
    text = table(_COLUMNS, [line.cells() for line in lines])
    write(page, part, f"{machine()}; model {VERSION}, threshold {DEFAULT_THRESHOLD}.\n\n{text}{more}")


def _pair_lines(got: Pairs) -> Iterator[Measure]:
    means = [round(mean, 4) for mean in got.means]
    in_order = all(one > other for one, other in pairwise(means))
    yield Measure("name_pairs.csv, F1", "", f"{got.f1:.3f}", "0.88", got.f1 >= _F1)
    yield Measure("recall of STRONG pairs", "", f"{got.strong_recall:.1%}", "100%", got.strong_recall == 1.0)
    falling = " > ".join(f"{mean:.2f}" for mean in got.means)
    yield Measure("mean scores fall from STRONG matches to STRONG others", "", falling, "falls", in_order)


def _measured_pairs(labelled: Sequence[dict[str, str]]) -> dict[str, Pairs]:
    measured = {"Cordon": _measure_pairs(_cordon_scores(labelled), labelled, DEFAULT_THRESHOLD)}
    for name, scorer in BASELINES.items():
        measured[name] = _measure_pairs(_plain_scores(labelled, scorer), labelled, None)
    return measured


def _pairs_table(count: int, measured: dict[str, Pairs]) -> str:
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
    return f"{count} labelled pairs.\n\n{table(columns, lines)}"


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


def _screening_lines(folder: Path) -> Iterator[Measure]:
    queries = _home(folder / "queries", ["us_ofac_sdn", "un_sc", "au_dfat"])
    yield from _queries(queries)
    yield from _listed_customers(queries)
    yield from _clean(_home(folder / "clean", ["us_ofac_sdn", "un_sc", "eu_fsf", "gb_fcdo"]))


def _variation_lines(home: Path, size: int) -> Iterator[Measure]:
    """Listed names altered by families; see `engine.validation`."""
    screener = Screener.open(home, record=False)
    records = make_records(screener.entities(), screener.policies()["default"], size=size)
    outcomes = screen_records(home, records, processes=_PROCESSES)
    for found in by_family(records.join(outcomes, on="record", how="left")):
        family, share = found.family, found.share
        bound = "at most" if family.is_trap else "at least"
        yield Measure(
            f"{family.group}: {family.name}",
            "a name against that name" if family.judged == "name" else _loaded(screener),
            f"{share.found:,} of {share.asked:,}, {share.value:.1%} ({share.low:.1%} to {share.high:.1%})",
            f"{bound} {family.wanted:.0%}",
            found.holds,
        )


def _every_name_lines() -> tuple[list[Measure], str]:
    lines, said = [], []
    for found in every_name.measure():
        hits = found.names - len(found.missed)
        reached = f"{hits:,} of {found.names:,}, {hits / found.names:.2%}"
        lines.append(
            Measure(
                "every name as it stands, its entity found", found.list_id, reached, "100%", not found.missed
            )
        )
        said += [f"{found.list_id}: {reason} ({count})" for reason, count in sorted(found.excluded.items())]
        said += [f"{found.list_id}, missed: {name}" for name in found.missed]
    if not said:
        return lines, ""
    return lines, "Names that are nobody's by themselves, and left out of the figures above:\n\n" + "\n".join(
        f"* {each}" for each in said
    )


def _home(path: Path, list_ids: Sequence[str]) -> Screener:
    for list_id in list_ids:
        load_list(path, list_id, SHARED / LISTS[list_id], accept=True)
    return Screener.open(path)


def _loaded(screener: Screener) -> str:
    return ", ".join(screener.list_ids)


def _queries(screener: Screener) -> Iterator[Measure]:
    asked = rows("list_queries.csv")
    listed = {(entity.list_id, entity.entity_id) for entity in _entities(screener)}
    positive = [
        (row, (_LISTS_OF_QUERIES[row["source_list"]], row["reference"]))
        for row in asked
        if row["source_list"] and (_LISTS_OF_QUERIES[row["source_list"]], row["reference"]) in listed
    ]
    found = screened(screener, [Subject(names=(row["query"],), kind=Kind.PERSON) for row, _ in positive])
    first = sum(_is_first(matches, wanted) for (_, wanted), matches in zip(positive, found, strict=True))
    reached = f"{first} of {len(positive)}, {first / len(positive):.1%}"
    yield Measure(
        "altered queries, the right entity first",
        _loaded(screener),
        reached,
        "98%",
        first >= 0.98 * len(positive),
    )
    nobody = [row for row in asked if not row["source_list"]]
    silent = sum(
        not matches for matches in screened(screener, [Subject(names=(row["query"],)) for row in nobody])
    )
    yield Measure(
        "queries that belong to nobody, no alert",
        _loaded(screener),
        f"{silent} of {len(nobody)}, {silent / len(nobody):.1%}",
        "95%",
        silent >= 0.95 * len(nobody),
    )


def _is_first(matches: Sequence[Found], wanted: tuple[str, str]) -> bool:
    """Whether nobody of the same list scores higher: the same person stands on several lists."""
    of_list = [match for match in matches if match.list_id == wanted[0]]
    best = max((match.score for match in of_list), default=0.0)
    return any(match.entity_id == wanted[1] and match.score == best for match in of_list)


def _listed_customers(screener: Screener) -> Iterator[Measure]:
    on_list: dict[str, set[str]] = {}
    for entity in _entities(screener):
        if entity.list_id == "un_sc":
            for name in entity.names:
                on_list.setdefault(_plain(name.text), set()).add(entity.entity_id)
    customers = [row for row in rows("customers_listed_un.csv") if _plain(row["listed_name"]) in on_list]
    for label, with_details, wanted in (
        ("birth date and nationality", True, 0.995),
        ("name alone", False, 0.99),
    ):
        found = screened(screener, [_customer(row, with_details=with_details) for row in customers])
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
        yield Measure(
            f"customers on the UN list, {label}",
            "un_sc",
            reached,
            f"{wanted:.1%}",
            sum(hits) >= wanted * len(hits),
        )
        as_listed = f"{sum(unaltered)} of {len(unaltered)}"
        yield Measure(f"of these unaltered, {label}", "un_sc", as_listed, "100%", all(unaltered))


def _clean(screener: Screener) -> Iterator[Measure]:
    for name in ("customers_clean_us.csv", "customers_clean_global.csv"):
        customers = rows(name)
        for label, with_details, wanted in (
            ("birth date and nationality", True, 0.5),
            ("name alone", False, 5.0),
        ):
            subjects = [_customer(row, with_details=with_details) for row in customers]
            alerts = sum(bool(matches) for matches in screened(screener, subjects))
            rate = 1000 * alerts / len(customers)
            yield Measure(
                f"alerts per 1,000, {name}, {label}",
                _loaded(screener),
                f"{rate:.2f}",
                f"at most {wanted:g}",
                rate <= wanted,
            )


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
    sys.exit(main(*map(int, sys.argv[1:])))
