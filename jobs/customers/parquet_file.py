"""A Parquet file as rows of texts, whatever types its columns have."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from jobs.customers.rows import Cell, IdentifierCell, RawRows
from jobs.errors import InputError

MAGIC = b"PAR1"


class ParquetReader:
    """Rows of a Parquet file. Raises `InputError` when it is damaged or holds types that are no text."""

    numbering = "the row of the file, from 1"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.notes: list[str] = []
        try:
            self._schema = pl.read_parquet_schema(path)
            self._scan = pl.scan_parquet(path, glob=False)
            self._total = self._scan.select(pl.len()).collect().item()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._damaged() from error
        self.headings = list(self._schema)

    def close(self) -> None:
        """Nothing stays open between chunks."""

    def rows(self, columns: Sequence[int], chunk_size: int) -> Iterator[RawRows]:
        names = [self.headings[index] for index in columns]
        for name in names:
            self._refuse_unreadable(name)
        read = 0
        try:
            for frame in self._scan.select(names).collect_batches(chunk_size=chunk_size):
                for part in frame.iter_slices(chunk_size):
                    numbers = list(range(read + 1, read + part.height + 1))
                    read += part.height
                    cells: list[Sequence[Cell]] = [
                        [cell_of(value) for value in part[name].to_list()] for name in names
                    ]
                    yield RawRows(numbers, cells, [], read / self._total)
        except pl.exceptions.PolarsError as error:
            raise self._damaged() from error

    def _damaged(self) -> InputError:
        return InputError(f"{self._path.name} is not a Parquet file or is damaged; write it again.")

    def _refuse_unreadable(self, name: str) -> None:
        dtype = self._schema[name]
        inner = dtype.inner if isinstance(dtype, pl.List | pl.Array) else dtype
        is_identifier = isinstance(inner, pl.Struct) and {"type", "value"} <= {
            field.name for field in inner.fields
        }
        if not (is_identifier and inner is not dtype) and not _is_textual(inner):
            raise InputError(
                f"{self._path.name}: the column {name} holds {dtype}, "
                "which is neither text nor number nor date; convert it first."
            )


def _is_textual(dtype: Any) -> bool:
    return bool(
        dtype.is_integer()
        or dtype.is_float()
        or dtype.is_decimal()
        or dtype in (pl.String, pl.Categorical, pl.Enum, pl.Date, pl.Datetime, pl.Null)
    )


def cell_of(value: Any) -> Cell:
    """A value of any type as a cell."""
    if isinstance(value, list):
        items = [_identifier(item) if isinstance(item, dict) else _text(item) for item in value]
        return tuple(item for item in items if item is not None)
    return _text(value)


def _identifier(struct: dict[str, Any]) -> IdentifierCell:
    return _text(struct["type"]), _text(struct["value"]), _text(struct.get("country"))


def _text(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case dt.datetime():
            return value.date().isoformat()
        case dt.date():
            return value.isoformat()
        case float() if math.isnan(value):
            return None
        case float() | Decimal() if math.isfinite(value) and value == int(value):
            # A column of whole numbers with gaps often arrives as floating point: 1967.0 is the year 1967.
            return str(int(value))
    return str(value)
