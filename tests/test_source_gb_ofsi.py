"""The UK's closed ConList: the workbook, the CSV file and the fewer columns of its first years."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import workbooks
from conftest import shared

from lists.model import Gender, IdentifierType, Kind, ListedEntity, NameType, Strength
from lists.source import Parsed, SourceError, Summary, check_assertions, source

COLUMNS = (
    "Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Title,Name Non-Latin Script,Non-Latin Script Type,"
    "Non-Latin Script Language,DOB,Town of Birth,Country of Birth,Nationality,Passport Number,"
    "Passport Details,National Identification Number,National Identification Details,Position,"
    "Address 1,Address 2,Address 3,Address 4,Address 5,Address 6,Post/Zip Code,Country,"
    "Other Information,Group Type,Alias Type,Alias Quality,Regime,Listed On,"
    "UK Sanctions List Date Designated,Last Updated,Group ID"
).split(",")
OLD_COLUMNS = (
    "Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Title,DOB,Town of Birth,Country of Birth,Nationality,"
    "Passport Details,NI Number,Position,Address 1,Address 2,Address 3,Address 4,Address 5,Address 6,"
    "Post/Zip Code,Country,Other Information,Group Type,Alias Type,Regime,Listed On,Last Updated,Group ID"
).split(",")
PERSON = {
    "Title": "(1) Maulavi (2) Deputy Governor",
    "Town of Birth": "(1) Velm (2) -",
    "Country of Birth": "(1) Iraq (2) Former USSR Currently Ukraine",
    "Nationality": "(1) Afghanistan. (2) Russia",
    "Passport Number": "(1) D0001 (2) 06F01",
    "Passport Details": "(1) Afghan number, issued on 12 Oct. 2021 (2) -",
    "National Identification Number": "INN 772914",
    "Position": "Minister of Tests",
    "Address 1": "4 Quay",
    "Address 6": "Port Velm",
    "Post/Zip Code": "123",
    "Country": "Iraq",
    "Other Information": "(UK Sanctions List Ref):TST0001. (UN Ref):QDi.999. Height 170cm. "
    "(UK Statement of Reasons):He tests (1) and proves (2). (Gender):Male "
    "(Phone number):(1) +7 (499) 750 00 (2) 8 812 69 (Email address):o@velm.example",
    "Group Type": "Individual",
    "Regime": "Velm",
    "Listed On": "05/02/2001",
    "UK Sanctions List Date Designated": "31/01/2001",
    "Last Updated": "29/04/2021",
    "Group ID": "7001",
}
ROWS = [
    {**PERSON, "Name 6": "DVESSIK", "Name 1": "Orlan", "Name 2": "Petrov", "Alias Type": "Primary name",
     "DOB": "1951", "Name Non-Latin Script": "Орлан Двессик", "Non-Latin Script Type": "Cryillic",
     "Non-Latin Script Language": "Russian"},
    {**PERSON, "Name 6": "TESTER", "Alias Type": "AKA", "Alias Quality": "Low quality", "DOB": "00/00/1952"},
    {**PERSON, "Name 6": "VELM", "Name 1": "Orlan", "Alias Type": "FKA", "DOB": "04/1953",
     "Last Updated": "30/04/2021"},
    {**PERSON, "Name 6": "QUAY", "Name 1": "Orlan", "Alias Type": "Primary name variation",
     "DOB": "01/02/1954"},
]  # fmt: skip
SHIP = {
    "Name 6": "VELM TRADER",
    "Group Type": "Ship",
    "Alias Type": "Primary name",
    "Regime": "Velm",
    "Group ID": "7002",
    "Other Information": "A tanker. (IMO number):9999999 (Current owners):Velm Lines (Flag of ship):Comoros "
    "(Previous flags):Panama. India (Type of ship):Oil tanker (Tonnage of ship):1038 (Length of ship):83 "
    "(Year built):1985",
}


def cells(rows: Sequence[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> list[list[str]]:
    return [
        ["Last Updated", "10/04/2025"],
        list(columns),
        *([row.get(column, "") for column in columns] for row in rows),
    ]


def as_csv(rows: Sequence[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(cells(rows, columns))
    return text.getvalue()


def read(path: Path) -> tuple[Parsed, list[ListedEntity]]:
    parsed = source("gb_ofsi").parse(path)
    return parsed, list(parsed)


def test_the_rows_of_a_group_are_one_person(tmp_path: Path) -> None:
    parsed, (entity,) = read(workbooks.write_rows(tmp_path / "ConList.xlsx", cells(ROWS)))
    assert parsed.published_on is not None and parsed.published_on.isoformat() == "2025-04-10"
    assert parsed.not_understood == {} and parsed.notes == []
    assert (entity.entity_id, entity.kind, entity.gender) == ("7001", Kind.PERSON, Gender.MALE)
    assert [(name.text, name.type, name.strength) for name in entity.names] == [
        ("Orlan Petrov DVESSIK", NameType.PRIMARY, Strength.STRONG),
        ("TESTER", NameType.ALIAS, Strength.WEAK),
        ("Orlan VELM", NameType.FORMER, Strength.STRONG),
        ("Orlan QUAY", NameType.ALIAS, Strength.STRONG),
        ("Орлан Двессик", NameType.ORIGINAL_SCRIPT, Strength.STRONG),
    ]
    assert (entity.names[4].language, entity.names[4].script) == ("ru", "Cyrl")
    assert [date.earliest.isoformat() for date in entity.birth_dates] == [
        "1951-01-01",
        "1952-01-01",
        "1953-04-01",
        "1954-02-01",
    ]
    assert [(place.city, place.country) for place in entity.birth_places] == [("Velm", "IQ"), (None, "UA")]
    assert entity.nationalities == ("AF", "RU")
    assert entity.titles == ("Maulavi",) and entity.positions == ("Minister of Tests", "Deputy Governor")
    assert [(found.type, found.value, found.country) for found in entity.identifiers] == [
        (IdentifierType.PASSPORT, "D0001", "AF"),
        (IdentifierType.PASSPORT, "06F01", None),
        (IdentifierType.TAX, "772914", None),
        (IdentifierType.PHONE, "+7 (499) 750 00", None),
        (IdentifierType.PHONE, "8 812 69", None),
        (IdentifierType.EMAIL, "o@velm.example", None),
    ]
    assert entity.programmes == ("Velm",)
    assert entity.listed_on is not None and entity.listed_on.isoformat() == "2001-01-31"
    assert entity.updated_on is not None and entity.updated_on.isoformat() == "2021-04-30"
    assert entity.reasons == "He tests (1) and proves (2)."
    assert entity.remarks == (
        "UK Sanctions List reference: TST0001",
        "UN reference: QDi.999",
        "Height 170cm.",
    )


def test_the_csv_file_gives_the_same_entries_as_the_workbook(tmp_path: Path) -> None:
    rows = [*ROWS, SHIP]
    _, from_workbook = read(workbooks.write_rows(tmp_path / "a.xlsx", cells(rows)))
    (tmp_path / "a.csv").write_text(as_csv(rows), encoding="utf-8")
    _, from_csv = read(tmp_path / "a.csv")
    assert from_csv == from_workbook and len(from_csv) == 2


def test_a_ship_is_described_in_the_other_information(tmp_path: Path) -> None:
    _, (ship,) = read(workbooks.write_rows(tmp_path / "ConList.xlsx", cells([SHIP])))
    assert ship.kind is Kind.VESSEL and ship.craft is not None
    assert [(found.type, found.value) for found in ship.identifiers] == [(IdentifierType.IMO, "9999999")]
    assert (ship.craft.flag, ship.craft.former_flags) == ("KM", ("PA", "IN"))
    assert (ship.craft.type, ship.craft.owner) == ("Oil tanker", "Velm Lines")
    assert ship.remarks == ("A tanker.", "Tonnage: 1038", "Length: 83")


def test_a_file_of_2018_in_windows_1252_is_read(tmp_path: Path) -> None:
    row = {
        "Name 6": "MÜLLER",
        "Name 1": "Orlán",
        "DOB": "00/00/1951",
        "Passport Details": "D00009 (Afghan) issued on 12 Oct. 2011",
        "NI Number": "75258 (Ukraine)",
        "Other Information": "UN Ref QDi.999. Height 170cm – tall.",
        "Group Type": "Individual",
        "Alias Type": "Prime Alias",
        "Regime": "Velm",
        "Listed On": "05/02/2001",
        "Last Updated": "29/04/2018",
        "Group ID": "7001",
    }
    (tmp_path / "old.csv").write_text(as_csv([row], OLD_COLUMNS), encoding="cp1252")
    parsed, (entity,) = read(tmp_path)
    assert parsed.notes == ["old.csv is not in UTF-8; it was read as Windows-1252"]
    assert [(name.text, name.type) for name in entity.names] == [("Orlán MÜLLER", NameType.PRIMARY)]
    assert [(found.type, found.value, found.country) for found in entity.identifiers] == [
        (IdentifierType.PASSPORT, "D00009", "AF"),
        (IdentifierType.NATIONAL_ID, "75258", "UA"),
    ]
    assert entity.remarks == ("UN Ref QDi.999. Height 170cm – tall.",)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ", line 1: is empty"),
        ("<html>maintenance</html>", ", line 1: holds a web page, not a table"),
        ("<?xml version='1.0'?><Designations/>", ", line 1: holds XML, not a table"),
        ("Unique ID,Name 6\n", ": has no heading with the columns Group ID, Group Type, Regime"),
        (b"PK\x03\x04rest", ": is not readable as a ZIP archive"),
        (b"\xd0\xcf\x11\xe0rest", ": is an Excel workbook of the old format"),
        (as_csv([]), ": holds no entry"),
        (as_csv([SHIP])[:-10], ", line 3: has 32 columns instead of 36; the file may be cut"),
        (as_csv([SHIP, {**SHIP, "Group ID": ""}]), ", line 4: has no Group ID"),
        (as_csv([SHIP, {**SHIP, "Group ID": "1", "Name 6": ""}]), ", line 4: entry 1 cannot be read"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) and value.startswith((",", ":")) else "",
)
def test_a_damaged_or_wrong_file_is_refused(tmp_path: Path, content: str | bytes, expected: str) -> None:
    file = tmp_path / "ConList.xlsx"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SourceError) as refused:
        read(file)
    assert str(refused.value).startswith(f"gb_ofsi: ConList.xlsx{expected}")


Real = tuple[Parsed, list[ListedEntity]]


@pytest.fixture(scope="module")
def real() -> Real:
    return read(shared("lists/gb_ofsi/xlsx-2025-04-10.xlsx"))


def test_all_real_groups_are_read(real: Real) -> None:
    parsed, entities = real
    summary = Summary.of(entities)
    assert summary.entities == {Kind.PERSON: 3_662, Kind.ORGANIZATION: 1_009, Kind.VESSEL: 15}
    assert check_assertions(source("gb_ofsi"), summary) == []
    assert parsed.published_on is not None and parsed.published_on.isoformat() == "2025-04-10"
    assert parsed.notes == []
    assert sum(parsed.not_understood.values()) == 18  # misspelled countries, e-mail addresses with spaces


def test_the_real_names_and_identifiers_are_all_there(real: Real) -> None:
    _, entities = real
    names = [name for entity in entities for name in entity.names]
    assert Counter(name.type for name in names) == {
        NameType.PRIMARY: 4_686,
        NameType.ALIAS: 8_036,
        NameType.ORIGINAL_SCRIPT: 3_227,
        NameType.FORMER: 15,
    }
    assert all(entity.names[0].type is NameType.PRIMARY for entity in entities)
    types = Counter(found.type for entity in entities for found in entity.identifiers)
    assert (types[IdentifierType.PASSPORT], types[IdentifierType.NATIONAL_ID], types[IdentifierType.IMO]) == (
        672,
        309,
        15,
    )
    assert sum(bool(entity.birth_dates) for entity in entities) == 3_146
    assert not any(
        "(" in found.value[:1]
        for entity in entities
        for found in entity.identifiers
        if found.type is IdentifierType.PASSPORT
    )


def test_every_row_of_the_real_list_has_its_name_in_its_group(real: Real) -> None:
    from lists.workbook import Workbook  # noqa: PLC0415 - only this test reads the rows themselves

    texts = {entity.entity_id: {name.text.casefold() for name in entity.names} for entity in real[1]}
    rows = list(Workbook("test", shared("lists/gb_ofsi/xlsx-2025-04-10.xlsx")).rows())[2:]
    assert len(rows) == 18_796
    for row in rows:
        *given, family = (*row.cells[1:6], row.cells[0])
        parts = [" ".join(part.split()) for part in (*given, family) if part.strip()]
        candidates = {" ".join(parts).casefold(), " ".join(dict.fromkeys(parts)).casefold()}
        assert candidates & texts[row.cells[35]], row
