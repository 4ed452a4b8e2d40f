"""The product of customers with the matrix item x name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.index.rows import Rows
from engine.names.arrays import ranges

if TYPE_CHECKING:
    from scipy import sparse

# Candidates kept a customer by the routine, which makes room for all of them; a customer that has
# more is computed again with so many times the room.
_FIRST_PASS = 64
_NEXT_PASS = 16


class Found(NamedTuple):
    """Pairs of a subject and a listed name with the entry X/sqrt(Wq*Wl) of the product."""

    subjects: NDArray[np.int64]
    names: NDArray[np.int64]
    entries: NDArray[np.float64]


NOTHING = Found(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))


def concatenated(found: Sequence[Found]) -> Found:
    return Found(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


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

    def product(self, rows: Rows, places: NDArray[np.int64], threshold: float) -> Found:
        """The entries of many rows from the threshold on (0: all that are not zero)."""
        from scipy import sparse  # noqa: PLC0415 - a process that screens a few names need not wait for it

        counts = np.diff(rows.start)[places]
        at = ranges(rows.start[places], counts)
        values = rows.value[at] * np.repeat(1.0 / np.sqrt(rows.total[places]), counts).astype(np.float32)
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        left = sparse.csr_matrix((values, rows.item[at], start), shape=(len(places), len(self.start) - 1))
        found = self._thresholded(left, threshold) if threshold > 0.0 else (left @ self._csr).tocoo()
        return Found(places[found.row], found.col.astype(np.int64), found.data.astype(np.float64))

    @cached_property
    def _csr(self) -> sparse.csr_matrix:
        from scipy import sparse  # noqa: PLC0415 - see `product`

        parts = (self.values, self.columns, self.start)
        return sparse.csr_matrix(parts, shape=(len(self.start) - 1, self.names), copy=False)

    def _thresholded(self, left: sparse.csr_matrix, threshold: float) -> sparse.coo_matrix:
        """The routine keeps a limited number of entries a row; rows that reach it are redone with a
        higher limit, until none does.
        """
        from scipy import sparse  # noqa: PLC0415 - see `product`
        from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415 - see `product`

        rows, most, found = np.arange(left.shape[0]), _FIRST_PASS, []
        while len(rows):
            kept: sparse.csr_matrix = sp_matmul_topn(
                left[rows], self._csr, top_n=most, threshold=threshold, n_threads=1
            )
            full = (np.diff(kept.indptr) >= most) & (most < self.names)
            part = kept.tocoo()
            whole = ~full[part.row]
            found.append((rows[part.row[whole]], part.col[whole], part.data[whole]))
            rows, most = rows[full], min(self.names, most * _NEXT_PASS)
        row, column, data = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return sparse.coo_matrix((data, (row, column)), shape=(left.shape[0], self.names))
