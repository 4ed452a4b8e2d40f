"""Switzerland's list of sanctioned persons, entities and ships, in the XML that SECO publishes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from lists.countries import to_alpha2
from lists.dates import iso_day, parse_date
from lists.model import (
    Address,
    Gender,
    Identifier,
    IdentifierType,
    Kind,
    ListedEntity,
    Name,
    PartialDate,
    Relation,
    RelationType,
)
from lists.reading import find_document, refusal, unique
from lists.seco_history import History
from lists.seco_names import NAME_TYPES, PART_TYPES, QUALITIES, read_name
from lists.seco_tables import Programme, Tables, is_entry, read_tables
from lists.source import Count, ExpectedFile, Parsed, Share, Source, fingerprint
from lists.stated_numbers import numbers_in
from lists.worded_numbers import worded_numbers
from lists.xml_stream import Node, XmlDocument

LIST_ID = "ch_seco"

_FILE = ExpectedFile(
    "consolidated-list.xml",
    "https://www.sesam.search.admin.ch/sesam-search-web/pages/downloadXmlGesamtliste.xhtml"
    "?lang=en&action=downloadXmlGesamtlisteAction",
)
_WHOLE = "whole-list"
_CRAFTS = {"vessel": Kind.VESSEL, "aircraft": Kind.AIRCRAFT}
_DOCUMENTS = {
    "passport": IdentifierType.PASSPORT,
    "diplomatic-passport": IdentifierType.PASSPORT,
    "travel-document": IdentifierType.PASSPORT,
    "id-card": IdentifierType.NATIONAL_ID,
    "driving-license": IdentifierType.DRIVING_LICENCE,
    "driving-permit": IdentifierType.DRIVING_LICENCE,
}
_RELATIONS = {
    "related-to": RelationType.LINKED_TO,
    "child-of": RelationType.FAMILY,
    "parent-of": RelationType.FAMILY,
    "sibling-of": RelationType.FAMILY,
    "married-to": RelationType.FAMILY,
    "owned-by": RelationType.OWNED_BY,
    "member-of": RelationType.MEMBER_OF,
}
_ADDRESS_PARTS = ("c-o", "address-details", "p-o-box", "zip-code", "location", "area")


def parse(path: Path) -> Parsed:
    """Read the XML file, or the folder that holds it. Raises `SourceError`, also while iterating.

    Targets whose newest modification takes them off the list stay in the file and are no entries.
    """
    file = find_document(LIST_ID, path, _FILE.name, (".xml",))
    parsed = Parsed(iter(()), (fingerprint(LIST_ID, file),))
    document = XmlDocument(
        LIST_ID, file, root="swiss-sanctions-list", entries=("sanctions-program", "target", "place")
    )
    kind = document.attributes.get("list-type", "")
    if kind != _WHOLE:
        sentence = f"is a list of the type {kind[:40]!r} and not the {_WHOLE}; fetch the whole list"
        raise document.error("line 2", sentence)
    parsed.published_on = iso_day(document.attributes.get("date"))
    if parsed.published_on is None:
        parsed.notes.append(f"{file.name} does not say of which day it is")
    parsed.entities = _entities(document, parsed)
    return parsed


def _entities(document: XmlDocument, parsed: Parsed) -> Iterator[ListedEntity]:
    tables = read_tables(document)
    lines: dict[str, int] = {}
    delisted = 0
    for element in document.elements():
        if not is_entry(element, "target"):
            continue
        target = Node(element)
        number = target.attribute("ssid")
        if number is None:
            raise document.error(f"line {target.line}", "is a target without ssid; fetch it again")
        if number in lines:
            sentence = f"repeats target {number} of line {lines[number]}; fetch it again"
            raise document.error(f"line {target.line}", sentence)
        lines[number] = target.line
        history = History.of(target, parsed.not_understood)
        if history.is_delisted(parsed.published_on):
            delisted += 1
            continue
        try:
            yield _Target(target, tables, parsed, history).read(number)
        except ValidationError as error:
            raise document.error(f"line {target.line}", refusal(number, error)) from None
    if not lines:
        raise document.error(None, "holds no target; fetch it again")
    if delisted:
        share = f"{delisted:,} of {len(lines):,} targets"
        parsed.notes.append(f"{share} in the file are off the list and were left out")


@dataclass
class _Target:
    """One target while it is read."""

    node: Node
    tables: Tables
    parsed: Parsed
    history: History
    names: list[Name] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    dates: list[PartialDate] = field(default_factory=list)
    birth_places: list[Address] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    gender: Gender | None = None

    def read(self, number: str) -> ListedEntity:
        kind = self._read_subjects()
        programmes = [self._programme(text) for text in self._sanctions_sets()]
        self.remarks.extend(f"Foreign identifier: {text}" for text in self.node.texts("foreign-identifier"))
        self._keep_unread()
        person = kind is Kind.PERSON
        return ListedEntity(
            list_id=LIST_ID,
            entity_id=number,
            kind=kind,
            names=unique(self.names),
            titles=unique(self.titles),
            birth_dates=unique(self.dates) if person else (),
            founded=() if person else unique(self.dates),
            birth_places=unique(self.birth_places),
            nationalities=unique(self.nationalities),
            gender=self.gender,
            identifiers=unique(self.identifiers),
            addresses=unique(self.addresses),
            programmes=unique(part.key for part in programmes if part.key),
            legal_basis=unique(part.legal_basis for part in programmes),
            listed_on=self.history.listed_on,
            updated_on=self.history.updated_on,
            reasons="\n".join(self.reasons) or None,
            remarks=unique(self.remarks),
            relations=unique(self.relations),
            topics=("sanction",),
        )

    def _read_subjects(self) -> Kind:
        kind = Kind.UNKNOWN
        for tag, stated in (("individual", Kind.PERSON), ("entity", Kind.ORGANIZATION), ("object", None)):
            for subject in self.node.each(tag):
                kind = stated or self._craft_kind(subject)
                self._read_subject(subject, kind)
        return kind

    def _craft_kind(self, subject: Node) -> Kind:
        stated = subject.attribute("object-type") or ""
        if stated not in _CRAFTS:
            self._keep("object-type", stated or "none")
        return _CRAFTS.get(stated, Kind.UNKNOWN)

    def _read_subject(self, subject: Node, kind: Kind) -> None:
        subject.skip("@ssid")
        if sex := subject.attribute("sex"):
            self.gender = Gender(sex.lower()) if sex.lower() in set(Gender) else None
            if self.gender is None:
                self._keep("sex", sex)
        for identity in subject.each("identity"):
            self._read_identity(identity)
        for statement in (*subject.each("justification"), *subject.each("other-information")):
            statement.skip("@ssid")
        self.reasons.extend(subject.texts("justification"))
        for text in subject.texts("other-information"):
            self.remarks.append(text)
            self.identifiers.extend((*numbers_in(text, kind), *worded_numbers(text, kind)))
        for attribute in subject.each("generic-attribute"):
            attribute.skip("@ssid")
            self.remarks.append(f"{attribute.attribute('name')}: {attribute.content}")
        for relation in subject.each("relation"):
            self._read_relation(relation)

    def _read_identity(self, identity: Node) -> None:
        identity.skip("@ssid")
        main = identity.attribute("main") == "true"
        for name in identity.each("name"):
            for attribute, known in (("name-type", NAME_TYPES), ("quality", QUALITIES)):
                self._count_unknown(name.attribute(attribute), known, f"name of the {attribute}")
            for part in name.each("name-part"):
                self._count_unknown(part.attribute("name-part-type"), PART_TYPES, "name-part of the type")
            names, titles = read_name(name, main=main)
            self.names.extend(names)
            self.titles.extend(titles)
        for date in identity.each("day-month-year"):
            self._read_date(date)
        self.birth_places.extend(filter(None, map(self._place, identity.each("place-of-birth"))))
        self.addresses.extend(filter(None, map(self._place, identity.each("address"))))
        for nationality in identity.each("nationality"):
            self._read_nationality(nationality)
        for document in identity.each("identification-document"):
            self._read_document(document)

    def _count_unknown(self, value: str | None, known: object, what: str) -> None:
        if value is not None and value not in known:  # type: ignore[operator]
            self.parsed.not_understood[f"{what} {value!r}"] += 1

    def _read_date(self, node: Node) -> None:
        node.skip("@ssid")
        parts = [node.attribute(part) for part in ("year", "month", "day")]
        calendar = node.attribute("calendar") or "Gregorian"
        stated = "-".join(part.zfill(2) if part else "??" for part in parts)
        known = "-".join(part.zfill(2) for part in parts if part)
        circa = "circa " if node.attribute("quality") == "low" else ""
        date = parse_date(circa + known) if parts[0] and calendar == "Gregorian" else None
        if date:
            self.dates.append(date)
        else:
            self._keep("day-month-year", f"{stated} ({calendar})")

    def _place(self, node: Node) -> Address | None:
        """An address or a place of birth: what it says itself, and the place it refers to."""
        node.skip("@ssid", "@quality")
        number = node.attribute("place-id")
        parts = dict(self.tables.places.get(number or "", {}))
        parts |= {part: text for part in (*_ADDRESS_PARTS, "country") if (text := node.text(part))}
        if number and number not in self.tables.places:
            self.parsed.not_understood["place that the file does not have"] += 1
        text = ", ".join(parts[part] for part in (*_ADDRESS_PARTS, "country") if part in parts)
        if remarks := node.text("remarks"):
            text = f"{text} ({remarks})" if text else remarks
        if not text:
            return None
        return Address(
            text=text,
            city=parts.get("location"),
            region=parts.get("area"),
            postcode=parts.get("zip-code"),
            country=to_alpha2(parts.get("code", "")) or to_alpha2(parts.get("country", "")),
        )

    def _read_nationality(self, node: Node) -> None:
        node.skip("@ssid")
        for country in node.each("country"):
            stated = (country.attribute("iso-code"), country.content)
            code = next(filter(None, (to_alpha2(text) for text in stated if text)), None)
            if code:
                self.nationalities.append(code)
            elif any(stated):
                self._keep("nationality", " ".join(filter(None, stated)))

    def _read_document(self, node: Node) -> None:
        node.skip("@ssid", "@quality")
        scheme = node.attribute("document-type") or "other"
        issuers = [
            text for issuer in node.each("issuer") for text in (issuer.attribute("code"), issuer.content)
        ]
        number, issued, expires, remark = (
            node.text(tag) for tag in ("number", "date-of-issue", "expiry-date", "remark")
        )
        if number:
            countries = (to_alpha2(text) for text in issuers if text)
            self.identifiers.append(
                Identifier(
                    type=_DOCUMENTS.get(scheme, IdentifierType.OTHER),
                    value=number,
                    country=next(filter(None, countries), None),
                    scheme=scheme,
                    issued=parse_date(issued) if issued else None,
                    expires=parse_date(expires) if expires else None,
                )
            )
        if remark:
            self.remarks.append(f"{scheme} {number}: {remark}" if number else f"{scheme}: {remark}")

    def _read_relation(self, node: Node) -> None:
        node.skip("@ssid")
        stated, number = node.attribute("relation-type") or "", node.attribute("target-id")
        if stated not in _RELATIONS:
            self._keep("relation", f"{stated} {number}")
        name = node.content or self.tables.names.get(number or "") or f"target {number}"
        kind = _RELATIONS.get(stated, RelationType.LINKED_TO)
        self.relations.append(Relation(type=kind, name=name, entity_id=number))

    def _sanctions_sets(self) -> list[str]:
        numbers = [self.node.attribute("sanctions-set-id"), *self.node.texts("sanctions-set-id")]
        return [number for number in numbers if number]

    def _programme(self, number: str) -> Programme:
        if number not in self.tables.programmes:
            self.parsed.not_understood["sanctions set that the file does not have"] += 1
        return self.tables.programmes.get(number, Programme(None, f"sanctions set {number}"))

    def _keep(self, tag: str, text: str) -> None:
        """Keep as text what could not be read into a field, and count it."""
        self.parsed.not_understood[tag] += 1
        self.remarks.append(f"{tag}: {text}")

    def _keep_unread(self) -> None:
        for path, text in self.node.unread():
            self._keep(path, text)


SOURCE = Source(
    list_id=LIST_ID,
    title="Consolidated list of sanctioned individuals, entities and objects",
    publisher="State Secretariat for Economic Affairs (SECO), Switzerland",
    files=(_FILE,),
    format="XML",
    cadence="no fixed days; several times a week",
    licence="open use, source to be named (Swiss federal administration)",
    # In September 2026 the file held some 8,700 targets, of which some 7,100 were on the list.
    assertions=(
        Count(at_least=4_000, at_most=20_000),
        Count(at_least=2_500, at_most=14_000, kind=Kind.PERSON),
        Count(at_least=1_000, at_most=8_000, kind=Kind.ORGANIZATION),
        Share(at_least=0.5, kind=Kind.PERSON, field="birth_dates"),
        Share(at_least=0.95, kind=Kind.PERSON, field="programmes"),
    ),
    parse=parse,
)
