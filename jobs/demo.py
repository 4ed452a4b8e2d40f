"""`cordon demo`: the project's own small lists and customers, all invented, from loading to alerts."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from rich.table import Table

from engine import Screener
from jobs.customers.reader import CustomerFile
from jobs.errors import InputError
from jobs.load import load_list
from jobs.render import ALERT_STYLE
from jobs.terminal import console, printable, progress
from lists.home import Home

_CHECKOUT = Path(__file__).parents[1]
_INSTALLED = Path(__file__).parent / "demo_data"  # where the wheel puts the fixtures

# A customer on two lists is shown with both; beyond that a demonstration becomes a listing.
_MATCHES_SHOWN = 2


def run_demo(place: Path) -> None:
    """Load the lists into a home at `place`, screen the customers, print the alerts and what to try next.

    What is loaded stays, so that a second run only reads it.
    """
    fixtures, home = _fixtures(), Home.locate(place)
    out = console()
    for list_id, path in _lists(fixtures).items():
        with progress(f"loading {list_id}"):
            report = load_list(home, list_id, path)
        out.print(f"{list_id}: {report.entities:,} invented entities, {report.names:,} names")
    customers = fixtures / "customers.csv"
    frame, matches = _screened(customers, Screener.open(home))
    out.print()
    out.print(_alerts(frame, matches))
    alerts = matches["row"].n_unique()
    out.print()
    out.print(f"{frame.height:,} customers: {alerts:,} alerts, {frame.height - alerts:,} clear")
    out.print()
    out.print("Try next:")
    for command in _commands(place, customers, matches):
        out.print(f"  {command}", soft_wrap=True)


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


def _alerts(customers: pl.DataFrame, matches: pl.DataFrame) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 1, 0))
    table.add_column("customer", ratio=4, overflow="fold")
    table.add_column("score", justify="right", style=ALERT_STYLE, no_wrap=True)
    table.add_column("list", no_wrap=True)
    table.add_column("matched name", ratio=4, overflow="fold")
    table.add_column("reasons", ratio=8, overflow="fold")
    table.expand = True
    for match in _best(matches):
        name = customers["names"][match["row"]][0]
        reasons = "; ".join(evidence["sentence"] for evidence in match["evidence"])
        table.add_row(
            printable(f"{match['subject_id']} {name}"),
            f"{match['score']:.2f}",
            match["list_id"],
            printable(match["matched_name"]),
            printable(reasons),
        )
    return table


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
