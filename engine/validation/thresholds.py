"""What another threshold would find, and whom it would disturb: recall and alerts for each of a range.

A score does not depend on the threshold, so one screening at the lowest tells of all above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from engine.validation.recall import is_counted
from engine.validation.records import BY_NAME, FAMILIES

LOWEST, HIGHEST, STEP = 0.60, 0.95, 0.01
# What floating-point sums may lose of a score that equals a threshold.
_SLACK = 1e-9


class At(NamedTuple):
    """A threshold: the share of each group's records that it finds, and the customers of 1,000 that alert.

    `alerts` is None where no customers were given.
    """

    threshold: float
    recall: dict[str, float]
    alerts: float | None


def thresholds_of(text: str) -> tuple[float, ...]:
    """The thresholds of FROM:TO or FROM:TO:STEP. Raises ValueError that says what it takes."""
    parts = text.split(":")
    try:
        low, high, step = (*map(float, parts), STEP)[:3]
    except ValueError:
        raise ValueError(_TAKES) from None
    if len(parts) not in (2, 3) or not (0 < low < high <= 1) or not 0.001 <= step <= high - low:
        raise ValueError(_TAKES)
    return thresholds_between(low, high, step)


_TAKES = "takes scores as FROM:TO or FROM:TO:STEP, such as 0.6:0.95, with steps of 0.001 or more"


def thresholds_between(low: float = LOWEST, high: float = HIGHEST, step: float = STEP) -> tuple[float, ...]:
    """From `low` to `high`, both included as far as the steps reach."""
    count = int((high - low) / step + _SLACK) + 1
    return tuple(round(low + step * place, 6) for place in range(count))


def curve(
    outcomes: pl.DataFrame, best_scores: Sequence[float] | None, customers: int, thresholds: Sequence[float]
) -> Iterator[At]:
    """What each threshold gives. `best_scores` are those of the customers with a match at the lowest one."""
    groups = _scores_by_group(outcomes)
    best = None if best_scores is None or not customers else np.sort(np.array(best_scores, dtype=np.float64))
    for threshold in thresholds:
        recall = {group: _share_from(scores, threshold) for group, scores in groups.items()}
        alerts = None if best is None else 1_000 * _count_from(best, threshold) / customers
        yield At(threshold, recall, alerts)


def _scores_by_group(outcomes: pl.DataFrame) -> dict[str, np.ndarray]:
    groups = list(dict.fromkeys(family.group for family in FAMILIES if not family.is_trap))
    of_family = {name: family.group for name, family in BY_NAME.items()}
    counted = outcomes.filter(is_counted()).with_columns(group=pl.col("family").replace_strict(of_family))
    found = {group: counted.filter(pl.col("group") == group)["score"].drop_nulls() for group in groups}
    return {group: np.sort(scores.to_numpy()) for group, scores in found.items() if len(scores)}


def _share_from(scores: np.ndarray, threshold: float) -> float:
    return _count_from(scores, threshold) / len(scores)


def _count_from(scores: np.ndarray, threshold: float) -> int:
    return len(scores) - int(np.searchsorted(scores, threshold - _SLACK, side="left"))
