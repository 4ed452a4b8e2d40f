"""Fields of the UK's lists: numbered values, documents, registrations, contacts and addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.model import IdentifierType, Kind
from lists.uk_fields import (
    numbered,
    paired,
    read_address,
    read_contacts,
    read_documents,
    read_imo,
    read_registrations,
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Mullah", {0: "Mullah"}),
        ("(1) Mullah (2) Maulavi", {1: "Mullah", 2: "Maulavi"}),
        ("(1) Uganda (2) Uganda (3)Uganda", {1: "Uganda", 2: "Uganda", 3: "Uganda"}),
        ("(1-3) Libya (4) Chad", {1: "Libya", 2: "Libya", 3: "Libya", 4: "Chad"}),
        ("1) Velm (2) Quay", {1: "Velm", 2: "Quay"}),
        ("(1) 20645897 (2) -", {1: "20645897"}),
        ("+7 (499) 750 0075", {0: "+7 (499) 750 0075"}),
        ("(1) +7 (2) (499) 1 (3) 5", {1: "+7", 2: "(499) 1", 3: "5"}),
        ("Governor (2) of Velm", {0: "Governor (2) of Velm"}),
        ("", {}),
        ("-", {}),
        ("N/A", {}),
    ],
)
def test_a_field_that_numbers_its_values_is_taken_apart(text: str, values: dict[int, str]) -> None:
    assert numbered(text) == values


@pytest.mark.parametrize(
    ("first", "second", "pairs"),
    [
        ("A1", "Afghan", [("A1", "Afghan")]),
        ("(1) A1 (2) B2", "(1) Afghan (2) -", [("A1", "Afghan"), ("B2", "")]),
        ("(1) - (2) B2", "(1) Afghan (2) Iraqi", [("", "Afghan"), ("B2", "Iraqi")]),
        ("(1) A1 (2) B2", "Afghan", [("", "Afghan"), ("A1", ""), ("B2", "")]),
        ("A1", "", [("A1", "")]),
        ("", "", []),
    ],
)
def test_values_belong_together_by_their_numbers(
    first: str, second: str, pairs: list[tuple[str, str]]
) -> None:
    assert paired(first, second) == pairs


@given(st.text(), st.text())
def test_no_value_of_a_field_is_lost(first: str, second: str) -> None:
    values = [*numbered(first).values(), *numbered(second).values()]
    assert sorted(values) == sorted(value for pair in paired(first, second) for value in pair if value)


PASSPORT, NATIONAL = IdentifierType.PASSPORT, IdentifierType.NATIONAL_ID


@pytest.mark.parametrize(
    ("number", "details", "default", "expected"),
    [
        (" D0001", "Afghan passport", PASSPORT, [("passport", "D0001", "AF", "Afghan passport")]),
        ("'06F01", "Kuwait", PASSPORT, [("passport", "06F01", "KW", "Passport")]),
        ("644286. 65385", "", PASSPORT, [("passport", one, None, "Passport") for one in ("644286", "65385")]),
        ("TIN: 1831112", "", NATIONAL, [("tax", "1831112", None, "TIN")]),
        ("INN 7729142", "", NATIONAL, [("tax", "7729142", None, "INN")]),
        ("26524108 (Ukraine)", "", NATIONAL, [("national_id", "26524108", "UA", "National identifier")]),
        ("07037698 (31)", "", NATIONAL, [("national_id", "07037698 (31)", None, "National identifier")]),
        ("LBR HBB 61", "Italian fiscal code", NATIONAL, [("tax", "LBR HBB 61", "IT", "Italian fiscal code")]),
        ("", "D00009 (Afghan)", PASSPORT, [("passport", "D00009", "AF", "Passport")]),
        ("", "Iranian", PASSPORT, []),
    ],
)  # fmt: skip
def test_a_document_is_read_from_its_number_and_details(
    number: str, details: str, default: IdentifierType, expected: list[tuple[str, str, str | None, str]]
) -> None:
    documents, _ = read_documents(number, details, default)
    assert [(one.type.value, one.value, one.country, one.scheme) for one in documents] == expected


def test_details_stay_only_where_they_say_more_than_fields_hold() -> None:
    said = "Afghanistan number, issued on 9 Jan. 1997 (expired 9 Jan. 2002)"
    (document,), remark = read_documents("D1", said, PASSPORT)
    assert remark is None and document.country == "AF"
    assert document.issued and document.issued.earliest.isoformat() == "1997-01-09"
    assert document.expires and document.expires.earliest.isoformat() == "2002-01-09"
    _, remark = read_documents("D1", f"{said}, made out to O. Velm", PASSPORT)
    assert remark == f"D1: {said}, made out to O. Velm"
    assert read_documents("", "Iranian", PASSPORT) == ([], "Iranian")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1027739339715 (Russia)", [("registration", "1027739339715", "RU")]),
        ("(1) OGRN: 1027700 (2) INN: 77170", [("registration", "1027700", None), ("tax", "77170", None)]),
        ("9731001285 - TIN", [("tax", "9731001285", None)]),
        ("7704734000/770301001", [("registration", "7704734000", None), ("registration", "770301001", None)]),
        ("VAT Tax Number - 257/120/19983", [("tax", "257/120/19983", None)]),
        ("1 149 102 007 933", [("registration", "1149102007933", None)]),
        ("Tax ID: 10677462 dated 27/07/1992", [("tax", "10677462", None)]),
        ("Legal Entity Identifier: 5299008ONRYZRO61SY92", [("lei", "5299008ONRYZRO61SY92", None)]),
        ("SWIFT: RINBKG22", [("bic", "RINBKG22", None)]),
        ("Ma.Bko.2013", []),
    ],
)  # fmt: skip
def test_registrations_are_told_apart_by_their_labels(
    text: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert [(one.type.value, one.value, one.country) for one in read_registrations(text)] == expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("(1) +7 (499) 750 00 (2) 8 812 6", IdentifierType.PHONE, ["+7 (499) 750 00", "8 812 6"]),
        ("+963-11-2210404. +963-11-2219400", IdentifierType.PHONE, ["+963-11-2210404", "+963-11-2219400"]),
        ("call him", IdentifierType.PHONE, []),
        ("info@velm.example. o@velm.example", IdentifierType.EMAIL, ["info@velm.example", "o@velm.example"]),
        ("info@velm example", IdentifierType.EMAIL, []),
        ("www.velm.example, quay.example", IdentifierType.WEBSITE, ["www.velm.example", "quay.example"]),
        ("o@velm.example", IdentifierType.WEBSITE, ["o@velm.example"]),
    ],
)
def test_contacts_are_taken_out_of_their_field(text: str, kind: IdentifierType, expected: list[str]) -> None:
    found = list(read_contacts(text, kind))
    assert [one.value for one in found] == expected
    assert all((one.type is IdentifierType.EMAIL) == ("@" in one.value) for one in found)


def test_only_a_ship_has_an_imo_number() -> None:
    (ship,) = read_imo("IMO9999999", Kind.VESSEL)
    (company,) = read_imo("9999999", Kind.ORGANIZATION)
    assert (ship.type, ship.value) == (IdentifierType.IMO, "9999999")
    assert (company.type, company.value) == (IdentifierType.REGISTRATION, "9999999")
    assert list(read_imo("none known", Kind.VESSEL)) == []


def test_the_last_line_of_an_address_is_the_town_or_the_region() -> None:
    town = read_address(["4 Quay", "", "", "", "", "Port Velm"], "123", "Iraq (previous address)")
    region = read_address(["", "", "", "", "Velm", "Quay Province"], "", "Atlantis")
    assert town and (town.text, town.city, town.region, town.postcode, town.country) == (
        "4 Quay, Port Velm, 123, Iraq (previous address)",
        "Port Velm",
        None,
        "123",
        "IQ",
    )
    assert region and (region.city, region.region, region.country) == ("Velm", "Quay Province", None)
    assert read_address([""] * 6, "", "") is None


def test_a_hostile_field_is_read_without_taking_long() -> None:
    many = 20_000
    for text in (
        "(1) " * many,
        "(" * many,
        "1-" * many,
        "a@" * many,
        "TIN: " * many,
        ". 1" * many,
        "1/" * many,
    ):
        (
            numbered(text),
            paired(text, text),
            list(read_registrations(text)),
            read_documents(text, text, PASSPORT),
        )
        list(read_contacts(text, IdentifierType.EMAIL)), list(read_imo(text, Kind.VESSEL))
