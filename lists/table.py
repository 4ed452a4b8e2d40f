"""Tables with headings, from a CSV file or a sheet of a workbook, without forgetting a column of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from lists.source import SourceError

# Publishers put a title and a date above the headings.
_MOST_ROWS_BEFORE_HEADINGS = 10

Numbered = tuple[int, Sequence[str]]


class Row:
    """A row of a table: its number as the file shows it, and its cells by heading.

    Texts come with white space collapsed, and as None where there is none.
    """

    def __init__(self, number: int, cells: dict[str, str]) -> None:
        self.number = number
        self._cells = cells
        self._read: set[str] = set()

    def __getitem__(self, heading: str) -> str | None:
        """The text under a heading; None where there is none, or no such column."""
        self._read.add(heading)
        return self._cells.get(heading)

    def unread(self) -> Iterator[tuple[str, str]]:
        """Heading and text of every cell that was not read."""
        return ((heading, text) for heading, text in self._cells.items() if heading not in self._read)


class Table:
    """The rows of a table, whose headings are found by the names of those that must be there.

    `headings` are as `required` and `optional` write them, whatever their case in the file; others are as in
    the file. `unit` is what a row is called where the file is read ("line", "row"). With `exact`, every row
    has as many cells as there are headings, as in CSV; a sheet's rows end at their last cell.
    """

    def __init__(
        self,
        rows: Iterable[Numbered],
        error: Callable[[str, str], SourceError],
        *,
        required: Sequence[str],
        optional: Collection[str] = (),
        unit: str = "line",
        exact: bool = True,
    ) -> None:
        """`error` makes a `SourceError` of a place and a sentence; raised for a table without headings."""
        self._rows = iter(rows)
        self._error = error
        self._unit = unit
        self._exact = exact
        self.headings = self._find_headings(required, optional)

    def __iter__(self) -> Iterator[Row]:
        """Raises `SourceError` for a row of another length and for headings in the middle."""
        for number, cells in self._rows:
            where = f"{self._unit} {number}"
            if len(cells) > len(self.headings) or (self._exact and len(cells) < len(self.headings)):
                what = f"has {len(cells)} columns instead of {len(self.headings)}"
                raise self._error(where, f"{what}; the file may be cut: fetch it again")
            texts = [" ".join(cell.split()) for cell in cells]
            if tuple(map(_folded, texts)) == self._folded_headings:
                raise self._error(
                    where, "repeats the headings; the file may be two, one of them cut: fetch it again"
                )
            filled = {heading: text for heading, text in zip(self.headings, texts, strict=False) if text}
            if filled:
                yield Row(number, filled)

    def _find_headings(self, required: Sequence[str], optional: Collection[str]) -> tuple[str, ...]:
        names = {_folded(name): name for name in (*required, *optional)}
        tried: list[tuple[int, tuple[str, ...]]] = []
        for number, cells in itertools.islice(self._rows, _MOST_ROWS_BEFORE_HEADINGS):
            found = tuple(names.get(_folded(cell), " ".join(cell.split())) for cell in cells)
            if set(required) <= set(found):
                return self._accepted(found, number)
            tried.append((number, found))
        raise self._without_headings(required, tried)

    def _accepted(self, found: tuple[str, ...], number: int) -> tuple[str, ...]:
        named = [heading for heading in found if heading]
        if twice := next((heading for heading in named if named.count(heading) > 1), None):
            raise self._error(f"{self._unit} {number}", f"has two columns {twice!r}; take one away")
        self._folded_headings = tuple(map(_folded, found))
        return tuple(heading or f"column {place}" for place, heading in enumerate(found, start=1))

    def _without_headings(
        self, required: Sequence[str], tried: list[tuple[int, tuple[str, ...]]]
    ) -> SourceError:
        """Says what is missing from the row that has the most of the headings."""
        number, found = max(tried, key=lambda row: len({*row[1]} & {*required}), default=(1, ()))
        missing = [heading for heading in required if heading not in found]
        if len(missing) < len(required):
            sentence = f"has no column {', '.join(map(repr, missing))}; its headings are not this list's"
        else:
            expected = ", ".join(required)
            sentence = f"does not begin with the headings of this list ({expected}); fetch it again"
        return self._error(f"{self._unit} {number}", sentence)


def _folded(heading: str) -> str:
    return " ".join(heading.split()).casefold()
