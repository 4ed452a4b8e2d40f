"""The command `cordon`. Heavy imports wait inside the commands: a person waits for every one of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli_options import DatesOption, HomeOption, JsonOption, MapOption, RegionOption, print_json
from jobs.decision_commands import decide, matches
from jobs.failures import ExitCode, run
from jobs.key_commands import keys_app
from jobs.ledger_commands import ledger_app
from jobs.lists_commands import lists_app
from jobs.notes import note_region, note_stale
from jobs.privacy_commands import erase, export, hold, release, retention_app
from jobs.residency_commands import residency_app
from jobs.terminal import note
from jobs.validation.command import validate

if TYPE_CHECKING:
    from engine import Screener, Subject

app = typer.Typer(
    name="cordon",
    help="Screen customers against sanctions lists, with a reason for every score.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help starts in half the time
    add_completion=False,
)
app.add_typer(
    ledger_app, name="ledger", epilog='\b\nExamples:\n  cordon ledger verify\n  cordon ledger sql "from jobs"'
)
app.add_typer(keys_app, name="keys", epilog="\b\nExamples:\n  cordon keys status\n  cordon keys rotate")
app.add_typer(lists_app, name="lists", epilog="\b\nExamples:\n  cordon lists refresh\n  cordon lists status")

app.add_typer(
    residency_app,
    name="residency",
    epilog="\b\nExamples:\n  cordon residency report --from 2026-01-01\n  cordon residency explain FR",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The entry point: runs one command and returns its exit code."""
    return run(app, sys.argv[1:] if arguments is None else arguments)


ThresholdOption = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        max=1.0,
        help="Score from 0 to 1 from which a match counts; default: the home's own.",
        show_default=False,
        metavar="SCORE",
    ),
]


def _print_version(value: bool) -> None:
    if value:
        from importlib.metadata import version  # noqa: PLC0415

        print(f"cordon {version('cordon')}")  # noqa: T201
        raise typer.Exit


@app.callback(epilog='\b\nExamples:\n  cordon demo\n  cordon screen "Arkady Tregubovsky" --birth-date 1968')
def root(
    version: Annotated[  # its callback does all
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
    debug: Annotated[  # see jobs.failures, which takes it wherever it stands
        bool, typer.Option("--debug", help="Show the traceback of an internal error; may stand anywhere.")
    ] = False,
) -> None:
    """Screen customers against sanctions lists, with a reason for every score."""


@app.command(
    epilog='\b\nExamples:\n  cordon screen "Arkady Tregubovsky" --birth-date 1968 --country RU\n'
    '  cordon screen "MV Example" --kind vessel --id imo:9074729 --json\n'
    '  cordon screen "Arkady Tregubovsky" --explain\n'
    '  cordon screen "Arkady Tregubov" --why-not us_ofac_sdn:90001'
)
def screen(  # noqa: PLR0913, PLR0917 - one parameter an option
    name: Annotated[str, typer.Argument(help="The name, in any script and order.", metavar="NAME")],
    also: Annotated[
        list[str] | None, typer.Option(help="Another name of the same party; repeatable.", metavar="NAME")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(help="person, company, organization, vessel, aircraft or unknown.", metavar="KIND"),
    ] = None,
    birth_date: Annotated[
        str | None, typer.Option(help="YYYY, YYYY-MM or YYYY-MM-DD.", metavar="DATE")
    ] = None,
    gender: Annotated[str | None, typer.Option(help="male, female or other.", metavar="GENDER")] = None,
    country: Annotated[
        list[str] | None,
        typer.Option(help="Nationality or another tie, by name or ISO code; repeatable.", metavar="COUNTRY"),
    ] = None,
    identifier: Annotated[
        list[str] | None,
        typer.Option(
            "--id", help="A number, as passport:N123 or passport:N123:SY; repeatable.", metavar="TYPE:VALUE"
        ),
    ] = None,
    address: Annotated[
        list[str] | None, typer.Option(help="An address as one text; repeatable.", metavar="ADDRESS")
    ] = None,
    residency: Annotated[
        str | None,
        typer.Option(
            help="Where the party lives, by name or ISO code; it picks the region.", metavar="COUNTRY"
        ),
    ] = None,
    segment: Annotated[
        str | None,
        typer.Option(help="The customers whose policy applies, one that cordon.toml knows.", metavar="NAME"),
    ] = None,
    threshold: ThresholdOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Most matches to show.", metavar="N")] = 10,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            help="Use the watchlist of that day (its end, UTC) or time; nothing is recorded.",
            metavar="DATE",
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Show both names word by word, and what each reason adds to the score."
        ),
    ] = False,
    why_not: Annotated[
        str | None,
        typer.Option(
            "--why-not",
            help="Say instead why an entity of the lists does not alert, by its id or LIST:ID.",
            metavar="ENTITY_ID",
        ),
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> int:
    """Screen one name. Exits with 0 for clear, 1 for an alert, 2 for an error."""
    from engine.screener import Screener  # noqa: PLC0415
    from jobs.subject_options import SubjectOptions, subject_from  # noqa: PLC0415

    subject = subject_from(
        SubjectOptions(
            names=(name, *(also or ())),
            kind=kind,
            birth_date=birth_date,
            gender=gender,
            countries=tuple(country or ()),
            identifiers=tuple(identifier or ()),
            addresses=tuple(address or ()),
            residency=residency,
            segment=segment,
        )
    )
    if why_not is not None:
        return _why_not(Screener.open(home), subject, why_not, threshold, as_json=as_json)
    if as_of is None:
        screening = Screener.open(home).screen(subject, threshold=threshold, limit=limit)
    else:
        from jobs.subject_options import screen_as_of  # noqa: PLC0415

        screening = screen_as_of(home, subject, as_of, threshold, limit)
        note(f"against the watchlist {screening.watchlist_version}; this answer is not recorded")
    for sentence in screening.notes:
        note(sentence)
    note_region(screening.receipt)
    note_stale(screening.stale_lists)
    if as_json:
        print_json(screening.model_dump(mode="json"))
    else:
        from jobs.render import show_screening  # noqa: PLC0415

        show_screening(screening, subject.names, explain=explain)
    return ExitCode.OK if screening.outcome == "clear" else ExitCode.ALERT


@app.command(
    epilog="\b\nExamples:\n  cordon batch customers.csv -o matches.parquet\n"
    "  cordon batch customers.csv -o matches.csv --map full_name=name --map dob=birth_date --dates dmy\n"
    "  cordon batch customers.csv --split-by-region by-region"
)
def batch(  # noqa: PLR0913, PLR0917 - one parameter an option
    file: Annotated[Path, typer.Argument(help="Customers, as CSV or Parquet.", metavar="FILE")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Matches, one a row, as .parquet or .csv; OUT.rejected.csv beside it.",
            metavar="OUT",
        ),
    ] = None,
    split: Annotated[
        Path | None,
        typer.Option(
            "--split-by-region",
            help="Screen nobody: copy the rows of each region into a file of its own in this folder.",
            metavar="DIR",
        ),
    ] = None,
    renames: MapOption = None,
    dates: DatesOption = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="Encoding of a CSV file, if it is not found out by itself.", metavar="NAME"),
    ] = None,
    threshold: ThresholdOption = None,
    allow_rejected: Annotated[
        bool, typer.Option("--allow-rejected", help="Exit with 0 even if rows were rejected.")
    ] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> int:
    """Screen a file of customers, or split it by region.

    Exits with 0, with 3 when rows were rejected, with 2 for an error.
    """
    from jobs.batch import BatchOptions  # noqa: PLC0415
    from jobs.batch_command import screen_file, split_file  # noqa: PLC0415
    from jobs.customers.columns import parse_renames  # noqa: PLC0415
    from jobs.customers.dates import DateOrder  # noqa: PLC0415
    from jobs.customers.reader import ReadOptions  # noqa: PLC0415
    from lists.home import Home  # noqa: PLC0415

    reading = ReadOptions(parse_renames(renames or ()), DateOrder(dates) if dates else None, encoding)
    if split is not None:
        if output is not None or threshold is not None:
            raise typer.BadParameter(
                "--split-by-region screens nobody; it takes no --output and no --threshold"
            )
        rejected = split_file(Home.locate(home), file, split, reading, as_json=as_json)
    elif output is None:
        raise typer.BadParameter("say with '--output' where the matches go")
    else:
        options = BatchOptions(reading, threshold)
        rejected = screen_file(Home.locate(home), file, output, options, as_json=as_json)
    return ExitCode.INCOMPLETE if rejected and not allow_rejected else ExitCode.OK


app.add_typer(
    retention_app,
    name="retention",
    epilog="\b\nExamples:\n  cordon retention show\n  cordon retention apply",
)
app.command(epilog="\b\nExample:\n  cordon erase C1001 --actor alice --reason 'request 2026-17'")(erase)
app.command(epilog="\b\nExample:\n  cordon hold C1001 --actor alice --reason 'case 4711'")(hold)
app.command(epilog="\b\nExample:\n  cordon release C1001 --actor alice --reason 'case 4711 closed'")(release)
app.command(epilog="\b\nExamples:\n  cordon export C1001\n  cordon export C1001 --json > C1001.json")(export)
app.command(
    epilog="\b\nExamples:\n  cordon matches\n  cordon matches --list us_ofac_sdn --score 0.9 --csv > open.csv"
)(matches)
app.command(
    epilog="\b\nExamples:\n  cordon decide m0123456789abcdef false_positive --reason different_birth_date "
    "--actor alice\n  cordon decide m0123456789abcdef approve --seen w1-7 --actor bob"
)(decide)


@app.command(epilog="\b\nExamples:\n  cordon rescreen\n  cordon rescreen --region eu --full --json")
def rescreen(
    full: Annotated[bool, typer.Option("--full", help="Everybody against the whole watchlist.")] = False,
    changes: Annotated[
        bool,
        typer.Option(
            "--changes",
            help="Changed customers against everything, all others against what changed; the default.",
        ),
    ] = False,
    region: RegionOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> int:
    """Rescreen the customers that cordon.toml names.

    Prints what is new: matches that were never seen before, that were reopened, and that a delisting closed.
    An interrupted run is taken up where it stopped.
    """
    from jobs.rescreen_command import run_rescreen  # noqa: PLC0415
    from lists.home import Home  # noqa: PLC0415

    if full and changes:
        raise typer.BadParameter("--full and --changes exclude each other")
    run_rescreen(Home.locate(home).in_region(region), full=full, as_json=as_json)
    return ExitCode.OK


app.command(
    epilog="\b\nExamples:\n  cordon validate -o validation-2026-q3\n"
    "  cordon validate --customers clean.csv --thresholds 0.6:0.95\n"
    "  cordon validate --against stricter.toml\n"
    "  cordon validate --against validation-2026-q2/validation.parquet"
)(validate)


@app.command("run", epilog="\b\nExample:\n  cordon run")
def run_jobs(home: HomeOption = None) -> int:
    """Keep the lists fresh, until SIGTERM or Ctrl-C.

    Refreshes each enabled list when it is due, in the foreground, with a line on stderr for each event.
    """
    from jobs.scheduler import run_until_stopped  # noqa: PLC0415
    from lists.home import Home  # noqa: PLC0415

    run_until_stopped(Home.locate(home))
    return ExitCode.OK


@app.command(epilog="\b\nExample:\n  cordon demo")
def demo(
    home: Annotated[
        Path,
        typer.Option(help="Home of the demonstration; your own home is not touched.", metavar="FOLDER"),
    ] = Path(".demo"),
) -> int:
    """Screen invented customers against invented lists.

    Loads two small lists, prints the alerts with their reasons, and ends with what to try next.
    """
    from jobs.demo import run_demo  # noqa: PLC0415

    run_demo(home)
    return ExitCode.OK


def _why_not(
    screener: Screener, subject: Subject, entity: str, threshold: float | None, *, as_json: bool
) -> int:
    list_id, colon, entity_id = entity.partition(":")
    if not colon or list_id not in screener.list_ids:
        list_id, entity_id = "", entity
    answers = screener.why_not(subject, entity_id, list_id=list_id or None, threshold=threshold)
    note_stale(screener.stale_lists)
    if as_json:
        print_json([answer.model_dump(mode="json") for answer in answers])
    else:
        from jobs.render import show_why_not  # noqa: PLC0415

        show_why_not(answers)
    return ExitCode.OK
