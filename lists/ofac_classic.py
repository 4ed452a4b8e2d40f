"""OFAC's classic XML: what has no element of its own is an "id" of the entry or in its remarks.

Format: OFAC, "sdnList" schema (XML.xsd). Its namespace changed with OFAC's addresses; `publshInformation` is
spelled so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lists.dates import parse_date
from lists.ofac_addresses import Local
from lists.ofac_entry import Entry, Spelling, add_name_of
from lists.ofac_files import OfacFile
from lists.source import Parsed
from lists.xml_stream import Node, XmlDocument

ROOT = "sdnList"

_TIES = "(Linked To: "
_BETWEEN_TIES = re.compile(r"\)?;?\s+\(?(?=Linked To: )")
_VESSEL = {
    "callSign": "Vessel Call Sign",
    "vesselType": "Vessel Type",
    "vesselFlag": "Vessel Flag",
    "vesselOwner": "Vessel Owner",
    "tonnage": "Vessel Tonnage",
    "grossRegisteredTonnage": "Vessel Gross Registered Tonnage",
}
_FEATURES = (
    ("dateOfBirthList", "dateOfBirthItem", "dateOfBirth", "Birthdate"),
    ("placeOfBirthList", "placeOfBirthItem", "placeOfBirth", "Place of Birth"),
    ("nationalityList", "nationality", "country", "Nationality Country"),
    ("citizenshipList", "citizenship", "country", "Citizenship Country"),
)


def parse_classic(file: OfacFile) -> Parsed:
    """Read the list. Raises `SourceError`, also while iterating, and when entries are missing."""
    document = file.document(ROOT, ("publshInformation", "sdnEntry"))
    parsed = file.parsed()
    tag, info = next(iter(document), ("", None))
    count = None
    if info is not None and tag == "publshInformation":
        parsed.published_on = _american_date(info.text("Publish_Date"))
        count = info.text("Record_Count")
    if parsed.published_on is None:
        parsed.notes.append(f"{file.path.name} does not say of which day it is")
    parsed.entities = file.entities(document, _entries(document, count, parsed))
    return parsed


def _american_date(text: str | None) -> dt.date | None:
    try:
        return dt.datetime.strptime(text or "", "%m/%d/%Y").date()  # noqa: DTZ007 - a day, in no time zone
    except ValueError:
        return None


def _entries(document: XmlDocument, count: str | None, parsed: Parsed) -> Iterator[tuple[int, Entry]]:
    ids_by_name = _ids_by_name(document)
    found = 0
    for tag, node in document:
        if tag == "sdnEntry":
            found += 1
            entry = _Reader.of(node, parsed).read()
            entry.add_ties(ids_by_name)
            yield node.line, entry
    if count and count.isdigit() and found and int(count) != found:
        sentence = f"says that it has {int(count):,} entries and has {found:,}; fetch it again"
        raise document.error(None, sentence)


def _ids_by_name(document: XmlDocument) -> dict[str, str | None]:
    """The entry each name belongs to, which ties are told by; None for a name of several."""
    ids: dict[str, str | None] = {}
    for tag, node in document:
        if tag == "sdnEntry":
            for named in (node, *node.every("aka")):
                add_name_of(ids, node.text("uid") or "", _full_name(named))
    return ids


def _full_name(node: Node) -> str:
    return ", ".join(filter(None, (node.text("lastName"), node.text("firstName"))))


@dataclass(frozen=True)
class _Reader:
    """Reads one sdnEntry into an entry."""

    node: Node
    entry: Entry

    @classmethod
    def of(cls, node: Node, parsed: Parsed) -> _Reader:
        entry = Entry.of(node.text("uid") or "", node.text("sdnType") or "", parsed.not_understood)
        return cls(node, entry)

    def read(self) -> Entry:
        node = self.node
        self._read_name(node, alias_type=None)
        for alias in self._in("akaList", "aka"):
            self._read_name(alias, alias_type=alias.text("type") or "", strength=alias.text("category"))
        self.entry.add_titles(node.text("title") or "")
        self.entry.programmes += [
            text for group in node.each("programList") for text in group.texts("program")
        ]
        for address in self._in("addressList", "address"):
            self._read_address(address)
        for group, tag, value, word in _FEATURES:
            for item in self._in(group, tag):
                item.skip("uid", "mainEntry")
                self.entry.add_feature(word, item.text(value) or "")
        for vessel in node.each("vesselInfo"):
            for tag, word in _VESSEL.items():
                for text in vessel.texts(tag):
                    self.entry.add_feature(word, text)
        for number in self._in("idList", "id"):
            self._read_id(number)
        self._read_remarks(node.text("remarks") or "")
        for path, text in node.unread():
            self.entry.keep(path, text)
        return self.entry

    def _read_name(self, node: Node, *, alias_type: str | None, strength: str | None = None) -> None:
        node.skip("uid")
        if strength not in (None, "strong", "weak"):
            self.entry.not_understood[f"strength of alias {strength!r}"] += 1
        spelling = Spelling.of(self.entry.kind, node.text("lastName"), node.text("firstName"), None)
        self.entry.add_name([spelling] if spelling else [], alias_type=alias_type, is_weak=strength == "weak")

    def _read_address(self, node: Node) -> None:
        node.skip("uid")
        streets = [text for tag in ("address1", "address2", "address3") for text in node.texts(tag)]
        local = Local.of(node.text("city"), node.text("stateOrProvince"), node.text("postalCode"))
        self.entry.add_address(streets, local, node.text("country"))

    def _read_id(self, node: Node) -> None:
        """A document; or, without country and dates, perhaps a feature that has no element of its own."""
        node.skip("uid")
        word, number, country = node.text("idType") or "", node.text("idNumber") or "", node.text("idCountry")
        issued, expires = node.text("issueDate"), node.text("expirationDate")
        if country or issued or expires:
            self.entry.add_document(
                word,
                number,
                country=country,
                issued=parse_date(issued) if issued else None,
                expires=parse_date(expires) if expires else None,
            )
        else:
            self.entry.add_feature(word, number)

    def _read_remarks(self, text: str) -> None:
        """The remarks, and behind them in brackets the ties."""
        start, whole = text.find(_TIES), text.rstrip(". ")
        if start >= 0 and whole.endswith(")"):
            for tie in _BETWEEN_TIES.split(whole[start + 1 : -1]):
                self.entry.add_remark(tie)
            text = text[:start].rstrip("; ")
        self.entry.add_remark(text)

    def _in(self, group: str, tag: str) -> Iterator[Node]:
        return (node for parent in self.node.each(group) for node in parent.each(tag))
