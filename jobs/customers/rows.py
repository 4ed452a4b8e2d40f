"""What every reader of customer files gives: chunks of rows, column by column, before any validation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

# An identifier as (type, value, country), from a Parquet struct.
IdentifierCell = tuple[str | None, str | None, str | None]
# A cell is text, or missing, or (Parquet only) a list of texts or of identifiers.
Cell = str | tuple["str | IdentifierCell", ...] | None


@dataclass(frozen=True)
class BrokenRow:
    """A row that cannot be taken apart into cells, and why."""

    number: int
    reason: str


@dataclass(frozen=True)
class RawRows:
    """Rows of a file: their numbers, the cells of each wanted column, and the share read so far (0..1)."""

    numbers: list[int]
    columns: list[Sequence[Cell]]  # in the order the columns were asked for, each as long as `numbers`
    broken: list[BrokenRow]
    done: float


class RowReader(Protocol):
    """A file of customers. `rows` may be called once."""

    headings: list[str]
    notes: list[str]
    numbering: str  # what the row numbers count

    def rows(self, columns: Sequence[int], chunk_size: int) -> Iterator[RawRows]:
        """The cells of the columns with these indexes, at most `chunk_size` rows at a time."""
        ...

    def close(self) -> None: ...
