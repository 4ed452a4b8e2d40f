"""OFAC's advanced XML: parties, and apart from them their addresses, documents, ties, programmes and words.

Format: OFAC, "sdn_advanced.xsd", after the UN's Advanced Sanctions Data Model. The namespace changed with
OFAC's addresses. What belongs to a party stands before it and behind it, so the document is read twice: once
for the tables, then party by party.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from lists.ofac_entry import Entry, Spelling
from lists.ofac_files import OfacFile
from lists.ofac_tables import PARTY, ROWS, WORDS, Document, Location, Tables, day_of, period
from lists.source import Parsed
from lists.xml_stream import Node, XmlDocument

ROOT = "Sanctions"

_ISSUED = "DateOfIssue"
# What is written before the comma in OFAC's other formats, and in capitals.
_IN_CAPITALS = frozenset(
    {"Last Name", "Maiden Name", "Matronymic", "Entity Name", "Vessel Name", "Aircraft Name"}
)
_LOCATION = "Location"
_TITLE = "Title"


def parse_advanced(file: OfacFile) -> Parsed:
    """Read the list. Raises `SourceError`, also while iterating; and for another list of OFAC's."""
    document = file.document(ROOT, (_ISSUED, *WORDS, *ROWS, PARTY))
    if "DeltaBaseVersion" in document.attributes:
        raise document.error("line 1", "holds changes to OFAC's list and not the list; fetch the list itself")
    parsed = file.parsed()
    tag, issued = next(iter(document), ("", None))
    if issued is not None and tag == _ISSUED:
        parsed.published_on = day_of(issued)
    if parsed.published_on is None:
        parsed.notes.append(f"{file.path.name} does not say of which day it is")
    parsed.entities = file.entities(document, _entries(document, file, parsed))
    return parsed


def _entries(document: XmlDocument, file: OfacFile, parsed: Parsed) -> Iterator[tuple[int, Entry]]:
    tables = Tables.read(document, parsed.not_understood)
    on_own_list = sum(
        any(listing.list_name == file.own_list for listing in listings)
        for listings in tables.listings.values()
    )
    if on_own_list < len(tables.names) / 2:
        sentence = f"holds another list than OFAC's {file.own_list}; fetch that"
        raise document.error(None, sentence)
    for element in document.elements():
        if etree.QName(element).localname == PARTY:
            node = Node(element)
            yield node.line, _Reader.of(node, tables).read(file.own_list)


@dataclass
class _Reader:
    """Reads one party into an entry."""

    node: Node
    entry: Entry
    tables: Tables

    @classmethod
    def of(cls, node: Node, tables: Tables) -> _Reader:
        sub_types = [profile.attribute("PartySubTypeID") for profile in node.each("Profile")]
        sub_type = sub_types[0] if sub_types else None
        kind = tables.word("PartySubType", sub_type) or tables.word(
            "PartyType", tables.party_types.get(sub_type)
        )
        entry = Entry.of(node.attribute("FixedRef") or "", kind, tables.not_understood)
        return cls(node, entry, tables)

    def read(self, own_list: str) -> Entry:
        entry = self.entry
        for profile in self.node.each("Profile"):
            entry.notes += profile.texts("Comment")
            for identity in profile.each("Identity"):
                self._read_identity(identity)
            for feature in profile.each("Feature"):
                self._read_feature(feature)
            self._read_ties(profile.attribute("ID"))
            self._read_listings(profile.attribute("ID"), own_list)
        for remark in self.node.texts("Comment"):
            entry.add_remark(remark)
        entry.notes += self.tables.unread(PARTY, self.node)
        return entry

    def _read_identity(self, node: Node) -> None:
        self.entry.notes += node.texts("Comment")
        kinds = {
            part.attribute("ID"): self.tables.word("NamePartType", part.attribute("NamePartTypeID"))
            for part in node.every("NamePartGroup")
        }
        own_names: set[str | None] = set()
        texts: dict[str | None, str] = {}
        for alias in node.each("Alias"):
            names = alias.each("DocumentedName")
            spellings = {name.attribute("ID"): self._spelling(name, kinds) for name in names}
            is_primary = _is_true(node, "Primary") and _is_true(alias, "Primary")
            own_names |= spellings.keys() if is_primary else set()
            texts |= {number: spelling.text for number, spelling in spellings.items() if spelling}
            self._add_name(alias, [spelling for spelling in spellings.values() if spelling], is_primary)
        if _is_true(node, "False"):
            self.entry.notes += [f"{text}: false identity" for text in texts.values()]
        for document in self.tables.documents.get(node.attribute("ID"), ()):
            self._add_document(
                document, None if document.name_id in own_names else texts.get(document.name_id)
            )

    def _spelling(self, node: Node, kinds: dict[str | None, str]) -> Spelling | None:
        values = [value for part in node.each("DocumentedNamePart") for value in part.each("NamePartValue")]
        family, given, script = [], [], ""
        for value in values:
            kind, text = kinds.get(value.attribute("NamePartGroupID")), value.content or ""
            script = script or self.tables.word("Script", value.attribute("ScriptID"))
            if kind in _IN_CAPITALS:
                family.append(text.upper())
            else:
                given.append(text)
        self.entry.notes += node.texts("Comment")
        if not family:  # a nickname alone
            family, given = given, []
        names = (" ".join(family) or None, " ".join(given) or None)
        return Spelling.of(self.entry.kind, *names, self.entry.script(script))

    def _add_name(self, alias: Node, spellings: list[Spelling], is_primary: bool) -> None:
        stated = self.tables.word("AliasType", alias.attribute("AliasTypeID"))
        is_weak = _is_true(alias, "LowQuality")
        self.entry.add_name(spellings, alias_type=None if is_primary else stated, is_weak=is_weak)
        dates = period(alias)
        said = [*alias.texts("Comment"), *([dates.text] if dates else [])]
        self.entry.notes += [f"{spelling.text}: {text}" for spelling in spellings[:1] for text in said]

    def _add_document(self, document: Document, other_name: str | None) -> None:
        self.entry.add_document(
            document.word,
            document.number,
            country=document.country,
            issued=document.issued,
            expires=document.expires,
        )
        notes = [*document.notes, *([f"in the name {other_name}"] if other_name else [])]
        self.entry.notes += [f"{document.word} {document.number}: {note}" for note in notes]

    def _read_feature(self, node: Node) -> None:
        node.skip("IdentityReference")
        word = self.tables.word("FeatureType", node.attribute("FeatureTypeID"))
        for version in node.each("FeatureVersion"):
            version.skip("IDRegDocumentReference")
            numbers = [place.attribute("LocationID") for place in version.each("VersionLocation")]
            places = [place for number in numbers if (place := self._location(number))]
            if word == _LOCATION:
                for place in places:
                    self._add_location(place)
            values = self._values(version, places) if word != _LOCATION else []
            for value in values:
                if word == _TITLE:
                    self.entry.add_titles(value)
                else:
                    self.entry.add_feature(word, value)
            reliability = self.tables.remarkable("Reliability", version.attribute("ReliabilityID"))
            notes = [*reliability, *version.texts("Comment")]
            self.entry.notes += [f"{' '.join([word, *values])}: {note}" for note in notes]

    def _values(self, version: Node, places: list[Location]) -> list[str]:
        """What a feature says: its texts and words, or else a country, or else a date."""
        details = [
            detail.content or self.tables.word("DetailReference", detail.attribute("DetailReferenceID"))
            for detail in version.each("VersionDetail")
        ]
        dates = period(version)
        countries = [place.country for place in places if place.country]
        return list(filter(None, details)) or countries or ([dates.text] if dates else [])

    def _location(self, number: str | None) -> Location | None:
        location = self.tables.locations.get(number)
        if location is None:
            self.entry.not_understood[f"Location {number}"] += 1
        return location

    def _add_location(self, location: Location) -> None:
        for parts in filter(None, (location.parts, location.other_parts)):
            self.entry.add_location(parts, location.country)
        if not location.parts and location.country:
            self.entry.add_location({}, location.country)
        self.entry.notes += location.notes

    def _read_ties(self, profile_id: str | None) -> None:
        for tie in self.tables.ties.get(profile_id, ()):
            party = self.tables.names.get(tie.profile_id) or f"entry {tie.profile_id}"
            self.entry.add_relation(tie.word, party, tie.profile_id)
            self.entry.notes += [f"{tie.word} {party}: {note}" for note in tie.notes]

    def _read_listings(self, profile_id: str | None, own_list: str) -> None:
        for listing in self.tables.listings.get(profile_id, ()):
            self.entry.add_listing(listing.list_name, listing.since, own_list)
            self.entry.legal_basis += listing.legal_basis
            self.entry.programmes += listing.programmes
            self.entry.add_sanctions(listing.sanctions)
            self.entry.notes += listing.notes
        # Every list that a party is on repeats what the others say.
        for repeated in (self.entry.programmes, self.entry.legal_basis, self.entry.notes):
            repeated[:] = dict.fromkeys(repeated)


def _is_true(node: Node, attribute: str) -> bool:
    return node.attribute(attribute) == "true"
