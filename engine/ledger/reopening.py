"""Matches that need attention again, with what changed field by field; and those that delisting closes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from engine.ledger.decisions import append_personal, deciding, members
from engine.ledger.fingerprints import SCREENED_OF_SUBJECT, entity_fields, subject_key
from engine.ledger.layout import Region
from engine.ledger.recording import Recorder, Sighting, subject_json
from engine.ledger.settled import DELISTED, Settled, read, write
from engine.ledger.views import rows_of
from engine.ledger.writer import Writer
from engine.privacy.envelope import opened
from engine.privacy.keys import keys_of
from engine.privacy.wrapping import Unreadable
from engine.subject import Subject
from lists.delta import field_changes
from lists.model import ListedEntity


class Reopening(NamedTuple):
    """A sighting that reopens a match: in which screening, of whom."""

    sighting: Sighting
    screening_id: str
    subject: Subject
    fingerprint: str


def reopen(recorder: Recorder, reopenings: Sequence[Reopening]) -> int:
    """Reopen settled matches; how many were not reopened by somebody else meanwhile. Raises `LedgerError`."""
    region, path = recorder.region, recorder.region.derived / "settled.json"
    with deciding(region, recorder.writer):
        settled = read(path)
        due = {each.sighting.match_id: each for each in reopenings if each.sighting.match_id in settled}
        events = _events(region, [settled[match_id].event for match_id in due])
        for match_id, each in due.items():
            before = settled.pop(match_id)
            append_personal(
                recorder.writer,
                "reopened",
                *_reopened(recorder, each, before, events.get(before.event, {})),
            )
        if due:
            write(path, settled)
    return len(due)


def close_delisted(
    region: Region, writer: Writer, is_listed: Callable[[str, str], bool], watchlist_version: str
) -> int:
    """Close the open matches whose entity (list id, entity id) is not listed any more; how many they were.

    What was decided stays as it is. Raises `LedgerError`.
    """
    path = region.derived / "settled.json"
    with deciding(region, writer):
        rows = rows_of(
            region,
            "select match_id, subject_id, subject_key, list_id, entity_id, revision, last_event "
            "from match_states where is_open order by list_id, entity_id, subject_key",
        )
        gone = [row for row in rows if not is_listed(row[3], row[4])]
        settled = read(path)
        for match_id, subject_id, key, list_id, entity_id, revision, last_event in gone:
            said = {
                "match_id": match_id,
                "subject_id": subject_id,
                "subject_key": key,
                "list_id": list_id,
                "entity_id": entity_id,
                "revision": revision + 1,
                "action": "delist",
                "reason": "delisted",
                "state": DELISTED,
                "on": last_event,
                "subject_fingerprint": "",
                "entity_fingerprint": "",
                "watchlist_version": watchlist_version,
            }
            event = writer.append("closed", members(said))
            settled[match_id] = Settled(DELISTED, event, "", "", None, revision + 1)
        if gone:
            write(path, settled)
    return len(gone)


def _reopened(
    recorder: Recorder, each: Reopening, settled: Settled, decided: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the event says, and what of it tells of a person."""
    sighting = each.sighting
    said = {
        "match_id": sighting.match_id,
        "subject_id": each.subject.subject_id,
        "subject_key": subject_key(each.subject.subject_id, each.fingerprint),
        "list_id": sighting.list_id,
        "entity_id": sighting.entity_id,
        "revision": settled.revision + 1,
        "action": "reopen",
        "reason": sighting.reopens,
        "state": "reopened",
        "on": settled.event,
        "screening_id": each.screening_id,
        "subject_fingerprint": each.fingerprint,
        "entity_fingerprint": sighting.entity_fingerprint,
    }
    return said, {
        "subject": json.loads(subject_json(recorder.kept(each.subject))),
        "changes": [
            *_subject_changes(recorder, each, decided),
            *_entity_changes(recorder, sighting, decided),
        ],
    }


def _subject_changes(
    recorder: Recorder, each: Reopening, decided: dict[str, Any]
) -> Iterable[dict[str, Any]]:
    """What changed of what is recorded of a customer."""
    before = (decided.get("personal") or {}).get("subject")
    if before is None:
        return
    old, new = _values(Subject.model_validate(before)), _values(each.subject)
    for field in SCREENED_OF_SUBJECT:
        if field not in recorder.unused(each.subject.segment) and sorted(old[field]) != sorted(new[field]):
            yield {
                "record": "customer",
                "field": field,
                "old": [value for value in old[field] if value not in new[field]],
                "new": [value for value in new[field] if value not in old[field]],
            }


def _values(subject: Subject) -> dict[str, list[str]]:
    return {
        "names": list(subject.names),
        "kind": [subject.kind.value],
        "birth_date": [subject.birth_date.text] if subject.birth_date else [],
        "gender": [subject.gender.value] if subject.gender else [],
        "countries": list(subject.countries),
        "identifiers": [
            ":".join(filter(None, (each.type.value, each.value, each.country)))
            for each in subject.identifiers
        ],
        "addresses": list(subject.addresses),
        "segment": [subject.segment] if subject.segment else [],
    }


def _entity_changes(
    recorder: Recorder, sighting: Sighting, decided: dict[str, Any]
) -> Iterable[dict[str, Any]]:
    before = decided.get("entity")
    now = recorder.listed.find(sighting.list_id, sighting.entity_id)
    if before is None or now is None:
        return
    # Only what is screened is compared: what else the record says was no part of the decision.
    ids = {"list_id": sighting.list_id, "entity_id": sighting.entity_id}
    old = ListedEntity.model_validate(before | ids)
    new = ListedEntity.model_validate(entity_fields(now) | ids)
    for change in field_changes(old, new):
        yield {"record": "list", "field": change.field, "old": list(change.old), "new": list(change.new)}


def _events(region: Region, event_ids: list[str]) -> dict[str, dict[str, Any]]:
    rows = rows_of(
        region,
        "select event_id, event from events where type in ('decided', 'reopened', 'closed') "
        "and event_id in (select unnest($ids::varchar[]))",
        {"ids": event_ids},
    )
    return {event_id: _readable(region, event_id, json.loads(event)) for event_id, event in rows}


def _readable(region: Region, event_id: str, event: dict[str, Any]) -> dict[str, Any]:
    """An event without what it says of a person, where that cannot be read: it is reopened all the same."""
    try:
        return opened(keys_of(region), event_id, event)
    except Unreadable:
        return event | {"personal": None}
