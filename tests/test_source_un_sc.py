"""The UN Security Council list: its XML as published, damaged and hostile."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import shared

from lists.model import DatePrecision, Gender, IdentifierType, Kind, ListedEntity, NameType, Strength
from lists.source import Parsed, SourceError, Summary, check_assertions, source

FULL = """
<INDIVIDUAL>
  <DATAID>1</DATAID><VERSIONNUM>1</VERSIONNUM>
  <FIRST_NAME>ASIM </FIRST_NAME><SECOND_NAME>TESTI</SECOND_NAME><THIRD_NAME/>
  <FOURTH_NAME>AL-ADANI</FOURTH_NAME>
  <UN_LIST_TYPE>Taliban</UN_LIST_TYPE><REFERENCE_NUMBER>TAi.999 </REFERENCE_NUMBER>
  <LISTED_ON>2015-03-27-04:00</LISTED_ON>
  <NAME_ORIGINAL_SCRIPT>عاصم العدني </NAME_ORIGINAL_SCRIPT>
  <COMMENTS1>Believed to be
    in hiding. Gender: male.</COMMENTS1>
  <TITLE><VALUE>Mullah</VALUE></TITLE>
  <DESIGNATION><VALUE>a) Minister of Tests b) Minister of Proofs</VALUE></DESIGNATION>
  <NATIONALITY><VALUE>Afghanistan</VALUE><VALUE>former Soviet Union</VALUE><VALUE>na</VALUE></NATIONALITY>
  <LIST_TYPE><VALUE>UN List</VALUE></LIST_TYPE>
  <LAST_DAY_UPDATED><VALUE>2018-05-01</VALUE><VALUE>2011-11-29</VALUE></LAST_DAY_UPDATED>
  <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Azim Testi; Asim
    Testy</ALIAS_NAME>
    <DATE_OF_BIRTH>1955</DATE_OF_BIRTH><CITY_OF_BIRTH>Aden</CITY_OF_BIRTH>
    <COUNTRY_OF_BIRTH>Yemen</COUNTRY_OF_BIRTH></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>The Tester</ALIAS_NAME>
    <NOTE>nom de guerre</NOTE></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Old Name</ALIAS_NAME>
    <NOTE>previously listed as</NOTE></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ADDRESS><STREET>1 Test Street</STREET><CITY>Kabul</CITY><COUNTRY>Afghanistan</COUNTRY>
    <NOTE>previous</NOTE></INDIVIDUAL_ADDRESS>
  <INDIVIDUAL_ADDRESS><COUNTRY/></INDIVIDUAL_ADDRESS>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1961-02-03</DATE></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1962</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1963</FROM_YEAR>
    <TO_YEAR>1965</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE>
    <NOTE>Nov. 1973</NOTE></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH/>
  <INDIVIDUAL_PLACE_OF_BIRTH><CITY>Testabad</CITY><STATE_PROVINCE>Paktia Province</STATE_PROVINCE>
    <COUNTRY>Afghanistan</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>
  <INDIVIDUAL_DOCUMENT/>
  <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT>
    <NUMBER>Diplomatic passport no. D12345</NUMBER>
    <ISSUING_COUNTRY>Afghanistan</ISSUING_COUNTRY><DATE_OF_ISSUE>2001-03-27</DATE_OF_ISSUE>
    <CITY_OF_ISSUE>Kabul</CITY_OF_ISSUE><NOTE>expired on 26 Mar. 2011</NOTE></INDIVIDUAL_DOCUMENT>
  <SORT_KEY/><SORT_KEY_LAST_MOD/>
</INDIVIDUAL>
"""
SHORT = "<INDIVIDUAL><REFERENCE_NUMBER>TAi.998</REFERENCE_NUMBER><FIRST_NAME>A</FIRST_NAME></INDIVIDUAL>"


def document(entries: str = "", declaration: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{declaration}<CONSOLIDATED_LIST '
        f'dateGenerated="2025-04-19T23:00:04.625Z">{entries}</CONSOLIDATED_LIST>'
    )


@pytest.fixture
def parse(tmp_path: Path) -> Callable[[str | bytes], Parsed]:
    def written(content: str | bytes) -> Parsed:
        file = tmp_path / "consolidated.xml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return source("un_sc").parse(file)

    return written


Parse = Callable[[str | bytes], Parsed]


def refusal(parse: Parse, content: str | bytes) -> str:
    with pytest.raises(SourceError) as refused:
        list(parse(content))
    return str(refused.value)


def test_every_part_of_an_individual_goes_to_its_field(parse: Parse) -> None:
    parsed = parse(document(f"<INDIVIDUALS>{FULL}</INDIVIDUALS><ENTITIES/>"))
    (entity,) = parsed
    assert parsed.published_on is not None and parsed.published_on.isoformat() == "2025-04-19"
    assert parsed.not_understood == {} and parsed.notes == []
    assert (entity.entity_id, entity.kind, entity.programmes) == ("TAi.999", Kind.PERSON, ("Taliban",))
    assert [(name.text, name.type, name.strength) for name in entity.names] == [
        ("ASIM TESTI AL-ADANI", NameType.PRIMARY, Strength.STRONG),
        ("عاصم العدني", NameType.ORIGINAL_SCRIPT, Strength.STRONG),
        ("Azim Testi", NameType.ALIAS, Strength.STRONG),
        ("Asim Testy", NameType.ALIAS, Strength.STRONG),
        ("The Tester", NameType.ALIAS, Strength.WEAK),
        ("Old Name", NameType.FORMER, Strength.STRONG),
    ]
    assert [(date.earliest.year, date.latest.year, date.precision) for date in entity.birth_dates] == [
        (1955, 1955, DatePrecision.YEAR),
        (1961, 1961, DatePrecision.DAY),
        (1962, 1962, DatePrecision.CIRCA),
        (1963, 1965, DatePrecision.RANGE),
        (1973, 1973, DatePrecision.MONTH),
    ]
    assert [place.text for place in entity.birth_places] == [
        "Aden, Yemen",
        "Testabad, Paktia Province, Afghanistan",
    ]
    assert [place.country for place in entity.birth_places] == ["YE", "AF"]
    assert entity.nationalities == ("AF", "SU")
    assert entity.gender is Gender.MALE
    (passport,) = entity.identifiers
    assert (passport.type, passport.value, passport.country) == (IdentifierType.PASSPORT, "D12345", "AF")
    assert passport.issued and passport.issued.earliest.isoformat() == "2001-03-27"
    assert passport.expires and passport.expires.earliest.isoformat() == "2011-03-26"
    (address,) = entity.addresses
    assert (address.text, address.country) == ("1 Test Street, Kabul, Afghanistan (previous)", "AF")
    assert entity.titles == ("Mullah",)
    assert entity.positions == ("Minister of Tests", "Minister of Proofs")
    assert entity.listed_on is not None and entity.listed_on.isoformat() == "2015-03-27"
    assert entity.updated_on is not None and entity.updated_on.isoformat() == "2018-05-01"
    assert entity.remarks == (
        "Believed to be in hiding. Gender: male.",
        "The Tester: nom de guerre",
        "Passport D12345: Kabul",
    )


def test_an_entity_keeps_its_former_names_and_its_company_number(parse: Parse) -> None:
    entry = (
        "<ENTITY><REFERENCE_NUMBER>KPe.999</REFERENCE_NUMBER><FIRST_NAME>TEST BANK ; PROOF BANK</FIRST_NAME>"
        "<COMMENTS1>A bank. SWIFT/BIC: TESTXX22. IMO number: 5999993.</COMMENTS1>"
        "<ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Old Bank</ALIAS_NAME></ENTITY_ALIAS>"
        "<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Tested Bank (بنك)</ALIAS_NAME></ENTITY_ALIAS>"
        "</ENTITY>"
    )
    (entity,) = parse(document(f"<ENTITIES>{entry}</ENTITIES>"))
    assert entity.kind is Kind.ORGANIZATION
    assert [(name.text, name.type) for name in entity.names] == [
        ("TEST BANK", NameType.PRIMARY),
        ("PROOF BANK", NameType.ALIAS),
        ("Old Bank", NameType.FORMER),
        ("Tested Bank", NameType.ALIAS),
        ("بنك", NameType.ORIGINAL_SCRIPT),
    ]
    assert {(identifier.type, identifier.value) for identifier in entity.identifiers} == {
        (IdentifierType.BIC, "TESTXX22"),
        (IdentifierType.REGISTRATION, "5999993"),
    }


@pytest.mark.parametrize(
    ("fields", "identifier_type", "value", "country"),
    [
        ({"NUMBER": "Afghan passport number SE 00001"}, IdentifierType.PASSPORT, "SE 00001", "AF"),
        ({"NUMBER": "Libya B/00001"}, IdentifierType.PASSPORT, "B/00001", "LY"),
        ({"NUMBER": "R00001, South Sudan"}, IdentifierType.PASSPORT, "R00001", "SS"),
        (
            {"NUMBER": "Social Security Number 000-00-0001 (US)"},
            IdentifierType.NATIONAL_ID,
            "000-00-0001",
            "US",
        ),
        ({"NUMBER": "Danish driving licence number 0001"}, IdentifierType.DRIVING_LICENCE, "0001", "DK"),
        ({"NUMBER": "00001 (Expired 25 Jan. 2016)"}, IdentifierType.PASSPORT, "00001", None),
        ({"TYPE_OF_DOCUMENT2": "Italian Fiscal Code:", "NUMBER": "TST1A"}, IdentifierType.TAX, "TST1A", "IT"),
        ({"TYPE_OF_DOCUMENT2": "Ration card no.", "NUMBER": "0001"}, IdentifierType.OTHER, "0001", None),
        (
            {"NOTE": "Tunisian passport number L00001, expired on 4 May 2003"},
            IdentifierType.PASSPORT,
            "L00001",
            "TN",
        ),
    ],
)
def test_a_document_number_is_taken_out_of_its_words(
    parse: Parse, fields: dict[str, str], identifier_type: IdentifierType, value: str, country: str | None
) -> None:
    fields = {"TYPE_OF_DOCUMENT": "Passport", **fields}
    inside = "".join(f"<{tag}>{text}</{tag}>" for tag, text in fields.items())
    entry = SHORT.replace(
        "</INDIVIDUAL>", f"<INDIVIDUAL_DOCUMENT>{inside}</INDIVIDUAL_DOCUMENT></INDIVIDUAL>"
    )
    (entity,) = parse(document(entry))
    (found,) = entity.identifiers
    assert (found.type, found.value, found.country) == (identifier_type, value, country)


def test_a_document_without_a_number_stays_as_text(parse: Parse) -> None:
    inside = "<TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NOTE>MISUSE</NOTE>"
    entry = SHORT.replace(
        "</INDIVIDUAL>", f"<INDIVIDUAL_DOCUMENT>{inside}</INDIVIDUAL_DOCUMENT></INDIVIDUAL>"
    )
    (entity,) = parse(document(entry))
    assert entity.identifiers == () and entity.remarks == ("Passport, MISUSE",)


def test_an_element_nobody_has_seen_before_is_counted_and_kept(parse: Parse) -> None:
    new = "<EYE_COLOUR><VALUE>green</VALUE></EYE_COLOUR><NATIONALITY><VALUE>Atlantis</VALUE></NATIONALITY>"
    parsed = parse(document(SHORT.replace("</INDIVIDUAL>", f"{new}</INDIVIDUAL>")))
    (entity,) = parsed
    assert parsed.not_understood == {"EYE_COLOUR/VALUE": 1, "NATIONALITY": 1}
    assert entity.remarks == ("NATIONALITY: Atlantis", "EYE_COLOUR/VALUE: green")


BOMB = "<!DOCTYPE l [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ", line 1: is empty"),
        ("<html><body>maintenance</body></html>", ", line 1: holds a web page"),
        ('{"error":"Forbidden"}', ", line 1: holds JSON"),
        (b"PK\x03\x04rest", ", line 1: holds a ZIP archive"),
        ("name,country\n", ", line 1, column 1: is not well-formed XML"),
        ("<rss/>", ", line 1: is XML with the root element rss instead of CONSOLIDATED_LIST"),
        (document(), ": holds no entry"),
        (document(SHORT)[:-30], ", line 2, column"),
        (document(SHORT + "\n" + SHORT), ", line 3: repeats entry TAi.998 of line 2"),
        (
            document("<INDIVIDUAL><FIRST_NAME>A</FIRST_NAME></INDIVIDUAL>"),
            ", line 2: is an entry without REFERENCE",
        ),
        (document(SHORT.replace("<FIRST_NAME>A", "<FIRST_NAME>")), ", line 2: entry TAi.998 cannot be read"),
        (document("&a9;", BOMB), ", line 1: declares a DOCTYPE"),
        (document(SHORT, "<!DOCTYPE l SYSTEM 'http://127.0.0.1:9/l.dtd'>"), ", line 1: declares a DOCTYPE"),
        (
            document("&e;", "<!DOCTYPE l [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"),
            ", line 1: declares a DOCTYPE",
        ),
        (document(SHORT, BOMB).replace("2025-04-19", "&a9;"), ", line 2, column"),
        (document("<a>" * 10_000), ", line 2, column"),
        (document(SHORT.replace(">A<", f">{'A' * 11_000_000}<")), ", line "),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) and value.startswith((",", ":")) else "",
)
def test_a_damaged_or_hostile_file_is_refused_with_its_position(
    parse: Parse, content: str | bytes, expected: str
) -> None:
    assert refusal(parse, content).startswith(f"un_sc: consolidated.xml{expected}")


def test_a_hostile_field_is_read_without_taking_long(parse: Parse) -> None:
    many = 50_000
    fields = (
        f"<INDIVIDUAL_ALIAS><ALIAS_NAME>{'(; ' * many}</ALIAS_NAME><NOTE>{' - ' * many}</NOTE>"
        f"</INDIVIDUAL_ALIAS><INDIVIDUAL_DOCUMENT><NUMBER>{'no. ' * many}</NUMBER>"
        f"<NOTE>{'issued ' * many}</NOTE></INDIVIDUAL_DOCUMENT>"
        f"<DESIGNATION><VALUE>{'a) ' * many}</VALUE></DESIGNATION>"
        f"<INDIVIDUAL_DATE_OF_BIRTH><NOTE>{'x to ' * many}</NOTE></INDIVIDUAL_DATE_OF_BIRTH>"
    )
    (entity,) = parse(document(SHORT.replace("</INDIVIDUAL>", f"{fields}</INDIVIDUAL>")))
    assert entity.identifiers == () and entity.birth_dates == ()


def test_a_folder_with_the_file_or_with_one_xml_file_will_do(tmp_path: Path) -> None:
    (tmp_path / "un-2025.xml").write_text(document(SHORT), encoding="utf-8")
    assert len(list(source("un_sc").parse(tmp_path))) == 1
    (tmp_path / "second.xml").write_text(document(SHORT), encoding="utf-8")
    with pytest.raises(SourceError, match=r"has 2 XML files and none is called consolidated\.xml"):
        source("un_sc").parse(tmp_path)
    (tmp_path / "CONSOLIDATED.XML").write_text(document(SHORT), encoding="utf-8")
    assert source("un_sc").parse(tmp_path).files[0].name == "CONSOLIDATED.XML"


@pytest.mark.parametrize(
    "name",
    [
        "un-truncated.xml",
        "ofac-sdn-empty.csv",
        "maintenance.html",
        "eu-403-body.json",
        "csl-truncated-2023-11-30.csv",
    ],
)
def test_what_servers_really_sent_instead_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match=rf"^un_sc: {name}, line \d+"):
        list(source("un_sc").parse(shared(f"lists/broken/{name}")))


@pytest.fixture(scope="module")
def real() -> tuple[Parsed, list[ListedEntity]]:
    parsed = source("un_sc").parse(shared("lists/un_sc/xml-2025-04-19.xml"))
    return parsed, list(parsed)


Real = tuple[Parsed, list[ListedEntity]]


def test_all_877_real_entries_are_read(real: Real) -> None:
    parsed, entities = real
    summary = Summary.of(entities)
    assert summary.entities == {Kind.PERSON: 684, Kind.ORGANIZATION: 193}
    assert parsed.published_on is not None and parsed.published_on.isoformat() == "2025-04-19"
    assert check_assertions(source("un_sc"), summary) == []
    assert parsed.not_understood == {"DATE_OF_BIRTH": 3}  # "30-35 years old", "Between Aug. and Sep. 1977"
    assert len({entity.entity_id for entity in entities}) == 877
    assert all(entity.listed_on for entity in entities)


def test_the_real_names_and_identifiers_are_all_there(real: Real) -> None:
    _, entities = real
    names = [name for entity in entities for name in entity.names]
    assert len(names) == 4_056
    assert Counter(name.type for name in names) == {
        NameType.PRIMARY: 877,
        NameType.ALIAS: 2_674,
        NameType.ORIGINAL_SCRIPT: 450,
        NameType.FORMER: 55,
    }
    assert sum(name.strength is Strength.WEAK for name in names) == 648
    types = Counter(identifier.type for entity in entities for identifier in entity.identifiers)
    assert types[IdentifierType.PASSPORT] == 296 and types[IdentifierType.NATIONAL_ID] == 126


@pytest.mark.parametrize(("name", "count"), [("xml-2025-11-20.xml", 1_000), ("xml-2026-02-27.xml", 1_003)])
def test_later_files_are_read_with_everything_in_them(name: str, count: int) -> None:
    parsed = source("un_sc").parse(shared(f"lists/un_sc/{name}"))
    assert sum(1 for _ in parsed) == count
    assert set(parsed.not_understood) == {"DATE_OF_BIRTH"}


def test_every_listed_customer_of_the_bench_is_on_a_real_list(real: Real) -> None:
    later = source("un_sc").parse(shared("lists/un_sc/xml-2025-11-20.xml"))
    names = {name.text for entity in (*real[1], *later) for name in entity.names}
    with shared("bench/customers_listed_un.csv").open(encoding="utf-8", newline="") as lines:
        listed = {row["listed_name"] for row in csv.DictReader(lines)}
    assert len(listed) > 300 and listed - names == set()
