"""The United Kingdom's lists as tables, in which an entry has a row for each of its names and addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from lists.model import ListedEntity
from lists.reading import refusal
from lists.source import Parsed, SourceError
from lists.tables import Table, column_key, read_table
from lists.uk_entry import Field, Group, UkEntry


@dataclass(frozen=True)
class Layout:
    """Which column holds what. Columns that a file does not have are empty."""

    reference: str
    required: tuple[str, ...]  # what tells that a file is this table at all
    fields: Sequence[tuple[str, Field, str]]  # column, field, and what a remark says it is
    groups: Sequence[tuple[Sequence[str], Group]]  # the columns whose values belong together
    texts: Mapping[str, Callable[[UkEntry, str], None]] = field(default_factory=dict)  # read by a function


def read_rows(
    list_id: str,
    file: Path,
    parsed: Parsed,
    layout: Layout,
    url: Callable[[UkEntry, str], str | None],
    *,
    windows: bool = False,
) -> Table:
    """Open the table and let `parsed` read the entries in it; `url` gives the link to an entry.
    `windows` says that the list's files may be in Windows-1252.

    Raises `SourceError` where the file is no such table; while iterating where it is damaged or empty.
    """
    table = read_table(list_id, file, parsed, [layout.reference, *layout.required], windows=windows)
    parsed.entities = _entities(list_id, file, parsed, layout, table, url)
    return table


def _entities(
    list_id: str,
    file: Path,
    parsed: Parsed,
    layout: Layout,
    table: Table,
    url: Callable[[UkEntry, str], str | None],
) -> Iterator[ListedEntity]:
    entries: dict[str, UkEntry] = {}
    places: dict[str, str] = {}
    gather = _gatherer(layout, table, parsed)
    for row in table.rows:
        reference = row[column_key(layout.reference)]
        if not reference:
            raise SourceError(list_id, file.name, row.where, f"has no {layout.reference}; fetch it again")
        places.setdefault(reference, row.where)
        gather(entries.setdefault(reference, UkEntry()), row.values)
    if not entries:
        raise SourceError(list_id, file.name, None, "holds no entry; fetch it again")
    for reference, entry in entries.items():
        try:
            yield entry.read(list_id, reference, parsed, url(entry, reference))
        except ValidationError as error:
            raise SourceError(list_id, file.name, places[reference], refusal(reference, error)) from None


def _gatherer(layout: Layout, table: Table, parsed: Parsed) -> Callable[[UkEntry, Mapping[str, str]], None]:
    """What adds the values of a row to an entry; what is in a column of no known meaning, as a remark."""
    fields = [(column_key(column), name, label) for column, name, label in layout.fields]
    groups = [([column_key(column) for column in columns], group) for columns, group in layout.groups]
    texts = {column_key(column): reader for column, reader in layout.texts.items()}
    known = {column_key(layout.reference), *texts, *(key for key, _, _ in fields)}
    known.update(key for keys, _ in groups for key in keys)

    def gather(entry: UkEntry, values: Mapping[str, str]) -> None:
        for keys, group in groups:
            entry.add_group(group, [values.get(key) for key in keys])
        for key, name, label in fields:
            entry.add(name, values.get(key), label)
        for key, reader in texts.items():
            if key in values:
                reader(entry, values[key])
        for key in values.keys() - known:
            column = table.columns.get(key, key)
            parsed.not_understood[f"column {column}"] += 1
            entry.add(Field.REMARK, values[key], column)

    return gather
