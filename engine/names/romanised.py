"""One Slavic name in two systems of romanising: Misinzew and Mizintsev, Schukow and Zhukov.

A word is read back by each system that may have written it: as English, BGN/PCGN, GOST and passports (ICAO
Doc 9303) do, as German (DIN), French, Polish, Dutch and the Nordic countries do, and as scholars do (ISO 9,
ALA-LC) once their accents are lost. What systems do not tell apart (German s is с and з) is made one before
two readings are compared. A reading keeps the vowels, so that two words of one reading are one name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from engine.names.sounds import have_common

# A reading writes one letter for a sound: C for ч, S for ш, Z for ж, X for щ, c for ц, h for х.
_SOUND = str.maketrans({"y": "i", "j": "i", "w": "v", "x": "ks"})
_DOUBLED = re.compile(r"([^aeou])\1+")
_YO = re.compile("(?<=[^aeiou])io(?=[^aeiou])")
_YE = re.compile("ie(?=.)")
# The last sound of a Russian surname, as emigrants and Belarus write it.
_LAST_V = {"of": "ov", "ef": "ev", "au": "ov", "ou": "ov", "eu": "ev"}
# Below this length too many names are alike by one of these systems.
_LEAST = 5


class _System(NamedTuple):
    """How a system writes sounds, longest first; by what it is known; and which sounds it writes alike."""

    written: re.Pattern[str]
    sounds: dict[str, str]
    known_by: re.Pattern[str]
    alike: dict[int, str]

    def read(self, word: str) -> str:
        """The word with a letter for each sound that the system writes with several, or otherwise."""
        return self.written.sub(lambda found: self.sounds[found[0]], word)


def _system(written: str, known_by: str, alike: str = "") -> _System:
    sounds = dict(pair.split("=") for pair in written.split())
    longest = sorted(sounds, key=lambda each: -len(each))
    one = dict(pair.split("=") for pair in alike.split())
    return _System(re.compile("|".join(longest)), sounds, re.compile(known_by), str.maketrans(one))


_ENGLISH = re.compile("shch|[kszcpg]h|t[sz]|dj|ck")
_ENGLISH_SOUNDS = dict(
    pair.split("=") for pair in "shch=X kh=h sh=S zh=Z ch=C ts=c tz=c dj=dZ ph=f ck=k gh=g".split()
)
_LETTERS_OF_ENGLISH = frozenset("hzksj")  # each of the above has one
_SYSTEMS = (
    # German
    _system("schtsch=X tsch=C sch=S ch=h z=c ss=s kh=h sh=S zh=S", "w|ch|ss|(?:^|[^t])z(?!h)", "Z=S z=s"),
    # French
    _system("chtch=X tch=C sch=S ch=S j=Z ou=u kh=h ts=c gu=g zh=Z sh=S", "ch|ou|j|gu"),
    # Polish
    _system("szcz=X cz=C sz=S rz=Z ch=h ts=c", "cz|sz|rz"),
    # Dutch, Swedish, Norwegian, Danish
    _system("sjtsj=X sjtj=X stsj=X tsj=C tj=C sj=S zj=Z ch=h kh=h oe=u ts=c", "[tsz]j|oe"),
    # scholars
    _system("sc=X ch=h ts=c kh=h sh=s zh=z", "c(?!h|k(?![iy]))|j", "C=c S=s Z=z X=s"),
)


@lru_cache(maxsize=1 << 16)
def _english(word: str) -> str:
    """A word as English and passports have it."""
    if not _LETTERS_OF_ENGLISH.isdisjoint(word):
        word = _ENGLISH.sub(lambda found: _ENGLISH_SOUNDS[found[0]], word)
    return _with_plain_vowels(word)


@lru_cache(maxsize=1 << 16)
def _others(word: str) -> tuple[str, ...]:
    """A word as the systems have it that may have written it, each reading with the number of its system."""
    return tuple(
        str(number) + _with_plain_vowels(system.read(word), system.alike)
        for number, system in enumerate(_SYSTEMS)
        if system.known_by.search(word)
    )


@lru_cache(maxsize=1 << 16)
def _as_others_write(word: str) -> tuple[str, ...]:
    """The English reading of a word as far as each system tells sounds apart, with the system's number."""
    english = _english(word)
    return tuple(
        str(number) + _DOUBLED.sub(r"\1", english.translate(system.alike))
        for number, system in enumerate(_SYSTEMS)
    )


def _with_plain_vowels(read: str, alike: Mapping[int, str] = MappingProxyType({})) -> str:
    """A reading with its vowels in one spelling: yu and ju are iu, ye and ie are e, iy and y are i."""
    if "ee" in read or "oo" in read:
        read = read.replace("ee", "i").replace("oo", "u")
    read = _DOUBLED.sub(r"\1", read.translate(_SOUND))
    if "i" in read:
        read = _YE.sub("e", _YO.sub("e", read))
    read = read[:-2] + _LAST_V.get(read[-2:], read[-2:])
    return _DOUBLED.sub(r"\1", read.translate(alike)) if alike else read


def one_romanised(first: str, second: str) -> bool:
    """Whether two words are one name in two systems. Symmetric."""
    if not have_common(romanised_keys(first), romanised_keys(second)):
        return False
    if _english(first) == _english(second):
        return True
    own, other = _others(first), _others(second)
    return bool(
        (own and have_common(own, _as_others_write(second)))
        or (other and have_common(other, _as_others_write(first)))
    )


_COARSE = str.maketrans({"C": "s", "S": "s", "Z": "s", "X": "s", "c": "s", "z": "s", "i": None, "o": "e"})


@lru_cache(maxsize=1 << 16)
def romanised_keys(word: str) -> tuple[str, ...]:
    """What two words of one name have in common: for each reading its sounds, those made one that a system
    does not tell apart.
    """
    if len(word) < _LEAST:
        return ()
    texts = {_english(word), *(read[1:] for read in _others(word))}
    return tuple(sorted({_DOUBLED.sub(r"\1", text.translate(_COARSE)) for text in texts}))
