"""Deciding matches: who says what of one match, when it takes effect, and what it suppresses from then on.

All changes of a match's state go through one lock and carry a number that counts them, so that two people who
decide at once get a conflict and no clock decides which came first.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.ledger.events import EventType
from engine.ledger.fingerprints import entity_fields
from engine.ledger.layout import LedgerError, Region
from engine.ledger.listed import ListedEntities
from engine.ledger.locks import locked
from engine.ledger.reasons import REASONS, DecisionOutcome, reasons_for
from engine.ledger.recording import ledger_writer
from engine.ledger.settled import FALSE_POSITIVE, SETTLED, Settled, read, write
from engine.ledger.slots import establish, stamp
from engine.ledger.versions import open_version
from engine.ledger.views import rows_of
from engine.ledger.writer import Writer
from engine.privacy.envelope import Personal, opened, owner_of
from engine.privacy.keys import keys_of
from lists.home import Home
from lists.publish import NotPublished

_CLOSING = frozenset({DecisionOutcome.TRUE_MATCH, DecisionOutcome.FALSE_POSITIVE})
_PATIENCE_SECONDS = 60.0


class DecisionRefused(LedgerError):  # noqa: N818 - named for what is the case
    """A decision that cannot be made; says why."""


class DecisionConflict(DecisionRefused):
    """The match was decided meanwhile, or before: who decides again must have seen `last_event`."""

    def __init__(self, sentence: str, last_event: str) -> None:
        self.last_event = last_event
        super().__init__(sentence)


@dataclass(frozen=True)
class Decision:
    """What was recorded. `state` is the match's from then on; the next decision must have seen `event_id`."""

    event_id: str
    match_id: str
    revision: int
    action: str  # propose, decide, approve or reject
    outcome: DecisionOutcome | None
    state: str
    actor: str
    expires_at: str | None


@dataclass(frozen=True)
class _Known:
    """A match as the ledger has it: its latest sighting, and the event that gave it its state."""

    sighting: dict[str, Any]
    state: str
    revision: int
    last_event: str | None
    last: dict[str, Any] | None


def decide(
    match_id: str,
    outcome: DecisionOutcome | str,
    *,
    actor: str,
    reason: str,
    note: str | None = None,
    seen: str | None = None,
    home: Home | Path | str | None = None,
) -> Decision:
    """Decide one match. With four eyes a closing decision is proposed until another actor approves it.

    `reason` is a code of `engine.ledger.reasons.REASONS`. A match that has a decision, or was reopened, is
    decided again only by who has seen that: `seen` is its `last_event`. Raises `DecisionConflict`,
    `DecisionRefused` and `LedgerError`.
    """
    outcome = _outcome(outcome)
    if reason not in REASONS or outcome not in REASONS[reason].outcomes:
        raise DecisionRefused(
            f"{reason} is no reason for {outcome}; it takes one of {', '.join(reasons_for(outcome))}"
        )
    desk = _Desk(Home.locate(home), actor)
    with desk.match(match_id, seen) as known:
        four_eyes = desk.four_eyes and outcome in _CLOSING
        action = "propose" if four_eyes else "decide"
        state = "proposed" if four_eyes else outcome.value
        return desk.record(known, action, outcome, state, reason=reason, note=note)


def approve(
    match_id: str,
    *,
    actor: str,
    seen: str,
    note: str | None = None,
    home: Home | Path | str | None = None,
) -> Decision:
    """Let a proposed decision take effect. Raises as `decide`, also for the actor who proposed it."""
    desk = _Desk(Home.locate(home), actor)
    with desk.match(match_id, seen) as known:
        proposal = _proposal(known)
        if _same_actor(proposal["actor"], desk.actor):
            raise DecisionRefused(f"{match_id} was proposed by {desk.actor}, and nobody approves their own")
        outcome = DecisionOutcome(proposal["outcome"])
        return desk.record(known, "approve", outcome, outcome.value, reason=proposal["reason"], note=note)


def reject(
    match_id: str,
    *,
    actor: str,
    seen: str,
    note: str | None = None,
    home: Home | Path | str | None = None,
) -> Decision:
    """Turn a proposed decision down: the match is open again. Raises as `decide`."""
    desk = _Desk(Home.locate(home), actor)
    with desk.match(match_id, seen) as known:
        proposal = _proposal(known)
        return desk.record(
            known,
            "reject",
            DecisionOutcome(proposal["outcome"]),
            "open",
            reason=proposal["reason"],
            note=note,
        )


class _Desk:
    """Where one actor decides matches of one home."""

    def __init__(self, home: Home, actor: str) -> None:
        self.actor = " ".join(actor.split())
        if not self.actor:
            raise DecisionRefused("a decision needs an actor: the name or the id of who decides")
        settings = home.settings()
        self.four_eyes = settings.decisions.four_eyes
        self._expire = dt.timedelta(days=settings.decisions.expire_days)
        self._home, self._region = home, Region.of(home)
        self._writer = ledger_writer(self._region, settings.ledger)

    @contextmanager
    def match(self, match_id: str, seen: str | None) -> Iterator[_Known]:
        """The match, with nobody else deciding meanwhile."""
        if not self._region.exists():
            raise LedgerError(f"nothing was ever recorded in {self._region.path}; screen somebody first")
        with deciding(self._region, self._writer):
            known = _known(self._region, match_id)
            if known.state == "delisted":
                raise DecisionRefused(f"{match_id} is closed: its entity went off the list")
            if seen != known.last_event:
                raise DecisionConflict(_conflict(match_id, known, seen), known.last_event or "")
            yield known

    def record(
        self,
        known: _Known,
        action: str,
        outcome: DecisionOutcome,
        state: str,
        *,
        reason: str,
        note: str | None,
    ) -> Decision:
        bound = known.last if action == "approve" and known.last else self._bound(known.sighting)
        now = dt.datetime.now(dt.UTC)
        expires_at = stamp(now + self._expire) if state == FALSE_POSITIVE else None
        match_id, revision = known.sighting["match_id"], known.revision + 1
        said = {
            **{name: bound[name] for name in _BOUND},
            "revision": revision,
            "action": action,
            "outcome": outcome.value,
            "reason": reason,
            "actor": self.actor,
            "state": state,
            "on": known.last_event,
            "expires_at": expires_at,
        }
        personal = {"note": note, "subject": (bound["personal"] or {}).get("subject")}
        if state not in SETTLED:
            _settle(self._region, match_id, None)  # first: whatever happens now, nothing stays suppressed
        event_id = append_personal(self._writer, "decided", said, personal)
        if state == FALSE_POSITIVE:
            prints = (said["subject_fingerprint"], said["entity_fingerprint"])
            _settle(self._region, match_id, Settled(state, event_id, *prints, expires_at, revision))
        return Decision(event_id, match_id, revision, action, outcome, state, self.actor, expires_at)

    def _bound(self, sighting: dict[str, Any]) -> dict[str, Any]:
        """What a decision is bound to: both records as they were when the match was last seen."""
        subject = json.loads(sighting["subject"]) if sighting["subject"] else None
        return {**sighting, "entity": self._entity(sighting), "personal": {"subject": subject}}

    def _entity(self, sighting: dict[str, Any]) -> dict[str, Any] | None:
        try:
            with open_version(self._home, sighting["watchlist_version"]) as published:
                entity = ListedEntities(published).find(sighting["list_id"], sighting["entity_id"])
        except NotPublished:
            return None
        return entity_fields(entity) if entity else None


_BOUND = (
    "match_id",
    "subject_id",
    "subject_key",
    "list_id",
    "entity_id",
    "subject_fingerprint",
    "entity_fingerprint",
    "watchlist_version",
    "screening_id",
    "entity",
)


@contextmanager
def deciding(region: Region, writer: Writer) -> Iterator[None]:
    """While states of matches change: one process at a time. Raises `LedgerError`."""
    try:
        establish(region)
        with locked(region.derived / "decisions.lock", patience=_PATIENCE_SECONDS) as held:
            if not held:
                raise LedgerError("another process is recording decisions; try again when it ends")
            yield
    except OSError as error:
        raise writer.refused((error.strerror or str(error)).lower()) from error


def members(said: dict[str, Any]) -> str:
    """The members of an event as the journal takes them."""
    return json.dumps(said, separators=(",", ":"), default=str)[1:-1]


def append_personal(writer: Writer, kind: EventType, said: dict[str, Any], personal: dict[str, Any]) -> str:
    """Append an event on a match, with what it says of a person encrypted. Raises `LedgerError`."""
    text = json.dumps(personal, separators=(",", ":"), default=str)
    return writer.append(kind, members(said), Personal(writer.key_of(owner_of(said), "alert"), text))


def settle_anew(region: Region) -> None:
    """Write what is settled from the journal alone. Raises OSError and `LedgerError`."""
    query = (
        "select event_id, event from events semi join "
        "(select match_id, arg_max(event_id, revision) as event_id from decisions group by match_id) "
        "using (event_id)"
    )
    settled = {}
    if region.exists():
        for event_id, event in rows_of(region, query):
            said = json.loads(event)
            if said["state"] in SETTLED:
                prints = (said["subject_fingerprint"], said["entity_fingerprint"])
                settled[said["match_id"]] = Settled(
                    said["state"], event_id, *prints, said.get("expires_at"), said["revision"]
                )
    write(region.derived / "settled.json", settled)


def _settle(region: Region, match_id: str, settled: Settled | None) -> None:
    path = region.derived / "settled.json"
    if not path.exists():
        settle_anew(region)
    known = read(path)
    if known.get(match_id) == settled:
        return
    known.pop(match_id, None)
    write(path, known | ({match_id: settled} if settled else {}))


def _known(region: Region, match_id: str) -> _Known:
    query = (
        "select match_id, subject_id, subject_key, list_id, entity_id, subject_fingerprint, "
        "entity_fingerprint, watchlist_version, screening_id, subject::varchar as subject "
        "from matches where match_id = $match_id order by recorded_at desc, score desc limit 1"
    )
    sightings = rows_of(region, query, {"match_id": match_id})
    if not sightings:
        raise DecisionRefused(f"there is no match {match_id}; see: cordon matches")
    names = (*_BOUND[:-1], "subject")
    sighting = dict(zip(names, sightings[0], strict=True))
    query = (
        "select event_id, event from events where type in ('decided', 'reopened', 'closed') "
        "and event->>'match_id' = $match_id order by (event->>'revision')::integer desc limit 1"
    )
    last = rows_of(region, query, {"match_id": match_id})
    if not last:
        return _Known(sighting, "open", 0, None, None)
    event_id = last[0][0]
    event = opened(keys_of(region), event_id, json.loads(last[0][1]))
    return _Known(sighting, event["state"], event["revision"], event_id, event)


def _outcome(outcome: DecisionOutcome | str) -> DecisionOutcome:
    try:
        return DecisionOutcome(outcome)
    except ValueError:
        raise DecisionRefused(
            f"{outcome} is no outcome; it takes one of {', '.join(DecisionOutcome)}"
        ) from None


def _proposal(known: _Known) -> dict[str, Any]:
    if known.state != "proposed" or known.last is None:
        raise DecisionRefused(f"{known.sighting['match_id']} has no decision that waits for an approval")
    return known.last


def _same_actor(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _conflict(match_id: str, known: _Known, seen: str | None) -> str:
    if known.last is None or known.last_event is None:
        return f"{match_id} has no event {seen}; nobody has decided it yet"
    who = known.last.get("actor")
    by = f" by {who}" if who else ""
    return (
        f"{match_id} is {known.state.replace('_', ' ')} since {known.last['at'][:16].replace('T', ' ')}{by}; "
        f"look at that, and decide with --seen {known.last_event}"
    )
