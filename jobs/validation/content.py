"""What a validation says, as plain data: the JSON as it is written, and all that the page shows.

Everything that differs between two runs with one seed is in `stamp`, and nothing else is.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import polars as pl

from engine.model import VERSION
from engine.screener import Screener
from engine.validation import recall
from engine.validation.compared import differences, moved
from engine.validation.decided import TRUE_MATCH, effects
from engine.validation.thresholds import At, curve
from jobs.validation.run import Against, Validation, is_earlier_run

Report = dict[str, Any]

_SCORE_DIGITS = 4
_MISSED = ("family", "list_id", "entity_id", "kind", "listed_name", "name", "birth_date", "score", "reason")
_DIFFERENT = (
    "family", "list_id", "entity_id", "listed_name", "name", "found", "found_after", "score", "score_after",
    "only_before", "only_after",
)  # fmt: skip


def report_of(found: Validation) -> Report:
    """The whole report."""
    return {
        "tested": _tested(found),
        "families": _families(found),
        "cells": _cells(found),
        "left_out": [
            {"rule": rule, "records": asked, "found": hits}
            for rule, asked, hits in recall.left_out(found.outcomes)
        ],
        "missed": _rows(recall.missed(found.outcomes), _MISSED),
        "thresholds": _thresholds(found),
        "customers": _customers(found),
        "decided": _decided(found),
        "against": _against(found),
        "limitations": list(_limitations(found)),
        "stamp": _stamp(found),
    }


def content_digest(report: Report) -> str:
    """SHA-256 of all but the stamp: the same for two runs with one seed on one watchlist."""
    said = {name: value for name, value in report.items() if name != "stamp"}
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def below_their_mark(report: Report) -> list[str]:
    """The families that do not reach what is wanted."""
    return [family["family"] for family in report["families"] if not family["holds"]]


def _tested(found: Validation) -> Report:
    screener, options = found.screener, found.options
    manifest = screener.published.manifest
    return {
        "cordon": version("cordon"),
        "model": VERSION,
        "watchlist": screener.watchlist_version,
        "watchlist_digest": manifest.content_digest,
        "policies": _policies(screener),
        "lists": [
            {
                "list": part.list_id,
                "published_on": part.published_on.isoformat() if part.published_on else None,
                "entities": part.entities,
                "names": part.names,
                "digest": part.content_digest,
                "files": [{"name": file.name, "sha256": file.sha256} for file in part.files],
            }
            for part in manifest.lists
        ],
        "chosen_lists": list(options.lists),
        "chosen_families": list(options.families),
        "seed": options.seed,
        # An earlier run's records are screened again: none were made.
        "size": None if is_earlier_run(options.against) else options.size,
        "records": found.outcomes.height,
        "customers": options.customers.name if options.customers else None,
    }


def _policies(screener: Screener) -> list[Report]:
    return [
        {"segment": segment, "version": policy.version, "says": _plain(policy.model_dump(mode="json"))}
        for segment, policy in screener.policies().items()
    ]


def _plain(policy: dict[str, Any]) -> dict[str, Any]:
    """Sets have no order of their own."""
    return {name: sorted(value) if isinstance(value, list) else value for name, value in policy.items()}


def _share(share: recall.Share) -> Report:
    rounded = {name: round(getattr(share, name), 6) for name in ("low", "high")}
    return {"records": share.asked, "found": share.found, "share": round(share.value, 6), **rounded}


def _families(found: Validation) -> list[Report]:
    return [
        {
            "family": each.family.name,
            "group": each.family.group,
            "is_trap": each.family.is_trap,
            "judged": each.family.judged,
            "wanted": each.family.wanted,
            "holds": each.holds,
            **(_share(each.share) if each.share.asked else {"records": 0}),
            "first": each.first,
            "worst_rank": each.worst_rank,
            "left_out": each.left_out.asked,
            "what": each.family.what,
            "source": each.family.source,
        }
        for each in recall.by_family(found.outcomes)
    ]


def _cells(found: Validation) -> list[Report]:
    return [
        {"family": family, "list": list_id, "kind": kind, **_share(share)}
        for family, list_id, kind, share in recall.cells(found.outcomes)
    ]


def _thresholds(found: Validation) -> Report:
    customers = found.customers
    scores = customers.best["score"].to_list() if customers else None
    count = customers.asked if customers else 0
    points = list(curve(found.outcomes, scores, count, found.options.thresholds))
    here = next(iter(curve(found.outcomes, scores, count, [found.screener.threshold])))
    return {"in_force": _at(here), "points": [_at(point) for point in points]}


def _at(point: At) -> Report:
    alerts = None if point.alerts is None else round(point.alerts, 3)
    recalls = {group: round(share, 6) for group, share in point.recall.items()}
    return {"threshold": point.threshold, "alerts_per_1000": alerts, "recall": recalls}


def _customers(found: Validation) -> Report | None:
    customers = found.customers
    if customers is None:
        return None
    share = recall.Share.of(customers.alerts, customers.asked)
    return {
        "asked": customers.asked,
        "rejected": customers.rejected,
        "alerts": customers.alerts,
        "per_1000": round(1_000 * share.value, 3) if customers.asked else None,
        "low_per_1000": round(1_000 * share.low, 3),
        "high_per_1000": round(1_000 * share.high, 3),
    }


_DECIDED = ("match_id", "subject_id", "name", "list_id", "entity_id", "matched_name", "state", "score")


def _decided(found: Validation) -> Report:
    matches = found.decided.matches
    lost = matches.filter(pl.col("alerts") & (pl.col("state") == TRUE_MATCH))
    return {
        "true_matches": matches.filter(pl.col("state") == TRUE_MATCH).height,
        "false_positives": matches.filter(pl.col("state") != TRUE_MATCH).height,
        "delisted": found.decided.delisted,
        "erased": found.decided.erased,
        "unreadable": found.decided.unreadable,
        "true_matches_missed_now": _rows(
            matches.filter(~pl.col("alerts") & (pl.col("state") == TRUE_MATCH)), _DECIDED
        ),
        "effects": [each._asdict() for each in effects(matches, found.options.thresholds)],
        # By name: from which threshold on each would be lost is its score.
        "true_matches_by_score": _rows(lost.sort("score", "match_id"), _DECIDED),
        "false_positives_by_score": _rows(
            matches.filter(pl.col("alerts") & (pl.col("state") != TRUE_MATCH)).sort("score", "match_id"),
            _DECIDED,
        ),
    }


def _against(found: Validation) -> Report | None:
    against = found.against
    if against is None:
        return None
    before, after = found.outcomes, against.outcomes
    if not against.is_policy:
        before, after = after, before
    return {
        "source": against.source,
        "is_policy": against.is_policy,
        "policy_versions": against.policy_versions,
        "records": after.join(before, on="record", how="semi").height,
        "moved": [
            {"family": family, "found_now": gained, "missed_now": lost}
            for family, gained, lost in moved(before, after)
        ],
        "differences": _rows(differences(before, after), _DIFFERENT),
        "decided": _other_decisions(found, against),
    }


def _other_decisions(found: Validation, against: Against) -> list[Report]:
    """The decided matches that alert under one of the two policies and not under the other."""
    if against.decided is None:
        return []
    other = against.decided.matches.select("match_id", "score", "alerts")
    joined = found.decided.matches.join(other, on="match_id", suffix="_after")
    changed = joined.filter(pl.col("alerts") != pl.col("alerts_after"))
    return _rows(changed, (*_DECIDED, "score_after", "alerts", "alerts_after"))


def _rows(frame: pl.DataFrame, columns: tuple[str, ...]) -> list[Report]:
    return frame.select(columns).with_columns(pl.col(pl.Float64).round(_SCORE_DIGITS)).to_dicts()


def _limitations(found: Validation) -> Iterator[str]:
    """What this validation does not show, for whoever relies on it."""
    yield (
        "Altered names are made by rules. They show how often a kind of difference is found, not how often "
        "customers' data have it, and not that every difference is among the families."
    )
    yield (
        "Records are spread evenly over lists and kinds, so a family's share is not weighted by how many "
        "names a list has; the table by list and kind shows each."
    )
    yield (
        "Records that no rule of matching could tell from another party are left out of the shares, by the "
        "rules stated; they are screened all the same, and their numbers are beside the rules."
    )
    yield (
        "Letters are altered in Latin script. Names in other scripts are tested as they stand, with "
        "invisible characters, by order and spacing, and by their romanisation."
    )
    yield (
        "A family that is judged by name compares the two names alone: the watchlist holds the original "
        "script too, and an entity may truly bear another of its names."
    )
    if found.options.lists or found.options.families:
        yield "Only the lists and families that were chosen were tested."
    if found.customers is None:
        yield "No customers were given: how many of them would alert was not measured."
    if found.decided.matches.is_empty():
        yield "The ledger holds no decided alerts: nothing is said of what a change would do to them."
    if found.against is not None and not found.against.is_policy:
        yield (
            "The earlier run may have been of another watchlist: a difference in outcome may come from the "
            "lists as well as from the model."
        )


def _stamp(found: Validation) -> Report:
    timings = found.timings
    return {
        "made_at": found.started_at,
        "seconds": round(found.seconds, 1),
        "singles": timings.singles,
        "p50_ms": timings.p50_ms,
        "p99_ms": timings.p99_ms,
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }
