"""OpenSanctions' simple export: a table with one row per target, several values to a cell."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from lists.aliases import is_latin
from lists.dates import iso_day, parse_date
from lists.ftm_entity import KINDS, country_code
from lists.model import Address, Identifier, IdentifierType, Kind, ListedEntity, Name, NameType, PartialDate
from lists.reading import refusal, unique
from lists.source import Parsed, SourceError
from lists.tables import ANY_SIZE, TableRow, read_table

_REQUIRED = ("id", "schema", "name")
_READ = frozenset(
    "id schema name aliases birthdate countries addresses identifiers sanctions phones emails programids "
    "topics dataset firstseen lastseen lastchange".split()
)
_NUMBERS = (
    ("identifiers", IdentifierType.OTHER),
    ("phones", IdentifierType.PHONE),
    ("emails", IdentifierType.EMAIL),
)
# What the csv module takes as one field; a longer cell is one value.
_LONGEST_CELL = 100_000


def read_targets(list_id: str, file: Path, parsed: Parsed) -> Iterator[ListedEntity]:
    """The targets of a file. Raises `SourceError`, while iterating."""
    table = read_table(list_id, file, parsed, _REQUIRED, ANY_SIZE)
    empty = True
    for row in table.rows:
        empty = False
        reference = row["id"]
        if not reference:
            raise SourceError(list_id, file.name, row.where, "has no id; fetch it again")
        try:
            yield _Target(row, parsed, table.columns).read(list_id, reference)
        except ValidationError as error:
            raise SourceError(list_id, file.name, row.where, refusal(reference, error)) from None
    if empty:
        raise SourceError(list_id, file.name, None, "holds no target; fetch it again")


class _Target:
    """One row of the export."""

    def __init__(self, row: TableRow, parsed: Parsed, headings: dict[str, str]) -> None:
        self._row = row
        self._parsed = parsed
        self._headings = headings
        self._remarks: list[str] = []

    def read(self, list_id: str, reference: str) -> ListedEntity:
        schema = self._row["schema"]
        if schema not in KINDS:
            self._keep("schema", schema)
        fields = {
            "names": unique(self._names()),
            "birth_dates": tuple(self._birth_dates()),
            "countries": unique(self._countries()),
            "addresses": tuple(Address(text=text) for text in self._values("addresses")),
            "identifiers": unique(
                Identifier(type=number_type, value=text)
                for column, number_type in _NUMBERS
                for text in self._values(column)
            ),
            "programmes": unique([*self._values("programids"), *self._values("sanctions")]),
            "topics": tuple(self._values("topics")),
        }
        if datasets := self._row["dataset"]:
            self._remarks.append(f"Datasets: {datasets}")
        for column in self._row.values.keys() - _READ:
            self._keep(self._headings.get(column, column), self._row[column])
        return ListedEntity(
            list_id=list_id,
            entity_id=reference,
            kind=KINDS.get(schema, Kind.UNKNOWN),
            updated_on=iso_day(self._row["lastchange"]),
            remarks=tuple(self._remarks),
            url=f"https://www.opensanctions.org/entities/{reference}/",
            **fields,
        )

    def _values(self, column: str) -> list[str]:
        """The values of a cell: between semicolons, in quotation marks where a value holds one itself."""
        cell = self._row[column]
        if not cell or len(cell) > _LONGEST_CELL:
            return [cell] if cell else []
        values = next(csv.reader([cell], delimiter=";"), [])
        return [text for value in values if (text := value.strip())]

    def _names(self) -> Iterator[Name]:
        if text := self._row["name"]:
            yield Name(text=text, type=NameType.PRIMARY)
        for text in self._values("aliases"):
            yield Name(text=text, type=NameType.ALIAS if is_latin(text) else NameType.ORIGINAL_SCRIPT)

    def _birth_dates(self) -> Iterator[PartialDate]:
        for text in self._values("birthdate"):
            if date := parse_date(text):
                yield date
            else:
                self._keep("birth_date", text)

    def _countries(self) -> Iterator[str]:
        for text in self._values("countries"):
            if code := country_code(text):
                yield code
            else:
                self._keep("countries", text)

    def _keep(self, column: str, text: str) -> None:
        """Keep as text what could not be read into a field, and count it."""
        self._parsed.not_understood[column] += 1
        self._remarks.append(f"{column}: {text}")
