"""How alike two tokens are, and why: the one definition, computed pair by pair.

`engine.index.keys` proposes what may be alike in whole vocabularies; a property test holds the two together.
Sources: optimal string alignment distance (Damerau 1964, Levenshtein 1966), a phonetic skeleton in the
manner of Daitch and
Mokotoff's for Slavic and Arabic romanisations, and the variant tables of `engine.names.variants`.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from engine.model import MODEL
from engine.names import frequency
from engine.names.legal_forms import LEGAL_FORMS
from engine.names.lexicon import GENERATIONS, NUMBERS
from engine.names.mending import SLIP_WORDS, misread, slip_forms
from engine.names.patronymics import same_father
from engine.names.romanised import one_romanised
from engine.names.sounds import consonants, skeleton, without_doubles
from engine.names.syllables import other_syllables, same_korean, syllables
from engine.names.text import VOWELLESS
from engine.names.variants import are_two_names, is_nickname, same_name
from engine.names.vowelless import has_few_letters, is_vocalised, share_consonants


class Why(IntEnum):
    EQUAL = 0
    VARIANT = 1
    NICKNAME = 2
    GENDERED = 3
    SOUND = 4
    EDIT = 5
    CONSONANTS = 6
    INITIAL = 7
    JOINED = 8
    MISREAD = 9
    ACRONYM = 10
    SLIP = 11
    ROMANISED = 12
    VOCALISED = 13
    CUT = 14


class Likeness(NamedTuple):
    score: float  # 0..1
    why: Why


EQUAL = Likeness(1.0, Why.EQUAL)
_MARKED = frozenset("#^-=/")

# Below these lengths so many names are one letter apart that an edit says nothing.
_ONE_EDIT_FROM = 2
_VOWELS = "aeiou"
# Names of two letters without a vowel among these: Vietnamese and Cambodian.
_SHORT_NAMES = frozenset("hy ky ly my ny py ry sy ty vy".split())
_SHORT = 3  # the longer of two words with an edit between must have this many letters
# In scripts without vowels three letters are a root, and many roots are one letter apart.
_ONE_EDIT_IN_CONSONANTS_FROM = 4
_TWO_EDITS_FROM = 7
# Letters of a script without vowels that two spellings of one name have in common.
_LETTERS_IN_COMMON = 0.6
# Fewer sounds than three agree by chance more often; such words must be spelled more alike.
_SHORT_SOUND_RATIO = 0.1


def edits_allowed(shorter: int) -> int:
    """Letters that may differ, by the length of the shorter token."""
    return 0 if shorter < _ONE_EDIT_FROM else 1 if shorter < _TWO_EDITS_FROM else 2


def likeness(first: str, second: str) -> Likeness | None:
    """How alike two token texts are; None when they are different tokens. Symmetric."""
    if first == second:
        return EQUAL
    if first[0] in _MARKED or second[0] in _MARKED:
        return _marked(first, second)
    if first[0] == VOWELLESS or second[0] == VOWELLESS:
        return _vowelless(first, second)
    if len(first) == 1 or len(second) == 1:
        return Likeness(MODEL["likeness.initial"], Why.INITIAL) if first[0] == second[0] else None
    return _words(first, second)


def _marked(first: str, second: str) -> Likeness | None:
    """A legal form or number is like the same word where it is read as a word ("Group", "Six"), and like a
    slip for it.
    """
    if second in typed_forms(first) or first in typed_forms(second):
        return EQUAL
    word, marked = (second, first) if first[0] in _MARKED else (first, second)
    if word[0] not in _MARKED and marked in slip_forms(word):
        return Likeness(MODEL["likeness.slip"], Why.SLIP)
    return None


def typed_forms(word: str) -> tuple[str, ...]:
    """The legal form, number or generation that a word is where it is read as one."""
    form, number, generation = LEGAL_FORMS.get((word,)), NUMBERS.get(word), GENERATIONS.get(word)
    if number is None and generation is not None and generation.isdigit():
        number = generation  # II, the second of a name or a ship
    marked = (("=", form), ("#", number), ("^", generation))
    return tuple(mark + text for mark, text in marked if text is not None)


def _vowelless(first: str, second: str) -> Likeness | None:
    if first[0] == second[0] == VOWELLESS:
        return _in_letters(first[1:], second[1:], consonants(first) == consonants(second))
    written, word = (first, second) if first[0] == VOWELLESS else (second, first)
    if len(word) == 1:
        return None  # an initial is no reading of a word, not even of one of a single letter
    one = consonants(word)
    if share_consonants(written, word) and is_vocalised(written, word):
        few = has_few_letters(written)
        return Likeness(MODEL["likeness.few_vocalised" if few else "likeness.vocalised"], Why.VOCALISED)
    if one != consonants(written) or len(one) < 2 or not _may_be_vocalised(first, second):
        return None
    few = len(one) == 2 or _ends_in_vowel(first) is not _ends_in_vowel(second)
    return Likeness(MODEL["likeness.few_consonants" if few else "likeness.consonants"], Why.CONSONANTS)


def _in_letters(first: str, second: str, same_consonants: bool) -> Likeness | None:
    """Two words of a script without vowels: their letters are compared, not only the sounds of these."""
    ratio = 1.0 - OSA.distance(first, second) / max(len(first), len(second))
    if same_consonants and ratio >= _LETTERS_IN_COMMON:
        return Likeness(MODEL["likeness.few_consonants"], Why.CONSONANTS)
    long = min(len(first), len(second)) >= _ONE_EDIT_IN_CONSONANTS_FROM
    return _edited(first, second) if long else None


def _ends_in_vowel(word: str) -> bool:
    """Whether a word's last sound is a vowel, which all scripts write there: Hasan is not Hasani."""
    return word.rstrip("h").endswith(("a", "e", "i", "o", "u", "y", "w")) or (
        word[0] == VOWELLESS and word.endswith("h")
    )


def _may_be_vocalised(first: str, second: str) -> bool:
    """Whether a word is no longer than the vowelless one with a vowel after every letter."""
    written, word = (first, second) if first[0] == VOWELLESS else (second, first)
    return len(word) <= 2 * (len(written) - 1) + 1


def _words(first: str, second: str) -> Likeness | None:
    fathers = same_father(first, second)
    if fathers or same_name(first, second) or same_korean(first, second):
        return Likeness(MODEL["likeness.variant"], Why.VARIANT)
    if _is_slip(first, second) or _is_slip(second, first):
        return Likeness(MODEL["likeness.slip"], Why.SLIP)
    if fathers is False or are_two_names(first, second):
        return Likeness(MODEL["likeness.nickname"], Why.NICKNAME) if is_nickname(first, second) else None
    ways = (
        _edited(first, second) or _doubled(first, second),
        _misread(first, second),
        _sound(first, second),
        _romanised(first, second),
    )
    found = None
    for way in ways:
        if way is not None and (found is None or way.score > found.score):
            found = way
    if found is None or found.score < MODEL["likeness.nickname"]:
        if is_nickname(first, second):
            return Likeness(MODEL["likeness.nickname"], Why.NICKNAME)
        if (stem := masculine(first)) == masculine(second) and len(stem) >= 4:
            return Likeness(MODEL["likeness.gendered"], Why.GENDERED)
    return found


def _is_slip(word: str, other: str) -> bool:
    """Whether a word is a slip for another that slips may be in."""
    return other in SLIP_WORDS and other in slip_forms(word)


def _edited(first: str, second: str) -> Likeness | None:
    allowed = edits_allowed(min(len(first), len(second)))
    if not allowed or abs(len(first) - len(second)) > allowed:
        return None
    edits = OSA.distance(first, second, score_cutoff=allowed)
    if edits > allowed or _is_daughter_and_surname(first, second):
        return None
    short = min(len(first), len(second)) <= _SHORT
    if short and len(first) == len(second) and other_syllables(first, second):
        return None
    slip = _is_slip_in_syllable(first, second)
    score = MODEL["likeness.short"] if slip else edit_score(first, second, edits)
    return Likeness(score, Why.EDIT) if score >= MODEL["likeness.least"] else None


def _is_slip_in_syllable(first: str, second: str) -> bool:
    """Whether one of two words is a Chinese or Korean syllable of two letters and the other, which begins the
    same, no word at all: nobody is called Fq.
    """
    if len(first) != 2 or len(second) != 2 or first[0] != second[0]:
        return False
    word = second if syllables(first) else first
    return syllables(first) != syllables(second) and word[1] not in _VOWELS and word not in _SHORT_NAMES


def _is_daughter_and_surname(first: str, second: str) -> bool:
    """Whether one of two words is a patronymic and the other a surname: Vladimirovna is not Vladimirova."""
    shorter, longer = sorted((first, second), key=len)
    return longer[-4:] in ("ovna", "evna") and shorter == f"{longer[:-2]}a"


def _doubled(first: str, second: str) -> Likeness | None:
    """A doubled letter is a slip in short words as well, where no other edit is allowed."""
    if abs(len(first) - len(second)) != 1 or without_doubles(first) != without_doubles(second):
        return None
    score = edit_score(first, second, 1)
    return Likeness(score, Why.EDIT) if score >= MODEL["likeness.least"] else None


_L_FOR_I = str.maketrans("l", "i")


def _misread(first: str, second: str) -> Likeness | None:
    if len(first) != len(second):
        same = misread(first) == misread(second)
    else:
        same = first.translate(_L_FOR_I) == second.translate(_L_FOR_I)
        same = (
            same and OSA.distance(first, second, score_cutoff=1) == 1 and not other_syllables(first, second)
        )
    if not same:
        return None
    return Likeness(MODEL["likeness.misread"], Why.MISREAD)


def edit_score(first: str, second: str, edits: int) -> float:
    """The score of two words that are `edits` apart."""
    cost = edits * MODEL["likeness.edit_cost"]
    if edits == 1 and _differ_in_ending(first, second):
        score = 1.0 - MODEL["likeness.ending_cost"] / max(len(first), len(second))
        # A letter that is missing may be a slip; another one is another name.
        return score if len(first) == len(second) else max(MODEL["likeness.least"], score)
    if edits == 1:
        if len(first) == len(second):
            cost = MODEL["likeness.swap_cost"] if sorted(first) == sorted(second) else cost
        elif without_doubles(first) == without_doubles(second):
            cost = MODEL["likeness.double_cost"]
    if first[0] != second[0] and cost >= MODEL["likeness.edit_cost"]:
        cost += MODEL["likeness.first_letter_cost"]
    elif max(len(first), len(second)) == _SHORT:
        return max(MODEL["likeness.short"], 1.0 - cost / _SHORT)
    if len(first) == len(second) == 2 and first == second[::-1]:
        return MODEL["likeness.short"]
    return 1.0 - cost / max(len(first), len(second))


def _differ_in_ending(first: str, second: str) -> bool:
    """Whether two words differ by a last vowel that tells a man's name from a woman's."""
    if len(first) != len(second):
        shorter, longer = sorted((first, second), key=len)
        is_name = frequency.is_known(shorter) or masculine(longer) == shorter
        return longer == shorter + "a" and shorter[-1] != "a" and is_name
    return first[:-1] == second[:-1] and {first[-1], second[-1]} in ({"a", "o"}, {"a", "e"})


def _romanised(first: str, second: str) -> Likeness | None:
    if not one_romanised(first, second) or without_doubles(first) == without_doubles(second):
        return None
    if _differ_in_ending(first, second) or other_syllables(first, second):
        return None
    return Likeness(MODEL["likeness.romanised"], Why.ROMANISED)


def _sound(first: str, second: str) -> Likeness | None:
    skeleton_ = skeleton(first)
    if skeleton_ != skeleton(second) or len(skeleton_) < 2 or _differ_in_ending(first, second):
        return None
    ratio = 1.0 - OSA.distance(first, second) / max(len(first), len(second))
    return sound_score(ratio, len(skeleton_))


def sound_score(ratio: float, sounds: int) -> Likeness | None:
    """The score of two words with the same skeleton of `sounds` sounds, spelled alike to `ratio`."""
    least = (
        MODEL["likeness.sound_least_ratio"]
        if sounds > 2
        else MODEL["likeness.sound_least_ratio"] + _SHORT_SOUND_RATIO
    )
    return (
        Likeness(MODEL["likeness.sound_floor"] + MODEL["likeness.sound_slope"] * ratio, Why.SOUND)
        if ratio >= least
        else None
    )


_FEMININE = tuple(
    tuple(pair.split("="))
    for pair in (
        "skaya=sky skaia=sky skaja=sky skiy=sky skii=sky skyi=sky ski=sky aya=y ova=ov eva=ev ina=in"
    ).split()
)
_FEMININE_ENDINGS = tuple(feminine for feminine, _ in _FEMININE)


@lru_cache(maxsize=1 << 16)
def masculine(surname: str) -> str:
    """A Slavic surname in its masculine form: Karimova is Karimov, Navalnaya is Navalny."""
    if not surname.endswith(_FEMININE_ENDINGS):
        return surname
    for feminine, masculine_ending in _FEMININE:
        if surname.endswith(feminine) and len(surname) - len(feminine) >= 3:
            return surname[: -len(feminine)] + masculine_ending
    return surname
