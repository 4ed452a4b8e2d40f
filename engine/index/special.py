"""Which of many words written together are like others than their letters tell: by their hashes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.index.hashing import Letters, concatenated_hash, prefix_hashes, text_hashes
from engine.index.keys import is_special
from engine.index.postings import HashSet
from engine.names.syllables import KOREAN
from engine.names.vowelless import ENDS_OF_TWO


@cache
def korean_words() -> HashSet:
    """The hashes of all words that `korean_sound` knows."""
    syllables = sorted(KOREAN)
    one, length = text_hashes(syllables), np.array(list(map(len, syllables)))
    count = len(syllables)
    two = concatenated_hash(
        [np.repeat(one, count), np.tile(one, count)], [np.repeat(length, count), np.tile(length, count)]
    )
    return HashSet.of(np.concatenate([one, two]))


def special_places(texts: Sequence[str], groups: Iterable[tuple[NDArray[np.int64], Letters]]) -> list[int]:
    """The places of the texts that `is_special` says yes to; `groups` are those of `by_length`."""
    may_be = np.zeros(len(texts), dtype=np.bool_)
    for places, letters in groups:
        may_be[places] = ((letters < ord("a")) | (letters > ord("z"))).any(axis=1)
        may_be[places[korean_words().holds(prefix_hashes(letters)[:, -1])]] = True
    return [
        place
        for place, (text, may) in enumerate(zip(texts, may_be.tolist(), strict=True))
        if (may or text.endswith(ENDS_OF_TWO)) and is_special(text)
    ]
