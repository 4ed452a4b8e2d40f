"""OFAC's enhanced XML: one element per entry in which everything is spelled out, ties and dates included.

Format: OFAC, "ENHANCED_XML.xsd" of the Sanctions List Service. The words of every reference stand beside its
number, so that the tables before the entries are not needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lists.dates import iso_day, parse_date
from lists.model import PartialDate
from lists.ofac_dates import read_period
from lists.ofac_entry import Entry, Spelling
from lists.ofac_files import OfacFile
from lists.source import Parsed
from lists.xml_stream import Node, XmlDocument

ROOT = "sanctionsData"

# OFAC publishes the changes since a day in a format of the same names.
_CHANGES = "DeltaFile"
# Numbers of records, and of words that are also written out.
_NUMBERS = frozenset(
    {"@id", "@refId", "@featureTypeId", "@featureVersionId", "@nameId", "@nameTranslationId"}
)
_UNREMARKABLE = (None, "Confirmed", "High")


def parse_enhanced(file: OfacFile) -> Parsed:
    """Read the list. Raises `SourceError`, also while iterating; and for another list of OFAC's."""
    document = file.document(ROOT, ("publicationInfo", "entity"))
    if _CHANGES in document.namespace:
        raise document.error("line 1", "holds changes to OFAC's list and not the list; fetch the list itself")
    parsed = file.parsed()
    tag, info = next(iter(document), ("", None))
    if info is None or tag != "publicationInfo":
        raise document.error(None, "does not begin with its publicationInfo; fetch it again")
    published = [name.content for name in info.every("sanctionsList")]
    if published and file.own_list not in published:
        found = ", ".join(str(name)[:80] for name in published)
        sentence = f"holds OFAC's {found} instead of its {file.own_list}; fetch that"
        raise document.error(f"line {info.line}", sentence)
    parsed.published_on = iso_day(info.text("dataAsOf"))
    if parsed.published_on is None:
        parsed.notes.append(f"{file.path.name} does not say of which day it is")
    parsed.entities = file.entities(document, _entries(document, file, parsed))
    return parsed


def _entries(document: XmlDocument, file: OfacFile, parsed: Parsed) -> Iterator[tuple[int, Entry]]:
    for tag, node in document:
        if tag == "entity":
            yield node.line, _Reader.of(node, parsed).read(file.own_list)


@dataclass(frozen=True)
class _Reader:
    """Reads one entity element into an entry."""

    node: Node
    entry: Entry
    own_names: frozenset[str | None]  # the numbers of the primary name

    @classmethod
    def of(cls, node: Node, parsed: Parsed) -> _Reader:
        kinds = [kind for general in node.each("generalInfo") for kind in general.texts("entityType")]
        entry = Entry.of(node.attribute("id") or "", "".join(kinds[:1]), parsed.not_understood)
        names = (name for group in node.each("names") for name in group.each("name"))
        return cls(
            node, entry, frozenset(name.attribute("id") for name in names if _is_true(name, "isPrimary"))
        )

    def read(self, own_list: str) -> Entry:
        for general in self.node.each("generalInfo"):
            general.skip("identityId")
            self.entry.add_titles(general.text("title") or "")
            self.entry.add_remark(general.text("remarks") or "")
        self._read_listings(own_list)
        for name in self._in("names", "name"):
            self._read_name(name)
        for address in self._in("addresses", "address"):
            self._read_address(address)
        for feature in self._in("features", "feature"):
            self._read_feature(feature)
        for document in self._in("identityDocuments", "identityDocument"):
            self._read_document(document)
        for relationship in self._in("relationships", "relationship"):
            self._read_relationship(relationship)
        for path, text in self.node.unread(_NUMBERS):
            self.entry.keep(path, text)
        return self.entry

    def _read_listings(self, own_list: str) -> None:
        """The programmes, the law, the kind of sanctions, and since when the party is on which list."""
        self.entry.programmes += self._texts("sanctionsPrograms", "sanctionsProgram")
        self.entry.legal_basis += self._texts("legalAuthorities", "legalAuthority")
        self.entry.add_sanctions(self._texts("sanctionsTypes", "sanctionsType"))
        for listed in self._in("sanctionsLists", "sanctionsList"):
            since = iso_day(listed.attribute("datePublished"))
            self.entry.add_listing(listed.content or "", since, own_list)

    def _read_name(self, node: Node) -> None:
        spellings = [
            self._spelling(one) for group in node.each("translations") for one in group.each("translation")
        ]
        self.entry.add_name(
            [spelling for spelling in spellings if spelling],
            alias_type=None if _is_true(node, "isPrimary") else node.text("aliasType") or "",
            is_weak=_is_true(node, "isLowQuality"),
        )

    def _spelling(self, node: Node) -> Spelling | None:
        node.skip("isPrimary", "nameParts", "formattedFullName")
        family, given = node.text("formattedLastName"), node.text("formattedFirstName")
        return Spelling.of(self.entry.kind, family, given, self.entry.script(node.text("script")))

    def _read_address(self, node: Node) -> None:
        country = node.text("country")
        for group in node.each("translations"):
            for translation in group.each("translation"):
                translation.skip("isPrimary", "script")
                parts = [
                    part for parts in translation.each("addressParts") for part in parts.each("addressPart")
                ]
                stated = {part.text("type") or "": part.text("value") or "" for part in parts}
                self.entry.add_location(stated, country)

    def _read_feature(self, node: Node) -> None:
        node.skip("versionId", "valueRefId", "isPrimary")
        word, value = node.text("type") or "", node.text("value") or ""
        period = _period(node, "valueDate")
        if period and not parse_date(value):
            value = period.text
        self.entry.add_feature(word, value)
        self._note(f"{word} {value}", node.text("reliability"), node.text("comments"))

    def _read_document(self, node: Node) -> None:
        word, number = node.text("type") or "", node.text("documentNumber") or ""
        place, authority = node.text("issuingLocation"), node.text("issuingAuthority")
        self.entry.add_document(
            word,
            number,
            country=node.text("issuingCountry"),
            issued=_period(node, "issueDate"),
            expires=_period(node, "expirationDate"),
        )
        self._note(
            f"{word} {number}",
            f"issued in {place}" if place else None,
            f"issued by {authority}" if authority else None,
            node.text("comments"),
            None if _is_true(node, "isValid") else "not valid",
            *(
                f"in the name {name.content}"
                for name in node.each("name")
                if name.attribute("nameId") not in self.own_names
            ),
        )

    def _read_relationship(self, node: Node) -> None:
        stated = node.text("type") or ""
        for party in node.each("relatedEntity"):
            name = party.content or ""
            self.entry.add_relation(stated, name, party.attribute("entityId"))
            period = _period(node, "dateRange")
            said = (node.text("quality"), node.text("comments"), period.text if period else None)
            self._note(f"{stated} {name}", *said)

    def _note(self, about: str, *said: str | None) -> None:
        """Note what no field holds, where it is worth a note."""
        self.entry.notes += [f"{about}: {text}" for text in said if text not in _UNREMARKABLE]

    def _in(self, group: str, tag: str) -> Iterator[Node]:
        return (node for parent in self.node.each(group) for node in parent.each(tag))

    def _texts(self, group: str, tag: str) -> list[str]:
        return [text for node in self._in(group, tag) if (text := node.content)]


def _is_true(node: Node, tag: str) -> bool:
    return node.text(tag) == "true"


def _period(node: Node, tag: str) -> PartialDate | None:
    for period in node.each(tag):
        period.skip("isDateRange")
        is_circa = _is_true(period, "isApproximate")
        bounds = ("fromDateBegin", "fromDateEnd", "toDateBegin", "toDateEnd")
        days = [day for bound in bounds if (day := iso_day(period.text(bound)))]
        return read_period(days[0], days[-1], circa=is_circa) if days else None
    return None
