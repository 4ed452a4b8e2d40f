"""The EU's financial sanctions list: its XML as published, damaged and hostile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import shared

from lists.model import DatePrecision, Gender, IdentifierType, Kind, ListedEntity, NameType, Strength
from lists.source import Parsed, SourceError, Summary, check_assertions, source

SUMMARY = '<regulationSummary regulationType="a" publicationDate="2003-07-08" numberTitle="x"/>'
REGULATION = """
<regulation regulationType="amendment" organisationType="council" publicationDate="2025-01-31"
  entryIntoForceDate="2025-02-01" numberTitle="2025/999 (OJ L999)" programme="TERR" logicalId="7">
  <remark>Corrected twice</remark><publicationUrl>https://example.org/act</publicationUrl>
  <corrigendum regulationType="corrigendum" publicationDate="2025-03-01" numberTitle="2025/998 (OJ L998)"/>
</regulation>
"""
EN = 'regulationLanguage="en"'
COUNTRY = 'regulationLanguage="en" countryIso2Code="{}" countryDescription="{}"'
IRAQ, UNKNOWN = COUNTRY.format("IQ", "IRAQ"), COUNTRY.format("00", "UNKNOWN")
FULL = f"""
<sanctionEntity designationDate="2001-10-12" designationDetails="Annex I" unitedNationId="TAi.999"
    euReferenceNumber="EU.999.1" logicalId="13">
  <remark>Said to be in hiding.</remark>
  <additionalInformation key="note" value="seen in Velm"/>
  {REGULATION}
  <subjectType code="person" classificationCode="P"/>
  <nameAlias firstName="" middleName="" lastName="" wholeName="The Tester" function="" gender="?" title=""
    nameLanguage="" strong="false" {EN} logicalId="9"><remark>nom de guerre</remark></nameAlias>
  <nameAlias wholeName="Orlán Dvessik" nameLanguage="FR" strong="true" {EN} logicalId="10"/>
  <nameAlias firstName="Orlan" middleName="Petrov" lastName="DVESSIK" wholeName="Orlan Petrov DVESSIK"
    function="Minister of Tests" gender="M" title="Haji" nameLanguage="EN" strong="true" {EN}
    logicalId="11">{SUMMARY}<remark>The name he signs with.</remark></nameAlias>
  <nameAlias firstName="Orlan" lastName="DVESSIK" wholeName="Orlan Petrov DVESSIK" nameLanguage="FR"
    strong="true" {EN} logicalId="12"/>
  <nameAlias wholeName="Орлан Двессик" nameLanguage="BG" strong="true" {EN} logicalId="3"/>
  <nameAlias wholeName="اورلان" nameLanguage="AR" strong="true" {EN} logicalId="2"/>
  <nameAlias firstName="Orlan" lastName="Velm" strong="true" {EN} logicalId="14"/>
  <citizenship region="Velm" {IRAQ} logicalId="1">{SUMMARY}</citizenship>
  <citizenship {COUNTRY.format("00", "RUSSIAN FEDERATION, UKRAINE")} logicalId="2"/>
  <citizenship {UNKNOWN} logicalId="3"/>
  <birthdate circa="false" calendarType="GREGORIAN" city="Velm" place="-" birthdate="1961-02-03"
    dayOfMonth="3" monthOfYear="2" year="1961" {IRAQ} logicalId="4">{SUMMARY}</birthdate>
  <birthdate circa="true" calendarType="GREGORIAN" year="1962" {UNKNOWN} logicalId="5"/>
  <birthdate circa="false" calendarType="GREGORIAN" year="1963" monthOfYear="4" city="-"
    {UNKNOWN} logicalId="6"/>
  <birthdate circa="true" calendarType="GREGORIAN" yearRangeFrom="1964" yearRangeTo="1966"
    {UNKNOWN} logicalId="7"/>
  <birthdate circa="false" calendarType="ISLAMIC" year="1380" {UNKNOWN} logicalId="8"/>
  <address city="Port Velm" street="4 Quay" poBox="7" zipCode="123" region="Velm" place=""
    asAtListingTime="true" {COUNTRY.format("EL", "GREECE")} logicalId="9">{SUMMARY}<remark>Until 2004</remark>
    <contactInfo key="PHONE" value="12 34; 12 35"/><contactInfo key="EMAIL" value="o@velm.example"/>
    <contactInfo key="TELEX" value="99"/></address>
  <address city="" street="" {UNKNOWN} logicalId="10"/>
  <identification diplomatic="true" knownExpired="false" knownFalse="true" issuedBy="Velm office"
    latinNumber="D-1" nameOnDocument="O. Velm" number="Д-1" issueDate="2001-02-03" validFrom=""
    validTo="2011-02-03" identificationTypeCode="passport" identificationTypeDescription="National passport"
    {IRAQ} logicalId="11">{SUMMARY}</identification>
  <identification number="777" identificationTypeCode="other"
    identificationTypeDescription="Other identification number" {UNKNOWN} logicalId="12">
    <remark>Afghan taskera issued on 3 May 2004</remark></identification>
  <identification number="" knownExpired="true" identificationTypeCode="id"
    identificationTypeDescription="Identity card" {UNKNOWN} logicalId="13"/>
</sanctionEntity>
"""
SHORT = (
    '<sanctionEntity euReferenceNumber="EU.998.1" logicalId="14"><subjectType code="person"/>'
    '<nameAlias wholeName="A" logicalId="1"/></sanctionEntity>'
)


def document(entries: str = "", declaration: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{declaration}<export generationDate='
        f'"2026-08-05T16:47:04.449+02:00" xmlns="http://eu.europa.ec/fpi/fsd/export">{entries}</export>'
    )


Parse = Callable[[str | bytes], Parsed]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    def written(content: str | bytes) -> Parsed:
        file = tmp_path / "list.xml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return source("eu_fsf").parse(file)

    return written


def test_every_part_of_a_person_goes_to_its_field(parse: Parse) -> None:
    parsed = parse(document(FULL))
    (entity,) = parsed
    assert parsed.published_on is not None and parsed.published_on.isoformat() == "2026-08-05"
    assert parsed.not_understood == {"birthdate": 1, "contactInfo TELEX": 1}
    assert (entity.entity_id, entity.record_id, entity.kind) == ("EU.999.1", "13", Kind.PERSON)
    assert entity.gender is Gender.MALE and entity.titles == ("Haji",)
    assert entity.positions == ("Minister of Tests",)
    assert entity.nationalities == ("IQ", "RU", "UA")
    assert [(date.earliest.isoformat(), date.precision) for date in entity.birth_dates] == [
        ("1961-02-03", DatePrecision.DAY),
        ("1962-01-01", DatePrecision.CIRCA),
        ("1963-04-01", DatePrecision.MONTH),
        ("1964-01-01", DatePrecision.RANGE),
    ]
    assert [(place.text, place.city, place.country) for place in entity.birth_places] == [
        ("Velm, IRAQ", "Velm", "IQ")
    ]
    (address,) = entity.addresses
    assert address.text == "4 Quay, PO Box 7, 123, Port Velm, Velm, GREECE"
    assert (address.city, address.region, address.postcode, address.country) == (
        "Port Velm",
        "Velm",
        "123",
        "GR",
    )
    assert (entity.programmes, entity.legal_basis) == (
        ("TERR",),
        ("2025/999 (OJ L999)", "2025/998 (OJ L998)"),
    )
    assert entity.listed_on is not None and entity.listed_on.isoformat() == "2001-10-12"
    assert entity.updated_on is not None and entity.updated_on.isoformat() == "2025-03-01"
    assert entity.url == "https://example.org/act"
    assert entity.remarks == (
        "Said to be in hiding.",
        "note: seen in Velm",
        "The Tester: nom de guerre",
        "The name he signs with.",
        "Citizenship of IRAQ: region Velm",
        "birthdate: 1380 (Islamic)",
        "Until 2004",
        "contactInfo TELEX: 99",
        "National passport Д-1 D-1: diplomatic, known to be false, name on it O. Velm, issued by Velm office",
        "Afghan taskera issued on 3 May 2004",
        "Identity card: known to be expired",
        "Corrected twice",
        "UN reference: TAi.999",
        "Designation: Annex I",
    )


def test_a_name_in_several_languages_is_one_name_and_the_main_one_is_found(parse: Parse) -> None:
    (entity,) = parse(document(FULL))
    assert [(name.text, name.type, name.strength, name.language) for name in entity.names] == [
        ("Orlan Petrov DVESSIK", NameType.PRIMARY, Strength.STRONG, "en"),
        ("The Tester", NameType.ALIAS, Strength.WEAK, None),
        ("Orlán Dvessik", NameType.ALIAS, Strength.STRONG, "fr"),
        ("Орлан Двессик", NameType.ALIAS, Strength.STRONG, "bg"),
        ("اورلان", NameType.ORIGINAL_SCRIPT, Strength.STRONG, "ar"),
        ("Orlan Velm", NameType.ALIAS, Strength.STRONG, None),
    ]
    assert (entity.names[0].family, entity.names[0].given) == ("DVESSIK", "Orlan Petrov")


def test_documents_and_contacts_are_identifiers(parse: Parse) -> None:
    (entity,) = parse(document(FULL))
    assert [(found.type, found.value, found.country) for found in entity.identifiers] == [
        (IdentifierType.PHONE, "12 34", None),
        (IdentifierType.PHONE, "12 35", None),
        (IdentifierType.EMAIL, "o@velm.example", None),
        (IdentifierType.PASSPORT, "Д-1", "IQ"),
        (IdentifierType.PASSPORT, "D-1", "IQ"),
        (IdentifierType.OTHER, "777", "AF"),
    ]
    passport, other = entity.identifiers[3], entity.identifiers[5]
    assert passport.issued and passport.issued.text == "2001-02-03"
    assert passport.expires and passport.expires.text == "2011-02-03"
    assert other.issued and other.issued.earliest.isoformat() == "2004-05-03"


def test_an_enterprise_was_founded_and_has_no_nationality(parse: Parse) -> None:
    entry = FULL.replace('code="person" classificationCode="P"', 'code="enterprise" classificationCode="E"')
    (entity,) = parse(document(entry))
    assert entity.kind is Kind.ORGANIZATION and entity.names[0].family is None
    assert (entity.nationalities, entity.countries) == ((), ("IQ", "RU", "UA"))
    assert entity.birth_dates == () and len(entity.founded) == 4


def test_an_attribute_nobody_has_seen_before_is_counted_and_kept(parse: Parse) -> None:
    new = '<eyes colour="green"/><subjectType code="swarm" classificationCode="S"/><citizenship'
    parsed = parse(
        document(
            FULL.replace('<subjectType code="person" classificationCode="P"/>', "").replace(
                "<citizenship", new, 1
            )
        )
    )
    (entity,) = parsed
    assert entity.kind is Kind.UNKNOWN and "eyes/@colour: green" in entity.remarks
    assert parsed.not_understood["eyes/@colour"] == 1 and parsed.not_understood["subjectType 'swarm'"] == 1


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
        ("fileGenerationDate;Entity_LogicalId\n", ", line 1, column 1: is not well-formed XML"),
        (
            "<CONSOLIDATED_LIST/>",
            ", line 1: is XML with the root element CONSOLIDATED_LIST instead of export",
        ),
        (document(), ": holds no entry"),
        (document(SHORT)[:-30], ", line 2, column"),
        (document(SHORT + "\n" + SHORT), ", line 3: repeats entry EU.998.1 of line 2"),
        (document("<sanctionEntity/>"), ", line 2: is an entry without euReferenceNumber"),
        (document(SHORT.replace('"A"', '" "')), ", line 2: entry EU.998.1 cannot be read"),
        (document("&a9;", BOMB), ", line 1: declares a DOCTYPE"),
        (document(SHORT, "<!DOCTYPE l SYSTEM 'http://127.0.0.1:9/l.dtd'>"), ", line 1: declares a DOCTYPE"),
        (document("<a>" * 10_000), ", line 2, column"),
        (document(SHORT.replace('"A"', f'"{"A" * 11_000_000}"')), ", line "),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) and value.startswith((",", ":")) else "",
)
def test_a_damaged_or_hostile_file_is_refused_with_its_position(
    parse: Parse, content: str | bytes, expected: str
) -> None:
    with pytest.raises(SourceError) as refused:
        list(parse(content))
    assert str(refused.value).startswith(f"eu_fsf: list.xml{expected}")


@pytest.mark.parametrize(
    "name", ["eu-403-body.json", "maintenance.html", "un-truncated.xml", "ofac-sdn-empty.csv"]
)
def test_what_servers_really_sent_instead_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match=rf"^eu_fsf: {name}, line \d+"):
        list(source("eu_fsf").parse(shared(f"lists/broken/{name}")))


Real = tuple[Parsed, list[ListedEntity]]


@pytest.fixture(scope="module")
def real() -> Real:
    parsed = source("eu_fsf").parse(shared("lists/eu_fsf/xml-1.1-2025-05-reconstructed.xml"))
    return parsed, list(parsed)


def test_all_5316_real_entries_are_read(real: Real) -> None:
    parsed, entities = real
    summary = Summary.of(entities)
    assert summary.entities == {Kind.PERSON: 4_110, Kind.ORGANIZATION: 1_206}
    assert len({entity.entity_id for entity in entities}) == 5_316
    assert check_assertions(source("eu_fsf"), summary) == []
    assert parsed.published_on is not None and parsed.published_on.isoformat() == "2025-05-25"
    assert parsed.not_understood == {} and parsed.notes == []


def test_the_real_names_and_nationalities_are_all_there(real: Real) -> None:
    _, entities = real
    names = [name for entity in entities for name in entity.names]
    assert len(names) == 27_926  # of 27,947 aliases; the others repeat one of their entry
    assert Counter(name.type for name in names)[NameType.PRIMARY] == 5_316
    assert sum(map(bool, (entity.nationalities for entity in entities))) == 2_366
    assert Counter(code for entity in entities for code in entity.nationalities)["RU"] == 906


def test_the_entries_as_published_are_read_whole() -> None:
    parsed = source("eu_fsf").parse(shared("lists/eu_fsf/xml-1.1-2026-08-05-excerpt4.xml"))
    entities = {entity.entity_id: entity for entity in parsed}
    assert parsed.not_understood == {}
    assert {key: (entity.names[0].text, len(entity.names)) for key, entity in entities.items()} == {
        "EU.27.28": ("Saddam Hussein Al-Tikriti", 3),
        "EU.3579.2": ("Khalid Sheikh MOHAMMED", 7),
        "EU.589.30": ("Global Relief Foundation (GRF)", 1),
        "EU.522.39": ("Al Rashid Trust", 12),
    }
    (passport,) = entities["EU.3579.2"].identifiers
    assert (passport.type, passport.value, passport.country) == (IdentifierType.PASSPORT, "488555", None)
    assert len(entities["EU.522.39"].addresses) == 11
