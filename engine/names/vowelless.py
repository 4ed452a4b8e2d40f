"""Words of scripts without vowels (Arabic, Persian, Hebrew) beside words in Latin letters.

A letter has several sounds among those who use it (ض is d in Cairo and z in Kabul, ق is q, k or g), and each
is romanised in several ways. What a script does write, long vowels among it, must be there in a Latin word;
what it does not write is a short vowel. Sources: the usage of the lists, the tables of BGN/PCGN and ALA-LC
for Arabic and Persian, French usage in the Maghreb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from engine.names.sounds import consonants, have_common, without_doubles
from engine.names.text import VOWELLESS

_VOWELS = "aeiou"


def _ways(written: str) -> tuple[str, ...]:
    """How a letter is written: one text after the other, "-" for nothing, V for any vowel."""
    texts = written.replace("-", "").split("/")
    while any("V" in text for text in texts):
        texts = [
            text.replace("V", vowel, 1)
            for text in texts
            for vowel in (_VOWELS if "V" in text else _VOWELS[:1])
        ]
    return tuple(dict.fromkeys(texts))


# By a letter as `engine.names.text` folds it: its consonants as `consonants` makes them one, and how it is
# written in Latin letters. A mark after a text: no vowel follows.
_LETTERS = {
    letter: (tuple("" if each == "-" else each for each in sounds.split("/")), _ways(written))
    for letter, sounds, written in (
        line.split()
        for line in """
        a - V/aa/Vh/aah
        ae - -/V/VV
        u - -/V/VV
        i - -/V/VV
        w - w/ww/v/o/u/oo/ou/uu/aw/au/ew/eu/ow/uw
        y - y/yy/i/ii/ee/ie/e!/ay/ai/ey/ei/iy/iyy/j
        kh k kh/k
        sh s sh/ch/sch
        th t/s th/s/ss/t/tt
        dh d/s dh/z/zz/d/dd
        gh g gh/g
        ch s ch/tch
        zh g zh/j
        ts s ts/tz/z/zz
        dx d/s dh/d/dd/z/zz
        zx s/d/t z/zz/dh/d/dd/th
        b b b/bb/v
        p b p/pp/f/ff/ph
        t t t/tt
        j g j/jj/dj/g/dzh
        h h h/hh
        d d d/dd
        r r r/rr
        z s z/zz
        s s s/ss/c
        f f f/ff/ph
        q k/g q/qq/k/kk/g/gh/c/kh
        k k k/kk/c/ck/kh/ch
        g g g/gg/gh
        l l l/ll
        m m m/mm
        n n n/nn
        v - v/w
        """.strip().splitlines()
    )
}
_FIRST_A = _ways("V/VV/Vh")
_LAST = {"h": _ways("a/e/h/ah/eh/ha/aha/eha"), "y": _ways("y/i/ii/ee/ie/ay/ai/ey/ei/iy/iyy/j")}
_LETTER = re.compile("ae|kh|sh|th|dh|gh|ch|zh|ts|dx|zx|.")
# Between two letters that would be read as one: `engine.names.text` writes it.
_KEEPS_APART = "e"
# The letters that assimilate the l of an article before them: Shams al-Din is Shamsuddin.
_SUN = ("t", "th", "d", "dh", "r", "z", "s", "sh", "dx", "zx", "l", "n")
_H_APART = re.compile("(?<=[szdtkgpc])h")
_SOFT_C = re.compile("c(?=[eiy])")
# The second parts of names that are written as one in Latin letters: Nur al-Din, Faiz Allah, Zia al-Haq.
_SECOND_PARTS = frozenset("~dyn ~lh ~hq ~aslam ~zman ~nby ~mlk".split())
_COMPOUND = re.compile(f"~(?:abdul.+|.*al(?:{'|'.join(part[1:] for part in sorted(_SECOND_PARTS))}))")
# Those of given names that Persian writes as one, and Latin letters as two: Mohammad-Reza.
ENDS_OF_TWO = tuple("reza riza rida raza ali hossein hosein hussein husain hasan hassan mehdi mahdi".split())
_LAST_LETTERS_OF_TWO = frozenset(name[begin:] for name in ENDS_OF_TWO for begin in range(len(name) + 1))
_TWO_NAMES = re.compile(f"[a-z]{{3,}}(?:{'|'.join(ENDS_OF_TWO)})")
# What one word may be written as is no more than so much; a longer one is read one way.
_MOST_READINGS = 32
_FEW_LETTERS = 3


@lru_cache(maxsize=1 << 16)
def consonants_of_latin(word: str) -> tuple[str, ...]:
    """What a script without vowels may keep of a Latin word; h after s or z may be a letter of its own, and
    c before e or i an s.
    """
    return tuple(dict.fromkeys(map(consonants, (word, _H_APART.sub("eh", word), _SOFT_C.sub("s", word)))))


@lru_cache(maxsize=1 << 16)
def consonants_of_vowelless(word: str) -> tuple[str, ...]:
    """The consonants of a word of a script without vowels, by each sound that its letters have."""
    found = set()
    for read in _readings(word):
        choices = [_LETTERS[letter][0] if letter in _LETTERS else (letter,) for letter in read]
        ways = 1
        for each in choices:
            ways *= len(each)
        if ways > _MOST_READINGS:
            choices = [each[:1] for each in choices]
        first = "a" if read and read[0] in ("a", "ae", "w", "y", "v") else ""
        for sounds in product(*choices):
            text = without_doubles("".join(sounds))
            found.add(first + (text[:-1] if text.endswith("h") and len(text) > 1 else text))
    return tuple(sorted({consonants(word), *found}))


@lru_cache(maxsize=1 << 14)
def _readings(word: str) -> tuple[tuple[str, ...], ...]:
    """The letters of a word, and without the l of an article that stands within and is not spoken."""
    found = _LETTER.findall(word.removeprefix(VOWELLESS))
    letters = tuple(letter for letter in found if letter != _KEEPS_APART)
    at = [
        place
        for place in range(3, len(letters) - 1)
        if letters[place - 1] in ("a", "u") and letters[place] == "l" and letters[place + 1] in _SUN
    ]
    without = tuple(letter for place, letter in enumerate(letters) if place not in at)
    return (letters, without) if at else (letters,)


def share_consonants(written: str, word: str) -> bool:
    """Whether a word of a script without vowels and one in Latin letters may have the same consonants."""
    return have_common(consonants_of_vowelless(written), consonants_of_latin(word))


def is_compound(together: str) -> bool:
    """Whether words written together are a name that one script writes as one word and the other as two."""
    if together[0] == VOWELLESS:
        return _COMPOUND.fullmatch(together) is not None
    return together.endswith(ENDS_OF_TWO) and _TWO_NAMES.fullmatch(together) is not None


def is_part_of_compound(plain: str) -> bool:
    """Whether a token may make a compound of those beside it."""
    return plain == "abdul" or plain in _SECOND_PARTS


def may_end_two_names(plain: str) -> bool:
    """Whether words written together may be names that Persian writes as one, by the last of them."""
    return plain in _LAST_LETTERS_OF_TWO or plain.endswith(ENDS_OF_TWO)


def has_few_letters(written: str) -> bool:
    """Whether a word has too few letters that are always spoken to be hardly another's."""
    return sum(letter != "ae" for letter in _readings(written)[0]) < _FEW_LETTERS


def is_vocalised(written: str, word: str) -> bool:
    """Whether a Latin word is one of a script without vowels, letter by letter, with short vowels between."""
    return any(_is_read(letters, word) for letters in _readings(written))


def _is_read(letters: Sequence[str], word: str) -> bool:
    """Follows all ways to read the word at once: the places that some way has come to."""
    places = {0}
    for number, letter in enumerate(letters):
        last = number == len(letters) - 1
        ways = _LETTERS[letter][1] if letter in _LETTERS else (letter,)
        if last:
            ways = _LAST.get(letter, ways)
        elif number == 0 and letter == "a":
            ways = _FIRST_A
        places = set(_after(places, ways, word))
        if not last:
            places |= _after_short_vowel(places, word)
        if not places:
            return False
    return any(word[place:] in ("", "e", "h", "eh") for place in places)


def _after(places: set[int], ways: tuple[str, ...], word: str) -> Iterator[int]:
    for place in places:
        for way in ways:
            if way[-1:] == "!":
                if word.startswith(way[:-1], place) and word[place + 1 : place + 2] not in _VOWELS:
                    yield place + 1
            elif word.startswith(way, place):
                yield place + len(way)


def _after_short_vowel(places: set[int], word: str) -> set[int]:
    found = {place + 1 for place in places if word[place : place + 1] in tuple(_VOWELS)}
    return found | {place + 2 for place in places if word.startswith("ou", place)}
