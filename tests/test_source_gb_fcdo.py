"""The UK Sanctions List: its XML and CSV as published, damaged and hostile."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import shared

from lists.model import (
    DatePrecision,
    Gender,
    IdentifierType,
    Kind,
    ListedEntity,
    NameType,
    RelationType,
    Strength,
)
from lists.source import Parsed, SourceError, Summary, check_assertions, source

PERSON = """
<Designation>
  <LastUpdated>29/04/2026</LastUpdated><DateDesignated>31/01/2001</DateDesignated>
  <UniqueID>TST0001</UniqueID><OFSIGroupID>99</OFSIGroupID><UNReferenceNumber>TAi.999</UNReferenceNumber>
  <Names>
    <Name><Name1>Orlan</Name1><Name2>Petrov</Name2><Name6>DVESSIK</Name6>
      <NameType>Primary name</NameType></Name>
    <Name><Name6>The Tester </Name6><NameType>Alias</NameType>
      <AliasStrength>Low quality a.k.a</AliasStrength></Name>
    <Name><Name1>Orlan</Name1><Name6>Velm</Name6><NameType>Primary Name Variation</NameType></Name>
    <Name><Name1>Orlan</Name1><Name6>Quay</Name6><NameType>Alias</NameType>
      <AliasStrength>good_quality_aka</AliasStrength></Name>
    <Name><Name6>اورلان</Name6><NameType>AKA</NameType></Name>
    <Name><Name6>Old Name</Name6><NameType>FKA</NameType></Name>
  </Names>
  <NonLatinNames><NonLatinName><NameNonLatinScript>Орлан Двессик</NameNonLatinScript>
    <NonLatinScriptType>Cyrillic</NonLatinScriptType><NonLatinScriptLanguage>Russian</NonLatinScriptLanguage>
  </NonLatinName></NonLatinNames>
  <Titles><Title>Maulavi</Title><Title>Deputy Governor</Title></Titles>
  <RegimeName>The Velm (Sanctions) Regulations 2020</RegimeName>
  <IndividualEntityShip>Individual</IndividualEntityShip><DesignationSource>UN</DesignationSource>
  <SanctionsImposed>Asset freeze|Travel Ban</SanctionsImposed>
  <SanctionsImposedIndicators><AssetFreeze>true</AssetFreeze></SanctionsImposedIndicators>
  <OtherInformation>Height 170cm.</OtherInformation><UKStatementofReasons>He tests.
  </UKStatementofReasons>
  <Addresses><Address><AddressLine1>4 Quay</AddressLine1><AddressLine6>Port Velm</AddressLine6>
    <AddressPostalCode>123</AddressPostalCode><AddressCountry>Iraq</AddressCountry></Address></Addresses>
  <PhoneNumbers><PhoneNumber>(1) +7 (499) 750 00 (2) 8 812 69</PhoneNumber></PhoneNumbers>
  <IndividualDetails><Individual>
    <DOBs><DOB>dd/mm/1968</DOB><DOB>12/11/1967</DOB><DOB>12/11/1967</DOB><DOB>dd/09/1958</DOB>
      <DOB>dd/mm/yyyy</DOB><DOB>1985</DOB></DOBs>
    <PassportDetails>
      <Passport><PassportNumber> D0001</PassportNumber>
        <PassportAdditionalInformation>Afghan passport, issued on 12 Oct. 2021, expires 12 Oct. 2026
        (made out to O. Velm)</PassportAdditionalInformation></Passport>
      <Passport><PassportNumber>'06F01</PassportNumber></Passport>
    </PassportDetails>
    <NationalIdentifierDetails><NationalIdentifier>
      <NationalIdentifierNumber>75258</NationalIdentifierNumber>
      <NationalIdentifierAdditionalInformation>Ration card no.</NationalIdentifierAdditionalInformation>
    </NationalIdentifier></NationalIdentifierDetails>
    <Nationalities><Nationality>Afghanistan</Nationality><Nationality>Russia, Ukraine</Nationality>
    </Nationalities>
    <Positions><Position>Minister of Tests</Position></Positions><Genders><Gender>Male</Gender></Genders>
    <BirthDetails><Location><TownOfBirth>Velm</TownOfBirth>
      <CountryOfBirth>Ukrainian SSR (now Ukraine)</CountryOfBirth></Location>
    <Location><CountryOfBirth>Iraq</CountryOfBirth></Location></BirthDetails>
  </Individual></IndividualDetails>
</Designation>
"""
SHIP = """
<Designation>
  <UniqueID>TST0002</UniqueID>
  <Names><Name><Name6>Velm Trader</Name6><NameType>Primary Name</NameType></Name></Names>
  <IndividualEntityShip>Ship</IndividualEntityShip><RegimeName>R</RegimeName>
  <ShipDetails><Ship><IMONumbers><IMONumber>IMO9999999</IMONumber></IMONumbers>
    <CurrentOwnerOperators><CurrentOwnerOperator>Velm Lines (TST0003)</CurrentOwnerOperator>
    </CurrentOwnerOperators>
    <CurrentBelievedFlagOfShips><CurrentBelievedFlagOfShip>Comoros</CurrentBelievedFlagOfShip>
    </CurrentBelievedFlagOfShips>
    <PreviousFlags><PreviousFlag>India. Panama</PreviousFlag></PreviousFlags>
    <TypeOfShipDetails><TypeOfShip>Bulk Carrier</TypeOfShip></TypeOfShipDetails>
    <TonnageOfShipDetails><TonnageOfShip>7078</TonnageOfShip></TonnageOfShipDetails>
    <YearsBuilt><YearBuilt>2011</YearBuilt></YearsBuilt></Ship></ShipDetails>
</Designation>
"""
ENTITY = """
<Designation>
  <UniqueID>TST0003</UniqueID><Names><Name><Name1>Velm Lines</Name1><Name6>Velm Lines</Name6>
    <NameType>Primary Name</NameType></Name></Names>
  <IndividualEntityShip>Entity</IndividualEntityShip><RegimeName>R</RegimeName>
  <EntityDetails><Entity><TypeOfEntities><TypeOfEntity>Public Company </TypeOfEntity></TypeOfEntities>
    <ParentCompanies><ParentCompany>(1) Quay Group (2) Velm Holding (TST0009)</ParentCompany>
    </ParentCompanies>
    <Subsidiaries><Subsidiary>Velm Boats</Subsidiary></Subsidiaries>
    <BusinessRegistrationNumbers>
      <BusinessRegistrationNumber>(1) OGRN: 1027700 (2) INN: 77170</BusinessRegistrationNumber>
    </BusinessRegistrationNumbers></Entity></EntityDetails>
  <EmailAddresses><EmailAddress>info@velm.example</EmailAddress></EmailAddresses>
</Designation>
"""
SHORT = ENTITY.strip().replace("\n", " ")


def document(
    entries: str = "", declaration: str = "", date: str = 'dateGenerated="2026-08-14T23:00:04.744Z"'
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{declaration}<Designations {date}>'
        f"<DateGenerated>14/08/2026</DateGenerated>{entries}</Designations>"
    )


COLUMNS = (
    "Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,"
    "Name 5,Name type,Alias strength,Title,Name non-latin script,Non-latin script type,"
    "Non-latin script language,Regime Name,Designation Type,Designation source,Sanctions Imposed,"
    "Other Information,UK Statement of Reasons,Address Line 1,Address Line 2,Address Line 3,"
    "Address Line 4,Address Line 5,Address Line 6,Address Postal Code,Address Country,Phone number,"
    "Website,Email address,Date Designated,D.O.B,Nationality(/ies),National Identifier number,"
    "National Identifier additional information,Passport number,Passport additional information,"
    "Position,Gender,Town of birth,Country of birth,Type of entity,Subsidiaries,Parent company,"
    "Business registration number (s),IMO number,Current owner/operator (s),"
    "Previous owner/operator (s),Current believed flag of ship,Previous flags,Type of ship,"
    "Tonnage of ship,Length of ship,Year Built,Hull identification number (HIN)"
).split(",")
ALL_ROWS = {
    "Last Updated": "29/04/2026", "Unique ID": "TST0001", "OFSI Group ID": "99",
    "UN Reference Number": "TAi.999", "Regime Name": "The Velm (Sanctions) Regulations 2020",
    "Designation Type": "Individual", "Designation source": "UN",
    "Sanctions Imposed": "Asset freeze|Travel Ban", "Other Information": "Height 170cm.",
    "UK Statement of Reasons": "He tests.", "Date Designated": "31/01/2001",
    "Gender": "Male", "Phone number": "(1) +7 (499) 750 00 (2) 8 812 69", "Address Line 1": "4 Quay",
    "Address Line 6": "Port Velm", "Address Postal Code": "123", "Address Country": "Iraq",
    "Position": "Minister of Tests",
}  # fmt: skip
PASSPORT = "Afghan passport, issued on 12 Oct. 2021, expires 12 Oct. 2026 (made out to O. Velm)"
ROWS = [
    {"Name 6": "DVESSIK", "Name 1": "Orlan", "Name 2": "Petrov", "Name type": "Primary name",
     "D.O.B": "dd/mm/1968", "Title": "Maulavi", "Nationality(/ies)": "Afghanistan",
     "Name non-latin script": "Орлан Двессик", "Non-latin script type": "Cyrillic",
     "Non-latin script language": "Russian", "Passport number": " D0001",
     "Passport additional information": PASSPORT, "Town of birth": "Velm",
     "Country of birth": "Ukrainian SSR (now Ukraine)"},
    {"Name 6": "The Tester ", "Name type": "Alias", "Alias strength": "Low quality a.k.a",
     "D.O.B": "12/11/1967", "Title": "Deputy Governor", "Nationality(/ies)": "Russia, Ukraine",
     "Passport number": "'06F01", "National Identifier number": "75258", "Country of birth": "Iraq",
     "National Identifier additional information": "Ration card no."},
    {"Name 6": "Velm", "Name 1": "Orlan", "Name type": "Primary Name Variation", "D.O.B": "dd/09/1958"},
    {"Name 6": "Quay", "Name 1": "Orlan", "Name type": "Alias", "Alias strength": "good_quality_aka"},
    {"Name 6": "اورلان", "Name type": "AKA", "D.O.B": "1985"},
    {"Name 6": "Old Name", "Name type": "FKA", "D.O.B": "dd/mm/yyyy"},
]  # fmt: skip


def table(
    rows: list[Mapping[str, str]], columns: list[str] = COLUMNS, before: str = "Report Date: 13-Feb-2026\n"
) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return before + text.getvalue()


Parse = Callable[[str | bytes], Parsed]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    def written(content: str | bytes) -> Parsed:
        file = tmp_path / "list.xml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return source("gb_fcdo").parse(file)

    return written


def test_every_part_of_a_person_goes_to_its_field(parse: Parse) -> None:
    parsed = parse(document(PERSON))
    (entity,) = parsed
    assert parsed.published_on is not None and parsed.published_on.isoformat() == "2026-08-14"
    assert parsed.not_understood == {} and parsed.notes == []
    assert (entity.entity_id, entity.kind, entity.gender) == ("TST0001", Kind.PERSON, Gender.MALE)
    assert [(name.text, name.type, name.strength) for name in entity.names] == [
        ("Orlan Petrov DVESSIK", NameType.PRIMARY, Strength.STRONG),
        ("The Tester", NameType.ALIAS, Strength.WEAK),
        ("Orlan Velm", NameType.ALIAS, Strength.STRONG),
        ("Orlan Quay", NameType.ALIAS, Strength.STRONG),
        ("اورلان", NameType.ORIGINAL_SCRIPT, Strength.STRONG),
        ("Old Name", NameType.FORMER, Strength.STRONG),
        ("Орлан Двессик", NameType.ORIGINAL_SCRIPT, Strength.STRONG),
    ]
    assert (entity.names[0].family, entity.names[0].given) == ("DVESSIK", "Orlan Petrov")
    assert (entity.names[6].language, entity.names[6].script) == ("ru", "Cyrl")
    assert [(date.text, date.earliest.isoformat(), date.precision) for date in entity.birth_dates] == [
        ("dd/mm/1968", "1968-01-01", DatePrecision.YEAR),
        ("12/11/1967", "1967-11-12", DatePrecision.DAY),
        ("dd/09/1958", "1958-09-01", DatePrecision.MONTH),
        ("1985", "1985-01-01", DatePrecision.YEAR),
    ]
    assert [(place.text, place.city, place.country) for place in entity.birth_places] == [
        ("Velm, Ukrainian SSR (now Ukraine)", "Velm", "UA"),
        ("Iraq", None, "IQ"),
    ]
    assert entity.nationalities == ("AF", "RU", "UA")
    assert entity.titles == ("Maulavi",) and entity.positions == ("Minister of Tests", "Deputy Governor")
    (address,) = entity.addresses
    assert (address.text, address.city, address.country) == (
        "4 Quay, Port Velm, 123, Iraq",
        "Port Velm",
        "IQ",
    )
    assert entity.programmes == entity.legal_basis == ("The Velm (Sanctions) Regulations 2020",)
    assert entity.listed_on is not None and entity.listed_on.isoformat() == "2001-01-31"
    assert entity.updated_on is not None and entity.updated_on.isoformat() == "2026-04-29"
    assert entity.reasons == "He tests."
    assert entity.url == "https://search-uk-sanctions-list.service.gov.uk/designations/TST0001/Individual"
    assert set(entity.remarks) == {
        "Height 170cm.",
        "OFSI group: 99",
        "UN reference: TAi.999",
        "Designated by: UN",
        "Sanctions imposed: Asset freeze, Travel Ban",
        "Passport D0001: Afghan passport, issued on 12 Oct. 2021, expires 12 Oct. 2026 (made out to O. Velm)",
    }


def test_documents_and_contacts_are_identifiers(parse: Parse) -> None:
    (entity,) = parse(document(PERSON))
    assert [(found.type, found.value, found.country) for found in entity.identifiers] == [
        (IdentifierType.PASSPORT, "D0001", "AF"),
        (IdentifierType.PASSPORT, "06F01", None),
        (IdentifierType.OTHER, "75258", None),
        (IdentifierType.PHONE, "+7 (499) 750 00", None),
        (IdentifierType.PHONE, "8 812 69", None),
    ]
    passport = entity.identifiers[0]
    assert passport.issued and passport.issued.earliest.isoformat() == "2021-10-12"
    assert passport.expires and passport.expires.earliest.isoformat() == "2026-10-12"


def test_a_ship_keeps_its_flags_owner_and_imo_number(parse: Parse) -> None:
    (entity,) = parse(document(SHIP))
    assert entity.kind is Kind.VESSEL and entity.craft is not None
    assert [(found.type, found.value) for found in entity.identifiers] == [(IdentifierType.IMO, "9999999")]
    assert (entity.craft.type, entity.craft.flag, entity.craft.former_flags) == (
        "Bulk Carrier",
        "KM",
        ("IN", "PA"),
    )
    assert entity.craft.owner == "Velm Lines (TST0003)"
    assert entity.craft.manufactured and entity.craft.manufactured.earliest.year == 2011
    (owner,) = entity.relations
    assert (owner.type, owner.entity_id) == (RelationType.OWNED_BY, "TST0003")
    assert entity.remarks == ("Tonnage: 7078",)


def test_an_entity_keeps_its_registrations_and_its_group(parse: Parse) -> None:
    (entity,) = parse(document(ENTITY))
    assert (entity.kind, [name.text for name in entity.names]) == (Kind.ORGANIZATION, ["Velm Lines"])
    assert [(found.type, found.value) for found in entity.identifiers] == [
        (IdentifierType.REGISTRATION, "1027700"),
        (IdentifierType.TAX, "77170"),
        (IdentifierType.EMAIL, "info@velm.example"),
    ]
    assert [(relation.type, relation.name, relation.entity_id) for relation in entity.relations] == [
        (RelationType.OWNED_BY, "Quay Group", None),
        (RelationType.OWNED_BY, "Velm Holding (TST0009)", "TST0009"),
        (RelationType.LINKED_TO, "Velm Boats", None),
    ]
    assert entity.remarks == ("Type of entity: Public Company",)


def test_the_csv_file_gives_the_same_entry_as_the_xml(parse: Parse) -> None:
    (from_xml,) = parse(document(PERSON))
    parsed = parse(table([{**ALL_ROWS, **row} for row in ROWS]))
    (from_csv,) = parsed
    assert parsed.published_on is not None and parsed.published_on.isoformat() == "2026-02-13"
    assert parsed.not_understood == {} and parsed.notes == []
    sets = {"remarks": set(from_xml.remarks), "positions": set(from_xml.positions)}
    assert {key: set(getattr(from_csv, key)) for key in sets} == sets
    assert from_csv.model_copy(update=dict.fromkeys(sets, ())) == from_xml.model_copy(
        update=dict.fromkeys(sets, ())
    )


def test_rows_of_one_entry_need_not_follow_each_other(parse: Parse) -> None:
    rows = [
        {"Unique ID": key, "Name 6": f"Velm {key}{name}", "Designation Type": "Entity"}
        for name in "ab"
        for key in "12"
    ]
    entities = {entity.entity_id: [name.text for name in entity.names] for entity in parse(table(rows))}
    assert entities == {"1": ["Velm 1a", "Velm 1b"], "2": ["Velm 2a", "Velm 2b"]}


def test_the_date_may_stand_in_an_element_only_and_a_column_may_be_new(parse: Parse) -> None:
    parsed = parse(document(ENTITY, date=""))
    assert parsed.published_on is not None and parsed.published_on.isoformat() == "2026-08-14"
    row = {"Unique ID": "1", "Name 6": "Velm", "Designation Type": "Entity", "Eye colour": "green"}
    parsed = parse(table([row], [*COLUMNS, "Eye colour"], before=""))
    (entity,) = parsed
    assert parsed.not_understood == {"column Eye colour": 1} and entity.remarks == ("Eye colour: green",)
    assert parsed.notes == ["list.xml does not say when it was generated"]


def test_what_nobody_has_seen_before_is_counted_and_kept(parse: Parse) -> None:
    new = (
        "<EyeColour>green</EyeColour><DOB>31/31/1967</DOB><Nationality>Atlantis</Nationality>"
        "<Gender>?</Gender></Designation>"
    )
    entry = PERSON.replace("</Designation>", new).replace("<NameType>FKA", "<NameType>Pen name")
    parsed = parse(document(entry.replace("<Gender>Male</Gender>", "")))
    (entity,) = parsed
    assert parsed.not_understood == {
        "EyeColour": 1,
        "birth date": 1,
        "nationality": 1,
        "gender": 1,
        "name type 'Pen name'": 1,
    }
    assert {"EyeColour: green", "Birth date: 31/31/1967", "Nationality: Atlantis"} <= set(entity.remarks)


BOMB = "<!DOCTYPE l [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ", line 1: is empty"),
        ("<html><body>maintenance</body></html>", ", line 1: holds a web page, not an XML or CSV list"),
        ('{"error":"Forbidden"}', ", line 1: holds JSON"),
        (b"PK\x03\x04rest", ", line 1: holds a ZIP archive"),
        ("Group ID,Name 6\n", ": has no heading with the columns Unique ID, Designation Type"),
        ("<rss/>", ", line 1: is XML with the root element rss instead of Designations"),
        (document(), ": holds no designation"),
        (table([]), ": holds no entry"),
        (document(SHORT)[:-30], ", line 2, column"),
        (document(SHORT + "\n" + SHORT), ", line 3: repeats designation TST0003 of line 2"),
        (document("<Designation/>"), ", line 2: is a designation without UniqueID"),
        (document(SHORT.replace("Velm Lines", "")), ", line 2: entry TST0003 cannot be read"),
        (table([{"Unique ID": "1", "Designation Type": "Entity"}]), ", line 3: entry 1 cannot be read"),
        (table([{"Name 6": "Velm"}]), ", line 3: has no Unique ID"),
        (table([{"Unique ID": "1", "Name 6": "Velm"}])[:-20], ", line 3: has 40 columns instead of 58"),
        (document("&a9;", BOMB), ", line 1: declares a DOCTYPE"),
        (document(SHORT, "<!DOCTYPE l SYSTEM 'http://127.0.0.1:9/l.dtd'>"), ", line 1: declares a DOCTYPE"),
        (document("<a>" * 10_000), ", line 2, column"),
        (document(SHORT.replace("info@", "A" * 11_000_000)), ", line "),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) and value.startswith((",", ":")) else "",
)
def test_a_damaged_or_hostile_file_is_refused_with_its_position(
    parse: Parse, content: str | bytes, expected: str
) -> None:
    with pytest.raises(SourceError) as refused:
        list(parse(content))
    assert str(refused.value).startswith(f"gb_fcdo: list.xml{expected}")


@pytest.mark.parametrize(
    "name",
    [
        "maintenance.html",
        "eu-403-body.json",
        "un-truncated.xml",
        "ofac-sdn-empty.csv",
        "csl-truncated-2023-11-30.csv",
    ],
)
def test_what_servers_really_sent_instead_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match=rf"^gb_fcdo: {name}"):
        list(source("gb_fcdo").parse(shared(f"lists/broken/{name}")))


Real = tuple[Parsed, list[ListedEntity]]


@pytest.fixture(scope="module")
def real() -> Real:
    parsed = source("gb_fcdo").parse(shared("lists/gb_fcdo/xml-2026-04-29-reconstructed.xml"))
    return parsed, list(parsed)


def test_all_6046_real_entries_are_read(real: Real) -> None:
    parsed, entities = real
    summary = Summary.of(entities)
    assert summary.entities == {Kind.PERSON: 3_883, Kind.ORGANIZATION: 1_531, Kind.VESSEL: 632}
    assert len({entity.entity_id for entity in entities}) == 6_046
    assert check_assertions(source("gb_fcdo"), summary) == []
    assert parsed.published_on is not None and parsed.published_on.isoformat() == "2026-04-29"
    assert parsed.not_understood == {} and parsed.notes == []


def test_the_real_names_birth_dates_and_numbers_are_all_there(real: Real) -> None:
    _, entities = real
    names = [name for entity in entities for name in entity.names]
    assert len(names) == 15_041  # of 15,050; the others repeat one of their entry
    assert Counter(name.type for name in names) == {NameType.PRIMARY: 6_046, NameType.ALIAS: 8_995}
    assert sum(name.strength is Strength.WEAK for name in names) == 605
    types = Counter(found.type for entity in entities for found in entity.identifiers)
    assert types == {IdentifierType.PASSPORT: 725, IdentifierType.IMO: 631}
    passports = {
        found.value
        for entity in entities
        for found in entity.identifiers
        if found.type is IdentifierType.PASSPORT
    }
    assert not any(value.startswith((" ", "'")) for value in passports)
    assert sum(bool(entity.birth_dates) for entity in entities) == 1_043


def test_the_entries_as_published_are_read_whole() -> None:
    parsed = source("gb_fcdo").parse(shared("lists/gb_fcdo/xml-2026-08-14-excerpt4.xml"))
    entities = {entity.entity_id: entity for entity in parsed}
    assert parsed.not_understood == {}
    assert [(found.value, found.country) for found in entities["AFG0011"].identifiers] == [
        ("D0009720", "AF"),
        ("D0010442", "AF"),
    ]
    assert [entities[key].names[0].type for key in entities] == [NameType.PRIMARY] * 4
    assert [name.strength for name in entities["AQD0128"].names].count(Strength.WEAK) == 2
    assert entities["DPR0075"].craft is not None and entities["DPR0075"].craft.former_flags == ("IN",)


def test_the_published_heading_of_the_csv_is_known_and_a_list_without_rows_is_refused() -> None:
    header = shared("lists/gb_fcdo/csv-header-only.csv")
    with pytest.raises(SourceError, match="holds no entry"):
        list(source("gb_fcdo").parse(header))
    lines = header.read_text(encoding="utf-8-sig").splitlines()
    assert next(csv.reader(lines[1:])) == COLUMNS
