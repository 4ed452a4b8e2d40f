"""What `cordon rescreen` does beside the work: progress, signals, and the report."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType

from rich.table import Table

from engine.residency.regions import regions_of
from jobs.cli_options import print_json
from jobs.notes import note_other_regions
from jobs.render import QUIET_STYLE
from jobs.rescreen import Mode, RescreenReport, rescreen
from jobs.terminal import console, note, printable, progress
from jobs.wording import counted
from lists.home import Home

_MINUTE, _HOUR = 60, 3_600


def run_rescreen(home: Home, *, full: bool, as_json: bool) -> None:
    """Rescreen each region that is served, with a progress bar; SIGTERM ends it soon."""
    regions = regions_of(home)
    regions.check_served()
    reports = [
        _rescreened(home.in_region(region) if regions.is_declared else home, full=full)
        for region in regions.served
    ]
    if as_json:
        print_json([asdict(report) for report in reports] if len(reports) > 1 else asdict(reports[0]))
    for report in reports:
        _note(report)
        if not as_json:
            _show(report, with_region=len(reports) > 1)


def _rescreened(home: Home, *, full: bool) -> RescreenReport:
    title = f"rescreening {home.region}" if home.region else "rescreening"
    with _stopped_by_sigterm() as stop, progress(title) as advance:
        return rescreen(
            home,
            Mode.FULL if full else Mode.CHANGES,
            stop=stop,
            on_progress=lambda share, read, left: advance(share, f"{read:,} customers{_left(left)}"),
        )


def _note(report: RescreenReport) -> None:
    for sentence in report.notes:
        note(sentence)
    note_other_regions(report.other_regions)
    if rejected := report.rejected - sum(report.other_regions.values()):
        note(f"{counted(rejected, 'row')} could not be screened; the reasons are in {report.rejected_file}")


@contextmanager
def _stopped_by_sigterm() -> Iterator[threading.Event]:
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def tell(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = signal.signal(signal.SIGTERM, tell)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before)


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < _MINUTE:
        return f", about {max(1, round(seconds))} s left"
    if seconds < _HOUR:
        return f", about {round(seconds / _MINUTE)} min left"
    return f", about {seconds / _HOUR:.1f} h left"


def _show(report: RescreenReport, *, with_region: bool) -> None:
    against = {
        Mode.FULL: "everybody against the whole list",
        Mode.CHANGES: "changed customers against the whole list, all others against what changed",
        Mode.LIST: "everybody against what changed of the lists",
    }[Mode(report.mode)]
    changed = (
        ""
        if report.changed_entities is None
        else f"; {counted(report.changed_entities, 'changed entry', 'changed entries')}"
    )
    speed = f"{report.elapsed_seconds:,.1f} s, {report.customers_per_second:,.0f} customers/s"
    rows = [
        *([("region", report.region, "")] if with_region else []),
        ("customers", report.customers, f"{against}{changed}"),
        ("rejected", report.rejected, ""),
        ("alerts", report.alerts, f"against watchlist {report.watchlist_version}; {speed}"),
        ("new", report.new_matches, "matches never seen before: cordon matches"),
        ("reopened", report.reopened_matches, "matches, since a record changed: cordon matches --reopened"),
        ("closed", report.closed_matches, "matches, since their entity went off its list"),
    ]
    made = Table(box=None, show_header=False, pad_edge=False)
    for style, justify in (("", "left"), ("", "right"), (QUIET_STYLE, "left")):
        made.add_column(style=style, justify=justify)  # type: ignore[arg-type]
    for name, count, what in rows:
        made.add_row(name, count if isinstance(count, str) else f"{count:,}", printable(what))
    console().print(made)
