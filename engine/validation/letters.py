"""Families of one letter: slips of the hand, of the scanner, and characters that only look right."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from engine.validation.families import ALTERABLE, Family, Original

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Neighbours on a keyboard (QWERTY), the commonest wrong letters.
_NEAR = dict(
    pair.split("=")
    for pair in """
    a=qs b=vn c=xv d=sf e=wr f=dg g=fh h=gj i=uo j=hk k=jl l=k m=n n=bm o=ip p=o q=wa r=et s=ad t=ry u=yi
    v=cb w=qe x=zc y=tu z=x
    """.split()
)
_LOOKALIKES = str.maketrans("aeopcxyAEOPCTXBHKM", "аеорсхуАЕОРСТХВНКМ")
_DIGITS = str.maketrans("oilseaOILSEA", "011534011534")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
# What a scanner takes for what.
_MISREAD = (("m", "rn"), ("i", "l"), ("d", "cl"), ("w", "vv"), ("h", "b"))
_LEAST_WITH_DIGIT = 4  # letters of a word that is still read as a word with a digit in it


def missing(original: Original, chance: random.Random) -> str | None:
    """One letter is left out, not the first of a word.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on fuzzy matching: close spelling.
    """
    return _at_letter(original.text, chance, lambda text, at: text[:at] + text[at + 1 :])


def doubled(original: Original, chance: random.Random) -> str | None:
    """One letter is typed twice, not the first of a word.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on fuzzy matching: close spelling.
    """
    return _at_letter(original.text, chance, lambda text, at: text[: at + 1] + text[at:])


def swapped(original: Original, chance: random.Random) -> str | None:
    """Two letters next to each other change places.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on fuzzy matching; the slip itself:
    Damerau, A technique for computer detection and correction of spelling errors (1964).
    """
    name = original.text
    places = [match.start() for match in re.finditer(r"(?=([a-z])(?!\1)[a-z])", name, re.IGNORECASE)]
    if not places:
        return None
    at = chance.choice(places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def mistyped(original: Original, chance: random.Random) -> str | None:
    """One letter is the key beside it (QWERTY), not the first of a word.

    Source: FCA, Sanctions systems and controls (2023): screening tested with altered synthetic data.
    """

    def change(text: str, at: int) -> str:
        return text[:at] + chance.choice(_NEAR[text[at].lower()]) + text[at + 1 :]

    return _at_letter(original.text, chance, change)


def added(original: Original, chance: random.Random) -> str | None:
    """One letter too many, not before the first of a word.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on fuzzy matching: close spelling.
    """
    return _at_letter(original.text, chance, lambda text, at: text[:at] + chance.choice(_LETTERS) + text[at:])


def misread(original: Original, chance: random.Random) -> str | None:
    """A scanner reads rn for m, l for i, cl for d, vv for w or b for h, not as the first letter.

    Source: FCA, Sanctions systems and controls (2023): screening tested with altered synthetic data.
    """
    name = original.text
    swaps = [(old, new) for old, new in _MISREAD if old in name.lower()[1:]]
    if not swaps:
        return None
    old, new = chance.choice(swaps)
    at = name.lower().rindex(old)
    return name[:at] + new + name[at + 1 :]


def digit(original: Original, chance: random.Random) -> str | None:
    """A digit that looks like a letter stands for it: 0 for o, 1 for i and l, 5 for s, 3 for e, 4 for a.

    Source: FCA, Sanctions systems and controls (2023): screening tested with altered synthetic data.
    """
    name = original.text
    places = [
        match.start() + at
        for match in re.finditer(r"\S+", name)
        if len(match[0]) >= _LEAST_WITH_DIGIT and match[0].isalpha()
        for at, letter in enumerate(match[0])
        if letter.translate(_DIGITS) != letter
    ]
    if not places:
        return None
    at = chance.choice(places)
    return name[:at] + name[at].translate(_DIGITS) + name[at + 1 :]


def homoglyph(original: Original, chance: random.Random) -> str | None:
    """A Cyrillic letter stands among Latin ones that it looks like.

    Source: Unicode Technical Standard 39, Unicode Security Mechanisms: confusables.
    """
    name = original.text
    if not re.search(r"[bdfghijlnqrsuvwz]", name, re.IGNORECASE):
        return None  # all of it could be Cyrillic
    places = [at for at, letter in enumerate(name) if letter.translate(_LOOKALIKES) != letter]
    if not places:
        return None
    at = chance.choice(places)
    return name[:at] + name[at].translate(_LOOKALIKES) + name[at + 1 :]


def zero_width(original: Original, chance: random.Random) -> str | None:
    """A character that nobody sees stands in the name.

    Source: Unicode Technical Report 36, Unicode Security Considerations: characters that are not shown.
    """
    name = original.text
    at = chance.randrange(1, len(name)) if len(name) > 1 else 1
    return name[:at] + chance.choice(_INVISIBLE) + name[at:]


def _at_letter(name: str, chance: random.Random, change: Callable[[str, int], str]) -> str | None:
    """The name with a change at one of its letters, not the first of a word."""
    places = [match.start() for match in re.finditer(r"(?<=[A-Za-z])[a-z]", name, re.IGNORECASE)]
    return change(name, chance.choice(places)) if places else None


FAMILIES = (
    Family("a letter missing", "letters", missing, ALTERABLE, 0.99, is_slip=True),
    Family("a letter doubled", "letters", doubled, ALTERABLE, 0.99, is_slip=True),
    Family("two letters swapped", "letters", swapped, ALTERABLE, 0.99, is_slip=True),
    Family("a letter mistyped", "letters", mistyped, ALTERABLE, 0.99, is_slip=True),
    Family("a letter added", "letters", added, ALTERABLE, 0.99, is_slip=True),
    Family("misread by a scanner", "letters", misread, ALTERABLE, 0.99, is_slip=True),
    Family("a digit for a letter", "characters", digit, ALTERABLE, 0.99),
    Family("a Cyrillic letter among Latin ones", "characters", homoglyph, ALTERABLE, 0.99),
    Family("an invisible character", "characters", zero_width, ALTERABLE, 0.99),
)
