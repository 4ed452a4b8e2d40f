"""Canada's list: its XML in both forms, names in every script, and references that the list does not have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import shared
from hypothesis import given
from hypothesis import strategies as st

from lists.model import DatePrecision, IdentifierType, Kind, ListedEntity, NameType, Strength
from lists.sema_names import Party, read_aliases, read_name
from lists.source import Parsed, SourceError, Summary, check_assertions, source

Fields = dict[str, str]

PERSON: Fields = {
    "Country": "Testland / Terre d'essai",
    "LastName": "TESTOV",
    "GivenName": "Azim Omarovich ",
    "TitleOrShip": "Major General/major-général",
    "DateOfBirthOrShipBuildDate": "1961-02-03 or 1962",
    "Schedule": "1, Part 2",
    "Item": "17",
    "DateOfListing": "2022-03-08",
    "Aliases": "TESTIEV; Asim Omarovych; Азим Тестов",
}
BEFORE_2025: Fields = {
    "Country": "Testland / Terre d'essai",
    "LastName": "Testov",
    "GivenName": "Azim  Omarovich",
    "Title": "Major General/major-général",
    "DateOfBirth": "1961",
    "Schedule": "N/A",
    "Item": "4",
}
SHIP: Fields = {
    "Country": "Russia / Russie",
    "EntityOrShip": "Test Star",
    "TitleOrShip": "Oil Tanker",
    "ShipIMONumber": "9074729",
    "DateOfBirthOrShipBuildDate": "2004",
    "Item": "1",
}


def record(fields: Fields) -> str:
    return f"<record>{''.join(f'<{tag}>{text}</{tag}>' for tag, text in fields.items())}</record>\n"


def document(*records: Fields) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<data-set>\n{"".join(map(record, records))}</data-set>'


Parse = Callable[[str | bytes], Parsed]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    def written(content: str | bytes) -> Parsed:
        file = tmp_path / "sema-lmes.xml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return source("ca_sema").parse(file)

    return written


def ids(parse: Parse, *records: Fields) -> list[str]:
    return [entity.entity_id for entity in parse(document(*records))]


def test_every_part_of_a_record_goes_to_its_field(parse: Parse) -> None:
    parsed = parse(document(PERSON, SHIP))
    person, ship = parsed
    assert [(name.text, name.type) for name in person.names] == [
        ("Azim Omarovich TESTOV", NameType.PRIMARY),
        ("Azim Omarovich TESTIEV", NameType.ALIAS),
        ("Asim Omarovych TESTOV", NameType.ALIAS),
        ("Азим Тестов", NameType.ORIGINAL_SCRIPT),
    ]
    assert (person.names[0].family, person.names[0].given) == ("TESTOV", "Azim Omarovich")
    assert [(date.earliest.year, date.precision) for date in person.birth_dates] == [
        (1961, DatePrecision.DAY),
        (1962, DatePrecision.YEAR),
    ]
    assert (person.titles, person.programmes) == (("Major General",), ("Testland",))
    assert person.legal_basis == ("Testland, Schedule 1, Part 2, item 17",)
    assert person.listed_on is not None and person.listed_on.isoformat() == "2022-03-08"
    assert (ship.kind, ship.birth_dates, ship.positions) == (Kind.VESSEL, (), ())
    assert [(found.type, found.value) for found in ship.identifiers] == [(IdentifierType.IMO, "9074729")]
    assert ship.craft is not None and ship.craft.type == "Oil Tanker"
    assert ship.craft.manufactured is not None and ship.craft.manufactured.earliest.year == 2004
    assert parsed.not_understood == {} and parsed.notes == []


def test_the_form_before_2025_is_read_with_its_own_tags(parse: Parse) -> None:
    (person,) = parse(document(BEFORE_2025))
    assert (person.titles, person.legal_basis) == (("Major General",), ("Testland, item 4",))
    assert person.birth_dates[0].precision is DatePrecision.YEAR


def test_an_entry_keeps_its_reference_when_the_list_is_numbered_and_worded_anew(parse: Parse) -> None:
    assert ids(parse, PERSON) == ids(parse, BEFORE_2025)
    burma = {"Country": "Burma / Birmanie", "Entity": "Test Bank (TB)/Banque d'essai", "Item": "1"}
    myanmar = {
        "Country": "Myanmar (Burma) / Myanmar (Birmanie)",
        "EntityOrShip": "(TB) TEST bank",
        "Item": "9",
    }
    assert ids(parse, burma) == ids(parse, myanmar)
    renamed = SHIP | {"EntityOrShip": "Renamed Star"}
    assert ids(parse, SHIP) == ids(parse, renamed)


def test_one_name_under_two_regulations_or_of_two_kinds_is_two_entries(parse: Parse) -> None:
    elsewhere = PERSON | {"Country": "Otherland"}
    company = {"Country": PERSON["Country"], "EntityOrShip": "Testov Azim Omarovich", "Item": "1"}
    swapped = PERSON | {"LastName": "Azim Omarovich", "GivenName": "Testov"}
    assert len(set(ids(parse, PERSON, elsewhere, company, swapped, SHIP))) == 5


def test_a_namesake_that_is_listed_later_changes_no_reference(parse: Parse) -> None:
    namesake = PERSON | {"DateOfListing": "2023-01-01", "DateOfBirthOrShipBuildDate": "1990"}
    (alone,) = ids(parse, PERSON)
    assert alone in ids(parse, namesake, PERSON)
    assert ids(parse, namesake, PERSON) == ids(parse, PERSON, namesake)[::-1]
    assert len(set(ids(parse, namesake, PERSON, namesake, PERSON))) == 4


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "Country": st.sampled_from(["Russia / Russie", "Ukraine", "Other (OTHR) / Autre"]),
                "LastName": st.sampled_from(["A", "B", "Á"]),
                "GivenName": st.sampled_from(["A", "B", "B A"]),
                "DateOfListing": st.sampled_from(["2020-01-01", "2021-01-01"]),
                "Item": st.just("1"),
            }
        ),
        min_size=1,
        max_size=12,
    )
)
def test_no_two_entries_ever_share_a_reference(
    tmp_path_factory: pytest.TempPathFactory, records: list[Fields]
) -> None:
    file = tmp_path_factory.mktemp("sema") / "sema-lmes.xml"
    file.write_text(document(*records), encoding="utf-8")
    found = [entity.entity_id for entity in source("ca_sema").parse(file)]
    assert len(set(found)) == len(records)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Iranian Test/Essai iranien", ["Iranian Test", "Essai iranien"]),
        ("Test Works (TW)", ["Test Works (TW)", "Test Works", "TW~"]),
        ("Test Works (Testabad/Prova)", ["Test Works (Testabad/Prova)"]),
        ("Test JSC (also known as Proof LLC", ["Test JSC", "Proof LLC"]),
        ("Novaya Proba (New Test)", ["Novaya Proba (New Test)", "Novaya Proba", "New Test~"]),
        ("General Test;", ["General Test"]),
    ],
)
def test_the_names_in_the_field_of_a_name_are_told_apart(field: str, expected: list[str]) -> None:
    found = read_name(field)
    assert [name.text + "~" * (name.strength is Strength.WEAK) for name in found] == expected
    assert [name.type is NameType.PRIMARY for name in found] == [True] + [False] * (len(expected) - 1)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Test One, Test Two Co., Ltd., TT", ["Test One", "Test Two Co., Ltd.", "TT"]),
        ("Тест, ООО; Проба, АО", ["Тест, ООО", "Проба, АО"]),
        ("Министерство тестов, проб и опытов", ["Министерство тестов, проб и опытов"]),
        ("Russian: Тест or АО «Тест»; Arabic: اختبار", ["Тест [ru]", "АО «Тест» [ru]", "اختبار [ar]"]),
        ("АО «Тест» and НИИ Тест", ["АО «Тест»", "НИИ Тест"]),
        ("Tests and Proofs", ["Tests and Proofs"]),
        ("Тест)", ["Тест"]),
        ("“Test”", ["Test"]),
        ("Test/ТЕСТ", ["Test", "ТЕСТ"]),
        (" ; , ", []),
    ],
)
def test_the_names_in_the_field_of_aliases_are_told_apart(field: str, expected: list[str]) -> None:
    found = read_aliases(field, Party())
    assert [name.text + (f" [{name.language}]" if name.language else "") for name in found] == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("TESTIEV", ["Azim Omarovich TESTIEV"]),
        ("Asim", ["Asim~"]),
        ("Asim Omarovych", ["Asim Omarovych TESTOV"]),
        ("Asim TESTIEV", ["Asim TESTIEV"]),
        ("Abu Test", ["Abu Test"]),
        ("Asim, Azym TESTIEV", ["Asim~", "Azym TESTIEV"]),
    ],
)
def test_a_part_of_a_persons_name_is_no_strong_alias_alone(field: str, expected: list[str]) -> None:
    found = read_aliases(field, Party("TESTOV", "Azim Omarovich"))
    assert [name.text + "~" * (name.strength is Strength.WEAK) for name in found] == expected


@given(st.text(alphabet='Aa b,;/()"“”.:Жжو-', max_size=40), st.booleans())
def test_no_field_of_names_breaks_and_none_gives_an_empty_name(field: str, is_person: bool) -> None:
    party = Party("TESTOV", "Azim Omarovich") if is_person else Party()
    found = read_aliases(field, party) + (read_name(field) if any(map(str.isalnum, field)) else [])
    assert all(any(map(str.isalnum, name.text)) for name in found)


def test_what_nobody_has_seen_before_is_counted_and_kept(parse: Parse) -> None:
    parsed = parse(document(PERSON | {"EyeColour": "green", "DateOfBirthOrShipBuildDate": "in the 1970s"}))
    (person,) = parsed
    assert parsed.not_understood == {"EyeColour": 1, "date of birth or build": 1}
    assert person.remarks == ("Date of birth or build: in the 1970s", "EyeColour: green")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ", line 1: is empty"),
        ("<!DOCTYPE html><html></html>", ", line 1: holds a web page"),
        ("<rss/>", ", line 1: is XML with the root element rss instead of data-set"),
        (document(), ": holds no record"),
        (document(PERSON)[:-30], ", line 3, column"),
        (document({"LastName": "A"}), ", line 3: is a record without a country or without a name"),
        (document({"Country": "A"}), ", line 3: is a record without a country or without a name"),
        (document({"Country": "A", "LastName": "B" * 11_000_000}), ", line "),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) and value.startswith((",", ":")) else "",
)
def test_a_damaged_or_hostile_file_is_refused_with_its_position(
    parse: Parse, content: str, expected: str
) -> None:
    with pytest.raises(SourceError) as refused:
        list(parse(content))
    assert str(refused.value).startswith(f"ca_sema: sema-lmes.xml{expected}")


def test_a_hostile_field_is_read_without_taking_long(parse: Parse) -> None:
    many = "(a or b, / and " * 50_000
    (entity,) = parse(document({"Country": "A", "EntityOrShip": many, "Aliases": many}))
    assert len(entity.names) == 2


Real = dict[str, list[ListedEntity]]


@pytest.fixture(scope="module")
def real() -> Real:
    days = ("2020-04-15", "2025-03-20")
    return {day: list(source("ca_sema").parse(shared(f"lists/ca_sema/xml-{day}.xml"))) for day in days}


def test_all_real_records_of_both_forms_are_read(real: Real) -> None:
    old, new = (Summary.of(entities) for entities in real.values())
    assert old.entities == {Kind.PERSON: 985, Kind.ORGANIZATION: 384}
    assert new.entities == {Kind.PERSON: 3_334, Kind.ORGANIZATION: 1_316, Kind.VESSEL: 109}
    assert check_assertions(source("ca_sema"), old) == check_assertions(source("ca_sema"), new) == []
    assert len({entity.entity_id for entity in real["2025-03-20"]}) == 4_759
    assert sum(entity.listed_on is not None for entity in real["2025-03-20"]) == 4_759


def test_entries_of_2020_that_are_still_listed_have_the_same_reference_in_2025(real: Real) -> None:
    old, new = ({entity.entity_id: entity for entity in entities} for entities in real.values())
    stayed = old.keys() & new.keys()
    assert len(stayed) == 1_263
    for entity_id in stayed:
        one, other = (by_id[entity_id] for by_id in (old, new))
        assert one.kind is other.kind
        if one.kind is Kind.PERSON:
            assert one.names[0].text.casefold() == other.names[0].text.casefold()
    # Six of the others are listed still, under a name that is spelled or worded anew; the rest was taken off.
    gone = [old[entity_id].programmes[0] for entity_id in old.keys() - stayed]
    assert (len(gone), gone.count("Zimbabwe")) == (106, 100)


def test_companies_of_one_name_and_another_legal_form_are_not_mixed_up(real: Real) -> None:
    found = [
        {
            entity.names[0].text: entity.entity_id
            for entity in entities
            if entity.names[0].text.startswith("Stroytransgaz")
        }
        for entities in real.values()
    ]
    assert found[0] == found[1] and len(set(found[0].values())) == len(found[0]) == 5


def test_real_aliases_in_russian_are_names_in_their_own_script(real: Real) -> None:
    found = [name for entity in real["2025-03-20"] for name in entity.names]
    assert sum(name.type is NameType.ORIGINAL_SCRIPT for name in found) > 2_900
    assert sum(name.strength is Strength.WEAK for name in found) < 200
    assert not any(";" in name.text for name in found)
