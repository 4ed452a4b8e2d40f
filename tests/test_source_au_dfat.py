"""Australia's list: the workbook in both widths, several rows a party, dates as dates, years and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import workbooks
from conftest import shared

from lists.model import DatePrecision, Gender, IdentifierType, Kind, ListedEntity, NameType, Strength
from lists.source import Parsed, SourceError, Summary, check_assertions, source
from lists.worded_numbers import worded_numbers

# The sheet until 2025, and what it got more.
TWELVE = (
    "Reference", "Name of Individual or Entity", "Type", "Name Type", "Date of Birth", "Place of Birth",
    "Citizenship", "Address", "Additional Information", "Listing Information", "Committees", "Control Date",
)  # fmt: skip
NINETEEN = (
    *TWELVE[:4], "Alias Strength", *TWELVE[4:10], "IMO Number", *TWELVE[10:], "Instrument of Designation",
    "Targeted Financial Sanction", "Travel Ban", "Arms Embargo", "Maritime Restriction",
)  # fmt: skip

PARTY = {
    "Reference": "2",
    "Name of Individual or Entity": "TESTOV, Azim",
    "Type": "Individual",
    "Name Type": "Primary Name",
    "Date of Birth": "Approximately: Between 1955 and 1958, 03/02/1961; 1962 05/1963, unknown day",
    "Place of Birth": "a) Testabad, Belarus b) Proof Town, Russia (now)",
    "Citizenship": "Russia;Democratic People's Republic of Korea (North Korea)",
    "Address": "1 Test Street Minsk Belarus; na",
    "Additional Information": "TSi.001. Gender: Male. Passport no: a) Belarus number AB0000001, expired "
    "31 Mar. 2026 b) Russia number 00-0000002. Believed to be in hiding.",
    "Listing Information": "Listed by the Test Committee on 25 January 2001 (amended on 3 Sep 2003)",
    "Committees": "Autonomous (Test)",
    "Control Date": "2026-04-14",
    "Instrument of Designation": "Test Regulation 2013",
    "Targeted Financial Sanction": "TRUE",
    "Travel Ban": "TRUE",
    "Arms Embargo": "FALSE",
}
ALIAS = PARTY | {
    "Reference": "2a",
    "Name of Individual or Entity": "Azim the Tester",
    "Name Type": "Alias",
    "Alias Strength": "Weak",
    "Control Date": "2026-05-01",
}
SCRIPT = PARTY | {
    "Reference": "2b",
    "Name of Individual or Entity": "Азим Тестов (Russian)",
    "Name Type": "Original Script",
}
SHIP = {
    "Reference": "3",
    "Name of Individual or Entity": "Test Star",
    "Type": "Vessel",
    "Name Type": "Primary Name",
    "IMO Number": "9074729",
    "Committees": "Autonomous (Vessels)",
    "Maritime Restriction": "TRUE",
}

Rows = Sequence[dict[str, str]]
Parse = Callable[..., Parsed]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    def written(*rows: dict[str, str], columns: Sequence[str] = NINETEEN) -> Parsed:
        cells = [[row.get(column, "") for column in columns] for row in rows]
        return source("au_dfat").parse(workbooks.write_rows(tmp_path / "list.xlsx", [columns, *cells]))

    return written


def test_the_rows_of_a_party_are_one_entity_with_all_its_names(parse: Parse) -> None:
    parsed = parse(PARTY, ALIAS, SCRIPT, SHIP)
    person, _ = parsed
    assert (person.entity_id, person.kind, person.gender) == ("2", Kind.PERSON, Gender.MALE)
    assert [(name.text, name.type, name.strength) for name in person.names] == [
        ("TESTOV, Azim", NameType.PRIMARY, Strength.STRONG),
        ("Azim the Tester", NameType.ALIAS, Strength.WEAK),
        ("Азим Тестов", NameType.ORIGINAL_SCRIPT, Strength.STRONG),
    ]
    assert (person.names[0].family, person.names[0].given) == ("TESTOV", "Azim")
    assert person.nationalities == ("RU", "KP") and person.programmes == ("Autonomous (Test)",)
    assert [(place.text, place.country) for place in person.birth_places] == [
        ("Testabad, Belarus", "BY"),
        ("Proof Town, Russia (now)", "RU"),
    ]
    assert [(address.text, address.country) for address in person.addresses] == [
        ("1 Test Street Minsk Belarus", "BY")
    ]
    assert person.legal_basis == ("Test Regulation 2013",)
    assert person.listed_on is not None and person.listed_on.isoformat() == "2001-01-25"
    assert person.updated_on is not None and person.updated_on.isoformat() == "2026-05-01"
    assert "Measures: Targeted Financial Sanction, Travel Ban" in person.remarks
    assert "Азим Тестов (Russian)" in person.remarks and PARTY["Additional Information"] in person.remarks


def test_dates_in_every_form_are_read_and_others_kept_as_text(parse: Parse) -> None:
    parsed = parse(PARTY)
    (person,) = parsed
    assert [(date.earliest.isoformat(), date.latest.year, date.precision) for date in person.birth_dates] == [
        ("1955-01-01", 1958, DatePrecision.RANGE),
        ("1961-02-03", 1961, DatePrecision.DAY),
        ("1962-01-01", 1962, DatePrecision.YEAR),
        ("1963-05-01", 1963, DatePrecision.MONTH),
    ]
    assert parsed.not_understood == {"Date of Birth": 1}
    assert "Date of Birth: unknown day" in person.remarks


def test_a_birth_date_that_the_workbook_holds_as_a_date_is_that_day(tmp_path: Path) -> None:
    row = "".join(
        f'<c r="{letter}2" t="inlineStr"><is><t>{text}</t></is></c>'
        for letter, text in (("A", "1"), ("B", "A B"), ("C", "Individual"), ("D", "Primary Name"))
    )
    headings = "".join(
        f'<c r="{chr(65 + place)}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for place, name in enumerate(TWELVE)
    )
    rows = f'<row r="1">{headings}</row><row r="2">{row}<c r="E2" s="1"><v>22315</v></c></row>'
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    parts = workbooks.parts({"Data": workbooks.worksheet(rows)}, styles=styles)
    (person,) = source("au_dfat").parse(workbooks.write(tmp_path / "list.xlsx", parts))
    assert [date.earliest.isoformat() for date in person.birth_dates] == ["1961-02-03"]


def test_the_sheet_of_twelve_columns_gives_the_same_party(parse: Parse) -> None:
    (old,) = parse(PARTY, ALIAS, SCRIPT, columns=TWELVE)
    (new,) = parse(PARTY, ALIAS, SCRIPT)
    same = ("entity_id", "kind", "birth_dates", "nationalities", "addresses", "identifiers", "listed_on")
    assert [getattr(old, field) for field in same] == [getattr(new, field) for field in same]
    assert [name.text for name in old.names] == [name.text for name in new.names]
    assert old.legal_basis == () and PARTY["Listing Information"] in old.remarks


def test_a_ship_has_its_imo_number(parse: Parse) -> None:
    (ship,) = parse(SHIP)
    assert (ship.kind, ship.remarks) == (Kind.VESSEL, ("Measures: Maritime Restriction",))
    assert [(found.type, found.value) for found in ship.identifiers] == [(IdentifierType.IMO, "9074729")]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (
            "Passport no: na a) Afghanistan diplomatic passport D0000001, issued on 4 Apr. 2023 in Kabul, "
            "expires 4 Apr. 2028 b) Residential card number 665",
            Kind.PERSON,
            [(IdentifierType.PASSPORT, "D0000001", "AF")],
        ),
        ("Passport no: na National identification no: na", Kind.PERSON, []),
        ("The passport was issued in 2005.", Kind.PERSON, []),
        (
            "National ID No. 000000001 (Iran); Victorian Drivers Licence No.: 00000002, expired 1 May 2017",
            Kind.PERSON,
            [
                (IdentifierType.NATIONAL_ID, "000000001", "IR"),
                (IdentifierType.DRIVING_LICENCE, "00000002", None),
            ],
        ),
        (
            "Company Identification No.0000000000001 (Russia); Organisation Code: 0000002",
            Kind.ORGANIZATION,
            [
                (IdentifierType.REGISTRATION, "0000000000001", "RU"),
                (IdentifierType.REGISTRATION, "0000002", None),
            ],
        ),
        ("Its owner has passport no. 00000001.", Kind.ORGANIZATION, []),
    ],
)
def test_numbers_are_taken_out_of_running_text_where_they_are_certain(
    text: str, kind: Kind, expected: list[tuple[IdentifierType, str, str | None]]
) -> None:
    found = list(worded_numbers(text, kind))
    assert [(number.type, number.value, number.country) for number in found] == expected


def test_the_passports_of_a_party_have_their_dates(parse: Parse) -> None:
    (person,) = parse(PARTY)
    first, second = person.identifiers
    assert (first.value, first.country, first.expires and first.expires.text) == (
        "AB0000001",
        "BY",
        "31 Mar. 2026",
    )
    assert (second.value, second.country, second.expires) == ("00-0000002", "RU", None)


def test_a_column_nobody_has_seen_before_is_counted_and_kept(parse: Parse) -> None:
    new = {"Eye Colour": "green", "Type": "Robot", "Name Type": "Nickname"}
    parsed = parse(PARTY | new, columns=(*NINETEEN, "Eye Colour"))
    (entity,) = parsed
    assert entity.kind is Kind.UNKNOWN and "Eye Colour: green" in entity.remarks
    assert parsed.not_understood == {
        "Eye Colour": 1,
        "Type": 1,
        "name type 'nickname'": 1,
        "Date of Birth": 1,
    }


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ": holds no entry"),
        ([PARTY, PARTY], ", row 3: repeats reference 2 of row 2"),
        ([PARTY | {"Reference": "two"}], ", row 2: has the reference 'two', not a number and letters"),
        ([PARTY | {"Name of Individual or Entity": ""}], ", row 2: entry 2 cannot be read"),
    ],
)
def test_a_damaged_sheet_is_refused_with_its_row(parse: Parse, rows: Rows, expected: str) -> None:
    with pytest.raises(SourceError) as refused:
        list(parse(*rows))
    assert str(refused.value).startswith(f"au_dfat: list.xlsx{expected}")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ", line 1: is empty"),
        ("<html>maintenance</html>", ", line 1: holds a web page"),
        ("PK\x03\x04rest", ": is not readable as a ZIP archive"),
        ("a,b\n1,2\n", ": has no heading with the columns Reference, Name of Individual or Entity"),
    ],
)
def test_another_format_is_refused_by_what_it_is(tmp_path: Path, content: str, expected: str) -> None:
    file = tmp_path / "Australian_Sanctions_Consolidated_List.xlsx"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        list(source("au_dfat").parse(tmp_path))
    assert str(refused.value).startswith(f"au_dfat: {file.name}{expected}")


@pytest.mark.parametrize(
    "text",
    [
        "passport no: a) {n} (b) between {n} and listed on ",
        "listed on {n:c} ",
        "between {n:c} ",
        "(){n:c}()",
        "{n}a",
    ],
)
def test_a_hostile_cell_is_read_without_taking_long(parse: Parse, text: str) -> None:
    many = "".join(text.format(n=0x4E00 + n % 0x5000) for n in range(6_000))
    cells = dict.fromkeys(NINETEEN[4:], many) | {"Alias Strength": "Weak"}
    (entity,) = parse(PARTY | cells)
    assert [found.type for found in entity.identifiers] == [IdentifierType.OTHER]
    assert entity.birth_dates == ()


@pytest.fixture(scope="module")
def real() -> tuple[Parsed, list[ListedEntity]]:
    parsed = source("au_dfat").parse(shared("lists/au_dfat"))
    return parsed, list(parsed)


def test_all_3846_real_parties_are_read(real: tuple[Parsed, list[ListedEntity]]) -> None:
    parsed, entities = real
    summary = Summary.of(entities)
    assert summary.entities == {Kind.PERSON: 2_543, Kind.ORGANIZATION: 1_041, Kind.VESSEL: 262}
    assert check_assertions(source("au_dfat"), summary) == []
    names = Counter(name.type for entity in entities for name in entity.names)
    assert names[NameType.PRIMARY] == 3_846 and names[NameType.ORIGINAL_SCRIPT] >= 455
    assert names.total() >= 11_068  # one a row at least
    assert parsed.not_understood == {"Date of Birth": 3}  # "1980.1981", "10/061962", "7/02/1950/11/1950"


def test_the_real_dates_countries_and_numbers_are_all_there(
    real: tuple[Parsed, list[ListedEntity]],
) -> None:
    _, entities = real
    persons = [entity for entity in entities if entity.kind is Kind.PERSON]
    assert sum(bool(person.birth_dates) for person in persons) == 2_417
    assert sum(bool(person.nationalities) for person in persons) == 2_134
    numbers = Counter(number.type for entity in entities for number in entity.identifiers)
    assert numbers[IdentifierType.IMO] == 261 and numbers[IdentifierType.PASSPORT] > 350
    assert sum(entity.listed_on is not None for entity in entities) > 1_300
