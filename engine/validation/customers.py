"""A team's own customers, who are on no list: how many alert, and who is just above and below the line."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from engine.screener import Screener
from engine.validation.outcomes import evidence_text

# How far from the threshold a sample reaches: an analyst's look there tells whether the line is right.
BAND = 0.05

SCHEMA = {
    "customer": pl.UInt32,
    "subject_id": pl.String,
    "name": pl.String,
    "score": pl.Float64,
    "list_id": pl.String,
    "entity_id": pl.String,
    "matched_name": pl.String,
    "evidence": pl.String,
}


class Customers(NamedTuple):
    """How many there are, how many alert under the policy in force, and the best match of each that has one.

    `best` holds the matches from the lowest threshold on, with the columns of `SCHEMA`; personal data.
    """

    asked: int
    rejected: int
    alerts: int
    best: pl.DataFrame


def screen_customers(
    screener: Screener, frames: Iterable[tuple[pl.DataFrame, int]], lowest: float
) -> Customers:
    """Screen frames of subjects, each with the number of its rejected rows; nothing is recorded."""
    count = rejected = alerts = 0
    best = []
    for frame, refused in frames:
        rejected += refused
        if not frame.is_empty():
            matches = screener.screen_frame(frame, record=False)
            alerts += matches["row"].n_unique()
            best.append(_best(screener.screen_frame(frame, threshold=lowest, record=False), count))
            count += frame.height
    return Customers(count, rejected, alerts, pl.concat([pl.DataFrame(schema=SCHEMA), *best]))


def _best(matches: pl.DataFrame, before: int) -> pl.DataFrame:
    firsts = matches.unique("row", keep="first", maintain_order=True)
    said = [evidence_text(evidence) for evidence in firsts["evidence"].to_list()]
    return firsts.select(
        customer=(pl.col("row") + before + 1).cast(pl.UInt32),
        subject_id="subject_id",
        name="subject_name",
        score="score",
        list_id="list_id",
        entity_id="entity_id",
        matched_name="matched_name",
        evidence=pl.Series(said, dtype=pl.String),
    )


def samples(best: pl.DataFrame, threshold: float, count: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Matches just below the threshold and just above it, at most `count` of each, the same for one seed."""
    below = best.filter((pl.col("score") >= threshold - BAND) & (pl.col("score") < threshold))
    above = best.filter((pl.col("score") >= threshold) & (pl.col("score") < threshold + BAND))
    return _sample(below, count, f"{seed} below"), _sample(above, count, f"{seed} above")


def _sample(matches: pl.DataFrame, count: int, seed: str) -> pl.DataFrame:
    places = sorted(random.Random(seed).sample(range(matches.height), min(count, matches.height)))
    return matches[places].sort("score", "customer", descending=[True, False])
