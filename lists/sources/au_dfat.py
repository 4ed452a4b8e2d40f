"""Australia's Consolidated List, the workbook that the Department of Foreign Affairs and Trade publishes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from lists.aliases import enumerated, read_alias
from lists.bracketed_names import names_in_brackets
from lists.country_texts import countries_in, country
from lists.dates import iso_day, parse_date
from lists.model import (
    Address,
    Identifier,
    Kind,
    ListedEntity,
    Name,
    NameType,
    PartialDate,
    Strength,
)
from lists.reading import find_document, refusal, unique
from lists.remarks import name as comma_name
from lists.source import Count, ExpectedFile, Parsed, Share, Source, SourceError, fingerprint
from lists.stated_numbers import gender_in, imo_number, numbers_in
from lists.tables import Table, TableRow, column_key, read_table
from lists.worded_numbers import worded_numbers

LIST_ID = "au_dfat"

_FILE = ExpectedFile(
    "Australian_Sanctions_Consolidated_List.xlsx",
    "https://www.dfat.gov.au/sites/default/files/Australian_Sanctions_Consolidated_List.xlsx",
)
_REQUIRED = ("Reference", "Name of Individual or Entity", "Type", "Name Type")
# What a measure is called since 2025, when the sheet got a column for each.
_MEASURES = ("Targeted Financial Sanction", "Travel Ban", "Arms Embargo", "Maritime Restriction")
_OTHERS = (
    "Alias Strength", "Date of Birth", "Place of Birth", "Citizenship", "Address", "Additional Information",
    "Listing Information", "IMO Number", "Committees", "Control Date", "Instrument of Designation",
)  # fmt: skip
_COLUMNS = {name: column_key(name) for name in (*_REQUIRED, *_MEASURES, *_OTHERS)}
_KINDS = {"individual": Kind.PERSON, "entity": Kind.ORGANIZATION, "vessel": Kind.VESSEL}
_PRIMARY, _ORIGINAL = "primary name", "original script"
_ALIASES = ("alias", "aka")
_WEAK = "weak"
_NO_VALUE = frozenset({"na", "n/a", "none", "unknown"})
_REFERENCE = re.compile(r"(\d+)[a-z]*", re.ASCII | re.IGNORECASE)
_NOTE = re.compile(r"(?P<name>.+?)\s*\([A-Za-z ]+\)")  # what is said in Latin letters of a name in others
_BETWEEN = re.compile(r"between (.+?) and (.+)", re.IGNORECASE)
_CIRCA = re.compile(r"approximately:?\s*(?=between)", re.IGNORECASE)
_DATE = r"(?:approximately )?(?:\d{1,2}/\d{1,2}/\d{4}|\d{1,2}/\d{4}|\d{4})"
_DATES = re.compile(rf"{_DATE}(?:\s+{_DATE})+", re.IGNORECASE)  # without a comma between them
_EACH_DATE = re.compile(_DATE, re.IGNORECASE)
_NOTE_AT_END = re.compile(r"\s*\([^()]*\)\W*$")
_LISTED = re.compile(
    r"\b(?:listed|designated)\b(?:(?! on\b)[^.;()]){0,80}? on:? ([^.,;()]{1,12}?\.?[^.,;()]{0,12}?\d{4})",
    re.IGNORECASE,
)
# The longest real one has 115 characters; taking a longer one apart may take very long.
_LONGEST_DATES = 1_000
_LONGEST_END = 200
_MOST_WORDS_IN_A_COUNTRY = 6


def parse(path: Path) -> Parsed:
    """Read the workbook (or the sheet as CSV), or the folder that holds it.

    Raises `SourceError`, also while iterating. The file does not say of which day it is.
    """
    file = find_document(LIST_ID, path, _FILE.name, (".xlsx", ".csv"))
    parsed = Parsed(iter(()), (fingerprint(LIST_ID, file),))
    parsed.entities = _entities(file, read_table(LIST_ID, file, parsed, _REQUIRED), parsed)
    return parsed


def _entities(file: Path, table: Table, parsed: Parsed) -> Iterator[ListedEntity]:
    parties: dict[str, list[TableRow]] = {}
    rows: dict[str, str] = {}
    for row in table.rows:
        reference = row[_COLUMNS["Reference"]]
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            sentence = f"has the reference {reference[:20]!r}, not a number and letters; fetch it again"
            raise SourceError(LIST_ID, file.name, row.where, sentence)
        if reference in rows:
            sentence = f"repeats reference {reference} of {rows[reference]}; fetch it again"
            raise SourceError(LIST_ID, file.name, row.where, sentence)
        rows[reference] = row.where
        parties.setdefault(found[1], []).append(row)
    if not parties:
        raise SourceError(LIST_ID, file.name, None, "holds no entry; fetch it again")
    for number, party in parties.items():
        try:
            yield _Party(party, parsed, table.columns).read(number)
        except ValidationError as error:
            raise SourceError(LIST_ID, file.name, party[0].where, refusal(number, error)) from None


class _Party:
    """The rows of one party: each has one of its names and repeats all the rest."""

    def __init__(self, rows: list[TableRow], parsed: Parsed, headings: dict[str, str]) -> None:
        self._rows = rows
        self._parsed = parsed
        self._headings = headings
        self._remarks: list[str] = []
        self._kind = _KINDS.get(rows[0][_COLUMNS["Type"]].casefold(), Kind.UNKNOWN)

    def read(self, number: str) -> ListedEntity:
        if self._kind is Kind.UNKNOWN:
            self._keep("Type", self._rows[0][_COLUMNS["Type"]])
        names = unique(name for row in self._rows for name in self._names(row))
        information = self._values("Additional Information")
        dates = unique(self._dates())
        fields = {
            "birth_dates": dates if self._kind is Kind.PERSON else (),
            "founded": () if self._kind is Kind.PERSON else dates,
            "birth_places": unique(self._places("Place of Birth")),
            "nationalities": unique(self._nationalities()),
            "addresses": unique(self._places("Address")),
            "gender": gender_in(" ".join(information)) if self._kind is Kind.PERSON else None,
            "identifiers": unique(self._identifiers(information)),
            "programmes": unique(self._values("Committees")),
            "legal_basis": unique(self._values("Instrument of Designation")),
            "listed_on": min(
                filter(None, map(_listed_on, self._values("Listing Information"))), default=None
            ),
            "updated_on": max(filter(None, map(iso_day, self._values("Control Date"))), default=None),
        }
        self._keep_the_rest(information)
        return ListedEntity(
            list_id=LIST_ID,
            entity_id=number,
            kind=self._kind,
            names=names,
            remarks=unique(self._remarks),
            topics=("sanction",),
            **fields,
        )

    def _values(self, column: str) -> tuple[str, ...]:
        """The texts that the party's rows have in a column, each once."""
        return unique(text for row in self._rows if (text := row[_COLUMNS[column]]))

    def _names(self, row: TableRow) -> Iterator[Name]:
        text, stated = row[_COLUMNS["Name of Individual or Entity"]], row[_COLUMNS["Name Type"]].casefold()
        if stated not in (_PRIMARY, _ORIGINAL, *_ALIASES):
            self._parsed.not_understood[f"name type {stated!r}"] += 1
        if not text:
            return
        strength = Strength.WEAK if row[_COLUMNS["Alias Strength"]].casefold() == _WEAK else Strength.STRONG
        if stated == _PRIMARY:
            yield self._name(text, NameType.PRIMARY, strength)
        elif stated == _ORIGINAL:
            note = _NOTE.fullmatch(text)
            self._remarks.extend([text] if note else [])
            yield Name(text=note["name"] if note else text, type=NameType.ORIGINAL_SCRIPT, strength=strength)
        else:
            yield from self._alias_names(text, strength)
        if self._kind is Kind.ORGANIZATION and stated != _ORIGINAL:
            yield from names_in_brackets(text)

    def _alias_names(self, text: str, strength: Strength) -> Iterator[Name]:
        found = read_alias(text)
        self._remarks.extend(found.notes)
        name_type = NameType.FORMER if found.former else NameType.ALIAS
        for name in found.names:
            yield self._name(name, name_type, strength)
        for name in found.original:
            yield Name(text=name, type=NameType.ORIGINAL_SCRIPT, strength=strength)

    def _name(self, text: str, name_type: NameType, strength: Strength) -> Name:
        return comma_name(text, self._kind, name_type, strength)

    def _dates(self) -> Iterator[PartialDate]:
        for stated in self._values("Date of Birth"):
            if len(stated) > _LONGEST_DATES:
                self._keep("Date of Birth", stated)
                continue
            for part in re.split(r"[,;]\s*", stated):
                texts = _EACH_DATE.findall(part) if _DATES.fullmatch(part) else [part]
                for text in texts:
                    plain = _BETWEEN.sub(r"\1 to \2", _CIRCA.sub("", text.strip(" /.")))
                    if date := parse_date(plain, day_first=True):
                        yield date
                    elif plain and plain.casefold() not in _NO_VALUE:
                        self._keep("Date of Birth", text)

    def _places(self, column: str) -> Iterator[Address]:
        for stated in self._values(column):
            for part in stated.split(";"):
                for text in enumerated(part.strip()):
                    place = text.removeprefix("alt POB:").strip(" ,;")
                    if place and place.casefold() not in _NO_VALUE:
                        yield Address(text=place, country=_country_at_end(place))

    def _nationalities(self) -> Iterator[str]:
        for stated in self._values("Citizenship"):
            for part in stated.split(";"):
                codes = countries_in(part)
                yield from codes
                if not codes and part.strip().casefold() not in _NO_VALUE:
                    self._keep("Citizenship", part.strip())

    def _identifiers(self, information: Iterable[str]) -> Iterator[Identifier]:
        for number in self._values("IMO Number"):
            yield imo_number(number, self._kind)
        for text in information:
            yield from numbers_in(text, self._kind)
            yield from worded_numbers(text, self._kind)

    def _keep_the_rest(self, information: Iterable[str]) -> None:
        self._remarks.extend(information)
        instruments = set(self._values("Instrument of Designation"))
        self._remarks.extend(text for text in self._values("Listing Information") if text not in instruments)
        measures = [name for name in _MEASURES if "TRUE" in map(str.upper, self._values(name))]
        if measures:
            self._remarks.append(f"Measures: {', '.join(measures)}")
        for row in self._rows:
            for column in row.values.keys() - set(_COLUMNS.values()):
                self._keep(self._headings.get(column, column), row[column])

    def _keep(self, column: str, text: str) -> None:
        """Keep as text what could not be read into a field, and count it."""
        self._parsed.not_understood[column] += 1
        self._remarks.append(f"{column}: {text}")


def _country_at_end(text: str) -> str | None:
    """The country that an address ends with, after a comma or not."""
    text = text[-_LONGEST_END:]
    text = text if country(text.rpartition(",")[2]) else _NOTE_AT_END.sub("", text)
    words = text.split()[-_MOST_WORDS_IN_A_COUNTRY:]
    tails = [text.rpartition(",")[2], *(" ".join(words[start:]) for start in range(len(words)))]
    return next((code for tail in tails if (code := country(tail))), None)


def _listed_on(text: str) -> dt.date | None:
    """The day on which a text says that the party was listed first."""
    found = _LISTED.search(text)
    date = parse_date(found[1].strip()) if found else None
    return date.earliest if date and date.earliest == date.latest else None


SOURCE = Source(
    list_id=LIST_ID,
    title="Consolidated List of persons and entities subject to Australian sanctions",
    publisher="Department of Foreign Affairs and Trade (DFAT), Australia",
    files=(_FILE,),
    format="Excel workbook",
    cadence="no fixed days; several times a month",
    licence="CC BY 3.0 AU",
    # In July 2026 the list had 3,846 parties, 2,543 of them individuals, nearly all with a birth date.
    assertions=(
        Count(at_least=2_000, at_most=12_000),
        Count(at_least=1_200, at_most=8_000, kind=Kind.PERSON),
        Count(at_least=500, at_most=5_000, kind=Kind.ORGANIZATION),
        Share(at_least=0.7, kind=Kind.PERSON, field="birth_dates"),
        Share(at_least=0.99, kind=Kind.PERSON, field="programmes"),
    ),
    parse=parse,
    user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
)
