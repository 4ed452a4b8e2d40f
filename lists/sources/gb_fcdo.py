"""The UK Sanctions List of the Foreign, Commonwealth and Development Office, as XML or CSV.

Since 28 January 2026 it is the United Kingdom's only list.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from lists.dates import iso_day, parse_date
from lists.model import Kind, ListedEntity
from lists.reading import find_document, refusal
from lists.source import Count, ExpectedFile, Parsed, Share, Source, SourceError, fingerprint, sniff
from lists.uk_entry import Field, Group, UkEntry
from lists.uk_rows import Layout, read_rows
from lists.xml_stream import Node, XmlDocument

LIST_ID = "gb_fcdo"

_FILE = ExpectedFile("UK-Sanctions-List.xml", "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.xml")
_TABLE = ExpectedFile("UK-Sanctions-List.csv", "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv")
_ENTRY_PAGE = "https://search-uk-sanctions-list.service.gov.uk/designations"
_ENTRY, _DATE = "Designation", "DateGenerated"

# Element, column (where it differs), field, and what a remark says it is.
_FIELDS = (
    ("IndividualEntityShip", "Designation Type", Field.KIND, ""),
    ("Title", "Title", Field.TITLE, ""),
    ("Position", "Position", Field.POSITION, ""),
    ("DOB", "D.O.B", Field.BIRTH_DATE, ""),
    ("Nationality", "Nationality(/ies)", Field.NATIONALITY, ""),
    ("Gender", "Gender", Field.GENDER, ""),
    ("PhoneNumber", "Phone number", Field.PHONE, ""),
    ("EmailAddress", "Email address", Field.EMAIL, ""),
    ("Website", "Website", Field.WEBSITE, ""),
    ("RegimeName", "Regime Name", Field.REGIME, ""),
    ("DateDesignated", "Date Designated", Field.LISTED_ON, ""),
    ("LastUpdated", "Last Updated", Field.UPDATED_ON, ""),
    ("UKStatementofReasons", "UK Statement of Reasons", Field.REASONS, ""),
    ("OtherInformation", "Other Information", Field.REMARK, ""),
    ("UNReferenceNumber", "UN Reference Number", Field.REMARK, "UN reference"),
    ("OFSIGroupID", "OFSI Group ID", Field.REMARK, "OFSI group"),
    ("DesignationSource", "Designation source", Field.REMARK, "Designated by"),
    ("SanctionsImposed", "Sanctions Imposed", Field.REMARK, "Sanctions imposed"),
    ("TypeOfEntity", "Type of entity", Field.REMARK, "Type of entity"),
    ("BusinessRegistrationNumber", "Business registration number (s)", Field.REGISTRATION, ""),
    ("ParentCompany", "Parent company", Field.PARENT, ""),
    ("Subsidiary", "Subsidiaries", Field.SUBSIDIARY, ""),
    ("IMONumber", "IMO number", Field.IMO, ""),
    ("CurrentOwnerOperator", "Current owner/operator (s)", Field.OWNER, ""),
    ("PreviousOwnerOperator", "Previous owner/operator (s)", Field.REMARK, "Previous owner or operator"),
    ("CurrentBelievedFlagOfShip", "Current believed flag of ship", Field.FLAG, ""),
    ("PreviousFlag", "Previous flags", Field.FORMER_FLAG, ""),
    ("TypeOfShip", "Type of ship", Field.SHIP_TYPE, ""),
    ("TonnageOfShip", "Tonnage of ship", Field.REMARK, "Tonnage"),
    ("LengthOfShip", "Length of ship", Field.REMARK, "Length"),
    ("YearBuilt", "Year Built", Field.BUILT, ""),
    ("HullIdentificationNumber", "Hull identification number (HIN)", Field.HULL, ""),
)
_NAME_COLUMNS = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")
_LINE_COLUMNS = tuple(f"Address Line {number}" for number in range(1, 7))
# Element, its children, the columns for them, group.
_GROUPS = (
    (
        "Name",
        ("Name1", "Name2", "Name3", "Name4", "Name5", "Name6", "NameType", "AliasStrength"),
        (*_NAME_COLUMNS, "Name type", "Alias strength"),
        Group.NAME,
    ),
    (
        "NonLatinName",
        ("NameNonLatinScript", "NonLatinScriptType", "NonLatinScriptLanguage"),
        ("Name non-latin script", "Non-latin script type", "Non-latin script language"),
        Group.ORIGINAL_NAME,
    ),
    (
        "Passport",
        ("PassportNumber", "PassportAdditionalInformation"),
        ("Passport number", "Passport additional information"),
        Group.PASSPORT,
    ),
    (
        "NationalIdentifier",
        ("NationalIdentifierNumber", "NationalIdentifierAdditionalInformation"),
        ("National Identifier number", "National Identifier additional information"),
        Group.NATIONAL_ID,
    ),
    ("Location", ("TownOfBirth", "CountryOfBirth"), ("Town of birth", "Country of birth"), Group.BIRTH_PLACE),
    (
        "Address",
        (*(f"AddressLine{number}" for number in range(1, 7)), "AddressPostalCode", "AddressCountry"),
        (*_LINE_COLUMNS, "Address Postal Code", "Address Country"),
        Group.ADDRESS,
    ),
)


_ELEMENTS = {element: (name, label) for element, _, name, label in _FIELDS}
_GROUP_ELEMENTS = {element: (children, group) for element, children, _, group in _GROUPS}
_LAYOUT = Layout(
    reference="Unique ID",
    required=("Name 6", "Designation Type"),
    fields=[(column, name, label) for _, column, name, label in _FIELDS],
    groups=[(columns, group) for _, _, columns, group in _GROUPS],
)


def parse(path: Path) -> Parsed:
    """Read the XML or CSV file, or the folder that holds it. Raises `SourceError`, also while iterating."""
    file = find_document(LIST_ID, path, _FILE.name, (".xml", ".csv"))
    parsed = Parsed(iter(()), (fingerprint(LIST_ID, file),))
    what = sniff(file)
    if what == "XML":
        _read_xml(file, parsed)
    elif what is None:
        _read_csv(file, parsed)
    else:
        raise SourceError(
            LIST_ID, file.name, "line 1", f"holds {what}, not an XML or CSV list; fetch it again"
        )
    if parsed.published_on is None:
        parsed.notes.append(f"{file.name} does not say when it was generated")
    return parsed


def _read_xml(file: Path, parsed: Parsed) -> None:
    document = XmlDocument(LIST_ID, file, root="Designations", entries=(_ENTRY, _DATE))
    first = next(document.elements(), None)
    generated = (
        parse_date(first.text or "", day_first=True) if first is not None and first.tag == _DATE else None
    )
    parsed.published_on = iso_day(document.attributes.get("dateGenerated"))
    if parsed.published_on is None and generated:
        parsed.published_on = generated.earliest
    parsed.entities = _xml_entities(document, parsed)


def _xml_entities(document: XmlDocument, parsed: Parsed) -> Iterator[ListedEntity]:
    lines: dict[str, int] = {}
    for tag, node in document:
        if tag != _ENTRY:
            continue
        reference = node.text("UniqueID")
        if reference is None:
            raise document.error(f"line {node.line}", "is a designation without UniqueID; fetch it again")
        if reference in lines:
            sentence = f"repeats designation {reference} of line {lines[reference]}; fetch it again"
            raise document.error(f"line {node.line}", sentence)
        lines[reference] = node.line
        try:
            entry = _gather(node, parsed)
            yield entry.read(LIST_ID, reference, parsed, _url(entry, reference))
        except ValidationError as error:
            raise document.error(f"line {node.line}", refusal(reference, error)) from None
    if not lines:
        raise document.error(None, "holds no designation; fetch it again")


def _gather(node: Node, parsed: Parsed) -> UkEntry:
    entry = UkEntry()
    node.skip("SanctionsImposedIndicators")  # they say again, as true and false, what SanctionsImposed says
    for part in node.every(*_ELEMENTS, *_GROUP_ELEMENTS):
        if part.tag in _GROUP_ELEMENTS:
            children, group = _GROUP_ELEMENTS[part.tag]
            entry.add_group(group, [part.text(child) for child in children])
        else:
            name, label = _ELEMENTS[part.tag]
            entry.add(name, part.content, label)
    for path, text in node.unread():
        parsed.not_understood[path] += 1
        entry.add(Field.REMARK, text, path)
    return entry


def _read_csv(file: Path, parsed: Parsed) -> None:
    table = read_rows(LIST_ID, file, parsed, _LAYOUT, _url)
    for cell in table.preamble:
        _, _, stated = cell.partition(":")
        if date := parse_date(stated.replace("-", " ")):
            parsed.published_on = date.earliest


def _url(entry: UkEntry, reference: str) -> str | None:
    kind = next(iter(entry.values.get(Field.KIND, ())), None)
    return f"{_ENTRY_PAGE}/{reference}/{kind}" if kind else None


SOURCE = Source(
    list_id=LIST_ID,
    title="UK Sanctions List",
    publisher="Foreign, Commonwealth and Development Office (FCDO), United Kingdom",
    files=(_FILE,),
    format="XML, or CSV with a heading",
    cadence="no fixed days; several times a week",
    licence="Open Government Licence v3.0",
    # In April 2026 the list had 6,046 designations: 3,883 persons, 1,531 entities and 632 ships.
    assertions=(
        Count(at_least=4_500, at_most=20_000),
        Count(at_least=2_800, at_most=12_000, kind=Kind.PERSON),
        Count(at_least=1_000, at_most=6_000, kind=Kind.ORGANIZATION),
        Count(at_least=300, at_most=3_000, kind=Kind.VESSEL),
        Share(at_least=0.2, kind=Kind.PERSON, field="birth_dates"),
        Share(at_least=0.95, kind=Kind.VESSEL, field="identifiers"),
        Share(at_least=0.99, kind=Kind.PERSON, field="programmes"),
    ),
    parse=parse,
    alternatives=((_TABLE,),),
)
