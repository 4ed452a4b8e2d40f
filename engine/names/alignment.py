"""Two names aligned token by token, and the score that this alignment earns.

Every token of both names owns a share of the score. An aligned pair earns most of its two shares; a word that only one
name has earns part of its share (people leave names out); where both names have a word the other lacks, the two stand in
each other's place and contradict. The score is the sum of what all tokens earn, so the parts explain it completely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from engine.model import MODEL
from engine.names.likeness import EQUAL, Likeness, Why, likeness
from engine.names.text import VOWELLESS
from engine.names.tokens import CORE, Token, TokenKind
from lists.model import Kind

# Words written together are compared from this length on; shorter ones are alike by chance.
JOINED_FROM = 4
# One letter may differ in words written together from this length on.
_JOINED_EDIT_FROM = 7
_LONGEST_JOIN = 3
# Beyond this many open choices the best assignment is approached greedily; real names have a handful.
_MOST_STATES = 4_000

_UNLIKENESS = MODEL["credit.unlikeness"]
_OMITTED = (MODEL["credit.omitted_1"], MODEL["credit.omitted_1"], MODEL["credit.omitted_2"], MODEL["credit.omitted_3"])
_CONTRADICTED = MODEL["credit.contradicted"]
_ACCOMPANIMENT = MODEL["credit.accompaniment"]
_BASE_WEIGHTS = {
    TokenKind.WORD: MODEL["weight.word"],
    TokenKind.NUMBER: MODEL["weight.number"],
    TokenKind.INITIAL: MODEL["weight.initial"],
    TokenKind.GENERATION: MODEL["weight.generation"],
    TokenKind.PARTICLE: MODEL["weight.particle"],
    TokenKind.HONORIFIC: MODEL["weight.honorific"],
    TokenKind.LEGAL: MODEL["weight.legal"],
    TokenKind.PREFIX: MODEL["weight.prefix"],
}
_CRAFT = frozenset({Kind.VESSEL, Kind.AIRCRAFT})

Rarity = Callable[[str], float]  # token text -> `weight.rarity_floor` (on everyone's passport) .. 1 (nearly unique)


class Item(NamedTuple):
    """One token, or several neighbours written together: the tokens whose bits are set in `mask`."""

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


class Pair(NamedTuple):
    """Two items that are alike: indices into the items of the subject's and the listed name."""

    subject: int
    listed: int
    likeness: Likeness


class Relation(StrEnum):
    ALIGNED = "aligned"
    LACKING_IN_SUBJECT = "lacking_in_subject"
    LACKING_IN_LISTED = "lacking_in_listed"
    CONTRADICTED = "contradicted"


class Part(NamedTuple):
    """What one pair or one token adds to the score, of the `share` it could have added."""

    relation: Relation
    subject: str | None
    listed: str | None
    likeness: Likeness | None
    share: float
    contribution: float


class Alignment(NamedTuple):
    score: float
    parts: tuple[Part, ...]


def weight(token: Token, kind: Kind, rarity: Rarity) -> float:
    """What a token weighs in a name of this kind: by its type, and a word by its rarity."""
    if token.kind is TokenKind.WORD:
        return _BASE_WEIGHTS[token.kind] * rarity(token.text)
    if token.kind is TokenKind.NUMBER and kind in _CRAFT:
        return MODEL["weight.craft_number"]
    return _BASE_WEIGHTS[token.kind]


def prepare(text: str, tokens: tuple[Token, ...], kind: Kind, rarity: Rarity) -> PreparedName:
    """A name ready for alignment. `tokens` come from `tokenise(text, kind)`."""
    weights = tuple(weight(token, kind, rarity) for token in tokens)
    return PreparedName(text, kind, tokens, weights, items(tokens))


def items(tokens: tuple[Token, ...]) -> tuple[Item, ...]:
    """The tokens, and the runs of up to three of them written together; also the last before the first."""
    found = [Item(token.text, 1 << place, False) for place, token in enumerate(tokens)]
    for length in range(2, _LONGEST_JOIN + 1):
        for start in range(len(tokens) - length + 1):
            found.extend(_joined(tokens[start : start + length], ((1 << length) - 1) << start))
    if len(tokens) > 1:
        found.extend(_joined((tokens[-1], tokens[0]), 1 << (len(tokens) - 1) | 1))
    return tuple(found)


def _joined(run: tuple[Token, ...], mask: int) -> Iterable[Item]:
    if not any(token.kind in CORE for token in run):
        return ()
    text = "".join(token.plain for token in run)
    if VOWELLESS in text:
        text = VOWELLESS + text.replace(VOWELLESS, "")
    initials = all(token.kind is TokenKind.INITIAL for token in run)
    return (Item(text, mask, True),) if len(text) >= JOINED_FROM or (initials and len(run) > 1) else ()


@lru_cache(maxsize=1 << 16)
def joined_likeness(first: str, second: str) -> Likeness | None:
    """How alike two items are of which at least one is several tokens written together."""
    if first == second:
        return Likeness(MODEL["likeness.joined"], Why.JOINED)
    if min(len(first), len(second)) < _JOINED_EDIT_FROM:
        return None
    found = likeness(first, second)
    if found is None or found.why not in (Why.EDIT, Why.SOUND) or found.score < MODEL["likeness.joined_least"]:
        return None
    return Likeness(found.score * MODEL["likeness.joined"], Why.JOINED)


def find_pairs(subject: PreparedName, listed: PreparedName) -> list[Pair]:
    """All pairs of items that are alike, found by comparing every one with every other."""
    pairs = []
    for place, item in enumerate(subject.items):
        for other_place, other in enumerate(listed.items):
            if item.joined and other.joined and item.text != other.text:
                continue  # only a shifted space joins both sides: the letters are the same
            joined = item.joined or other.joined
            found = joined_likeness(item.text, other.text) if joined else likeness(item.text, other.text)
            if found is not None:
                pairs.append(Pair(place, other_place, found))
    return pairs


def align(subject: PreparedName, listed: PreparedName, pairs: Iterable[Pair]) -> Alignment:
    """The alignment that earns most, of the given pairs, and its score (0..1)."""
    options = _options(subject, listed, pairs)
    chosen = _best(options)
    return _scored(subject, listed, chosen)


class _Option(NamedTuple):
    value: float  # what the pair weighs times what it earns
    weight: float
    subject_mask: int
    listed_mask: int
    credit: float
    pair: Pair


def _options(subject: PreparedName, listed: PreparedName, pairs: Iterable[Pair]) -> list[_Option]:
    roles = subject.kind in (Kind.PERSON, Kind.UNKNOWN) and _has_father(subject) and _has_father(listed)
    options = []
    for pair in pairs:
        own, other = subject.items[pair.subject], listed.items[pair.listed]
        pair_weight = _mask_weight(listed.weights, other.mask)
        credit = 1.0 - _UNLIKENESS * (1.0 - pair.likeness.score)
        if roles and not own.joined and not other.joined:
            mine, theirs = _token(subject, own), _token(listed, other)
            if mine.father is not theirs.father and mine.kind is TokenKind.WORD:
                credit *= MODEL["credit.other_role"]
        options.append(_Option(pair_weight * credit, pair_weight, own.mask, other.mask, credit, pair))
    options.sort(key=lambda option: (-option.value, option.subject_mask, option.listed_mask))
    return options


def _has_father(name: PreparedName) -> bool:
    return any(token.father for token in name.tokens)


def _token(name: PreparedName, item: Item) -> Token:
    return name.tokens[item.mask.bit_length() - 1]


def _mask_weight(weights: tuple[float, ...], mask: int) -> float:
    total = 0.0
    while mask:
        low = mask & -mask
        total += weights[low.bit_length() - 1]
        mask ^= low
    return total


def _best(options: list[_Option]) -> list[_Option]:
    """The subset of options that overlap nowhere and are worth most: exact search, greedy where it would explode."""
    greedy = _greedy(options)
    if len(greedy) == len(options):
        return greedy
    best_value, best = sum(option.value for option in greedy), greedy
    remaining = [0.0] * (len(options) + 1)
    for place in range(len(options) - 1, -1, -1):
        remaining[place] = remaining[place + 1] + options[place].value
    states = 0
    stack: list[tuple[int, int, int, float, tuple[_Option, ...]]] = [(0, 0, 0, 0.0, ())]
    while stack and states < _MOST_STATES:
        states += 1
        place, own, other, value, chosen = stack.pop()
        if value > best_value + 1e-12:
            best_value, best = value, list(chosen)
        if place == len(options) or value + remaining[place] <= best_value + 1e-12:
            continue
        option = options[place]
        stack.append((place + 1, own, other, value, chosen))
        if not own & option.subject_mask and not other & option.listed_mask:
            stack.append(
                (
                    place + 1,
                    own | option.subject_mask,
                    other | option.listed_mask,
                    value + option.value,
                    (*chosen, option),
                )
            )
    return best


def _greedy(options: list[_Option]) -> list[_Option]:
    own = other = 0
    chosen = []
    for option in options:
        if not own & option.subject_mask and not other & option.listed_mask:
            own |= option.subject_mask
            other |= option.listed_mask
            chosen.append(option)
    return chosen


def _scored(subject: PreparedName, listed: PreparedName, chosen: list[_Option]) -> Alignment:
    own_left, other_left = _left(subject, chosen, own=True), _left(listed, chosen, own=False)
    aligned_weight = sum(option.weight for option in chosen)
    own_total = aligned_weight + sum(subject.weights[place] for place in own_left)
    other_total = aligned_weight + sum(listed.weights[place] for place in other_left)
    if not chosen or own_total <= 0.0 or other_total <= 0.0:
        return Alignment(0.0, ())
    parts = [_aligned_part(subject, listed, option, own_total, other_total) for option in chosen]
    own_shares = [subject.weights[place] / own_total / 2 for place in own_left]
    other_shares = [listed.weights[place] / other_total / 2 for place in other_left]
    own_core = _core_share(subject, own_left, own_shares)
    other_core = _core_share(listed, other_left, other_shares)
    facing = min(own_core, other_core)
    omitted = _OMITTED[min(_words_aligned(subject, listed, chosen), len(_OMITTED) - 1)]
    sides = (
        (subject, own_left, own_shares, facing / own_core if own_core else 0.0, listed, other_left),
        (listed, other_left, other_shares, facing / other_core if other_core else 0.0, subject, own_left),
    )
    for name, left, shares, contradicted, opposite, opposite_left in sides:
        for place, share in zip(left, shares, strict=True):
            token = name.tokens[place]
            rivals = [opposite.tokens[other] for other in opposite_left]
            credit, contradicts = _credit_left(name, token, omitted, contradicted, rivals)
            parts.append(_left_part(token, name is subject, contradicts, share, credit))
    score = sum(part.contribution for part in parts)
    return Alignment(min(1.0, max(0.0, score)), tuple(parts))


def _left(name: PreparedName, chosen: list[_Option], *, own: bool) -> list[int]:
    used = 0
    for option in chosen:
        used |= option.subject_mask if own else option.listed_mask
    return [place for place in range(len(name.tokens)) if not used >> place & 1]


def _core_share(name: PreparedName, left: list[int], shares: list[float]) -> float:
    return sum(share for place, share in zip(left, shares, strict=True) if name.tokens[place].kind in CORE)


def _words_aligned(subject: PreparedName, listed: PreparedName, chosen: list[_Option]) -> int:
    """How many words agree: initials and what accompanies a name do not make evidence of it."""
    count = 0
    for option in chosen:
        own = [token for place, token in enumerate(subject.tokens) if option.subject_mask >> place & 1]
        other = [token for place, token in enumerate(listed.tokens) if option.listed_mask >> place & 1]
        solid = (TokenKind.WORD, TokenKind.NUMBER)
        count += max(
            min(sum(token.kind in solid for token in own), 1) and sum(token.kind in solid for token in other),
            min(sum(token.kind in solid for token in other), 1) and sum(token.kind in solid for token in own),
        )
    return count


def _credit_left(
    name: PreparedName, token: Token, omitted: float, contradicted: float, rivals: list[Token]
) -> tuple[float, bool]:
    """What a token earns that found no counterpart, and whether it contradicts the other name."""
    if token.kind is TokenKind.NUMBER and name.kind not in _CRAFT and name.kind is not Kind.PERSON:
        return MODEL["credit.other_number"], True
    if token.kind in CORE:
        return contradicted * _CONTRADICTED + (1.0 - contradicted) * omitted, contradicted > 0.5
    if token.kind in (TokenKind.LEGAL, TokenKind.GENERATION) and any(rival.kind is token.kind for rival in rivals):
        return MODEL["credit.other_legal_form"], True
    return _ACCOMPANIMENT, False


def _aligned_part(
    subject: PreparedName, listed: PreparedName, option: _Option, own_total: float, other_total: float
) -> Part:
    share = option.weight * (1 / own_total + 1 / other_total) / 2
    return Part(
        Relation.ALIGNED,
        _surface(subject, option.subject_mask),
        _surface(listed, option.listed_mask),
        option.pair.likeness,
        share,
        share * option.credit,
    )


def _left_part(token: Token, is_subjects: bool, contradicts: bool, share: float, credit: float) -> Part:
    relation = (
        Relation.CONTRADICTED
        if contradicts
        else Relation.LACKING_IN_LISTED
        if is_subjects
        else Relation.LACKING_IN_SUBJECT
    )
    own, other = (token.surface, None) if is_subjects else (None, token.surface)
    return Part(relation, own, other, None, share, share * credit)


def _surface(name: PreparedName, mask: int) -> str:
    surfaces = [token.surface for place, token in enumerate(name.tokens) if mask >> place & 1]
    return " ".join(dict.fromkeys(surfaces))


__all__ = ["EQUAL", "Alignment", "Pair", "Part", "PreparedName", "Relation", "align", "find_pairs", "prepare"]
