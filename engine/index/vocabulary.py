"""The items of all listed names, and for any item of a customer those among them that it is like.

Tokens come first, words written together after them. Keys propose, and the one definition of likeness in
`engine.names` decides. What is proposed is complete: a property test compares it with trying all pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.index.hashing import Hashes, one_deletion_hashes, text_hash, text_hashes
from engine.index.keys import (
    all_edit_hashes,
    asked_hashes,
    filed_hashes,
    hashes_of_one,
    one_edit_hashes,
    related_words,
    whole_hashes,
)
from engine.index.postings import HashSet, Postings, mapped, write_hash_set, write_postings
from engine.names.alignment import JOINED_EDIT_FROM, Item, joined_likeness
from engine.names.likeness import Likeness, likeness

Neighbours = dict[int, Likeness]  # listed items that one item is like, by their place in the vocabulary


class Vocabulary:
    """The mapped items of one watchlist. Safe to share between threads."""

    def __init__(self, directory: Path) -> None:
        self.tokens = (directory / "tokens.txt").read_text(encoding="utf-8").split("\n")[:-1]
        self._joined = mapped(directory, "joined_text")
        self._joined_start = mapped(directory, "joined_start")
        self.item_set = HashSet(directory, "item")  # the hashes of the listed items
        # What one deletion leaves of the tokens that words written together may be like.
        self.one_edit_set = HashSet(directory, "one_edit")
        self._keys = Postings(directory, "key")

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

    def ids_of(self, items: Sequence[Item]) -> tuple[int | None, ...]:
        """The places of items, None for those that are not listed."""
        found = [None if item.joined else self.token_ids.get(item.text) for item in items]
        joined = [place for place, item in enumerate(items) if item.joined]
        hashes = np.array([text_hash(items[place].text) for place in joined], dtype=np.uint64)
        asked, places = self._keys.find(whole_hashes(hashes))
        for own, place in zip(asked.tolist(), places.tolist(), strict=True):
            if place >= len(self.tokens) and self.text_of(place) == items[joined[own]].text:
                found[joined[own]] = place
        return tuple(found)

    def neighbours(self, text: str, joined: bool) -> Neighbours:
        """The listed items that this one is like, itself included where it is listed.

        Initials and what they stand for are left out: a single letter is like every token that begins with
        it, too many to store. `candidates` bounds what they can add, and the alignment pairs them.
        """
        return self.neighbours_of_items([(text, joined)])[0]

    def neighbours_of_items(self, items: Sequence[tuple[str, bool]]) -> list[Neighbours]:
        """`neighbours` of the few items of one name."""
        asked = [hashes_of_one(text) for text, joined in items if not joined]
        owners = [place for place, (_, joined) in enumerate(items) if not joined]
        together = [place for place, (_, joined) in enumerate(items) if joined]
        sizes = [len(hashes) for hashes in asked]
        if together:
            hashes, of_text = self._hashes_of_joined([items[place][0] for place in together])
            asked.append(hashes)
            owner = np.concatenate([np.repeat(owners, sizes), np.array(together)[of_text]]).astype(np.int64)
        else:
            owner = np.repeat(owners, sizes)
        hashes_of_all = np.concatenate(asked)
        if not len(hashes_of_all):
            return [{} for _ in items]
        which, places = self._keys.find(hashes_of_all)
        proposed: list[list[int]] = [[] for _ in items]
        for own, place in zip(owner[which].tolist(), places.tolist(), strict=True):
            proposed[own].append(place)
        return [self._judged(*item, own) for item, own in zip(items, proposed, strict=True)]

    def _hashes_of_joined(self, texts: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
        """The keys of words written together that are a listed item's, each with the place of its text."""
        left, there = one_deletion_hashes(texts)
        editable = np.array([len(text) >= JOINED_EDIT_FROM for text in texts])
        there &= editable[:, None]
        of_text = np.repeat(np.arange(len(texts)), there.sum(axis=1))
        edits = one_edit_hashes(left[there])
        near = self.one_edit_set.holds(edits)
        whole = left[:, 0]
        same = self.item_set.holds(whole)
        return np.concatenate([whole_hashes(whole[same]), edits[near]]), np.concatenate([same, of_text[near]])

    def neighbours_of_tokens(self, texts: Sequence[str]) -> list[Neighbours]:
        """`neighbours` of many tokens, in a fraction of the time that asking for each would take."""
        hashes, owners = asked_hashes(texts)
        asked, places = self._keys.find(hashes)
        pairs = np.unique(owners[asked] * np.int64(len(self)) + places)
        owner, place = np.divmod(pairs, max(1, len(self)))
        ends = np.searchsorted(owner, np.arange(len(texts)), side="right").tolist()
        found = place.tolist()
        return [
            self._judged(text, False, found[begin:end])
            for text, begin, end in zip(texts, [0, *ends], ends, strict=False)
        ]

    def _judged(self, text: str, joined: bool, proposed: Iterable[int]) -> Neighbours:
        if not joined and (related := related_words().get(text)):
            listed = [place for word in related if (place := self.token_ids.get(word)) is not None]
            proposed = [*proposed, *listed]
        found = {}
        for place in sorted(set(proposed)):
            other, other_joined = self.text_of(place), place >= len(self.tokens)
            if joined and other_joined and text != other:
                continue  # only a shifted space joins both sides
            if not joined and not other_joined and text != other and 1 in (len(text), len(other)):
                continue
            alike = joined_likeness(text, other) if joined or other_joined else likeness(text, other)
            if alike is not None:
                found[place] = alike
        return found


def write_vocabulary(directory: Path, tokens: Sequence[str], joined: Sequence[str]) -> None:
    """Write what `Vocabulary` maps. Both sequences are in ascending order and hold no text twice."""
    (directory / "tokens.txt").write_text("".join(text + "\n" for text in tokens), "utf-8", newline="\n")
    encoded = [text.encode() for text in joined]
    np.save(directory / "joined_text.npy", np.frombuffer(b"".join(encoded), dtype=np.uint8))
    np.save(directory / "joined_start.npy", np.cumsum([0, *map(len, encoded)]))
    write_hash_set(directory, "item", text_hashes([*tokens, *joined]))
    words = [text for text in tokens if len(text) >= JOINED_EDIT_FROM and text[0].isalnum()]
    left = [found[:, : 1 + len(words[own[0]])].ravel() for own, found in all_edit_hashes(words)]
    write_hash_set(directory, "one_edit", np.concatenate(left) if left else np.empty(0, np.uint64))
    write_postings(directory, "key", *filed_hashes(tokens, joined))
