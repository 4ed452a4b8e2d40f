"""A team's own list: every column, in CSV and JSON, and a position for everything that is malformed."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import workbooks
from conftest import PROJECT

from jobs.refresh import refresh
from lists.custom_entry import COLUMNS
from lists.model import DatePrecision, Gender, IdentifierType, Kind, ListedEntity, NameType, Strength
from lists.source import Parsed, SourceError, source

# Every column once, with several values where a column takes several.
FULL: dict[str, Any] = {
    "id": "T-1",
    "name": "Azim Testov",
    "kind": "Person",
    "family_name": "Testov",
    "given_name": "Azim",
    "aliases": ["Asim Testiev", "Азим Тестов"],
    "weak_aliases": ["The Tester"],
    "former_names": ["Azim Proof"],
    "birth_dates": ["1961-02-03", "circa 1962"],
    "birth_places": ["Testabad, Belarus"],
    "nationalities": ["BY", "Russian Federation"],
    "countries": ["MM"],
    "gender": "male",
    "addresses": ["1 Test Street, Minsk, Belarus", "Testabad"],
    "titles": ["Haji"],
    "positions": ["Minister of Tests"],
    "flag": "Malta",
    "craft_type": "Tug",
    "founded": ["1999"],
    "programmes": ["internal"],
    "legal_basis": ["Decision 1 of the board"],
    "listed_on": "2020-01-02",
    "updated_on": "2021-01-02",
    "reasons": "Tested | proved.",
    "remarks": ["first", "second"],
    "topics": ["role.pep"],
    "url": "https://example.org/T-1",
    **{str(number): [f"BY:{place}0000001"] for place, number in enumerate(IdentifierType)},
}
Parse = Callable[[str | bytes], Parsed]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    def written(content: str | bytes) -> Parsed:
        file = tmp_path / "ours"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return source("custom").parse(file)

    return written


def csv_of(*entries: dict[str, Any]) -> str:
    columns = list(entries[0])
    rows = [
        [
            "|".join(value) if isinstance(value, list) else value
            for value in (entry[column] for column in columns)
        ]
        for entry in entries
    ]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [columns, *rows])


def forms(tmp_path: Path) -> dict[str, bytes]:
    cells = [list(FULL), ["|".join(value) if isinstance(value, list) else value for value in FULL.values()]]
    return {
        "csv": csv_of(FULL).encode(),
        "csv.gz": gzip.compress(csv_of(FULL).encode()),
        "array": json.dumps([FULL], indent=1).encode(),
        "lines": json.dumps(FULL).encode() + b"\n\n",
        "lines.gz": gzip.compress(json.dumps(FULL).encode()),
        "xlsx": workbooks.write_rows(tmp_path / "list.xlsx", cells).read_bytes(),
    }


@pytest.mark.parametrize("form", ["csv", "csv.gz", "array", "lines", "lines.gz", "xlsx"])
def test_every_column_goes_to_its_field_in_every_form(parse: Parse, tmp_path: Path, form: str) -> None:
    assert FULL.keys() == COLUMNS.keys()
    parsed = parse(forms(tmp_path)[form])
    (entity,) = parsed
    assert (entity.list_id, entity.entity_id, entity.kind) == ("custom", "T-1", Kind.PERSON)
    assert [(name.text, name.type, name.strength) for name in entity.names] == [
        ("Azim Testov", NameType.PRIMARY, Strength.STRONG),
        ("Asim Testiev", NameType.ALIAS, Strength.STRONG),
        ("Азим Тестов", NameType.ORIGINAL_SCRIPT, Strength.STRONG),
        ("The Tester", NameType.ALIAS, Strength.WEAK),
        ("Azim Proof", NameType.FORMER, Strength.STRONG),
    ]
    assert (entity.names[0].family, entity.names[0].given) == ("Testov", "Azim")
    assert [date.precision for date in entity.birth_dates] == [DatePrecision.DAY, DatePrecision.CIRCA]
    assert [place.country for place in entity.birth_places] == ["BY"]
    assert (entity.nationalities, entity.countries) == (("BY", "RU"), ("MM",))
    assert entity.gender is Gender.MALE
    assert [address.country for address in entity.addresses] == ["BY", None]
    assert (entity.titles, entity.positions) == (("Haji",), ("Minister of Tests",))
    assert entity.craft is not None and (entity.craft.flag, entity.craft.type) == ("MT", "Tug")
    assert entity.founded[0].earliest.year == 1999
    assert (entity.programmes, entity.legal_basis) == (("internal",), ("Decision 1 of the board",))
    assert str(entity.listed_on) == "2020-01-02" and str(entity.updated_on) == "2021-01-02"
    assert (entity.reasons, entity.remarks) == ("Tested | proved.", ("first", "second"))
    assert (entity.topics, entity.url) == (("role.pep",), "https://example.org/T-1")
    assert {number.type: (number.value, number.country) for number in entity.identifiers} == {
        number: (f"{place}0000001", "BY") for place, number in enumerate(IdentifierType)
    }
    assert parsed.not_understood == {} and parsed.notes == []


def test_an_id_and_a_name_are_enough(parse: Parse) -> None:
    (entity,) = parse("id,name\n1,Azim Testov\n")
    assert (entity.kind, entity.topics, entity.identifiers) == (Kind.UNKNOWN, ("sanction",), ())


def test_a_number_without_a_country_before_it_is_whole(parse: Parse) -> None:
    (entity,) = parse('[{"id": 1, "name": "A B", "wallet": ["bc:1test"], "other": "XX:1", "imo": 9074729}]')
    assert [(number.value, number.country) for number in entity.identifiers] == [
        ("9074729", None),
        ("bc:1test", None),
        ("XX:1", None),
    ]


def test_a_column_that_is_none_of_the_lists_is_kept_and_its_likely_name_told(parse: Parse) -> None:
    parsed = parse("id,name,birth_date,aura\n1,A B,1961,green\n2,C D,,red\n")
    first, second = parsed
    assert (first.remarks, second.remarks) == (("birth_date: 1961", "aura: green"), ("aura: red",))
    assert parsed.not_understood == {"birth_date": 1, "aura": 2}
    assert parsed.notes == [
        "the column 'birth_date' is none of this list's and went to the remarks; did you mean birth_dates?",
        "the column 'aura' is none of this list's and went to the remarks",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ", line 1: is empty"),
        ("<html></html>", ", line 1: holds a web page"),
        ("id,label\n1,A\n", ": has no heading with the columns name"),
        ("id,name\n", ": holds no entry"),
        ("[]", ": holds no entry"),
        ("id,name\n1,\n", ", line 2, column name: is empty; every entry needs one"),
        ("id,name\n1,A\n,B\n", ", line 3, column id: is empty"),
        ("id,name\n1,A\n2,B\n1,C\n", ", line 4, column id: repeats the id '1' of line 2"),
        ("id,name,kind\n1,A,robot\n", ", line 2, column kind: holds 'robot', no kind; give person, company"),
        (
            "id,name,birth_dates\n1,A,1961|1962-13-45\n",
            ", line 2, column birth_dates: holds '1962-13-45', no date; give YYYY",
        ),
        (
            "id,name,nationalities\n1,A,Atlantis\n",
            ", line 2, column nationalities: holds 'Atlantis', no country",
        ),
        ("id,name,gender\n1,A,x\n", ", line 2, column gender: holds 'x', no gender"),
        (
            "id,name,listed_on\n1,A,2020\n",
            ", line 2, column listed_on: holds '2020', no day; give YYYY-MM-DD",
        ),
        ("id,name,passport\n1,A,DE:\n", ", line 2, column passport: holds 'DE:', a country without a number"),
        ("id,name\n1,A,B\n", ", line 2: has 3 columns instead of 2"),
        ('[{"id": "1", "name": ["A", "B"]}]', ", entry 1, column name: has 2 values; give one"),
        (
            '[{"id": "1", "name": "A"}, {"id": "2", "name": {}}]',
            ", entry 2, column name: is neither a text nor",
        ),
        ('[{"id": "1", "name": true}]', ", entry 1, column name: is neither a text nor"),
        ("[1]", ", entry 1: is no object with columns"),
        ('{"id": "1", "name": "A"}\n{"id": "2"', ", line 2: is not JSON (EOF"),
        ('{"id": "1",\n "name": "A"}', ", line 1: is not JSON (EOF"),
        ("[" * 100_000, ", entry 1: is not JSON"),
        ("[" + " " * 51_000_000 + "]", ": goes on after 50,000,000 bytes"),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) and value.startswith((",", ":")) else "",
)
def test_a_malformed_list_is_refused_with_row_and_column(parse: Parse, content: str, expected: str) -> None:
    with pytest.raises(SourceError) as refused:
        list(parse(content))
    assert str(refused.value).startswith(f"custom: ours{expected}")


def test_a_list_of_ones_own_is_refreshed_only_from_an_address_of_ones_own(tmp_path: Path) -> None:
    (result,) = refresh(tmp_path, ["custom"])
    assert result.error is not None and result.error.startswith("has no official address; give yours in")


def test_the_page_on_lists_has_every_column_and_what_it_takes() -> None:
    page = (PROJECT / "docs" / "lists.md").read_text(encoding="utf-8")
    section = page.partition("\n## custom\n")[2].partition("\n## ")[0]
    documented = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, flags=re.MULTILINE))
    assert documented == COLUMNS


def test_the_example_on_the_page_is_a_list_that_loads(parse: Parse) -> None:
    page = (PROJECT / "docs" / "lists.md").read_text(encoding="utf-8")
    section = page.partition("\n## custom\n")[2].partition("\n## ")[0]
    tables, objects = re.findall(r"```(?:csv|json)\n(.+?)```", section, flags=re.DOTALL)
    read: list[list[ListedEntity]] = [list(parse(tables)), list(parse(objects))]
    assert read[0] == read[1] and len(read[0]) == 2
