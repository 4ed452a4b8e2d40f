"""The residency report as tables, for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from jobs.terminal import console, printable

if TYPE_CHECKING:
    from engine.residency.register import RegionActivity, ResidencyReport, UsedTransfer
    from jobs.split import SplitSummary


def show_report(report: ResidencyReport) -> None:
    """The transfer register, then each region."""
    print(f"{report.first_day} to {report.last_day}, UTC, made {report.made_at}\n")  # noqa: T201
    print("transfers")  # noqa: T201
    if report.transfers:
        _print(
            "transfer basis from to purpose approved_by holds customers crossings state".split(),
            map(_transfer, report.transfers),
        )
    else:
        print("  none: nothing may cross, and nothing did")  # noqa: T201
    print("\nregions")  # noqa: T201
    _print(
        "region where screenings alerts single batches rescreenings processes last".split(),
        map(_region, report.regions),
    )
    chosen = [(region.region, each) for region in report.regions for each in region.rules]
    if chosen:
        print("\nwhy they were screened there")  # noqa: T201
        _print(
            "region rule from basis screenings".split(),
            (
                (region, each.rule, each.origin or "", each.basis or "", f"{each.screenings:,}")
                for region, each in chosen
            ),
        )


def show_split(summary: SplitSummary) -> None:
    """What was copied for each region, and what allowed it to be copied here."""
    _print(
        "region rows file allowed_by".split(),
        (
            (
                each.region,
                f"{each.rows:,}",
                each.file,
                f"{each.basis_kind} ({each.basis}, until {each.until})" if each.basis else "served here",
            )
            for each in summary.regions
        ),
    )


def _transfer(each: UsedTransfer) -> Sequence[str]:
    return (
        each.transfer,
        each.basis,
        each.origin,
        each.to,
        each.purpose,
        each.approved_by,
        f"{each.since} to {each.until}",
        f"ask {each.to}" if each.customers is None else f"{each.customers:,}",
        "" if each.crossings is None else f"{each.crossings:,}",
        each.state,
    )


def _region(each: RegionActivity) -> Sequence[str]:
    if not each.is_served:
        return (each.region, f"elsewhere: {each.address or 'no address given'}", *[""] * 7)
    return (
        each.region,
        each.home or "",
        f"{each.screenings:,}",
        f"{each.alerts:,}",
        f"{each.single:,}",
        f"{each.batches:,}",
        f"{each.rescreenings:,}",
        f"{each.processes:,}",
        each.last_at or "",
    )


def _print(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    made = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        made.add_column(heading.replace("_", " "), overflow="fold")
    for row in rows:
        made.add_row(*map(printable, row))
    console().print(made)
