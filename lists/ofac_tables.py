"""The tables of OFAC's advanced XML: what stands apart from the parties that it is said of.

Format: OFAC, "sdn_advanced.xsd". Every reference is a number; the words for the numbers come first.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from lxml import etree

from lists.model import PartialDate
from lists.ofac_dates import read_period
from lists.xml_stream import Node, XmlDocument

PARTY = "DistinctParty"
WORDS = (
    "AliasType", "Country", "DetailReference", "FeatureType", "IDRegDocDateType", "IDRegDocType",
    "LegalBasis", "List", "LocPartType", "NamePartType", "PartySubType", "PartyType", "RelationQuality",
    "RelationType", "Reliability", "SanctionsType", "Script", "Validity",
)  # fmt: skip
ROWS = ("Location", "IDRegDocument", "ProfileRelationship", "SanctionsEntry")

# All of them are held in memory. The SDN list has some 100,000.
_MOST_ROWS = 1_000_000
_NO_WORD = "Unknown"
_PROGRAMME = "Program"  # a kind of sanction that is none: its comment names a programme
_UNREMARKABLE = ("", "Confirmed", "High", "Valid")
# Attributes that only tie the tables together, or are the same everywhere.
_TECHNICAL = (
    "ID", "@FixedRef", "@YearFixed", "@MonthFixed", "@DayFixed", "@Acronym", "@EntryProfileRef",
    "@EntryDeltaFlag", "@DeltaAction", "@Primary",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Location:
    """An address, or a country alone. `other_parts` are those in another script."""

    parts: dict[str, str]
    other_parts: dict[str, str]
    country: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document; `name_id` is the spelling of the name in it."""

    word: str
    number: str
    country: str | None
    issued: PartialDate | None
    expires: PartialDate | None
    name_id: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie to another profile."""

    word: str
    profile_id: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What one of OFAC's lists says of a profile."""

    list_name: str
    since: dt.date | None
    legal_basis: tuple[str, ...]
    programmes: tuple[str, ...]
    sanctions: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass
class Tables:
    """The rows: locations by their own number, documents by identity, ties, listings and names by profile.

    `notes` of a row are what no field holds.
    """

    not_understood: Counter[str]
    words: dict[tuple[str, str | None], str] = field(default_factory=dict)
    party_types: dict[str | None, str | None] = field(default_factory=dict)  # by sub-type
    locations: dict[str | None, Location] = field(default_factory=dict)
    documents: dict[str | None, list[Document]] = field(default_factory=lambda: defaultdict(list))
    ties: dict[str | None, list[Tie]] = field(default_factory=lambda: defaultdict(list))
    listings: dict[str | None, list[Listing]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str | None, str] = field(default_factory=dict)

    @classmethod
    def read(cls, document: XmlDocument, not_understood: Counter[str]) -> Tables:
        """Read the document once, but for its parties. Raises `SourceError` when it has too many rows."""
        tables = cls(not_understood)
        readers = {
            "Location": tables._read_location,
            "IDRegDocument": tables._read_document,
            "ProfileRelationship": tables._read_tie,
            "SanctionsEntry": tables._read_listing,
        }
        for count, element in enumerate(document.elements()):
            if count == _MOST_ROWS:
                sentence = f"has more than {_MOST_ROWS:,} rows, as no list does; refused: fetch it again"
                raise document.error(None, sentence)
            tag = etree.QName(element).localname
            if tag in readers:
                readers[tag](Node(element))
            elif tag in WORDS:
                tables._read_word(tag, Node(element))
            elif tag == PARTY:
                tables._read_primary_name(element)
        return tables

    def word(self, kind: str, number: str | None) -> str:
        """The word a number stands for: "" where there is none, or the file lacks it, which is counted."""
        word = self.words.get((kind, number), "")
        if number and (kind, number) not in self.words:
            self.not_understood[f"{kind} {number}"] += 1
        return "" if word == _NO_WORD else word

    def remarkable(self, kind: str, number: str | None) -> list[str]:
        """The word, where it says more than that all is as it should be ("Fraudulent", "Reported")."""
        word = self.word(kind, number)
        return [] if word in _UNREMARKABLE else [word]

    def unread(self, what: str, node: Node) -> list[str]:
        """What was not read of an element, counted."""
        left = [(path, text) for path, text in node.unread() if not path.endswith(_TECHNICAL)]
        self.not_understood.update(f"{what}/{path}" for path, _ in left)
        return [f"{what}/{path}: {text}" for path, text in left]

    def _read_word(self, kind: str, node: Node) -> None:
        number = node.attribute("ID")
        self.words[kind, number] = node.content or ""
        if kind == "PartySubType":
            self.party_types[number] = node.attribute("PartyTypeID")

    def _read_primary_name(self, party: etree._Element) -> None:
        alias = party.find("{*}Profile/{*}Identity/{*}Alias[@Primary='true']/{*}DocumentedName")
        if alias is not None:
            parts = [" ".join((part.text or "").split()) for part in alias.iter("{*}NamePartValue")]
            family, given = parts[0].upper() if parts else "", " ".join(parts[1:])
            self.names[party.get("FixedRef")] = ", ".join(filter(None, (family, given)))

    def _read_location(self, node: Node) -> None:
        node.skip("LocationAreaCode", "FeatureVersionReference", "IDRegDocumentReference")
        main: dict[str, str] = {}
        other: dict[str, str] = {}
        for part in node.each("LocationPart"):
            kind = self.word("LocPartType", part.attribute("LocPartTypeID"))
            for value in part.each("LocationPartValue"):
                stated = main if value.attribute("Primary") == "true" else other
                stated[kind] = value.text("Value") or ""
        countries = [
            self.word("Country", country.attribute("CountryID")) for country in node.each("LocationCountry")
        ]
        country = next(filter(None, countries), None)
        notes = [*node.texts("Comment"), *self.unread("Location", node)]
        self.locations[node.attribute("ID")] = Location(main, other, country, tuple(notes))

    def _read_document(self, node: Node) -> None:
        dates = {
            self.word("IDRegDocDateType", date.attribute("IDRegDocDateTypeID")): period(date)
            for date in node.each("DocumentDate")
        }
        place = self.locations.get(node.attribute("IssuedIn-LocationID"))
        number = node.text("IDRegistrationNo") or ""
        name_ids = [name.attribute("DocumentedNameID") for name in node.each("DocumentedNameReference")]
        notes = [
            *(f"issued in {', '.join(place.parts.values())}" for place in [place] if place),
            *(f"issued by {authority}" for authority in node.texts("IssuingAuthority")),
            *self.remarkable("Validity", node.attribute("ValidityID")),
            *node.texts("Comment"),
            *self.unread("IDRegDocument", node),
        ]
        document = Document(
            word=self.word("IDRegDocType", node.attribute("IDRegDocTypeID")),
            number=number,
            country=self.word("Country", node.attribute("IssuedBy-CountryID")) or None,
            issued=dates.get("Issue Date"),
            expires=dates.get("Expiration Date"),
            name_id=name_ids[0] if name_ids else None,
            notes=tuple(notes),
        )
        self.documents[node.attribute("IdentityID")].append(document)

    def _read_tie(self, node: Node) -> None:
        dates = period(node)
        notes = [
            *(["former"] if node.attribute("Former") == "true" else []),
            *([dates.text] if dates else []),
            *self.remarkable("RelationQuality", node.attribute("RelationQualityID")),
            *node.texts("Comment"),
            *self.unread("ProfileRelationship", node),
        ]
        word = self.word("RelationType", node.attribute("RelationTypeID"))
        tie = Tie(word, node.attribute("To-ProfileID") or "", tuple(notes))
        self.ties[node.attribute("From-ProfileID")].append(tie)

    def _read_listing(self, node: Node) -> None:
        node.skip("ProfileRelationshipReference")
        days, laws, programmes, sanctions = [], [], [], []
        notes = node.texts("Comment")
        for event in node.each("EntryEvent"):
            days += [day for date in event.each("Date") if (day := day_of(date))]
            laws += [law for law in [self.word("LegalBasis", event.attribute("LegalBasisID"))] if law]
            notes += event.texts("Comment")
        for measure in node.each("SanctionsMeasure"):
            kind = self.word("SanctionsType", measure.attribute("SanctionsTypeID"))
            comments = measure.texts("Comment")
            if kind == _PROGRAMME:
                programmes += comments
            else:
                sanctions.append(": ".join(filter(None, (kind, *comments))))
        listing = Listing(
            list_name=self.word("List", node.attribute("ListID")),
            since=min(days, default=None),
            legal_basis=tuple(laws),
            programmes=tuple(programmes),
            sanctions=tuple(sanctions),
            notes=(*notes, *self.unread("SanctionsEntry", node)),
        )
        self.listings[node.attribute("ProfileID")].append(listing)


def period(node: Node) -> PartialDate | None:
    """The period an element states, from the first day to the last that are possible."""
    for stated in node.each("DatePeriod"):
        bounds = [*stated.each("Start"), *stated.each("End")]
        circa = [bound.attribute("Approximate") == "true" for bound in bounds]
        dates = [date for bound in bounds for side in ("From", "To") for date in bound.each(side)]
        days = [day for date in dates if (day := day_of(date))]
        return read_period(days[0], days[-1], circa=any(circa)) if days else None
    return None


def day_of(node: Node) -> dt.date | None:
    """The day an element states by year, month and day; None for one that no calendar has."""
    try:
        year, month, day = (int(node.text(part) or "") for part in ("Year", "Month", "Day"))
        return dt.date(year, month, day)
    except ValueError:
        return None
