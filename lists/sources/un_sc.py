"""The United Nations Security Council Consolidated List, in the XML that the UN publishes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from lists.aliases import enumerated, read_alias, read_alias_note
from lists.countries import to_alpha2
from lists.dates import parse_date
from lists.model import (
    Address,
    Gender,
    Identifier,
    Kind,
    ListedEntity,
    Name,
    NameType,
    PartialDate,
    Strength,
)
from lists.reading import find_document, refusal, unique
from lists.source import Count, ExpectedFile, Parsed, Share, Source, fingerprint
from lists.stated_numbers import gender_in, numbers_in
from lists.un_documents import read_document
from lists.xml_stream import Node, XmlDocument

LIST_ID = "un_sc"

_FILE = ExpectedFile("consolidated.xml", "https://scsanctions.un.org/resources/xml/en/consolidated.xml")
_KINDS = {"INDIVIDUAL": Kind.PERSON, "ENTITY": Kind.ORGANIZATION}
_NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_QUALITIES = (None, "Good", "Low", "a.k.a.", "f.k.a.")
_NO_VALUE = frozenset({"na", "n/a", "none", "unknown"})  # the UN writes countries out: "na" is not Namibia


def parse(path: Path) -> Parsed:
    """Read the XML file, or the folder that holds it. Raises `SourceError`, also while iterating."""
    file = find_document(LIST_ID, path, _FILE.name, (".xml",))
    parsed = Parsed(iter(()), (fingerprint(LIST_ID, file),))
    document = XmlDocument(LIST_ID, file, root="CONSOLIDATED_LIST", entries=_KINDS)
    parsed.published_on = _date(document.attributes.get("dateGenerated"))
    if parsed.published_on is None:
        parsed.notes.append(f"{file.name} does not say when it was generated")
    parsed.entities = _entities(document, parsed)
    return parsed


def _entities(document: XmlDocument, parsed: Parsed) -> Iterator[ListedEntity]:
    lines: dict[str, int] = {}
    for tag, entry in document:
        reference = entry.text("REFERENCE_NUMBER")
        if reference is None:
            raise document.error(f"line {entry.line}", "is an entry without REFERENCE_NUMBER; fetch it again")
        if reference in lines:
            sentence = f"repeats entry {reference} of line {lines[reference]}; fetch it again"
            raise document.error(f"line {entry.line}", sentence)
        lines[reference] = entry.line
        try:
            yield _Entry(entry, _KINDS[tag], parsed).read(tag, reference)
        except ValidationError as error:
            raise document.error(f"line {entry.line}", refusal(reference, error)) from None
    if not lines:
        raise document.error(None, "holds no entry; fetch it again")


@dataclass
class _Entry:
    """One INDIVIDUAL or ENTITY while it is read."""

    node: Node
    kind: Kind
    parsed: Parsed
    names: list[Name] = field(default_factory=list)
    birth_dates: list[PartialDate] = field(default_factory=list)
    birth_places: list[Address] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def read(self, tag: str, reference: str) -> ListedEntity:
        node = self.node
        node.skip("VERSIONNUM", "LIST_TYPE", "SORT_KEY", "SORT_KEY_LAST_MOD")
        comments = node.texts("COMMENTS1")
        self.remarks.extend(comments)
        self._read_names(tag)
        self._read_births(tag)
        self._read_documents(tag, " ".join(comments))
        fields = {
            "record_id": node.text("DATAID"),
            "nationalities": unique(self._nationalities()),
            "gender": self._gender(" ".join(comments)),
            "addresses": self._places(
                f"{tag}_ADDRESS", "STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY"
            ),
            "titles": unique(self._values("TITLE")),
            "positions": unique(item for text in self._values("DESIGNATION") for item in enumerated(text)),
            "programmes": tuple(node.texts("UN_LIST_TYPE")),
            "listed_on": _date(node.text("LISTED_ON")),
            "updated_on": max(filter(None, map(_date, self._values("LAST_DAY_UPDATED"))), default=None),
        }
        self._keep_unread()
        return ListedEntity(
            list_id=LIST_ID,
            entity_id=reference,
            kind=self.kind,
            names=unique(self.names),
            birth_dates=unique(self.birth_dates),
            birth_places=unique(self.birth_places),
            identifiers=unique(self.identifiers),
            remarks=tuple(self.remarks),
            topics=("sanction",),
            **fields,
        )

    def _read_names(self, tag: str) -> None:
        primary = " ".join(part for name in _NAME_PARTS for part in self.node.texts(name))
        first, *others = read_alias(primary).names if ";" in primary else [primary]
        if first:
            self.names.append(Name(text=first, type=NameType.PRIMARY))
        self.names.extend(Name(text=other) for other in others)
        for original in self.node.texts("NAME_ORIGINAL_SCRIPT"):
            self.names.append(Name(text=original, type=NameType.ORIGINAL_SCRIPT))
        for alias in self.node.each(f"{tag}_ALIAS"):
            self._read_alias(alias)

    def _read_alias(self, alias: Node) -> None:
        quality, text, note = (alias.text(name) for name in ("QUALITY", "ALIAS_NAME", "NOTE"))
        if quality not in _QUALITIES:
            self.parsed.not_understood[f"quality of alias {quality!r}"] += 1
        found, noted = read_alias(text or ""), read_alias_note(note or "")
        former = quality == "f.k.a." or found.former or noted.former
        strength = Strength.WEAK if quality == "Low" else Strength.STRONG
        for name in (*found.names, *noted.names):
            name_type = NameType.FORMER if former else NameType.ALIAS
            self.names.append(Name(text=name, type=name_type, strength=strength))
        for original in (*found.original, *noted.original):
            self.names.append(Name(text=original, type=NameType.ORIGINAL_SCRIPT, strength=strength))
        self.remarks.extend(found.notes)
        self.remarks.extend(f"{text}: {note}" if text else note for note in noted.notes)
        if (born := alias.text("DATE_OF_BIRTH")) and (date := parse_date(born)):
            self.birth_dates.append(date)
        elif born:
            self._keep("DATE_OF_BIRTH", born)
        birth_place = self._place(alias, None, "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH")
        self.birth_places.extend([birth_place] if birth_place else [])

    def _read_births(self, tag: str) -> None:
        for birth in self.node.each(f"{tag}_DATE_OF_BIRTH"):
            self._read_birth_date(birth)
        parts = ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY")
        self.birth_places.extend(self._places(f"{tag}_PLACE_OF_BIRTH", *parts))

    def _read_birth_date(self, birth: Node) -> None:
        kind, note = birth.text("TYPE_OF_DATE"), birth.text("NOTE")
        stated = birth.text("DATE") or birth.text("YEAR")
        first, last = birth.text("FROM_YEAR"), birth.text("TO_YEAR")
        circa = "circa " if kind == "APPROXIMATELY" or note == "Approximately" else ""
        texts = [f"{first} to {last}"] if first and last else []
        if stated:  # a note may say which month of the year it was
            texts += [f"{circa}{note} {stated}", f"{circa}{stated}"]
        elif note:
            texts += [f"{circa}{note}"]
        dates = [date for text in texts if (date := parse_date(text))]
        self.birth_dates.extend(dates[:1])
        if texts and not dates:
            self._keep("DATE_OF_BIRTH", texts[-1])
        elif note and note != "Approximately" and not (dates and note in dates[0].text):
            self.remarks.append(f"Date of birth: {note}")

    def _read_documents(self, tag: str, comments: str) -> None:
        for document in self.node.each(f"{tag}_DOCUMENT"):
            identifier, remark = read_document(document)
            self.identifiers.extend([identifier] if identifier else [])
            self.remarks.extend([remark] if remark else [])
        self.identifiers.extend(numbers_in(comments, self.kind))

    def _places(self, tag: str, *parts: str) -> tuple[Address, ...]:
        places = (self._place(place, place.text("NOTE"), *parts) for place in self.node.each(tag))
        return unique(filter(None, places))

    def _place(self, place: Node, note: str | None, *parts: str) -> Address | None:
        stated = {part: place.text(part) for part in parts}
        text = ", ".join(filter(None, stated.values()))
        if note:
            text = f"{text} ({note})" if text else note
        country = next((text for part, text in stated.items() if text and part.startswith("COUNTRY")), None)
        if country and not to_alpha2(country):
            self.parsed.not_understood[f"country {country!r}"] += 1
        if not text:
            return None
        return Address(
            text=text,
            city=stated.get("CITY") or stated.get("CITY_OF_BIRTH"),
            region=stated.get("STATE_PROVINCE"),
            postcode=stated.get("ZIP_CODE"),
            country=to_alpha2(country) if country else None,
        )

    def _nationalities(self) -> Iterator[str]:
        for stated in self._values("NATIONALITY"):
            if stated.lower() in _NO_VALUE:
                continue
            if code := to_alpha2(stated):
                yield code
            else:
                self._keep("NATIONALITY", stated)

    def _gender(self, comments: str) -> Gender | None:
        stated = self.node.text("GENDER")
        if stated and stated.lower() not in set(Gender):
            self._keep("GENDER", stated)
            stated = None
        return Gender(stated.lower()) if stated else gender_in(comments)

    def _values(self, tag: str) -> list[str]:
        return [text for parent in self.node.each(tag) for text in parent.texts("VALUE")]

    def _keep(self, tag: str, text: str) -> None:
        """Keep as text what could not be read into a field, and count it."""
        self.parsed.not_understood[tag] += 1
        self.remarks.append(f"{tag}: {text}")

    def _keep_unread(self) -> None:
        for path, text in self.node.unread():
            self._keep(path, text)


def _date(text: str | None) -> dt.date | None:
    """The day of an XML date or time ("2015-03-27-04:00"), which the UN writes in New York's time."""
    try:
        return dt.date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


SOURCE = Source(
    list_id=LIST_ID,
    title="United Nations Security Council Consolidated List",
    publisher="United Nations Security Council",
    files=(_FILE,),
    format="XML",
    cadence="no fixed days; several times a month",
    licence="terms of use of the UN website, which reserve redistribution",
    # From April 2025 to February 2026 the list grew from 877 to 1,003 entries.
    assertions=(
        Count(at_least=600, at_most=3_000),
        Count(at_least=400, at_most=2_000, kind=Kind.PERSON),
        Count(at_least=120, at_most=1_500, kind=Kind.ORGANIZATION),
        Share(at_least=0.75, kind=Kind.PERSON, field="birth_dates"),
        Share(at_least=0.75, kind=Kind.PERSON, field="nationalities"),
        Share(at_least=0.99, kind=Kind.PERSON, field="programmes"),
    ),
    parse=parse,
)
