"""The fixtures: in the official formats byte for byte, invented, each customer answered as one would want."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anyascii import anyascii
from conftest import PROJECT, shared
from rapidfuzz import fuzz, process, utils

from engine import Screener, Subject
from engine.screening import Outcome
from jobs.load import load_list
from lists.model import IdentifierType, ListedEntity
from lists.source import source

FIXTURES = PROJECT / "fixtures"
LISTS = {"us_ofac_sdn": FIXTURES / "us_ofac_sdn", "un_sc": FIXTURES / "un_sc"}

# OFAC cuts the remarks of a row here and continues them in sdn_comments.csv.
REMARKS_CUT = 1_000
# rapidfuzz's token_sort_ratio from which a reader takes two names for one; unrelated ones stay far below.
TOO_CLOSE = 92


def _customers() -> list[dict[str, str]]:
    with (FIXTURES / "customers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


CUSTOMERS = _customers()


def _subject(row: dict[str, str]) -> Subject:
    identifiers = []
    for written in filter(None, row["identifiers"].split(";")):
        kind, value, country = [*written.split(":"), None][:3]
        identifiers.append({"type": kind, "value": value, "country": country})
    single = ("subject_id", "name", "kind", "birth_date", "gender", "residency")
    return Subject.parse(
        **{field: row[field] for field in single if row[field]},
        countries=list(filter(None, row["countries"].split(";"))),
        identifiers=identifiers,
    )


def _expected(row: dict[str, str]) -> set[str]:
    return set(filter(None, row["expected_entity"].split(";")))


def _key(entity: ListedEntity) -> str:
    return f"{entity.list_id}:{entity.entity_id}"


@pytest.fixture(scope="module")
def entities() -> dict[str, ListedEntity]:
    return {_key(entity): entity for list_id, path in LISTS.items() for entity in source(list_id).parse(path)}


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> Screener:
    home = tmp_path_factory.mktemp("home")
    for list_id, path in LISTS.items():
        load_list(home, list_id, path, accept=True)
    return Screener.open(home)


@pytest.mark.parametrize("row", CUSTOMERS, ids=lambda row: f"{row['subject_id']} {row['case']}")
def test_customer_gets_the_answer_an_analyst_wants(screener: Screener, row: dict[str, str]) -> None:
    screening = screener.screen(_subject(row))
    found = {f"{match.list_id}:{match.entity_id}": round(match.score, 3) for match in screening.matches}
    assert screening.outcome == Outcome(row["expected"]), f"{row['name']!r} matches {found}"
    if screening.outcome is Outcome.ALERT:
        assert _expected(row) <= found.keys()


def test_lists_hold_what_their_readme_says(entities: dict[str, ListedEntity]) -> None:
    readme = (FIXTURES / "README.md").read_text(encoding="utf-8")
    ofac = [entity for entity in entities.values() if entity.list_id == "us_ofac_sdn"]
    un = [entity for entity in entities.values() if entity.list_id == "un_sc"]
    individuals = [entity for entity in un if entity.kind == "person"]
    assert len(ofac) >= 40
    assert len(un) >= 22
    assert f"{len(ofac)} entries" in readme
    assert f"{len(individuals)} individuals and {len(un) - len(individuals)} entities" in readme
    assert f"{len(CUSTOMERS)} customers" in readme


def test_customers_cover_listed_and_clean_ones(entities: dict[str, ListedEntity]) -> None:
    assert len({row["subject_id"] for row in CUSTOMERS}) == len(CUSTOMERS) >= 60
    assert sum(row["case"].startswith("clean") for row in CUSTOMERS) >= 20
    for row in CUSTOMERS:
        assert bool(_expected(row)) == (row["expected"] == "alert"), row["subject_id"]
        assert _expected(row) <= entities.keys(), row["subject_id"]
        assert _subject(row).subject_id == row["subject_id"]


def test_ofac_files_are_in_the_published_form(entities: dict[str, ListedEntity]) -> None:
    columns = {"sdn.csv": 12, "alt.csv": 5, "add.csv": 6, "sdn_comments.csv": 2}
    for name, width in columns.items():
        content = (LISTS["us_ofac_sdn"] / name).read_bytes()
        assert content.endswith(b"\r\n\x1a"), name
        assert content.count(b"\n") == content.count(b"\r\n"), name
        rows = csv.reader(content[:-1].decode("ascii").splitlines(), strict=True)
        assert {len(row) for row in rows} == {width}, name


def test_remarks_cut_inside_a_wallet_address_are_read_whole(entities: dict[str, ListedEntity]) -> None:
    folder = LISTS["us_ofac_sdn"]
    with (folder / "sdn_comments.csv").open(encoding="ascii", newline="") as file:
        number, continuation = next(csv.reader(file))
    with (folder / "sdn.csv").open(encoding="ascii", newline="") as file:
        remarks = next(row[11] for row in csv.reader(file) if row[0] == number)
    assert len(remarks) == REMARKS_CUT
    cut = re.search(r"\w+$", remarks)
    rest = re.match(r"\w+", continuation)
    assert cut
    assert rest
    identifiers = entities[f"us_ofac_sdn:{number}"].identifiers
    wallets = [identifier.value for identifier in identifiers if identifier.type is IdentifierType.WALLET]
    assert cut[0] + rest[0] in wallets
    assert any(f"wallet:{cut[0]}{rest[0]}" in row["identifiers"] for row in CUSTOMERS)


def test_no_invented_name_is_close_to_a_really_listed_one(entities: dict[str, ListedEntity]) -> None:
    published = [
        ("us_ofac_sdn", shared("lists/us_ofac_sdn/csv-2023-12-28")),
        ("un_sc", shared("lists/un_sc/xml-2026-02-27.xml")),
    ]
    compared: Callable[[str], str] = lambda name: utils.default_process(anyascii(name))  # noqa: E731
    real = [compared(name) for list_id, path in published for name in _names(list_id, path)]
    invented = {name.text for entity in entities.values() for name in entity.names}
    invented |= {row["name"] for row in CUSTOMERS if row["subject_id"]}
    for name in invented:
        close = process.extractOne(compared(name), real, scorer=fuzz.token_sort_ratio, score_cutoff=TOO_CLOSE)
        assert close is None, f"{name!r} is too close to {close[0]!r}"


def _names(list_id: str, path: Path) -> Iterator[str]:
    for entity in source(list_id).parse(path):
        for name in entity.names:
            yield name.text
