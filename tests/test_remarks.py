"""OFAC's remarks: everything they hold goes to a field or stays as text, and nothing is made up."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from conftest import shared
from hypothesis import given
from hypothesis import strategies as st

from lists.model import DatePrecision, Gender, Identifier, IdentifierType, Kind, NameType, Strength
from lists.remarks import CUT, FREE_TEXT, Remarks, read_remarks


def person(text: str) -> Remarks:
    return read_remarks(text, Kind.PERSON)


def only_identifier(text: str, kind: Kind = Kind.PERSON) -> Identifier:
    remarks = read_remarks(text, kind)
    assert remarks.not_understood.total() == 0
    (identifier,) = remarks.identifiers
    return identifier


def test_a_person_s_remark_is_taken_apart_into_fields() -> None:
    remarks = person(
        "DOB 25 Jan 1970; alt. DOB circa 1971; POB Sidi Amor, Gafsa, Tunisia; nationality Tunisia; "
        "citizen Italy; alt. citizen Tunisia; Gender Male; "
        "Passport M123456 (Tunisia) issued 08 Sep 2001 expires 07 Sep 2006; "
        "a.k.a. 'EL TESTO'; Linked To: PROVA TRADING S.A."
    )
    assert [date.precision for date in remarks.birth_dates] == [DatePrecision.DAY, DatePrecision.CIRCA]
    (place,) = remarks.birth_places
    assert (place.city, place.region, place.country) == ("Sidi Amor", "Gafsa", "TN")
    assert remarks.nationalities == ["TN", "IT"]
    assert remarks.gender is Gender.MALE
    (passport,) = remarks.identifiers
    assert (passport.type, passport.value, passport.country) == (IdentifierType.PASSPORT, "M123456", "TN")
    assert passport.issued and passport.issued.earliest.isoformat() == "2001-09-08"
    assert passport.expires and passport.expires.earliest.isoformat() == "2006-09-07"
    (alias,) = remarks.aliases
    assert (alias.text, alias.strength, alias.type) == ("EL TESTO", Strength.WEAK, NameType.ALIAS)
    assert remarks.linked_to == ["PROVA TRADING S.A."]
    assert remarks.other == [] and remarks.not_understood.total() == 0


@pytest.mark.parametrize(
    ("text", "identifier_type", "value", "country"),
    [
        ("National ID No. 1000000001 (Iran).", IdentifierType.NATIONAL_ID, "1000000001", "IR"),
        (
            "National ID No. CNIC: 00000-0000001-9 (Pakistan)",
            IdentifierType.NATIONAL_ID,
            "00000-0000001-9",
            "PK",
        ),
        ("Cedula No. 10000001 (Colombia)", IdentifierType.NATIONAL_ID, "10000001", "CO"),
        ("C.U.R.P. # TEST570802HBCRRG08 (Mexico)", IdentifierType.NATIONAL_ID, "TEST570802HBCRRG08", "MX"),
        ("SSN 123-45-6789 (United States)", IdentifierType.NATIONAL_ID, "123-45-6789", "US"),
        ("R.F.C. TEST650513LJA (Mexico)", IdentifierType.TAX, "TEST650513LJA", "MX"),
        ("NIT # 900000001-7 (Colombia)", IdentifierType.TAX, "900000001-7", "CO"),
        ("Tax ID No. 7700000001 (Russia)", IdentifierType.TAX, "7700000001", "RU"),
        ("Passport RL 0000001 (Lebanon)", IdentifierType.PASSPORT, "RL 0000001", "LB"),
        ("alt. Passport Booklet A0000001 (Pakistan)", IdentifierType.PASSPORT, "A0000001", "PK"),
        ("Driver's License No. 100001 (Mexico)", IdentifierType.DRIVING_LICENCE, "100001", "MX"),
        ("Registration Number 1000001 (Korea, North)", IdentifierType.REGISTRATION, "1000001", "KP"),
        ("Company Number 100002 (Virgin Islands, British)", IdentifierType.REGISTRATION, "100002", "VG"),
        ("SWIFT/BIC TESTXX22", IdentifierType.BIC, "TESTXX22", None),
        ("D-U-N-S Number 100000003", IdentifierType.OTHER, "100000003", None),
        ("ISIN XX0000000001", IdentifierType.ISIN, "XX0000000001", None),
        ("MMSI 999000111", IdentifierType.MMSI, "999000111", None),
        ("Aircraft Tail Number EP-TST", IdentifierType.AIRCRAFT_REGISTRATION, "EP-TST", None),
        ("Aircraft Manufacturer's Serial Number (MSN) 10001", IdentifierType.AIRCRAFT_SERIAL, "10001", None),
        (
            "Aircraft Construction Number (also called L/N or S/N or F/N) 999",
            IdentifierType.AIRCRAFT_SERIAL,
            "999",
            None,
        ),
        ("Email Address info@test.example", IdentifierType.EMAIL, "info@test.example", None),
        ("Website www.test.example", IdentifierType.WEBSITE, "www.test.example", None),
        ("info@test.example", IdentifierType.EMAIL, "info@test.example", None),
        ("Telephone No. (218) (0)210000001", IdentifierType.PHONE, "(218) (0)210000001", None),
    ],
)
def test_a_number_gets_its_type_and_country(
    text: str, identifier_type: IdentifierType, value: str, country: str | None
) -> None:
    found = only_identifier(text)
    assert (found.type, found.value, found.country) == (identifier_type, value, country)


def test_a_wallet_is_kept_exactly_and_its_currency_is_the_scheme() -> None:
    wallet = only_identifier("alt. Digital Currency Address - XBT 1TestTestTestTestTestTestTestTest1.")
    assert (wallet.type, wallet.scheme) == (IdentifierType.WALLET, "XBT")
    assert wallet.value == "1TestTestTestTestTestTestTestTest1"


def test_an_imo_number_is_a_vessel_s_only_on_a_vessel() -> None:
    text = "Vessel Registration Identification IMO 9999993"
    assert only_identifier(text, Kind.VESSEL).type is IdentifierType.IMO
    company = only_identifier("Company Number IMO 5999993", Kind.ORGANIZATION)
    assert (company.type, company.value) == (IdentifierType.REGISTRATION, "5999993")


def test_a_legal_entity_number_is_an_lei_only_in_the_form_of_one() -> None:
    lei = only_identifier("Legal Entity Number 2534000TESTTEST00041", Kind.ORGANIZATION)
    assert lei.type is IdentifierType.LEI
    dutch = only_identifier("Legal Entity Number 800000001 (Netherlands)", Kind.ORGANIZATION)
    assert dutch.type is IdentifierType.REGISTRATION


def test_a_number_with_words_around_it_is_found_and_the_words_are_kept() -> None:
    text = "Passport 4000001 issued under the name Jan Example"
    remarks = person(text)
    assert [found.value for found in remarks.identifiers] == ["4000001"]
    assert remarks.other == [text]
    remarks = read_remarks("Matricula Mercantil No 100001-1 Lima (Colombia)", Kind.PERSON)
    assert [found.value for found in remarks.identifiers] == ["100001-1"]
    assert remarks.other == ["Matricula Mercantil No 100001-1 Lima (Colombia)"]


def test_a_sentence_without_a_number_gives_no_document() -> None:
    text = "Passport issued in Sarajevo, Bosnia-Herzegovina"
    remarks = person(text)
    assert remarks.identifiers == [] and remarks.other == [text]
    assert remarks.not_understood == {"Passport": 1}


def test_quotes_that_belong_to_a_weak_alias_stay_in_it() -> None:
    remarks = person("a.k.a. ''ABD AL-TEST'; f.k.a. ''TESTY''; a.k.a. 'AL-TEST, 'Abd'.")
    assert [(name.text, name.type) for name in remarks.aliases] == [
        ("'ABD AL-TEST", NameType.ALIAS),
        ("TESTY", NameType.FORMER),
        ("AL-TEST, 'Abd", NameType.ALIAS),
    ]
    assert (remarks.aliases[2].family, remarks.aliases[2].given) == ("AL-TEST", "'Abd")


@pytest.mark.parametrize(
    ("text", "city", "region", "country"),
    [
        ("Oslo, Norway", "Oslo", None, "NO"),
        ("Gafsa, Tunisia", "Gafsa", None, "TN"),
        ("Sinuiju, North Pyongan, Korea, North", "Sinuiju", "North Pyongan", "KP"),
        ("Hong Kong, China", "Hong Kong", None, "HK"),
        ("Conakry, Guinea", "Conakry", None, "GN"),
        ("Russia", None, None, "RU"),
        ("Los Angeles, CA", "Los Angeles", "CA", None),
        ("London, UK", "London", None, "GB"),
        ("Somewhere", "Somewhere", None, None),
    ],
)
def test_a_place_of_birth_is_taken_apart(
    text: str, city: str | None, region: str | None, country: str | None
) -> None:
    (place,) = person(f"POB {text}").birth_places
    assert (place.text, place.city, place.region, place.country) == (text, city, region, country)


def test_a_possible_nationality_is_marked_as_such() -> None:
    remarks = person("nationality possibly Palestinian;arrested 23 Apr 2002")
    assert remarks.nationalities == ["PS"]
    assert "nationality possibly Palestinian" in remarks.other
    assert "arrested 23 Apr 2002" in remarks.other


def test_an_aircraft_s_remark_describes_it() -> None:
    remarks = read_remarks(
        "Aircraft Manufacture Date 18 Feb 1993; Aircraft Model B.747-422; Aircraft Operator TEST AIR.",
        Kind.AIRCRAFT,
    )
    assert remarks.craft_type == "B.747-422" and remarks.operator == "TEST AIR"
    assert remarks.manufactured and remarks.manufactured.earliest.year == 1993


def test_former_flags_and_founding_dates_are_read() -> None:
    remarks = read_remarks("Former Vessel Flag Malta; alt. Former Vessel Flag None Identified.", Kind.VESSEL)
    assert remarks.former_flags == ["MT"] and remarks.not_understood.total() == 0
    remarks = read_remarks("Organization Established Date 24 Jun 2003", Kind.ORGANIZATION)
    assert remarks.founded[0].earliest.isoformat() == "2003-06-24"


def test_relatives_are_ties_and_say_which_relative_in_the_text() -> None:
    remarks = person("daughter of Jan Example; wife of Jon Example.")
    assert remarks.relatives == ["Jan Example", "Jon Example"]
    assert remarks.other == ["daughter of Jan Example", "wife of Jon Example"]


def test_a_fragment_that_was_cut_is_never_read() -> None:
    text = "DOB 1970; Digital Currency Address - XBT 1TestTestTestTestTest"
    remarks = read_remarks(text, Kind.PERSON, cut=True)
    assert len(remarks.birth_dates) == 1 and remarks.identifiers == []
    assert remarks.other == ["Digital Currency Address - XBT 1TestTestTestTestTest"]
    assert remarks.not_understood == {CUT: 1}


def test_what_repeats_the_title_column_is_not_kept_twice() -> None:
    remarks = read_remarks("Minister of Tests; POB Oslo, Norway.", Kind.PERSON, titles=["Minister of Tests"])
    assert remarks.other == [] and remarks.not_understood.total() == 0


def test_the_full_stop_of_an_abbreviation_stays() -> None:
    assert person("Linked To: PRUEBA, S.A.").linked_to == ["PRUEBA, S.A."]
    assert person("Linked To: EXAMPLE, Jan.").linked_to == ["EXAMPLE, Jan"]


def test_the_same_statement_reads_the_same_alone_or_as_one_of_several() -> None:
    remarks = person("Target Type Private Company; alt. Target Type State-Owned Enterprise.; PFLP.")
    assert remarks.other == ["Target Type Private Company", "Target Type State-Owned Enterprise", "PFLP"]


def test_a_ticker_needs_no_digit() -> None:
    ticker = only_identifier("alt. Equity Ticker CHA US", Kind.ORGANIZATION)
    assert (ticker.type, ticker.value, ticker.scheme) == (IdentifierType.OTHER, "CHA US", "Equity Ticker")


_FREE = st.text(st.characters(exclude_characters=";@.", exclude_categories=["C"]), min_size=1).map(
    lambda text: "~" + " ".join(text.split())
)


@given(st.lists(_FREE, min_size=1))
def test_what_is_not_understood_is_kept_word_for_word(fragments: list[str]) -> None:
    remarks = person("; ".join(fragments) + "; DOB 1970")
    assert remarks.other == fragments
    assert remarks.not_understood == {FREE_TEXT: len(fragments)}
    assert len(remarks.birth_dates) == 1


@given(st.text(), st.sampled_from(Kind), st.booleans())
def test_any_text_is_read_without_an_error(text: str, kind: Kind, cut: bool) -> None:
    for beginning in (
        "",
        "Passport ",
        "DOB ",
        "a.k.a. '",
        "POB ",
        "Linked To: ",
        "Digital Currency Address - ",
    ):
        remarks = read_remarks(beginning + text, kind, cut=cut)
        assert remarks.not_understood.total() <= remarks.fragments


def test_over_99_percent_of_the_real_remarks_are_understood() -> None:
    kinds = {
        "individual": Kind.PERSON,
        "vessel": Kind.VESSEL,
        "aircraft": Kind.AIRCRAFT,
        "-0-": Kind.ORGANIZATION,
    }
    fragments, not_understood = 0, Counter[str]()
    path = shared("lists/us_ofac_sdn/csv-2023-12-28/sdn.csv")
    for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8").rstrip("\x1a"), newline="")):
        text = row[11] if row[11].strip() != "-0-" else ""
        titles = [row[4].strip(), *row[4].strip().split("; ")]
        remarks = read_remarks(text, kinds[row[2].strip()], cut=len(text) >= 1_000, titles=titles)
        fragments += remarks.fragments
        not_understood.update(remarks.not_understood)
    print(f"{fragments:,} fragments; not understood: {not_understood.most_common()}")
    assert fragments == 56_259
    assert not_understood.total() < 0.005 * fragments
    with_keyword = not_understood.total() - not_understood[FREE_TEXT] - not_understood[CUT]
    assert with_keyword < 0.0005 * fragments
