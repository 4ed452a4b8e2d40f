"""The most that the alignment of two names can score, from their like items alone: cheaper than aligning
them.

docs/design/candidates.md derives it. `candidates` bounds whole names by one number of the sparse product;
this bound also knows which tokens have no counterpart at all, and two names that each have one contradict
each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.model import MODEL
from engine.names.alignment import OMITTED, Pair, PreparedName, is_solid
from engine.names.tokens import CORPORATE, TokenKind

_UNLIKENESS = MODEL["credit.unlikeness"]
_CONTRADICTED = MODEL["credit.contradicted"]
_CORPORATE_OMITTED = MODEL["credit.omitted_corporate"]
_NO_BOUND = 1.0


def most_score(subject: PreparedName, listed: PreparedName, pairs: Sequence[Pair]) -> float:
    """An upper bound (0..1) on `align(subject, listed, pairs).score`."""
    own_mask = listed_mask = 0
    credit_of: dict[int, float] = {}
    for pair in pairs:
        own_mask |= subject.items[pair.subject].mask
        mask = listed.items[pair.listed].mask
        listed_mask |= mask
        credit = 1.0 - _UNLIKENESS * (1.0 - pair.likeness.score)
        if credit > credit_of.get(mask, 0.0):
            credit_of[mask] = credit
    own_words, own_lacking = _side(subject, own_mask)
    words, lacking = _side(listed, listed_mask)
    if not own_words or not words:
        return _NO_BOUND
    covered = reachable = 0.0
    initials = False
    for place, token in enumerate(listed.tokens):
        if listed_mask >> place & 1:
            weight = listed.weights[place]
            if token.kind is TokenKind.INITIAL:  # it weighs what stands across from it
                weight, initials = max(subject.weights), True
            reachable += weight
            covered += weight * max(credit for mask, credit in credit_of.items() if mask >> place & 1)
    # An initial that agrees counts as one word more.
    more = any(
        token.kind is TokenKind.INITIAL and mask >> place & 1
        for name, mask in ((subject, own_mask), (listed, listed_mask))
        for place, token in enumerate(name.tokens)
    )
    omitted = OMITTED[min(min(own_words, words) + more, len(OMITTED) - 1)]
    if listed.kind in CORPORATE:
        omitted = min(omitted, _CORPORATE_OMITTED)
    total = lacking + (covered if initials else reachable)
    credit = max(credit_of.values())
    return best_of_both(covered, reachable, own_lacking, lacking, total, credit, omitted)


def _side(name: PreparedName, mask: int) -> tuple[int, float]:
    """How many words of a name have a counterpart, and what the tokens weigh that have none."""
    words, lacking = 0, 0.0
    for place, token in enumerate(name.tokens):
        if mask >> place & 1:
            words += is_solid(token)
        else:
            lacking += name.weights[place]
    return words, lacking


Value = TypeVar("Value", float, NDArray[np.float64])


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
