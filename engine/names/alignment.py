"""Two names aligned token by token, and the score that this alignment earns.

Every token of both names owns a share of the score. An aligned pair earns most of its two shares; a word that
only one name has earns part of its share (people leave names out); where both names have a word the other
lacks, the two stand in each other's place and contradict. The score is the sum of what all tokens earn, so
the parts explain it completely.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from engine.model import MODEL
from engine.names.assignment import TOGETHER, Option, Pair, best, options, token_of
from engine.names.likeness import Likeness
from engine.names.prepared import PreparedName, is_solid
from engine.names.syllables import syllables
from engine.names.tokens import CORE, CORPORATE, CRAFT, Token, TokenKind
from lists.model import Kind

# By how many words agree: none, one, two, three or more.
OMITTED = (0.0, MODEL["credit.omitted_1"], MODEL["credit.omitted_2"], MODEL["credit.omitted_3"])
_CONTRADICTED = MODEL["credit.contradicted"]


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


def align(subject: PreparedName, listed: PreparedName, pairs: Iterable[Pair]) -> Alignment:
    """The alignment that earns most, of the given pairs, and its score (0..1)."""
    chosen = best(subject, listed, options(subject, listed, pairs))
    return _scored(subject, listed, chosen)


def _scored(subject: PreparedName, listed: PreparedName, chosen: list[Option]) -> Alignment:
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
    parts.extend(_common_part(_mean_weight(listed, chosen, aligned_weight), 1.0 - earned))
    parts.extend(_accompaniment_parts(own, other))
    return Alignment(min(1.0, max(0.0, sum(part.contribution for part in parts))), tuple(parts))


def _is_eastern(name: PreparedName) -> bool:
    """Whether all words of a name are those of Chinese and Korean names, which have no middle names."""
    core = [token for token in name.tokens if token.kind in CORE]
    return all(token.kind is TokenKind.INITIAL or syllables(token.text) for token in core)


def _mean_weight(listed: PreparedName, chosen: list[Option], aligned_weight: float) -> float:
    """What the listed words that agree weigh on average. A ship's number or letter weighs little, but is not
    common.
    """
    places = [
        place for option in chosen for place in range(len(listed.tokens)) if option.listed_mask >> place & 1
    ]
    core = [place for place in places if listed.tokens[place].kind in CORE]
    words = [place for place in core if listed.tokens[place].kind is TokenKind.WORD]
    if listed.kind in CRAFT and words and len(words) < len(core):
        return sum(listed.weights[place] for place in words) / len(words)
    return aligned_weight / max(1, len(core))


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


def _is_evidence(subject: PreparedName, listed: PreparedName, option: Option) -> bool:
    """Whether a pair counts as a word that agrees; a run of initials ("B.S. Company") does too."""
    if option.pair.likeness.why in TOGETHER:
        return True
    return _is_solid(subject, option.subject_mask) and _is_solid(listed, option.listed_mask)


def _is_initial(subject: PreparedName, listed: PreparedName, option: Option) -> bool:
    """Whether a pair is an initial and the name it stands for, or two initials."""
    own, other = subject.items[option.pair.subject], listed.items[option.pair.listed]
    if own.joined or other.joined:
        return False
    kinds = (token_of(subject, own).kind, token_of(listed, other).kind)
    return TokenKind.INITIAL in kinds and CORE.issuperset(kinds)


def _same_tokens(subject: PreparedName, listed: PreparedName) -> bool:
    """Initials and titles alone are evidence only where they are the whole of both names ("Grupo W S.A.")."""
    if not any(token.kind in CORE for token in listed.tokens):
        return False
    return sorted(token.text for token in subject.tokens) == sorted(token.text for token in listed.tokens)


def _is_solid(name: PreparedName, mask: int) -> bool:
    return any(is_solid(token) for place, token in enumerate(name.tokens) if mask >> place & 1)


def _aligned_part(subject: PreparedName, listed: PreparedName, option: Option, share: float) -> Part:
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
