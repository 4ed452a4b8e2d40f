"""The matches somebody has to look at, worst first, with what is known of each."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.ledger.layout import Region
from engine.ledger.views import readable_rows_of
from lists.home import Home


@dataclass(frozen=True)
class MatchFilter:
    """Which matches: without a `state` all that are open. Ages count from when a match was first seen."""

    state: str | None = None
    everything: bool = False
    list_id: str | None = None
    kind: str | None = None
    subject_id: str | None = None
    least_score: float | None = None
    older_than: dt.timedelta | None = None
    newer_than: dt.timedelta | None = None


@dataclass(frozen=True)
class KnownMatch:
    """A match and its state. `last_event` is what a further decision must have seen; times are UTC.

    `changes` says what changed of the customer or the listed record when it was reopened; `proposed_by` and
    `proposed_outcome` are of a decision that waits for an approval. `unreadable` says why what tells of the
    customer cannot be read, although nobody has erased it.
    """

    match_id: str
    subject_id: str | None
    list_id: str
    entity_id: str
    kind: str
    score: float
    subject_name: str | None  # None of somebody who was erased, or cannot be read
    matched_name: str
    programmes: tuple[str, ...]
    state: str
    first_seen_at: dt.datetime
    last_seen_at: dt.datetime
    times_seen: int
    last_event: str | None
    unreadable: str | None
    reason: str | None
    actor: str | None
    proposed_outcome: str | None
    changes: tuple[dict[str, Any], ...]


# What is reopened changed after somebody had looked; then whoever is most alike, then whoever waits longest.
_BY_RISK = (
    "order by is_open desc, state = 'escalated' desc, state = 'reopened' desc, score desc, "
    "first_seen_at, match_id"
)


def matches(wanted: MatchFilter | None = None, home: Home | Path | str | None = None) -> list[KnownMatch]:
    """The matches of a home that pass a filter (default: those that are open), by risk.

    Raises `LedgerError`.
    """
    wanted = wanted or MatchFilter()
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    conditions: dict[str, tuple[str, Any]] = {
        "state": ("state = $state", wanted.state),
        "list_id": ("list_id = $list_id", wanted.list_id),
        "kind": ("kind = $kind", wanted.kind),
        "subject_id": ("subject_id = $subject_id", wanted.subject_id),
        "score": ("score >= $score", wanted.least_score),
        "older": ("first_seen_at <= $older", wanted.older_than and now - wanted.older_than),
        "newer": ("first_seen_at >= $newer", wanted.newer_than and now - wanted.newer_than),
    }
    given = {name: value for name, (_, value) in conditions.items() if value is not None}
    tests = [conditions[name][0] for name in given]
    if wanted.state is None and not wanted.everything:
        tests.append("is_open")
    query = (
        "select match_id, subject_id, list_id, entity_id, kind, score, subject_name, matched_name, "  # noqa: S608 - constants
        "programmes, state, first_seen_at, last_seen_at, times_seen, last_event, unreadable, reason, actor, "
        "outcome, changes from match_states left join "
        "(select event_id as last_event, reason, actor, outcome, changes from decisions) using (last_event) "
        f"{'where ' + ' and '.join(tests) if tests else ''} {_BY_RISK}"
    )
    rows, _ = readable_rows_of(Region.of(home), query, given)
    return [_known(row) for row in rows]


def _known(row: tuple[Any, ...]) -> KnownMatch:
    *values, outcome, changes = row
    known = dict(zip(_NAMES, values, strict=True))
    return KnownMatch(
        **known | {"programmes": tuple(known["programmes"] or ())},
        proposed_outcome=outcome if known["state"] == "proposed" else None,
        changes=tuple(json.loads(changes) if changes else ()),
    )


_NAMES = (
    "match_id",
    "subject_id",
    "list_id",
    "entity_id",
    "kind",
    "score",
    "subject_name",
    "matched_name",
    "programmes",
    "state",
    "first_seen_at",
    "last_seen_at",
    "times_seen",
    "last_event",
    "unreadable",
    "reason",
    "actor",
)
