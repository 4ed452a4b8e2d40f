"""Lists that are tables with a heading, in CSV files or workbooks, read row by row as columns and values."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from lists.source import Parsed, SourceError, sniff
from lists.unpacked import unpacked
from lists.workbook import Workbook

# The longest real line has 30,000 characters. One without an end would be held in memory as a whole.
_LONGEST_LINE = 1_000_000
# The entries of most tables are put together from rows that may be anywhere, so they are held in memory. The
# largest real one of these has 20 MB and 60,000 rows.
_MAX_BYTES = 100_000_000
_MAX_ROWS = 200_000
_CHUNK_BYTES = 1_000_000
# Some lists have a line or two before their heading, which say of which day they are.
_MOST_LINES_BEFORE = 10

_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class TableRow:
    """A row: where it is ("line 7"), and the text of every column that has one, white space collapsed."""

    where: str
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """The text of a column, by `column_key`; empty where there is none."""
        return self.values.get(column, "")


@dataclass(frozen=True)
class Table:
    """A table: its columns by `column_key` and as published, the cells before the heading, and its rows."""

    columns: dict[str, str]
    preamble: tuple[str, ...]
    rows: Iterator[TableRow]


_Cells = tuple[str, Sequence[str]]  # where the row is, and its cells


def column_key(heading: str) -> str:
    """A column's heading without what publishers vary: case, spaces and punctuation ("D.O.B" is "dob")."""
    return _NOT_A_LETTER.sub("", heading.casefold())


@dataclass(frozen=True)
class TableSize:
    """What a table has at the most, in bytes as CSV and in rows; more is refused."""

    most_bytes: int = _MAX_BYTES
    most_rows: int = _MAX_ROWS


# For lists of any size, of which each row is an entry by itself.
ANY_SIZE = TableSize(3_000_000_000, 10_000_000)
_SIZE = TableSize()


def read_table(
    list_id: str,
    path: Path,
    parsed: Parsed,
    columns: Sequence[str],
    size: TableSize = _SIZE,
    *,
    windows: bool = False,
) -> Table:
    """The table in a CSV file (UTF-8 or Windows-1252, plain or gzip) or in a workbook's first sheet.

    Which of them it is, is told by the content.

    `columns` are headings that the heading must have; the line that has them all is the heading. Raises
    `SourceError`, while iterating too, when there is none, for a row that repeats it and, in CSV, for one
    with more or fewer cells. A column without a heading has its number as the key (`column37`).
    What was unusual goes to the notes of `parsed`. A file that is not in UTF-8 is a doubt, unless the list's
    own files are in Windows-1252 (`windows`): names in Windows-1251 would be others, and match nobody.
    """
    what = sniff(path)
    if what == "a ZIP archive" or _is_old_workbook(path):
        rows = _limited(list_id, path, _workbook_rows(list_id, path), size)
        return _table(list_id, path, rows, columns, same_width=False)
    if what:
        raise SourceError(list_id, path.name, "line 1", f"holds {what}, not a table; fetch it again")
    if (found := path.stat().st_size) > size.most_bytes:
        sentence = f"is a table of {found:,} bytes, far more than any list; fetch it again"
        raise SourceError(list_id, path.name, None, sentence)
    rows = _limited(list_id, path, _csv_rows(list_id, path, parsed, size, windows), size)
    return _table(list_id, path, rows, columns, same_width=True)


def _limited(list_id: str, path: Path, rows: Iterator[_Cells], size: TableSize) -> Iterator[_Cells]:
    for number, row in enumerate(rows):
        if number > size.most_rows:
            sentence = f"is one of more than {size.most_rows:,} rows, as no list has; refused"
            raise SourceError(list_id, path.name, row[0], sentence)
        yield row


def _table(
    list_id: str, path: Path, rows: Iterator[_Cells], columns: Sequence[str], *, same_width: bool
) -> Table:
    required = {column_key(column): column for column in columns}
    preamble: list[str] = []
    missing = set(required)
    for number, (_, cells) in enumerate(rows):
        keys = [column_key(cell) for cell in cells]
        missing = min(missing, required.keys() - set(keys), key=len)
        if not missing:
            headings = [cell.strip() or f"column {place}" for place, cell in enumerate(cells, 1)]
            keys = [column_key(heading) for heading in headings]
            body = _body(list_id, path, rows, keys, same_width=same_width)
            return Table(dict(zip(keys, headings, strict=True)), tuple(preamble), body)
        preamble.extend(cells)
        if number == _MOST_LINES_BEFORE:
            break
    names = ", ".join(required[key] for key in required if key in missing)
    raise SourceError(list_id, path.name, None, f"has no heading with the columns {names}; fetch it again")


def _body(
    list_id: str, path: Path, rows: Iterator[_Cells], keys: Sequence[str], *, same_width: bool
) -> Iterator[TableRow]:
    for where, cells in rows:
        if same_width and len(cells) != len(keys):
            sentence = f"has {len(cells)} columns instead of {len(keys)}; the file may be cut: fetch it again"
            raise SourceError(list_id, path.name, where, sentence)
        # Most rows differ in the first cell, and taking every cell's key costs as much as all the rest.
        if column_key(cells[0]) == keys[0] and [column_key(cell) for cell in cells] == list(keys):
            sentence = "repeats the heading; the file was put together of two: fetch it again"
            raise SourceError(list_id, path.name, where, sentence)
        unnamed = (f"column{number}" for number in range(len(keys) + 1, len(cells) + 1))
        named = zip((*keys, *unnamed), cells, strict=False)
        values = {key: text for key, cell in named if cell and (text := _collapsed(cell))}
        if values:
            yield TableRow(where, values)


@lru_cache(maxsize=10_000)  # most cells of a column say one of a few things
def _collapsed(cell: str) -> str:
    return " ".join(cell.split())


def _workbook_rows(list_id: str, path: Path) -> Iterator[_Cells]:
    for row in Workbook(list_id, path).rows():
        yield f"row {row.number}", row.cells


def _is_old_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\xd0\xcf\x11\xe0"


def _csv_rows(list_id: str, path: Path, parsed: Parsed, size: TableSize, windows: bool) -> Iterator[_Cells]:
    parsed.shows_its_end = False
    encoding = _encoding(list_id, path, size)
    if encoding != "utf-8-sig":
        unusual = parsed.notes if windows else parsed.doubts
        unusual.append(f"{path.name} is not in UTF-8; it was read as Windows-1252")
    with unpacked(list_id, path, most_bytes=size.most_bytes) as file:
        text = io.TextIOWrapper(file, encoding=encoding, newline="")
        reader = csv.reader(_lines(list_id, path, text), strict=True)
        while True:
            where = f"line {reader.line_num + 1}"
            try:
                cells = next(reader, None)
            except csv.Error as error:
                sentence = f"is not readable as CSV from here on ({error}); it may be cut: fetch it again"
                raise SourceError(list_id, path.name, where, sentence) from None
            if cells is None:
                return
            if cells:
                yield where, cells


def _encoding(list_id: str, path: Path, size: TableSize) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with unpacked(list_id, path, most_bytes=size.most_bytes) as file:
                while chunk := file.read(_CHUNK_BYTES):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    sentence = "holds bytes that are text neither in UTF-8 nor in Windows-1252; fetch it again"
    raise SourceError(list_id, path.name, None, sentence)


def _lines(list_id: str, path: Path, file: TextIO) -> Iterator[str]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        where = f"line {number}"
        if "\x00" in line:
            raise SourceError(list_id, path.name, where, "holds bytes that no text has; fetch it again")
        if len(line) == _LONGEST_LINE:
            sentence = f"has more than {_LONGEST_LINE:,} characters, as no list does; refused: fetch it again"
            raise SourceError(list_id, path.name, where, sentence)
        yield line
