"""OFAC's lists in its four formats: the same entries from each, and no format that is not what it seems."""

from __future__ import annotations

import shutil
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import PROJECT, shared
from hypothesis import given
from hypothesis import strategies as st

from lists import ofac_tables
from lists.digest import fingerprint
from lists.model import (
    DatePrecision,
    IdentifierType,
    Kind,
    ListedEntity,
    NameType,
    RelationType,
    Strength,
)
from lists.ofac_dates import read_period
from lists.source import Parsed, SourceError, Summary, check_assertions, source

INVENTED = PROJECT / "tests" / "ofac"
FORMATS = ("csv", "classic.xml", "advanced.xml", "enhanced.xml")

Entities = dict[str, ListedEntity]


def parse(path: Path, list_id: str = "us_ofac_cons") -> Parsed:
    return source(list_id).parse(path)


def read(path: Path) -> Entities:
    return {entity.entity_id: entity for entity in parse(path)}


def refusal(path: Path, list_id: str = "us_ofac_cons") -> str:
    with pytest.raises(SourceError) as refused:
        list(parse(path, list_id))
    return str(refused.value)


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return path


def altered(path: Path, form: str, *replacements: tuple[str, str]) -> Path:
    """A copy of an invented file with something else in it."""
    text = (INVENTED / form).read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


# The four invented entries, each of which stands in each format.


@pytest.fixture(scope="module")
def invented() -> dict[str, Entities]:
    return {form: read(INVENTED / form) for form in FORMATS}


def test_csv_and_classic_xml_give_the_very_same_entries(invented: dict[str, Entities]) -> None:
    assert invented["csv"] == invented["classic.xml"]


def test_advanced_and_enhanced_xml_give_the_very_same_entries(invented: dict[str, Entities]) -> None:
    advanced, enhanced = invented["advanced.xml"], invented["enhanced.xml"]
    assert {key: fingerprint(entity) for key, entity in advanced.items()} == {
        key: fingerprint(entity) for key, entity in enhanced.items()
    }


def test_the_fuller_formats_only_add_to_the_others(invented: dict[str, Entities]) -> None:
    for key, less in invented["classic.xml"].items():
        more = invented["enhanced.xml"][key]
        assert [name for name in more.names if name.type is not NameType.ORIGINAL_SCRIPT] == list(less.names)
        assert set(less.addresses) <= set(more.addresses)
        assert set(less.remarks) <= set(more.remarks)
        assert set(less.legal_basis) <= set(more.legal_basis)
        assert [(tie.name, tie.entity_id) for tie in less.relations] == [
            (tie.name, tie.entity_id) for tie in more.relations
        ]
        said_alike = less.model_fields_set - {
            "names", "addresses", "remarks", "legal_basis", "relations", "listed_on",
        }  # fmt: skip
        for field in said_alike:
            assert getattr(less, field) == getattr(more, field), (key, field)


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_of_the_invented_files_is_left_over(form: str) -> None:
    parsed = parse(INVENTED / form)
    assert len(list(parsed)) == 4
    # In the CSV files a remark may be a statement that could not be read.
    assert parsed.not_understood == ({"remark: no keyword": 1} if form == "csv" else {})
    assert parsed.notes == []


def test_a_person_is_read_with_everything_that_is_stated(invented: dict[str, Entities]) -> None:
    person = invented["enhanced.xml"]["90001"]
    assert person.kind is Kind.PERSON
    assert [(name.text, name.type, name.strength, name.script) for name in person.names] == [
        ("DVESSIK, Orlan Tamir", NameType.PRIMARY, Strength.STRONG, None),
        ("ДВЕССИК, Орлан Тамир", NameType.ORIGINAL_SCRIPT, Strength.STRONG, "Cyrl"),
        ("DVESIK, Orlan", NameType.ALIAS, Strength.STRONG, None),
        ("The Ferryman", NameType.ALIAS, Strength.WEAK, None),
        ("AL-DVESSIK, Orlan", NameType.ALIAS, Strength.WEAK, None),
    ]
    assert (person.names[0].family, person.names[0].given) == ("DVESSIK", "Orlan Tamir")
    assert [(date.text, date.precision) for date in person.birth_dates] == [
        ("circa 1961", DatePrecision.CIRCA),
        ("1953 to 1954", DatePrecision.RANGE),
    ]
    assert person.nationalities == ("IR", "MM")
    assert person.titles == ("Haji",) and person.positions == ("Minister of Tests",)
    passport = next(found for found in person.identifiers if found.type is IdentifierType.PASSPORT)
    assert (passport.value, passport.country) == ("A1234567", "IR")
    assert passport.issued and passport.issued.text == "05 Jan 2010"
    assert passport.expires and passport.expires.text == "04 Jan 2015"
    wallet = next(found for found in person.identifiers if found.type is IdentifierType.WALLET)
    assert (wallet.scheme, wallet.value) == ("XBT", "1TestTestTestTestTestTestTestTest1")
    assert person.programmes == ("VELM", "QUAY")
    assert person.legal_basis == ("Executive Order 1 (Velm)", "Executive Order 2 (Quay)")
    assert [(tie.type, tie.entity_id) for tie in person.relations] == [(RelationType.OWNER_OF, "90002")]
    assert {
        "Ferry master of Port Velm",
        "Sanctions type: Reject",
        "Birthdate 1953 to 1954: Reported",
        "National ID No. 1000000001: issued by Civil Registry of Velm",
        "SDN List: 2011-05-06",
    } <= set(person.remarks)


def test_an_entry_is_listed_since_the_first_day_on_a_list_of_this_kind(
    invented: dict[str, Entities], tmp_path: Path
) -> None:
    assert str(invented["enhanced.xml"]["90001"].listed_on) == "2014-01-02"  # not the SDN list's day
    only_sdn = altered(
        tmp_path / "sdn.xml", "enhanced.xml", ('refId="91512">Consolidated List', 'refId="1">SDN List')
    )
    entities = {entity.entity_id: entity for entity in parse(only_sdn, "us_ofac_sdn")}
    assert str(entities["90001"].listed_on) == "2011-05-06"
    assert entities["90002"].listed_on is None


def test_ships_and_aircraft_have_their_craft_and_their_numbers(invented: dict[str, Entities]) -> None:
    for form in FORMATS:
        ship, aircraft = invented[form]["90003"], invented[form]["90004"]
        assert (ship.kind, aircraft.kind) == (Kind.VESSEL, Kind.AIRCRAFT)
        assert ship.craft and aircraft.craft
        assert (ship.craft.type, ship.craft.flag, ship.craft.former_flags) == (
            "Crude Oil Tanker",
            "PA",
            ("MT",),
        )
        assert (ship.craft.deadweight_tons, ship.craft.gross_registered_tons) == ("640", "478")
        assert ship.craft.owner == "TESTA SHIPPING"
        assert ship.craft.manufactured and ship.craft.manufactured.text == "1997"
        assert {found.type: found.value for found in ship.identifiers} == {
            IdentifierType.CALL_SIGN: "TEST1",
            IdentifierType.IMO: "9999993",
            IdentifierType.MMSI: "999000111",
        }
        assert (aircraft.craft.type, aircraft.craft.operator) == ("A320-231", "TEST AIR")


@given(st.dates(), st.dates(), st.booleans())
def test_a_period_keeps_its_first_and_last_day(first: object, last: object, circa: bool) -> None:
    import datetime as dt  # noqa: PLC0415

    assert isinstance(first, dt.date) and isinstance(last, dt.date)
    read = read_period(first, last, circa=circa)
    if first > last:
        assert read is None
    else:
        assert read is not None and (read.earliest, read.latest) == (first, last)


# OFAC's own files of four different days.

REAL = {
    "csv": "lists/us_ofac_cons/csv-2025-12",
    "classic": "lists/us_ofac_cons/classic-2025-03-28.xml",
    "advanced": "lists/us_ofac_cons/advanced-2020-03-17.xml",
    "enhanced": "lists/us_ofac_cons/enhanced-2025-01-10.zip",
}
COMPARED = (
    "kind", "names", "birth_dates", "birth_places", "nationalities", "countries", "gender", "identifiers",
    "titles", "positions", "craft", "founded", "programmes",
)  # fmt: skip

# Parties that OFAC put on its SDN list too in October 2025, when it updated their records, and one that
# lost a programme.
ROSNEFT_AND_LUKOIL = {
    "17248", "18267", "18269", "18271", "18274", "18276", "18282", "18284", "18290", "18292",
}  # fmt: skip
UPDATED_IN_2025 = {
    "names": {"17248", "18271", "18282", "18284", "18290", "18292"},
    "identifiers": ROSNEFT_AND_LUKOIL,
    "programmes": ROSNEFT_AND_LUKOIL | {"17022", "18782"},
}


@pytest.fixture(scope="module")
def real() -> dict[str, Entities]:
    return {form: read(shared(path)) for form, path in REAL.items()}


def differences(some: Entities, others: Entities) -> dict[str, set[str]]:
    """The entries in both that differ in a field, by field; names in their original script left out."""

    def said(entity: ListedEntity, field: str) -> object:
        value = getattr(entity, field)
        if field == "names":
            value = [name for name in value if name.type is not NameType.ORIGINAL_SCRIPT]
        return set(value) if isinstance(value, list | tuple) else value

    found = {
        field: {
            key for key in some.keys() & others.keys() if said(some[key], field) != said(others[key], field)
        }
        for field in COMPARED
    }
    return {field: keys for field, keys in found.items() if keys}


@pytest.mark.parametrize(
    ("form", "persons", "organisations", "names"),
    [
        ("csv", 79, 363, 1_587),
        ("classic", 80, 363, 1_579),
        ("advanced", 82, 293, 1_290),
        ("enhanced", 80, 363, 1_624),
    ],
)
def test_all_real_entries_and_names_are_read(
    real: dict[str, Entities], form: str, persons: int, organisations: int, names: int
) -> None:
    summary = Summary.of(real[form].values())
    assert summary.entities == {Kind.PERSON: persons, Kind.ORGANIZATION: organisations}
    assert summary.names == names
    assert check_assertions(source("us_ofac_cons"), summary) == []


@pytest.mark.parametrize("form", ["classic", "advanced", "enhanced"])
def test_every_element_of_the_real_xml_files_is_understood(form: str) -> None:
    parsed = parse(shared(REAL[form]))
    assert len(list(parsed)) > 0
    assert parsed.not_understood == {} and parsed.notes == []
    assert parsed.published_on is not None and parsed.published_on.isoformat() in REAL[form]


def test_classic_xml_and_csv_agree_but_for_what_ofac_changed_in_between(real: dict[str, Entities]) -> None:
    assert real["classic"].keys() - real["csv"].keys() == {"26182"}  # delisted
    assert real["csv"].keys() <= real["classic"].keys()
    assert differences(real["classic"], real["csv"]) == UPDATED_IN_2025


def test_enhanced_and_classic_xml_agree_but_for_what_ofac_changed_in_between(
    real: dict[str, Entities],
) -> None:
    assert real["enhanced"].keys() == real["classic"].keys()
    # The countries of numbers of one bank, which OFAC withdrew, and of another, which it added.
    assert differences(real["enhanced"], real["classic"]) == {"identifiers": {"17013", "18784"}}


def test_an_entry_of_five_years_earlier_has_the_same_reference_and_birth_date(
    real: dict[str, Entities],
) -> None:
    advanced, enhanced = real["advanced"], real["enhanced"]
    both = advanced.keys() & enhanced.keys()
    assert len(both) == 366
    assert "birth_dates" not in differences(advanced, enhanced)
    assert [key for key in both if advanced[key].listed_on != enhanced[key].listed_on] == []


def test_addresses_agree_whether_their_parts_stand_apart_or_in_one_text(real: dict[str, Entities]) -> None:
    csv, classic = real["csv"], real["classic"]
    shared_texts = 0
    taken_apart_alike = 0
    for key in csv.keys() & classic.keys():
        ours = {address.text: address for address in classic[key].addresses}
        for address in csv[key].addresses:
            if address.text in ours:
                shared_texts += 1
                taken_apart_alike += address == ours[address.text]
                assert address.country == ours[address.text].country
    assert shared_texts == 516
    assert taken_apart_alike >= 0.96 * shared_texts


def test_the_real_enhanced_file_states_ties_scripts_and_law(real: dict[str, Entities]) -> None:
    entities = real["enhanced"].values()
    ties = [tie for entity in entities for tie in entity.relations]
    assert {kind: sum(tie.type is kind for tie in ties) for kind in {tie.type for tie in ties}} == {
        RelationType.OWNED_BY: 278,
        RelationType.OWNER_OF: 4,
        RelationType.ACTING_FOR: 1,
    }
    assert all(tie.entity_id for tie in ties)
    scripts = [name.script for entity in entities for name in entity.names if name.script]
    assert {script: scripts.count(script) for script in set(scripts)} == {"Cyrl": 39, "Hans": 5, "Hant": 1}
    assert all(entity.legal_basis and entity.listed_on for entity in entities)
    bank = real["enhanced"]["17013"]
    assert "БАНК ВТБ ПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО" in {name.text for name in bank.names}
    assert str(bank.listed_on) == "2014-07-29" and "SDN List: 2022-02-24" in bank.remarks


# Files that are not what they seem.


def test_a_file_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    shutil.copy(INVENTED / "advanced.xml", tmp_path / "list.csv")
    archive(tmp_path / "list.xml", {"CONS_ENHANCED.XML": (INVENTED / "enhanced.xml").read_bytes()})
    assert read(tmp_path / "list.csv").keys() == read(tmp_path / "list.xml").keys()


def test_of_several_formats_in_a_folder_the_fullest_is_read(tmp_path: Path) -> None:
    shutil.copytree(INVENTED / "csv", tmp_path, dirs_exist_ok=True)
    assert parse(tmp_path).files[0].name == "cons_prim.csv"
    shutil.copy(INVENTED / "classic.xml", tmp_path / "consolidated.xml")
    assert [file.name for file in parse(tmp_path).files] == ["consolidated.xml"]
    archive(tmp_path / "cons_enhanced.zip", {"CONS_ENHANCED.XML": (INVENTED / "enhanced.xml").read_bytes()})
    assert [file.name for file in parse(tmp_path).files] == ["cons_enhanced.zip"]


def test_the_one_file_in_a_folder_is_read_whatever_its_name(tmp_path: Path) -> None:
    shutil.copy(INVENTED / "classic.xml", tmp_path / "classic-2025-03-28.xml")
    assert len(read(tmp_path)) == 4
    shutil.copy(INVENTED / "classic.xml", tmp_path / "another.xml")
    assert "holds none of CONS_ENHANCED.ZIP, CONS_ADVANCED.XML" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("form", "old", "new", "reason"),
    [
        ("enhanced.xml", "Consolidated List</sanctionsList></sanctionsLists></filters>",
         "SDN List</sanctionsList></sanctionsLists></filters>",
         "line 3: holds OFAC's SDN List instead of its Consolidated List"),
        ("advanced.xml", ">Consolidated List</List>", ">SDN List</List>",
         "holds another list than OFAC's Consolidated List"),
        ("enhanced.xml", "api/PublicationPreview/exports/ENHANCED_XML", "ofac/DeltaFile/1.0",
         "line 1: holds changes to OFAC's list and not the list"),
        ("advanced.xml", 'Version="3"', 'Version="3" DeltaBaseVersion="2"',
         "line 1: holds changes to OFAC's list and not the list"),
        ("enhanced.xml", "publicationInfo", "information", "does not begin with its publicationInfo"),
        ("classic.xml", "<Record_Count>4", "<Record_Count>5", "says that it has 5 entries and has 4"),
        ("classic.xml", "<uid>90002</uid>", "<uid>90001</uid>", "line 35: repeats entry 90001 of line 4"),
        ("classic.xml", "<uid>90002</uid>", "", "line 35: is an entry without its number"),
        ("enhanced.xml", 'entity id="90002"', 'entity id="90001"', "line 61: repeats entry 90001 of line 7"),
        ("advanced.xml", 'DistinctParty FixedRef="90002"', 'DistinctParty FixedRef="x"',
         "is an entry without its number"),
        ("classic.xml", "<lastName>TESTA TRADING LLC</lastName>", "", "line 35: entry 90002 cannot be read"),
        ("classic.xml", "sdnList", "sanctionList", "is XML with the root element sanctionList instead of "),
        ("classic.xml", "</sdnList>", "", "is not well-formed XML"),
        ("enhanced.xml", "</sanctionsData>", "", "is not well-formed XML"),
        ("advanced.xml", "</Sanctions>", "", "is not well-formed XML"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_the_whole_list_is_refused(
    tmp_path: Path, form: str, old: str, new: str, reason: str
) -> None:
    assert refusal(altered(tmp_path / "list.xml", form, (old, new))).startswith("us_ofac_cons: list.xml")
    assert reason in refusal(tmp_path / "list.xml")


@pytest.mark.parametrize(
    ("root", "entries"), [("sdnList", ""), ("Sanctions", ""), ("sanctionsData", "<publicationInfo/>")]
)
def test_a_list_without_an_entry_is_refused(tmp_path: Path, root: str, entries: str) -> None:
    (tmp_path / "list.xml").write_text(f"<{root}>{entries}</{root}>", encoding="utf-8")
    assert refusal(tmp_path / "list.xml") == "us_ofac_cons: list.xml: holds no entry; fetch it again"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "line 1: is empty"),
        (b"<!DOCTYPE html><html>maintenance</html>", "line 1: holds a web page instead of OFAC's list"),
        (b'{"error": "Forbidden"}', "line 1: holds JSON instead of OFAC's list"),
        (b"90001,no XML", "line 1: is neither XML nor a ZIP archive; give CONS_ENHANCED.ZIP"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><sdnList>&a;</sdnList>', "declares a DOCTYPE"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><sdnList/>', "declares a DOCTYPE"),
        (b"<sdnList>" + b"<a>" * 2_000, "is not well-formed XML (Excessive depth"),
        (b'<sdnList a="' + b"x" * 20_000_000 + b'"/>', "line 1"),
        (b"<sdnList>" + b"x" * 20_000_000 + b"</sdnList>", "line 1"),
    ],
    ids=["empty", "page", "json", "text", "entity", "file", "depth", "attribute", "text"],
)
def test_hostile_and_foreign_files_are_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "list.xml").write_bytes(content)
    answer = refusal(tmp_path / "list.xml")
    assert answer.startswith("us_ofac_cons: list.xml, line 1") and reason in answer


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["A.XML", "B.XML"], "holds 'A.XML', 'B.XML' instead of one XML file"),
        ([f"{number}.XML" for number in range(9)], "'2.XML' and 6 more instead of one XML file"),
        (["SDN_ENHANCED.ZIP"], "holds 'SDN_ENHANCED.ZIP' instead of one XML file"),
        (["../../CONS.XML"], "holds '../../CONS.XML', a path instead of a file name"),
        (["C:\\CONS.XML"], "a path instead of a file name"),
        (["/etc/CONS.XML"], "a path instead of a file name"),
    ],
)
def test_an_archive_of_anything_but_one_xml_file_is_refused(
    tmp_path: Path, names: Iterable[str], reason: str
) -> None:
    content = (INVENTED / "enhanced.xml").read_bytes()
    answer = refusal(archive(tmp_path / "list.zip", dict.fromkeys(names, content)))
    assert answer.startswith("us_ofac_cons: list.zip: ") and reason in answer


def test_an_archive_that_is_a_bomb_a_nest_or_damaged_is_refused(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "bomb.zip", {"CONS.XML": b"<sanctionsData>" + b" " * 50_000_000})
    assert "unpacks 'CONS.XML' from" in refusal(bomb)
    nest = archive(tmp_path / "nest.zip", {"CONS.XML": bomb.read_bytes()})
    assert "nest.zip, line 1" in refusal(nest) and "is not well-formed XML" in refusal(nest)
    whole = archive(tmp_path / "cut.zip", {"CONS.XML": (INVENTED / "enhanced.xml").read_bytes()}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-30])
    assert "is not readable as a ZIP archive" in refusal(tmp_path / "cut.zip")
    (tmp_path / "locked.zip").write_bytes(encrypted(whole))
    assert "is not readable as a ZIP archive" in refusal(tmp_path / "locked.zip")


def encrypted(content: bytes) -> bytes:
    """An archive whose one file says that it is encrypted (bit 0 of its flags, here and in the directory)."""
    directory = content.index(b"PK\x01\x02")
    return (
        b"".join((content[:6], struct.pack("<H", 1), content[8 : directory + 8], struct.pack("<H", 1)))
        + content[directory + 10 :]
    )


def test_an_archive_that_says_less_than_it_unpacks_to_is_refused(tmp_path: Path) -> None:
    content = bytearray(
        archive(tmp_path / "lie.zip", {"CONS.XML": b"<sdnList>" + b"<a/>" * 9_000}).read_bytes()
    )
    directory = content.index(b"PK\x01\x02")
    struct.pack_into("<I", content, directory + 24, 12)
    struct.pack_into("<I", content, 22, 12)
    (tmp_path / "lie.zip").write_bytes(content)
    assert "lie.zip" in refusal(tmp_path / "lie.zip")


def test_tables_that_would_take_the_memory_there_is_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ofac_tables, "_MOST_ROWS", 20)
    assert "has more than 20 rows, as no list does" in refusal(INVENTED / "advanced.xml")


@pytest.mark.parametrize("form", ["classic.xml", "advanced.xml", "enhanced.xml"])
def test_an_element_never_seen_before_is_counted_and_kept(tmp_path: Path, form: str) -> None:
    after = {
        "classic.xml": "<lastName>DVESSIK</lastName>",
        "advanced.xml": "<IDRegistrationNo>A1234567</IDRegistrationNo>",
        "enhanced.xml": "<documentNumber>A1234567</documentNumber>",
    }[form]
    parsed = parse(altered(tmp_path / "list.xml", form, (after, f"{after}<colour tone='dark'>red</colour>")))
    person = next(entity for entity in parsed if entity.entity_id == "90001")
    assert [what.rpartition("/")[2] for what in parsed.not_understood] == ["colour", "@tone"]
    assert any("colour: red" in remark for remark in person.remarks)
    assert any("@tone: dark" in remark for remark in person.remarks)


def test_words_never_seen_before_are_counted_and_the_entry_stays(tmp_path: Path) -> None:
    path = altered(
        tmp_path / "list.xml",
        "enhanced.xml",
        (">Individual<", ">Robot<"),
        (">N.K.A.<", ">P.K.A.<"),
        (">Cyrillic<", ">Runic<"),
        (">Owned or Controlled By<", ">Copied from<"),
        (">Passport<", ">Moon Passport<"),
        (">Gender<", ">Mood<"),
    )
    parsed = parse(path)
    entities = {entity.entity_id: entity for entity in parsed}
    assert entities["90001"].kind is Kind.UNKNOWN
    assert "Mood Male" in entities["90001"].remarks
    moon = next(found for found in entities["90001"].identifiers if found.scheme == "Moon Passport")
    assert (moon.type, moon.value) == (IdentifierType.OTHER, "A1234567")
    (tie,) = entities["90002"].relations
    assert (tie.type, tie.entity_id) == (RelationType.LINKED_TO, "90001")
    assert "Copied from DVESSIK, Orlan Tamir" in entities["90002"].remarks
    assert parsed.not_understood == {
        "type of entry 'Robot'": 1,
        "type of alias 'P.K.A.'": 1,
        "script 'Runic'": 1,
        "tie 'Copied from'": 1,
        "remark: Moon Passport": 1,
        "remark: Mood": 1,
    }


def test_a_reference_to_nothing_is_counted(tmp_path: Path) -> None:
    parsed = parse(altered(tmp_path / "list.xml", "advanced.xml", ('LocationID="601"', 'LocationID="999"')))
    assert next(parsed.entities).addresses == ()
    assert parsed.not_understood == {"Location 999": 1}


def test_ties_in_the_classic_remarks_are_read_one_by_one(tmp_path: Path) -> None:
    both = "(Linked To: TESTA TRADING LLC; Linked To: QUAY STAR) (Linked To: NOBODY (VELM))"
    path = altered(
        tmp_path / "list.xml",
        "classic.xml",
        (
            "(Linked To: TESTA TRADING LLC)</remarks>\n    <programList><program>VELM",
            f"{both}</remarks>\n    <programList><program>VELM",
        ),
    )
    person = read(path)["90001"]
    assert [(tie.name, tie.entity_id) for tie in person.relations] == [
        ("TESTA TRADING LLC", "90002"),
        ("QUAY STAR", "90003"),
        ("NOBODY (VELM)", None),
    ]
    assert "Ferry master of Port Velm" in person.remarks


@pytest.mark.parametrize("form", ["classic.xml", "advanced.xml", "enhanced.xml"])
def test_a_remark_that_repeats_the_title_is_not_kept_twice(tmp_path: Path, form: str) -> None:
    remark = "Ferry master of Port Velm"
    path = altered(tmp_path / "list.xml", form, (remark, f"{remark}; Position: Minister of Tests"))
    person = read(path)["90001"]
    assert person.positions == ("Minister of Tests",)
    assert [text for text in person.remarks if "Minister" in text] == []


def test_a_fraudulent_document_a_false_identity_and_a_former_tie_are_told(tmp_path: Path) -> None:
    advanced = (INVENTED / "advanced.xml").read_text(encoding="utf-8")
    valid = advanced.split("<Validity ")[1].split("<")[0]
    path = altered(
        tmp_path / "list.xml",
        "advanced.xml",
        (f"<Validity {valid}", f"<Validity {valid.replace('Valid', 'Fraudulent')}"),
        ('FixedRef="90001" Primary="true" False="false"', 'FixedRef="90001" Primary="true" False="true"'),
        ('Former="false"', 'Former="true"'),
    )
    remarks = read(path)["90001"].remarks
    assert "Passport A1234567: Fraudulent" in remarks
    assert "DVESIK, Orlan: false identity" in remarks
    assert "Owns, controls, or operates TESTA TRADING LLC: former" in remarks
    enhanced = altered(tmp_path / "e.xml", "enhanced.xml", ("<isValid>true", "<isValid>false"))
    assert "Passport A1234567: not valid" in read(enhanced)["90001"].remarks
