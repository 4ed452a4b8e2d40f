"""Erasing a customer, unless something forbids it, and holding one, so that nothing erases them.

What is destroyed is the keys: what they encrypted stays where it is, in chains and sealed files that verify
as before, and nobody can read it. The event comes first and names the keys, so that an erasure which was
killed is completed by the next.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from engine.ledger.decisions import append_personal, deciding, members
from engine.ledger.layout import LedgerError, Region
from engine.ledger.recording import ledger_writer
from engine.ledger.views import readable_rows_of, rows_of
from engine.ledger.writer import Writer
from engine.privacy.erased import erased_keys
from engine.privacy.keys import RECORD_CLASSES, RecordClass, keys_of
from engine.privacy.retention import Choice, Retention, retention_of
from engine.subject import FINGERPRINT_KEY
from lists.home import Home

_TEMPORARY = re.compile(r"duckdb_temp_(\d+)_", re.ASCII)  # as DuckDB names them: the process is in it
_LONGEST_REFERENCE = 200  # as that of a subject


class ErasureForbidden(LedgerError):  # noqa: N818 - named for what is the case
    """A retention rule or a legal hold forbids it; says which."""


@dataclass(frozen=True)
class Erasure:
    """What was destroyed, by classes of records, and what was kept and why."""

    subject: str
    event_id: str | None
    erased: tuple[RecordClass, ...]
    kept: dict[str, str]
    unencrypted: int  # records from before there were keys, which stay readable


@dataclass(frozen=True)
class Hold:
    """A legal hold in force. Without the customer's key nobody knows its reason."""

    event_id: str
    subject: str
    held_at: dt.datetime
    actor: str
    reason: str | None


def erase(
    home: Home,
    subject: str,
    *,
    actor: str,
    reason: str | None = None,
    partly: bool = False,
    now: dt.datetime | None = None,
) -> Erasure:
    """Erase a customer, by reference or ~FINGERPRINT.

    With `partly` what nothing forbids is erased, and the rest kept. Raises `ErasureForbidden`,
    `SettingsError` and `LedgerError`.
    """
    with _desk(home, actor) as desk:
        kept = desk.kept(subject, now or dt.datetime.now(dt.UTC))
        own = desk.key_ids(subject)
        forbidden = {records: why for records, why in kept.items() if records in own}
        if forbidden and (not partly or len(forbidden) == len(own)):
            whys = "; ".join(dict.fromkeys(forbidden.values()))
            raise ErasureForbidden(f"{subject} cannot be erased: {whys}")
        wanted = {records: key_id for records, key_id in own.items() if records not in forbidden}
        event_id = desk.destroy(subject, wanted, basis="request", reason=reason) if wanted else None
        said = {str(name): why for name, why in forbidden.items()}
        return Erasure(subject, event_id, tuple(wanted), said, desk.unencrypted(subject))


def hold(home: Home, subject: str, *, actor: str, reason: str) -> Hold:
    """Keep a customer from being erased, until all holds are released. Raises `LedgerError`."""
    if not reason.strip():
        raise LedgerError("a legal hold needs a reason, such as the number of the case")
    with _desk(home, actor) as desk:
        said = {**named(subject), "actor": desk.actor}
        event_id = append_personal(desk.writer, "held", said, {"reason": reason.strip()})
        return Hold(event_id, subject, dt.datetime.now(dt.UTC), desk.actor, reason.strip())


def release(home: Home, subject: str, *, actor: str, reason: str) -> tuple[Hold, ...]:
    """End every legal hold on a customer; which they were. Raises `LedgerError`."""
    if not reason.strip():
        raise LedgerError("releasing a legal hold needs a reason")
    with _desk(home, actor) as desk:
        found = holds(desk.region, subject)
        if not found:
            raise LedgerError(f"there is no legal hold on {subject}")
        for each in found:
            said = {**named(subject), "hold": each.event_id, "actor": desk.actor}
            append_personal(desk.writer, "released", said, {"reason": reason.strip()})
        return found


def holds(region: Region, subject: str | None = None) -> tuple[Hold, ...]:
    """The legal holds in force, of one customer or of all, oldest first. Raises `LedgerError`.

    A reason that cannot be read is none: the hold is in force all the same.
    """
    if not region.exists():
        return ()
    query = (
        "select event_id, subject_key, held_at, actor, reason from holds where released_at is null "
        "and ($subject is null or subject_key = $subject) order by held_at, event_id"
    )
    rows, _ = readable_rows_of(region, query, {"subject": subject})
    return tuple(Hold(*row) for row in rows)


def is_screened(region: Region, subject: str) -> bool:
    """Whether a customer was ever screened in a region. Raises `LedgerError`."""
    query = "select 1 from screenings where subject_key = $subject limit 1"
    return bool(rows_of(region, query, {"subject": subject}))


@dataclass(frozen=True)
class RetentionRun:
    """What a run of the retention rules has done. Customers are counted once, whatever was erased of them."""

    region_id: str
    customers: int
    erased: int
    held: int
    by_rule: dict[str, int]
    choices: tuple[Choice, ...]


def apply_retention(home: Home, *, now: dt.datetime | None = None) -> RetentionRun:
    """Erase every customer that a rule says is to be erased, but for those on hold; and record the run.

    Raises `SettingsError` and `LedgerError`.
    """
    started, now = dt.datetime.now(dt.UTC), now or dt.datetime.now(dt.UTC)
    with _desk(home, "retention") as desk:
        on_hold = {each.subject for each in holds(desk.region)}
        erased, held, by_rule, seen = 0, 0, dict.fromkeys(desk.retention.rules, 0), desk.last_seen()
        for subject, last in seen.items():
            due = {
                records: rule
                for records in RECORD_CLASSES
                if (rule := desk.retention.demands(records, last, now)) is not None
                and desk.retention.forbids(records, last, now) is None
            }
            own = (
                {name: key_id for name, key_id in desk.key_ids(subject).items() if name in due} if due else {}
            )
            if own and subject in on_hold:
                held += 1
            elif own:
                rules = sorted({due[records] for records in own})
                desk.destroy(subject, own, basis=", ".join(rules), reason=None)
                erased += 1
                for rule in rules:
                    by_rule[rule] += 1
        run = RetentionRun(desk.region.region_id, len(seen), erased, held, by_rule, desk.retention.choices)
        desk.record(run, started)
        return run


class _Desk:
    """Where one actor erases and holds customers of one region, alone."""

    def __init__(self, home: Home, region: Region, writer: Writer, actor: str) -> None:
        self.region, self.writer, self.actor = region, writer, actor
        self.retention: Retention = retention_of(home, region, dt.datetime.now(dt.UTC))
        self._keys = keys_of(region)

    def kept(self, subject: str, now: dt.datetime) -> dict[RecordClass, str]:
        """Why records may not be destroyed, by class. Raises `LedgerError` for somebody never screened."""
        last = self.last_seen(subject).get(subject)
        if last is None:
            raise never_screened(subject)
        held = holds(self.region, subject)
        if held:
            by = ", ".join(f"{each.event_id} of {each.held_at:%Y-%m-%d} by {each.actor}" for each in held)
            return dict.fromkeys(RECORD_CLASSES, f"a legal hold forbids it ({by})")
        why = {records: self.retention.forbids(records, last, now) for records in RECORD_CLASSES}
        return {records: sentence for records, sentence in why.items() if sentence is not None}

    def key_ids(self, subject: str) -> dict[RecordClass, str]:
        found = {records: self._keys.id_of(subject, records) for records in RECORD_CLASSES}
        return {records: key_id for records, key_id in found.items() if key_id is not None}

    def last_seen(self, subject: str | None = None) -> dict[str, dt.datetime]:
        """When each customer, or one, was last screened."""
        query = (
            "select subject_key, max(recorded_at) from screenings "
            "where $subject is null or subject_key = $subject group by subject_key order by subject_key"
        )
        rows = rows_of(self.region, query, {"subject": subject})
        return {key: last.replace(tzinfo=dt.UTC) for key, last in rows}

    def unencrypted(self, subject: str) -> int:
        """How many records of a customer are from before there were keys."""
        query = (
            "select count(*) filter (starts_with(event->>'personal', '{')) from events "
            "where type in ('screened', 'decided', 'reopened') and $subject = "
            "coalesce(event->>'subject_key', event->>'subject_id', '~' || (event->>'fingerprint')) "
            "union all select count(*) filter (starts_with(personal, '{')) "
            "from batch_matches where subject_key = $subject"
        )
        return sum(count for (count,) in rows_of(self.region, query, {"subject": subject}))

    def destroy(
        self, subject: str, key_ids: dict[RecordClass, str], *, basis: str, reason: str | None
    ) -> str:
        """Record that these keys are destroyed, and do it; the event."""
        said = {
            **named(subject),
            "records": list(key_ids),
            "keys": list(key_ids.values()),
            "basis": basis,
            "actor": self.actor,
            "reason": reason,
        }
        event_id = self.writer.append("erased", members(said))
        self.writer.flush()
        self._keys.destroy(key_ids.values())
        _clear_temporary(self.region)
        return event_id

    def record(self, run: RetentionRun, started: dt.datetime) -> None:
        said = {
            "job": "retention",
            "outcome": "finished",
            "started_at": f"{started:%Y-%m-%dT%H:%M:%S.%fZ}",
            "customers": run.customers,
            "erased": run.erased,
            "held": run.held,
            "by_rule": run.by_rule,
            "choices": [choice._asdict() for choice in run.choices],
        }
        self.writer.append("job", members(said))


@contextmanager
def _desk(home: Home, actor: str) -> Iterator[_Desk]:
    """Alone with a region's ledger, after completing what a kill interrupted. Raises `LedgerError`."""
    actor = " ".join(actor.split())
    if not actor:
        raise LedgerError("this needs an actor: the name or the id of who does it")
    region = Region.of(home)
    if not region.exists():
        raise LedgerError(f"nothing was ever recorded in {region.path}; screen somebody first")
    writer = ledger_writer(region, home.settings().ledger)
    with deciding(region, writer):
        complete_erasures(region)
        yield _Desk(home, region, writer, actor)


def complete_erasures(region: Region) -> int:
    """Destroy keys whose erasure is recorded and was killed before it was done; how many. Raises OSError."""
    there = {record.key_id.hex() for record in keys_of(region).records()}
    gone = {key_id for _, key_id in erased_keys(region)}
    return keys_of(region).destroy(gone & there)


def _clear_temporary(region: Region) -> None:
    """Remove what processes that were killed have left of a computation: it may hold what they decrypted."""
    for path in region.temporary.rglob("*"):
        owner = _TEMPORARY.match(path.name)
        if path.is_file() and not (owner and _is_running(int(owner[1]))):
            with suppress(OSError):  # Windows keeps what is open
                path.unlink()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def never_screened(subject: str) -> LedgerError:
    """What is said of a customer that the ledger does not know."""
    return LedgerError(
        f"nothing is recorded of {subject}; customers without a reference are called ~FINGERPRINT, which the "
        "views have as subject_key"
    )


def named(subject: str) -> dict[str, Any]:
    """Who an event is about, as all events say it. Raises `LedgerError` for what no customer is called."""
    if not 0 < len(subject) <= _LONGEST_REFERENCE or "\\ud" in ascii(subject):
        raise LedgerError(f"a customer's reference is text in UTF-8 of 1 to {_LONGEST_REFERENCE} characters")
    return {"subject_id": None if FINGERPRINT_KEY.fullmatch(subject) else subject, "subject_key": subject}
