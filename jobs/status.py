"""Which lists are in use, how old they are, how their last refresh went, and when the next is due."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from engine.ledger.layout import Region
from engine.ledger.views import rows_of
from engine.residency.regions import regions_of
from lists.enabled import enabled_lists
from lists.home import Home
from lists.manifest import Manifest, PublishedList, is_stale
from lists.publish import open_published
from lists.refresh_state import RefreshState, fetched_at, known_lists, read_state
from lists.source import UnknownList, source
from lists.store import ListStore, Snapshot
from lists.store_file import StoreBusy


class ListStatus(BaseModel):
    """A list in the home. `version` is the watchlist version it is in use in, None while it is in none.

    A list that was only tried to be fetched has no snapshot. `unpublished_snapshot_id` names a newer snapshot
    that was recorded and never published, because the load was interrupted: the next one publishes it.
    """

    model_config = ConfigDict(frozen=True)

    list_id: str
    title: str
    published_on: dt.date | None  # the date the files state, of the newest files with these records
    loaded_at: AwareDatetime | None  # when these records came
    fetched_at: (
        AwareDatetime | None
    )  # when its publisher last gave or confirmed them, or they were loaded by hand
    age_hours: float | None  # since `fetched_at`
    is_stale: bool  # older than [lists] stale_after_hours
    entities: int
    names: int
    snapshot_id: int | None
    version: str | None
    unpublished_snapshot_id: int | None
    attempted_at: AwareDatetime | None  # the last refresh
    is_failing: bool  # whether that failed
    last_error: str | None  # of the last refresh that failed, also when a later one succeeded
    failed_at: AwareDatetime | None
    next_refresh_at: AwareDatetime | None  # when the scheduler refreshes it, if it is enabled
    rescreened_at: AwareDatetime | None = None  # when this version had reached the last customer
    rescreen_lag_hours: float | None = None  # from `loaded_at` to then
    not_understood: dict[str, int] | None  # what no field was found for, and how often; None where unknown


def list_status(home: Home | Path | str | None = None, *, now: dt.datetime | None = None) -> list[ListStatus]:
    """The lists that were ever loaded into a home, or tried to be, by id; none when there are none.

    While a load is running it tells what is published and no more. Raises `NotPublished` for a damaged
    publication, `StoreError` for a damaged store and `SettingsError`.
    """
    home = Home.locate(home)
    now = now or dt.datetime.now(dt.UTC)
    manifest = _manifest_in_use(home)
    in_use = {part.list_id: part for part in manifest.lists} if manifest else {}
    newest = _newest_snapshots(home)
    settings = home.settings().lists
    enabled = {declared.list_id for declared in enabled_lists(home, settings)}
    rescreened = _rescreened(home)
    statuses = [
        _status(
            list_id,
            in_use.get(list_id),
            newest.get(list_id),
            read_state(home, list_id),
            now,
            version=manifest.version if manifest else None,
            stale_after_hours=settings.stale_after_hours,
            is_enabled=list_id in enabled,
        )
        for list_id in sorted({*in_use, *newest, *known_lists(home)})
    ]
    return [status.model_copy(update=rescreened.get(status.list_id, {})) for status in statuses]


def _rescreened(home: Home) -> dict[str, dict[str, Any]]:
    """Of each list when its version in use reached the last customer, as fields of `ListStatus`.

    Of several regions that this process serves it is the last.
    """
    found: dict[str, dict[str, Any]] = {}
    for region in regions_of(home).ledgers():
        if region.exists():
            for list_id, own in _rescreened_in(region).items():
                known = found.setdefault(list_id, own)
                if own["rescreened_at"] is None or (
                    known["rescreened_at"] is not None and own["rescreened_at"] > known["rescreened_at"]
                ):
                    found[list_id] = own
    return found


def _rescreened_in(region: Region) -> dict[str, dict[str, Any]]:
    rows = rows_of(
        region,
        "select list_id, rescreened_at, lag_hours from list_changes "
        "qualify row_number() over (partition by list_id order by in_use_at desc) = 1",
    )
    return {
        list_id: {
            "rescreened_at": at.replace(tzinfo=dt.UTC) if at else None,
            "rescreen_lag_hours": lag,
        }
        for list_id, at, lag in rows
    }


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


def _status(  # noqa: PLR0913 - all that is known of a list
    list_id: str,
    in_use: PublishedList | None,
    newest: Snapshot | None,
    state: RefreshState,
    now: dt.datetime,
    *,
    version: str | None,
    stale_after_hours: float,
    is_enabled: bool,
) -> ListStatus:
    shown = in_use or newest
    is_pending = newest is not None and (in_use is None or in_use.content_digest != newest.content_digest)
    is_confirmed = shown is not None and state.confirmed_digest == shown.content_digest
    fetched = fetched_at(shown.loaded_at, shown.content_digest, state, now) if shown else None
    reading = state.reading
    return ListStatus(
        list_id=list_id,
        title=_title(list_id),
        published_on=state.published_on if is_confirmed else shown.published_on if shown else None,
        loaded_at=shown.loaded_at if shown else None,
        fetched_at=fetched,
        age_hours=round((now - fetched) / dt.timedelta(hours=1), 2) if fetched else None,
        is_stale=fetched is not None and is_stale(fetched, now, stale_after_hours),
        entities=shown.entities if shown else 0,
        names=shown.names if shown else 0,
        snapshot_id=shown.snapshot_id if shown else None,
        version=version if in_use else None,
        unpublished_snapshot_id=newest.snapshot_id if newest and is_pending else None,
        attempted_at=state.attempted_at,
        is_failing=state.has_failed,
        last_error=state.error,
        failed_at=state.failed_at,
        next_refresh_at=state.next_at if is_enabled else None,
        not_understood=reading.not_understood
        if reading and shown and reading.content_digest == shown.content_digest
        else None,
    )


def _title(list_id: str) -> str:
    try:
        return source(list_id).title
    except UnknownList:  # loaded by a Cordon that knew more lists
        return list_id
