"""OFAC's SDN list: the CSV set as published, and everything that servers send instead of it."""

from __future__ import annotations

import csv
import io
import shutil
from collections import Counter
from pathlib import Path

import pytest
from conftest import shared

from lists.model import IdentifierType, Kind, ListedEntity, NameType, RelationType, Strength
from lists.source import Parsed, SourceError, Summary, check_assertions, source

NULL = "-0- "
END = "\x1a"


def row(*cells: str | int) -> str:
    written = (str(cell) if isinstance(cell, int) or cell == NULL else f'"{cell}"' for cell in cells)
    return ",".join(written) + "\r\n"


def entry(
    number: int, name: str = "DOE, Jane", kind: str = "individual", remarks: str = NULL, **cells: str
) -> str:
    columns = ("programme", "title", "call_sign", "vessel_type", "tonnage", "grt", "flag", "owner")
    return row(number, name, kind, *(cells.get(column, NULL) for column in columns), remarks)


def write(folder: Path, sdn: str | bytes, **others: str) -> Path:
    for name, text in {"sdn": sdn, **others}.items():
        content = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(content)
    return folder


def parse(folder: Path) -> Parsed:
    return source("us_ofac_sdn").parse(folder)


def only(folder: Path) -> ListedEntity:
    (entity,) = parse(folder)
    return entity


def refusal(folder: Path) -> str:
    with pytest.raises(SourceError) as refused:
        list(parse(folder))
    return str(refused.value)


def test_an_entry_is_joined_from_its_four_files(tmp_path: Path) -> None:
    remarks = "DOB 1970; Passport A1234567 (Iran); Website www.test.example; " + "x" * 1_000
    sdn = entry(7, programme="SDGT] [IFSR", title="Haji; Minister of Tests", remarks=remarks[:1_000]) + END
    write(
        tmp_path,
        sdn,
        alt=row(7, 1, "aka", "DOE, Janet", NULL) + row(7, 2, "fka", "ROE, Jane", NULL) + END,
        add=row(7, 1, "1 Test St.", "Springfield, IL 62799", "United States", NULL)
        + row(7, 2, NULL, NULL, NULL, NULL)
        + END,
        sdn_comments=row(7, remarks[1_000:] + "; a.k.a. 'JANIE'.") + END,
    )
    parsed = parse(tmp_path)
    (entity,) = parsed
    assert parsed.notes == [] and [file.name for file in parsed.files] == [
        "sdn.csv",
        "alt.csv",
        "add.csv",
        "sdn_comments.csv",
    ]
    assert entity.kind is Kind.PERSON and entity.programmes == ("SDGT", "IFSR")
    assert [(name.text, name.type, name.strength) for name in entity.names] == [
        ("DOE, Jane", NameType.PRIMARY, Strength.STRONG),
        ("DOE, Janet", NameType.ALIAS, Strength.STRONG),
        ("ROE, Jane", NameType.FORMER, Strength.STRONG),
        ("JANIE", NameType.ALIAS, Strength.WEAK),
    ]
    assert (entity.names[0].family, entity.names[0].given) == ("DOE", "Jane")
    assert entity.titles == ("Haji",) and entity.positions == ("Minister of Tests",)
    (address,) = entity.addresses
    assert (address.city, address.region, address.postcode, address.country) == (
        "Springfield",
        "IL",
        "62799",
        "US",
    )
    assert {identifier.type for identifier in entity.identifiers} == {
        IdentifierType.PASSPORT,
        IdentifierType.WEBSITE,
    }
    assert entity.remarks == ("x" * 1_000,)  # joined again at the letter where OFAC cut it
    assert entity.url == "https://sanctionssearch.ofac.treas.gov/Details.aspx?id=7"


def test_half_a_wallet_address_is_not_taken_for_one(tmp_path: Path) -> None:
    filler = "x" * 940
    cut = f"{filler}; Digital Currency Address - XBT 1TestTestTestTestTestTestTestTest1"[:1_000]
    parsed = parse(write(tmp_path, entry(7, remarks=cut) + END))
    (entity,) = parsed
    assert entity.identifiers == ()
    assert cut.endswith("1TestTestTestTestTestTestTe")
    assert entity.remarks == (filler, cut[942:])
    assert parsed.not_understood["remark: cut"] == 1


def test_a_vessel_has_its_craft_and_its_numbers(tmp_path: Path) -> None:
    columns = {
        "call_sign": "TEST1",
        "vessel_type": "Tug",
        "tonnage": "640",
        "grt": "478",
        "owner": "TEST LINES",
    }
    remarks = "Former Vessel Flag Malta; Vessel Registration Identification IMO 9999993; MMSI 999000111."
    vessel = only(
        write(tmp_path, entry(8, "TESTSHIP", "vessel", remarks, flag="Korea, North", **columns) + END)
    )
    assert vessel.kind is Kind.VESSEL and vessel.craft is not None
    assert (vessel.craft.type, vessel.craft.flag, vessel.craft.former_flags) == ("Tug", "KP", ("MT",))
    assert (vessel.craft.owner, vessel.craft.deadweight_tons) == ("TEST LINES", "640")
    assert {identifier.type: identifier.value for identifier in vessel.identifiers} == {
        IdentifierType.CALL_SIGN: "TEST1",
        IdentifierType.IMO: "9999993",
        IdentifierType.MMSI: "999000111",
    }


def test_a_tie_leads_to_the_one_entry_of_that_name(tmp_path: Path) -> None:
    remarks = "Linked To: TESTA S.A.; Linked To: TWICE; Linked To: NOBODY."
    sdn = (
        entry(1, remarks=remarks)
        + entry(2, "TESTA S.A.", NULL)
        + entry(3, "TWICE", NULL)
        + entry(4, "TWICE", NULL)
    )
    entities = {entity.entity_id: entity for entity in parse(write(tmp_path, sdn + END))}
    assert [(tie.type, tie.name, tie.entity_id) for tie in entities["1"].relations] == [
        (RelationType.LINKED_TO, "TESTA S.A.", "2"),
        (RelationType.LINKED_TO, "TWICE", None),
        (RelationType.LINKED_TO, "NOBODY", None),
    ]


def test_missing_files_are_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "SDN.CSV").write_text(entry(7) + END, encoding="utf-8")
    parsed = parse(tmp_path)
    assert len(list(parsed)) == 1
    assert parsed.notes == [
        f"{name} is missing from {tmp_path.name}; the list was read without it"
        for name in ("add.csv", "sdn_comments.csv")
    ]
    assert parsed.doubts == [f"alt.csv is missing from {tmp_path.name}, so nobody is found by an alias"]


def test_a_file_without_its_end_mark_is_noted(tmp_path: Path) -> None:
    parsed = parse(write(tmp_path, entry(7)))
    assert parsed.doubts[:1] == ["sdn.csv lacks the end mark of OFAC's files, so it may be cut"]


def test_a_file_in_windows_1252_is_read_and_noted(tmp_path: Path) -> None:
    parsed = parse(write(tmp_path, (entry(7, "MUÑOZ, José") + END).encode("cp1252")))
    assert next(parsed.entities).names[0].text == "MUÑOZ, José"
    assert "sdn.csv is not in UTF-8; it was read as Windows-1252" in parsed.notes


def test_what_has_no_field_is_counted_and_kept(tmp_path: Path) -> None:
    sdn = entry(7, kind="robot", remarks="citizen Atlantis; led a test.") + END
    parsed = parse(write(tmp_path, sdn))
    (entity,) = parsed
    assert entity.kind is Kind.UNKNOWN
    assert entity.remarks == ("citizen Atlantis", "led a test")
    assert parsed.not_understood == {
        "type of entry 'robot'": 1,
        "remark: citizen": 1,
        "remark: no keyword": 1,
    }


@pytest.mark.parametrize(
    ("sdn", "expected"),
    [
        ("", "sdn.csv, line 1: is empty"),
        ("\r\n\r\n", "sdn.csv: holds no entry"),
        ('<?xml version="1.0"?><sdnList/>', "sdn.csv, line 1: holds XML"),
        ("<html><body>maintenance</body></html>", "sdn.csv, line 1: holds a web page"),
        ('{"error":"Forbidden"}', "sdn.csv, line 1: holds JSON"),
        (b"PK\x03\x04rest", "sdn.csv, line 1: holds a ZIP archive"),
        (entry(1) + row(2, "DOE, Jon", "individual"), "sdn.csv, line 2: has 3 columns instead of 12"),
        (entry(1) + '2,"DOE, J', "sdn.csv, line 2: is not readable as CSV from here on"),
        (entry(1) + entry(2)[:-2].removesuffix(f",{NULL}"), "sdn.csv, line 2: has 11 columns instead of 12"),
        (entry(1) + entry(1), "sdn.csv, line 2: repeats entry 1 of line 1"),
        (entry(1) + END + entry(2), "sdn.csv, line 2: goes on after its end mark"),
        (",".join("abcdefghijkl"), "sdn.csv, line 1, column 1: does not begin with an entry number"),
        (entry(1, NULL), "sdn.csv, line 1: entry 1 cannot be read"),
        (entry(1, "\x00"), "sdn.csv, line 1: holds bytes that no text has"),
        (b"\x81\x8d", "sdn.csv, line 1: holds bytes that are text neither in UTF-8 nor in Windows-1252"),
        (entry(1, remarks="x" * 200_000), "sdn.csv, line 1: is not readable as CSV from here on"),
    ],
)
def test_a_damaged_file_is_refused_with_file_and_line(
    tmp_path: Path, sdn: str | bytes, expected: str
) -> None:
    assert refusal(write(tmp_path, sdn)).startswith(f"us_ofac_sdn: {expected}")


def test_files_of_different_days_are_refused(tmp_path: Path) -> None:
    write(tmp_path, entry(1) + END, alt=row(2, 1, "aka", "ROE", NULL) + END)
    assert refusal(tmp_path) == (
        "us_ofac_sdn: alt.csv, line 1: belongs to entry 2, which is not in sdn.csv; fetch all files again"
    )


def test_a_folder_without_the_list_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        f"us_ofac_sdn: {tmp_path.name}: holds none of SDN_ENHANCED.ZIP, SDN_ADVANCED.XML, SDN.XML and "
        "sdn.csv; give the file itself"
    )
    (tmp_path / "alt.csv").write_text(END, encoding="utf-8")
    assert "sdn.csv: is missing from" in refusal(tmp_path)
    assert refusal(tmp_path / "nothing").startswith("us_ofac_sdn: nothing: is not there; give the folder")
    (tmp_path / "sdn.csv").write_text(entry(7) + END, encoding="utf-8")
    assert "or the folder that holds sdn.csv" in refusal(tmp_path / "sdn.csv")


@pytest.mark.parametrize(
    ("local", "city", "region", "postcode"),
    [
        ("St. Petersburg 190000", "St. Petersburg", None, "190000"),
        ("Hebron, West Bank", "Hebron", "West Bank", None),
        ("Culiacan, Sinaloa C.P. 80160", "Culiacan", "Sinaloa", "C.P. 80160"),
        ("London EC3A 8EP", "London", None, "EC3A 8EP"),
        ("Amsterdam 1016 BJ", "Amsterdam", None, "1016 BJ"),
        ("Hamilton HM 11", "Hamilton", None, "HM 11"),
        ("Novaya Village, Novy District, Velm Region", "Novaya Village, Novy District", "Velm Region", None),
        ("Aldan, Republic of Sakha (Yakutia) 678900", "Aldan", "Republic of Sakha (Yakutia)", "678900"),
    ],
)
def test_city_province_and_postal_code_are_taken_apart(
    tmp_path: Path, local: str, city: str, region: str | None, postcode: str | None
) -> None:
    write(tmp_path, entry(7) + END, add=row(7, 1, "1 Test St.", local, "Russia", NULL) + END)
    (address,) = only(tmp_path).addresses
    assert (address.city, address.region, address.postcode) == (city, region, postcode)
    assert address.text == f"1 Test St., {local}, Russia"


@pytest.mark.parametrize(
    "name",
    [
        "ofac-sdn-empty.csv",
        "csl-truncated-2023-11-30.csv",
        "maintenance.html",
        "eu-403-body.json",
        "un-truncated.xml",
    ],
)
def test_what_servers_really_sent_instead_is_refused(tmp_path: Path, name: str) -> None:
    shutil.copy(shared(f"lists/broken/{name}"), tmp_path / "sdn.csv")
    assert refusal(tmp_path).startswith("us_ofac_sdn: sdn.csv, line 1: ")


FOLDER = "lists/us_ofac_sdn/csv-2023-12-28"


@pytest.fixture(scope="module")
def real() -> tuple[Parsed, dict[str, ListedEntity]]:
    parsed = parse(shared(FOLDER))
    return parsed, {entity.entity_id: entity for entity in parsed}


def real_rows(name: str) -> list[list[str]]:
    text = (shared(FOLDER) / name).read_text(encoding="utf-8").rstrip(END)
    return list(csv.reader(io.StringIO(text, newline="")))


Real = tuple[Parsed, dict[str, ListedEntity]]


def test_all_13821_real_entries_are_read(real: Real) -> None:
    parsed, entities = real
    summary = Summary.of(entities.values())
    assert summary.entities == {
        Kind.PERSON: 6_646,
        Kind.ORGANIZATION: 6_033,
        Kind.VESSEL: 764,
        Kind.AIRCRAFT: 378,
    }
    assert len(entities) == 13_821
    assert check_assertions(source("us_ofac_sdn"), summary) == []
    assert parsed.notes == [
        f"sdn_comments.csv is missing from {Path(FOLDER).name}; the list was read without it"
    ]


def test_none_of_the_17091_real_aliases_is_lost(real: Real) -> None:
    _, entities = real
    types = {"aka": NameType.ALIAS, "fka": NameType.FORMER, "nka": NameType.ALIAS}
    names = {
        number: {(name.text, name.type, name.strength) for name in e.names} for number, e in entities.items()
    }
    rows = real_rows("alt.csv")
    assert len(rows) == 17_091
    assert [row for row in rows if (row[3], types[row[2]], Strength.STRONG) not in names[row[0]]] == []
    all_names = [name for entity in entities.values() for name in entity.names]
    assert len(all_names) == 34_281
    assert Counter(name.strength for name in all_names) == {
        Strength.STRONG: 13_821 + 17_091,
        Strength.WEAK: 3_369,
    }


def test_each_of_the_18990_real_address_rows_is_read(real: Real) -> None:
    _, entities = real
    rows = real_rows("add.csv")
    assert len(rows) == 18_990
    stated = Counter(row[0] for row in rows if any(cell.strip() != "-0-" for cell in row[2:5]))
    assert stated == {number: len(e.addresses) for number, e in entities.items() if e.addresses}
    assert stated.total() == 16_338  # the other rows are empty: entries without an address


def test_the_real_identifiers_are_typed(real: Real) -> None:
    _, entities = real
    types = Counter(identifier.type for entity in entities.values() for identifier in entity.identifiers)
    assert types[IdentifierType.IMO] == 759
    assert types[IdentifierType.WALLET] == 263
    assert types[IdentifierType.PASSPORT] == 2_077
    assert types[IdentifierType.LEI] == 63
    ties = [tie for entity in entities.values() for tie in entity.relations]
    assert len(ties) == 5_989
    assert sum(tie.entity_id is not None for tie in ties) > 0.95 * len(ties)


def test_older_and_newer_folders_are_read_too() -> None:
    parsed = parse(shared("lists/us_ofac_sdn/csv-2019-01"))
    entities = {entity.entity_id: entity for entity in parsed}
    assert len(entities) == 7_379
    assert entities["12300"].relations[-1].name == "R D I S.A."  # the last one in the comments file
    assert any(
        "sdn_comments.csv continues 10 entries that sdn.csv does not have" in note for note in parsed.notes
    )
    newest = parse(shared("lists/us_ofac_sdn/csv-2024-07-02"))
    assert sum(1 for _ in newest) == 15_443
