"""`cordon validate`: the command, its progress and what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli_options import DatesOption, HomeOption, JsonOption, MapOption, RegionOption, print_json
from jobs.failures import ExitCode
from jobs.terminal import note, printable, progress

if TYPE_CHECKING:
    from jobs.validation.run import ValidateOptions
    from lists.home import Home


def validate(  # noqa: PLR0913, PLR0917 - one parameter an option
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Folder for the report; made if need be.", metavar="FOLDER"),
    ] = Path("validation"),
    lists: Annotated[
        list[str] | None,
        typer.Option("--list", help="Test with the names of this list alone; repeatable.", metavar="LIST"),
    ] = None,
    families: Annotated[
        list[str] | None,
        typer.Option(
            "--family", help="Make this family, or group of them, alone; repeatable.", metavar="NAME"
        ),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(
            min=1, max=2_000_000, help="How many records to make.", metavar="N", show_default="100000"
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed makes other records.", metavar="N")] = 20_260_101,
    thresholds: Annotated[
        str,
        typer.Option(help="The thresholds to draw recall and alerts against.", metavar="FROM:TO[:STEP]"),
    ] = "0.6:0.95",
    customers: Annotated[
        Path | None,
        typer.Option(help="Customers of yours who are on no list, as CSV or Parquet.", metavar="FILE"),
    ] = None,
    renames: MapOption = None,
    dates: DatesOption = None,
    against: Annotated[
        Path | None,
        typer.Option(
            help="Compare with another policy (a cordon.toml) or an earlier run (its validation.parquet).",
            metavar="FILE",
        ),
    ] = None,
    samples: Annotated[
        int, typer.Option(min=0, help="Most matches in each sample around the threshold.", metavar="N")
    ] = 50,
    processes: Annotated[int, typer.Option(min=1, help="Processes that share the work.", metavar="N")] = 2,
    as_json: JsonOption = False,
    region: RegionOption = None,
    home: HomeOption = None,
) -> int:
    """Prove that screening works: altered names of the lists, traps and customers of yours, in a report.

    Exits with 0 when every family reaches its mark, with 1 when one does not, with 2 for an error.
    """
    from engine.validation.records import SIZE  # noqa: PLC0415
    from engine.validation.thresholds import thresholds_of  # noqa: PLC0415
    from jobs.customers.columns import parse_renames  # noqa: PLC0415
    from jobs.customers.dates import DateOrder  # noqa: PLC0415
    from jobs.customers.reader import ReadOptions  # noqa: PLC0415
    from jobs.validation.run import ValidateOptions, is_earlier_run  # noqa: PLC0415
    from lists.home import Home  # noqa: PLC0415

    try:
        levels = thresholds_of(thresholds)
    except ValueError as error:
        raise typer.BadParameter(f"--thresholds {error}") from None
    if is_earlier_run(against) and (size is not None or lists or families):
        raise typer.BadParameter(
            "--size, --list and --family choose nothing: --against an earlier run takes that run's records"
        )
    options = ValidateOptions(
        lists=tuple(lists or ()),
        families=tuple(families or ()),
        size=SIZE if size is None else size,
        seed=seed,
        thresholds=levels,
        customers=customers,
        reading=ReadOptions(parse_renames(renames or ()), DateOrder(dates) if dates else None),
        against=against,
        samples=samples,
        processes=processes,
    )
    return _validated(Home.locate(home).in_region(region), output, options, as_json=as_json)


def _validated(home: Home, output: Path, options: ValidateOptions, *, as_json: bool) -> int:
    from jobs.validation.content import below_their_mark, report_of  # noqa: PLC0415
    from jobs.validation.files import check_folder, write_files  # noqa: PLC0415
    from jobs.validation.proof import record  # noqa: PLC0415
    from jobs.validation.run import validate as run  # noqa: PLC0415
    from jobs.validation.summary import names_customers, said, summary_of  # noqa: PLC0415

    check_folder(output)
    with progress("validating") as advance:
        found = run(home, options, advance)
        advance(None, "writing the report")
        report = report_of(found)
        files = write_files(output, report, found)
    record(home, report, files)
    if as_json:
        print_json(summary_of(report, files))
    else:
        for line in said(report):
            print(printable(line))  # noqa: T201
        print(printable(f"report: {output / 'validation.html'}"))  # noqa: T201
        if names_customers(report):
            note("the report may name customers; keep it as you keep their data")
    return ExitCode.ALERT if below_their_mark(report) else ExitCode.OK
