"""Decided alerts of the ledger under another threshold or policy: what would be gone, and what lost.

A true match that would no longer alert is the price of a change, a false positive that would not is its gain;
both are known by name before anybody changes anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from engine.ledger.layout import Region
from engine.ledger.views import readable_rows_of
from engine.screener import Screener
from engine.subject import Subject
from lists.home import Home

TRUE_MATCH = "true_match"

_QUERY = """
    select match_id, subject_id, list_id, entity_id, matched_name, subject_name, state,
        (select arg_max(subject, recorded_at) from matches where match_id = states.match_id)::varchar,
        unreadable
    from match_states as states where state in ('true_match', 'false_positive') order by match_id
"""

SCHEMA = {
    "match_id": pl.String,
    "subject_id": pl.String,
    "name": pl.String,
    "list_id": pl.String,
    "entity_id": pl.String,
    "matched_name": pl.String,
    "state": pl.String,
    "score": pl.Float64,
    "alerts": pl.Boolean,
}


class Decided(NamedTuple):
    """Decided matches, scored anew, with the columns of `SCHEMA`; and how many could not be, and why."""

    matches: pl.DataFrame
    delisted: int  # their entity is on the list no more
    erased: int  # what was screened of the customer is gone
    unreadable: int = 0  # what was screened of the customer cannot be read, although nobody has erased it


def rescore(
    home: Home, screener: Screener, places: Mapping[tuple[str, str], int], threshold: float | None = None
) -> Decided:
    """The decided matches of a home under a screener's policy. `places` are those of entities by their keys.

    Raises `LedgerError`.
    """
    rows, delisted, erased, unreadable = [], 0, 0, 0
    for match_id, subject_id, list_id, entity_id, matched_name, name, state, said, why in _decided(home):
        place = places.get((list_id, entity_id))
        if place is None:
            delisted += 1
        elif said is None and why is not None:
            unreadable += 1
        elif said is None:
            erased += 1
        else:
            subject = Subject.model_validate(json.loads(said))
            found = screener.compared(subject, place, threshold=threshold)
            known = (match_id, subject_id, name or subject.name, list_id, entity_id, matched_name, state)
            rows.append((*known, found.match.score, found.alerts))
    return Decided(pl.DataFrame(rows, schema=SCHEMA, orient="row"), delisted, erased, unreadable)


def _decided(home: Home) -> list[tuple[str, ...]]:
    if not Region.of(home).exists():
        return []
    rows, _ = readable_rows_of(Region.of(home), _QUERY)
    return rows


class Effect(NamedTuple):
    """What another threshold makes of decided matches that alert now."""

    threshold: float
    false_positives_gone: int
    true_matches_lost: int


def effects(matches: pl.DataFrame, thresholds: tuple[float, ...]) -> list[Effect]:
    """For each threshold how many decided matches would no longer alert that do now."""
    alerting = matches.filter("alerts")
    is_true = pl.col("state") == TRUE_MATCH
    rows = []
    for threshold in thresholds:
        gone = alerting.filter(pl.col("score") < threshold)
        rows.append(Effect(threshold, gone.filter(~is_true).height, gone.filter(is_true).height))
    return rows
