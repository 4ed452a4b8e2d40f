"""`cordon demo`: the project's own small lists and customers, all invented, from loading to alerts."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.padding import Padding
from rich.text import Text

from engine import Screener
from jobs.customers.reader import CustomerFile
from jobs.errors import InputError
from jobs.load import load_list
from jobs.render import ALERT_STYLE, QUIET_STYLE
from jobs.terminal import console, printable, progress
from lists.home import Home

if TYPE_CHECKING:
    from rich.console import Console

_CHECKOUT = Path(__file__).parents[1]
_INSTALLED = Path(__file__).parent / "demo_data"  # where the wheel puts the fixtures

# A customer on two lists is shown with both; beyond that a demonstration becomes a listing.
_MATCHES_SHOWN = 2
_INDENT = 7  # as wide as a score


def run_demo(place: Path) -> None:
    """Load the lists into a home at `place`, screen the customers, print the alerts and what to try next.

    What is loaded stays, so that a second run only reads it.
    """
    fixtures, home = _fixtures(), Home.locate(place)
    _claim(home)
    out = console()
    for list_id, path in _lists(fixtures).items():
        with progress(f"loading {list_id}"):
            report = load_list(home, list_id, path, accept=True)  # they are short
        out.print(f"{list_id}: {report.entities:,} invented entities, {report.names:,} names")
    customers = fixtures / "customers.csv"
    frame, matches = _screened(customers, Screener.open(home))
    out.print()
    _show_alerts(out, frame, matches)
    alerts = matches["row"].n_unique()
    out.print()
    out.print(f"{frame.height:,} customers: {alerts:,} alerts, {frame.height - alerts:,} clear")
    out.print()
    out.print("Try next:")
    for command in _commands(place, customers, matches):
        out.print(f"  {command}", soft_wrap=True)


def _claim(home: Home) -> None:
    """Mark a new home as the demonstration's. Raises `InputError` for one that has lists of its own."""
    mark = home.path / "DEMO"
    if home.lists.exists() and not mark.exists():
        raise InputError(
            f"{home.path} has lists of its own; give the demonstration a folder of its own: --home"
        )
    with home.writing():
        home.path.mkdir(parents=True, exist_ok=True)
        mark.write_text("The lists in this home are invented.\n", encoding="utf-8")


def _fixtures() -> Path:
    for folder in (_CHECKOUT / "fixtures", _INSTALLED):
        if (folder / "customers.csv").is_file():
            return folder
    raise InputError(f"the demonstration's data is missing in {_INSTALLED}; install Cordon again")


def _lists(fixtures: Path) -> dict[str, Path]:
    return {"us_ofac_sdn": fixtures / "us_ofac_sdn", "un_sc": fixtures / "un_sc" / "consolidated.xml"}


def _screened(customers: Path, screener: Screener) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The customers, and one row a match."""
    with CustomerFile(customers) as file, progress("screening customers"):
        frame = pl.concat([chunk.frame for chunk in file.chunks()])
        return frame, screener.screen_frame(frame)


def _show_alerts(out: Console, customers: pl.DataFrame, matches: pl.DataFrame) -> None:
    """Two lines an alert: who may be whom, and why."""
    out.print(
        Text("score  customer -> list, entity and name as published; below it the reasons", QUIET_STYLE)
    )
    for match in _best(matches):
        customer = f"{match['subject_id']} {customers['names'][match['row']][0]}"
        listed = f"{match['list_id']} {match['entity_id']} {match['matched_name']}"
        reasons = "; ".join(evidence["sentence"] for evidence in match["evidence"])
        score = Text(f"{match['score']:5.2f}", style=ALERT_STYLE)
        out.print(score, Text(f" {printable(customer)}", style="bold"), "->", printable(listed))
        out.print(Padding(Text(printable(reasons)), (0, 0, 0, _INDENT)))


def _best(matches: pl.DataFrame) -> Iterator[dict[str, Any]]:
    ordered = matches.sort("row", "score", descending=[False, True], maintain_order=True)
    yield from ordered.group_by("row", maintain_order=True).head(_MATCHES_SHOWN).iter_rows(named=True)


def _commands(home: Path, customers: Path, matches: pl.DataFrame) -> Iterator[str]:
    cordon, place = _how_it_was_called(), shlex.quote(str(home))
    name = shlex.quote(matches["subject_name"][0])
    yield f"{cordon} screen {name} --explain --home {place}"
    yield f"{cordon} batch {shlex.quote(_shortest(customers))} -o matches.csv --home {place}"
    yield f"{cordon} lists status --home {place}"


def _how_it_was_called() -> str:
    """The command as the reader can type it: by its name if the shell finds that, else by its path."""
    called, found = Path(sys.argv[0]).absolute(), shutil.which("cordon")
    return "cordon" if found and Path(found).absolute() == called else shlex.quote(_shortest(called))


def _shortest(path: Path) -> str:
    relative = os.path.relpath(path)
    return min(relative, str(path), key=len)
