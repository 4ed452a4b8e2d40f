"""Which keys were destroyed on purpose: the ledger says so before it is done.

A key that is gone without that was lost, or what names it was put in another's place.
"""

from __future__ import annotations

import time

from engine.ledger.layout import Region

# Where many keys are lost the ledger is not asked again for each of them.
_HOLDS_SECONDS = 1.0


class ErasedKeys:
    """The erased keys of a region; reads nothing before it is asked."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._known: frozenset[tuple[str, str]] = frozenset()
        self._read_at = float("-inf")

    def have(self, subject_key: str, key_id: str) -> bool:
        """Whether an erasure of this subject names the key. Raises `LedgerError`."""
        wanted = (subject_key, key_id)
        if wanted not in self._known and time.monotonic() - self._read_at > _HOLDS_SECONDS:
            self._known, self._read_at = erased_keys(self._region), time.monotonic()
        return wanted in self._known


def erased_keys(region: Region) -> frozenset[tuple[str, str]]:
    """Every subject's key that an erasure names, with the subject. Raises `LedgerError`."""
    from engine.ledger.views import rows_of  # noqa: PLC0415 - it imports this module, and needs the database

    query = (
        "select event->>'subject_key', unnest((event->'keys')::varchar[]) from events where type = 'erased'"
    )
    return frozenset(rows_of(region, query))
