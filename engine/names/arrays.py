"""Small helpers for flat arrays: one that grows, the places of many runs at once, distinct values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Growing:
    """An array that takes more elements at its end. `array` is a view of what it holds now."""

    def __init__(self, dtype: DTypeLike) -> None:
        self._room: NDArray[Any] = np.empty(1024, dtype=dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def array(self) -> NDArray[Any]:
        return self._room[: self._length]

    def append(self, value: Any) -> int:
        """Add one element; its place."""
        self.extend((value,))
        return self._length - 1

    def extend(self, values: Sequence[Any] | NDArray[Any]) -> None:
        length = self._length + len(values)
        if length > len(self._room):
            room = np.empty(max(length, 2 * len(self._room)), dtype=self._room.dtype)
            room[: self._length] = self.array
            self._room = room  # a view taken before keeps the old one
        self._room[self._length : length] = values
        self._length = length


def spread(first: NDArray[np.int64], count: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """`ranges`, after the number of the run that each of its elements is of.

    Taking by that number lets go of the interpreter lock, which `np.repeat` holds.
    """
    run = np.arange(len(count)).repeat(count)
    shift = first - np.cumsum(count) + count
    return run, np.arange(len(run)) + shift.take(run)


def ranges(first: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """first[0], first[0] + 1, ... for count[0] places, then the same from first[1] on, and so on."""
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + count, count)


def starts(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Where each of some runs begins, and the last ends, by how long they are."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """The distinct values, ascending. For millions of numbers a sort is ten times as fast as `np.unique`."""
    found = np.sort(values)
    return found[first_of_each(found)]


def first_of_each(ascending: NDArray[Any]) -> NDArray[np.bool_]:
    """Which elements of a sorted array are not the same as the one before."""
    first = np.ones(len(ascending), dtype=np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return first


def sorted_with_order(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Values that are not negative, ascending, and where each was. Sorted with their places in their low
    bits: that takes a fraction of what `np.argsort` does.
    """
    bits = len(values).bit_length()
    if int(values.max(initial=0)).bit_length() + bits > 63:
        order = values.argsort(kind="stable")
        return values[order], order
    packed = np.sort((values << bits) | np.arange(len(values)))
    return packed >> bits, packed & ((1 << bits) - 1)


def reduced(function: np.ufunc, values: NDArray[Any], start: NDArray[np.int64]) -> NDArray[Any]:
    """A reduction of each name's values; zero for a name without any."""
    found = np.zeros(len(start) - 1, dtype=values.dtype)
    some = np.flatnonzero(np.diff(start))
    if len(some):
        found[some] = function.reduceat(values, start[some])
    return found
