"""Screening as of a past day, and repeating a recorded screening with the watchlist of its day."""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.index.build import build
from engine.index.layout import FORMAT
from engine.ledger.layout import EVENT_ID, LedgerError, Region
from engine.ledger.versions import open_version, version_at
from engine.ledger.views import rows_of
from engine.privacy.envelope import opened
from engine.privacy.keys import keys_of
from engine.residency.opening import residency_of
from engine.screener import Screener
from engine.screening import WatchlistNotReady
from engine.subject import InvalidSubject, Subject
from lists.home import Home
from lists.manifest import NAME
from lists.publish import ENTITIES, OFFSETS, NotPublished, Published

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Replay:
    """A recorded screening, repeated. `same` is None where it cannot be; `explanation` says why.

    The pairs are (list id, entity id, score), best first.
    """

    event_id: str
    recorded_at: str
    watchlist_version: str
    model_version: str
    same: bool | None
    explanation: str
    recorded: tuple[tuple[str, str, float], ...]
    repeated: tuple[tuple[str, str, float], ...] | None


def parse_moment(text: str) -> dt.datetime:
    """A day (its end, UTC) or an ISO 8601 time. Raises ValueError."""
    text = text.strip()
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("takes a day such as 2024-02-21, or a time such as 2024-02-21T09:30Z") from None
    if _DAY.fullmatch(text):
        moment += dt.timedelta(days=1) - dt.timedelta(microseconds=1)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


@contextmanager
def screener_at(home: Home, moment: dt.datetime) -> Iterator[Screener]:
    """A screener of the watchlist that was in use at a moment, for the regions that this process serves. It
    records nothing.

    Raises `NotPublished` where no watchlist of that time is kept.
    """
    with screener_of_version(home, version_at(home, moment)) as screener:
        screener.residency = residency_of(home, home.settings(), screener.published, record=False)
        yield screener


@contextmanager
def screener_of_version(home: Home, version: str) -> Iterator[Screener]:
    """A screener of a published version, for any region. One with an index of another Cordon is indexed anew,
    in seconds. Raises `NotPublished` where it was changed since.
    """
    with open_version(home, version) as published:
        published.verify()
        if published.manifest.index_format == FORMAT:
            yield Screener(published, home.settings())
            return
        with (
            tempfile.TemporaryDirectory(prefix=".as-of-", dir=home.published) as folder,
            _indexed_anew(published, Path(folder)) as anew,
        ):
            yield Screener(anew, home.settings())


def _indexed_anew(published: Published, folder: Path) -> Published:
    for name in (ENTITIES, OFFSETS, NAME):
        (folder / name).write_bytes((published.path / name).read_bytes())
    build((published.entity(place) for place in range(len(published))), folder)
    manifest = published.manifest.model_copy(update={"index_format": FORMAT, "files": ()})
    return Published(folder, manifest)


def replay(event_id: str, home: Home | Path | str | None = None) -> Replay:
    """Repeat a recorded screening with the watchlist of its day, and compare. Raises `LedgerError`."""
    home = Home.locate(home)
    event = _screened(Region.of(home), event_id)
    said = event["screening"]
    recorded = tuple((match["list_id"], match["entity_id"], match["score"]) for match in event["matches"])

    def answer(same: bool | None, explanation: str, repeated: Any = None) -> Replay:
        return Replay(
            event_id,
            event["at"],
            said["watchlist_version"],
            said["model_version"],
            same,
            explanation,
            recorded,
            repeated,
        )

    try:
        if event["personal"] is None:
            return answer(None, "the key of this customer was destroyed, so nobody knows who it was")
        subject = Subject.model_validate(event["personal"]["subject"])
        with screener_of_version(home, said["watchlist_version"]) as screener:
            policy = screener.screen(subject, threshold=said["threshold"]).policy_version
            matches = next(iter(screener.matches([subject], said["threshold"])))
            model = screener.model_version
    except NotPublished as error:
        return answer(None, str(error))
    except (InvalidSubject, WatchlistNotReady) as error:
        return answer(None, f"it cannot be screened any more: {error}")
    repeated = tuple((match.list_id, match.entity_id, match.score) for match in matches)
    other = _other(said, model, policy)
    if repeated == recorded:
        also = f", although {other}" if other else ""
        return answer(True, f"the same answer with the watchlist of its day{also}", repeated)
    why = other or "watchlist, model and policy are the same, so this is a fault: report it"
    return answer(None if other else False, f"another answer, because {why}" if other else why, repeated)


def _other(said: dict[str, Any], model: str, policy: str) -> str:
    """Which of the versions it was made with are not at hand, in words."""
    others = []
    if said["model_version"] != model:
        others.append(f"the model was {said['model_version']} and is now {model}")
    if said.get("policy_version", policy) != policy:
        others.append(f"the policy was {said['policy_version']} and is now {policy}")
    return " and ".join(others)


def _screened(region: Region, event_id: str) -> dict[str, Any]:
    found = EVENT_ID.fullmatch(event_id)
    if found is None:
        raise LedgerError(f"{event_id} is no event; one is called by its writer and number, such as w1-12")
    query = "select type, event from events where writer = $writer and seq = $seq"
    rows = rows_of(region, query, {"writer": found[1], "seq": int(found[2])})
    if not rows:
        raise LedgerError(f'there is no event {event_id}; see: cordon ledger sql "from screenings"')
    kind, event = rows[0]
    if kind != "screened":
        raise LedgerError(
            f"{event_id} is an event of the type {kind}; only one of the type screened can be repeated "
            "(a batch keeps fingerprints of its customers, not their data)"
        )
    return opened(keys_of(region), event_id, json.loads(event))
