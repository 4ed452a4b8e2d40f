"""What a token is filed and looked up under: two tokens that `likeness` finds alike share a key.

Keys only propose, and `likeness` decides. They are complete: a property test compares what they propose with
trying every pair. A key is a 64-bit hash, so that a watchlist's keys are one sorted array.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.index.hashing import (
    POWERS,
    Hashes,
    Letters,
    by_length,
    deletion_hashes,
    letters_of,
    prefix_hashes,
    text_hash,
    text_hashes,
)
from engine.names.alignment import JOINED_EDIT_FROM
from engine.names.likeness import (
    consonants,
    edits_allowed,
    masculine,
    skeleton,
    typed_forms,
    without_doubles,
)
from engine.names.mending import misread, slip_forms
from engine.names.text import VOWELLESS
from engine.names.variants import NICKNAMES, SPELLINGS

_MARKS = frozenset("#^-=/")
# `likeness` takes no notice of skeletons and stems that are shorter.
_LEAST_SKELETON = 2
_LEAST_STEM = 4
# Added to the hashes of whole texts and of what edits leave, so that a spelling is not taken for a sound, nor
# consonants for a word.
_WHOLE = np.uint64(text_hash("whole"))
_EDITS = np.uint64(text_hash("edits"))
_VOWELLESS_EDITS = np.uint64(text_hash("edits without vowels"))


def filed_keys(text: str) -> list[str]:
    """Under which a listed token is found, beside `edit_hashes`."""
    keys = _own_keys(text)
    if _is_word(text):
        keys.append("w" + consonants(text))
    return keys


def asked_keys(text: str) -> list[str]:
    """Under which a customer's token finds listed ones, beside `edit_hashes`."""
    keys = _own_keys(text)
    if _is_word(text):
        keys.append("v" + consonants(text))
    elif text[0] == VOWELLESS:
        keys.append("w" + consonants(text))
    return keys


def _own_keys(text: str) -> list[str]:
    """A token's sound, its forms, and where it has no vowels its consonants."""
    if text[0] in _MARKS:
        return ["f" + text]
    if text[0] == VOWELLESS:
        return ["v" + consonants(text)]
    if not _is_word(text):
        return []
    keys = ["f" + form for form in (*typed_forms(text), *slip_forms(text))]
    if len(sounds := skeleton(text)) >= _LEAST_SKELETON:
        keys.append("s" + sounds)
    if len(stem := masculine(text)) >= _LEAST_STEM:
        keys.append("m" + stem)
    keys.append("u" + without_doubles(text))
    return keys


def _is_word(text: str) -> bool:
    return len(text) > 1 and text[0] not in _MARKS and text[0] != VOWELLESS


@cache
def related_words() -> dict[str, frozenset[str]]:
    """The other words that a table knows as spellings or short forms of a name."""
    groups: dict[int, set[str]] = defaultdict(set)
    for word, numbers in SPELLINGS.items():
        for number in numbers:
            groups[number].add(word)
    related: dict[str, set[str]] = defaultdict(set)
    for members in groups.values():
        for word in members:
            related[word] |= members
    for first, second in NICKNAMES:
        related[first].add(second)
    return {word: frozenset(others - {word}) for word, others in related.items()}


def edit_hashes(text: str) -> Hashes:
    """The hashes of a token with as many letters left out as an edit of it may change."""
    if text[0] in _MARKS:
        return np.empty(0, np.uint64)
    stem, sort = (text[1:], _VOWELLESS_EDITS) if text[0] == VOWELLESS else (text, _EDITS)
    if not stem:
        return np.empty(0, np.uint64)
    found: Hashes = deletion_hashes(letters_of([stem]), edits_allowed(len(stem)))[0] + sort
    return found


def all_edit_hashes(texts: Sequence[str]) -> Iterator[tuple[NDArray[np.int64], Hashes]]:
    """`edit_hashes` of many tokens: places in `texts`, and a row of hashes for each."""
    words = [place for place, text in enumerate(texts) if text[0] not in _MARKS and text[0] != VOWELLESS]
    vowelless = [place for place, text in enumerate(texts) if text[0] == VOWELLESS and len(text) > 1]
    for chosen, skipped, sort in ((words, 0, _EDITS), (vowelless, 1, _VOWELLESS_EDITS)):
        for places, letters in by_length([texts[place][skipped:] for place in chosen]):
            yield np.array(chosen)[places], deletion_hashes(letters, edits_allowed(letters.shape[1])) + sort


def whole_hashes(hashes: Hashes) -> Hashes:
    """The keys of items as they stand, by the hashes of their texts."""
    return hashes + _WHOLE


def one_edit_hashes(hashes: Hashes) -> Hashes:
    """The keys of words written together among those of tokens, by the hashes of what one deletion leaves."""
    return hashes + _EDITS


def _end_keys(text: str, lengths: Iterable[int]) -> list[str]:
    """The two ends of a text, as those of one of each length: an edit leaves one of them as it is.

    Between the ends lies at least one letter, so that not even two letters swapped touch both.
    """
    keys = []
    for length in lengths:
        size = (length - 1) // 2
        keys += [f"<{chr(length)}{text[:size]}", f">{chr(length)}{text[-size:]}"]
    return keys


def _filed_ends(letters: Letters) -> Hashes:
    """Under which words written together of one length are filed, two keys for each: as `_end_keys` hashes
    them.
    """
    length = letters.shape[1]
    if length < JOINED_EDIT_FROM:
        return np.empty((len(letters), 0), np.uint64)
    size = (length - 1) // 2
    prefixes, power = prefix_hashes(letters), POWERS[size]
    head, tail = (np.array([text_hash(sort + chr(length))], dtype=np.uint64) * power for sort in "<>")
    ends = prefixes[:, length] - prefixes[:, length - size] * power
    return np.stack([prefixes[:, size] + head, ends + tail], axis=1)


def asked_ends(text: str) -> list[str]:
    """Under which a token finds words written together that are one edit from it."""
    if len(text) < JOINED_EDIT_FROM:
        return []
    return _end_keys(text, range(max(JOINED_EDIT_FROM, len(text) - 1), len(text) + 2))


def _misread(texts: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """The keys of tokens as a scanner reads them, where that is otherwise."""
    read = [(misread(text), place) for place, text in enumerate(texts) if _is_word(text)]
    other = [(text, place) for text, place in read if text != texts[place]]
    hashes = whole_hashes(text_hashes([text for text, _ in other]))
    return hashes, np.array([place for _, place in other], dtype=np.int64)


def filed_hashes(tokens: Sequence[str], joined: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """All keys of listed items as (hash, place): the tokens are numbered from 0, and words written together
    after them.
    """
    hashes, places = _hashed(tokens, filed_keys)
    all_hashes, all_places = [hashes, whole_hashes(text_hashes(tokens))], [places, np.arange(len(tokens))]
    for own, letters in by_length(joined):
        found = np.concatenate([whole_hashes(prefix_hashes(letters)[:, -1:]), _filed_ends(letters)], axis=1)
        all_hashes.append(found.ravel())
        all_places.append(np.repeat(own + len(tokens), found.shape[1]))
    read, read_places = _misread(tokens)
    return np.concatenate([*all_hashes, read]), np.concatenate([*all_places, read_places])


def asked_hashes(texts: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """All keys of customers' tokens as (hash, place in `texts`)."""
    hashes, places = _hashed(texts, lambda text: asked_keys(text) + asked_ends(text))
    read, read_places = _misread(texts)
    return (
        np.concatenate([hashes, whole_hashes(text_hashes(texts)), read]),
        np.concatenate([places, np.arange(len(texts)), read_places]),
    )


def hashes_of_one(text: str) -> Hashes:
    """All keys of one customer's token."""
    keys = [text_hash(key) for key in asked_keys(text) + asked_ends(text)]
    whole = whole_hashes(np.array([text_hash(text)], dtype=np.uint64))
    return np.concatenate([np.array(keys, dtype=np.uint64), whole, _misread([text])[0], edit_hashes(text)])


def _hashed(texts: Sequence[str], keys_of: Callable[[str], list[str]]) -> tuple[Hashes, NDArray[np.int64]]:
    """The keys of texts, and what is left by edits of those that are tokens."""
    flat: list[str] = []
    counts = []
    for text in texts:
        keys = keys_of(text)
        flat += keys
        counts.append(len(keys))
    all_hashes, all_places = [text_hashes(flat)], [np.repeat(np.arange(len(counts)), counts)]
    for own, found in all_edit_hashes(texts):
        all_hashes.append(found.ravel())
        all_places.append(np.repeat(own, found.shape[1]))
    return np.concatenate(all_hashes), np.concatenate(all_places)
