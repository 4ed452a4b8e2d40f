"""The product of customers with the matrix item x name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.index.rows import Rows

if TYPE_CHECKING:
    from scipy import sparse


class Found(NamedTuple):
    """Pairs of a subject and a listed name with the entry X/sqrt(Wq*Wl) of the product."""

    subjects: NDArray[np.int64]
    names: NDArray[np.int64]
    entries: NDArray[np.float64]


@dataclass(frozen=True)
class Matrix:
    """A sparse matrix item x name in compressed rows, mapped from disk."""

    values: NDArray[Any]  # float32
    columns: NDArray[Any]  # int32
    start: NDArray[Any]  # int32, items + 1
    names: int

    def only(self, kept: NDArray[np.bool_]) -> Matrix:
        """The matrix with the entries of the names that are `kept`, one flag a name, and no other."""
        stays = kept[self.columns]
        before = np.concatenate(([0], np.cumsum(stays)))
        start = before[self.start].astype(np.int32)
        return Matrix(self.values[stays], self.columns[stays], start, self.names)

    def product(self, rows: Rows, first: int, last: int, threshold: float) -> Found:
        """The entries of the rows from the first to the last from the threshold on (0: all that are not
        zero). The values of the rows are those of `Rows.scaled`.

        All entries are computed and those below the threshold dropped: few rows at a time, since they are
        ten times as many as are left.
        """
        from scipy import sparse  # noqa: PLC0415 - a process that screens a few names need not wait for it

        begin, end = rows.start[[first, last]].tolist()
        start = (rows.start[first : last + 1] - begin).astype(np.int32)
        parts = (rows.value[begin:end], rows.item[begin:end], start)
        found = sparse.csr_matrix(parts, shape=(last - first, len(self.start) - 1)) @ self._csr
        kept = (found.data >= threshold).nonzero()[0]
        row = found.indptr.searchsorted(kept, side="right") - 1
        return Found(
            row.astype(np.int64) + first,
            found.indices.take(kept).astype(np.int64),
            found.data.take(kept).astype(np.float64),
        )

    def entries_of(self, items: NDArray[np.int32]) -> NDArray[np.int32]:
        """How many names hold each of some items: what a product with them costs."""
        found: NDArray[np.int32] = self.start.take(items + 1) - self.start.take(items)
        return found

    @cached_property
    def _csr(self) -> sparse.csr_matrix:
        from scipy import sparse  # noqa: PLC0415 - see `product`

        parts = (self.values, self.columns, self.start)
        return sparse.csr_matrix(parts, shape=(len(self.start) - 1, self.names), copy=False)
