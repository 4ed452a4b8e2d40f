"""What the commands on lists print for a person: loads, refreshes, status, history and differences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from jobs.render import ALERT_STYLE, CLEAR_STYLE, QUIET_STYLE, Row, table
from jobs.terminal import console, printable

if TYPE_CHECKING:
    from jobs.load import LoadReport
    from jobs.refresh_list import RefreshResult
    from jobs.status import ListStatus
    from lists.delta import Changes, FieldChange
    from lists.model import ListedEntity
    from lists.store import Snapshot

_DAY_HOURS = 24
_CONTEXT_WORDS = 4


def show_load(report: LoadReport) -> None:
    """What a load changed, in one line, and which version is in use."""
    out = console()
    out.print(_line(report, is_new=report.is_new))
    out.print(f"watchlist in use: {report.version}")


def show_refresh(results: Sequence[RefreshResult]) -> None:
    """A line for each list that was refreshed, and which version is in use. Failures are told elsewhere."""
    out = console()
    for result in results:
        if result.error is None:
            out.print(_line(result, is_new=result.outcome == "updated"))
    for version in sorted({result.version for result in results if result.version}):
        out.print(f"watchlist in use: {version}")


def _line(report: LoadReport | RefreshResult, *, is_new: bool) -> str:
    date = f" of {report.published_on}" if report.published_on else ""
    counts = f"{report.entities or 0:,} entities, {report.names or 0:,} names"
    change = "the same content as before, nothing changed"
    if is_new:
        change = f"{report.added:,} added, {report.removed:,} removed, {report.changed:,} changed"
    return f"{report.list_id}{date}: {counts}; {change}"


def show_status(statuses: Sequence[ListStatus]) -> None:
    """One row a list: its dates, its size, and whether a *clear* may rely on it; then what went wrong."""
    rows = [
        (
            status.list_id,
            str(status.published_on or ""),
            _moment(status.fetched_at),
            "" if status.age_hours is None else _age(status.age_hours),
            f"{status.entities:,}",
            f"{status.names:,}",
            "" if status.not_understood is None else f"{sum(status.not_understood.values()):,}",
            _moment(status.next_refresh_at),
            _state(status),
        )
        for status in statuses
    ]
    headings = ("list", "published", "fetched", "age", "entities", "names", "unread", "next refresh", "state")
    out = console()
    out.print(table(headings, rows, numbers={"age", "entities", "names", "unread"}))
    for version in sorted({status.version for status in statuses if status.version}):
        out.print(f"watchlist in use: {version}")
    for status in statuses:
        if status.is_failing:
            at = Text(f"{status.list_id}: refresh failed at {_moment(status.failed_at)} UTC: ", ALERT_STYLE)
            out.print(at + Text(printable(status.last_error or "")))


def _state(status: ListStatus) -> Text:
    if status.snapshot_id is None:
        return Text("never loaded", style=ALERT_STYLE)
    if status.unpublished_snapshot_id is not None:
        return Text("newer one not in use yet: refresh or load it again", style=ALERT_STYLE)
    if status.is_stale:
        return Text("stale", style=ALERT_STYLE)
    if status.rescreen_lag_hours is not None:
        return Text(f"in use, rescreened after {_age(status.rescreen_lag_hours)}", style=CLEAR_STYLE)
    return Text("in use", style=CLEAR_STYLE)


def _moment(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _age(hours: float) -> str:
    return f"{hours:,.1f} h" if hours < 2 * _DAY_HOURS else f"{hours / _DAY_HOURS:,.1f} d"


def show_history(snapshots: Sequence[Snapshot]) -> None:
    """One row a snapshot, oldest first."""
    rows = [
        (
            str(snapshot.snapshot_id),
            snapshot.list_id,
            str(snapshot.published_on or ""),
            f"{_moment(snapshot.loaded_at)} UTC",
            f"{snapshot.entities:,}",
            f"{snapshot.names:,}",
        )
        for snapshot in snapshots
    ]
    headings = ("snapshot", "list", "published", "loaded", "entities", "names")
    console().print(table(headings, rows, numbers={"snapshot", "entities", "names"}))


def show_changes(changes: Changes) -> None:
    """One row for an entry that came or went, and one for each field of an entry that changed."""
    out = console()
    out.print(f"{changes.list_id}: from {_version(changes.old)} to {_version(changes.new)}")
    again = f" ({len(changes.re_entered):,} of them re-entered)" if changes.re_entered else ""
    out.print(
        f"{len(changes.added):,} added, {len(changes.removed):,} removed{again}, "
        f"{len(changes.changed):,} changed"
    )
    rows = list(_rows(changes))
    if rows:
        out.print()
        out.print(table(("change", "entity", "name", "field", "old", "new"), rows, numbers=set()))


def _version(snapshot: Snapshot) -> str:
    return f"snapshot {snapshot.snapshot_id} of {snapshot.published_on or f'{snapshot.loaded_at:%Y-%m-%d}'}"


def _rows(changes: Changes) -> Iterator[Row]:
    again = set(changes.re_entered)
    for entities, word, style in (
        (changes.removed, "removed", ALERT_STYLE),
        (changes.added, "added", CLEAR_STYLE),
    ):
        for entity in entities:
            shown = f"{word} (re-entered)" if entity.entity_id in again else word
            yield Text(shown, style=style), printable(entity.entity_id), _name(entity), "", "", ""
    for change in changes.changed:
        entry = ("changed", printable(change.new.entity_id), _name(change.new))
        for field in change.fields:
            yield *entry, field.field, *_shown(field)
            entry = ("", "", "")


def _name(entity: ListedEntity) -> str:
    return printable(entity.names[0].text)


def _shown(field: FieldChange) -> tuple[Text, Text]:
    """The two sides of a change; of two long texts only the words that differ."""
    old, new = ([printable(_value(value)) for value in values] for values in (field.old, field.new))
    if len(old) == len(new) == 1:
        old[0], new[0] = _words_apart(old[0], new[0])
    return _column(old), _column(new)


def _column(texts: Sequence[str]) -> Text:
    return Text("\n".join(texts)) if texts else Text("-", style=QUIET_STYLE)


def _words_apart(old: str, new: str) -> tuple[str, str]:
    before, after = old.split(" "), new.split(" ")
    shorter = min(len(before), len(after))
    head = next((place for place in range(shorter) if before[place] != after[place]), shorter)
    tail = next(
        (place for place in range(shorter - head) if before[-1 - place] != after[-1 - place]), shorter - head
    )
    return _excerpt(before, head, tail), _excerpt(after, head, tail)


def _excerpt(words: Sequence[str], head: int, tail: int) -> str:
    """The words but for those at both ends that are cut, except for a few that show where they are."""
    begin, end = max(0, head - _CONTEXT_WORDS), len(words) - max(0, tail - _CONTEXT_WORDS)
    return f"{'... ' if begin else ''}{' '.join(words[begin:end])}{' ...' if end < len(words) else ''}"


def _value(value: Any) -> str:
    """A value of a record as text: what stands for it first, the rest of it in brackets."""
    if not isinstance(value, Mapping):
        return str(value)
    main = next((key for key in ("text", "value", "name") if key in value), None)
    rest = ", ".join(f"{key} {part}" for key, part in value.items() if key != main)
    return f"{value[main]} ({rest})" if main and rest else str(value[main]) if main else rest
