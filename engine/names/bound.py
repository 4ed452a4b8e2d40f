"""The most that the alignment of two names can score, from their like items alone: cheaper than aligning
them.

docs/design/candidates.md derives it. `candidates` bounds whole names by one number of the sparse product;
this bound also knows which tokens have no counterpart at all, and two names that each have one contradict
each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.model import MODEL
from engine.names.alignment import OMITTED
from engine.names.assignment import TOGETHER
from engine.names.likeness import Likeness, Why
from engine.names.tokens import CORPORATE
from lists.model import Kind

_UNLIKENESS = MODEL["credit.unlikeness"]
COMMON_LEAST = MODEL["credit.common_least"]
_COMMON = MODEL["credit.common"]
_CONTRADICTED = MODEL["credit.contradicted"]
_CORPORATE_OMITTED = MODEL["credit.omitted_corporate"]
_INITIAL = Likeness(MODEL["likeness.initial"], Why.INITIAL)
_NO_BOUND = 1.0


class Side(NamedTuple):
    """What the bound needs of one name. A bit of a mask stands for each token, the first for the lowest."""

    weights: Sequence[float]
    solid: int  # words and numbers
    initials: int
    letters: Sequence[int]  # the bit of the letter that each token begins with


class Hit(NamedTuple):
    """Two items that are alike: the tokens of each, and how much."""

    own: int
    listed: int
    likeness: Likeness


def most_score(own: Side, listed: Side, kind: Kind, hits: Sequence[Hit]) -> float:
    """An upper bound (0..1) on the score of aligning a name with a listed one of this kind."""
    own_mask = listed_mask = 0
    best: dict[int, float] = {}  # by the bit of a listed token, the best credit of a pair it is in
    highest, together = 0.0, 0
    for own_tokens, listed_tokens, likeness in chain(hits, _initial_hits(own, listed)):
        own_mask |= own_tokens
        listed_mask |= listed_tokens
        credit = 1.0 - _UNLIKENESS * (1.0 - likeness.score)
        highest = max(highest, credit)
        if likeness.why in TOGETHER and not (own_tokens & own.solid and listed_tokens & listed.solid):
            together += 1  # words written together are evidence, whatever they are
        rest = listed_tokens
        while rest:
            bit = rest & -rest
            rest ^= bit
            if credit > best.get(bit, 0.0):
                best[bit] = credit
    words = min((own_mask & own.solid).bit_count(), (listed_mask & listed.solid).bit_count()) + together
    if not words:
        return 0.0
    covered = reachable = rarest = 0.0
    initials = listed_mask & listed.initials
    heaviest = max(own.weights)
    for bit, credit in best.items():
        # A listed initial weighs what stands across from it.
        weight = heaviest if bit & initials else listed.weights[bit.bit_length() - 1]
        reachable += weight
        rarest = max(rarest, weight)
        covered += weight * credit
    if not reachable:
        return _NO_BOUND
    # An initial that agrees counts as one word more.
    more = bool(initials | own_mask & own.initials)
    omitted = OMITTED[min(words + more, len(OMITTED) - 1)]
    if kind in CORPORATE:
        omitted = min(omitted, _CORPORATE_OMITTED)
    own_lacking = _lacking(own.weights, own_mask)
    lacking = _lacking(listed.weights, listed_mask)
    total = lacking + (covered if initials else reachable)
    most = best_of_both(covered, reachable, own_lacking, lacking, total, highest, omitted)
    loss = common_loss(most, rarest)
    return most + loss if loss <= COMMON_LEAST else most


def _initial_hits(own: Side, listed: Side) -> Iterator[Hit]:
    """Initials and the tokens across from them of their letter, which no table of like items has."""
    if own.initials or listed.initials:
        for place, letter in enumerate(own.letters):
            for other, other_letter in enumerate(listed.letters):
                if letter & other_letter and (own.initials >> place | listed.initials >> other) & 1:
                    yield Hit(1 << place, 1 << other, _INITIAL)


def _lacking(weights: Sequence[float], mask: int) -> float:
    """What the tokens of a name weigh that have no counterpart."""
    return sum([weight for place, weight in enumerate(weights) if not mask >> place & 1])


Value = TypeVar("Value", float, NDArray[np.float64])


def common_loss(most: Value, rarest: Value) -> Value:
    """What a score of `most` loses at least, where none of the words that agree is rarer than `rarest`. It
    counts from `COMMON_LEAST` on; a lower score loses more.
    """
    loss: Value = _COMMON * (1.0 - rarest) * (1.0 - most)
    return loss


def best_of_both(  # noqa: PLR0913 - the quantities of the derivation
    covered: Value,
    reachable: Value,
    own_lacking: Value,
    lacking: Value,
    total: Value,
    credit: Value,
    omitted: Value,
    *,
    maximum: Callable[..., Any] = max,
    minimum: Callable[..., Any] = min,
) -> Value:
    """The bound, from what both names weigh where they agree at most and lack at least; for one pair or for
    many.

    `covered` is what the listed tokens that have a counterpart weigh, each times its best credit, `reachable`
    the same without; `credit` is the best of them all, `omitted` the credit of a word that only one side has.
    """

    def when_better(better: tuple[Value, Value], worse: tuple[Value, Value]) -> Value:
        """The bound where the first lacks no more; each is (least it lacks, most it earns)."""
        least, earns = better
        low = maximum(worse[0], least)
        high = maximum(low, 1.0 - worse[1] / credit)
        best: Value = minimum(credit * (1.0 - least), earns) + 2.0 * least * _CONTRADICTED
        # What the worse side lacks: as little as it can, as much as it must, or where omission earns most.
        earned = [
            minimum(credit * (1.0 - lack), worse[1]) + (lack - least) * omitted * (1.0 - lack)
            for lack in (low, high, minimum(high, maximum(low, (1.0 + least) / 2.0)))
        ]
        best += maximum(maximum(earned[0], earned[1]), earned[2])
        return best / 2.0

    own = own_lacking / (reachable + own_lacking), covered / (covered + own_lacking)
    other = lacking / (reachable + lacking), covered / total
    best: Value = maximum(when_better(own, other), when_better(other, own))
    return best
