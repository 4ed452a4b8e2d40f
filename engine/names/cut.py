"""The last word of a long name, which a field may have cut off: KARPENK of Karpenkov, COMPA of Company.

Sources: SWIFT's MT formats give a name lines of 35 characters; ICAO Doc 9303, part 4, gives it 39; core
banking and payroll systems give it less.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from engine.names.legal_forms import LEGAL_FORMS
from engine.names.text import VOWELLESS
from engine.names.tokens import Token, TokenKind

# Before what is left of a word that may have been cut off.
CUT = "%"
# The shortest field that is known to cut names.
FIELD_FROM = 20
_LEAST_LEFT = 3
_LEAST_SHARE = 0.4  # of a word's letters; fewer are the beginning of too many words
_LEAST_CUT = 2  # a letter less is a slip
_NO_WORDS = frozenset("#^-/")  # the marks of other typed tokens
_LONG_FORM_WORD = 5  # a shorter word of a legal form leaves too little


def fills_a_field(text: str) -> bool:
    """Whether a field may have cut a name off: it is long, and ends in no full stop or quotation mark."""
    return len(text) >= FIELD_FROM and text[-1].isalpha()


def is_cut(item: str) -> bool:
    """Whether an item's text is what may be left of a word."""
    return item[0] == CUT


def may_be_cut(token: Token) -> bool:
    """Whether a token, if it is the last of a long name, may be what is left of a word."""
    letters = token.text.removeprefix(VOWELLESS)
    return (
        token.kind is TokenKind.WORD and not token.aside and len(letters) >= _LEAST_LEFT and letters.isalpha()
    )


def cut_word(text: str, tokens: Sequence[Token]) -> str | None:
    """The item for what may be left of the last word of a customer's name, as it was given and its tokens."""
    if not fills_a_field(text) or not tokens or not may_be_cut(tokens[-1]):
        return None
    return CUT + tokens[-1].text


def is_cut_of(left: str, whole: str) -> bool:
    """Whether a listed word may be what a field left of it; `left` is without its mark."""
    if whole[0] == "=":
        return whole in cut_forms(left)
    if whole[0] in _NO_WORDS or not whole.startswith(left):
        return False
    return _letters(left) in lengths_left(_letters(whole))


def _letters(word: str) -> int:
    return len(word.removeprefix(VOWELLESS))


def lengths_left(letters: int) -> range:
    """How many of a word's letters may be left: two of five or more."""
    return range(max(_LEAST_LEFT, math.ceil(_LEAST_SHARE * letters)), letters - _LEAST_CUT + 1)


def cut_forms(left: str) -> frozenset[str]:
    """The legal forms, as typed tokens, of which a word may be cut to this."""
    return _FORMS_OF_CUT.get(left, frozenset())


def _forms_of_cut() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for form, canonical in LEGAL_FORMS.items():
        for word in form:
            if len(word) >= _LONG_FORM_WORD:
                for length in lengths_left(len(word)):
                    found[word[:length]].add("=" + canonical)
    return {left: frozenset(forms) for left, forms in found.items()}


_FORMS_OF_CUT = _forms_of_cut()
