"""Which places a 64-bit hash stands for: one sorted array of hashes, mapped from disk."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.index.hashing import MASK, SPREAD, Hashes
from engine.names.arrays import distinct, first_of_each, ranges


class Postings:
    """`places[start[i]:start[i + 1]]` are filed under `hashes[i]`."""

    def __init__(self, directory: Path, name: str) -> None:
        self._hashes = mapped(directory, f"{name}_hash")
        self._start = mapped(directory, f"{name}_start")
        self._places = mapped(directory, f"{name}_place")

    def find(self, hashes: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """What is filed under each of some hashes, as (place in `hashes`, place filed)."""
        at = self._hashes.searchsorted(hashes)
        at[at == len(self._hashes)] = 0
        asked = (self._hashes[at] == hashes).nonzero()[0] if len(self._hashes) else at[:0]
        at = at[asked]
        first = self._start[at].astype(np.int64)
        counts = self._start[at + 1] - first
        return asked.repeat(counts), self._places[ranges(first, counts)]


class HashSet:
    """A set of hashes that is asked about many at once, of which few are in it."""

    def __init__(self, hashes: Hashes, taken: NDArray[np.bool_]) -> None:
        """`hashes` are ascending and distinct; `taken` are their slots."""
        self._sorted, self._taken = hashes, taken
        self._shift = _shift(self._taken)
        self._shift_of = int(self._shift)
        self._sorted_at, self._taken_at = self._sorted.data, self._taken.data

    @classmethod
    def mapped(cls, directory: Path, name: str) -> HashSet:
        return cls(mapped(directory, f"{name}_hash"), mapped(directory, f"{name}_slot"))

    @classmethod
    def of(cls, hashes: Hashes) -> HashSet:
        hashes = distinct(hashes)
        return cls(hashes, _taken(hashes))

    def has(self, value: int) -> bool:
        """Whether one hash is in the set."""
        return self.has_any((value,))

    def has_any(self, values: Iterable[int]) -> bool:
        """Whether one of a few hashes is in the set."""
        taken, shift, known = self._taken_at, self._shift_of, self._sorted_at
        for value in values:
            if taken[(value * SPREAD & MASK) >> shift]:
                at = bisect_left(known, value)
                if at < len(known) and known[at] == value:
                    return True
        return False

    def holds(self, hashes: Hashes) -> NDArray[np.int64]:
        """The places of the hashes that are in the set."""
        near = self._taken[_slots(hashes, self._shift)].nonzero()[0]
        if not len(near):
            return near
        asked = hashes[near]
        at = self._sorted.searchsorted(asked)
        at[at == len(self._sorted)] = 0
        found: NDArray[np.int64] = near[self._sorted[at] == asked]
        return found


def write_hash_set(directory: Path, name: str, hashes: Hashes) -> None:
    """Write what `HashSet` maps."""
    hashes = distinct(hashes)
    np.save(directory / f"{name}_hash.npy", hashes)
    np.save(directory / f"{name}_slot.npy", _taken(hashes))


def _taken(hashes: Hashes) -> NDArray[np.bool_]:
    """A table with sixteen slots for each hash turns most others away, and fits a core's cache (Bloom
    1970).
    """
    taken = np.zeros(1 << max(10, (16 * len(hashes)).bit_length()), dtype=np.bool_)
    taken[_slots(hashes, _shift(taken))] = True
    return taken


def _shift(taken: NDArray[np.bool_]) -> np.uint64:
    return np.uint64(64 - (len(taken).bit_length() - 1))


def _slots(hashes: Hashes, shift: np.uint64) -> Hashes:
    return (hashes * np.uint64(SPREAD)) >> shift


def mapped(directory: Path, name: str) -> NDArray[Any]:
    """An array of the index: shared with other processes as long as nobody writes.

    Copy on write, since the sparse product takes writable arrays only, and never writes. A plain view,
    because slicing a `memmap` costs ten times as much.
    """
    return np.asarray(np.load(directory / f"{name}.npy", mmap_mode="c", allow_pickle=False)).view(np.ndarray)


def write_postings(directory: Path, name: str, hashes: Hashes, places: NDArray[np.int64]) -> None:
    """File each place under its hash."""
    order = np.argsort(hashes, kind="stable")
    hashes, places = hashes[order], places[order].astype(np.int32)
    first = np.flatnonzero(first_of_each(hashes))
    np.save(directory / f"{name}_hash.npy", hashes[first])
    np.save(directory / f"{name}_start.npy", np.append(first, len(hashes)).astype(np.int32))
    np.save(directory / f"{name}_place.npy", places)
