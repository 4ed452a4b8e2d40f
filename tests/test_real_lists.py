"""The real OFAC and UN lists together: complete when loaded, and their own people found."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import shared

from engine import InvalidSubject, Screener, Subject
from jobs.load import load_list
from lists.countries import to_alpha2
from lists.home import Home
from lists.model import ListedEntity, NameType, Strength
from lists.publish import open_published

OFAC = "lists/us_ofac_sdn/csv-2023-12-28"
UN = "lists/un_sc/xml-2025-04-19.xml"
# Of the labelled customers, the one who was put on the UN list after the day of the file used here.
LISTED_LATER = {"ABUBAKAR SWALLEH"}
# One customer's birth date is 1974-01-32: refused as it stands, and screened here without it.
IMPOSSIBLE_DATES = {"1974-01-32"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("real-lists")
    load_list(path, "us_ofac_sdn", shared(OFAC))
    load_list(path, "un_sc", shared(UN))
    return path


@pytest.fixture(scope="module")
def entities(home: Path) -> list[ListedEntity]:
    with open_published(Home.locate(home)) as published:
        return [published.entity(place) for place in range(len(published))]


@pytest.fixture(scope="module")
def screener(home: Path) -> Screener:
    return Screener.open(home)


def test_every_entry_of_both_lists_is_published(entities: list[ListedEntity]) -> None:
    assert Counter(entity.list_id for entity in entities) == {"us_ofac_sdn": 13_821, "un_sc": 877}


def test_no_published_alias_is_lost(entities: list[ListedEntity]) -> None:
    ofac = [entity for entity in entities if entity.list_id == "us_ofac_sdn"]
    strong = [name for entity in ofac for name in entity.names if name.strength is Strength.STRONG]
    assert sum(name.type is NameType.PRIMARY for name in strong) == 13_821
    assert sum(name.type is not NameType.PRIMARY for name in strong) == 17_091


def test_every_unaltered_listed_customer_alerts_on_that_entity(
    screener: Screener, entities: list[ListedEntity]
) -> None:
    on_list: dict[str, set[str]] = {}
    for entity in entities:
        if entity.list_id == "un_sc":
            for name in entity.names:
                on_list.setdefault(_plain(name.text), set()).add(entity.entity_id)
    unaltered = [row for row in _listed_customers() if row["full_name"] == row["listed_name"]]
    assert len(unaltered) > 200
    missed = []
    for row in unaltered:
        wanted = on_list.get(_plain(row["listed_name"]), set())
        found = {
            match.entity_id for match in screener.screen(_subject(row)).matches if match.list_id == "un_sc"
        }
        if not wanted & found:
            missed.append(row["listed_name"])
    assert set(missed) == LISTED_LATER


def test_an_impossible_birth_date_is_refused_and_never_clear(screener: Screener) -> None:
    rows = [row for row in _listed_customers() if row["date_of_birth"] in IMPOSSIBLE_DATES]
    assert rows
    for row in rows:
        with pytest.raises(InvalidSubject, match="birth_date"):
            Subject.parse(name=row["full_name"], birth_date=row["date_of_birth"])


def test_every_strong_name_screened_as_it_stands_finds_its_entity(
    screener: Screener, entities: list[ListedEntity]
) -> None:
    """Every twentieth entity; the others are like them."""
    asked = [
        (entity, name, Subject(name=name.text, kind=entity.kind))
        for entity in entities[::20]
        for name in entity.names
        if name.strength is Strength.STRONG
    ]
    found = screener.matches([subject for _, _, subject in asked], screener.threshold)
    missed = [
        (entity.entity_id, name.text)
        for (entity, name, _), matches in zip(asked, found, strict=True)
        if (entity.list_id, entity.entity_id) not in {(match.list_id, match.entity_id) for match in matches}
    ]
    assert missed == []


def _listed_customers() -> list[dict[str, str]]:
    with shared("bench/customers_listed_un.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _subject(row: dict[str, str]) -> Subject:
    fields: dict[str, Any] = {"name": row["full_name"], "kind": "person"}
    if row["date_of_birth"] and row["date_of_birth"] not in IMPOSSIBLE_DATES:
        fields["birth_date"] = row["date_of_birth"]
    if country := to_alpha2(row["nationality"]):
        fields["countries"] = [country]
    return Subject.parse(**fields)


def _plain(name: str) -> str:
    return " ".join(name.upper().split())
