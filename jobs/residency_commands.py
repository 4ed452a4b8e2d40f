"""The commands on residency: `cordon residency report` and `explain`."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli_options import HomeOption, JsonOption, print_json
from jobs.failures import ExitCode
from jobs.terminal import printable, progress
from lists.home import Home

if TYPE_CHECKING:
    from engine.residency.explanation import Explanation

residency_app = typer.Typer(
    help="Which region a customer belongs to, what was processed where, and the transfer register.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@residency_app.command(
    "report",
    epilog="\b\nExamples:\n  cordon residency report --from 2026-01-01 --to 2026-12-31\n"
    "  cordon residency report --from 2026-10-01 --json > register.json",
)
def residency_report(
    first: Annotated[
        str | None,
        typer.Option("--from", help="The first day, UTC; default: 1 January of this year.", metavar="DATE"),
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="The last day, UTC; default: today.", metavar="DATE")
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> int:
    """Print the transfer register, and what was processed in each region, from the ledger.

    Of regions that this process does not serve it knows only where to ask.
    """
    from engine.residency.regions import regions_of  # noqa: PLC0415
    from engine.residency.register import report  # noqa: PLC0415

    today = dt.datetime.now(dt.UTC).date()
    begin = _day("--from", first) if first else today.replace(month=1, day=1)
    end = _day("--to", last) if last else today
    if end < begin:
        raise typer.BadParameter("--to is before --from" if last else f"--from {begin} is after today")
    regions = regions_of(home)
    with progress("reading the ledgers") as advance:
        advance(None, ", ".join(regions.served))
        found = report(regions, begin, end)
    if as_json:
        print_json(asdict(found))
    else:
        from jobs.residency_render import show_report  # noqa: PLC0415

        show_report(found)
    return ExitCode.OK


@residency_app.command(
    "explain",
    epilog="\b\nExamples:\n  cordon residency explain FR\n  cordon residency explain none --json",
)
def residency_explain(
    country: Annotated[
        str,
        typer.Argument(
            help="A customer's residency, by name or ISO code; none for one that has none.", metavar="COUNTRY"
        ),
    ],
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> int:
    """Say which rule applies to a residency and why, and what this process does with such customers today."""
    from engine.residency.explanation import explain  # noqa: PLC0415
    from engine.residency.regions import regions_of  # noqa: PLC0415
    from jobs.customers.cells import read_country  # noqa: PLC0415

    code = None
    if country.strip().casefold() != "none":
        try:
            code = read_country(country)
        except ValueError as error:
            raise typer.BadParameter(f"COUNTRY {error}, or none") from None
    regions = regions_of(Home.locate(home))
    regions.check_served()
    found = explain(regions, code, dt.datetime.now(dt.UTC).date())
    if as_json:
        print_json(asdict(found))
    else:
        for line in _lines(found):
            print(printable(line))  # noqa: T201
    return ExitCode.OK


def _lines(found: Explanation) -> list[str]:
    who = f"{found.name} ({found.country})" if found.country else "no residency"
    where = f"region {found.region}" if found.region else "no region"
    lines = [f"{who}: {where}", f"  why: {found.why} ({found.rule})"]
    if found.address:
        lines.append(f"  address: {found.address}")
    for each in found.transfers:
        lines.append(
            f"  basis {each.transfer}: {each.basis}, for {each.purpose} in {each.to}, until {each.until}: "
            f"{each.state}"
        )
    return [*lines, f"  {found.here}"]


def _day(option: str, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{option} takes a day such as 2026-01-31") from None
