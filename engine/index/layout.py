"""What the index stores of a name, shared by the code that writes it and the code that searches it."""

from __future__ import annotations

import numpy as np

from engine.names.prepared import PreparedName
from engine.names.tokens import CORE, CORPORATE, TokenKind
from lists.model import Kind

# Raised whenever an array changes its meaning: an index of another format is built anew, never misread.
FORMAT = "22"
# Kinds by the number that stands for them.
KINDS = tuple(Kind)
IS_CORPORATE = np.array([kind in CORPORATE for kind in KINDS])
# Keeps the scale of a name without any core finite; no alignment of such a name scores.
LEAST_TOTAL = 1e-6


def initials_of(name: PreparedName) -> list[int]:
    """The letters that stand for a name, as bits of the alphabet."""
    return [letter_bit(token.text) for token in name.tokens if token.kind is TokenKind.INITIAL]


def most_words(name: PreparedName) -> int:
    """How many pairs of an alignment can at most count as words that agree."""
    return sum(token.kind in CORE for token in name.tokens)


def letters_of(name: PreparedName) -> int:
    """Bit n is set where a core token begins with the n-th letter of the alphabet."""
    mask = 0
    for token in name.tokens:
        if token.kind in CORE or token.kind is TokenKind.HONORIFIC:
            mask |= letter_bit(token.text)
    return mask


def letter_bit(text: str) -> int:
    place = ord(text[0]) - ord("a")
    return 1 << (place if 0 <= place < 26 else 26)  # all letters that nobody romanises share a bit
