"""The matches that need nobody's attention, in one small file that a screening can look into.

Derived: `engine.ledger.decisions` writes it with each decision, and makes it anew from the journal.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import NamedTuple

from engine.ledger.layout import LedgerError, Region
from lists.durable import replace_file

FALSE_POSITIVE = "false_positive"
DELISTED = "delisted"
SETTLED = frozenset({FALSE_POSITIVE, DELISTED})

_FORMAT = 1


class Settled(NamedTuple):
    """A match that is decided as a false positive, or whose entity went off its list."""

    state: str
    event: str  # that settled it
    subject_fingerprint: str
    entity_fingerprint: str
    expires_at: str | None
    revision: int


class SettledMatches:
    """What is settled, read anew whenever the file has changed. Every method raises `LedgerError`."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._path = str(region.derived / "settled.json")
        self._read_at: tuple[int, int, int] | None = None
        self._matches: dict[str, Settled] = {}

    def get(self, match_id: str) -> Settled | None:
        return self.all().get(match_id)

    def all(self) -> dict[str, Settled]:
        """By match id."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - at every match: a fifth of the time of Path.stat
        except FileNotFoundError:
            from engine.ledger.decisions import settle_anew  # noqa: PLC0415 - only where it was deleted

            settle_anew(self._region)
            found = os.stat(self._path)  # noqa: PTH116
        state = (found.st_ino, found.st_mtime_ns, found.st_size)
        if state != self._read_at:
            self._matches = read(Path(self._path))
            self._read_at = state
        return self._matches


def reason_to_reopen(settled: Settled, subject: str, entity: str, now: dt.datetime) -> str | None:
    """Why a settled match needs attention again, or None: `subject` and `entity` are the fingerprints now."""
    if settled.state == DELISTED:
        return "listed_again"
    if settled.expires_at is not None and dt.datetime.fromisoformat(settled.expires_at) <= now:
        return "expired"
    changed = [
        word
        for word, before, after in (
            ("subject_changed", settled.subject_fingerprint, subject),
            ("entity_changed", settled.entity_fingerprint, entity),
        )
        if before != after
    ]
    return "_and_".join(changed) or None


def read(path: Path) -> dict[str, Settled]:
    """Raises `LedgerError`."""
    try:
        said = json.loads(path.read_bytes())
        if said["format"] == _FORMAT:
            return {key: Settled(*value) for key, value in said["matches"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LedgerError(f"{path} cannot be read; delete it: it is made anew from the journal") from error
    raise LedgerError(f"{path} is of another Cordon; delete it: it is made anew from the journal")


def write(path: Path, matches: dict[str, Settled]) -> None:
    """Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    said = {"format": _FORMAT, "matches": matches}
    replace_file(path, json.dumps(said, separators=(",", ":")).encode())
