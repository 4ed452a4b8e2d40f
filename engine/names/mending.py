"""Words of company names that everybody knows, recognised with one slip in them: JOYNT STOCK COMPANY.

A legal form accompanies a name; misspelled, it must not become a word that tells companies apart. Only long
words are mended, because short ones are one letter from other words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA

from engine.names import frequency
from engine.names.legal_forms import AMBIGUOUS, LEGAL_FORMS
from engine.names.lexicon import ABBREVIATIONS, ABD, GENERATIONS, HONORIFICS, NUMBERS, PARTICLES
from engine.names.syllables import syllables
from engine.names.variants import NICKNAMES, SPELLINGS

# A word of a form of several words, which its neighbours vouch for; and a word that stands alone.
_LONG_IN_FORM = 5
_LONG_ALONE = 7
# Transposed letters of abbreviations that no company is called by.
_ABBREVIATIONS_IN_USE = "llc ltd jsc pjsc ojsc cjsc gmbh corp sarl".split()
# Short, but in so many names that a slip in it is more likely than another word.
_SHORT_ALONE = frozenset({"group"})
_VOWELS = frozenset("aeiouy")


@lru_cache(maxsize=256)
def _left_of(word: str) -> tuple[str, ...]:
    """A word, and what each of its letters left out leaves of it."""
    return (word, *[word[:place] + word[place + 1 :] for place in range(len(word))])


class _Words:
    """Words of which another may be a misspelling. What is one edit from one of them leaves the same as it
    where a letter of each is left out: nearly all words are told by that, for a microsecond.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._leaving: dict[str, set[str]] = defaultdict(set)
        for word in self._words:
            for left in _left_of(word):
                self._leaving[left].add(word)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def near(self, word: str) -> set[str]:
        """Those that may be one edit from a word, and few others."""
        left = _left_of(word)
        if self._leaving.keys().isdisjoint(left):
            return set()
        return {other for each in left for other in self._leaving.get(each, ())}


_FORM_WORDS = _Words(word for form in LEGAL_FORMS for word in form if len(word) >= _LONG_IN_FORM)
_LONG_ABBREVIATIONS = _Words(word for word in ABBREVIATIONS if len(word) >= _LONG_ALONE)
_TRANSPOSED = {
    form[:place] + form[place + 1] + form[place] + form[place + 2 :]: form
    for form in _ABBREVIATIONS_IN_USE
    for place in range(1, len(form) - 1)
    if (form[:place] + form[place + 1] + form[place] + form[place + 2 :],) not in LEGAL_FORMS
}
# Below this length a word is one slip from too many others.
_SHORTEST_SLIP = 2
# The short words of legal forms of two words that most names of companies end in.
LAST_WORDS = ("co", "ltd", "limited", "company", "pte", "pvt", "pty")
_LAST_WORDS_NEAR = _Words(LAST_WORDS)
_SHORT_FORM_WORDS = 2
# Numbers are spelled out in names from "first" on; "one" and "two" are one letter from too many words.
_LONG_NUMBER = 5
# Shorter abbreviations and titles are one letter from too many words.
_LONG_SHORTHAND = 4
# Words of their own, though one letter from the Arabic and Persian for a company.
_NO_MISSPELLINGS = frozenset({"sharia", "shariah", "shariat"})
_NICKNAMED = frozenset(word for pair in NICKNAMES for word in pair)


def _slip_targets() -> dict[str, set[str]]:
    """Single words that are compared in another form than they are written in, by how they are written."""
    targets: dict[str, set[str]] = defaultdict(set)
    for form, canonical in LEGAL_FORMS.items():
        if len(form) == 1 and len(form[0]) >= _SHORTEST_SLIP:
            targets[form[0]].add("=" + canonical)
    for word, particle in PARTICLES.items():
        if len(word) >= _SHORTEST_SLIP:
            targets[word].add("-" + particle)
    for word, value in NUMBERS.items():
        if len(word) >= _LONG_NUMBER and word.isalpha():
            targets[word].add("#" + value)
    for word in ABD:
        targets[word].add("abdul")
    for short, whole in ABBREVIATIONS.items():
        if len(short) >= _LONG_SHORTHAND:
            targets[short].add(whole)
    for title in HONORIFICS:
        if len(title) >= _LONG_SHORTHAND and title.isalpha():
            targets[title].add(title)
    return dict(targets)


_SLIP_TARGETS = _slip_targets()
_SLIPS = _Words(_SLIP_TARGETS)
# What a slip may be in that is a word like any other.
SLIP_WORDS = frozenset(form for forms in _SLIP_TARGETS.values() for form in forms if form.isalpha())
# Forms of long words, however their letters are divided by spaces: LIMITE DLIABILITY COMPANY.
_UNSPACED = {
    "".join(form): form
    for form in LEGAL_FORMS
    if len("".join(form)) >= _LONG_ALONE and max(map(len, form)) >= _LONG_IN_FORM
}
_UNSPACED_BEGINNINGS = frozenset(form[:3] for form in _UNSPACED)
_LONGEST_UNSPACED = max(map(len, _UNSPACED))
_LEAST_FRAGMENT = 3
_WORDS_IN_FORMS = frozenset(word for form in LEGAL_FORMS for word in form)
# What such a form can be divided into; shorter words are no fragments, single letters are.
_FRAGMENTS = frozenset(
    form[start:end]
    for form in _UNSPACED
    for start in range(len(form))
    for end in range(start + _LEAST_FRAGMENT, len(form) + 1)
)


@lru_cache(maxsize=1 << 16)
def form_words(word: str) -> tuple[str, ...]:
    """The words of legal forms that this one may be a misspelling of, the likeliest first; itself where it is
    one, or none.
    """
    read = misread(word)
    if word in _NO_MISSPELLINGS or word in _FORM_WORDS:
        return (word,)
    if read in _FORM_WORDS or (read,) in LEGAL_FORMS:
        return (read,)
    return tuple(_mended(word, _FORM_WORDS)) or (word,)


def has_stray_letter(word: str) -> bool:
    """Whether a word is one of a legal form behind a letter that belongs to the word before: GJOINT."""
    return word[1:] in _FORM_WORDS


@lru_cache(maxsize=1 << 16)
def mended_word(word: str) -> str:
    """The long word with an abbreviation (Technologies) that this one is a misspelling of; else itself."""
    if len(word) < _LONG_ALONE or word in ABBREVIATIONS:
        return word
    if (read := misread(word)) in ABBREVIATIONS:
        return read
    return next(iter(_mended(word, _LONG_ABBREVIATIONS)), word)


@lru_cache(maxsize=1 << 14)
def mended_abbreviation(word: str) -> str | None:
    """The abbreviation of a legal form at the end of a name that this is a slip for: LCL or LKC for LLC."""
    if word in _TRANSPOSED:
        return _TRANSPOSED[word]
    if (word,) in LEGAL_FORMS or not 2 < len(word) < 5 or not _VOWELS.isdisjoint(word[1:]):
        return None
    near = (form for form in _ABBREVIATIONS_IN_USE if form[0] == word[0] and OSA.distance(word, form) == 1)
    return next(near, None)


@lru_cache(maxsize=1 << 14)
def mended_last_form(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """The legal form of two short words that a name ends in, with a slip in one of them: CO LTOD, OC LTD."""
    if len(words) != _SHORT_FORM_WORDS:
        return None
    mended = tuple(_mended_last_word(word) or word for word in words)
    return mended if mended != words and mended in LEGAL_FORMS and not set(mended).isdisjoint(words) else None


@lru_cache(maxsize=1 << 16)
def _mended_last_word(word: str) -> str | None:
    if word in LAST_WORDS or not word.isalpha() or len(word) < _SHORTEST_SLIP:
        return None
    read, near = misread(word), _LAST_WORDS_NEAR.near(word)
    if (not near and read not in LAST_WORDS) or _is_known(word):
        return None
    return next((form for form in LAST_WORDS if read == form or _is_slip(word, form)), None)


@lru_cache(maxsize=1 << 16)
def slip_forms(word: str) -> tuple[str, ...]:
    """The legal forms, numbers, small words, titles and words with abbreviations that a word nobody knows is
    a slip for, as the texts of their tokens.

    Unlike what is mended above, the word stays a word: it counts as a slip only across from what it is one
    for ("FIRA" from "FIRMA", "ANF" from "AND", "FIRSR" from "FIRST", "SHGP" from "SHPG").
    """
    if len(word) < _SHORTEST_SLIP or not word.isalpha():
        return ()
    # A Roman number is known by itself, but not as a scanner reads it: lV.
    if (roman := GENERATIONS.get(word.replace("l", "i"))) is not None and roman.isdigit():
        return ("#" + roman,) if "l" in word else ()
    candidates = _SLIPS.near(word)
    if (read := misread(word)) != word:
        if read in NUMBERS:  # of any length: a scanner's Tvvo is nothing but Two
            return ("#" + NUMBERS[read],)
        if read in _SLIP_TARGETS:
            candidates.add(read)
    if not candidates or _is_known(word):
        return ()
    near = [target for target in candidates if target == read or _is_slip(word, target)]
    return tuple(sorted({form for target in near for form in _SLIP_TARGETS[target]}))


def _is_slip(word: str, target: str) -> bool:
    """One edit apart; of two letters that is another word, unless they are swapped or doubled, or a particle
    has a letter too many.
    """
    if OSA.distance(word, target, score_cutoff=1) > 1:
        return False
    if len(target) > _SHORTEST_SLIP or set(word) == set(target):
        return True
    return len(word) > _SHORTEST_SLIP and target in PARTICLES


def _is_known(word: str) -> bool:
    """Whether a word is one by itself: a name, a syllable of one, or what the tables of this package hold."""
    return (
        word in _SLIP_TARGETS
        or word in SPELLINGS
        or word in _NICKNAMED
        or word in HONORIFICS
        or word in ABBREVIATIONS
        or frequency.is_known(word)
        or syllables(word) > 0
    )


@lru_cache(maxsize=1 << 16)
def is_mended(word: str) -> bool:
    """Whether this module may read a word as another, or as a part of a legal form."""
    return (
        word in _FRAGMENTS
        or form_words(word) != (word,)
        or has_stray_letter(word)
        or mended_word(word) != word
        or mended_abbreviation(word) is not None
        or _mended_last_word(word) is not None
    )


@lru_cache(maxsize=1 << 16)
def misread(word: str) -> str:
    """A word as a scanner reads it: "rn" is "m" to it, "cl" is "d", "vv" is "w"."""
    return word.replace("rn", "m").replace("cl", "d").replace("vv", "w")


def may_stand_alone(form: tuple[str, ...]) -> bool:
    """Whether a mended form is long enough to be one without other words of it beside."""
    return len(form) > 1 or len(form[0]) >= _LONG_ALONE or form[0] in _SHORT_ALONE


def unspaced_form(words: list[str]) -> tuple[int, tuple[str, ...]] | None:
    """A legal form that some words begin with, its spaces elsewhere: how many words, and the form."""
    if words[0][:3] not in _UNSPACED_BEGINNINGS:
        return None
    text, found = "", None
    for count, word in enumerate(words, 1):
        text += word
        if len(text) > _LONGEST_UNSPACED or (
            len(word) > 1 and word not in _FRAGMENTS and word not in _WORDS_IN_FORMS
        ):
            break
        form = _UNSPACED.get(text)
        if form is not None:
            found = count, form
    return found


def _mended(word: str, known: _Words) -> list[str]:
    """The known words that are one slip from this one, the likeliest first."""
    if len(word) < _LONG_IN_FORM - 1:
        return []
    near = [
        other
        for other in known.near(word)
        if (other[0] == word[0] or sorted(other) == sorted(word)) and OSA.distance(word, other) == 1
    ]
    return sorted(near, key=lambda other: (other in AMBIGUOUS, len(other) != len(word), other))
