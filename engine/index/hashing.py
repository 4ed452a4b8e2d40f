"""64-bit hashes of short texts that can be put together from the hashes of their parts.

The polynomial hash of Karp and Rabin (1987) over code points, modulo 2**64: the hash of two texts written
together, or of one with letters left out, follows from the hashes of the parts without the text itself. Equal
hashes only propose; the texts are always compared afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Letters = NDArray[np.uint32]  # texts of one length, a row of code points each

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse and no digit of a text is lost
# Odd: spreads what a polynomial hash has in its low bits over the high ones.
SPREAD = 0xD6E8FEB86659FD93
MASK = (1 << 64) - 1
_FIRST_LETTER, _OTHER = ord("a"), 26
# Of the letters of a text: whether it has others than Latin ones, such as the mark of a word without vowels.
VOWELLESS_BIT = _OTHER
# Longer than any text that is hashed: a name has at most a thousand characters.
_LONGEST = 1_024


def _powers(base: int) -> Hashes:
    found, power = [], 1
    for _ in range(_LONGEST + 1):
        found.append(power)
        power = power * base & MASK
    return np.array(found, dtype=np.uint64)


POWERS = _powers(_BASE)
_POWER_OF: list[int] = POWERS.tolist()
_INVERSE_POWERS = _powers(pow(_BASE, -1, 1 << 64))


def text_hash(text: str) -> int:
    """The hash of one text."""
    value = 0
    for letter in text:
        value = (value * _BASE + ord(letter)) & MASK
    return value


def prefix_hashes_of(text: str) -> list[int]:
    """The hashes of the first 0, 1, ... all letters of one text."""
    value, found = 0, [0]
    for letter in text:
        value = (value * _BASE + ord(letter)) & MASK
        found.append(value)
    return found


def part_hash(prefixes: Sequence[int], begin: int, end: int, before: int) -> int:
    """The hash of some letters of a text after another text of hash `before`, from `prefix_hashes_of`."""
    power = _POWER_OF[end - begin]
    return (prefixes[end] + (before - prefixes[begin]) * power) & MASK


def concatenated_hash(hashes: Sequence[Hashes], lengths: Sequence[NDArray[np.int64]]) -> Hashes:
    """The hash of texts written together."""
    found = np.zeros(1, np.uint64)
    for own, length in zip(hashes, lengths, strict=True):
        found = found * POWERS[length] + own
    return found


def deletion_hashes_of(prefixes: Sequence[int]) -> Iterator[int]:
    """The hashes of what is left of a text with one letter taken out, from its `prefix_hashes_of`."""
    length = len(prefixes) - 1
    for place in range(length):
        yield part_hash(prefixes, place + 1, length, prefixes[place])


def text_hashes(texts: Sequence[str]) -> Hashes:
    """The hash of each text."""
    found = np.empty(len(texts), dtype=np.uint64)
    for places, letters in by_length(texts):
        found[places] = prefix_hashes(letters)[:, -1]
    return found


def by_length(texts: Sequence[str]) -> list[tuple[NDArray[np.int64], Letters]]:
    """The texts of each length: their places, and their letters."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    order = np.argsort(lengths, kind="stable")
    return [
        (places, letters_of([texts[place] for place in places.tolist()]))
        for places in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1)
        if len(places)
    ]


def letter_mask(text: str) -> int:
    """Which letters a text has, a bit each; all that are not Latin share one. An edit changes two at most."""
    mask = 0
    for letter in text:
        place = ord(letter) - _FIRST_LETTER
        mask |= 1 << (place if 0 <= place < _OTHER else _OTHER)
    return mask


def letter_masks(letters: Letters) -> NDArray[np.uint32]:
    """`letter_mask` of texts of one length, a row each."""
    place = np.minimum(letters - np.uint32(_FIRST_LETTER), np.uint32(_OTHER))  # what is below it wraps around
    found: NDArray[np.uint32] = np.bitwise_or.reduce(np.left_shift(np.uint32(1), place), axis=1)
    return found


def letters_of(texts: Sequence[str]) -> Letters:
    """Texts of one length as a matrix of code points, a row each."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return points.reshape(len(texts), -1)


def prefix_hashes(letters: Letters) -> Hashes:
    """For texts of one length, a row each, the hashes of their first 0, 1, ... all letters."""
    length = letters.shape[1]
    found = np.zeros((len(letters), length + 1), dtype=np.uint64)
    if length:
        np.cumsum(letters * _INVERSE_POWERS[:length], axis=1, out=found[:, 1:])
        found[:, 1:] *= POWERS[:length]
    return found


def deletion_hashes(letters: Letters, depth: int) -> Hashes:
    """For texts of one length, a row each, the hashes of all that is left with up to `depth` (0..2) letters
    taken out.

    The first column is the whole text. Two texts within `depth` edits (optimal string alignment) share one of
    them.
    """
    prefixes = prefix_hashes(letters)
    whole = prefixes[:, -1:]
    if not depth:
        return whole
    single, double, first, second = _deletions(letters.shape[1])
    # A letter taken out takes its place value, and what stands before it moves down by one.
    taken = prefixes[:, :-1] - prefixes[:, 1:]
    with_one = whole + taken * single
    if depth == 1:
        return np.concatenate([whole, with_one], axis=1)
    with_two = with_one[:, second] + taken[:, first] * double
    return np.concatenate([whole, with_one, with_two], axis=1)


@lru_cache(maxsize=512)
def _deletions(length: int) -> tuple[Hashes, Hashes, NDArray[np.int64], NDArray[np.int64]]:
    """The place values for one letter out of a text of this length, and for every two of them."""
    single = POWERS[length - 1 - np.arange(length)]
    first, second = np.triu_indices(length, k=1)
    return single, POWERS[length - 2 - first], first, second
