"""A team's own list, in CSV, JSON or a workbook, with the columns that `lists.custom_entry` documents."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from lists.custom_entry import COLUMNS, ONE_VALUE, REQUIRED, ColumnError, json_values, read_entry
from lists.model import ListedEntity
from lists.reading import find_document, refusal
from lists.source import Count, ExpectedFile, Parsed, Source, SourceError, fingerprint
from lists.tables import ANY_SIZE, column_key, read_table
from lists.text_lines import text_lines
from lists.unpacked import is_json, unpacked

LIST_ID = "custom"

_FILE = ExpectedFile("custom.csv", "")  # no address: it is the team's own
_BETWEEN_VALUES = "|"
# An array is held in memory as a whole; a longer list goes one object a line.
_MAX_ARRAY_BYTES = 50_000_000


@dataclass
class _Record:
    """An entry as the file has it: where it is, and the values of its columns, named as in the file."""

    where: str
    values: dict[str, list[str]]


def parse(path: Path) -> Parsed:
    """Read a CSV file, a workbook, a JSON array or one JSON object a line, or the folder that holds it.

    Raises `SourceError`, also while iterating: for a malformed value with the row and the column. A column
    that is none of the list's is kept in the remarks, counted and noted.
    """
    file = find_document(
        LIST_ID, path, _FILE.name, (".csv", ".json", ".jsonl", ".xlsx", ".csv.gz", ".json.gz")
    )
    parsed = Parsed(iter(()), (fingerprint(LIST_ID, file),))
    parsed.entities = _entities(file, parsed)
    return parsed


def _entities(file: Path, parsed: Parsed) -> Iterator[ListedEntity]:
    places: dict[str, str] = {}
    records = _json_records(file, parsed) if is_json(LIST_ID, file) else _table_records(file, parsed)
    for record in records:
        try:
            entity = _entity(record, parsed)
        except ColumnError as error:
            where = f"{record.where}, column {error.column}"
            raise SourceError(LIST_ID, file.name, where, error.sentence) from None
        except ValidationError as error:
            reference = next(iter(record.values.get("id", ())), "")
            raise SourceError(LIST_ID, file.name, record.where, refusal(reference, error)) from None
        if entity.entity_id in places:
            sentence = (
                f"repeats the id {entity.entity_id[:60]!r} of {places[entity.entity_id]}; give each its own"
            )
            raise SourceError(LIST_ID, file.name, f"{record.where}, column id", sentence)
        places[entity.entity_id] = record.where
        yield entity
    if not places:
        raise SourceError(LIST_ID, file.name, None, "holds no entry")


def _entity(record: _Record, parsed: Parsed) -> ListedEntity:
    strange = [column for column in record.values if column not in COLUMNS]
    for column in strange:
        if column not in parsed.not_understood:
            near = difflib.get_close_matches(column.casefold(), COLUMNS, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            parsed.notes.append(f"the column {column!r} is none of this list's and went to the remarks{hint}")
        parsed.not_understood[column] += 1
    remarks = [f"{column}: {value}" for column in strange for value in record.values[column]]
    values = {column: texts for column, texts in record.values.items() if column in COLUMNS}
    return read_entry(LIST_ID, values | {"remarks": [*values.get("remarks", ()), *remarks]})


def _table_records(file: Path, parsed: Parsed) -> Iterator[_Record]:
    table = read_table(LIST_ID, file, parsed, REQUIRED, ANY_SIZE)
    names = {column_key(column): column for column in COLUMNS}
    for row in table.rows:
        values = {names.get(key, table.columns.get(key, key)): text for key, text in row.values.items()}
        yield _Record(row.where, {column: _split(column, text) for column, text in values.items()})


def _split(column: str, text: str) -> list[str]:
    """The values of a cell; a column that takes one value takes the whole cell."""
    if column in ONE_VALUE:
        return [text]
    return [value for part in text.split(_BETWEEN_VALUES) if (value := part.strip())]


def _json_records(file: Path, parsed: Parsed) -> Iterator[_Record]:
    for where, entry in _json_entries(file, parsed):
        if not isinstance(entry, dict):
            raise SourceError(LIST_ID, file.name, where, "is no object with columns; see docs/lists.md")
        values: dict[str, list[str]] = {}
        for column, value in entry.items():
            try:
                values[column] = json_values(column, value)
            except ColumnError as error:
                place = f"{where}, column {column[:60]}"
                raise SourceError(LIST_ID, file.name, place, error.sentence) from None
        yield _Record(where, {column: texts for column, texts in values.items() if texts})


def _json_entries(file: Path, parsed: Parsed) -> Iterator[tuple[str, Any]]:
    """Each entry and where it is: of an array its number, of objects one a line the line."""
    with unpacked(LIST_ID, file, most_bytes=_MAX_ARRAY_BYTES) as content:
        is_array = content.peek(1).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
        if is_array:
            entries = _from_json(file, "entry 1", content.read().removeprefix(b"\xef\xbb\xbf"))
            yield from ((f"entry {number}", entry) for number, entry in enumerate(entries, start=1))
    if not is_array:
        parsed.shows_its_end = False
        for number, text in text_lines(LIST_ID, file):
            if not text.isspace():
                yield f"line {number}", _from_json(file, f"line {number}", text)


def _from_json(file: Path, where: str, text: str | bytes) -> Any:
    try:
        return from_json(text)
    except ValueError as error:
        reason = " ".join(str(error).split())[:160]
        sentence = f"is not JSON ({reason}); give one array of objects, or one object a line"
        raise SourceError(LIST_ID, file.name, where, sentence) from None


SOURCE = Source(
    list_id=LIST_ID,
    title="A list of your own",
    publisher="your team",
    files=(_FILE,),
    format="CSV, JSON or workbook, with the columns below",
    cadence="whenever you change it",
    licence="your own",
    assertions=(Count(at_least=1, at_most=5_000_000),),
    parse=parse,
    is_default=False,
)
