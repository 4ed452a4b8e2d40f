"""The Consolidated Screening List: its CSV, plain and compressed, OFAC's numbers in it, damaged files."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import shared

from lists.model import Gender, IdentifierType, Kind, ListedEntity, NameType, RelationType
from lists.source import Parsed, SourceError, Summary, check_assertions, source

COLUMNS = tuple(
    """_id source entity_number type programs name title addresses federal_register_notice start_date end_date
    standard_order license_requirement license_policy call_sign vessel_type gross_tonnage
    gross_registered_tonnage vessel_flag vessel_owner remarks source_list_url alt_names citizenships
    dates_of_birth nationalities places_of_birth source_information_url ids""".split()
)
SDN = "Specially Designated Nationals (SDN) - Treasury Department"
PERSON = {
    "_id": "99001",
    "source": SDN,
    "entity_number": "99001",
    "type": "Individual",
    "programs": "TEST; PROOF-EO1",
    "name": "TESTOV, Azim",
    "title": "Haji; Minister of Tests",
    "addresses": "1 Test Street, Minsk, 220000, BY; Testabad",
    "remarks": "(Linked To: TEST BANK); Believed to be in hiding",
    "alt_names": "TESTIEV, Asim; THE TESTER",
    "citizenships": "BY",
    "dates_of_birth": "1961-02-03; circa 1962",
    "nationalities": "RU",
    "places_of_birth": "Testabad, Belarus",
    "source_information_url": "https://example.org/sdn",
    "ids": "BY, AB0000001, Passport; Male, Gender; 0xtest, Digital Currency Address - ETH; Some rules, "
    "part 1, Secondary sanctions risk:; a@example.org, Email Address",
}
SHIP = {
    "_id": "99002",
    "source": SDN,
    "entity_number": "99002",
    "type": "Vessel",
    "name": "TEST STAR",
    "call_sign": "TEST1",
    "vessel_type": "Tug",
    "gross_tonnage": "640",
    "gross_registered_tonnage": "478",
    "vessel_flag": "Iran",
    "vessel_owner": "Test Lines",
    "ids": "IMO 9074729, Vessel Registration Identification; Malta, Former Vessel Flag",
}
EXPORTER = {
    "_id": "0ab1",
    "source": "Entity List (EL) - Bureau of Industry and Security",
    "name": "Test Works (TW). Affiliated Entity: Test Works Minsk",
    "federal_register_notice": "84 FR 1",
    "start_date": "2019-05-21",
    "license_policy": "Presumption of denial",
    "alt_names": "Proof Works; and PW, and its sub-units and successors",
}
Parse = Callable[..., Parsed]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    def written(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, packed: bool = False) -> Parsed:
        file = tmp_path / "consolidated.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, columns, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        if packed:
            file.write_bytes(gzip.compress(file.read_bytes()))
        return source("us_csl").parse(file)

    return written


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_every_part_of_a_person_goes_to_its_field(parse: Parse, packed: bool) -> None:
    parsed = parse(PERSON, packed=packed)
    (person,) = parsed
    assert (person.entity_id, person.kind, person.gender) == ("SDN-99001", Kind.PERSON, Gender.MALE)
    assert person.programmes == (SDN, "TEST", "PROOF-EO1")
    assert [(name.text, name.type, name.family) for name in person.names] == [
        ("TESTOV, Azim", NameType.PRIMARY, "TESTOV"),
        ("TESTIEV, Asim", NameType.ALIAS, "TESTIEV"),
        ("THE TESTER", NameType.ALIAS, None),
    ]
    assert [date.text for date in person.birth_dates] == ["1961-02-03", "circa 1962"]
    assert person.nationalities == ("RU", "BY")
    assert [(place.text, place.country) for place in person.birth_places] == [("Testabad, Belarus", "BY")]
    assert [address.country for address in person.addresses] == ["BY", None]
    assert (person.titles, person.positions) == (("Haji",), ("Minister of Tests",))
    assert [(found.type, found.value, found.country, found.scheme) for found in person.identifiers] == [
        (IdentifierType.PASSPORT, "AB0000001", "BY", "Passport"),
        (IdentifierType.WALLET, "0xtest", None, "ETH"),
        (IdentifierType.EMAIL, "a@example.org", None, "Email Address"),
    ]
    assert [(tie.type, tie.name) for tie in person.relations] == [(RelationType.LINKED_TO, "TEST BANK")]
    assert person.remarks == ("Believed to be in hiding", "Secondary sanctions risk: Some rules, part 1")
    assert person.topics == ("sanction",)
    assert parsed.not_understood == {} and parsed.notes == []


def test_a_ship_keeps_its_numbers_and_flags(parse: Parse) -> None:
    (ship,) = parse(SHIP)
    assert ship.kind is Kind.VESSEL and ship.craft is not None
    assert [(found.type, found.value) for found in ship.identifiers] == [
        (IdentifierType.CALL_SIGN, "TEST1"),
        (IdentifierType.IMO, "9074729"),
    ]
    craft = ship.craft
    assert (craft.type, craft.flag, craft.former_flags, craft.owner) == ("Tug", "IR", ("MT",), "Test Lines")
    assert (craft.deadweight_tons, craft.gross_registered_tons) == ("640", "478")


def test_an_entry_of_another_list_is_told_from_a_sanction(parse: Parse) -> None:
    (exporter,) = parse(EXPORTER)
    assert (exporter.entity_id, exporter.kind) == ("EL-0ab1", Kind.UNKNOWN)
    assert (exporter.programmes, exporter.topics) == ((EXPORTER["source"],), ("export.control",))
    assert (exporter.legal_basis, exporter.remarks) == (
        ("84 FR 1",),
        ("License policy: Presumption of denial",),
    )
    assert [name.text for name in exporter.names] == [
        "Test Works (TW). Affiliated Entity: Test Works Minsk",
        "Test Works Minsk",
        "Proof Works",
        "PW, and its sub-units and successors",
    ]


def test_one_party_on_two_lists_is_two_entries(parse: Parse) -> None:
    other = PERSON | {"source": "Capta List (CAP) - Treasury Department"}
    parsed = parse(PERSON, other, PERSON)
    assert [entity.entity_id for entity in parsed] == ["SDN-99001", "CAP-99001", "SDN-99001-2"]
    assert parsed.notes == ["rows that repeat an entry of their list: 1; each is an entry"]


def test_a_column_nobody_has_seen_before_is_counted_and_kept(parse: Parse) -> None:
    new = {"eye_colour": "green", "type": "Robot", "nationalities": "Atlantis", "dates_of_birth": "in spring"}
    parsed = parse(PERSON | new, columns=(*COLUMNS, "eye_colour"))
    (entity,) = parsed
    assert entity.kind is Kind.UNKNOWN
    assert {"eye_colour: green", "type: Robot", "nationalities: Atlantis"} <= set(entity.remarks)
    assert set(parsed.not_understood) == {"eye_colour", "type", "nationalities", "dates_of_birth"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ", line 1: is empty"),
        ("<html>maintenance</html>", ", line 1: holds a web page"),
        ('{"results":[]}', ", line 1: holds JSON"),
        ("_id,source,type\n1,2,3\n", ": has no heading with the columns name"),
        ("_id,source,type,name\n", ": holds no entry"),
        ("_id,source,type,name\n1,x\n", ", line 2: has 2 columns instead of 4; the file may be cut"),
        ("_id,source,type,name\n_id,source,type,name\n", ", line 2: repeats the heading"),
        ('_id,source,type,name\n1,x,,"A', ", line 2: is not readable as CSV from here on"),
        ("_id,source,type,name\n,x,,A\n", ", line 2: has no _id or no source"),
        ("_id,source,type,name\n1,(EL),,\n", ", line 2: entry EL-1 cannot be read"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(tmp_path: Path, content: str, expected: str) -> None:
    file = tmp_path / "consolidated.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        list(source("us_csl").parse(tmp_path))
    assert str(refused.value).startswith(f"us_csl: {file.name}{expected}")


def test_a_hostile_row_is_read_without_taking_long(parse: Parse) -> None:
    many = "Linked To: A, and its (sub-units (" * 800
    (entity,) = parse(dict.fromkeys(COLUMNS, many) | {"_id": "1", "source": SDN, "type": "Entity"})
    assert entity.names


def test_the_real_file_that_was_cut_is_refused() -> None:
    with pytest.raises(SourceError, match=r"csl-truncated-2023-11-30\.csv, line 2: repeats the heading"):
        list(source("us_csl").parse(shared("lists/broken/csl-truncated-2023-11-30.csv")))


@pytest.fixture(scope="module")
def real() -> tuple[Parsed, list[ListedEntity]]:
    parsed = source("us_csl").parse(shared("lists/us_csl"))
    return parsed, list(parsed)


def test_all_14160_real_rows_are_read(real: tuple[Parsed, list[ListedEntity]]) -> None:
    parsed, entities = real
    summary = Summary.of(entities)
    assert len({entity.entity_id for entity in entities}) == 14_160
    assert summary.entities == {
        Kind.PERSON: 5_286,
        Kind.ORGANIZATION: 4_533,
        Kind.UNKNOWN: 3_625,
        Kind.VESSEL: 433,
        Kind.AIRCRAFT: 283,
    }
    assert check_assertions(source("us_csl"), summary) == []
    assert parsed.not_understood.total() < 10
    assert Counter(entity.programmes[0] for entity in entities)[SDN] == 10_026


def test_the_real_numbers_are_typed(real: tuple[Parsed, list[ListedEntity]]) -> None:
    numbers = Counter(number.type for entity in real[1] for number in entity.identifiers)
    assert numbers[IdentifierType.WALLET] == 344
    assert numbers[IdentifierType.IMO] > 400 and numbers[IdentifierType.PASSPORT] > 1_600
    assert numbers[IdentifierType.OTHER] < 200
