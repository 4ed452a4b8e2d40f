"""The commands on the ledger: `cordon ledger verify`, `seal`, `sql` and `replay`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli_options import HomeOption, JsonOption, RegionOption, print_json
from jobs.failures import ExitCode
from jobs.notes import note_unreadable
from jobs.terminal import note, printable, progress
from jobs.wording import counted
from lists.home import Home

if TYPE_CHECKING:
    from engine.ledger.verification import Verification

ledger_app = typer.Typer(
    help="Verify, seal and query the record of every screening, decision and job.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@ledger_app.command("verify", epilog="\b\nExamples:\n  cordon ledger verify\n  cordon ledger verify --json")
def ledger_verify(as_json: JsonOption = False, region: RegionOption = None, home: HomeOption = None) -> int:
    """Read the whole ledger and name the first edit, gap, reordering, truncation or missing file.

    Exits with 0 when all is as it was written, with 1 when something is not, with 2 for an error. Keep the
    digest it prints where nobody who may write the ledger can change it.
    """
    from engine.ledger.verification import verify  # noqa: PLC0415

    with progress("verifying") as advance:
        advance(None, "reading every event and sealed file")
        found = verify(Home.locate(home).in_region(region))
    for finding in found.notes:
        note(str(finding))
    if as_json:
        print_json(_verification(found))
    else:
        read = f"{counted(found.events, 'event')} of {counted(found.writers, 'writer')}"
        files = counted(found.sealed_files, "sealed file")
        if found.is_sound:
            print(f"sound: {read}, {files}; digest {found.digest}")  # noqa: T201
        for finding in found.findings:
            print(printable(str(finding)))  # noqa: T201
    return ExitCode.OK if found.is_sound else ExitCode.ALERT


def _verification(found: Verification) -> dict[str, Any]:
    def shown(findings: list[Any]) -> list[dict[str, Any]]:
        return [{"file": each.file, "line": each.line, "problem": each.problem} for each in findings]

    return {
        "is_sound": found.is_sound,
        "events": found.events,
        "writers": found.writers,
        "sealed_files": found.sealed_files,
        "digest": found.digest,
        "findings": shown(found.findings),
        "notes": shown(found.notes),
    }


@ledger_app.command("seal", epilog="\b\nExample:\n  cordon ledger seal")
def ledger_seal(as_json: JsonOption = False, region: RegionOption = None, home: HomeOption = None) -> int:
    """Turn the journals of days that are over into Parquet, smaller and faster to query.

    `cordon run` does it every night.
    """
    from engine.ledger.layout import LedgerError, Region  # noqa: PLC0415
    from engine.ledger.sealing import seal  # noqa: PLC0415
    from engine.ledger.writer import writer_of  # noqa: PLC0415

    ledger = Region.of(Home.locate(home).in_region(region))
    if not ledger.exists():
        raise LedgerError(f"nothing was ever recorded in {ledger.path}; screen somebody first")
    with progress("sealing") as advance:
        days = []
        for day in seal(ledger, writer_of(ledger)):
            days.append(day)
            advance(None, day.date)
    if as_json:
        print_json([{"date": day.date, "file": day.file, "events": day.events} for day in days])
        return ExitCode.OK
    for day in days:
        print(f"{day.date}: {counted(day.events, 'event')} in {day.file}")  # noqa: T201
    if not days:
        note("no day is over that is not sealed")
    return ExitCode.OK


@ledger_app.command("replay", epilog="\b\nExample:\n  cordon ledger replay w1-12")
def ledger_replay(
    event: Annotated[str, typer.Argument(help="The event of a screening.", metavar="EVENT")],
    as_json: JsonOption = False,
    region: RegionOption = None,
    home: HomeOption = None,
) -> int:
    """Repeat a recorded screening with the watchlist of its day, and compare.

    Exits with 0 for the same answer, with 1 for another one or one that cannot be repeated; it says which
    version is missing.
    """
    from dataclasses import asdict  # noqa: PLC0415

    from engine.ledger.as_of import replay  # noqa: PLC0415

    done = replay(event, Home.locate(home).in_region(region))
    if as_json:
        print_json(asdict(done))
    else:
        from jobs.ledger_render import show_replay  # noqa: PLC0415

        show_replay(done)
    return ExitCode.OK if done.same else ExitCode.ALERT


@ledger_app.command(
    "sql",
    epilog="\b\nExamples:\n  cordon ledger sql \"select * from alerts where state = 'open'\"\n"
    '  cordon ledger sql "select outcome, count(*) from screenings group by all" --json',
)
def ledger_sql(
    query: Annotated[str, typer.Argument(help="One SELECT, see docs/ledger.md.", metavar="SQL")],
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    region: RegionOption = None,
    home: HomeOption = None,
) -> int:
    """Ask the ledger in SQL, as DuckDB has it. It only reads.

    The views are screenings, matches, match_states, decisions, alerts, jobs, list_changes and events. Exits
    with 3 where what is recorded of somebody cannot be read.
    """
    from engine.ledger.queries import ask  # noqa: PLC0415

    answer = ask(Home.locate(home).in_region(region), query)
    if as_json:
        print_json([dict(zip(answer.columns, row, strict=True)) for row in answer.plain_rows()])
    elif as_csv:
        from jobs.outputs import print_csv  # noqa: PLC0415

        print_csv(answer.columns, answer.plain_rows())
    else:
        from jobs.ledger_render import show_rows  # noqa: PLC0415

        show_rows(answer.columns, answer.plain_rows())
    note_unreadable(answer.unreadable)
    return ExitCode.INCOMPLETE if answer.unreadable else ExitCode.OK
