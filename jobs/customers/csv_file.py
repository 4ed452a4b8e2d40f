"""A CSV file as rows that keep their line numbers, however badly the file is quoted."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.customers.rows import BrokenRow, Cell, RawRows
from jobs.customers.text_file import numbered_lines, open_text, position, size_in_bytes
from jobs.errors import InputError
from jobs.wording import counted

# A table of so many columns has rows that one missing cell does not make an address.
_WIDE = 5
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")
_DELIMITERS = ",;\t|"  # the comma first: it wins when the headings are a single column


@dataclass(frozen=True)
class Record:
    """The cells of one row; `cells` is None where the row is broken."""

    line: int
    cells: list[str] | None
    reason: str = ""


class CsvReader:
    """Rows of a CSV file (RFC 4180; comma, semicolon, tab or bar). Raises `InputError` when it is not one."""

    numbering = "the line of the file on which the row begins; the headings are line 1"

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self._path = path
        self._text, note = open_text(path, encoding)
        self.notes = [f"{path.name}: {note}"] if note else []
        try:
            self._lines = _Lines(numbered_lines(self._text, path.name))
            self.delimiter, self.headings = self._read_headings()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._text.close()

    def rows(self, columns: Sequence[int], chunk_size: int) -> Iterator[RawRows]:
        width, size = len(self.headings), max(1, size_in_bytes(self._path))
        numbers: list[int] = []
        table: list[list[str]] = []
        broken: list[BrokenRow] = []
        for record in _records(self._lines, self.delimiter, width):
            if record.cells is None:
                broken.append(BrokenRow(record.line, record.reason))
            elif len(record.cells) != width:
                broken.append(BrokenRow(record.line, _ragged(len(record.cells), width)))
            else:
                numbers.append(record.line)
                table.append(record.cells)
            if len(table) + len(broken) >= chunk_size:
                yield RawRows(
                    numbers, _transposed(table, columns), broken, min(1.0, position(self._text) / size)
                )
                numbers, table, broken = [], [], []
        if self._lines.blank:
            self.notes.append(f"{self._path.name}: skipped {counted(self._lines.blank, 'blank line')}")
        yield RawRows(numbers, _transposed(table, columns), broken, 1.0)

    def _read_headings(self) -> tuple[str, list[str]]:
        line = self._lines.peek()
        if line is None:
            raise InputError(
                f"{self._path.name} is empty; it takes a line of headings and a line per customer."
            )
        delimiter = max(_DELIMITERS, key=lambda candidate: len(_split(line, candidate)))
        record = next(_records(self._lines, delimiter, width=None))
        if record.cells is None:
            raise InputError(f"{self._path.name}, line {record.line}: {record.reason}.")
        if any("\0" in cell for cell in record.cells):
            raise InputError(
                f"{self._path.name}, line {record.line}: the headings hold a NUL byte; export the file again."
            )
        if delimiter != ",":
            name = {";": "semicolons", "\t": "tabs", "|": "bars"}[delimiter]
            self.notes.append(f"{self._path.name}: cells are separated by {name}")
        return delimiter, record.cells


class _Lines:
    """The lines that feed `csv.reader`, remembered since the last `mark` so that they can be read again.

    Blank lines between rows carry nothing and are only counted; inside quotes they belong to the cell.
    """

    def __init__(self, source: Iterator[tuple[int, str]]) -> None:
        self._source = source
        self._again: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []
        self.blank = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        while True:
            numbered = self._again.popleft() if self._again else next(self._source)
            if self.taken or numbered[1].strip("\r\n"):
                break
            self.blank += 1
        self.taken.append(numbered)
        return numbered[1]

    def mark(self) -> None:
        self.taken = []

    def read_again_from(self, index: int) -> None:
        """Give back the lines taken since the mark, from the one at `index`."""
        self._again.extendleft(reversed(self.taken[index:]))
        self.mark()

    def peek(self) -> str | None:
        line = next(self, None)
        self.read_again_from(0)
        return line


def _records(lines: _Lines, delimiter: str, width: int | None) -> Iterator[Record]:
    """One record a row. A broken row costs itself only: reading resumes on the line after it.

    The csv module alone would swallow every line up to the next quotation mark into one cell, customers
    included.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.mark()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record(lines.taken[0][0], None, _quoting(str(error)))
            lines.read_again_from(1)
            continue
        taken = lines.taken
        if len(taken) > 1 and width is not None and _holds_rows(taken, delimiter, width):
            span = f"from line {taken[0][0]} to line {taken[-1][0]}"
            reason = f"a quoted cell runs {span} over what looks like other rows"
            yield from [
                Record(number, None, f"{reason}; close or double its quotation mark") for number, _ in taken
            ]
        else:
            yield Record(taken[0][0], cells)


def _holds_rows(lines: Sequence[tuple[int, str]], delimiter: str, width: int) -> bool:
    """Whether a quoted cell over these lines holds another customer's row, which may be ragged itself.

    Lines of an address have commas too. A row has as many cells as the headings or about as many, or begins
    as the row does in which it stands: with a reference of the same form, or with an empty cell.
    """
    form = _form(_split(lines[0][1], delimiter))
    for _, line in lines[1:]:
        cells = _split(line, delimiter)
        is_like_the_headings = len(cells) >= width - (width >= _WIDE)
        if is_like_the_headings or (len(cells) > 1 and _form(cells) in ("", form)):
            return True
    return False


def _form(cells: Sequence[str]) -> str:
    """How the first cell of a row is written, as "a9" for "c17" or "AB203"."""
    return _DIGITS.sub("9", _LETTERS.sub("a", cells[0].strip())) if cells else ""


def _split(line: str, delimiter: str) -> list[str]:
    """The cells of one line read by itself; a quotation mark left open ends with it."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell beyond the csv module's limit
        return []


def _quoting(error: str) -> str:
    if "field limit" in error:
        return (
            f"a cell has more than {csv.field_size_limit():,} characters, or a quotation mark is never closed"
        )
    return "a cell is not quoted properly; close its quotation mark, and double those inside it"


def _ragged(cells: int, width: int) -> str:
    return (
        f"has {counted(cells, 'cell')} where the headings have {width}; quote a cell that holds the separator"
    )


def _transposed(table: Sequence[Sequence[str]], columns: Sequence[int]) -> list[Sequence[Cell]]:
    by_column = list(zip(*table, strict=True))
    return [by_column[index] for index in columns] if by_column else [() for _ in columns]
