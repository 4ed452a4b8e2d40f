"""Load one official list by hand: read its files, record the snapshot, publish it with its index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from engine.residency.regions import regions_of
from jobs.recording import Progress, Recorded, Recording, accepted_assertions, publish_newest
from lists.acceptance import Decision
from lists.home import Home
from lists.publish import NotPublished, open_published
from lists.refresh_state import Reading, read_state, write_state
from lists.source import source
from lists.store import ListStore


class LoadReport(BaseModel):
    """What a load did. `warnings` want a person's eye; `notes` say what was unusual in the files."""

    model_config = ConfigDict(frozen=True)

    list_id: str
    title: str
    published_on: dt.date | None  # the date the files state
    is_new: bool  # false: the records are those of the snapshot named here
    snapshot_id: int
    entities: int
    names: int
    added: int
    removed: int
    changed: int
    version: str  # of the watchlist in use after the load
    is_published: bool  # false: that version was in use before
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def load_list(
    home: Home | Path | str | None,
    list_id: str,
    path: Path | str,
    *,
    accept: bool = False,
    on_progress: Progress | None = None,
) -> LoadReport:
    """Load a list's files into a home and use them from then on.

    `path` is the folder of the list's files, or the file where there is one. The same content again changes
    nothing, except that a load that was killed before it could publish is completed. `accept` takes what
    would be refused as incomplete, older or much smaller. Raises `UnknownList`, `SourceError` for files that
    cannot be read, `Refused` for a version that a person should look at first, and `HomeError` for a home
    that cannot be used; the version in use then stays in use.
    """
    home = Home.locate(home)
    regions_of(home)  # which are told of what changes: better refused now than when it is published
    declared = source(list_id)
    report = on_progress or (lambda _stage, _done: None)
    with ListStore.open(home) as store:
        decision = Decision(list_id, accept, read_state(home, list_id).accepted)
        recorded = Recording(store, declared, decision, report).run(Path(path))
        report("publishing", recorded.loaded.entities)
        before = _lists_in_use(home)
        version, is_published = publish_newest(home, store)
    _remember(home, list_id, recorded)
    return LoadReport(
        **asdict(recorded.loaded),
        list_id=list_id,
        title=declared.title,
        published_on=recorded.published_on,
        version=version,
        is_published=is_published,
        warnings=(*_warnings(recorded), *_no_longer_in_use(before, _lists_in_use(home))),
        notes=recorded.notes,
    )


def _lists_in_use(home: Home) -> set[str]:
    try:
        with open_published(home) as published:
            return {part.list_id for part in published.manifest.lists}
    except NotPublished:
        return set()


def _no_longer_in_use(before: set[str], after: set[str]) -> Iterator[str]:
    """A list that the store has lost, with lists.duckdb, is gone from what it publishes too."""
    for list_id in sorted(before - after):
        yield f"{list_id} is no longer in use, because lists.duckdb does not hold it; load it again"


def _warnings(recorded: Recorded) -> tuple[str, ...]:
    """What a person should look at; of the same content again only that it is not a whole list."""
    return tuple(
        objection.sentence
        for objection in recorded.objections
        if objection.assertion or recorded.loaded.is_new
    )


def _remember(home: Home, list_id: str, recorded: Recorded) -> None:
    """Keep what was not understood, for the status, and what a person has accepted, for the next time."""
    before = read_state(home, list_id)
    reading = Reading(content_digest=recorded.content_digest, not_understood=dict(recorded.not_understood))
    state = before.model_copy(update={"reading": reading, "accepted": accepted_assertions(recorded)})
    if state != before:
        write_state(home, list_id, state)
