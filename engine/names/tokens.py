"""A name as typed tokens: words that identify, and what accompanies them (particles, titles, legal forms)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from engine.names.legal_forms import (
    AMBIGUOUS,
    AT_THE_END,
    FIRST_WORDS,
    LEGAL_FORMS,
    LONGEST_FORM,
    UNMISTAKABLE,
)
from engine.names.lexicon import (
    ABBREVIATIONS,
    ABD,
    CRAFT_PREFIXES,
    FATHER,
    GENERATIONS,
    HONORIFICS,
    NAME_LIKE_PARTICLES,
    NUMBER_SIGNS,
    NUMBERS,
    PARTICLES,
    TENS,
)
from engine.names.mending import (
    form_words,
    has_stray_letter,
    is_mended,
    may_stand_alone,
    mended_abbreviation,
    mended_last_form,
    mended_word,
    unspaced_form,
)
from engine.names.text import without_disguise, words
from lists.model import Kind

# More words than any listed name has; `Subject` refuses names with more.
MAX_TOKENS = 100


# M/V, M/T, S/S before a ship's name.
_PARENTHESES = re.compile(r"\(([^()]*)\)?")
_CRAFT_PREFIX = re.compile(r"^\s*([mfsr])/([vts])\b\.?", re.IGNORECASE)


class TokenKind(IntEnum):
    WORD = 0
    NUMBER = 1
    INITIAL = 2
    GENERATION = 3  # Jr., III
    PARTICLE = 4
    HONORIFIC = 5
    LEGAL = 6
    PREFIX = 7  # MV, M/T


CORE = frozenset({TokenKind.WORD, TokenKind.NUMBER, TokenKind.INITIAL})
# Typed tokens carry a mark before their text (= # ^ - /), so that a legal form is never taken for a word
# spelled alike.
_VOWELLESS_WORDS = {"~aebd": "abd", "~abw": "abu", "~abu": "abu", "~aby": "abi", "~am": "umm", "~al": "al"}
_GOD = frozenset(["allah", "ullah", "ellah", "ollah", "alla", "ulla", "oulaye", "ullahi", "allahi"])
_LAH = frozenset(["~lh", "lah", "llah"])
CORPORATE = frozenset({Kind.COMPANY, Kind.ORGANIZATION})
# As whose a name is read: one of unknown kind may be anybody's, and is whatever reading of it is found.
READINGS = {kind: (kind,) for kind in Kind} | {Kind.UNKNOWN: (Kind.UNKNOWN, Kind.COMPANY, Kind.PERSON)}
CRAFT = frozenset({Kind.VESSEL, Kind.AIRCRAFT})


class Token(NamedTuple):
    """One token. `text` is what is compared, `surface` what the analyst reads.

    `plain` is the text without a type's mark, as it enters words written together; `father` marks the word
    after *bin*, `aside` what stands in parentheses.
    """

    text: str
    surface: str
    kind: TokenKind
    plain: str
    father: bool = False
    aside: bool = False


@lru_cache(maxsize=1 << 14)
def tokenise(name: str, kind: Kind = Kind.UNKNOWN) -> tuple[Token, ...]:
    """The tokens of a name, in order. Empty when the name holds no letter and no digit of any script."""
    if kind is not Kind.PERSON:
        name = _CRAFT_PREFIX.sub(r"\1\2 ", name)
    if not name.isascii():
        name = without_disguise(name)
    tokens = tokens_of(words(name, join_dotted=kind in CORPORATE)[:MAX_TOKENS], kind)
    return _marked_aside(tokens, _aside(name, kind)) if "(" in name else tokens


def tokens_of(pairs: list[tuple[str, str]], kind: Kind) -> tuple[Token, ...]:
    """The tokens of a name's words, each given as (folded, as written).

    Words that are `is_plain` may stand for one another: what one's token is, and what it does to its
    neighbours, does not depend on which of them it is. So a name is read by its pattern, which is kept.
    """
    slots = _pattern(tuple([_unless_plain(folded) for folded, _ in pairs]), kind)
    return tuple([_filled(slot, pairs) for slot in slots])


class _Slot(NamedTuple):
    """A token of a pattern, made of its words from `first` on; that of a plain word is the word."""

    token: Token
    first: int
    end: int
    is_plain: bool


_ANY_WORD = "plainword"


@lru_cache(maxsize=1 << 14)
def _pattern(specials: tuple[str, ...], kind: Kind) -> tuple[_Slot, ...]:
    """The tokens of some words, of which those that are plain are given as empty."""
    pairs = [(special or _ANY_WORD, str(place)) for place, special in enumerate(specials)]
    return tuple(map(_slot, read_words(pairs, kind)))


def _slot(token: Token) -> _Slot:
    places = token.surface.split(" ")
    return _Slot(token, int(places[0]), int(places[-1]) + 1, token.text == _ANY_WORD)


def _filled(slot: _Slot, pairs: list[tuple[str, str]]) -> Token:
    token, first, end, plain = slot
    folded, written = pairs[first]
    if plain:
        return Token(folded, written, token.kind, folded, token.father)
    if end - first > 1:
        written = " ".join([text for _, text in pairs[first:end]])
    return Token(token.text, written, token.kind, token.plain, token.father)


def read_words(pairs: list[tuple[str, str]], kind: Kind) -> Iterator[Token]:
    """`tokens_of` without regard to patterns."""
    tokens = list(_typed(pairs, kind))
    if not any(token.kind in CORE for token in tokens):
        tokens = [_promoted(token) for token in tokens]
    return _with_roles(tokens)


_SPECIAL = frozenset(word for form in LEGAL_FORMS for word in form).union(
    _VOWELLESS_WORDS, ABD, _GOD, _LAH, PARTICLES, NUMBER_SIGNS, HONORIFICS, GENERATIONS, CRAFT_PREFIXES,
    NUMBERS, TENS, ABBREVIATIONS,
)  # fmt: skip


def is_plain(folded: str) -> bool:
    """Whether a word is a word and nothing else, whatever the kind of its bearer and whatever stands beside
    it.
    """
    if len(folded) < 2 or folded in _SPECIAL:
        return False
    if not folded.isalpha() and any(letter.isdigit() for letter in folded):
        return False
    return not is_mended(folded)


@lru_cache(maxsize=1 << 16)
def _unless_plain(folded: str) -> str:
    return "" if is_plain(folded) else folded


def _aside(name: str, kind: Kind) -> set[str]:
    """The words, as written, that stand in parentheses and nowhere else."""
    corporate = kind in CORPORATE
    inside = {
        written for part in _PARENTHESES.findall(name) for _, written in words(part, join_dotted=corporate)
    }
    outside = {written for _, written in words(_PARENTHESES.sub(" ", name), join_dotted=corporate)}
    return inside - outside


def _marked_aside(tokens: tuple[Token, ...], aside: set[str]) -> tuple[Token, ...]:
    """The tokens with those in parentheses marked; all as they are where nothing else would be left."""
    marked = tuple(
        token._replace(aside=token.kind in CORE and aside.issuperset(token.surface.split()))
        for token in tokens
    )
    return marked if any(token.kind in CORE and not token.aside for token in marked) else tokens


def _promoted(token: Token) -> Token:
    """A title or particle that stands alone is the name ("Sheikh", "Al"); a legal form never is."""
    if token.kind is TokenKind.LEGAL:
        return token
    kind = TokenKind.WORD if len(token.plain) > 1 else TokenKind.INITIAL
    return token._replace(kind=kind, text=token.plain)


def _typed(pairs: list[tuple[str, str]], kind: Kind) -> Iterator[Token]:
    position = 0
    while position < len(pairs):
        length, token = _legal_form(pairs, position, kind) or _phrase(pairs, position, kind)
        yield token
        position += length


def _legal_form(pairs: list[tuple[str, str]], start: int, kind: Kind) -> tuple[int, Token] | None:
    if kind in CRAFT:
        return None
    if pairs[start][0] in FIRST_WORDS:
        longest = min(LONGEST_FORM, len(pairs) - start)
        for length in range(longest, 0, -1):
            form = tuple(folded for folded, _ in pairs[start : start + length])
            if form in LEGAL_FORMS and _is_legal_here(form, start, start + length, pairs, kind):
                mended = _mended_form(pairs, start, kind) if kind in CORPORATE and length < longest else None
                return (
                    mended if mended and mended[0] > length else (length, _legal(form, pairs, start, length))
                )
    return _mended_form(pairs, start, kind) if kind in CORPORATE else None


def _legal(form: tuple[str, ...], pairs: list[tuple[str, str]], start: int, length: int) -> Token:
    surface = " ".join(written for _, written in pairs[start : start + length])
    return Token("=" + LEGAL_FORMS[form], surface, TokenKind.LEGAL, "".join(form))


def _mended_form(pairs: list[tuple[str, str]], start: int, kind: Kind) -> tuple[int, Token] | None:
    """A legal form with a slip in it: a letter, a space, or the letters of an abbreviation."""
    found = [
        (length, form)
        for length, form in _possible_forms([folded for folded, _ in pairs[start : start + LONGEST_FORM + 1]])
        if len(pairs) > length and _is_legal_here(form, start, start + length, pairs, kind)
    ]
    if found:
        length, form = max(found)
        return length, _legal(form, pairs, start, length)
    last = mended_last_form(tuple(word for word, _ in pairs[start:])) if start else None
    if last is not None:
        return len(last), _legal(last, pairs, start, len(last))
    abbreviation = mended_abbreviation(pairs[start][0]) if 0 < start == len(pairs) - 1 else None
    return (1, _legal((abbreviation,), pairs, start, 1)) if abbreviation else None


def _possible_forms(folded: list[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The legal forms that some words may begin with: how many words, and the form."""
    if not FIRST_WORDS.isdisjoint(first := form_words(folded[0])):
        near = [first, *map(form_words, folded[1:LONGEST_FORM])]
        for length in range(1, len(near) + 1):
            found = [
                form for form in product(*near[:length]) if form in LEGAL_FORMS and may_stand_alone(form)
            ]
            if found:
                yield length, found[0]
    yield from _after_stray_letter(folded)
    if (unspaced := unspaced_form(folded)) is not None:
        yield unspaced


def _after_stray_letter(folded: list[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The legal forms of several words whose first one begins with the last letter of the word before."""
    first = folded[0][1:]
    if has_stray_letter(folded[0]):
        for length in range(2, min(LONGEST_FORM, len(folded)) + 1):
            if (form := (first, *folded[1:length])) in LEGAL_FORMS:
                yield length, form


def _is_legal_here(
    form: tuple[str, ...], start: int, end: int, pairs: list[tuple[str, str]], kind: Kind
) -> bool:
    if len(pairs) == end - start:
        return kind in CORPORATE or (kind is not Kind.PERSON and form[0] not in AMBIGUOUS)
    if len(form) == 1 and form[0] in AT_THE_END:
        return kind in CORPORATE and end == len(pairs)
    single_letters = all(len(word) == 1 for word in form)
    if len(form) > 1 and not single_letters:
        return True
    if kind is Kind.PERSON:
        return form[0] in UNMISTAKABLE and end == len(pairs)
    if single_letters or form[0] in AMBIGUOUS:
        at_edge = end == len(pairs) or start == 0 or pairs[end][0] in FIRST_WORDS
        return at_edge and (kind in CORPORATE or (end == len(pairs) and len(pairs) > 2))
    return True


def _phrase(pairs: list[tuple[str, str]], start: int, kind: Kind) -> tuple[int, Token]:
    """The token that begins at `start`, and how many words it takes."""
    folded, written = pairs[start]
    following = pairs[start + 1][0] if start + 1 < len(pairs) else None
    folded = _VOWELLESS_WORDS.get(folded, folded)
    reads_numbers = kind not in (Kind.PERSON, Kind.UNKNOWN) or folded[0].isdigit()
    if reads_numbers and (number := _number(folded, following)):
        length, value = number
        surface = " ".join(text for _, text in pairs[start : start + length])
        # Written to its neighbour it is as it was written: DIAMONDII.
        plain = value if folded[0].isdigit() else "".join(word for word, _ in pairs[start : start + length])
        return length, Token("#" + value, surface, TokenKind.NUMBER, plain)
    if folded in ABD:
        if (taken := _of_god(pairs, start)) is not None:
            surface = " ".join(text for _, text in pairs[start : start + taken])
            return taken, Token("abdullah", surface, TokenKind.WORD, "abdullah")
        joined = following is not None and PARTICLES.get(following) == "al" and start + 2 < len(pairs)
        surface = f"{written} {pairs[start + 1][1]}" if joined else written
        return (2 if joined else 1), Token("abdul", surface, TokenKind.WORD, "abdul")
    after_initial = start > 0 and len(pairs[start - 1][0]) == 1
    return 1, _single(
        folded, written, start, following, kind, is_pair=len(pairs) == 2, after_initial=after_initial
    )


def _of_god(pairs: list[tuple[str, str]], start: int) -> int | None:
    """How many words a name takes that is Abdullah in several: Abd Allah, Abd-ul-Lah, عبد الله."""
    following = [word for word, _ in pairs[start + 1 : start + 3]]
    if following and following[0] in _GOD:
        return 2
    if len(following) > 1 and PARTICLES.get(following[0]) == "al" and following[1] in _LAH:
        return 3
    return None


def _single(
    folded: str,
    written: str,
    start: int,
    following: str | None,
    kind: Kind,
    *,
    is_pair: bool,
    after_initial: bool,
) -> Token:
    particle = PARTICLES.get(folded)
    if folded == "ben" and start == 0 and kind in (Kind.PERSON, Kind.UNKNOWN) and is_pair:
        particle = None  # Ben Whitlock: "son of" has a name before it, or more than one after
    in_between = start > 0 and following is not None and kind is not Kind.UNKNOWN
    if len(folded) == 1 and after_initial:
        particle = None  # the y of "A. Y. Dvessik" joins no two surnames
    if folded in NUMBER_SIGNS and following is not None and following.isdigit():
        typed = "-and", TokenKind.PARTICLE
    elif folded.isdigit():
        typed = "#" + (folded.lstrip("0") or "0"), TokenKind.NUMBER
    elif kind in CRAFT and folded in CRAFT_PREFIXES and start == 0 and following:
        typed = "/" + folded, TokenKind.PREFIX
    elif particle and (in_between or folded not in NAME_LIKE_PARTICLES):
        typed = "-" + particle, TokenKind.PARTICLE
    elif len(folded) == 1:
        typed = folded, TokenKind.INITIAL
    elif kind not in (Kind.PERSON, Kind.UNKNOWN):
        known = mended_word(folded)
        typed = ABBREVIATIONS.get(known, known), TokenKind.WORD
    elif folded in GENERATIONS and start > 0 and kind is Kind.PERSON:
        typed = "^" + GENERATIONS[folded], TokenKind.GENERATION
    else:
        typed = folded, TokenKind.HONORIFIC if folded in HONORIFICS else TokenKind.WORD
    return Token(typed[0], written, typed[1], folded)


def _number(folded: str, following: str | None) -> tuple[int, str] | None:
    """A number written out, as an ordinal or in Roman digits: "forty four" and "44th" are both 44."""
    if folded in TENS and following is not None:
        unit = NUMBERS.get(following, following)
        if unit.isdigit() and 0 < int(unit) < 10:
            return 2, str(TENS[folded] + int(unit))
    if folded in TENS:
        return 1, str(TENS[folded])
    if folded in NUMBERS:
        return 1, NUMBERS[folded]
    if folded in GENERATIONS and GENERATIONS[folded].isdigit():
        return 1, GENERATIONS[folded]
    if folded[:-2].isdigit() and folded[-2:] in ("st", "nd", "rd", "th"):
        return 1, folded[:-2].lstrip("0") or "0"
    return None


def _with_roles(tokens: list[Token]) -> Iterator[Token]:
    after_father = False
    for token in tokens:
        yield token._replace(father=True) if after_father and token.kind is TokenKind.WORD else token
        if token.kind is TokenKind.PARTICLE and token.text[1:] == "al" and after_father:
            continue  # "bin al-Hassan": the article stands between
        after_father = token.kind is TokenKind.PARTICLE and token.text[1:] in FATHER
