"""The listed entities of a published version by their ids, and their fingerprints."""

from __future__ import annotations

import threading
from bisect import bisect_left

from engine.ledger.fingerprints import entity_fingerprint
from lists.model import ListedEntity
from lists.publish import Published

# Few entities are ever matched; beyond this the fingerprints are made again.
_MOST_KEPT = 100_000


class ListedEntities:
    """Looks entities up where they lie: a version is in the order of list id and entity id."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._fingerprints: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def place(self, list_id: str, entity_id: str) -> int | None:
        """The position of an entity, or None where this version does not have it."""
        wanted = (list_id, entity_id)
        found = bisect_left(range(len(self._published)), wanted, key=self._published.key)
        is_there = found < len(self._published) and self._published.key(found) == wanted
        return found if is_there else None

    def find(self, list_id: str, entity_id: str) -> ListedEntity | None:
        """The entity, or None where this version does not have it."""
        place = self.place(list_id, entity_id)
        return None if place is None else self._published.entity(place)

    def fingerprint(self, list_id: str, entity_id: str) -> str:
        """The fingerprint of an entity of this version; empty where it has none."""
        key = (list_id, entity_id)
        known = self._fingerprints.get(key)
        if known is None:
            entity = self.find(list_id, entity_id)
            known = "" if entity is None else entity_fingerprint(entity)
            with self._lock:
                if len(self._fingerprints) >= _MOST_KEPT:
                    self._fingerprints.clear()
                self._fingerprints[key] = known
        return known
