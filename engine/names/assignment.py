"""Which items of two names stand for one another: pairs that overlap nowhere and are worth most together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from engine.model import MODEL
from engine.names.cut import is_cut, is_cut_of
from engine.names.likeness import Likeness, Why, edit_score, likeness
from engine.names.prepared import ACRONYM, Item, PreparedName
from engine.names.syllables import other_syllables, same_korean
from engine.names.text import VOWELLESS, fold_digits, is_syllabic
from engine.names.tokens import CORE, CORPORATE, Token, TokenKind
from engine.names.vowelless import is_compound, is_vocalised, share_consonants
from lists.model import Kind

# One letter may differ in words written together from this length on.
JOINED_EDIT_FROM = 7
# Beyond this many open choices the best assignment is approached greedily; real names have a handful.
_MOST_STATES = 4_000

_UNLIKENESS = MODEL["credit.unlikeness"]
# What a token that only accompanies its name is worth when pairs are chosen: less than any word.
_ACCOMPANYING = 0.02
# Why items are alike of which one is made of several words.
TOGETHER = (Why.JOINED, Why.ACRONYM)
# What a slip may be in, whoever bears the name; legal forms and small words are of companies' names.
_SLIPS_OF_ANYBODY = CORE | {TokenKind.HONORIFIC}
_LONG = 3  # words
_SAME = 1e-12  # values nearer than this differ by rounding


class Pair(NamedTuple):
    """Two items that are alike: indices into the items of the subject's and the listed name."""

    subject: int
    listed: int
    likeness: Likeness


@lru_cache(maxsize=1 << 16)
def joined_likeness(first: str, second: str) -> Likeness | None:
    """How alike two items are of which at least one is several tokens written together."""
    if first == second and first[0] == ACRONYM:
        return Likeness(MODEL["likeness.acronym"], Why.ACRONYM)
    if first == second:
        return Likeness(MODEL["likeness.joined"], Why.JOINED)
    if min(len(first), len(second)) < JOINED_EDIT_FROM or not (first + second).isalpha():
        return None  # another number written to a word is another number
    edits = OSA.distance(first, second, score_cutoff=1)
    if edits > 1:
        return None
    return Likeness(edit_score(first, second, edits) * MODEL["likeness.joined"], Why.JOINED)


def alike(text: str, joined: bool, other: str, other_joined: bool) -> Likeness | None:
    """How alike two items are. Symmetric, if both texts and both flags change places."""
    if is_cut(text) or is_cut(other):
        return _cut(text, other) if joined is not other_joined else None
    if not joined and not other_joined:
        return likeness(text, other)
    if joined and other_joined:  # only a shifted space joins both sides: the letters are the same
        return joined_likeness(text, other) if text == other else None
    return _together(text, other) if joined else _together(other, text)


def _together(together: str, word: str) -> Likeness | None:
    """How alike words written together and a word are."""
    other_script = (together[0] == VOWELLESS) is not (word[0] == VOWELLESS)
    if other_script and is_compound(together) and _is_vocalised(together, word):
        return Likeness(MODEL["likeness.vocalised"] * MODEL["likeness.joined"], Why.JOINED)
    if together != word and same_korean(together, word):
        return Likeness(MODEL["likeness.variant"] * MODEL["likeness.joined"], Why.JOINED)
    if not together.isalpha() and fold_digits(together) == word:
        return Likeness(MODEL["likeness.joined"], Why.JOINED)  # AURA 1 and AURA1, which is read as AURAI
    return joined_likeness(together, word)


def _cut(text: str, other: str) -> Likeness | None:
    left, whole = (text, other) if is_cut(text) else (other, text)
    return Likeness(MODEL["likeness.cut"], Why.CUT) if is_cut_of(left[1:], whole) else None


def _is_vocalised(together: str, word: str) -> bool:
    written, latin = (together, word) if together[0] == VOWELLESS else (word, together)
    return share_consonants(written, latin) and is_vocalised(written, latin)


def find_pairs(subject: PreparedName, listed: PreparedName) -> list[Pair]:
    """All pairs of items that are alike, found by comparing every one with every other."""
    pairs = []
    for place, item in enumerate(subject.items):
        for other_place, other in enumerate(listed.items):
            found = alike(item.text, item.joined, other.text, other.joined)
            if found is not None:
                pairs.append(Pair(place, other_place, found))
    return pairs


class Option(NamedTuple):
    value: float  # `most`, times what the pair earns
    most: float  # what both sides weigh in their names
    weight: float
    subject_mask: int
    listed_mask: int
    credit: float
    pair: Pair


def options(subject: PreparedName, listed: PreparedName, pairs: Iterable[Pair]) -> list[Option]:
    roles = listed.kind in (Kind.PERSON, Kind.UNKNOWN) and _has_father(subject) and _has_father(listed)
    roles = roles and not _is_reversed(subject, listed)
    found = []
    for pair in pairs:
        own, other = subject.items[pair.subject], listed.items[pair.listed]
        if not _may_pair(subject, listed, own, other, pair.likeness):
            continue
        if pair.likeness.why is Why.ACRONYM and (own.mask.bit_count() == 1) is (other.mask.bit_count() == 1):
            continue  # two names with the same initials
        pair_weight = _pair_weight(subject, listed, own, other)
        credit = 1.0 - _UNLIKENESS * (1.0 - pair.likeness.score)
        if roles and not own.joined and not other.joined:
            mine, theirs = token_of(subject, own), token_of(listed, other)
            if mine.father is not theirs.father and mine.kind is TokenKind.WORD:
                credit *= MODEL["credit.other_role"]
        most = _mask_worth(subject.weights, own.mask) + _mask_worth(listed.weights, other.mask)
        found.append(Option(most * credit, most, pair_weight, own.mask, other.mask, credit, pair))
    return found


def _pair_weight(subject: PreparedName, listed: PreparedName, own: Item, other: Item) -> float:
    """A pair weighs what its listed side weighs; a listed initial, what the word across from it does."""
    if not own.joined and not other.joined and token_of(listed, other).kind is TokenKind.INITIAL:
        return mask_weight(subject.weights, own.mask)
    return mask_weight(listed.weights, other.mask)


def _has_father(name: PreparedName) -> bool:
    return any(token.father for token in name.tokens)


def _is_reversed(subject: PreparedName, listed: PreparedName) -> bool:
    """Whether a long name is written from its last word to its first, *bin* and all: whose father somebody is
    can no longer be told, and nobody is called so.
    """
    own, other = ([token.text for token in name.tokens] for name in (subject, listed))
    return own == other[::-1] and sum(token.kind in CORE for token in subject.tokens) >= _LONG


def _may_pair(subject: PreparedName, listed: PreparedName, own: Item, other: Item, alike: Likeness) -> bool:
    """A title or legal form is like nothing but itself; initials, joined words, errors are names."""
    if alike.why is Why.EQUAL:
        return True
    if listed.kind is Kind.AIRCRAFT:
        return own.text == other.text  # a letter more, less or other is another registration
    if alike.why is Why.CUT:
        return _is_core(listed, other) or listed.kind in CORPORATE
    if alike.why is Why.SLIP:
        kinds = {token_of(subject, own).kind, token_of(listed, other).kind}
        return listed.kind in CORPORATE or kinds <= _SLIPS_OF_ANYBODY
    if alike.why is not Why.VARIANT and other_syllables(own.text, other.text):
        return not (_is_in_syllables(subject, own) or _is_in_syllables(listed, other))
    # What is a title in Arabic letters may be a given name in Latin ones: Sayyid, Sayed.
    named = _SLIPS_OF_ANYBODY if alike.why is Why.VOCALISED else CORE
    return (own.joined or token_of(subject, own).kind in named) and (
        other.joined or token_of(listed, other).kind in named
    )


def _is_in_syllables(name: PreparedName, item: Item) -> bool:
    """Whether an item is written in characters that are syllables: nobody mistypes a letter of those."""
    tokens = [token for place, token in enumerate(name.tokens) if item.mask >> place & 1]
    return all(not token.surface.isascii() and is_syllabic(token.surface) for token in tokens)


def _is_core(name: PreparedName, item: Item) -> bool:
    return token_of(name, item).kind in CORE


def token_of(name: PreparedName, item: Item) -> Token:
    return name.tokens[item.mask.bit_length() - 1]


def _mask_worth(weights: tuple[float, ...], mask: int) -> float:
    total = 0.0
    while mask:
        low = mask & -mask
        total += weights[low.bit_length() - 1] or _ACCOMPANYING
        mask ^= low
    return total


def mask_weight(weights: tuple[float, ...], mask: int) -> float:
    total = 0.0
    while mask:
        low = mask & -mask
        total += weights[low.bit_length() - 1]
        mask ^= low
    return total


def best(subject: PreparedName, listed: PreparedName, possible: Sequence[Option]) -> list[Option]:
    """The options that overlap nowhere and are worth most together, the surest first."""
    chosen: list[Option] = []
    for own, other, group in _groups(possible):
        if len(group) == 1:
            chosen += group
        else:
            capacity = _mask_worth(subject.weights, own) + _mask_worth(listed.weights, other)
            chosen += _best_of_group(sorted(group, key=_surest), capacity)
    return sorted(chosen, key=_surest)


# The tokens of a subject's and of a listed name, and the options that are about them.
_Group = tuple[int, int, list[Option]]


def _groups(options: Sequence[Option]) -> list[_Group]:
    """The options, those together that overlap, directly or by way of others."""
    groups: list[_Group] = []
    for option in options:
        own, other, together = option.subject_mask, option.listed_mask, [option]
        apart = []
        for group in groups:
            if group[0] & own or group[1] & other:
                own, other, together = own | group[0], other | group[1], group[2] + together
            else:
                apart.append(group)
        groups = [*apart, (own, other, together)]
    return groups


def _best_of_group(options: list[Option], capacity: float) -> list[Option]:
    """Exact search, greedy where it would explode. The tokens of the group are worth `capacity`, and what
    some of them lose when they are taken they earn nowhere else.
    """
    best = _greedy(options)
    best_value = sum([option.value for option in best])
    remaining = [0.0] * (len(options) + 1)
    for place in range(len(options) - 1, -1, -1):
        remaining[place] = remaining[place + 1] + options[place].value
    states = 0
    # A place, which tokens are taken, what that is worth and could have been worth beside, the options taken.
    stack: list[tuple[int, int, int, float, float, tuple[Option, ...]]] = [(0, 0, 0, 0.0, 0.0, ())]
    while stack and states < _MOST_STATES:
        states += 1
        place, own, other, value, lost, chosen = stack.pop()
        if value > best_value + _SAME:
            best_value, best = value, list(chosen)
        if min(value + remaining[place], capacity - lost) <= best_value + _SAME:
            continue
        option = options[place]
        stack.append((place + 1, own, other, value, lost, chosen))
        if not own & option.subject_mask and not other & option.listed_mask:
            stack.append(
                (
                    place + 1,
                    own | option.subject_mask,
                    other | option.listed_mask,
                    value + option.value,
                    lost + option.most - option.value,
                    (*chosen, option),
                )
            )
    return best


def _surest(option: Option) -> tuple[float, float, int, int]:
    """The surest pairs first: the greedy start is then nearly always the best there is."""
    return -option.credit, -option.value, option.subject_mask, option.listed_mask


def _greedy(options: Sequence[Option]) -> list[Option]:
    own = other = 0
    chosen = []
    for option in options:
        if not own & option.subject_mask and not other & option.listed_mask:
            own |= option.subject_mask
            other |= option.listed_mask
            chosen.append(option)
    return chosen
