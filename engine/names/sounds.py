"""The sounds of a romanised word, and the consonants that a script without vowels would keep of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from engine.names.text import VOWELLESS


@lru_cache(maxsize=1 << 16)
def without_doubles(word: str) -> str:
    return "".join(letter for place, letter in enumerate(word) if place == 0 or word[place - 1] != letter)


def have_common(own: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two words have one of their few readings in common.

    Readings are kept as tuples: a set of one or two takes four times the memory.
    """
    return any(each in other for each in own)


# The j that German and Serbian write for a glide: Arkadij, Innokentjewitsch, Milojević.
_GLIDE = re.compile(r"(?<=[iybcdfgklmnprstvz])j|j$|(?<=[aeou])j(?=[bcdfgklmnprstvz])")
# Letters that make one sound, longest first, and the letter that stands for it from here on.
DIGRAPHS = tuple(
    tuple(pair.split("="))
    for pair in (
        "tsch=S tch=S sch=S shch=S tsh=S dzh=j ch=S sh=S zh=j dj=j ph=f kh=k gh=g th=t dh=d "
        "ck=k ts=s tz=s cz=S ks=k"
    ).split()
)
_SINGLE = str.maketrans(
    {"c": "k", "q": "k", "x": "k", "w": "v", "z": "s", "y": "a", "i": "a", "e": "a", "o": "a", "u": "a"}
)


@lru_cache(maxsize=1 << 16)
def skeleton(word: str) -> str:
    """The consonant sounds of a romanised word, a first vowel kept as `a`: Youssef and Yusuf are `asf`."""
    if word.startswith("kh"):
        word = word[1:]
    word = _GLIDE.sub("i", word)
    for digraph, sound in DIGRAPHS:
        if digraph in word:
            word = word.replace(digraph, sound)
    if word.endswith("ff"):
        word = word[:-2] + "v"
    elif word.endswith("f"):
        word = word[:-1] + "v"
    sounds = word.translate(_SINGLE)
    kept = sounds[0]
    last = kept
    for sound in sounds[1:]:
        if sound in "ah":
            last = sound
            continue
        if sound != last:
            kept += sound
        last = sound
    return kept


_CONSONANT_CLASSES = str.maketrans("Sjzqcxp", "sgskkkb", "vwuoaeiy")


_VOWELS = frozenset("aeiouywv")  # and the letters that stand for one in scripts without vowels


@lru_cache(maxsize=1 << 16)
def consonants(word: str) -> str:
    """What a script without vowels keeps of a word: its consonants, those it writes alike made one, none
    doubled.

    Whether it begins with a vowel is kept too, as an `a` in front: such scripts always write that one.
    """
    if word[:1] == VOWELLESS:
        word = word[1:].replace("dx", "d").replace("zx", "z")
    vowel_first = "a" if word[:1] in _VOWELS else ""
    for digraph, sound in DIGRAPHS:
        if digraph in word:
            word = word.replace(digraph, sound)
    word = without_doubles(word.translate(_CONSONANT_CLASSES))
    return vowel_first + (word[:-1] if word.endswith("h") and len(word) > 1 else word)
