"""Customers from a CSV or Parquet file: valid ones as a frame, the others as rows rejected with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from engine.names.text import invisible_characters
from engine.residency.routing import Refusal
from engine.subject import MAX_NAMES
from jobs.customers.cells import Parser, parser_for
from jobs.customers.columns import Column, plan_columns
from jobs.customers.csv_file import CsvReader
from jobs.customers.dates import DateOrder
from jobs.customers.frame import subject_frame
from jobs.customers.parquet_file import MAGIC, ParquetReader
from jobs.customers.rows import Cell, RawRows, RowReader
from jobs.errors import InputError

# Large enough that a distinct token is compared once for many customers, small enough to hold in memory.
CHUNK_SIZE = 50_000


# No cell reads as this one: what a cell that is no value of its field stands for.
_MALFORMED = "\0"

RefusalOf = Callable[[str | None], Refusal | None]
"""Why customers with a residency (alpha-2, None: not given) are refused; None where they are not."""

# By index in the chunk: the headings of the columns that are wrong, each with a sentence.
Problems = dict[int, list[tuple[str, str]]]


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file: `renames` from heading to field, what comes first in a date, the encoding."""

    renames: Mapping[str, str] = field(default_factory=dict)
    date_order: DateOrder | None = None
    encoding: str | None = None
    chunk_size: int = CHUNK_SIZE


@dataclass(frozen=True)
class RejectedRow:
    """A row that cannot be screened. The reason says what the column takes and repeats nothing of it."""

    row: int
    subject_id: str | None
    column: str
    reason: str
    region: str | None = None  # that it belongs to, where that is why


@dataclass(frozen=True)
class Chunk:
    """Rows of the file: `frame` has the columns of `FRAME_SCHEMA`, `rows` the number of each of its rows."""

    frame: pl.DataFrame
    rows: list[int]
    rejected: list[RejectedRow]
    invisible: list[int]  # row numbers of valid rows with an invisible character in a name
    done: float  # share of the file read so far, 0..1

    @property
    def read(self) -> int:
        return len(self.rows) + len(self.rejected)


class CustomerFile:
    """A file of customers, checked as a whole when opened, read once in chunks. Raises `InputError`."""

    def __init__(
        self, path: Path, options: ReadOptions | None = None, reader: RowReader | None = None
    ) -> None:
        """The customers in a file; with a `reader` those that it gives, for which `path` is only the name."""
        self._options = options or ReadOptions()
        self._reader = reader or open_rows(path, self._options.encoding)
        try:
            self._plan = plan_columns(path.name, self._reader.headings, self._options.renames)
        except BaseException:
            self._reader.close()
            raise
        self._fallback_ids = not self.has_ids
        self._segments: frozenset[str] | None = None
        self._refusal_of: RefusalOf | None = None

    def __enter__(self) -> CustomerFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()

    def know_segments(self, segments: Iterable[str]) -> None:
        """Refuse, from now on, the rows whose segment is none of these."""
        self._segments = frozenset(segments)

    def refuse(self, refusal_of: RefusalOf) -> None:
        """Refuse, from now on, rows by their residency. Nothing but their reference is read of them."""
        self._refusal_of = refusal_of

    @property
    def has_ids(self) -> bool:
        """Whether customers have references of their own."""
        return self._plan.feeds("subject_id")

    def heading_of(self, field: str) -> str:
        """The heading of the first column that is read as a field; the field where there is none."""
        return next((column.heading for column in self._plan.columns if column.field == field), field)

    @property
    def numbering(self) -> str:
        """What the row numbers of this file count."""
        return self._reader.numbering

    @property
    def ignored_columns(self) -> Sequence[str]:
        return self._plan.ignored

    @property
    def notes(self) -> list[str]:
        """Sentences on how the file was read; complete once all chunks are."""
        notes = list(self._reader.notes)
        if self._fallback_ids:
            notes.append(f"no column for subject_id: the row number stands in ({self.numbering})")
        return notes

    def chunks(self) -> Iterator[Chunk]:
        columns = self._plan.columns
        for raw in self._reader.rows([column.index for column in columns], self._options.chunk_size):
            kept, refused = self._admitted(raw, columns)
            yield self._chunk(kept, columns, refused)

    def _admitted(self, raw: RawRows, columns: Sequence[Column]) -> tuple[RawRows, list[RejectedRow]]:
        """The rows that may be read, and those that belong to another region."""
        if self._refusal_of is None:
            return raw, []
        residency, heading = self._parsed(raw, columns, "residency")
        refusals = {each: self._refusal_of(each) for each in set(residency) if each is not _MALFORMED}
        if not any(refusals.values()):
            return raw, []
        ids, _ = self._parsed(raw, columns, "subject_id")
        refused, kept = [], []
        for index, (number, each) in enumerate(zip(raw.numbers, residency, strict=True)):
            refusal = refusals.get(each)
            if refusal is None:
                kept.append(index)
                continue
            subject_id = str(number) if self._fallback_ids else ids[index]
            subject_id = None if subject_id is _MALFORMED else subject_id
            refused.append(RejectedRow(number, subject_id, heading, refusal.sentence, refusal.region))
        cells: list[Sequence[Cell]] = [[column[index] for index in kept] for column in raw.columns]
        return RawRows([raw.numbers[index] for index in kept], cells, raw.broken, raw.done), refused

    def _parsed(self, raw: RawRows, columns: Sequence[Column], field: str) -> tuple[list[str | None], str]:
        """The values of one field and its heading, `_MALFORMED` for cells that it does not take."""
        for column, cells in zip(columns, raw.columns, strict=True):
            if column.field == field:
                parse = parser_for(column, self._options.date_order, self._segments)
                problems: Problems = {}
                values = _read_column(column, cells, parse, problems)
                for index in problems:
                    values[index] = _MALFORMED
                return values, column.heading
        return [None] * len(raw.numbers), field

    def _chunk(self, raw: RawRows, columns: Sequence[Column], refused: list[RejectedRow]) -> Chunk:
        problems: Problems = {}
        values: dict[str, list[Any]] = {}
        for column, cells in zip(columns, raw.columns, strict=True):
            parse = parser_for(column, self._options.date_order, self._segments)
            parsed = _read_column(column, cells, parse, problems)
            before = values.get(column.field)
            values[column.field] = parsed if before is None else _joined(before, parsed)
        _require_names(values["names"], [c.heading for c in columns if c.field == "names"], problems)
        if self._fallback_ids:
            values["subject_id"] = [str(number) for number in raw.numbers]
        return _divided(raw, values, problems, refused)


def open_rows(path: Path, encoding: str | None) -> RowReader:
    """The rows of a CSV or Parquet file. Raises `InputError`."""
    if path.is_dir():
        raise InputError(f"{path} is a folder; give the CSV or Parquet file in it.")
    try:
        with path.open("rb") as file:
            is_parquet = file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from None
    if is_parquet or path.suffix == ".parquet":
        return ParquetReader(path)
    return CsvReader(path, encoding)


def _read_column(column: Column, cells: Sequence[Cell], parse: Parser, problems: Problems) -> list[Any]:
    """The value of each cell, None where it is missing or wrong. Equal cells are parsed once: few differ."""
    values: dict[Cell, Any] = {}
    wrong: dict[Cell, str] = {}
    for cell in set(cells):
        try:
            values[cell] = parse(cell)
        except ValueError as error:
            values[cell], wrong[cell] = None, str(error)
    if wrong:
        for index, cell in enumerate(cells):
            if cell in wrong:
                problems.setdefault(index, []).append((column.heading, wrong[cell]))
    return [values[cell] for cell in cells]


def _joined(first: list[Any], second: list[Any]) -> list[Any]:
    """Two columns of lists that feed one field, row by row."""
    return [(left or []) + (right or []) or None for left, right in zip(first, second, strict=True)]


def _require_names(names: list[Any], headings: Sequence[str], problems: Problems) -> None:
    for index, value in enumerate(names):
        found = problems.get(index, ())
        if value is None and not any(heading in headings for heading, _ in found):
            problems.setdefault(index, []).append((headings[0], "is empty or blank; a customer needs a name"))
        elif value is not None and len(value) > MAX_NAMES:
            sentence = f"holds {len(value):,} names; a customer has at most {MAX_NAMES}"
            problems.setdefault(index, []).append((headings[0], sentence))


def _divided(
    raw: RawRows, values: dict[str, list[Any]], problems: Problems, refused: list[RejectedRow]
) -> Chunk:
    ids = values.get("subject_id") or [None] * len(raw.numbers)
    rejected = [RejectedRow(broken.number, None, "", broken.reason) for broken in raw.broken] + refused
    for index, found in problems.items():
        rejected.append(_rejected(raw.numbers[index], ids[index], found))
    rejected.sort(key=lambda row: row.row)
    good = [index for index in range(len(raw.numbers)) if index not in problems]
    if problems:
        values = {name: [column[index] for index in good] for name, column in values.items()}
    rows = [raw.numbers[index] for index in good]
    invisible = [row for row, names in zip(rows, values["names"], strict=True) if not _all_visible(names)]
    return Chunk(subject_frame(values, len(good)), rows, rejected, invisible, raw.done)


def _rejected(row: int, subject_id: str | None, problems: Sequence[tuple[str, str]]) -> RejectedRow:
    if len(problems) == 1:
        return RejectedRow(row, subject_id, *problems[0])
    headings = list(Counter(heading for heading, _ in problems))
    return RejectedRow(
        row, subject_id, "; ".join(headings), "; ".join(f"{h}: {sentence}" for h, sentence in problems)
    )


def _all_visible(names: Sequence[str]) -> bool:
    return all(name.isprintable() for name in names) or not any(map(invisible_characters, names))
