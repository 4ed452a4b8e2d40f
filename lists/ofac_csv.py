"""OFAC's CSV files: entries, aliases, addresses and continued remarks, joined into listed entities.

Format: OFAC, "Consolidated Sanctions List Data Specification" (the SDN files have the same columns). No
header, `-0-` for null, CRLF, an end mark (0x1A), and remarks cut at 1,000 characters that go on in the
comments file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from lists.model import ListedEntity, Name, NameType
from lists.ofac_addresses import Local
from lists.ofac_entry import NAME_TYPES, Entry, add_name_of
from lists.reading import refusal
from lists.remarks import Remarks, name, read_remarks
from lists.source import Parsed, SourceError, find_file, fingerprint, sniff

# "The fields ... will be truncated": what is longer goes on in the comments file.
REMARKS_LENGTH = 1_000

_NULL = "-0-"
_END_MARK = "\x1a"
# The largest of the files has 4 MB and 20,000 rows; they are held in memory.
_MAX_BYTES = 40_000_000
_MAX_ROWS = 150_000
_PRIMARY_COLUMNS = 12
_VESSEL_COLUMNS = {
    "call_sign": 5,
    "type": 6,
    "deadweight_tons": 7,
    "gross_registered_tons": 8,
    "flag": 9,
    "owner": 10,
}
_ALIAS_COLUMNS = 5
_ADDRESS_COLUMNS = 6
_COMMENT_COLUMNS = 2


@dataclass(frozen=True)
class CsvSet:
    """The names of the four files of one list."""

    primary: str
    aliases: str
    addresses: str
    comments: str

    @property
    def names(self) -> tuple[str, str, str, str]:
        return self.primary, self.aliases, self.addresses, self.comments


@dataclass(frozen=True)
class _Row:
    line: int
    entity_id: str
    cells: list[str]  # raw: a remark continues with the very letter, so nothing is stripped

    def __getitem__(self, column: int) -> str | None:
        text = self.cells[column].strip()
        return None if text in ("", _NULL) else text


@dataclass
class _Tables:
    """The four files, each by entry number."""

    primary: dict[str, list[_Row]] = field(default_factory=dict)
    aliases: dict[str, list[_Row]] = field(default_factory=dict)
    addresses: dict[str, list[_Row]] = field(default_factory=dict)
    comments: dict[str, list[_Row]] = field(default_factory=dict)


def parse_csv_set(list_id: str, folder: Path, files: CsvSet) -> Parsed:
    """Read one of OFAC's CSV sets from a folder; only the primary file must be there.

    Raises `SourceError` for a folder without the primary file, and for a file that is not such a CSV, is cut,
    or names an entry that the primary file does not have.
    """
    parsed = Parsed(iter(()), ())
    tables = _Tables()
    for file, columns, rows in (
        (files.primary, _PRIMARY_COLUMNS, tables.primary),
        (files.aliases, _ALIAS_COLUMNS, tables.aliases),
        (files.addresses, _ADDRESS_COLUMNS, tables.addresses),
        (files.comments, _COMMENT_COLUMNS, tables.comments),
    ):
        path = find_file(folder, file)
        if path is not None:
            parsed.files += (fingerprint(list_id, path, most_bytes=_MAX_BYTES),)
            rows.update(_read(list_id, path, columns, parsed))
        elif file == files.primary:
            raise SourceError(list_id, file, None, f"is missing from {folder.name}; fetch the whole list")
        elif file == files.aliases:
            parsed.doubts.append(f"{file} is missing from {folder.name}, so nobody is found by an alias")
        else:
            parsed.notes.append(f"{file} is missing from {folder.name}; the list was read without it")
    _check_keys(list_id, files, tables, parsed)
    parsed.entities = _entities(list_id, files, tables, parsed)
    return parsed


def _read(list_id: str, path: Path, columns: int, parsed: Parsed) -> dict[str, list[_Row]]:
    """The rows of a file, by entry number."""
    if what := sniff(path):
        sentence = f"holds {what}, not the CSV that OFAC publishes; fetch it again"
        raise SourceError(list_id, path.name, "line 1", sentence)
    rows: dict[str, list[_Row]] = {}
    count = 0
    lines = csv.reader(io.StringIO(_text(list_id, path, parsed), newline=""), strict=True)
    while True:
        line = lines.line_num + 1
        try:
            cells = next(lines, None)
        except csv.Error as error:
            sentence = f"is not readable as CSV from here on ({error}); it may be cut: fetch it again"
            raise SourceError(list_id, path.name, f"line {line}", sentence) from None
        if cells is None:
            return rows
        if not cells:
            continue
        if len(cells) != columns:
            sentence = f"has {len(cells)} columns instead of {columns}; the file may be cut: fetch it again"
            raise SourceError(list_id, path.name, f"line {line}", sentence)
        entity_id = cells[0].strip()
        if not (entity_id.isascii() and entity_id.isdigit()):
            sentence = "does not begin with an entry number; OFAC's files have no heading: fetch it again"
            raise SourceError(list_id, path.name, f"line {line}, column 1", sentence)
        if (count := count + 1) > _MAX_ROWS:
            sentence = f"is one of more than {_MAX_ROWS:,} rows, as no list has; refused"
            raise SourceError(list_id, path.name, f"line {line}", sentence)
        rows.setdefault(entity_id, []).append(_Row(line, entity_id, cells))


def _text(list_id: str, path: Path, parsed: Parsed) -> str:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            sentence = "holds bytes that are text neither in UTF-8 nor in Windows-1252; fetch it again"
            raise SourceError(list_id, path.name, f"line {line}", sentence) from None
        parsed.notes.append(f"{path.name} is not in UTF-8; it was read as Windows-1252")
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise SourceError(list_id, path.name, f"line {line}", "holds bytes that no text has; fetch it again")
    body, mark, rest = text.partition(_END_MARK)
    if not mark:
        parsed.doubts.append(f"{path.name} lacks the end mark of OFAC's files, so it may be cut")
    if rest.strip():
        line = body.count("\n") + 1
        raise SourceError(list_id, path.name, f"line {line}", "goes on after its end mark; fetch it again")
    return body


def _check_keys(list_id: str, files: CsvSet, tables: _Tables, parsed: Parsed) -> None:
    if not tables.primary:
        raise SourceError(list_id, files.primary, None, "holds no entry; fetch it again")
    for entity_id, rows in tables.primary.items():
        if len(rows) > 1:
            sentence = f"repeats entry {entity_id} of line {rows[0].line}; fetch it again"
            raise SourceError(list_id, files.primary, f"line {rows[1].line}", sentence)
    for file, table in ((files.aliases, tables.aliases), (files.addresses, tables.addresses)):
        for entity_id in table.keys() - tables.primary.keys():
            sentence = f"belongs to entry {entity_id}, which is not in {files.primary}; fetch all files again"
            raise SourceError(list_id, file, f"line {table[entity_id][0].line}", sentence)
    if strangers := len(tables.comments.keys() - tables.primary.keys()):
        parsed.notes.append(
            f"{files.comments} continues {strangers} entries that {files.primary} does not have; "
            "the two may be of different days"
        )


def _entities(list_id: str, files: CsvSet, tables: _Tables, parsed: Parsed) -> Iterator[ListedEntity]:
    ids_by_name: dict[str, str | None] = {}
    for (row,) in tables.primary.values():
        add_name_of(ids_by_name, row.entity_id, row[1] or "")
    for rows in tables.aliases.values():
        for row in rows:
            add_name_of(ids_by_name, row.entity_id, row[3] or "")
    for entity_id, (row,) in tables.primary.items():
        entry = _entry(row, tables, parsed)
        entry.add_ties(ids_by_name)
        try:
            yield entry.entity(list_id)
        except ValidationError as error:
            raise SourceError(list_id, files.primary, f"line {row.line}", refusal(entity_id, error)) from None


def _entry(row: _Row, tables: _Tables, parsed: Parsed) -> Entry:
    entry = Entry.of(row.entity_id, row[2] or "entity", parsed.not_understood)
    entry.add_titles(row[4] or "")
    entry.said = _remarks(row, entry, tables)
    entry.names += [name(row[1], entry.kind, NameType.PRIMARY)] if row[1] else []
    entry.programmes += (row[3] or "").split("] [") if row[3] else []
    entry.vessel = {what: text for what, column in _VESSEL_COLUMNS.items() if (text := row[column])}
    for alias in tables.aliases.get(row.entity_id, ()):
        entry.names += _alias(alias, entry)
        entry.notes += [f"{alias[3]}: {alias[4]}"] if alias[4] else []
    for place in tables.addresses.get(row.entity_id, ()):
        # OFAC writes an empty row for an entry without an address.
        entry.add_address(list(filter(None, [place[2]])), Local.read(place[3] or ""), place[4])
        entry.notes += [f"{place[2] or place[3]}: {place[5]}"] if place[5] else []
    return entry


def _remarks(row: _Row, entry: Entry, tables: _Tables) -> Remarks:
    text = row.cells[11] if row[11] else ""
    cut = len(text) >= REMARKS_LENGTH
    continued = "".join(comment.cells[1] for comment in tables.comments.get(row.entity_id, ()))
    whole = text + continued if cut else text
    titles = [*entry.titles, *filter(None, [row[4]])]
    remarks = read_remarks(whole, entry.kind, cut=cut and not continued, titles=titles)
    if continued and not cut:
        remarks.other.append(continued)
    return remarks


def _alias(row: _Row, entry: Entry) -> list[Name]:
    if row[3] is None:
        entry.not_understood["alias without a name"] += 1
        return []
    if row[2] not in NAME_TYPES:
        entry.not_understood[f"type of alias {row[2]!r}"] += 1
    return [name(row[3], entry.kind, NAME_TYPES.get(row[2] or "", NameType.ALIAS))]
