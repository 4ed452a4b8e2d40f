"""The European Union's consolidated list of financial sanctions, in the XML 1.1 of the Commission."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from lists.country_texts import countries_in, country_today
from lists.dates import iso_day, parse_date
from lists.eu_names import read_names
from lists.identity_documents import document_type, expiry_date, issue_date, issuing_country
from lists.model import Address, Gender, Identifier, IdentifierType, Kind, ListedEntity, Name, PartialDate
from lists.reading import find_document, refusal, unique
from lists.source import Count, ExpectedFile, Parsed, Share, Source, fingerprint
from lists.stated_numbers import numbers_in
from lists.xml_stream import Node, XmlDocument

LIST_ID = "eu_fsf"

_FILE = ExpectedFile(
    "xmlFullSanctionsList_1_1.xml",
    # The token is the public one of the European Union Open Data Portal.
    "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw",
)
_KINDS = {"person": Kind.PERSON, "P": Kind.PERSON, "enterprise": Kind.ORGANIZATION, "E": Kind.ORGANIZATION}
_GENDERS = {"M": Gender.MALE, "F": Gender.FEMALE, "?": None}
_DOCUMENTS = {
    "passport": IdentifierType.PASSPORT,
    "id": IdentifierType.NATIONAL_ID,
    "ssn": IdentifierType.NATIONAL_ID,
    "fiscalcode": IdentifierType.TAX,
    "regnumber": IdentifierType.REGISTRATION,
    "tradelic": IdentifierType.REGISTRATION,
    "swiftbic": IdentifierType.BIC,
}
_CONTACTS = {
    "PHONE": IdentifierType.PHONE,
    "FAX": IdentifierType.PHONE,
    "EMAIL": IdentifierType.EMAIL,
    "WEB": IdentifierType.WEBSITE,
}
# What is true of a document, as an analyst reads it; in the file they are attributes with "true" or "false".
_FLAGS = {
    "diplomatic": "diplomatic",
    "knownExpired": "known to be expired",
    "knownFalse": "known to be false",
    "reportedLost": "reported lost",
    "revokedByIssuer": "revoked by its issuer",
}
_UNKNOWN = ("00", "UNKNOWN", "-")  # where the EU does not know the country
_NONE = "-"
_GREGORIAN = "GREGORIAN"


def parse(path: Path) -> Parsed:
    """Read the XML file, or the folder that holds it. Raises `SourceError`, also while iterating."""
    file = find_document(LIST_ID, path, _FILE.name, (".xml",))
    parsed = Parsed(iter(()), (fingerprint(LIST_ID, file),))
    document = XmlDocument(LIST_ID, file, root="export", entries=("sanctionEntity",))
    parsed.published_on = iso_day(document.attributes.get("generationDate"))
    if parsed.published_on is None:
        parsed.notes.append(f"{file.name} does not say when it was generated")
    parsed.entities = _entities(document, parsed)
    return parsed


def _entities(document: XmlDocument, parsed: Parsed) -> Iterator[ListedEntity]:
    lines: dict[str, int] = {}
    for _, entry in document:
        reference = entry.attribute("euReferenceNumber") or entry.attribute("logicalId")
        if reference is None:
            sentence = "is an entry without euReferenceNumber and logicalId; fetch it again"
            raise document.error(f"line {entry.line}", sentence)
        if reference in lines:
            sentence = f"repeats entry {reference} of line {lines[reference]}; fetch it again"
            raise document.error(f"line {entry.line}", sentence)
        lines[reference] = entry.line
        try:
            yield _Entry(entry, parsed).read(reference)
        except ValidationError as error:
            raise document.error(f"line {entry.line}", refusal(reference, error)) from None
    if not lines:
        raise document.error(None, "holds no entry; fetch it again")


@dataclass
class _Entry:
    """One sanctionEntity while it is read."""

    node: Node
    parsed: Parsed
    kind: Kind = Kind.UNKNOWN
    names: tuple[Name, ...] = ()
    gender: Gender | None = None
    titles: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    dates: list[PartialDate] = field(default_factory=list)
    birth_places: list[Address] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def read(self, reference: str) -> ListedEntity:
        node = self.node
        self._read_kind()
        self._read_remarks(node)
        self._read_names()
        for tag, read in (
            ("citizenship", self._read_citizenship),
            ("birthdate", self._read_birth),
            ("address", self._read_address),
            ("identification", self._read_document),
        ):
            for detail in node.each(tag):
                self._read_remarks(detail)
                read(detail)
        for text in tuple(self.remarks):
            self.identifiers.extend(numbers_in(text, self.kind))
        basis = self._basis()
        self._keep_unread()
        person = self.kind is not Kind.ORGANIZATION
        return ListedEntity(
            list_id=LIST_ID,
            entity_id=reference,
            kind=self.kind,
            names=self.names,
            birth_dates=unique(self.dates) if person else (),
            founded=() if person else unique(self.dates),
            birth_places=unique(self.birth_places),
            nationalities=unique(self.nationalities) if person else (),
            countries=() if person else unique(self.nationalities),
            gender=self.gender,
            identifiers=unique(self.identifiers),
            addresses=unique(self.addresses),
            titles=unique(self.titles),
            positions=unique(self.positions),
            remarks=unique(self.remarks),
            topics=("sanction",),
            **basis,
        )

    def _basis(self) -> dict[str, object]:
        """What the act says that an entry rests on, and when that was."""
        node = self.node
        acts = [act for regulation in node.each("regulation") for act in self._acts(regulation)]
        return {
            "record_id": node.attribute("logicalId"),
            "programmes": unique(programme for act in acts if (programme := act.attribute("programme"))),
            "legal_basis": unique(title for act in acts if (title := act.attribute("numberTitle"))),
            "listed_on": iso_day(node.attribute("designationDate")),
            "delisted_on": iso_day(node.attribute("delistingDate")),
            "updated_on": max(filter(None, map(_published_on, acts)), default=None),
            "url": next(filter(None, (act.text("publicationUrl") for act in acts)), None),
        }

    def _read_kind(self) -> None:
        for subject in self.node.each("subjectType"):
            code, classification = subject.attribute("code"), subject.attribute("classificationCode")
            self.kind = _KINDS.get(code or "") or _KINDS.get(classification or "") or Kind.UNKNOWN
            if code not in _KINDS:
                self.parsed.not_understood[f"subjectType {code!r}"] += 1

    def _read_remarks(self, node: Node, about: str | None = None) -> None:
        """The remarks that every part of an entry may have, and what need not be read of it."""
        node.skip("@logicalId", "@regulationLanguage", "regulationSummary")
        further = node.each("additionalInformation")
        texts = node.texts("remark") + [
            f"{info.attribute('key')}: {info.attribute('value')}" for info in further
        ]
        self.remarks.extend(f"{about}: {text}" if about else text for text in texts)

    def _read_names(self) -> None:
        aliases = self.node.each("nameAlias")
        self.names = read_names(aliases, self.kind)
        for alias in aliases:
            name = alias.attribute("wholeName")
            self._read_remarks(alias, None if self.names and name == self.names[0].text else name)
            self.titles.extend(filter(None, [alias.attribute("title")]))
            self.positions.extend(filter(None, [alias.attribute("function")]))
            stated = alias.attribute("gender")
            if stated and stated not in _GENDERS:
                self._keep("nameAlias/@gender", stated)
            self.gender = self.gender or _GENDERS.get(stated or "")

    def _read_citizenship(self, node: Node) -> None:
        code, description = _stated_country(node)
        found = countries_in(code or "") or countries_in(description or "")
        self.nationalities.extend(found)
        if description and not found:
            self._keep("citizenship", description)
        labels = (("region", "region"), ("from", "acquisitionDate"), ("until", "disenfranchisementDate"))
        beyond = [f"{label} {stated}" for label, name in labels if (stated := node.attribute(name))]
        if beyond:
            self.remarks.append(f"Citizenship of {description or 'a country'}: {', '.join(beyond)}")

    def _read_birth(self, node: Node) -> None:
        if place := _place(node, "place", "city", "zipCode", "region"):
            self.birth_places.append(place)
        stated = _birth_date(node)
        calendar = node.attribute("calendarType") or _GREGORIAN
        date = parse_date(stated) if stated and calendar == _GREGORIAN else None
        if date:
            self.dates.append(date)
        elif stated:
            self._keep("birthdate", f"{stated} ({calendar.capitalize()})")

    def _read_address(self, node: Node) -> None:
        if place := _place(node, "place", "street", "poBox", "zipCode", "city", "region"):
            self.addresses.append(place)
        node.skip("@asAtListingTime")
        for contact in node.each("contactInfo"):
            key, value = contact.attribute("key") or "", contact.attribute("value") or ""
            if key.upper() not in _CONTACTS:
                self._keep(f"contactInfo {key}", value)
                continue
            for part in filter(None, map(str.strip, value.split(";"))):
                self.identifiers.append(Identifier(type=_CONTACTS[key.upper()], value=part, scheme=key))

    def _read_document(self, node: Node) -> None:
        code = node.attribute("identificationTypeCode") or ""
        scheme = node.attribute("identificationTypeDescription") or code
        notes = " ".join(node.texts("remark"))
        first, issued, expires = (node.attribute(name) for name in ("validFrom", "issueDate", "validTo"))
        country = _country(node) or issuing_country(notes)
        numbers = unique(filter(None, [node.attribute("number"), node.attribute("latinNumber")]))
        self.identifiers.extend(
            Identifier(
                type=_DOCUMENTS.get(code.lower()) or document_type(scheme) or IdentifierType.OTHER,
                value=number,
                country=country,
                scheme=scheme,
                issued=parse_date(issued or first or "") or issue_date(notes),
                expires=parse_date(expires or "") or expiry_date(notes),
            )
            for number in numbers
        )
        said = [words for name, words in _FLAGS.items() if node.attribute(name) == "true"]
        for label, name in (
            ("name on it", "nameOnDocument"),
            ("issued by", "issuedBy"),
            ("region", "region"),
        ):
            said.extend(f"{label} {stated}" for stated in [node.attribute(name)] if stated)
        if said or not numbers:
            self.remarks.append(f"{' '.join([scheme, *numbers])}: {', '.join(said)}".strip(" :"))

    def _acts(self, regulation: Node) -> Iterator[Node]:
        """The act that an entry rests on, and its corrections."""
        regulation.skip("@regulationType", "@organisationType", "@entryIntoForceDate")
        self._read_remarks(regulation)
        for act in (regulation, *regulation.each("corrigendum")):
            act.skip("@regulationType", "@publicationUrl")
            yield act

    def _keep(self, tag: str, text: str) -> None:
        """Keep as text what could not be read into a field, and count it."""
        self.parsed.not_understood[tag] += 1
        self.remarks.append(f"{tag}: {text}")

    def _keep_unread(self) -> None:
        self.node.skip("@logicalId")
        for label, name in (("UN reference", "unitedNationId"), ("Designation", "designationDetails")):
            if stated := self.node.attribute(name):
                self.remarks.append(f"{label}: {stated}")
        for path, text in self.node.unread():
            self._keep(path, text)


def _published_on(act: Node) -> dt.date | None:
    return iso_day(act.attribute("publicationDate"))


def _birth_date(node: Node) -> str | None:
    """The date of birth as far as it is stated, in the words that `parse_date` takes."""
    first, last = node.attribute("yearRangeFrom"), node.attribute("yearRangeTo")
    day = node.attribute("birthdate")
    year, month, day_of_month = (node.attribute(part) for part in ("year", "monthOfYear", "dayOfMonth"))
    circa = "circa " if node.attribute("circa") == "true" else ""
    if first and last and first != last:
        return f"{first} to {last}"
    if not day and (year := year or first or last):
        known = [year, month, day_of_month if month else None]
        day = "-".join(part.zfill(2) for part in known if part)
    return f"{circa}{day}" if day else None


def _place(node: Node, *parts: str) -> Address | None:
    """The place that some attributes state, in their order, and the country."""
    stated = {part: text for part in parts if (text := node.attribute(part)) and text != _NONE}
    if stated.get("poBox", "").isdigit():
        stated["poBox"] = f"PO Box {stated['poBox']}"
    _, country_name = _stated_country(node)
    text = ", ".join(filter(None, [*stated.values(), country_name]))
    if not text:
        return None
    return Address(
        text=text,
        city=stated.get("city"),
        region=stated.get("region"),
        postcode=stated.get("zipCode"),
        country=_country(node),
    )


def _country(node: Node) -> str | None:
    return next((code for text in _stated_country(node) if text and (code := country_today(text))), None)


def _stated_country(node: Node) -> tuple[str | None, str | None]:
    """Code and name of a country, each None where it is the EU's word for an unknown one."""
    code, name = (node.attribute(part) for part in ("countryIso2Code", "countryDescription"))
    return None if code in _UNKNOWN else code, None if name in _UNKNOWN else name


SOURCE = Source(
    list_id=LIST_ID,
    title="Consolidated list of persons, groups and entities subject to EU financial sanctions",
    publisher="European Commission (DG FISMA)",
    files=(_FILE,),
    format="XML 1.1",
    cadence="no fixed days; several times a week",
    licence="reuse with acknowledgement of the source (Commission Decision 2011/833/EU)",
    # In May 2025 the list had 5,316 entries, 4,110 of them persons.
    assertions=(
        Count(at_least=4_000, at_most=20_000),
        Count(at_least=2_800, at_most=14_000, kind=Kind.PERSON),
        Count(at_least=900, at_most=6_000, kind=Kind.ORGANIZATION),
        Share(at_least=0.4, kind=Kind.PERSON, field="nationalities"),
        Share(at_least=0.99, kind=Kind.PERSON, field="programmes"),
    ),
    parse=parse,
)
