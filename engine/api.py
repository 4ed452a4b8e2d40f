"""`screen()`: one call from a name to an answer, against the default home's watchlist."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.residency.regions import ENVIRONMENT_VARIABLE
from engine.screener import Screener
from engine.screening import Screening
from engine.subject import Subject
from lists.home import Home


def screen(name: str, *, home: Home | Path | str | None = None, **fields: Any) -> Screening:
    """Screen one subject, given by the fields of `Subject`; the watchlist stays open between calls.

    Raises WrongRegion for a subject of a region that this process does not serve, InvalidSubject for a
    malformed field and WatchlistNotReady when no watchlist is published.
    """
    subject = Subject.parse(name=name, **fields)
    return _screener(Home.locate(home)).screen(subject)


def _screener(home: Home) -> Screener:
    """The screener of a home's current version; a newly published one is in use from the next call on."""
    try:
        version = home.current.read_text(encoding="utf-8")
    except OSError:
        version = ""
    return _opened(home, version, os.environ.get(ENVIRONMENT_VARIABLE))


@lru_cache(maxsize=4)
def _opened(home: Home, version: str, _regions: str | None) -> Screener:
    return Screener.open(home)
