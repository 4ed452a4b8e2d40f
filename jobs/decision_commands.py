"""The commands of an analyst: `cordon matches` and `cordon decide`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from jobs.cli_options import HomeOption, JsonOption, RegionOption, print_json
from jobs.failures import ExitCode
from jobs.notes import note_unreadable
from jobs.terminal import note, printable
from lists.home import Home

if TYPE_CHECKING:
    from engine.ledger.decisions import Decision
    from engine.ledger.matches import KnownMatch

_STATES = Literal[
    "open",
    "proposed",
    "needs_information",
    "escalated",
    "reopened",
    "false_positive",
    "true_match",
    "delisted",
]


def matches(  # noqa: PLR0913, PLR0917 - one parameter an option
    state: Annotated[
        _STATES | None, typer.Option(help="Only this state; default: all that are open.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    reopened: Annotated[bool, typer.Option("--reopened", help="Only those that were reopened.")] = False,
    list_id: Annotated[str | None, typer.Option("--list", help="Only of this list.", metavar="LIST")] = None,
    kind: Annotated[str | None, typer.Option(help="Only entities of this kind.", metavar="KIND")] = None,
    subject: Annotated[str | None, typer.Option(help="Only of this customer.", metavar="ID")] = None,
    score: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Only from this score on.", metavar="SCORE")
    ] = None,
    older: Annotated[
        float | None, typer.Option(help="Only first seen at least so many days ago.", metavar="DAYS")
    ] = None,
    newer: Annotated[
        float | None, typer.Option(help="Only first seen at most so many days ago.", metavar="DAYS")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, for a spreadsheet.")] = False,
    as_json: JsonOption = False,
    region: RegionOption = None,
    home: HomeOption = None,
) -> int:
    """List the matches that wait for a decision, those with the highest risk first.

    A match is one customer and one listed entity, however often it was seen. Exits with 3 where what is
    recorded of somebody cannot be read.
    """
    from dataclasses import asdict  # noqa: PLC0415

    from engine.ledger.matches import MatchFilter, matches  # noqa: PLC0415

    wanted = MatchFilter(
        state="reopened" if reopened else state,
        everything=everything,
        list_id=list_id,
        kind=kind,
        subject_id=subject,
        least_score=score,
        older_than=None if older is None else dt.timedelta(days=older),
        newer_than=None if newer is None else dt.timedelta(days=newer),
    )
    found = matches(wanted, Home.locate(home).in_region(region))
    if as_json:
        print_json([_plain(asdict(each)) for each in found])
    elif as_csv:
        _print_csv(found)
    elif found:
        from jobs.ledger_render import show_matches  # noqa: PLC0415

        show_matches(found)
    else:
        note("no match is open" if wanted == MatchFilter() else "no match is like that")
    unreadable = {each.subject_id or each.match_id: each.unreadable for each in found if each.unreadable}
    note_unreadable(unreadable)
    return ExitCode.INCOMPLETE if unreadable else ExitCode.OK


def decide(  # noqa: PLR0913, PLR0917 - one parameter an option
    match_id: Annotated[str, typer.Argument(help="The match, see cordon matches.", metavar="MATCH")],
    outcome: Annotated[
        Literal["true_match", "false_positive", "needs_information", "escalated", "approve", "reject"],
        typer.Argument(help="What it is; approve or reject what somebody else has proposed.", metavar="WHAT"),
    ],
    actor: Annotated[
        str | None, typer.Option(help="Who decides.", envvar="CORDON_ACTOR", metavar="NAME")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="A reason code, see docs/ledger.md.", metavar="CODE")
    ] = None,
    text: Annotated[str | None, typer.Option("--note", help="What you found out.", metavar="TEXT")] = None,
    seen: Annotated[
        str | None,
        typer.Option(
            help="The event that gave the match its state, to decide it again or approve it.", metavar="EVENT"
        ),
    ] = None,
    as_json: JsonOption = False,
    region: RegionOption = None,
    home: HomeOption = None,
) -> int:
    """Decide one match.

    With four eyes, which is the default, a true match or false positive is proposed until somebody else
    approves it. A false positive keeps this customer and this entity quiet until the record of either changes
    or a year is over.
    """
    from engine.ledger import decisions  # noqa: PLC0415

    who, place = actor or "", Home.locate(home).in_region(region)
    if outcome in {"approve", "reject"}:
        act = decisions.approve if outcome == "approve" else decisions.reject
        done = act(match_id, actor=who, seen=seen or "", note=text, home=place)
    else:
        done = decisions.decide(
            match_id, outcome, actor=who, reason=reason or "", note=text, seen=seen, home=place
        )
    if as_json:
        from dataclasses import asdict  # noqa: PLC0415

        print_json(_plain(asdict(done)))
    else:
        print(printable(_sentence(done)))  # noqa: T201
    return ExitCode.OK


def _sentence(done: Decision) -> str:
    state = done.state.replace("_", " ")
    if done.action == "propose":
        what = (done.outcome or "").replace("_", " ")
        return (
            f"{done.match_id}: {what}, proposed by {done.actor}; somebody else approves it: "
            f"cordon decide {done.match_id} approve --seen {done.event_id} --actor NAME"
        )
    until = f", until {done.expires_at[:10]} or until a record changes" if done.expires_at else ""
    return f"{done.match_id}: {state}, by {done.actor}{until} (event {done.event_id})"


def _print_csv(found: list[KnownMatch]) -> None:
    from jobs.outputs import print_csv  # noqa: PLC0415

    columns = (
        "match_id subject_id subject_name list_id entity_id kind matched_name score state first_seen_at "
        "last_seen_at times_seen last_event reason actor proposed_outcome "
        "unreadable"
    ).split()
    rows = [[_plain(getattr(each, column)) for column in columns] for each in found]
    print_csv(columns, rows)


def _plain(value: Any) -> Any:
    match value:
        case dt.datetime():
            return f"{value.isoformat()}Z"
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case tuple() | list():
            return [_plain(part) for part in value]
    return value
