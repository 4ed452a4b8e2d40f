"""`rows_of` for many names at once: from the flat tokens of a lexicon, without a step in Python for each
name.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from engine.index.hashing import POWERS, concatenated_hash, text_hash
from engine.index.keys import one_edit_hashes
from engine.index.layout import LEAST_TOTAL
from engine.index.rows import LikeItems, ReadNames, Rows, multiplied
from engine.index.special import korean_words
from engine.index.table import TokenTable
from engine.index.tokens import Runs, TokenFacts, runs_of
from engine.index.vocabulary import Vocabulary
from engine.names.arrays import distinct, reduced, spread, starts
from engine.names.assignment import JOINED_EDIT_FROM
from engine.names.bulk import Lexicon, NameTokens
from engine.names.cut import CUT
from engine.names.prepared import ACRONYM_FROM, JOINED_FROM, joined_text
from engine.names.syllables import LONGEST_KOREAN
from engine.names.text import VOWELLESS
from engine.names.tokens import CORPORATE
from lists.model import Kind

_MARK = np.uint64(text_hash(VOWELLESS))


class BulkRows:
    """Rows of names that a lexicon reads. Safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, table: TokenTable) -> None:
        self.lexicon = Lexicon()
        self._vocabulary = vocabulary
        self.table = table
        self._facts = TokenFacts(self.lexicon)

    def of(
        self, names: NameTokens, kind: Kind, full: NDArray[np.bool_]
    ) -> tuple[ReadNames, NDArray[np.bool_]]:
        """The rows of names of one kind, and which of them are odd: their rows are empty, and they are to be
        read one at a time. `full` are the names that a field may have cut off.
        """
        facts, count = self._facts, len(names)
        facts.update()
        token = names.token
        owner = names.owner
        row = self.table.rows_of_tokens(self.lexicon.tokens)[token]
        weight = self.table.weights_of_tokens(self.lexicon.tokens, kind)[token]
        evidence = facts.evidence.array.take(token)
        # A name without any word is found as a whole or not at all.
        odd = (np.bincount(owner, evidence, count) == 0) & (np.diff(names.start) > 0)
        if kind in CORPORATE:  # it may be somebody's initials, or have some
            words = np.bincount(owner, facts.core.array.take(token), count)
            odd |= (words == 1) | (words >= ACRONYM_FROM)
        least = np.minimum(weight, self.table.columns[2][row])
        places = np.arange(len(token))
        alike = np.flatnonzero(row)
        items = [LikeItems(owner[alike], row[alike], np.repeat(places[alike][:, None], 3, axis=1))]
        for run in runs_of(names, facts.core.array.take(token)):
            odd[run.owner[facts.are_respelled([token[member] for member in run.members])]] = True
            found = self._alike(run, token)
            items.append(found)
            share = self.table.columns[2][found.row] / len(run.members)
            for member in found.members.T[: len(run.members)]:
                np.minimum.at(least, member, share)
        items.append(self._cut_off(names, full, least))
        every = LikeItems._make(np.concatenate(parts) for parts in zip(*items, strict=True))
        order = np.argsort(every.owner, kind="stable")
        if odd.any():
            order = order[~odd[every.owner[order]]]
        every = LikeItems._make(column[order] for column in every)
        item_start = starts(np.bincount(every.owner, minlength=count))
        rows = self._rows(
            names.start, token, owner, every, np.where(facts.weighs.array.take(token), least, 0.0)
        )
        rows = rows._replace(heaviest=reduced(np.maximum, weight, names.start))
        initial, letter = facts.initial.array.take(token), facts.letter.array.take(token)
        none = np.zeros(count, dtype=np.bool_)
        read = ReadNames(rows, none, names.start, weight, evidence, initial, letter, every, item_start)
        return read, odd

    def _rows(
        self,
        start: NDArray[np.int64],
        token: NDArray[np.int32],
        owner: NDArray[np.int64],
        items: LikeItems,
        least: NDArray[np.float64],
    ) -> Rows:
        facts, count = self._facts, len(start) - 1
        initial = facts.initial.array.take(token)
        return Rows(
            **multiplied(items.owner, items.row, count, self.table),
            total=np.maximum(np.bincount(owner, least, count), LEAST_TOTAL),
            letters=reduced(np.bitwise_or, facts.letter.array.take(token), start),
            heaviest=least,
            words=np.bincount(owner, facts.core.array.take(token), count).astype(np.int64),
            initial_start=starts(np.bincount(owner, initial, count)),
            initial=facts.letter.array[token[initial]],
        )

    def _cut_off(self, names: NameTokens, full: NDArray[np.bool_], least: NDArray[np.float64]) -> LikeItems:
        """What may be left of the last words of names that fill a field; `least` takes in their weights."""
        owner = np.flatnonzero(full & (np.diff(names.start) > 0))
        last = names.start[owner + 1] - 1
        may_be = self._facts.may_be_cut.array[names.token[last]]
        owner, last = owner[may_be], last[may_be]
        numbers, which = np.unique(names.token[last], return_inverse=True)
        texts = [CUT + self.lexicon.tokens[number].text for number in numbers.tolist()]
        row = self.table.rows_of_joined(texts)[which]
        alike = np.flatnonzero(row)
        owner, last, row = owner[alike], last[alike], row[alike]
        least[last] = np.minimum(least[last], self.table.columns[2][row])
        return LikeItems(owner, row, np.repeat(last[:, None], 3, axis=1))

    # -- words written together ------------------------------------------------------------------------

    def _alike(self, run: Runs, token: NDArray[np.int32]) -> LikeItems:
        """The runs that are like a listed item."""
        near = run.kept(self._may_be_like([token[member] for member in run.members]))
        tokens = self.lexicon.tokens
        numbers = zip(*(token[member].tolist() for member in near.members), strict=True)
        texts = [joined_text([tokens[number] for number in each]) for each in numbers]
        row = self.table.rows_of_joined(texts)
        alike = near.kept(row > 0)
        three = (*alike.members, alike.members[0])[:3]
        return LikeItems(alike.owner, row[row > 0], np.stack(three, axis=1))

    def _may_be_like(self, members: Sequence[NDArray[np.int32]]) -> NDArray[np.bool_]:
        """Whether runs may be like a listed item: by the hashes of their texts, and of what a deletion
        leaves.
        """
        facts = self._facts
        vowelless = reduce(np.logical_or, [facts.vowelless.array.take(member) for member in members])
        lengths = [facts.length.array.take(member) for member in members]
        length = reduce(np.add, lengths)
        whole = concatenated_hash([facts.hash.array.take(member) for member in members], lengths)
        marked = np.where(vowelless, whole + _MARK * POWERS[np.minimum(length, len(POWERS) - 1)], whole)
        found = np.zeros(len(length), dtype=np.bool_)
        found[self._vocabulary.item_set.holds(marked)] = True
        compound, digits = (
            reduce(np.logical_or, [flags.array.take(member) for member in members])
            for flags in (facts.compound, facts.digits)
        )
        # It may be like a word of another script, spelling or with a digit, which its letters do not tell.
        found |= (vowelless & compound) | digits | facts.second_name.array[members[-1]]
        left = np.flatnonzero(~found & ~vowelless & (length <= LONGEST_KOREAN))
        found[left[korean_words().holds(whole[left])]] = True
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
        hashes = [facts.hash.array.take(member) for member in members]
        lengths = [facts.length.array.take(member) for member in members]
        found = []
        for place, member in enumerate(members):
            before = concatenated_hash(hashes[:place], lengths[:place])
            after = concatenated_hash(hashes[place + 1 :], lengths[place + 1 :])
            behind = reduce(np.add, lengths[place + 1 :], np.zeros(len(member), np.int64))
            each = lengths[place]
            base = before * POWERS[np.maximum(each - 1 + behind, 0)] + after
            run, at = spread(facts.deletion_start.array.take(member), each)
            shifted = facts.deletion.array.take(at) * POWERS.take(behind).take(run)
            near = self._vocabulary.one_edit_set.holds(one_edit_hashes(base.take(run) + shifted))
            found.append(run.take(near))
        return distinct(np.concatenate(found))
