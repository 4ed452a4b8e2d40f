"""The product of customers with the matrix item x name: summed up directly for a few, threaded for many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

# Candidates kept a customer by the threaded routine; a customer that has more is computed again without a
# limit.
_FIRST_PASS = 64


class Row(NamedTuple):
    """One subject name as a row of the product, and what the bound needs to know of it."""

    ids: list[int]
    values: list[float]
    total: float  # the least its core can weigh in an alignment
    letters: int  # bits of the letters its core tokens begin with
    initials: list[int]  # one letter bit each
    heaviest: float
    words: int


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

    def row(self, place: int, row: Row, threshold: float) -> Found:
        """The entries of one row from the threshold on. Needs neither SciPy nor another thread."""
        spans = [(self.start[item], self.start[item + 1]) for item in row.ids]
        if not spans:
            return NOTHING
        columns = np.concatenate([self.columns[begin:end] for begin, end in spans])
        weights = np.concatenate(
            [self.values[begin:end] * value for (begin, end), value in zip(spans, row.values, strict=True)]
        )
        entries = np.bincount(columns, weights, minlength=self.names) / math.sqrt(row.total)
        names = np.flatnonzero(entries >= threshold if threshold > 0.0 else entries)
        return Found(np.full(len(names), place, dtype=np.int64), names, entries[names])

    def product(self, rows: Sequence[Row], places: Sequence[int], threshold: float, threads: int) -> Found:
        """The entries of many rows from the threshold on (0: all that are not zero)."""
        from scipy import sparse  # noqa: PLC0415 - a process that screens a few names need not wait for it

        start = np.cumsum([0] + [len(rows[place].ids) for place in places])
        ids = np.concatenate([rows[place].ids for place in places])
        scale = np.repeat([1.0 / math.sqrt(rows[place].total) for place in places], np.diff(start))
        values = np.concatenate([rows[place].values for place in places]) * scale
        left = sparse.csr_matrix(
            (values.astype(np.float32), ids.astype(np.int32), start.astype(np.int32)),
            shape=(len(places), len(self.start) - 1),
        )
        found = self._thresholded(left, threshold, threads) if threshold > 0.0 else (left @ self._csr).tocoo()
        subjects = np.asarray(places, dtype=np.int64)[found.row]
        return Found(subjects, found.col.astype(np.int64), found.data.astype(np.float64))

    @cached_property
    def _csr(self) -> sparse.csr_matrix:
        from scipy import sparse  # noqa: PLC0415 - see `product`

        parts = (self.values, self.columns, self.start)
        return sparse.csr_matrix(parts, shape=(len(self.start) - 1, self.names), copy=False)

    def _thresholded(self, left: sparse.csr_matrix, threshold: float, threads: int) -> sparse.coo_matrix:
        """The threaded routine keeps a limited number of entries a row; rows that reach it are redone."""
        from scipy import sparse  # noqa: PLC0415 - see `product`
        from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415 - see `product`

        first: sparse.csr_matrix = sp_matmul_topn(
            left, self._csr, top_n=_FIRST_PASS, threshold=threshold, n_threads=threads
        )
        full = np.flatnonzero(np.diff(first.indptr) >= _FIRST_PASS)
        found = first.tocoo()
        if not len(full):
            return found
        again = (left[full] @ self._csr).tocoo()
        kept = again.data >= threshold
        other = ~np.isin(found.row, full)
        rows = np.concatenate([found.row[other], full[again.row[kept]]])
        columns = np.concatenate([found.col[other], again.col[kept]])
        data = np.concatenate([found.data[other], again.data[kept]])
        return sparse.coo_matrix((data, (rows, columns)), first.shape)
