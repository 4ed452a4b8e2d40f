"""What came of the records: recall by family, list and kind, each with its interval, and never one number."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import polars as pl

from engine.validation.families import Family
from engine.validation.records import FAMILIES

_Z = 1.959963984540054  # of the normal distribution, for 95% in the middle


class Share(NamedTuple):
    """`found` of `asked`, with the ends of its 95% interval."""

    asked: int
    found: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.found / self.asked if self.asked else math.nan

    @classmethod
    def of(cls, found: int, asked: int) -> Share:
        return cls(asked, found, *wilson(found, asked))


def wilson(found: int, asked: int) -> tuple[float, float]:
    """The 95% interval of a share, which stays within 0 and 1 and has a width also where all are found.

    Source: Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    if not asked:
        return 0.0, 1.0
    share, square = found / asked, _Z * _Z
    scale = 1 + square / asked
    middle = (share + square / (2 * asked)) / scale
    half = _Z / scale * math.sqrt(share * (1 - share) / asked + square / (4 * asked * asked))
    low = 0.0 if found == 0 else max(0.0, middle - half)
    high = 1.0 if found == asked else min(1.0, middle + half)
    return low, high


class Measured(NamedTuple):
    """A family and what was found of it; of a trap, what alerted. `first` counts entities at rank 1."""

    family: Family
    share: Share
    first: int
    worst_rank: int | None
    left_out: Share

    @property
    def holds(self) -> bool:
        """Whether the mark is reached; a family without any record has none."""
        if self.family.is_trap:
            return not self.share.asked or self.share.value <= self.family.wanted
        return not self.share.asked or self.share.value >= self.family.wanted


def by_family(outcomes: pl.DataFrame) -> list[Measured]:
    """Each family that has records, in the order of `FAMILIES`, of records with their outcomes."""
    measured = []
    for family in FAMILIES:
        own = outcomes.filter(pl.col("family") == family.name)
        if own.is_empty():
            continue
        counted, others = own.filter(is_counted()), own.filter(~is_counted() & pl.col("found").is_not_null())
        ranks = counted["rank"].drop_nulls()
        worst: Any = ranks.max()
        measured.append(
            Measured(
                family,
                Share.of(int(counted["found"].sum()), counted.height),
                int((ranks == 1).sum()),
                None if worst is None else int(worst),
                Share.of(int(others["found"].sum()), others.height),
            )
        )
    return measured


def cells(outcomes: pl.DataFrame) -> list[tuple[str, str, str, Share]]:
    """Family, list, kind, and what was found, in the order of families and then of the alphabet."""
    order = {family.name: place for place, family in enumerate(FAMILIES)}
    grouped = (
        outcomes.filter(is_counted())
        .group_by("family", "list_id", "kind")
        .agg(asked=pl.len(), found=pl.col("found").sum())
    )
    rows = sorted(grouped.iter_rows(), key=lambda row: (order[row[0]], row[1], row[2]))
    return [(family, list_id, kind, Share.of(found, asked)) for family, list_id, kind, asked, found in rows]


def left_out(outcomes: pl.DataFrame) -> list[tuple[str, int, int]]:
    """Each rule that leaves records out, how many it does, and how many of these are found all the same."""
    grouped = (
        outcomes.filter(~is_counted())
        .group_by("left_out")
        .agg(asked=pl.len(), found=pl.col("found").fill_null(value=False).sum())
    )
    return sorted(grouped.iter_rows())


def missed(outcomes: pl.DataFrame) -> pl.DataFrame:
    """The records that are not found, by family; of traps those that alert."""
    traps = [family.name for family in FAMILIES if family.is_trap]
    is_wrong = pl.col("found") == pl.col("family").is_in(traps)
    return outcomes.filter(is_counted() & is_wrong)


def is_counted() -> pl.Expr:
    """Which records count in their family's figures."""
    return pl.col("left_out").is_null()
