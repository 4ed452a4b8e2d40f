"""The tokens of all listed names, and for any token of a customer those among them that are like it: the
token table.

The table is a cache of `likeness`, filled by blocking: cheap keys propose every pair that can be alike, and
the one
definition in `engine.names` decides. What is proposed is complete: a property test compares it with trying
all pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from engine.names.alignment import JOINED_EDIT_FROM, joined_likeness
from engine.names.likeness import (
    Likeness,
    consonants,
    edits_allowed,
    likeness,
    masculine,
    skeleton,
    typed_forms,
    without_doubles,
)
from engine.names.text import VOWELLESS
from engine.names.variants import NICKNAMES, SPELLINGS

_MARKS = frozenset("#^-=/")
# One edit cannot touch both ends of words this long when each end is three letters: one of the two ends
# is intact.
_END = 3
# The table forgets everything beyond this many tokens, so that a long-lived process stays within its memory.
_MOST_CACHED = 2_000_000


Key = TypeVar("Key")
Neighbours = dict[int, Likeness]  # listed items that one item is like, by their place in the vocabulary


class Keys(NamedTuple):
    """What a token is found under. Computed when the index is built, so that opening it need not."""

    skeleton: str
    consonants: str
    masculine: str
    undoubled: str


def keys_of(text: str) -> Keys:
    """The keys of a word; a token that is none (a number, a legal form, an initial) has empty ones."""
    if _is_word(text):
        return Keys(skeleton(text), consonants(text), masculine(text), without_doubles(text))
    return Keys("", consonants(text) if text[0] == VOWELLESS else "", "", "")


class _Block(NamedTuple):
    """Words of one length, with the set of letters of each as bits."""

    places: NDArray[np.int64]
    texts: list[str]
    letters: NDArray[np.uint64]

    @classmethod
    def of(cls, members: Sequence[tuple[int, str]]) -> _Block:
        texts = [text for _, text in members]
        letters = np.array([_letter_set(text) for text in texts], dtype=np.uint64)
        return cls(np.array([place for place, _ in members]), texts, letters)


def _letter_set(text: str) -> np.uint64:
    bits = 0
    for letter in set(text):
        bits |= 1 << (ord(letter) & 63)
    return np.uint64(bits)


class Vocabulary:
    """`tokens` are single tokens, numbered from 0; `joined`, words written together, come after them.

    `keys` are those of the tokens, in the same order.
    """

    def __init__(self, tokens: Sequence[str], joined: Sequence[str], keys: Sequence[Keys]) -> None:
        self.tokens = list(tokens)
        self.joined = list(joined)
        self._keys = keys
        self._cache: dict[tuple[str, bool], Neighbours] = {}

    def __len__(self) -> int:
        return len(self.tokens) + len(self.joined)

    @cached_property
    def token_ids(self) -> dict[str, int]:
        return {text: place for place, text in enumerate(self.tokens)}

    @cached_property
    def joined_ids(self) -> dict[str, int]:
        return {text: place for place, text in enumerate(self.joined, len(self.tokens))}

    def text_of(self, place: int) -> str:
        return self.tokens[place] if place < len(self.tokens) else self.joined[place - len(self.tokens)]

    def id_of(self, text: str, joined: bool) -> int | None:
        return (self.joined_ids if joined else self.token_ids).get(text)

    def neighbours(self, text: str, joined: bool) -> Neighbours:
        """The listed items that this one is like, itself included where it is listed.

        Initials and what they stand for are left out: a single letter is like every token that begins with
        it, too
        many to store. `candidates` bounds what they can add, and the alignment pairs them.
        """
        found = self._cache.get((text, joined))
        if found is None:
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            found = self._cache[text, joined] = self._find_joined(text) if joined else self._find_token(text)
        return found

    # -- single tokens
    # ---------------------------------------------------------------------------------------------

    def _find_token(self, text: str) -> Neighbours:
        proposed = {self.token_ids[text]} if text in self.token_ids else set()
        if text[0] in _MARKS:
            proposed.update(self._words_of_form.get(text, ()))
        elif len(text) == 1:
            pass
        else:
            proposed.update(self._of_form(text))
            proposed.update(self._alike(text))
        found = {place: likeness(text, self.tokens[place]) for place in sorted(proposed)}
        return _alike_only(found) | self._joined_like(text)

    def _of_form(self, text: str) -> Iterable[int]:
        for typed in typed_forms(text):
            if (place := self.token_ids.get(typed)) is not None:
                yield place

    def _alike(self, text: str) -> Iterable[int]:
        vowelless = text[0] == VOWELLESS
        yield from (self._by_consonants if vowelless else self._vowelless_by_consonants).get(
            consonants(text), ()
        )
        if vowelless:
            yield from self._vowelless_within_edits(text)
            return
        yield from self._by_skeleton.get(skeleton(text), ())
        yield from self._by_undoubled.get(without_doubles(text), ())
        yield from self._by_masculine.get(masculine(text), ())
        for group in SPELLINGS.get(text, ()):
            yield from self._by_spelling.get(group, ())
        yield from self._by_nickname.get(text, ())
        yield from self._within_edits(text)

    def _within_edits(self, text: str) -> Iterable[int]:
        """The words within the edits that lengths allow; each changes at most two of the set of letters."""
        own = _letter_set(text)
        for length in range(len(text) - 2, len(text) + 3):
            allowed = edits_allowed(min(length, len(text)))
            block = self._by_length.get(length)
            if block is None or not allowed or abs(length - len(text)) > allowed:
                continue
            near = np.flatnonzero(np.bitwise_count(block.letters ^ own) <= 2 * allowed)
            if len(near):
                texts = [block.texts[place] for place in near]
                distances = process.cdist(
                    [text], texts, scorer=OSA.distance, score_cutoff=allowed, dtype=np.uint8
                )
                yield from block.places[near[distances[0] <= allowed]].tolist()

    def _vowelless_within_edits(self, text: str) -> Iterable[int]:
        for place in self._vowelless:
            if abs(len(self.tokens[place]) - len(text)) <= 2:
                yield place

    @cached_property
    def _words(self) -> list[tuple[int, str]]:
        return [(place, text) for place, text in enumerate(self.tokens) if _is_word(text)]

    @cached_property
    def _vowelless(self) -> list[int]:
        return [place for place, text in enumerate(self.tokens) if text[0] == VOWELLESS]

    @cached_property
    def _by_length(self) -> dict[int, _Block]:
        blocks: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for place, text in self._words:
            blocks[len(text)].append((place, text))
        return {length: _Block.of(members) for length, members in blocks.items()}

    @cached_property
    def _by_skeleton(self) -> dict[str, list[int]]:
        return _grouped((self._keys[place].skeleton, place) for place, _ in self._words)

    @cached_property
    def _by_undoubled(self) -> dict[str, list[int]]:
        """Short words only: edits find the others."""
        short = ((place, text) for place, text in self._words if edits_allowed(len(text) - 1) == 0)
        return _grouped((self._keys[place].undoubled, place) for place, _ in short)

    @cached_property
    def _by_masculine(self) -> dict[str, list[int]]:
        return _grouped((self._keys[place].masculine, place) for place, _ in self._words)

    @cached_property
    def _by_consonants(self) -> dict[str, list[int]]:
        places = [*(place for place, _ in self._words), *self._vowelless]
        return _grouped((self._keys[place].consonants, place) for place in places)

    @cached_property
    def _vowelless_by_consonants(self) -> dict[str, list[int]]:
        return _grouped((self._keys[place].consonants, place) for place in self._vowelless)

    @cached_property
    def _by_spelling(self) -> dict[int, list[int]]:
        return _grouped(
            (group, self.token_ids[text])
            for text in SPELLINGS.keys() & self.token_ids
            for group in SPELLINGS[text]
        )

    @cached_property
    def _by_nickname(self) -> dict[str, list[int]]:
        return _grouped((own, self.token_ids[other]) for own, other in NICKNAMES if other in self.token_ids)

    @cached_property
    def _words_of_form(self) -> dict[str, list[int]]:
        return _grouped((form, place) for place, text in self._words for form in typed_forms(text))

    # -- words written together
    # ------------------------------------------------------------------------------------

    def _find_joined(self, text: str) -> Neighbours:
        found = self._one_edit(text, self.token_ids, self._token_ends)
        if (place := self.joined_ids.get(text)) is not None:
            found.add(place)
        return self._judged(text, found)

    def _joined_like(self, text: str) -> Neighbours:
        return self._judged(text, self._one_edit(text, self.joined_ids, self._joined_ends))

    def _judged(self, text: str, proposed: set[int]) -> Neighbours:
        return _alike_only({place: joined_likeness(text, self.text_of(place)) for place in sorted(proposed)})

    def _one_edit(
        self, text: str, ids: dict[str, int], ends: dict[str, tuple[list[int], list[str]]]
    ) -> set[int]:
        found = {ids[text]} if text in ids else set()
        if len(text) >= JOINED_EDIT_FROM:
            for end in (_head(text), _tail(text)):
                if end in ends:
                    places, texts = ends[end]
                    distances = process.cdist(
                        [text], texts, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8
                    )[0]
                    found.update(places[column] for column in np.flatnonzero(distances <= 1).tolist())
        return found

    @cached_property
    def _token_ends(self) -> dict[str, tuple[list[int], list[str]]]:
        return _by_ends(enumerate(self.tokens))

    @cached_property
    def _joined_ends(self) -> dict[str, tuple[list[int], list[str]]]:
        return _by_ends(enumerate(self.joined, len(self.tokens)))


def _head(text: str) -> str:
    return "<" + text[:_END]


def _tail(text: str) -> str:
    return text[-_END:] + ">"


def _by_ends(texts: Iterable[tuple[int, str]]) -> dict[str, tuple[list[int], list[str]]]:
    """Places and texts of those long enough to be one edit from another, by each of their two ends."""
    blocks: dict[str, tuple[list[int], list[str]]] = {}
    for place, text in texts:
        if len(text) >= JOINED_EDIT_FROM - 1:
            for end in (_head(text), _tail(text)):
                places, members = blocks.setdefault(end, ([], []))
                places.append(place)
                members.append(text)
    return blocks


def _is_word(text: str) -> bool:
    return len(text) > 1 and text[0] not in _MARKS and text[0] != VOWELLESS


def _grouped(pairs: Iterable[tuple[Key, int]]) -> dict[Key, list[int]]:
    groups: dict[Key, list[int]] = defaultdict(list)
    for key, place in pairs:
        groups[key].append(place)
    return dict(groups)


def _alike_only(judged: dict[int, Likeness | None]) -> Neighbours:
    return {place: alike for place, alike in judged.items() if alike is not None}
