"""All that is held about one customer, for who asks for access (GDPR, article 15)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from engine.ledger.decisions import deciding, members
from engine.ledger.layout import LedgerError, Region
from engine.ledger.recording import ledger_writer
from engine.ledger.views import check_text, reading
from engine.privacy.erasure import holds, named, never_screened
from engine.privacy.keys import RECORD_CLASSES
from engine.privacy.retention import retention_of, years_after
from lists.home import Home

# What is asked of each view. Who decided is no part of what is held about the customer.
_QUESTIONS = {
    "screenings": "select screening_id, recorded_at, outcome, best_score, watchlist_version, model_version, "
    "scope, "
    "(select unsealed(event->>'personal', screenings.subject_key, event_id)::json->'subject' "
    "from events where event_id = screening_id and type = 'screened') as screened_fields "
    "from screenings where subject_key = $subject order by recorded_at, screening_id",
    "matches": "select recorded_at, screening_id, match_id, list_id, entity_id, kind, score, matched_name, "
    "subject_name, programmes, evidence, subject as screened_fields, suppressed_by, watchlist_version "
    "from matches where subject_key = $subject order by recorded_at, score desc",
    "states": "select match_id, list_id, entity_id, state, is_open, state_since, times_seen "
    "from match_states where subject_key = $subject order by match_id",
    "decisions": "select recorded_at, match_id, action, outcome, reason, note, state, expires_at, changes "
    "from decisions where match_id in (select match_id from match_states where subject_key = $subject) "
    "order by recorded_at, revision",
    "holds": "select event_id, held_at, reason, released_at from holds where subject_key = $subject "
    "order by held_at",
    "erasures": "select event_id, recorded_at, records, basis, reason from erasures "
    "where subject_key = $subject order by recorded_at",
}


def export(home: Home, subject: str, *, actor: str | None = None) -> dict[str, Any]:
    """Everything that is recorded of a customer, by reference or ~FINGERPRINT, as JSON values.

    What was erased is there as null. That it was given out is recorded. Raises `LedgerError`.
    """
    region = Region.of(home)
    if not region.exists():
        raise LedgerError(f"nothing was ever recorded in {region.path}; screen somebody first")
    check_text(subject)
    found = dict(_asked(region, subject))
    if not any(found.values()):
        raise never_screened(subject)
    now = dt.datetime.now(dt.UTC)
    writer = ledger_writer(region, home.settings().ledger)
    with deciding(region, writer):
        event = writer.append("exported", members({**named(subject), "actor": actor}))
    return {
        "subject": subject,
        "region": region.region_id,
        "exported_at": now.isoformat(timespec="seconds"),
        "recorded_as": event,
        **found,
        "retention": list(_kept(home, region, found["screenings"], now)),
        "on_hold": bool(holds(region, subject)),
    }


def _asked(region: Region, subject: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    with reading(region) as connection:
        for name, query in _QUESTIONS.items():
            cursor = connection.execute(query, {"subject": subject})
            columns = [(column[0], str(column[1])) for column in cursor.description or ()]
            yield (
                name,
                [
                    {column: _plain(value, kind) for (column, kind), value in zip(columns, row, strict=True)}
                    for row in cursor.fetchall()
                ],
            )


def _plain(value: Any, kind: str) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    if kind == "JSON" and isinstance(value, str):
        return json.loads(value)
    return value


def _kept(
    home: Home, region: Region, screenings: list[dict[str, Any]], now: dt.datetime
) -> Iterator[dict[str, Any]]:
    """How long what is held is kept, by class of records."""
    if not screenings:
        return
    retention = retention_of(home, region, now)
    last = dt.datetime.fromisoformat(screenings[-1]["recorded_at"])
    for records in RECORD_CLASSES:
        policy = retention.policies[records]
        yield {
            "records": records,
            "last_screened": f"{last:%Y-%m-%d}",
            "kept_until": f"{years_after(last, policy.keep_years):%Y-%m-%d}" if policy.keep_rule else None,
            "rule": policy.keep_rule,
            "basis": retention.rules[policy.keep_rule].basis if policy.keep_rule else None,
            "erased_by_rule_from": (
                f"{years_after(last, policy.delete_years):%Y-%m-%d}"
                if policy.delete_years is not None
                else None
            ),
        }
