"""Customers' names as rows of the sparse product, with what the bound needs to know of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.index.layout import LEAST_TOTAL, initials_of, letters_of, most_words
from engine.index.table import ItemFloors, TokenTable
from engine.names.alignment import PreparedName
from engine.names.arrays import ranges
from engine.names.tokens import TokenKind


class Rows(NamedTuple):
    """n names. The items that name i is like are `item[start[i]:start[i + 1]]`, to the degree of `value`."""

    start: NDArray[np.int64]
    item: NDArray[np.int32]
    value: NDArray[np.float32]
    total: NDArray[np.float64]  # the least its core can weigh in an alignment
    letters: NDArray[np.uint64]  # bits of the letters its core tokens begin with
    heaviest: NDArray[np.float64]
    words: NDArray[np.int64]
    initial_start: NDArray[np.int64]
    initial: NDArray[np.uint64]  # one letter bit each

    def take(self, places: NDArray[np.int64]) -> Rows:
        """The rows at some places, in that order."""
        counts, initials = np.diff(self.start)[places], np.diff(self.initial_start)[places]
        at, initial_at = ranges(self.start[places], counts), ranges(self.initial_start[places], initials)
        return Rows(
            np.concatenate([[0], np.cumsum(counts)]),
            self.item[at],
            self.value[at],
            self.total[places],
            self.letters[places],
            self.heaviest[places],
            self.words[places],
            np.concatenate([[0], np.cumsum(initials)]),
            self.initial[initial_at],
        )


def concatenated(parts: Sequence[Rows]) -> Rows:
    """The rows of all parts, in order."""
    if len(parts) == 1:
        return parts[0]

    def starts(of_each: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(np.concatenate([np.diff(start) for start in of_each]))])

    columns = {name: [getattr(part, name) for part in parts] for name in Rows._fields}
    return Rows._make(
        starts(of_each) if name.endswith("start") else np.concatenate(of_each)
        for name, of_each in columns.items()
    )


def rows_of(names: Sequence[PreparedName], table: TokenTable, floors: ItemFloors) -> Rows:
    """Names that were read one at a time."""
    items: list[int] = []
    values: list[float] = []
    start, totals = [0], []
    for name in names:
        total = _add(name, table, floors, items, values)
        start.append(len(items))
        totals.append(total)
    initials = [initials_of(name) for name in names]
    return Rows(
        np.array(start, dtype=np.int64),
        np.array(items, dtype=np.int32),
        np.array(values, dtype=np.float32),
        np.array(totals),
        np.array([letters_of(name) for name in names], dtype=np.uint64),
        np.array([max(name.weights, default=0.0) for name in names]),
        np.array([most_words(name) for name in names], dtype=np.int64),
        np.cumsum([0, *map(len, initials)]),
        np.array([bit for bits in initials for bit in bits], dtype=np.uint64),
    )


def _add(
    name: PreparedName, table: TokenTable, floors: ItemFloors, items: list[int], values: list[float]
) -> float:
    """Add what one name is like; the least its core can weigh."""
    least = list(name.weights)
    for item in name.items:
        neighbours = table.neighbours(item.text, item.joined)
        if not neighbours:
            continue
        items += neighbours
        values += [alike.score for alike in neighbours.values()]
        floor = floors.of(neighbours)
        share = floor / item.mask.bit_count()
        for place in range(len(least)):
            if item.mask >> place & 1:
                least[place] = min(least[place], share)
    solid = (TokenKind.WORD, TokenKind.NUMBER)
    total = sum(own for own, token in zip(least, name.tokens, strict=True) if token.kind in solid)
    return max(total, LEAST_TOTAL)
