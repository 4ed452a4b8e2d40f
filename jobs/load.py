"""Load one official list by hand: read its files, record the snapshot, publish it with its index."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from engine.index.build import build
from engine.index.layout import FORMAT
from lists.home import Home
from lists.model import ListedEntity
from lists.publish import publish
from lists.source import Parsed, Summary, check_assertions, source
from lists.store import ListStore, LoadResult, Snapshot

Progress = Callable[[str, int], None]
"""Called with the stage ("reading", "storing", "publishing") and the entities read so far."""

_PROGRESS_EVERY = 250  # entities; some ten times a second
# In half a year the OFAC and the UN list lost about 1 % of their entries; a missing file takes far more.
_USUAL_SHRINKAGE = 0.1
_SHOWN_KINDS = 5  # of what was not understood, in a note; the rest is counted


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
    home: Home | Path | str | None, list_id: str, path: Path | str, *, on_progress: Progress | None = None
) -> LoadReport:
    """Load a list's files into a home and use them from then on.

    `path` is the folder of the list's files, or the file where there is one. The same content again changes
    nothing, except that a load that was killed before it could publish is completed. Raises `UnknownList`,
    `SourceError` for files that cannot be read, and `HomeError` for a home that cannot be used; the version
    in use then stays in use. Broken assertions of the source are warnings here: a person who loads a file by
    hand has looked at it.
    """
    home = Home.locate(home)
    declared = source(list_id)
    report = on_progress or (lambda _stage, _done: None)
    with ListStore.open(home) as store:
        before = store.newest().get(list_id)
        parsed = declared.parse(Path(path))
        entities = list(_reported(parsed, report))
        notes = (*parsed.notes, *_not_understood(parsed.not_understood))
        report("storing", len(entities))
        loaded = store.load(
            list_id, entities, files=parsed.files, published_on=parsed.published_on, notes=notes
        )
        warnings = check_assertions(declared, Summary.of(entities)) + _suspicious(parsed, before, loaded)
        report("publishing", len(entities))
        del entities  # publishing reads those of every list, and need not have these twice
        version, is_published = _publish(home, store)
    return LoadReport(
        **asdict(loaded),
        list_id=list_id,
        title=declared.title,
        published_on=parsed.published_on,
        version=version,
        is_published=is_published,
        warnings=tuple(warnings),
        notes=notes,
    )


def _reported(parsed: Parsed, report: Progress) -> Iterator[ListedEntity]:
    for done, entity in enumerate(parsed.entities):
        if done % _PROGRESS_EVERY == 0:
            report("reading", done)
        yield entity


def _publish(home: Home, store: ListStore) -> tuple[str, bool]:
    before = home.current.read_bytes() if home.current.exists() else None
    with publish(home, store, build, index_format=FORMAT) as published:
        return published.version, home.current.read_bytes() != before


def _not_understood(found: Counter[str]) -> list[str]:
    if not found:
        return []
    kinds = [f"{what} ({count:,})" for what, count in found.most_common(_SHOWN_KINDS)]
    if len(found) > _SHOWN_KINDS:
        kinds.append(f"and {len(found) - _SHOWN_KINDS:,} other kinds")
    return [f"kept as remarks, since no field takes them: {', '.join(kinds)}"]


def _suspicious(parsed: Parsed, before: Snapshot | None, loaded: LoadResult) -> list[str]:
    """What a person should look at in a version that replaces another."""
    if before is None or not loaded.is_new:
        return []
    warnings = []
    if parsed.published_on and before.published_on and parsed.published_on < before.published_on:
        warnings.append(
            f"these files are of {parsed.published_on}, older than those of {before.published_on} "
            "that they replace"
        )
    for what, now, then in (
        ("entities", loaded.entities, before.entities),
        ("names", loaded.names, before.names),
    ):
        if now < then * (1 - _USUAL_SHRINKAGE):
            warnings.append(f"these files hold {now:,} {what}; those they replace held {then:,}")
    return warnings
