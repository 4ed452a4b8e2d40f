"""`rows_of` for many names at once: from the flat tokens of a lexicon, without a step in Python for each
name.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.index.hashing import POWERS, Hashes, deletion_hashes, letters_of, text_hash
from engine.index.keys import one_edit_hashes
from engine.index.layout import LEAST_TOTAL, letter_bit
from engine.index.rows import Rows
from engine.index.table import TokenTable
from engine.index.vocabulary import Vocabulary
from engine.names.alignment import JOINED_EDIT_FROM, JOINED_FROM, is_solid, joined_text
from engine.names.arrays import Growing, ranges
from engine.names.bulk import Lexicon, NameTokens
from engine.names.text import VOWELLESS
from engine.names.tokens import CORE, TokenKind
from lists.model import Kind

_MARK = np.uint64(text_hash(VOWELLESS))


class _TokenFacts:
    """What the rows need of each token of a lexicon, as arrays."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._lock = threading.Lock()
        self.core, self.evidence, self.weighs = (Growing(np.bool_) for _ in range(3))
        self.letter, self.initial = Growing(np.uint64), Growing(np.bool_)
        self.hash, self.length, self.vowelless = Growing(np.uint64), Growing(np.int64), Growing(np.bool_)
        self.deletion_start, self.deletion = Growing(np.int64), Growing(np.uint64)

    def update(self) -> None:
        """Take in the tokens that are new."""
        with self._lock:
            self._update()

    def _update(self) -> None:
        for token in self._lexicon.tokens[len(self.core) :]:
            initial = token.kind is TokenKind.INITIAL
            core = token.kind in CORE
            counts = core or token.kind is TokenKind.HONORIFIC
            self.core.append(core)
            self.evidence.append(is_solid(token))
            self.weighs.append(core and not initial)
            self.initial.append(initial)
            self.letter.append(letter_bit(token.text) if counts else 0)
            plain = token.plain.replace(VOWELLESS, "")
            self.vowelless.append(VOWELLESS in token.plain)
            hashes = deletion_hashes(letters_of([plain]), 1)[0] if plain else np.zeros(1, np.uint64)
            self.hash.append(hashes[0])
            self.length.append(len(plain))
            self.deletion_start.append(len(self.deletion))
            self.deletion.extend(hashes[1:])


class _Runs(NamedTuple):
    """Tokens of one name that are written together: `members[k]` are the places of the k-th of each run."""

    owner: NDArray[np.int64]
    members: tuple[NDArray[np.int64], ...]

    def kept(self, which: NDArray[np.bool_]) -> _Runs:
        return _Runs(self.owner[which], tuple(member[which] for member in self.members))


class ReadNames(NamedTuple):
    """n names as rows, and what of their items they are made of, for the bound on pairs.

    Name i has the tokens `start[i]` to `start[i + 1]`, and of its items `item_start[i]` to `item_start[i +
    1]` are like a listed one.
    """

    rows: Rows
    odd: NDArray[np.bool_]  # names that have no row here, and are to be read one at a time
    start: NDArray[np.int64]
    weight: NDArray[np.float64]  # of each token
    evidence: NDArray[np.bool_]  # whether it is a word that counts
    items: Items  # by owner
    item_start: NDArray[np.int64]


class Items(NamedTuple):
    """The name of each item, its row in the token table, and its tokens: up to three, the first stands for
    others.
    """

    owner: NDArray[np.int64]
    row: NDArray[np.int32]
    members: NDArray[np.int64]  # three columns


class BulkRows:
    """Rows of names that a lexicon reads. Safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, table: TokenTable) -> None:
        self.lexicon = Lexicon()
        self._vocabulary = vocabulary
        self._table = table
        self._facts = _TokenFacts(self.lexicon)

    def of(self, names: NameTokens, kind: Kind) -> ReadNames:
        """The rows of names of one kind."""
        facts, count = self._facts, len(names.odd)
        facts.update()
        token = names.token
        owner = np.repeat(np.arange(count), np.diff(names.start))
        row = self._table.rows_of_tokens(self.lexicon.tokens)[token]
        weight = self._table.weights_of_tokens(self.lexicon.tokens, kind)[token]
        evidence = facts.evidence.array[token]
        # A name without any word is found as a whole or not at all.
        odd = names.odd | ((np.bincount(owner, evidence, count) == 0) & (np.diff(names.start) > 0))
        least = np.minimum(weight, self._table.columns[2][row])
        places = np.arange(len(token))
        alike = np.flatnonzero(row)
        items = [Items(owner[alike], row[alike], np.repeat(places[alike][:, None], 3, axis=1))]
        for run in self._runs(names, token, owner):
            found = self._alike(run, token)
            items.append(found)
            share = self._table.columns[2][found.row] / len(run.members)
            for member in found.members.T[: len(run.members)]:
                np.minimum.at(least, member, share)
        every = Items._make(np.concatenate(parts) for parts in zip(*items, strict=True))
        order = np.argsort(every.owner, kind="stable")
        every = Items._make(column[order] for column in every)
        item_start = _starts(np.bincount(every.owner, minlength=count))
        rows = self._rows(names.start, token, owner, every, np.where(facts.weighs.array[token], least, 0.0))
        rows = rows._replace(heaviest=_reduced(np.maximum, weight, names.start))
        return ReadNames(rows, odd, names.start, weight, evidence, every, item_start)

    def _rows(
        self,
        start: NDArray[np.int64],
        token: NDArray[np.int32],
        owner: NDArray[np.int64],
        items: Items,
        least: NDArray[np.float64],
    ) -> Rows:
        facts, count = self._facts, len(start) - 1
        row = items.row
        first, counts, _ = self._table.columns
        place, score = self._table.entries
        each = counts[row]
        at = ranges(first[row], each)
        initial = facts.initial.array[token]
        return Rows(
            start=_starts(np.bincount(items.owner, each, count)),
            item=place[at],
            value=score[at].astype(np.float32),
            total=np.maximum(np.bincount(owner, least, count), LEAST_TOTAL),
            letters=_reduced(np.bitwise_or, facts.letter.array[token], start),
            heaviest=least,
            words=np.bincount(owner, facts.core.array[token], count).astype(np.int64),
            initial_start=_starts(np.bincount(owner, initial, count)),
            initial=facts.letter.array[token[initial]],
        )

    # -- words written together ------------------------------------------------------------------------

    def _runs(self, names: NameTokens, token: NDArray[np.int32], owner: NDArray[np.int64]) -> list[_Runs]:
        """Two and three tokens in a row, and the last before the first, with a word among them."""
        places = np.arange(len(token))
        runs = []
        for length in (2, 3):
            first = places[: max(0, len(token) - length + 1)]
            first = first[owner[first] == owner[first + length - 1]]
            runs.append(_Runs(owner[first], tuple(first + step for step in range(length))))
        several = np.flatnonzero(np.diff(names.start) > 1)
        runs.append(_Runs(several, (names.start[several + 1] - 1, names.start[several])))
        core = self._facts.core.array[token]
        return [run.kept(reduce(np.logical_or, [core[member] for member in run.members])) for run in runs]

    def _alike(self, run: _Runs, token: NDArray[np.int32]) -> Items:
        """The runs that are like a listed item."""
        near = run.kept(self._may_be_like([token[member] for member in run.members]))
        tokens = self.lexicon.tokens
        numbers = zip(*(token[member].tolist() for member in near.members), strict=True)
        texts = [joined_text([tokens[number] for number in each]) for each in numbers]
        row = self._table.rows_of_joined(texts)
        alike = near.kept(row > 0)
        three = (*alike.members, alike.members[0])[:3]
        return Items(alike.owner, row[row > 0], np.stack(three, axis=1))

    def _may_be_like(self, members: Sequence[NDArray[np.int32]]) -> NDArray[np.bool_]:
        """Whether runs may be like a listed item: by the hashes of their texts, and of what a deletion
        leaves.
        """
        facts = self._facts
        vowelless = reduce(np.logical_or, [facts.vowelless.array[member] for member in members])
        lengths = [facts.length.array[member] for member in members]
        length = reduce(np.add, lengths)
        whole = _concatenated([facts.hash.array[member] for member in members], lengths)
        marked = np.where(vowelless, whole + _MARK * POWERS[np.minimum(length, len(POWERS) - 1)], whole)
        found = np.zeros(len(length), dtype=np.bool_)
        found[self._vocabulary.item_set.holds(marked)] = True
        size = length + vowelless
        found &= (size >= JOINED_FROM) | (size == len(members))
        editable = ~found & ~vowelless & (length >= JOINED_EDIT_FROM) & (length < len(POWERS))
        left = np.flatnonzero(editable)
        found[left[self._vocabulary.one_edit_set.holds(one_edit_hashes(whole[left]))]] = True
        left = np.flatnonzero(editable & ~found)
        found[left[self._one_deletion_is_alike([member[left] for member in members])]] = True
        return found

    def _one_deletion_is_alike(self, members: Sequence[NDArray[np.int32]]) -> NDArray[np.int64]:
        """The places of the runs of which one deletion leaves what one leaves of a listed token."""
        facts = self._facts
        hashes = [facts.hash.array[member] for member in members]
        lengths = [facts.length.array[member] for member in members]
        found = []
        for place, member in enumerate(members):
            before = _concatenated(hashes[:place], lengths[:place])
            after = _concatenated(hashes[place + 1 :], lengths[place + 1 :])
            behind = reduce(np.add, lengths[place + 1 :], np.zeros(len(member), np.int64))
            each = lengths[place]
            base = before * POWERS[np.maximum(each - 1 + behind, 0)] + after
            at = ranges(facts.deletion_start.array[member], each)
            shifted = facts.deletion.array[at] * np.repeat(POWERS[behind], each)
            near = self._vocabulary.one_edit_set.holds(one_edit_hashes(np.repeat(base, each) + shifted))
            found.append(np.repeat(np.arange(len(member)), each)[near])
        return np.unique(np.concatenate(found))


def _starts(counts: NDArray[Any]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _concatenated(hashes: Sequence[Hashes], lengths: Sequence[NDArray[np.int64]]) -> Hashes:
    """The hash of texts written together."""
    found = np.zeros(1, np.uint64)
    for own, length in zip(hashes, lengths, strict=True):
        found = found * POWERS[length] + own
    return found


def _reduced(function: np.ufunc, values: NDArray[Any], start: NDArray[np.int64]) -> NDArray[Any]:
    """A reduction of each name's values; zero for a name without any."""
    found = np.zeros(len(start) - 1, dtype=values.dtype)
    some = np.flatnonzero(np.diff(start))
    if len(some):
        found[some] = function.reduceat(values, start[some])
    return found
