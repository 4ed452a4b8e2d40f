"""Reading a list's files into the store, one entity at a time, with a last say before anything is written."""

from __future__ import annotations

import datetime as dt
import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.index.build import build
from engine.index.layout import FORMAT
from engine.ledger.publishing import record_published
from lists.acceptance import Objection, objections
from lists.home import Home
from lists.model import ListedEntity
from lists.publish import publish
from lists.source import Parsed, Source, SourceError, Summary, most_entities
from lists.store import ListStore, LoadResult, Snapshot

Progress = Callable[[str, int], None]
"""Called with the stage ("reading", "storing", "publishing") and the entities read so far."""

_PROGRESS_EVERY = 250  # entities; some ten times a second
# A person may accept a list that is larger than a complete one. This many times larger, it is no list, and
# would take the memory there is: the entries are held in it until all are known to be sound.
_MOST_TIMES = 3
# On most days a list loses a few entries; more than this share of them a person should hear of.
_USUAL_LOSS = 0.01
_SHOWN_KINDS = 5  # of what was not understood, in a note; the rest is counted


@dataclass(frozen=True)
class Recorded:
    """What reading a list's files gave. `notes` are sentences on what was unusual in them."""

    loaded: LoadResult
    content_digest: str
    published_on: dt.date | None  # the date the files state
    not_understood: Counter[str]
    objections: tuple[Objection, ...]
    notes: tuple[str, ...]


def accepted_assertions(recorded: Recorded) -> tuple[str, ...]:
    """The assertions that a version breaks, which from then on nobody need accept again."""
    return tuple(objection.assertion for objection in recorded.objections if objection.assertion)


@dataclass
class Recording:
    """One list on its way from files into an open store.

    `decide` gets what speaks against this version when it was read whole, and raises where that is too much:
    nothing is written then. `published_before` is the newest date known of files with the records in use.
    """

    store: ListStore
    declared: Source
    decide: Callable[[Sequence[Objection]], None]
    report: Progress
    published_before: dt.date | None = None
    _summary: Summary = field(default_factory=Summary)
    _objections: list[Objection] = field(default_factory=list)

    def run(self, path: Path) -> Recorded:
        """Read the files and record them. Raises `SourceError`, `StoreError` and what `decide` raises."""
        list_id = self.declared.list_id
        before = self.store.newest().get(list_id)
        with _no_garbage_collection():
            parsed = self.declared.parse(path)
            loaded = self.store.load(
                list_id,
                self._read(parsed, before),
                files=parsed.files,
                published_on=parsed.published_on,
                notes=_notes(parsed),
            )
        return Recorded(
            loaded=loaded,
            content_digest=self.store.newest()[list_id].content_digest,
            published_on=parsed.published_on,
            not_understood=parsed.not_understood,
            objections=tuple(self._objections),
            notes=(*_notes(parsed), *_loss(parsed, loaded, before)),
        )

    def _read(self, parsed: Parsed, before: Snapshot | None) -> Iterator[ListedEntity]:
        most = _MOST_TIMES * most_entities(self.declared)
        for done, entity in enumerate(parsed.entities):
            if done % _PROGRESS_EVERY == 0:
                self.report("reading", done)
            self._summary.add(entity)
            if done >= most:
                raise self._too_many(parsed, entity, done)
            yield entity
        known = [date for date in (self.published_before, before and before.published_on) if date]
        self._objections = objections(self.declared, parsed, self._summary, before, max(known, default=None))
        self.decide(self._objections)
        self.report("storing", self._summary.entities.total())

    def _too_many(self, parsed: Parsed, entity: ListedEntity, count: int) -> SourceError:
        sentence = f"goes on after {count:,} entries, far more than a complete list has; refused"
        return SourceError(self.declared.list_id, parsed.files[0].name, f"entry {entity.entity_id}", sentence)


def publish_newest(home: Home, store: ListStore) -> tuple[str, bool]:
    """Publish what the store holds: the version in use, and whether it is another than before."""
    before = home.current.read_bytes() if home.current.exists() else None
    with _no_garbage_collection(), publish(home, store, build, index_format=FORMAT) as published:
        version = published.version
    is_new = home.current.read_bytes() != before
    if is_new:
        record_published(home, before.decode(errors="replace").strip() if before else None)
    return version, is_new


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A list is millions of objects and none of them garbage; looking for some takes a tenth of the time.

    Of publishing it takes a third.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _loss(parsed: Parsed, loaded: LoadResult, before: Snapshot | None) -> Iterator[str]:
    """That many entries are gone, which may be right."""
    if before and loaded.removed > _USUAL_LOSS * before.entities:
        gone = f"{loaded.removed:,} of {before.entities:,} entities were removed"
        if not parsed.shows_its_end:
            gone += ", and a file of this format does not show whether its end was cut off"
        yield f"{gone}; see which: cordon lists diff --list {before.list_id}"


def _notes(parsed: Parsed) -> Iterator[str]:
    yield from parsed.notes
    if found := parsed.not_understood:
        kinds = [f"{what} ({count:,})" for what, count in found.most_common(_SHOWN_KINDS)]
        if len(found) > _SHOWN_KINDS:
            kinds.append(f"and {len(found) - _SHOWN_KINDS:,} other kinds")
        yield f"kept as remarks, since no field takes them: {', '.join(kinds)}"
