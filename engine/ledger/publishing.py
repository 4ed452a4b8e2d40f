"""Recording what happens to the lists: refreshes, and the versions of them that come into use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.ledger.decisions import members
from engine.ledger.layout import Region
from engine.ledger.recording import ledger_writer
from engine.ledger.versions import Difference, difference, open_version
from engine.ledger.writer import Writer
from engine.residency.regions import regions_of
from lists.home import Home
from lists.publish import NotPublished, open_published


def record_job(home: Home, job: str, started_at: str, outcome: str, **details: object) -> None:
    """Record the run of a job in every region that this process serves, where the home records.

    Raises `HomeError`.
    """
    said = {"job": job, "started_at": started_at, "outcome": outcome, **details}
    for writer in _writers(home):
        writer.append("job", members(said))


def record_published(home: Home, previous_version: str | None) -> None:
    """Record each list that is another in the version in use than in the one before, in every region that
    this process serves. Raises `HomeError`.
    """
    if writers := _writers(home):
        _record(home, previous_version, writers)


def catch_up(home: Home, region: Region, writer: Writer) -> None:
    """Record the lists in use where another process, which does not serve the region, has published them.

    Raises `HomeError`.
    """
    from engine.ledger.views import rows_of  # noqa: PLC0415 - few processes need the database

    known = rows_of(region, "select watchlist_version from list_changes order by in_use_at desc limit 1")
    previous = known[0][0] if known else None
    with open_published(home) as published:
        is_known = published.version == previous
    if not is_known:
        _record(home, previous, [writer])


def _writers(home: Home) -> list[Writer]:
    settings = home.settings()
    if not settings.ledger.record:
        return []
    return [ledger_writer(region, settings.ledger) for region in regions_of(home, settings).ledgers()]


def _record(home: Home, previous_version: str | None, writers: Sequence[Writer]) -> None:
    with open_published(home) as published:
        before, changes = {}, None
        try:
            if previous_version is not None:
                with open_version(home, previous_version) as previous:
                    before = {part.list_id: part for part in previous.manifest.lists}
                    changes = difference(previous, published)
        except NotPublished:
            pass  # a damaged version that this one replaces
        for part in published.manifest.lists:
            known = before.get(part.list_id)
            if known is not None and known.content_digest == part.content_digest:
                continue
            said = {
                "list_id": part.list_id,
                "watchlist_version": published.version,
                "previous_version": previous_version,
                "snapshot_id": part.snapshot_id,
                "published_on": part.published_on.isoformat() if part.published_on else None,
                "fetched_at": part.loaded_at.isoformat(),
                "entities": part.entities,
                **_counts(changes, part.list_id, part.entities),
            }
            for writer in writers:
                writer.append("list_published", members(said))


def _counts(changes: Difference | None, list_id: str, entities: int) -> dict[str, int]:
    if changes is None:
        return {"added": entities, "removed": 0, "changed": 0}
    return {
        name: Counter(key[0] for key in keys)[list_id]
        for name, keys in zip(("added", "removed", "changed"), changes, strict=True)
    }
