"""What the commands on the ledger print for a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from jobs.render import table
from jobs.terminal import console, printable

if TYPE_CHECKING:
    from engine.ledger.as_of import Replay
    from engine.ledger.matches import KnownMatch


def show_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table of anything; numbers are set right."""
    values = [list(row) for row in rows]
    numbers = {
        column
        for place, column in enumerate(columns)
        if all(isinstance(row[place], int | float | None) for row in values)
    }
    console().print(table(columns, [[_shown(value) for value in row] for row in values], numbers))


def show_matches(found: Sequence[KnownMatch]) -> None:
    """A table of the matches, and below it what changed of those that were reopened."""
    rows = [
        (
            each.match_id,
            printable(each.subject_id or ""),
            printable(each.subject_name or ("(damaged)" if each.unreadable else "(erased)")),
            f"{each.score:.2f}",
            each.list_id,
            printable(each.entity_id),
            printable(each.matched_name),
            _state(each),
            f"{each.first_seen_at:%Y-%m-%d}",
            each.last_event or "",
        )
        for each in found
    ]
    headings = (
        "match",
        "customer",
        "name",
        "score",
        "list",
        "entity",
        "matched name",
        "state",
        "since",
        "last event",
    )
    out = console()
    out.print(table(headings, rows, numbers={"score"}))
    for each in found:
        if each.state == "reopened":
            why = (each.reason or "").replace("_", " ")
            out.print(Text(f"\n{each.match_id} was reopened: {why}"))
            for change in each.changes:
                out.print(Text(f"  {printable(_change(change))}"))


def show_replay(done: Replay) -> None:
    """What was answered, what is answered now, and the sentence on both."""
    out = console()
    out.print(Text(f"{done.event_id} of {done.recorded_at[:19]} UTC: {printable(done.explanation)}"))
    out.print(Text(f"watchlist {done.watchlist_version}, model {done.model_version}"))
    now = dict.fromkeys(done.repeated or ())
    rows = []
    for match in dict.fromkeys((*done.recorded, *now)):
        list_id, entity_id, score = match
        then = "recorded" if match in done.recorded else ""
        again = "" if done.repeated is None else "repeated" if match in now else "not repeated"
        rows.append((f"{score:.4f}", list_id, printable(entity_id), then, again))
    if rows:
        out.print(table(("score", "list", "entity", "then", "now"), rows, numbers={"score"}))


def _state(each: KnownMatch) -> str:
    words = each.state.replace("_", " ")
    if each.proposed_outcome:
        return f"{words}: {each.proposed_outcome.replace('_', ' ')}, by {printable(each.actor or '')}"
    return words


def _change(change: dict[str, Any]) -> str:
    old, new = (", ".join(map(_shown, change[side])) or "nothing" for side in ("old", "new"))
    whose = "the customer's" if change["record"] == "customer" else "the listed"
    return f"{whose} {change['field'].replace('_', ' ')}: {old} -> {new}"


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return printable(value)
        case bool() | list() | dict():
            return printable(json.dumps(value, ensure_ascii=False))
    return str(value)
