"""The items of all listed names, and for any item of a customer those among them that it is like.

Tokens come first, words written together after them. Keys propose, and the one definition of likeness in
`engine.names` decides. What is proposed is complete: a property test compares it with trying all pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from engine.index.hashing import (
    VOWELLESS_BIT,
    Hashes,
    Letters,
    by_length,
    deletion_hashes,
    deletion_hashes_of,
    letter_mask,
    letter_masks,
    prefix_hashes,
    prefix_hashes_of,
)
from engine.index.keys import (
    asked_cut,
    asked_hashes,
    asked_together,
    edits_of,
    end_hashes,
    ends_near,
    hashes_of_one,
    is_special,
    one_edit_hash,
    one_edit_hashes,
    related_words,
    whole_hash,
)
from engine.index.postings import HashSet, Postings, mapped
from engine.model import MODEL
from engine.names.arrays import distinct
from engine.names.assignment import JOINED_EDIT_FROM, alike
from engine.names.cut import is_cut
from engine.names.likeness import Likeness, edits_allowed
from engine.names.prepared import Item

# Edits that lie between any two words: other reasons than edits say that they are alike.
_ANY = 16
_PARTS = 3  # of the keys of one item: `hashes_of_one`
_LEAST_RATIO = MODEL["likeness.sound_least_ratio"]
Neighbours = dict[int, Likeness]  # listed items that one item is like, by their place in the vocabulary


class Vocabulary:
    """The mapped items of one watchlist. Safe to share between threads."""

    def __init__(self, directory: Path) -> None:
        self.tokens = (directory / "tokens.txt").read_text(encoding="utf-8").split("\n")[:-1]
        self._joined = mapped(directory, "joined_text")
        self._joined_start = mapped(directory, "joined_start")
        self.item_set = HashSet.mapped(directory, "item")  # the hashes of the listed items
        # What one deletion leaves of the tokens that words written together may be like.
        self.one_edit_set = HashSet.mapped(directory, "one_edit")
        self._end_set = HashSet.mapped(directory, "end")  # the ends of these tokens
        self._keys = Postings(directory, "key")
        self._letters = mapped(directory, "item_letters")
        self._wanted: NDArray[np.bool_] | None = None  # the items that are looked for, where not all are

    def __len__(self) -> int:
        return len(self.tokens) + len(self._joined_start) - 1

    @cached_property
    def token_ids(self) -> dict[str, int]:
        return {text: place for place, text in enumerate(self.tokens)}

    def text_of(self, place: int) -> str:
        if place < len(self.tokens):
            return self.tokens[place]
        begin, end = self._joined_start[place - len(self.tokens) :][:2].tolist()
        return self._joined[begin:end].tobytes().decode()

    def item(self, place: int, mask: int) -> Item:
        """An item as it stands in a name, made of these tokens of it."""
        return Item(self.text_of(place), mask, place >= len(self.tokens))

    def only(self, items: NDArray[np.int32]) -> Vocabulary:
        """The vocabulary in which only these items are looked for."""
        texts = list(map(self.text_of, items.tolist()))
        tokens = [text for place, text in zip(items.tolist(), texts, strict=True) if place < len(self.tokens)]
        hashes = hashes_for_joined(tokens, by_length(texts))
        found = copy(self)
        found.item_set, found.one_edit_set, found._end_set = (
            HashSet.of(hashes[name]) for name in ("item", "one_edit", "end")
        )
        found._wanted = np.zeros(len(self), dtype=np.bool_)
        found._wanted[items] = True
        return found

    def neighbours(self, text: str, joined: bool) -> Neighbours:
        """The listed items that this one is like, itself included where it is listed.

        Initials and what they stand for are left out: a single letter is like every token that begins with
        it, too many to store. `candidates` bounds what they can add, and the alignment pairs them.
        """
        return self.neighbours_of_items([(text, joined)])[0]

    def neighbours_of_items(self, items: Sequence[tuple[str, bool]]) -> list[Neighbours]:
        """`neighbours` of some items, all at once."""
        asked = [
            (self._keys_of_joined(text), [], []) if joined else hashes_of_one(text) for text, joined in items
        ]
        if not any(map(any, asked)):
            return [{} for _ in items]
        sizes = [len(part) for parts in asked for part in parts]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        every = list(chain.from_iterable(chain.from_iterable(asked)))
        which, places = self._keys.find(np.array(every, dtype=np.uint64))
        owner = owner[which]
        letters = np.array([_letters_of(*item) for item in items], dtype=np.uint32)
        edits = [
            each
            for text, joined in items
            for each in (1 if joined and not is_cut(text) else _ANY, _ANY, edits_allowed(len(text)))
        ]
        near = self._may_be_near(places, letters[owner // _PARTS], np.array(edits)[owner])
        proposed: list[list[int]] = [[] for _ in sizes]
        for own, place in zip(owner[near].tolist(), places[near].tolist(), strict=True):
            proposed[own].append(place)
        return [
            self._judged(
                text, joined, {*forms, *self._spelled_alike(text, sounds), *self._within_edits(text, near)}
            )
            for (text, joined), forms, sounds, near in zip(
                items, *(proposed[part::_PARTS] for part in range(_PARTS)), strict=True
            )
        ]

    def _may_be_near(
        self, places: NDArray[np.int32], letters: NDArray[np.uint32], edits: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Which listed items have so much the same letters as what they are proposed for that so many edits
        may lie between; words written together are like a token within one edit.
        """
        allowed = np.where(places < len(self.tokens), edits, 1)
        listed = self._letters[places]
        apart: NDArray[np.uint8] = np.bitwise_count(listed ^ letters)
        # A word without vowels lacks the letters of the same word with them.
        near = (apart <= 2 * allowed) | ((listed | letters) >> np.uint32(VOWELLESS_BIT) > 0)
        if self._wanted is not None:
            near &= self._wanted[places]
        return near.nonzero()[0]

    def _keys_of_joined(self, text: str) -> list[int]:
        """The keys of words written together that are a listed item's."""
        if is_cut(text):
            return asked_cut(text)
        prefixes = prefix_hashes_of(text)
        whole = prefixes[-1]
        keys = [whole_hash(whole)] if self.item_set.has(whole) else []
        keys += asked_together(text)
        if self._end_set.has_any(ends_near(prefixes)):  # most texts are told by their ends
            edits = map(one_edit_hash, (whole, *deletion_hashes_of(prefixes)))
            keys += [key for key in edits if self.one_edit_set.has(key)]
        return keys

    def neighbours_of_tokens(self, texts: Sequence[str]) -> list[Neighbours]:
        """`neighbours` of many tokens, in a fraction of the time that asking for each would take."""
        letters = item_letters(by_length(texts), len(texts))
        allowed = np.array([edits_allowed(len(text)) for text in texts], dtype=np.int64)
        any_edits = np.full(len(texts), _ANY)
        return [
            self._judged(text, False, {*proposed, *self._within_edits(text, near)})
            for text, proposed, near in zip(
                texts,
                self._proposed(letters, any_edits, *asked_hashes(texts)),
                self._proposed(letters, allowed, *edits_of(texts)),
                strict=True,
            )
        ]

    def _proposed(
        self, letters: NDArray[np.uint32], edits: NDArray[np.int64], hashes: Hashes, owners: NDArray[np.int64]
    ) -> Iterator[list[int]]:
        """What is filed under the keys of each of some tokens, within some edits by its letters."""
        asked, places = self._keys.find(hashes)
        owners = owners[asked]
        near = self._may_be_near(places, letters[owners], edits[owners])
        pairs = distinct(owners[near] * np.int64(len(self)) + places[near])
        owner, place = np.divmod(pairs, max(1, len(self)))
        ends = np.searchsorted(owner, np.arange(len(letters)), side="right").tolist()
        found = place.tolist()
        return (found[begin:end] for begin, end in zip([0, *ends], ends, strict=False))

    def _judged(self, text: str, joined: bool, proposed: set[int]) -> Neighbours:
        """What of all that is proposed an item is like."""
        if not joined and (related := related_words().get(text)):
            places = [place for word in related if (place := self.token_ids.get(word)) is not None]
            proposed.update(place for place in places if self._wanted is None or self._wanted[place])
        found = {}
        for place in sorted(proposed):
            other, other_joined = self.text_of(place), place >= len(self.tokens)
            if joined and other_joined and text != other:
                continue  # only a shifted space joins both sides
            if not joined and not other_joined and text != other and 1 in (len(text), len(other)):
                continue
            if (likeness := alike(text, joined, other, other_joined)) is not None:
                found[place] = likeness
        return found

    def _spelled_alike(self, text: str, sounds: list[int]) -> Iterator[int]:
        """The tokens of the same sound that are spelled so much alike that it may count: one of three is."""
        for place in set(sounds):
            other = self.text_of(place)
            if 1.0 - OSA.distance(text, other) / max(len(text), len(other)) >= _LEAST_RATIO:
                yield place

    def _within_edits(self, text: str, near: list[int]) -> Iterator[int]:
        """The tokens that are no more edits from a text than may make two words alike: two of three are
        more.
        """
        allowed = edits_allowed(len(text))
        for place in set(near):
            if OSA.distance(text, self.text_of(place), score_cutoff=allowed) <= allowed:
                yield place


def hashes_for_joined(
    tokens: Sequence[str], items: Iterable[tuple[NDArray[np.int64], Letters]]
) -> dict[str, Hashes]:
    """What tells which words written together may be like one of some items, tokens among them: the hashes of
    the items, and of what one deletion leaves of the tokens and of their ends.
    """
    words = [text for text in tokens if len(text) >= JOINED_EDIT_FROM and text[0].isalnum()]
    editable = [letters for _, letters in by_length(words)]
    return {
        "item": _flat(prefix_hashes(letters)[:, -1] for _, letters in items),
        "one_edit": _flat(one_edit_hashes(deletion_hashes(letters, 1)) for letters in editable),
        "end": _flat(map(end_hashes, editable)),
    }


def _flat(parts: Iterable[Hashes]) -> Hashes:
    return np.concatenate([np.empty(0, np.uint64), *(part.ravel() for part in parts)])


def _letters_of(text: str, joined: bool) -> int:
    """`letter_mask` of an item; words written together whose letters tell little are as without vowels."""
    return letter_mask(text) | (joined and not is_cut(text) and is_special(text)) << VOWELLESS_BIT


def item_letters(groups: Iterable[tuple[NDArray[np.int64], Letters]], count: int) -> NDArray[np.uint32]:
    """Which letters each of so many texts has, by its place."""
    found = np.zeros(count, dtype=np.uint32)
    for places, letters in groups:
        found[places] = letter_masks(letters)
    return found
