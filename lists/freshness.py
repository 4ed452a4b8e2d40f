"""Which lists of a watchlist nobody has confirmed for too long, so that a *clear* does not speak for them."""

from __future__ import annotations

import datetime as dt
import math
import time

from lists.home import Home
from lists.manifest import Manifest, PublishedList, is_stale
from lists.refresh_state import RefreshState, fetched_at, read_state

# A refresh may confirm a list at any time. A screening takes less than a millisecond, and must not read a
# file for each list first.
_LOOKED_AT_EVERY_SECONDS = 60
_JUDGED_EVERY_SECONDS = 1


class Freshness:
    """The age of the lists of one version. Safe to share between threads."""

    def __init__(self, manifest: Manifest, stale_after_hours: float, home: Home | None = None) -> None:
        self._home = home
        self._lists = manifest.lists
        self._stale_after_hours = stale_after_hours
        self._looked_at = -math.inf
        self._fetched: tuple[tuple[str, dt.datetime], ...] = ()
        self._judged_at = -math.inf
        self._stale: tuple[str, ...] = ()

    def stale_lists(self) -> tuple[str, ...]:
        """The lists that are older than the home allows, by id; as they were within the last second."""
        if time.monotonic() - self._judged_at >= _JUDGED_EVERY_SECONDS:
            now = dt.datetime.now(dt.UTC)
            self._stale = tuple(
                list_id
                for list_id, fetched in self._fetches()
                if is_stale(fetched, now, self._stale_after_hours)
            )
            self._judged_at = time.monotonic()
        return self._stale

    def _fetches(self) -> tuple[tuple[str, dt.datetime], ...]:
        if time.monotonic() - self._looked_at >= _LOOKED_AT_EVERY_SECONDS:
            self._fetched = tuple((part.list_id, self._fetched_at(part)) for part in self._lists)
            self._looked_at = time.monotonic()
        return self._fetched

    def _fetched_at(self, part: PublishedList) -> dt.datetime:
        state = read_state(self._home, part.list_id) if self._home else RefreshState()
        return fetched_at(part.loaded_at, part.content_digest, state, dt.datetime.now(dt.UTC))
