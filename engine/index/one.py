"""What the items of one name are like, multiplied with the watchlist: in few steps, since each costs more
than what it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.index.matrix import Matrix
from engine.index.table import TokenTable
from engine.names.arrays import ranges

# The rows of the token table whose entries are kept; beyond this many they are forgotten.
_MOST_KEPT = 20_000


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
        parts = [self._of_row(row) for row in rows]
        if not parts:
            return _NONE
        names, values = (np.concatenate(each) for each in zip(*parts, strict=True))
        return _reduced(np.add, names, values)

    def _of_row(self, row: int) -> Entries:
        found = self._kept.get(row)
        if found is None:
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
        names, values = [], []
        for matrix, first_name in self._matrices:
            begin = matrix.start[items].astype(np.int64)
            each = matrix.start[items + 1] - begin
            at = ranges(begin, each)
            names.append(matrix.columns[at].astype(np.int64) + first_name)
            values.append(matrix.values[at] * np.repeat(scores, each))
        # An item has one counterpart in an alignment: the best of those that a name has.
        return _reduced(np.maximum, np.concatenate(names), np.concatenate(values))


def _reduced(function: np.ufunc, names: NDArray[np.int64], values: NDArray[np.float64]) -> Entries:
    """The values of each name as one."""
    if not len(names):
        return _NONE
    order = names.argsort(kind="stable")
    names = names[order]
    first = np.concatenate(([True], names[1:] != names[:-1])).nonzero()[0]
    return Entries(names[first], function.reduceat(values[order], first))
