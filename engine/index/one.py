"""What the items of one name are like, multiplied with the watchlist: in few steps, since each costs more
than what it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.index.matrix import Matrix
from engine.index.table import TokenTable
from engine.names.arrays import first_of_each, ranges

# The rows of the token table whose entries are kept; beyond this many they are forgotten.
_MOST_KEPT = 20_000
# So many items are looked up one by one: a step of NumPy costs as much as several.
_FEW_ITEMS = 6


class Entries(NamedTuple):
    """Listed names, and the entry X/sqrt(Wl) of each."""

    names: NDArray[np.int64]
    values: NDArray[np.float64]


_NONE = Entries(np.empty(0, np.int64), np.empty(0))


class OneProduct:
    """The matrices of one watchlist, multiplied with one name at a time. Safe to share between threads."""

    def __init__(self, plain: Matrix, with_initials: Matrix, table: TokenTable) -> None:
        self._matrices = ((plain, 0), (with_initials, plain.names))
        self.table = table
        self._kept: dict[int, Entries] = {}

    def of(self, rows: Sequence[int]) -> Entries:
        """The entries of a name whose items have these rows of the token table; in the order of the names."""
        return _reduced(np.add, [self._kept.get(row) or self._of_row(row) for row in rows])

    def _of_row(self, row: int) -> Entries:
        found = self._gathered(row)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[row] = found
        return found

    def _gathered(self, row: int) -> Entries:
        first, counts, _ = self.table.columns
        place, score = self.table.entries
        own = slice(int(first[row]), int(first[row] + counts[row]))
        items, scores = place[own], score[own]
        gather = _one_by_one if len(items) <= _FEW_ITEMS else _at_once
        parts = [
            Entries(found.names.astype(np.int64) + first_name, found.values)
            for matrix, first_name in self._matrices
            for found in gather(matrix, items, scores)
        ]
        # An item has one counterpart in an alignment: the best of those that a name has.
        return _reduced(np.maximum, parts)


def _one_by_one(matrix: Matrix, items: NDArray[np.int32], scores: NDArray[np.float64]) -> Iterator[Entries]:
    """The entries of each of few items, times its score."""
    for item, score in zip(items.tolist(), scores, strict=True):
        begin, end = matrix.start[item : item + 2].tolist()
        if begin < end:
            yield Entries(matrix.columns[begin:end], matrix.values[begin:end] * score)


def _at_once(matrix: Matrix, items: NDArray[np.int32], scores: NDArray[np.float64]) -> Iterator[Entries]:
    """`_one_by_one` for many items, in two parts: what is reduced must be no single one."""
    begin = matrix.start[items].astype(np.int64)
    each = matrix.start[items + 1] - begin
    at = ranges(begin, each)
    yield Entries(matrix.columns[at], matrix.values[at] * np.repeat(scores, each))
    yield _NONE


def _reduced(function: np.ufunc, parts: Sequence[Entries]) -> Entries:
    """The values of each name as one. A part that is alone has each name once, in order."""
    if len(parts) < 2:
        return parts[0] if parts else _NONE
    names = np.concatenate([part.names for part in parts])
    order = names.argsort(kind="stable")
    names = names[order]
    first = first_of_each(names).nonzero()[0]
    if not len(first):
        return _NONE
    values = np.concatenate([part.values for part in parts])[order]
    return Entries(names[first], function.reduceat(values, first))
