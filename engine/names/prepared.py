"""A tokenised name ready to be aligned: what each token weighs, and which may be written together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from engine.model import MODEL
from engine.names.cut import cut_word
from engine.names.lexicon import KUNYA
from engine.names.syllables import respelled
from engine.names.text import VOWELLESS, vowelless_together
from engine.names.tokens import CORE, CORPORATE, CRAFT, Token, TokenKind
from lists.model import Kind

# Words written together are compared from this length on; shorter ones are alike by chance.
JOINED_FROM = 4
_LONGEST_JOIN = 3
_SOLID = frozenset({TokenKind.WORD, TokenKind.NUMBER})
# Before the sorted tokens of a name without any word: it is found by all of them or not at all.
WHOLE = "&"
# Before the initials of a name of several words. Fewer letters than these are initials of many.
ACRONYM = "@"
ACRONYM_FROM = 4
LONGEST_ACRONYM = 8

# token text -> `weight.rarity_floor` (on everyone's passport) .. 1 (nearly unique)
Rarity = Callable[[str], float]


class Item(NamedTuple):
    """One token, or several neighbours written together: the tokens whose bits are set in `mask`. What may be
    left of a word that was cut off is as if joined: it is like nothing that is its whole.
    """

    text: str
    mask: int
    joined: bool


class PreparedName(NamedTuple):
    """A tokenised name with the weight of each token, ready to be aligned any number of times."""

    text: str
    kind: Kind
    tokens: tuple[Token, ...]
    weights: tuple[float, ...]
    items: tuple[Item, ...]


def weight(token: Token, kind: Kind, rarity: Rarity) -> float:
    """What a token weighs in a name: a word by its rarity; what only accompanies the name, nothing."""
    match token.kind:
        case TokenKind.WORD:
            whole = MODEL["weight.word"] * rarity(token.text)
        case TokenKind.NUMBER:
            whole = MODEL["weight.craft_number" if kind in CRAFT else "weight.number"]
        case TokenKind.INITIAL:
            whole = MODEL["weight.initial"]
        case _:
            return 0.0
    return whole * MODEL["weight.aside"] if token.aside else whole


def prepare(
    text: str, tokens: tuple[Token, ...], kind: Kind, rarity: Rarity, *, is_subject: bool = False
) -> PreparedName:
    """A name ready for alignment. `tokens` come from `tokenise(text, kind)`; only a subject's name was
    entered in a field that may have cut it off.
    """
    weights = tuple(weight(token, kind, rarity) for token in tokens)
    found = items(tokens, kind)
    if is_subject and (left := cut_word(text, tokens)) is not None:
        found += (Item(left, 1 << (len(tokens) - 1), True),)
    return PreparedName(text, kind, tokens, weights, found)


def items(tokens: tuple[Token, ...], kind: Kind = Kind.UNKNOWN) -> tuple[Item, ...]:
    """The tokens, and the runs of up to three of them written together; also the last before the first."""
    found = [Item(token.text, 1 << place, False) for place, token in enumerate(tokens)]
    core = [token.kind in CORE for token in tokens]
    for length in range(2, _LONGEST_JOIN + 1):
        for start in range(len(tokens) - length + 1):
            if any(core[start : start + length]):
                text = joined_text(tokens[start : start + length])
                found.append(Item(text, ((1 << length) - 1) << start, True))
    if len(tokens) > 1 and (core[0] or core[-1]):
        found.append(Item(joined_text((tokens[-1], tokens[0])), 1 << (len(tokens) - 1) | 1, True))
    if kind in CORPORATE:
        found.extend(acronym(tokens))
    kept = [item for item in found if not item.joined or _is_long_enough(item.text, item.mask)]
    if tokens and not any(map(is_solid, tokens)):
        kept.append(
            Item(WHOLE + " ".join(sorted(token.text for token in tokens)), (1 << len(tokens)) - 1, True)
        )
    return tuple(kept)


def joined_text(run: Sequence[Token]) -> str:
    """Some tokens written together, a given name in one spelling; vowelless as soon as one of them is."""
    words = [token.plain for token in run]
    return vowelless_together(words) if VOWELLESS in "".join(words) else respelled(words)


def is_solid(token: Token) -> bool:
    """Whether a token is a word or a number: the rest of a name is no evidence of it."""
    return token.kind in _SOLID and token.text not in KUNYA


def acronym(tokens: tuple[Token, ...]) -> Iterable[Item]:
    """The initials of a name of several words, and of a name of one word that word, which may be initials."""
    words = [(place, token) for place, token in enumerate(tokens) if token.kind is TokenKind.WORD]
    mask = sum(1 << place for place, token in enumerate(tokens) if token.kind in CORE and not token.aside)
    words = [(place, token) for place, token in words if not token.aside]
    if mask.bit_count() != len(words):
        return
    letters = "".join(token.plain[0] for _, token in words)
    if len(words) == 1 and ACRONYM_FROM <= len(words[0][1].text) <= LONGEST_ACRONYM:
        yield Item(ACRONYM + words[0][1].text, mask, True)
    elif ACRONYM_FROM <= len(letters) <= LONGEST_ACRONYM and letters.isalpha():
        yield Item(ACRONYM + letters, mask, True)


def _is_long_enough(text: str, mask: int) -> bool:
    """Short words are alike by chance; but a run of initials ("L.X.C.") is as long as it can be."""
    return len(text) >= JOINED_FROM or len(text) == mask.bit_count()
