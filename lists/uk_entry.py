"""An entry of the United Kingdom's lists, gathered value by value from whatever holds it, and then read.

The UK publishes the same fields in XML (nested), and in CSV and workbooks (a row for each name, and again for
each address or birth date): a source adds every value it finds, and what is said twice counts once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lists.aliases import is_latin
from lists.country_texts import countries_in, country_today
from lists.dates import parse_date
from lists.languages import language_code, script_code
from lists.model import (
    Address,
    Craft,
    Gender,
    Identifier,
    IdentifierType,
    Kind,
    ListedEntity,
    Name,
    NameType,
    PartialDate,
    Relation,
    RelationType,
    Strength,
)
from lists.reading import unique
from lists.source import Parsed
from lists.stated_numbers import numbers_in
from lists.titles import is_title
from lists.uk_fields import (
    numbered,
    paired,
    read_address,
    read_contacts,
    read_documents,
    read_imo,
    read_registrations,
)


class Field(StrEnum):
    """A field with one value, or several that are numbered."""

    KIND = "kind"
    TITLE = "title"
    POSITION = "position"
    BIRTH_DATE = "birth date"
    NATIONALITY = "nationality"
    GENDER = "gender"
    PHONE = "phone"
    EMAIL = "email"
    WEBSITE = "website"
    REGIME = "regime"
    LISTED_ON = "listed on"
    UPDATED_ON = "updated on"
    REASONS = "reasons"
    REMARK = "remark"
    REGISTRATION = "registration"
    PARENT = "parent company"
    SUBSIDIARY = "subsidiary"
    IMO = "IMO number"
    OWNER = "owner or operator"
    FLAG = "flag"
    FORMER_FLAG = "former flag"
    SHIP_TYPE = "type of ship"
    BUILT = "year built"
    HULL = "hull identification number"


class Group(StrEnum):
    """Fields whose values belong together, in the order in which they are added."""

    NAME = "name"  # six parts, of which the last is the family name; type; strength
    ORIGINAL_NAME = "name in its script"  # name, script, language
    PASSPORT = "passport"  # number, details
    NATIONAL_ID = "national identifier"  # number, details
    BIRTH_PLACE = "birth place"  # town, country
    ADDRESS = "address"  # six lines, postcode, country


_KINDS = {"individual": Kind.PERSON, "entity": Kind.ORGANIZATION, "ship": Kind.VESSEL}
_NAME_TYPES = {
    "primary name": NameType.PRIMARY,
    "prime alias": NameType.PRIMARY,  # until 2020
    "primary name variation": NameType.ALIAS,
    "alias": NameType.ALIAS,
    "aka": NameType.ALIAS,
    "fka": NameType.FORMER,
}
_STRENGTHS = {"": Strength.STRONG, "good": Strength.STRONG, "low": Strength.WEAK}
_FIRST_WORD = re.compile(r"[a-z]*")  # of "Low quality a.k.a", "low_quality_aka" and "Low quality"
_REFERENCE = re.compile(r"\(([A-Z]{3}\d{4})\)")  # of another entry, behind its name
_NAME_PARTS = 6


@dataclass
class UkEntry:
    """The values of one entry, each once, as published."""

    values: dict[Field, dict[str, None]] = field(default_factory=dict)
    groups: dict[Group, dict[tuple[str, ...], None]] = field(default_factory=dict)

    def add(self, name: Field, text: str | None, label: str = "") -> None:
        """Add a value, unless it is empty; with a label, as "label: value"."""
        if text:
            value = f"{label}: {text.replace('|', ', ')}" if label else text
            self.values.setdefault(name, {})[value] = None

    def add_group(self, group: Group, texts: Sequence[str | None]) -> None:
        """Add values that belong together, unless all are empty."""
        if any(texts):
            self.groups.setdefault(group, {})[tuple(text or "" for text in texts)] = None

    def read(self, list_id: str, reference: str, parsed: Parsed, url: str | None = None) -> ListedEntity:
        """The listed entity. Raises `ValidationError` when it has no name; counts what it cannot read."""
        return _Reading(self, parsed).read(list_id, reference, url)


@dataclass
class _Reading:
    entry: UkEntry
    parsed: Parsed
    kind: Kind = Kind.UNKNOWN
    remarks: list[str] = field(default_factory=list)

    def read(self, list_id: str, reference: str, url: str | None) -> ListedEntity:
        self.kind = self._kind()
        self.remarks.extend(self._all(Field.REMARK))
        titles, positions = self._titles()
        dates = self._dates()
        person = self.kind is Kind.PERSON
        regimes = unique(self._all(Field.REGIME))
        fields = {
            "names": self._names(),
            "birth_dates": dates if person else (),
            "founded": () if person else dates,
            "birth_places": unique(self._birth_places()),
            "nationalities": unique(self._nationalities()),
            "gender": self._gender(),
            "identifiers": unique(self._identifiers()),
            "addresses": unique(self._addresses()),
            "craft": self._craft(),
            "relations": unique(self._relations()),
            "listed_on": min(self._days(Field.LISTED_ON), default=None),
            "updated_on": max(self._days(Field.UPDATED_ON), default=None),
        }
        return ListedEntity(
            list_id=list_id,
            entity_id=reference,
            kind=self.kind,
            titles=titles,
            positions=positions,
            programmes=regimes,
            legal_basis=tuple(regime for regime in regimes if "Regulations" in regime),
            reasons="\n".join(self._all(Field.REASONS)) or None,
            remarks=unique(self.remarks),
            topics=("sanction",),
            url=url,
            **fields,
        )

    def _kind(self) -> Kind:
        for stated in self._all(Field.KIND):
            if kind := _KINDS.get(stated.casefold()):
                return kind
            self._keep(Field.KIND, stated)
        return Kind.UNKNOWN

    def _names(self) -> tuple[Name, ...]:
        names: dict[str, Name] = {}
        for parts in self.entry.groups.get(Group.NAME, ()):
            name = self._name(parts[:_NAME_PARTS], *parts[_NAME_PARTS:])
            if name and (name.text not in names or name.type is NameType.PRIMARY):
                names[name.text] = name
        for text, script, language in self.entry.groups.get(Group.ORIGINAL_NAME, ()):
            for one in numbered(text).values():
                name = Name(
                    text=one,
                    type=NameType.ORIGINAL_SCRIPT,
                    language=language_code(language),
                    script=script_code(script),
                )
                names.setdefault(one, name)
        return _main_name_first(list(names.values()))

    def _name(self, parts: Sequence[str], stated_type: str, stated_strength: str) -> Name | None:
        given, family = " ".join(filter(None, parts[:-1])), parts[-1]
        person = self.kind is Kind.PERSON
        # Some entities have their one name in two of the columns.
        text = " ".join(filter(None, parts if person else dict.fromkeys(parts)))
        if not text:
            return None
        name_type = _NAME_TYPES.get(stated_type.casefold(), NameType.ALIAS)
        if stated_type and stated_type.casefold() not in _NAME_TYPES:
            self.parsed.not_understood[f"name type {stated_type!r}"] += 1
        found = _FIRST_WORD.match(stated_strength.casefold())
        word = found[0] if found else ""
        if word not in _STRENGTHS:
            self.parsed.not_understood[f"alias strength {stated_strength!r}"] += 1
        return Name(
            text=text,
            type=NameType.ORIGINAL_SCRIPT
            if name_type is NameType.ALIAS and not is_latin(text)
            else name_type,
            strength=_STRENGTHS.get(word, Strength.STRONG),
            family=family if person and given else None,
            given=given or None if person and family else None,
        )

    def _titles(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Titles, and positions; the UK writes some positions as titles."""
        titles = unique(self._each(Field.TITLE))
        positions = [title for title in titles if not is_title(title)]
        return tuple(title for title in titles if is_title(title)), unique(
            [*self._each(Field.POSITION), *positions]
        )

    def _dates(self) -> tuple[PartialDate, ...]:
        dates = []
        for stated in self._each(Field.BIRTH_DATE):
            if date := parse_date(stated, day_first=True):
                dates.append(date)
            elif any(map(str.isdigit, stated)):  # "dd/mm/yyyy" says nothing
                self._keep(Field.BIRTH_DATE, stated)
        return unique(dates)

    def _days(self, name: Field) -> Iterator[dt.date]:
        for stated in self._all(name):
            date = parse_date(stated, day_first=True)
            if date and date.earliest == date.latest:
                yield date.earliest
            else:
                self._keep(name, stated)

    def _birth_places(self) -> Iterator[Address]:
        for towns, countries in self.entry.groups.get(Group.BIRTH_PLACE, ()):
            for town, country in paired(towns, countries):
                code = self._country(country)
                yield Address(text=", ".join(filter(None, [town, country])), city=town or None, country=code)

    def _addresses(self) -> Iterator[Address]:
        for *lines, postcode, country in self.entry.groups.get(Group.ADDRESS, ()):
            self._country(country)
            if address := read_address(lines, postcode, country):
                yield address

    def _country(self, stated: str) -> str | None:
        code = country_today(stated)
        if stated and not code:
            self.parsed.not_understood[f"country {stated!r}"] += 1
        return code

    def _nationalities(self) -> Iterator[str]:
        for stated in self._each(Field.NATIONALITY):
            yield from self._countries(stated, Field.NATIONALITY)

    def _countries(self, stated: str, name: Field) -> tuple[str, ...]:
        codes = countries_in(stated)
        if not codes:
            self._keep(name, stated)
        return codes

    def _gender(self) -> Gender | None:
        for stated in self._all(Field.GENDER):
            if stated.casefold() in set(Gender):
                return Gender(stated.casefold())
            self._keep(Field.GENDER, stated)
        return None

    def _identifiers(self) -> Iterator[Identifier]:
        for group, default in (
            (Group.PASSPORT, IdentifierType.PASSPORT),
            (Group.NATIONAL_ID, IdentifierType.NATIONAL_ID),
        ):
            for numbers, details in self.entry.groups.get(group, ()):
                for number, detail in paired(numbers, details):
                    documents, remark = read_documents(number, detail, default)
                    yield from documents
                    self.remarks.extend([f"{group.capitalize()} {remark}"] if remark else [])
        readers: dict[Field, Callable[[str], Iterator[Identifier]]] = {
            Field.IMO: lambda text: read_imo(text, self.kind),
            Field.REGISTRATION: read_registrations,
            Field.PHONE: lambda text: read_contacts(text, IdentifierType.PHONE),
            Field.EMAIL: lambda text: read_contacts(text, IdentifierType.EMAIL),
            Field.WEBSITE: lambda text: read_contacts(text, IdentifierType.WEBSITE),
        }
        for name, reader in readers.items():
            for text in self._all(name):
                found = tuple(reader(text))
                yield from found
                if not found and numbered(text):
                    self._keep(name, text)
        for number in self._each(Field.HULL):
            yield Identifier(type=IdentifierType.OTHER, value=number, scheme="Hull identification number")
        for remark in self._all(Field.REMARK):
            yield from numbers_in(remark, self.kind)

    def _craft(self) -> Craft | None:
        flags = [self._country(text) for text in self._each(Field.FLAG)]
        former = [
            code
            for text in self._each(Field.FORMER_FLAG)
            for code in self._countries(text, Field.FORMER_FLAG)
        ]
        built = [parse_date(text) for text in self._each(Field.BUILT)]
        craft = Craft(
            type=", ".join(self._each(Field.SHIP_TYPE)) or None,
            flag=next(filter(None, flags), None),
            former_flags=unique(former),
            owner=", ".join(self._each(Field.OWNER)) or None,
            manufactured=next(filter(None, built), None),
        )
        return craft if craft != Craft() else None

    def _relations(self) -> Iterator[Relation]:
        for name, relation_type in (
            (Field.OWNER, RelationType.OWNED_BY),
            (Field.PARENT, RelationType.OWNED_BY),
            (Field.SUBSIDIARY, RelationType.LINKED_TO),
        ):
            for party in self._each(name):
                found = _REFERENCE.search(party)
                yield Relation(type=relation_type, name=party, entity_id=found[1] if found else None)

    def _all(self, name: Field) -> list[str]:
        return list(self.entry.values.get(name, ()))

    def _each(self, name: Field) -> list[str]:
        """The values of a field, numbered ones taken apart."""
        return [value for text in self._all(name) for value in numbered(text).values()]

    def _keep(self, name: Field, text: str) -> None:
        """Keep as text what could not be read into a field, and count it."""
        self.parsed.not_understood[name.value] += 1
        self.remarks.append(f"{name.capitalize()}: {text}")


def _main_name_first(names: list[Name]) -> tuple[Name, ...]:
    """The names with one primary name, the first stated as such or else the first, before the others."""
    main = next((name for name in names if name.type is NameType.PRIMARY), next(iter(names), None))
    if main is None:
        return ()
    others = (
        name.model_copy(update={"type": NameType.ALIAS}) if name.type is NameType.PRIMARY else name
        for name in names
        if name is not main
    )
    return (main.model_copy(update={"type": NameType.PRIMARY}), *others)
