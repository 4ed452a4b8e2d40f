"""The history that the Swiss list keeps with each target, and what it says of its being listed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from lists.dates import iso_day
from lists.xml_stream import Node

_DELISTED = "de-listed"
_TYPES = ("listed", "amended", _DELISTED)


@dataclass(frozen=True)
class History:
    """The days and types of a target's modifications, in the order of the file."""

    modifications: tuple[tuple[dt.date | None, str], ...]

    @classmethod
    def of(cls, target: Node, not_understood: Counter[str]) -> History:
        """The history of a target; what each modification added and removed is left out."""
        modifications = []
        for node in target.each("modification"):
            node.skip("added", "removed")
            days = [node.attribute(f"{day}-date") for day in ("effective", "publication", "enactment")]
            kind = node.attribute("modification-type") or ""
            if kind not in _TYPES:
                not_understood[f"modification of the type {kind!r}"] += 1
            modifications.append((next(filter(None, map(iso_day, days)), None), kind))
        return cls(tuple(modifications))

    def is_delisted(self, on: dt.date | None) -> bool:
        """Whether the newest modification in force on that day takes the target off the list.

        Of several of one day the first counts, since the file has the newest first. One that is not in force
        yet changes nothing, unless there is no other.
        """
        in_force = [part for part in self.modifications if not (on and part[0] and part[0] > on)]
        newest = max(in_force or self.modifications, key=lambda part: part[0] or dt.date.min, default=None)
        return newest is not None and newest[1] == _DELISTED

    @property
    def listed_on(self) -> dt.date | None:
        return min((day for day, kind in self.modifications if day and kind == "listed"), default=None)

    @property
    def updated_on(self) -> dt.date | None:
        return max((day for day, _ in self.modifications if day), default=None)
