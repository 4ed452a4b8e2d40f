"""Customers' names as rows of the sparse product, with what the bound needs to know of each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from engine.index.layout import LEAST_TOTAL, initials_of, letter_bit, letters_of, most_words
from engine.index.table import TokenTable
from engine.names.arrays import ranges, starts
from engine.names.bound import Side
from engine.names.prepared import Item, PreparedName, is_solid
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

    def scaled(self) -> Rows:
        """The rows with each value over the square root of its name's total."""
        scale = (1.0 / np.sqrt(self.total)).astype(np.float32)
        return self._replace(value=self.value * np.repeat(scale, np.diff(self.start)))

    def take(self, places: NDArray[np.int64]) -> Rows:
        """The rows at some places, in that order."""
        counts, initials = np.diff(self.start)[places], np.diff(self.initial_start)[places]
        at, initial_at = ranges(self.start[places], counts), ranges(self.initial_start[places], initials)
        return Rows(
            np.concatenate([[0], np.cumsum(counts)]),
            self.item.take(at),
            self.value.take(at),
            self.total[places],
            self.letters[places],
            self.heaviest[places],
            self.words[places],
            np.concatenate([[0], np.cumsum(initials)]),
            self.initial[initial_at],
        )


class ReadNames(NamedTuple):
    """n names as rows, and what of their items they are made of, for the bound on pairs.

    Name i has the tokens `start[i]` to `start[i + 1]`, and of its items `item_start[i]` to `item_start[i +
    1]` are like a listed one.
    """

    rows: Rows
    unbounded: NDArray[np.bool_]  # names with an item of more tokens than its members tell
    start: NDArray[np.int64]
    weight: NDArray[np.float64]  # of each token
    evidence: NDArray[np.bool_]  # whether it is a word that counts
    initial: NDArray[np.bool_]
    letter: NDArray[np.uint64]  # the bit of the letter it begins with
    items: LikeItems  # by owner
    item_start: NDArray[np.int64]


class LikeItems(NamedTuple):
    """The name of each item, its row in the token table, and its tokens: up to three, the first stands for
    others.
    """

    owner: NDArray[np.int64]
    row: NDArray[np.int32]
    members: NDArray[np.int64]  # three columns


_MEMBERS = 3  # places that are kept of an item
# The items of names that are like a listed one: whose name's, their row in the token table, and themselves.
Alike = Sequence[tuple[int, int, Item]]


def rows_of(names: Sequence[PreparedName], table: TokenTable) -> tuple[Rows, Alike]:
    """Names that were read one at a time."""
    item_rows = [table.rows_of_items(name.items) for name in names]
    alike = [
        (owner, row, item)
        for owner, (name, rows) in enumerate(zip(names, item_rows, strict=True))
        for item, row in zip(name.items, rows, strict=True)
        if row
    ]
    initials = [initials_of(name) for name in names]
    owner = np.array([owner for owner, _, _ in alike], dtype=np.int64)
    row = np.array([row for _, row, _ in alike], dtype=np.int32)
    rows = Rows(
        **multiplied(owner, row, len(names), table),
        total=np.array([total_of(name, rows, table) for name, rows in zip(names, item_rows, strict=True)]),
        letters=np.array([letters_of(name) for name in names], dtype=np.uint64),
        heaviest=np.array([max(name.weights, default=0.0) for name in names]),
        words=np.array([most_words(name) for name in names], dtype=np.int64),
        initial_start=np.array([0, *accumulate(map(len, initials))]),
        initial=np.array([bit for bits in initials for bit in bits], dtype=np.uint64),
    )
    return rows, alike


def with_items(names: Sequence[PreparedName], rows: Rows, alike: Alike) -> ReadNames:
    """What the bound on pairs needs beside the rows of some names."""
    tokens = [token for name in names for token in name.tokens]
    start = starts(np.array([len(name.tokens) for name in names]))
    owner = np.array([owner for owner, _, _ in alike], dtype=np.int64)
    members = np.array([_members(item.mask) for _, _, item in alike], dtype=np.int64).reshape(-1, _MEMBERS)
    unbounded = np.zeros(len(names), dtype=np.bool_)
    unbounded[[own for own, _, item in alike if item.mask.bit_count() > _MEMBERS]] = True  # initials
    return ReadNames(
        rows=rows,
        unbounded=unbounded,
        start=start,
        weight=np.array([weight for name in names for weight in name.weights]),
        evidence=np.array([is_solid(token) for token in tokens], dtype=np.bool_),
        initial=np.array([token.kind is TokenKind.INITIAL for token in tokens], dtype=np.bool_),
        letter=np.array([letter_bit(token.text) for token in tokens], dtype=np.uint64),
        items=LikeItems(
            owner,
            np.array([row for _, row, _ in alike], dtype=np.int32),
            members + start[owner][:, None],
        ),
        item_start=starts(np.bincount(owner, minlength=len(names))),
    )


def side_of(name: PreparedName) -> Side:
    """What the bound on one pair needs of a name."""
    solid = initials = 0
    for place, token in enumerate(name.tokens):
        solid |= is_solid(token) << place
        initials |= (token.kind is TokenKind.INITIAL) << place
    return Side(name.weights, solid, initials, [letter_bit(token.text) for token in name.tokens])


def _members(mask: int) -> tuple[int, int, int]:
    tokens = [place for place in range(mask.bit_length()) if mask >> place & 1][:3]
    return tokens[0], tokens[len(tokens) // 2], tokens[-1]


def total_of(name: PreparedName, rows: Sequence[int], table: TokenTable) -> float:
    """The least that the core of a name can weigh in an alignment."""
    least = list(name.weights)
    floors = table.columns[2]
    for item, row in zip(name.items, rows, strict=True):
        if row:
            share = float(floors[row]) / item.mask.bit_count()
            for place in range(item.mask.bit_length()):
                if item.mask >> place & 1:
                    least[place] = min(least[place], share)
    solid = (TokenKind.WORD, TokenKind.NUMBER)
    total = sum(own for own, token in zip(least, name.tokens, strict=True) if token.kind in solid)
    return max(total, LEAST_TOTAL)


class _Multiplied(TypedDict):
    start: NDArray[np.int64]
    item: NDArray[np.int32]
    value: NDArray[np.float32]


def multiplied(
    owner: NDArray[np.int64], row: NDArray[np.int32], count: int, table: TokenTable
) -> _Multiplied:
    """What the items of `count` names are like, as rows of the product; by owner."""
    first, counts, _ = table.columns
    place, score = table.entries
    each = counts.take(row)
    at = ranges(first.take(row), each)
    ends = np.bincount(owner, each, count).cumsum()
    return {
        "start": np.concatenate([[0], ends]).astype(np.int64),
        "item": place.take(at),
        "value": score.take(at).astype(np.float32),
    }
