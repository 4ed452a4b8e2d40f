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
    MASK,
    POWERS,
    SPREAD,
    Hashes,
    Letters,
    by_length,
    deletion_hashes,
    letters_of,
    prefix_hashes,
    text_hash,
    text_hashes,
)
from engine.names.assignment import JOINED_EDIT_FROM
from engine.names.cut import cut_forms, lengths_left
from engine.names.likeness import edits_allowed, masculine, typed_forms
from engine.names.mending import SLIP_WORDS, misread, slip_forms
from engine.names.patronymics import patronymic
from engine.names.romanised import romanised_keys
from engine.names.sounds import consonants, skeleton, without_doubles
from engine.names.syllables import LONGEST_KOREAN, korean_sound
from engine.names.text import VOWELLESS, fold_digits
from engine.names.variants import NICKNAMES, SPELLINGS
from engine.names.vowelless import consonants_of_latin, consonants_of_vowelless, is_compound

_MARKS = frozenset("#^-=/")
_SOUND = "s"  # before a skeleton
# `likeness` takes no notice of skeletons and stems that are shorter.
_LEAST_SKELETON = 2
_LEAST_STEM = 4
# Added to the hashes of whole texts and of what edits leave, so that a spelling is not taken for a sound, nor
# consonants for a word. They are spread, since the sum of the hashes of two texts may be that of two others.
_WHOLE, _EDITS, _VOWELLESS_EDITS, _CUTS = (
    np.uint64(text_hash(sort) * SPREAD & MASK) for sort in ("whole", "edits", "edits without vowels", "cut")
)
_WHOLE_OF, _EDITS_OF, _CUTS_OF = int(_WHOLE), int(_EDITS), int(_CUTS)


def filed_keys(text: str) -> list[str]:
    """Under which a listed token is found, beside `edit_hashes`."""
    keys = _own_keys(text)
    if _is_word(text):
        keys += ["w" + each for each in consonants_of_latin(text)]
        keys += ["g" + form for form in slip_forms(text)]  # not "f": two slips are not compared
        if text in SLIP_WORDS:
            keys.append("f" + text)
    elif text[0] == VOWELLESS:
        keys += _filed_vowelless(text)
    return keys


def _filed_vowelless(text: str) -> list[str]:
    return ["x" + each for each in consonants_of_vowelless(text)]


def is_special(text: str) -> bool:
    """Whether words written together have keys beside those of their letters: `filed_together`."""
    if not text.isalpha():
        return is_compound(text) if text[0] == VOWELLESS else fold_digits(text) != text
    return is_compound(text) or (len(text) <= LONGEST_KOREAN and korean_sound(text) is not None)


def filed_together(text: str) -> list[int]:
    """The keys of listed words written together that are like others than their letters tell."""
    if text[0] == VOWELLESS:
        return [text_hash(key) for key in _filed_vowelless(text)]
    return _together(text, "w")


def asked_together(text: str) -> list[int]:
    """The keys under which such words of a customer find a listed one."""
    if not is_special(text):
        return []
    if text[0] == VOWELLESS:
        return [text_hash(key) for key in _asked_vowelless(text)]
    return _together(text, "x")


def _together(text: str, mark: str) -> list[int]:
    """The keys of words with vowels: two names that Persian writes as one, a Korean name, a digit in them."""
    keys = [mark + each for each in consonants_of_latin(text)] if is_compound(text) else []
    if (korean := korean_sound(text)) is not None:
        keys.append("k" + korean)
    digits = fold_digits(text)
    return [*map(text_hash, keys), *([whole_hash(text_hash(digits))] if digits != text else [])]


def _asked_vowelless(text: str) -> list[str]:
    return ["w" + each for each in consonants_of_vowelless(text)]


def asked_keys(text: str) -> list[str]:
    """Under which a customer's token finds listed ones, beside `edit_hashes`."""
    keys = _own_keys(text)
    if _is_word(text):
        keys += ["x" + each for each in consonants_of_latin(text)]
        keys += ["f" + form for form in slip_forms(text)]
        if text in SLIP_WORDS:
            keys.append("g" + text)
    elif text[0] in _MARKS:
        keys.append("g" + text)
    elif text[0] == VOWELLESS:
        keys += _asked_vowelless(text)
    return keys


def _own_keys(text: str) -> list[str]:
    """A token's sound, its forms, and where it has no vowels its consonants."""
    if text[0] in _MARKS:
        return ["f" + text]
    if text[0] == VOWELLESS:
        return ["v" + consonants(text)]
    if not _is_word(text):
        return []
    keys = ["f" + form for form in typed_forms(text)]
    if len(sounds := skeleton(text)) >= _LEAST_SKELETON:
        keys.append(_SOUND + sounds)
    if len(stem := masculine(text)) >= _LEAST_STEM:
        keys.append("m" + stem)
    keys.append("u" + without_doubles(text))
    keys += ["r" + sounds for sounds in romanised_keys(text)]
    if (name := patronymic(text)) is not None:
        keys.append("p" + name)
    if (korean := korean_sound(text)) is not None:
        keys.append("k" + korean)
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
    for places, letters, vowelless in _stems(texts):
        sort = _VOWELLESS_EDITS if vowelless else _EDITS
        yield places, deletion_hashes(letters, edits_allowed(letters.shape[1])) + sort


def _stems(texts: Sequence[str]) -> Iterator[tuple[NDArray[np.int64], Letters, bool]]:
    """The letters of the words among tokens, by length: places in `texts`, and whether they lack vowels."""
    words = [place for place, text in enumerate(texts) if text[0] not in _MARKS and text[0] != VOWELLESS]
    vowelless = [place for place, text in enumerate(texts) if text[0] == VOWELLESS and len(text) > 1]
    for chosen, mark in ((words, 0), (vowelless, 1)):
        for places, letters in by_length([texts[place][mark:] for place in chosen]):
            yield np.array(chosen)[places], letters, bool(mark)


def whole_hashes(hashes: Hashes) -> Hashes:
    """The keys of items as they stand, by the hashes of their texts."""
    return hashes + _WHOLE


def whole_hash(value: int) -> int:
    """`whole_hashes` of one."""
    return (value + _WHOLE_OF) & MASK


def one_edit_hash(value: int) -> int:
    """`one_edit_hashes` of one."""
    return (value + _EDITS_OF) & MASK


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


def end_hashes(letters: Letters) -> Hashes:
    """The hashes of both ends of texts of one length, as `_end_keys` has them: words written together are
    filed under them, and those of a token say whether it may be one edit from such words.
    """
    length = letters.shape[1]
    if length < JOINED_EDIT_FROM:
        return np.empty((len(letters), 0), np.uint64)
    size = (length - 1) // 2
    prefixes, power = prefix_hashes(letters), POWERS[size]
    head, tail = (np.array([text_hash(sort + chr(length))], dtype=np.uint64) * power for sort in "<>")
    ends = prefixes[:, length] - prefixes[:, length - size] * power
    return np.stack([prefixes[:, size] + head, ends + tail], axis=1)


@cache
def _ends_of_near(length: int) -> tuple[tuple[int, int, int, int], ...]:
    """For each length that a text of this one may have after an edit: how long its ends are, what the mark
    before its first letters adds to their hash, the hash of the mark before its last ones, and the place
    value of these.
    """
    found = []
    for other in range(max(JOINED_EDIT_FROM, length - 1), length + 2):
        size = (other - 1) // 2
        power = int(POWERS[size])
        found.append((size, text_hash(f"<{chr(other)}") * power, text_hash(f">{chr(other)}"), power))
    return tuple(found)


def ends_near(prefixes: Sequence[int]) -> list[int]:
    """The `end_hashes` of which a token one edit from a text has at least one.

    `prefixes` are the text's `prefix_hashes_of`.
    """
    length = len(prefixes) - 1
    if length < JOINED_EDIT_FROM:
        return []
    whole, found = prefixes[length], []
    for size, head, mark, power in _ends_of_near(length):
        found.append((prefixes[size] + head) & MASK)
        found.append((whole + (mark - prefixes[length - size]) * power) & MASK)
    return found


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


def filed_token_hashes(texts: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """The keys of listed tokens as (hash, place in `texts`), without those of edits."""
    return _hashed(texts, filed_keys)


def filed_hashes(
    tokens: Sequence[str],
    own: tuple[Hashes, NDArray[np.int64]],
    joined: Iterable[tuple[NDArray[np.int64], Letters]],
    special: Iterable[tuple[str, int]],
) -> tuple[Hashes, NDArray[np.int64]]:
    """All keys of listed items as (hash, place): of the tokens, numbered from 0, whose `own` are those of
    `filed_token_hashes`, and of words written together, by their length; `special` are those of these
    without vowels or with digits, with their places.
    """
    sounds = [(key, place) for text, place in special for key in filed_together(text)]
    own_places = np.array([place for _, place in sounds], dtype=np.int64)
    parts = [
        own,
        edits_of(tokens),
        _flat(_cut_hashes(tokens)),
        (np.array([key for key, _ in sounds], dtype=np.uint64), own_places),
    ]
    for same_length, letters in joined:
        found = np.concatenate([whole_hashes(prefix_hashes(letters)[:, -1:]), end_hashes(letters)], axis=1)
        parts.append((found.ravel(), np.repeat(same_length, found.shape[1])))
    hashes, places = zip(*parts, strict=True)
    return np.concatenate(hashes), np.concatenate(places)


def asked_hashes(texts: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """The keys of customers' tokens as (hash, place in `texts`), without those of edits."""
    return _hashed(texts, lambda text: asked_keys(text) + asked_ends(text))


def hashes_of_one(text: str) -> tuple[list[int], list[int], list[int]]:
    """The keys of one customer's token: of its forms, of its sound, and what is left of it by edits."""
    forms: list[int] = []
    sounds: list[int] = []
    for key in asked_keys(text) + asked_ends(text):
        (sounds if key[0] == _SOUND else forms).append(text_hash(key))
    forms.append(whole_hash(text_hash(text)))
    if _is_word(text) and (read := misread(text)) != text:
        forms.append(whole_hash(text_hash(read)))
    return forms, sounds, edit_hashes(text).tolist()


def _hashed(texts: Sequence[str], keys_of: Callable[[str], list[str]]) -> tuple[Hashes, NDArray[np.int64]]:
    """The keys of texts, those of the texts as they stand among them, and as a scanner reads them."""
    flat: list[str] = []
    counts = []
    for text in texts:
        keys = keys_of(text)
        flat += keys
        counts.append(len(keys))
    places = np.arange(len(texts))
    read, read_places = _misread(texts)
    return (
        np.concatenate([text_hashes(flat), whole_hashes(text_hashes(texts)), read]),
        np.concatenate([np.repeat(places, counts), places, read_places]),
    )


def _cut_hashes(texts: Sequence[str]) -> Iterator[tuple[NDArray[np.int64], Hashes]]:
    """The keys of what a field may leave of tokens: places in `texts`, and a row of hashes for each."""
    for places, letters, _ in _stems(texts):
        left = lengths_left(letters.shape[1])
        yield places, prefix_hashes(letters)[:, left.start : left.stop] + _CUTS


def asked_cut(text: str) -> list[int]:
    """The keys of the listed items of which an item marked as cut off may be left."""
    left = text[1:]
    begins = (text_hash(left.removeprefix(VOWELLESS)) + _CUTS_OF) & MASK
    return [begins, *(text_hash("f" + form) for form in cut_forms(left))]


def edits_of(texts: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """What is left by edits of tokens, as (hash, place in `texts`)."""
    return _flat(all_edit_hashes(texts))


def _flat(rows: Iterable[tuple[NDArray[np.int64], Hashes]]) -> tuple[Hashes, NDArray[np.int64]]:
    """Some places, with a row of hashes for each, as (hash, place)."""
    hashes, places = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    for own, found in rows:
        hashes.append(found.ravel())
        places.append(np.repeat(own, found.shape[1]))
    return np.concatenate(hashes), np.concatenate(places)
