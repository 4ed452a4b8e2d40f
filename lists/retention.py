"""Deleting what nobody needs any more: snapshots and published versions that were replaced long ago."""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from lists.home import Home
from lists.manifest import NAME, Manifest
from lists.publish import open_published, version_names
from lists.store import ListStore

_DELETING = ".deleting-"


@dataclass(frozen=True)
class Pruned:
    """What was deleted: how many snapshots, and which published versions."""

    snapshots: int
    versions: tuple[str, ...]


def prune(home: Home, store: ListStore, keep_days: float, *, now: dt.datetime | None = None) -> Pruned:
    """Delete what was replaced more than `keep_days` ago. Raises `HomeError`, `NotPublished`.

    What was in use at any time since then stays, and so does the newest snapshot of each list and the version
    in use, however old.
    """
    since = (now or dt.datetime.now(dt.UTC)) - dt.timedelta(days=keep_days)
    return Pruned(store.forget_replaced_before(since), tuple(_prune_versions(home, since)))


def _prune_versions(home: Home, since: dt.datetime) -> list[str]:
    with open_published(home) as published:
        in_use = published.version
    created = {name: moment for name in version_names(home) if (moment := _created_at(home.published / name))}
    ordered = sorted(created, key=lambda name: (created[name], name))
    replaced = [
        name for name, successor in pairwise(ordered) if created[successor] < since and name != in_use
    ]
    for leftover in home.published.glob(f"{_DELETING}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    return [name for name in replaced if _delete(home.published / name)]


def _created_at(version: Path) -> dt.datetime | None:
    with suppress(OSError, ValueError):
        return Manifest.model_validate_json((version / NAME).read_bytes()).created_at
    return None


def _delete(version: Path) -> bool:
    """Whether it is gone. Windows lets nobody delete what a reader has open; then it goes the next time."""
    deleting = version.with_name(f"{_DELETING}{version.name}")
    with suppress(OSError):
        version.rename(deleting)  # first, so that no kill leaves half a version under its name
        shutil.rmtree(deleting, ignore_errors=True)
        return True
    return False
