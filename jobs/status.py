"""Which lists are in use, how old they are, and whether anything was loaded that is not in use yet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lists.home import Home
from lists.manifest import Manifest, PublishedList, is_stale
from lists.publish import open_published
from lists.source import UnknownList, source
from lists.store import ListStore, Snapshot
from lists.store_file import StoreBusy


class ListStatus(BaseModel):
    """A list in the home. `version` is the watchlist version it is in use in, None while it is in none.

    `unpublished_snapshot_id` names a newer snapshot that was loaded and never published, because the load was
    interrupted: loading the same files again publishes it.
    """

    model_config = ConfigDict(frozen=True)

    list_id: str
    title: str
    published_on: dt.date | None  # the date the files state
    loaded_at: AwareDatetime
    age_hours: float  # since it was loaded
    is_stale: bool  # older than [lists] stale_after_hours
    entities: int
    names: int
    snapshot_id: int
    version: str | None
    unpublished_snapshot_id: int | None


def list_status(home: Home | Path | str | None = None, *, now: dt.datetime | None = None) -> list[ListStatus]:
    """The lists that were ever loaded into a home, by id; none when there are none.

    While a load is running it tells what is published and no more. Raises `NotPublished` for a damaged
    publication, `StoreError` for a damaged store and `SettingsError`.
    """
    home = Home.locate(home)
    now = now or dt.datetime.now(dt.UTC)
    manifest = _manifest_in_use(home)
    in_use = {part.list_id: part for part in manifest.lists} if manifest else {}
    newest = _newest_snapshots(home)
    limit = home.settings().lists.stale_after_hours
    return [
        _status(in_use.get(list_id), newest.get(list_id), manifest, now, limit)
        for list_id in sorted(in_use.keys() | newest.keys())
    ]


def _manifest_in_use(home: Home) -> Manifest | None:
    if not home.current.exists():
        return None
    with open_published(home) as published:
        return published.manifest


def _newest_snapshots(home: Home) -> dict[str, Snapshot]:
    if not home.store.exists():
        return {}
    try:
        with ListStore.read(home) as store:
            return store.newest()
    except StoreBusy:
        return {}


def _status(
    in_use: PublishedList | None,
    newest: Snapshot | None,
    manifest: Manifest | None,
    now: dt.datetime,
    stale_after_hours: float,
) -> ListStatus:
    shown = in_use or newest
    assert shown is not None  # noqa: S101 - the list is in one of the two
    is_pending = newest is not None and (in_use is None or in_use.content_digest != newest.content_digest)
    return ListStatus(
        list_id=shown.list_id,
        title=_title(shown.list_id),
        published_on=shown.published_on,
        loaded_at=shown.loaded_at,
        age_hours=round((now - shown.loaded_at) / dt.timedelta(hours=1), 2),
        is_stale=is_stale(shown.loaded_at, now, stale_after_hours),
        entities=shown.entities,
        names=shown.names,
        snapshot_id=shown.snapshot_id,
        version=manifest.version if manifest and in_use else None,
        unpublished_snapshot_id=newest.snapshot_id if newest and is_pending else None,
    )


def _title(list_id: str) -> str:
    try:
        return source(list_id).title
    except UnknownList:  # loaded by a Cordon that knew more lists
        return list_id
