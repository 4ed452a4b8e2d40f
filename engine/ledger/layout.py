"""Where a region keeps its ledger. Everything of a region's customers is inside its folder, nothing outside.

ledger.json                            which ledger this is
keys/                                  what the personal fields are encrypted with, see `engine.privacy.keys`
journal/DATE/WRITER.ndjson             events as they are appended; one file a writer and a UTC day
journal/heads/WRITER.head              the last event each writer has acknowledged
events/date=DATE/journal.parquet       the events of a day that is over, sealed
screenings/date=DATE/BATCH-PART.parquet    one row a customer of a batch
matches/date=DATE/BATCH-PART.parquet       one row a match of a batch
derived/                               may be deleted: it is made anew from the rest
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from engine.privacy.settings import DEFAULT_KEY, KeySettings
from lists.home import Home, HomeError

DEFAULT_REGION = "default"

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
WRITER = re.compile(r"w[1-9]\d*", re.ASCII)
EVENT_ID = re.compile(r"(w[1-9]\d*)-([1-9]\d*)", re.ASCII)


class LedgerError(HomeError):
    """The ledger cannot be written or read: a sentence that names the file and says what to do next."""


@dataclass(frozen=True)
class Region:
    """The folder of one region's customers. Nothing is created or read until it is needed."""

    path: Path
    region_id: str = DEFAULT_REGION
    key: KeySettings = DEFAULT_KEY
    previous_key: KeySettings | None = None

    @classmethod
    def of(cls, home: Home | Path | str | None = None) -> Region:
        """The region of a home that this process serves, or that the home means where it serves several.

        Raises `LedgerError` and `SettingsError`.
        """
        from engine.residency.regions import ledger_region  # noqa: PLC0415 - it imports this module

        return ledger_region(home)

    @property
    def identity(self) -> Path:
        return self.path / "ledger.json"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def journal(self) -> Path:
        return self.path / "journal"

    @property
    def heads(self) -> Path:
        return self.journal / "heads"

    @property
    def events(self) -> Path:
        return self.path / "events"

    @property
    def screenings(self) -> Path:
        return self.path / "screenings"

    @property
    def matches(self) -> Path:
        return self.path / "matches"

    @property
    def derived(self) -> Path:
        return self.path / "derived"

    @property
    def temporary(self) -> Path:
        """Where the libraries that compute put what does not fit into memory."""
        return self.derived / "temporary"

    def exists(self) -> bool:
        """Whether anything was ever recorded here."""
        return any(self.journal.glob("2*/w*.ndjson"))

    def head(self, writer: str) -> Path:
        return self.heads / f"{writer}.head"

    def journal_file(self, date: str, writer: str) -> Path:
        return self.journal / date / f"{writer}.ndjson"

    def journal_dates(self) -> list[str]:
        """The days that have a journal which is not sealed, oldest first."""
        return sorted(path.name for path in _children(self.journal) if DATE.fullmatch(path.name))

    def writers(self) -> list[str]:
        """The writers that have a head, in the order they were first needed."""
        names = (path.stem for path in _children(self.heads) if path.suffix == ".head")
        return sorted((name for name in names if WRITER.fullmatch(name)), key=lambda name: int(name[1:]))

    def sealed_files(self) -> list[Path]:
        """The sealed days, oldest first."""
        return sorted(self.events.glob("date=*/journal.parquet"))


def _children(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
