"""Canada's Consolidated Autonomous Sanctions List, in the XML that Global Affairs Canada publishes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from lists.dates import iso_day, parse_date
from lists.model import Craft, Kind, ListedEntity, Name, NameType, PartialDate
from lists.reading import find_document, refusal, unique
from lists.sema_names import Party, read_aliases, read_name
from lists.sema_references import Claim, references
from lists.source import Count, ExpectedFile, Parsed, Share, Source, fingerprint
from lists.stated_numbers import imo_number
from lists.titles import is_title
from lists.xml_stream import Node, XmlDocument

LIST_ID = "ca_sema"

_FILE = ExpectedFile(
    "sema-lmes.xml",
    "https://www.international.gc.ca/world-monde/assets/office_docs/international_relations-relations_"
    "internationales/sanctions/sema-lmes.xml",
)
# Elements by what they hold: as published since 2025, when ships came onto the list, and before.
_ENTITY = ("EntityOrShip", "Entity")
_TITLE = ("TitleOrShip", "Title")
_DATE = ("DateOfBirthOrShipBuildDate", "DateOfBirth")
_NO_SCHEDULE = "N/A"
_OR = re.compile(r"\s+or\s+", re.IGNORECASE)


def parse(path: Path) -> Parsed:
    """Read the XML file, or the folder that holds it. Raises `SourceError`, also while iterating.

    The list has no reference that stays; `lists.sema_references` makes one. The file does not say of which
    day it is.
    """
    file = find_document(LIST_ID, path, _FILE.name, (".xml",))
    parsed = Parsed(iter(()), (fingerprint(LIST_ID, file),))
    document = XmlDocument(LIST_ID, file, root="data-set", entries=("record",))
    parsed.entities = _entities(document, parsed)
    return parsed


def _entities(document: XmlDocument, parsed: Parsed) -> Iterator[ListedEntity]:
    records = [_read(node, document, parsed) for _, node in document]
    if not records:
        raise document.error(None, "holds no record; fetch it again")
    claims = [
        Claim(
            record.regulation, record.kind, record.names[0], record.imo, record.listed_on, record.stated_dates
        )
        for record in records
    ]
    for record, reference in zip(records, references(claims), strict=True):
        try:
            yield _entity(reference, record)
        except ValidationError as error:
            raise document.error(f"line {record.line}", refusal(reference, error)) from None


@dataclass(frozen=True)
class _Record:
    """One record of the list, read into fields."""

    line: int
    regulation: str
    kind: Kind
    names: tuple[Name, ...]
    dates: tuple[PartialDate, ...]
    imo: str | None
    title: str | None
    legal_basis: str
    listed_on: str | None
    remarks: tuple[str, ...]

    @property
    def stated_dates(self) -> tuple[str, ...]:
        return tuple(date.text for date in self.dates)


def _read(node: Node, document: XmlDocument, parsed: Parsed) -> _Record:
    remarks: list[str] = []
    family, given, entity = node.text("LastName"), node.text("GivenName"), _first(node, _ENTITY)
    imo, country = node.text("ShipIMONumber"), node.text("Country")
    if country is None or not (family or given or entity):
        sentence = "is a record without a country or without a name; fetch it again"
        raise document.error(f"line {node.line}", sentence)
    kind = Kind.PERSON if family or given else Kind.VESSEL if imo else Kind.ORGANIZATION
    party = Party(family, _without(given, family)) if kind is Kind.PERSON else Party()
    names = [_person(party)] if kind is Kind.PERSON else read_name(entity or "")
    for aliases in node.texts("Aliases"):
        names.extend(read_aliases(aliases, party))
    dates = []
    for stated in _OR.split(_first(node, _DATE) or ""):
        if date := parse_date(stated):
            dates.append(date)
        elif stated:
            parsed.not_understood["date of birth or build"] += 1
            remarks.append(f"Date of birth or build: {stated}")
    return _Record(
        line=node.line,
        regulation=_english(country),
        kind=kind,
        names=unique(names),
        dates=unique(dates),
        imo=imo,
        title=_first(node, _TITLE),
        legal_basis=_legal_basis(_english(country), node.text("Schedule"), node.text("Item")),
        listed_on=node.text("DateOfListing"),
        remarks=(*remarks, *_unread(node, parsed)),
    )


def _unread(node: Node, parsed: Parsed) -> Iterator[str]:
    for path, text in node.unread():
        parsed.not_understood[path] += 1
        yield f"{path}: {text}"


def _entity(reference: str, record: _Record) -> ListedEntity:
    person, vessel = record.kind is Kind.PERSON, record.kind is Kind.VESSEL
    title = _english(record.title) if record.title else None
    craft = Craft(type=title, manufactured=next(iter(record.dates), None)) if vessel else Craft()
    return ListedEntity(
        list_id=LIST_ID,
        entity_id=reference,
        kind=record.kind,
        names=record.names,
        birth_dates=record.dates if person else (),
        founded=() if person or vessel else record.dates,
        titles=(title,) if title and person and is_title(title) else (),
        positions=(title,) if title and not vessel and not (person and is_title(title)) else (),
        identifiers=(imo_number(record.imo, record.kind),) if record.imo else (),
        craft=craft if craft != Craft() else None,
        programmes=(record.regulation,),
        legal_basis=(record.legal_basis,),
        listed_on=iso_day(record.listed_on),
        remarks=record.remarks,
        topics=("sanction",),
    )


def _person(party: Party) -> Name:
    text = " ".join(filter(None, [party.given, party.family]))
    return Name(text=text, type=NameType.PRIMARY, family=party.family, given=party.given)


def _without(given: str | None, family: str | None) -> str | None:
    """The given name without the family name, which some records repeat there."""
    if given and family and given.casefold().endswith(f" {family.casefold()}"):
        return given[: -len(family)].strip()
    return given


def _legal_basis(regulation: str, schedule: str | None, item: str | None) -> str:
    if schedule == _NO_SCHEDULE:
        schedule = None
    if schedule and schedule[0].isdigit():
        schedule = f"Schedule {schedule}"
    return ", ".join(filter(None, [regulation, schedule, item and f"item {item}"]))


def _english(text: str) -> str:
    """The English of a text in English and French ("Syria / Syrie", "Major General/major-général")."""
    return text.partition("/")[0].strip() or text


def _first(node: Node, tags: Iterable[str]) -> str | None:
    texts = [node.text(tag) for tag in tags]
    return next(filter(None, texts), None)


SOURCE = Source(
    list_id=LIST_ID,
    title="Consolidated Canadian Autonomous Sanctions List",
    publisher="Global Affairs Canada",
    files=(_FILE,),
    format="XML",
    cadence="no fixed days; several times a month",
    licence="Open Government Licence - Canada",
    # From April 2020 to March 2025 the list grew from 1,369 to 4,759 entries, and the share of persons with a
    # birth date from 22 % to 51 %.
    assertions=(
        Count(at_least=1_200, at_most=15_000),
        Count(at_least=800, at_most=10_000, kind=Kind.PERSON),
        Count(at_least=350, at_most=6_000, kind=Kind.ORGANIZATION),
        Share(at_least=0.15, kind=Kind.PERSON, field="birth_dates"),
        Share(at_least=0.99, kind=Kind.PERSON, field="programmes"),
    ),
    parse=parse,
)
