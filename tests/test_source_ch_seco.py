"""The Swiss list: its XML as published, with its history in it, damaged and hostile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import shared

from lists.model import DatePrecision, Gender, IdentifierType, Kind, NameType, RelationType, Strength
from lists.source import Parsed, SourceError, source

PROGRAMMES = """
<sanctions-program ssid="1" version-date="2026-01-01">
  <program-key lang="ger">Testland</program-key><program-key lang="eng">Testland (the)</program-key>
  <program-name lang="eng">Ordinance on measures against Testland</program-name>
  <sanctions-set ssid="11" lang="eng">article 1, annex 2</sanctions-set>
  <sanctions-set ssid="11" lang="ger">Artikel 1, Anhang 2</sanctions-set>
  <origin>EU</origin>
</sanctions-program>
"""
PLACES = """
<place ssid="901"><location>Testabad</location><area>North</area><country iso-code="BY">Belarus</country>
</place>
<place ssid="902"><country iso-code="XX">Atlantis</country></place>
"""
LISTED = (
    '<modification modification-type="listed" effective-date="2020-01-02" publication-date="2020-01-01"/>'
)
PERSON = f"""
<target ssid="100"><sanctions-set-id>11</sanctions-set-id><foreign-identifier>EU.1</foreign-identifier>
 <individual sex="male">
  <identity ssid="101" main="true">
   <name ssid="102" name-type="primary-name" quality="good" lang="eng">
    <name-part order="2" name-part-type="given-name"><value>Azim</value>
     <spelling-variant lang="RUS" script="CYRL" spelling-variant-type="not-defined">Азим</spelling-variant>
     <spelling-variant lang="FRA" script="LATN">Azime</spelling-variant></name-part>
    <name-part order="1" name-part-type="family-name"><value>Testov</value>
     <spelling-variant lang="RUS" script="CYRL">Тестов</spelling-variant>
     <spelling-variant lang="RUS" script="CYRL">Тэстов</spelling-variant></name-part>
    <name-part order="3" name-part-type="father-name"><value>Omarovich</value></name-part>
    <name-part order="4" name-part-type="title"><value>General</value></name-part>
    <name-part order="5" name-part-type="maiden-name"><value>Provin</value></name-part>
   </name>
   <name name-type="alias" quality="low"><name-part order="1" name-part-type="whole-name">
    <value>The Tester</value></name-part></name>
   <day-month-year day="3" month="2" year="1961" calendar="Gregorian" quality="good"/>
   <day-month-year year="1962" calendar="Gregorian" quality="low"/>
   <day-month-year day="1" month="1" year="1380" calendar="Islamic" quality="good"/>
   <place-of-birth ssid="103" place-id="901" quality="good"/>
   <nationality ssid="104"><country iso-code="BY">Belarus</country></nationality>
   <address ssid="105" place-id="901"><c-o>Test Club</c-o><address-details>1 Test Street</address-details>
    <zip-code>220000</zip-code><remarks>former</remarks></address>
   <identification-document document-type="diplomatic-passport"><number>D00001</number>
    <issuer code="BY">Belarus</issuer><date-of-issue>2001-03-27</date-of-issue>
    <expiry-date>2011-03-26</expiry-date><remark>lost</remark></identification-document>
  </identity>
  <identity main="false"><name name-type="primary-name" quality="good">
   <name-part order="1" name-part-type="whole-name"><value>Omar Provin</value></name-part></name></identity>
  <justification ssid="106">Responsible for tests.</justification>
  <relation ssid="107" target-id="200" relation-type="related-to"/>
  <other-information ssid="108">Believed to be in hiding.</other-information>
 </individual>
 {LISTED}
</target>
"""
COMPANY = f"""
<target ssid="200" sanctions-set-id="11"><entity><identity main="true">
 <name name-type="formerly-known-as" quality="good"><name-part order="1" name-part-type="whole-name">
  <value>Test Bank</value></name-part></name>
 <day-month-year year="1999" calendar="Gregorian" quality="good"/></identity>
 <other-information>SWIFT/BIC: TESTXX22; Registration number: 000-1; IMO number of the vessel: 5999993.
 </other-information>
</entity>{LISTED}</target>
"""


def target(number: int, *modifications: str) -> str:
    name = f"<name-part order='1' name-part-type='whole-name'><value>Party {number}</value></name-part>"
    return (
        f'<target ssid="{number}"><sanctions-set-id>11</sanctions-set-id><entity><identity main="true"><name '
        f'name-type="primary-name" quality="good">{name}</name></identity></entity>{"".join(modifications)}'
        "</target>"
    )


def modification(kind: str, day: str = "", history: str = "") -> str:
    date = f' effective-date="{day}"' if day else ""
    return f'<modification modification-type="{kind}"{date}>{history}</modification>'


def document(entries: str = "", declaration: str = "", attributes: str = "") -> str:
    attributes = attributes or 'list-type="whole-list" date="2026-08-27"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{declaration}<swiss-sanctions-list {attributes}>\n'
        f"{PROGRAMMES}{entries}{PLACES}</swiss-sanctions-list>"
    )


Parse = Callable[[str | bytes], Parsed]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    def written(content: str | bytes) -> Parsed:
        file = tmp_path / "consolidated-list.xml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return source("ch_seco").parse(file)

    return written


def refusal(parse: Parse, content: str | bytes) -> str:
    with pytest.raises(SourceError) as refused:
        list(parse(content))
    return str(refused.value)


def test_every_part_of_a_person_goes_to_its_field(parse: Parse) -> None:
    parsed = parse(document(PERSON + COMPANY))
    person, company = parsed
    assert parsed.published_on is not None and parsed.published_on.isoformat() == "2026-08-27"
    assert (person.entity_id, person.kind, person.gender) == ("100", Kind.PERSON, Gender.MALE)
    assert person.programmes == company.programmes == ("Testland (the)",)
    assert person.legal_basis == ("Ordinance on measures against Testland, article 1, annex 2 (origin: EU)",)
    assert [(date.earliest.year, date.precision) for date in person.birth_dates] == [
        (1961, DatePrecision.DAY),
        (1962, DatePrecision.CIRCA),
    ]
    (birth_place,) = person.birth_places
    assert (birth_place.text, birth_place.country) == ("Testabad, North, Belarus", "BY")
    (address,) = person.addresses
    assert address.text == "Test Club, 1 Test Street, 220000, Testabad, North, Belarus (former)"
    assert (address.city, address.region, address.postcode, address.country) == (
        "Testabad",
        "North",
        "220000",
        "BY",
    )
    (passport,) = person.identifiers
    assert (passport.type, passport.value, passport.country) == (IdentifierType.PASSPORT, "D00001", "BY")
    assert passport.expires is not None and passport.expires.latest.isoformat() == "2011-03-26"
    assert person.nationalities == ("BY",) and person.titles == ("General",)
    assert person.listed_on is not None and person.listed_on.isoformat() == "2020-01-02"
    assert person.reasons == "Responsible for tests."
    (relation,) = person.relations
    assert (relation.type, relation.name, relation.entity_id) == (RelationType.LINKED_TO, "Test Bank", "200")
    assert person.remarks == (
        "day-month-year: 1380-01-01 (Islamic)",
        "diplomatic-passport D00001: lost",
        "Believed to be in hiding.",
        "Foreign identifier: EU.1",
    )
    assert parsed.not_understood == {"day-month-year": 1}


def test_a_name_is_given_whole_in_every_spelling_of_its_parts(parse: Parse) -> None:
    (person,) = parse(document(PERSON))
    assert [(name.text, name.type, name.strength, name.language, name.script) for name in person.names] == [
        ("Testov Azim Omarovich", NameType.PRIMARY, Strength.STRONG, None, None),
        ("Provin Azim Omarovich", NameType.FORMER, Strength.STRONG, None, None),
        ("Тестов Азим Omarovich", NameType.ORIGINAL_SCRIPT, Strength.STRONG, "rus", "Cyrl"),
        ("Тэстов Азим Omarovich", NameType.ORIGINAL_SCRIPT, Strength.STRONG, "rus", "Cyrl"),
        ("Testov Azime Omarovich", NameType.ALIAS, Strength.STRONG, "fra", "Latn"),
        ("The Tester", NameType.ALIAS, Strength.WEAK, None, None),
        ("Omar Provin", NameType.ALIAS, Strength.STRONG, None, None),
    ]
    assert (person.names[0].family, person.names[0].given) == ("Testov", "Azim Omarovich")


def test_a_company_is_founded_not_born_and_keeps_its_bank_code(parse: Parse) -> None:
    (company,) = parse(document(COMPANY))
    assert company.kind is Kind.ORGANIZATION and company.names[0].type is NameType.FORMER
    assert company.birth_dates == () and company.founded[0].earliest.year == 1999
    assert [(found.type, found.value) for found in company.identifiers] == [
        (IdentifierType.BIC, "TESTXX22"),
        (IdentifierType.REGISTRATION, "000-1"),
    ]


@pytest.mark.parametrize(
    ("history", "listed"),
    [
        ((), True),
        ((modification("listed"),), True),
        ((modification("de-listed", "2020-02-01"), modification("listed", "2020-01-01")), False),
        ((modification("de-listed", "2020-02-01"), modification("listed")), False),
        ((modification("listed", "2020-01-01"), modification("de-listed", "2020-02-01")), False),
        ((modification("listed", "2021-01-01"), modification("de-listed", "2020-02-01")), True),
        ((modification("de-listed", "2020-02-01"), modification("amended", "2020-02-01")), False),
        ((modification("amended", "2020-02-01"), modification("de-listed", "2020-02-01")), True),
        ((modification("de-listed", "2026-08-28"), modification("listed", "2020-01-01")), True),
        ((modification("de-listed", "2026-08-27"), modification("listed", "2020-01-01")), False),
        ((modification("de-listed"),), False),
    ],
)
def test_the_newest_modification_decides_whether_a_target_is_listed(
    parse: Parse, history: tuple[str, ...], listed: bool
) -> None:
    parsed = parse(document(target(1, *history) + target(2)))
    assert [entity.entity_id for entity in parsed] == (["1", "2"] if listed else ["2"])
    assert parsed.notes == (
        [] if listed else ["1 of 2 targets in the file are off the list and were left out"]
    )


def test_copies_of_targets_in_a_history_are_no_entries(parse: Parse) -> None:
    copy = (
        f"<added>{target(1)}</added><removed>{target(7)}<other-information>old</other-information></removed>"
    )
    parsed = parse(document(target(1, modification("listed", "2020-01-01", copy)) + target(2)))
    assert [(entity.entity_id, len(entity.names)) for entity in parsed] == [("1", 1), ("2", 1)]
    assert parsed.not_understood == {}


def test_a_ship_has_its_imo_number(parse: Parse) -> None:
    ship = target(3, LISTED).replace("<entity>", '<object object-type="vessel">')
    ship = ship.replace("</entity>", "<other-information>IMO Number: 9074729</other-information></object>")
    (vessel,) = parse(document(ship))
    (number,) = vessel.identifiers
    assert (vessel.kind, number.type, number.value) == (Kind.VESSEL, IdentifierType.IMO, "9074729")


def test_what_nobody_has_seen_before_is_counted_and_kept(parse: Parse) -> None:
    entry = target(1).replace("<identity", '<aura colour="green">bright</aura><identity')
    entry = entry.replace("primary-name", "pen-name").replace("<sanctions-set-id>11", "<sanctions-set-id>12")
    entry += PERSON.replace("related-to", "rival-of").replace('place-id="901"', 'place-id="999"')
    parsed = parse(document(entry))
    first, second = parsed
    assert first.remarks == ("entity/aura: bright", "entity/aura/@colour: green")
    assert first.legal_basis == ("sanctions set 12",)
    assert second.addresses[0].text == "Test Club, 1 Test Street, 220000 (former)"
    assert "relation: rival-of 200" in second.remarks
    assert parsed.not_understood == {
        "entity/aura": 1,
        "entity/aura/@colour": 1,
        "name of the name-type 'pen-name'": 1,
        "sanctions set that the file does not have": 1,
        "place that the file does not have": 2,
        "relation": 1,
        "day-month-year": 1,
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ", line 1: is empty"),
        ("<html><body>maintenance</body></html>", ", line 1: holds a web page"),
        ("<rss/>", ", line 1: is XML with the root element rss instead of swiss-sanctions-list"),
        (document(attributes='list-type="full-delta"'), ", line 2: is a list of the type 'full-delta'"),
        (document(), ": holds no target"),
        (document(PERSON)[:-300], ", line "),
        (document(target(1) + "\n" + target(1)), ", line 12: repeats target 1 of line 11"),
        (document(target(1).replace(' ssid="1"', "")), ", line 11: is a target without ssid"),
        (document(target(1).replace("Party 1", "")), ", line 11: entry 1 cannot be read"),
        (document(target(1), "<!DOCTYPE l SYSTEM 'http://127.0.0.1:9/l.dtd'>"), ", line 1: declares a DOC"),
        (document("<target>" * 10_000), ", line 11, column"),
        (document(target(1).replace("Party", "P" * 11_000_000)), ", line "),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) and value.startswith((",", ":")) else "",
)
def test_a_damaged_or_hostile_file_is_refused_with_its_position(
    parse: Parse, content: str, expected: str
) -> None:
    assert refusal(parse, content).startswith(f"ch_seco: consolidated-list.xml{expected}")


def test_a_name_with_thousands_of_spelled_parts_does_not_take_long(parse: Parse) -> None:
    many = 10_000
    variants = "".join(f'<spelling-variant lang="L{n}">x</spelling-variant>' for n in range(many))
    parts = "<name-part order='1' name-part-type='other'><value>x</value></name-part>" * many
    hostile = target(1).replace("<value>", f"{variants}<value>").replace("</name>", f"{parts}</name>")
    (entity,) = parse(document(hostile))
    assert len(entity.names) == 1


def test_the_real_excerpt_lists_two_of_its_three_targets() -> None:
    parsed = source("ch_seco").parse(shared("lists/ch_seco/xml-2026-08-27-excerpt3.xml"))
    bank, ship = parsed
    assert parsed.notes == ["1 of 3 targets in the file are off the list and were left out"]
    assert parsed.not_understood == {}
    assert (bank.entity_id, bank.programmes) == ("46130", ("Belarus",))
    assert bank.listed_on is not None and bank.listed_on.isoformat() == "2021-08-11"
    assert [name.text for name in ship.names] == ["Hui Chon", "Hwang Gum San 2"]
    assert [found.value for found in ship.identifiers] == ["8405270"]


def test_a_name_is_kept_in_the_three_spellings_the_real_excerpt_gives(tmp_path: Path) -> None:
    excerpt = shared("lists/ch_seco/xml-2026-08-27-excerpt3.xml").read_text(encoding="utf-8")
    file = tmp_path / "relisted.xml"
    file.write_text(excerpt.replace('"de-listed"', '"amended"'), encoding="utf-8")
    person = next(iter(source("ch_seco").parse(file)))
    assert [(name.text, name.language) for name in person.names] == [
        ("Lukashenka Dzmitry Aliaksandravich", None),
        ("Lukashenko Dmitri Aleksandrovich", "rus"),
        ("ЛУКАШЭНКА Дзмітрый Аляксандравіч", "bel"),
        ("ЛУКАШЕНКО Дмитрий Александрович", "rus"),
    ]
