"""Two names aligned token by token, and the score that this alignment earns.

Every token of both names owns a share of the score. An aligned pair earns most of its two shares; a word
that only one
name has earns part of its share (people leave names out); where both names have a word the other lacks, the
two stand in
each other's place and contradict. The score is the sum of what all tokens earn, so the parts explain it
completely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from engine.model import MODEL
from engine.names.lexicon import KUNYA
from engine.names.likeness import Likeness, Why, edit_score, likeness
from engine.names.syllables import other_syllables, respelled, syllables
from engine.names.text import VOWELLESS, is_syllabic
from engine.names.tokens import CORE, CORPORATE, CRAFT, Token, TokenKind
from lists.model import Kind

# Words written together are compared from this length on; shorter ones are alike by chance.
JOINED_FROM = 4
# One letter may differ in words written together from this length on.
JOINED_EDIT_FROM = 7
_LONGEST_JOIN = 3
# Beyond this many open choices the best assignment is approached greedily; real names have a handful.
_MOST_STATES = 4_000

_UNLIKENESS = MODEL["credit.unlikeness"]
# By how many words agree: none, one, two, three or more.
OMITTED = (0.0, MODEL["credit.omitted_1"], MODEL["credit.omitted_2"], MODEL["credit.omitted_3"])
_CONTRADICTED = MODEL["credit.contradicted"]
_SOLID = frozenset({TokenKind.WORD, TokenKind.NUMBER})
# Before the sorted tokens of a name without any word: it is found by all of them or not at all.
WHOLE = "&"
# Before the initials of a name of several words. Fewer letters than these are initials of many.
ACRONYM = "@"
ACRONYM_FROM = 4
LONGEST_ACRONYM = 8
# What a token that only accompanies its name is worth when pairs are chosen: less than any word.
_ACCOMPANYING = 0.02
# Why items are alike of which one is made of several words.
TOGETHER = (Why.JOINED, Why.ACRONYM)
_SAME = 1e-12  # values nearer than this differ by rounding

Rarity = Callable[
    [str], float
]  # token text -> `weight.rarity_floor` (on everyone's passport) .. 1 (nearly unique)


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
    COMMON = "common"


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


def prepare(text: str, tokens: tuple[Token, ...], kind: Kind, rarity: Rarity) -> PreparedName:
    """A name ready for alignment. `tokens` come from `tokenise(text, kind)`."""
    weights = tuple(weight(token, kind, rarity) for token in tokens)
    return PreparedName(text, kind, tokens, weights, items(tokens, kind))


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
    text = respelled([token.plain for token in run])
    return VOWELLESS + text.replace(VOWELLESS, "") if VOWELLESS in text else text


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
    chosen = _best(subject, listed, options)
    return _scored(subject, listed, chosen)


class _Option(NamedTuple):
    value: float  # `most`, times what the pair earns
    most: float  # what both sides weigh in their names
    weight: float
    subject_mask: int
    listed_mask: int
    credit: float
    pair: Pair


def _options(subject: PreparedName, listed: PreparedName, pairs: Iterable[Pair]) -> list[_Option]:
    roles = listed.kind in (Kind.PERSON, Kind.UNKNOWN) and _has_father(subject) and _has_father(listed)
    options = []
    for pair in pairs:
        own, other = subject.items[pair.subject], listed.items[pair.listed]
        if not _may_pair(subject, listed, own, other, pair.likeness):
            continue
        if pair.likeness.why is Why.ACRONYM and (own.mask.bit_count() == 1) is (other.mask.bit_count() == 1):
            continue  # two names with the same initials
        pair_weight = _pair_weight(subject, listed, own, other)
        credit = 1.0 - _UNLIKENESS * (1.0 - pair.likeness.score)
        if roles and not own.joined and not other.joined:
            mine, theirs = _token(subject, own), _token(listed, other)
            if mine.father is not theirs.father and mine.kind is TokenKind.WORD:
                credit *= MODEL["credit.other_role"]
        most = _mask_worth(subject.weights, own.mask) + _mask_worth(listed.weights, other.mask)
        options.append(_Option(most * credit, most, pair_weight, own.mask, other.mask, credit, pair))
    return options


def _pair_weight(subject: PreparedName, listed: PreparedName, own: Item, other: Item) -> float:
    """A pair weighs what its listed side weighs; a listed initial, what the word across from it does."""
    if not own.joined and not other.joined and _token(listed, other).kind is TokenKind.INITIAL:
        return mask_weight(subject.weights, own.mask)
    return mask_weight(listed.weights, other.mask)


def _has_father(name: PreparedName) -> bool:
    return any(token.father for token in name.tokens)


def _may_pair(subject: PreparedName, listed: PreparedName, own: Item, other: Item, alike: Likeness) -> bool:
    """A title or legal form is like nothing but itself; initials, joined words, errors are names."""
    if alike.why is Why.EQUAL:
        return True
    if listed.kind is Kind.AIRCRAFT:
        return own.text == other.text  # a letter more, less or other is another registration
    if alike.why is Why.SLIP:
        return listed.kind in CORPORATE
    if alike.why is not Why.VARIANT and other_syllables(own.text, other.text):
        return not (_is_in_syllables(subject, own) or _is_in_syllables(listed, other))
    return (own.joined or _is_core(subject, own)) and (other.joined or _is_core(listed, other))


def _is_in_syllables(name: PreparedName, item: Item) -> bool:
    """Whether an item is written in characters that are syllables: nobody mistypes a letter of those."""
    tokens = [token for place, token in enumerate(name.tokens) if item.mask >> place & 1]
    return all(not token.surface.isascii() and is_syllabic(token.surface) for token in tokens)


def _is_core(name: PreparedName, item: Item) -> bool:
    return _token(name, item).kind in CORE


def _token(name: PreparedName, item: Item) -> Token:
    return name.tokens[item.mask.bit_length() - 1]


def _worth(weight: float) -> float:
    return weight or _ACCOMPANYING


def _mask_worth(weights: tuple[float, ...], mask: int) -> float:
    return sum(_worth(weight) for place, weight in enumerate(weights) if mask >> place & 1)


def mask_weight(weights: tuple[float, ...], mask: int) -> float:
    total = 0.0
    while mask:
        low = mask & -mask
        total += weights[low.bit_length() - 1]
        mask ^= low
    return total


def _best(subject: PreparedName, listed: PreparedName, options: Sequence[_Option]) -> list[_Option]:
    """The options that overlap nowhere and are worth most together, the surest first."""
    chosen: list[_Option] = []
    for own, other, group in _groups(options):
        if len(group) == 1:
            chosen += group
        else:
            capacity = _mask_worth(subject.weights, own) + _mask_worth(listed.weights, other)
            chosen += _best_of_group(sorted(group, key=_surest), capacity)
    return sorted(chosen, key=_surest)


# The tokens of a subject's and of a listed name, and the options that are about them.
_Group = tuple[int, int, list[_Option]]


def _groups(options: Sequence[_Option]) -> list[_Group]:
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


def _best_of_group(options: list[_Option], capacity: float) -> list[_Option]:
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
    stack: list[tuple[int, int, int, float, float, tuple[_Option, ...]]] = [(0, 0, 0, 0.0, 0.0, ())]
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


def _surest(option: _Option) -> tuple[float, float, int, int]:
    """The surest pairs first: the greedy start is then nearly always the best there is."""
    return -option.credit, -option.value, option.subject_mask, option.listed_mask


def _greedy(options: Sequence[_Option]) -> list[_Option]:
    own = other = 0
    chosen = []
    for option in options:
        if not own & option.subject_mask and not other & option.listed_mask:
            own |= option.subject_mask
            other |= option.listed_mask
            chosen.append(option)
    return chosen


def _scored(subject: PreparedName, listed: PreparedName, chosen: list[_Option]) -> Alignment:
    own = _Side(subject, _left(subject, [option.subject_mask for option in chosen]))
    other = _Side(listed, _left(listed, [option.listed_mask for option in chosen]))
    words = sum(_is_evidence(subject, listed, option) for option in chosen)
    if not words and not _same_tokens(subject, listed):
        return Alignment(0.0, ())
    if words and any(_is_initial(subject, listed, option) for option in chosen):
        words += 1  # "Dvessik O." is more than a surname
    aligned_weight = sum(option.weight for option in chosen)
    own_total = aligned_weight + own.core_weight
    other_total = aligned_weight + other.core_weight
    per_weight = (1.0 / own_total + 1.0 / other_total) / 2.0
    parts = [_aligned_part(subject, listed, option, option.weight * per_weight) for option in chosen]
    lacking_own, lacking_other = own.core_weight / own_total, other.core_weight / other_total
    omitted = OMITTED[min(words, len(OMITTED) - 1)]
    corporate = listed.kind in CORPORATE
    eastern = not corporate and _is_eastern(subject) and _is_eastern(listed)
    if corporate:
        omitted = min(omitted, MODEL["credit.omitted_corporate"])
    elif eastern:
        omitted = min(omitted, MODEL["credit.omitted_syllable"])
    for side, lacking, facing, total in (
        (own, lacking_own, lacking_other, own_total),
        (other, lacking_other, lacking_own, other_total),
    ):
        contradicted = min(1.0, facing / lacking) if lacking else 0.0
        credit = contradicted * _CONTRADICTED + (1.0 - contradicted) * omitted * (1.0 - lacking)
        flat = _flat(
            side, corporate or eastern, contradicted > 0.5, side is own or lacking_own <= lacking_other / 2
        )
        parts.extend(_core_parts(side, side is own, credit, contradicted > 0.5, total, flat))
    earned = sum(part.contribution for part in parts)
    parts.extend(_common_part(aligned_weight / _listed_words(listed, chosen), 1.0 - earned))
    parts.extend(_accompaniment_parts(own, other))
    return Alignment(min(1.0, max(0.0, sum(part.contribution for part in parts))), tuple(parts))


def _is_eastern(name: PreparedName) -> bool:
    """Whether all words of a name are those of Chinese and Korean names, which have no middle names."""
    core = [token for token in name.tokens if token.kind in CORE]
    return all(token.kind is TokenKind.INITIAL or syllables(token.text) for token in core)


def _listed_words(listed: PreparedName, chosen: list[_Option]) -> int:
    aligned = [
        place for option in chosen for place in range(len(listed.tokens)) if option.listed_mask >> place & 1
    ]
    return max(1, sum(listed.tokens[place].kind in CORE for place in aligned))


def _common_part(mean_weight: float, missing: float) -> Iterable[Part]:
    """What differs counts more where the words that agree are common: many people share those."""
    contribution = MODEL["credit.common"] * max(0.0, 1.0 - mean_weight) * missing
    if contribution <= MODEL["credit.common_least"]:
        yield Part(Relation.COMMON, None, None, None, 0.0, contribution)


class _Side:
    """The tokens of one name that found no counterpart."""

    def __init__(self, name: PreparedName, left: list[int]) -> None:
        self.name = name
        self.core = [place for place in left if name.tokens[place].kind in CORE]
        self.accompanying = [name.tokens[place] for place in left if name.tokens[place].kind not in CORE]
        self.core_weight = sum(name.weights[place] for place in self.core)


def _left(name: PreparedName, masks: list[int]) -> list[int]:
    used = 0
    for mask in masks:
        used |= mask
    return [place for place in range(len(name.tokens)) if not used >> place & 1]


def _is_evidence(subject: PreparedName, listed: PreparedName, option: _Option) -> bool:
    """Whether a pair counts as a word that agrees; a run of initials ("B.S. Company") does too."""
    if option.pair.likeness.why in TOGETHER:
        return True
    return _is_solid(subject, option.subject_mask) and _is_solid(listed, option.listed_mask)


def _is_initial(subject: PreparedName, listed: PreparedName, option: _Option) -> bool:
    """Whether a pair is an initial and the name it stands for, or two initials."""
    own, other = subject.items[option.pair.subject], listed.items[option.pair.listed]
    if own.joined or other.joined:
        return False
    kinds = (_token(subject, own).kind, _token(listed, other).kind)
    return TokenKind.INITIAL in kinds and CORE.issuperset(kinds)


def _same_tokens(subject: PreparedName, listed: PreparedName) -> bool:
    """Initials and titles alone are evidence only where they are the whole of both names ("Grupo W S.A.")."""
    if not any(token.kind in CORE for token in listed.tokens):
        return False
    return sorted(token.text for token in subject.tokens) == sorted(token.text for token in listed.tokens)


def _is_solid(name: PreparedName, mask: int) -> bool:
    return any(is_solid(token) for place, token in enumerate(name.tokens) if mask >> place & 1)


def _aligned_part(subject: PreparedName, listed: PreparedName, option: _Option, share: float) -> Part:
    return Part(
        Relation.ALIGNED,
        _surface(subject, option.subject_mask),
        _surface(listed, option.listed_mask),
        option.pair.likeness,
        share,
        share * option.credit,
    )


def _flat(side: _Side, corporate: bool, contradicts: bool, counts: bool) -> float:
    """What another or a further word takes off however long the names are; once for both names."""
    told = [side.name.tokens[place] for place in side.core if not side.name.tokens[place].aside]
    if side.name.kind in CRAFT:  # sister ships differ by a number
        told = [token for token in told if token.kind is not TokenKind.NUMBER]
    if not told or not counts:
        return 0.0
    if all(token.kind is TokenKind.INITIAL for token in told):
        return MODEL["credit.other_initial"] if contradicts else 0.0
    if contradicts:
        return MODEL["credit.other_word_corporate" if corporate else "credit.other_word"]
    return MODEL["credit.further_word"] if corporate else 0.0


def _core_parts(
    side: _Side, is_own: bool, credit: float, contradicts: bool, total: float, flat: float
) -> Iterable[Part]:
    numbers_decide = side.name.kind not in CRAFT and side.name.kind is not Kind.PERSON
    heaviest = max(side.core, key=lambda place: side.name.weights[place], default=None)
    for place in side.core:
        token = side.name.tokens[place]
        share = side.name.weights[place] / total / 2.0
        other_number = numbers_decide and token.kind is TokenKind.NUMBER
        earned = share * (MODEL["credit.other_number"] if other_number else credit)
        earned += flat if place == heaviest else 0.0
        yield _left_part(token, is_own, contradicts or other_number, share, earned)


def _accompaniment_parts(own: _Side, other: _Side) -> Iterable[Part]:
    """What differs in titles, particles and legal forms; a form on each side contradicts, once."""
    for kind, row in (
        (TokenKind.LEGAL, "accompaniment.other_legal_form"),
        (TokenKind.GENERATION, "accompaniment.other_generation"),
    ):
        mine = [token for token in own.accompanying if token.kind is kind]
        theirs = [token for token in other.accompanying if token.kind is kind]
        if mine and theirs:
            yield Part(Relation.CONTRADICTED, mine[0].surface, theirs[0].surface, None, 0.0, MODEL[row])
            own.accompanying = [token for token in own.accompanying if token.kind is not kind]
            other.accompanying = [token for token in other.accompanying if token.kind is not kind]
    for side in (own, other):
        for token in side.accompanying:
            yield _left_part(token, side is own, False, 0.0, MODEL["accompaniment.lacking"])


def _left_part(token: Token, is_own: bool, contradicts: bool, share: float, contribution: float) -> Part:
    if contradicts:
        relation = Relation.CONTRADICTED
    else:
        relation = Relation.LACKING_IN_LISTED if is_own else Relation.LACKING_IN_SUBJECT
    mine, theirs = (token.surface, None) if is_own else (None, token.surface)
    return Part(relation, mine, theirs, None, share, contribution)


def _surface(name: PreparedName, mask: int) -> str:
    surfaces = [token.surface for place, token in enumerate(name.tokens) if mask >> place & 1]
    return " ".join(dict.fromkeys(surfaces))


__all__ = ["Alignment", "Pair", "Part", "PreparedName", "Relation", "align", "find_pairs", "prepare"]
