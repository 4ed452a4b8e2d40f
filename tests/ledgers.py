"""Homes with a small watchlist and a ledger, and ways to look at and into it, for the tests of the ledger."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT
from watchlists import WATCHLIST, publish_in

from engine import Screener
from engine.ledger import connect
from engine.ledger import writer as writers
from engine.ledger.layout import Region
from engine.ledger.writer import release_writers
from lists.home import Home
from lists.model import ListedEntity

LISTED = "Orlan Dvessik"


def home_in(folder: Path, settings: str = "", entities: Sequence[ListedEntity] = WATCHLIST) -> Home:
    """A home with a published watchlist; `settings` is its `cordon.toml`."""
    home = Home.locate(folder / "home")
    home.path.mkdir()
    if settings:
        home.config.write_text(settings, encoding="utf-8")
    publish_in(home, entities)
    return home


def ask(home: Home, query: str) -> list[tuple[Any, ...]]:
    connection = connect(home)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def events(home: Home) -> list[dict[str, Any]]:
    """Every event of a home in the journal, by writer."""
    files = sorted(Region.of(home).journal.glob("2*/w*.ndjson"))
    return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]


def screen(home: Home, name: str = LISTED, **fields: object) -> Any:
    from engine import Subject  # noqa: PLC0415

    return Screener.open(home).screen(Subject.parse(name=name, **fields))


def forget() -> None:
    """As if this process had ended: the next event begins as in a new one."""
    release_writers()


def set_clock(patch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    """Have this process's writers think that it is another time."""

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return now

    patch.setattr(writers.dt, "datetime", Clock)


def run_python(program: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """A process of its own that can import what the tests do."""
    path = os.pathsep.join([str(PROJECT), str(PROJECT / "tests")])
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
