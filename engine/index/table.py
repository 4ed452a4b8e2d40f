"""The token table: what each item of customers' names is like, kept so that it is found out once.

A cache, not a memory: what it holds changes how long an answer takes, never the answer.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.index.vocabulary import Neighbours, Vocabulary
from engine.names.arrays import Growing
from engine.names.likeness import Likeness, Why
from engine.names.prepared import Item, Rarity, weight
from engine.names.tokens import Token
from lists.model import Kind

# Words written together that are like nothing; beyond this many they are forgotten, so that a service stays
# within its memory.
_MOST_KEPT = 100_000
# Beyond this many rows a table is given up for a new one: about 300 MB.
_MOST_ROWS = 1_000_000


class ItemFloors(NamedTuple):
    """What each listed item weighs at least in a name's core, and whether it accompanies other names."""

    least: NDArray[np.float64]
    accompanies: NDArray[np.bool_]

    def of(self, neighbours: Neighbours) -> float:
        """The least that an item can weigh in an alignment with any that it is like; infinite where there is
        none.
        """
        floor = math.inf
        for place, alike in neighbours.items():
            accompanies = alike.why in (Why.EQUAL, Why.SLIP) and self.accompanies[place]
            floor = min(floor, 0.0 if accompanies else float(self.least[place]))
        return floor


class TokenTable:
    """Safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, floors: ItemFloors, rarity: Rarity) -> None:
        self._vocabulary = vocabulary
        self._floors = floors
        self._rarity = rarity
        self._like_none: set[str] = set()
        self._lock = threading.Lock()
        # The row of each token, and of words written together.
        self._rows: tuple[dict[str, int], dict[str, int]] = ({}, {})
        # Row 0 is that of an item which is like none.
        self._start, self._count, self._floor = Growing(np.int64), Growing(np.int64), Growing(np.float64)
        self._place, self._score, self._why = Growing(np.int32), Growing(np.float64), Growing(np.int8)
        self._weight: dict[Kind, Growing] = {}
        self._token_row = Growing(np.int32)
        self._append({})

    def __len__(self) -> int:
        return len(self._start)

    def rows_of_items(self, items: Sequence[Item]) -> list[int]:
        """The row of each item of one name, 0 where it is like no listed one."""
        known = self._rows
        new = [
            (item.text, item.joined)
            for item in items
            if item.text not in known[item.joined] and not (item.joined and item.text in self._like_none)
        ]
        if new:
            self._find(new)
        return [known[item.joined].get(item.text, 0) for item in items]

    def _find(self, new: Sequence[tuple[str, bool]]) -> None:
        """Take in some items."""
        found = zip(new, self._vocabulary.neighbours_of_items(new), strict=True)
        with self._lock:
            for (text, joined), alike in found:
                row = self._rows[joined].get(text) or self._append(alike)
                if row or not joined:
                    self._rows[joined][text] = row
                else:  # words written together that are like nothing are too many to keep for long
                    self._forget_some()
                    self._like_none.add(text)

    def _forget_some(self) -> None:
        if len(self._like_none) >= _MOST_KEPT:
            self._like_none.clear()

    def alike(self, items: Sequence[Item], wanted: Container[int]) -> Iterator[tuple[int, int, Likeness]]:
        """The items of one name that are like a wanted listed one: the place among `items`, the listed item's
        in the vocabulary, and how alike they are.
        """
        for own, row in enumerate(self.rows_of_items(items)):
            if row:
                begin = int(self._start.array[row])
                end = begin + int(self._count.array[row])
                for at, place in enumerate(self._place.array[begin:end].tolist(), begin):
                    if place in wanted:
                        score, why = float(self._score.array[at]), Why(int(self._why.array[at]))
                        yield own, place, Likeness(score, why)

    @property
    def is_full(self) -> bool:
        """Whether it holds so much that another should be begun."""
        return sum(map(len, self._rows)) > _MOST_ROWS

    def rows_of_tokens(self, tokens: Sequence[Token]) -> NDArray[np.int32]:
        """The row of each token of a lexicon, which holds at least those it held at the last call."""
        with self._lock:
            known = self._rows[False]
            new = [token.text for token in tokens[len(self._token_row) :]]
            unknown = [text for text in dict.fromkeys(new) if text not in known]
            for text, found in zip(unknown, self._vocabulary.neighbours_of_tokens(unknown), strict=True):
                known[text] = self._append(found)
            self._token_row.extend([known[text] for text in new])
            return self._token_row.array

    def rows_of_joined(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """The row of each of some words written together."""
        with self._lock:
            known = self._rows[True]
            new = list(dict.fromkeys([text for text in texts if text not in known]))
            asked = [(text, True) for text in new]
            for text, found in zip(new, self._vocabulary.neighbours_of_items(asked), strict=True):
                known[text] = self._append(found)
            return np.fromiter(map(known.__getitem__, texts), np.int32, len(texts))

    def weights_of_tokens(self, tokens: Sequence[Token], kind: Kind) -> NDArray[np.float64]:
        """What each token of a lexicon weighs in the name of a subject of this kind."""
        with self._lock:
            known = self._weight.setdefault(kind, Growing(np.float64))
            known.extend([weight(token, kind, self._rarity) for token in tokens[len(known) :]])
            return known.array

    def _append(self, found: Neighbours) -> int:
        if not found and len(self._start):
            return 0
        self._start.append(len(self._place))
        self._floor.append(self._floors.of(found))
        self._place.extend(list(found))
        self._score.extend([alike.score for alike in found.values()])
        self._why.extend([alike.why for alike in found.values()])
        return self._count.append(len(found))

    @property
    def columns(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Where the neighbours of each row begin, how many they are, and the row's floor."""
        return self._start.array, self._count.array, self._floor.array

    @property
    def entries(self) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """The places and scores of all rows' neighbours."""
        return self._place.array, self._score.array

    @property
    def reasons(self) -> NDArray[np.int8]:
        """Why each of `entries` is alike, as `Why`."""
        return self._why.array
