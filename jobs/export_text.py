"""All that is held about a customer, as a text that the person can read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jobs.terminal import printable
from jobs.wording import counted

_ERASED = "(erased: the key was destroyed)"


def export_text(found: dict[str, Any]) -> str:
    """The text of what `engine.privacy.export.export` gives."""
    return "\n".join(map(printable, _lines(found)))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"What is held about {found['subject']}"
    yield f"Region {found['region']}; given on {found['exported_at']}"
    yield ""
    yield f"You were screened {counted(len(found['screenings']), 'time')} against lists of sanctions."
    for each in found["screenings"]:
        yield ""
        yield f"{each['recorded_at']}  {each['outcome']}  (screening {each['screening_id']})"
        if each["screened_fields"] is not None:
            yield from _fields(each["screened_fields"])
    if found["matches"]:
        yield ""
        yield "Entries on those lists that your data was found to be like:"
    for each in found["matches"]:
        yield from _match(each)
    states = {each["match_id"]: each for each in found["states"]}
    for each in states.values():
        state = each["state"].replace("_", " ")
        yield f"  {each['list_id']} {each['entity_id']}: {state} since {each['state_since']}"
    if found["decisions"]:
        yield ""
        yield "What was decided on that:"
    for each in found["decisions"]:
        what = " ".join(filter(None, (each["action"], each["outcome"], each["reason"]))).replace("_", " ")
        yield f"  {each['recorded_at']}  {each['match_id']}: {what}"
        if each["note"]:
            yield f"    note: {each['note']}"
        for change in each["changes"] or ():
            yield f"    changed: {change['field']}, from {change['old']} to {change['new']}"
    yield from _kept(found)


def _fields(fields: dict[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        if name == "identifiers":
            shown = ", ".join(f"{each['type']} {each['value']}" for each in value)
        elif name == "birth_date" and isinstance(value, dict):
            shown = value.get("text") or "-".join(
                f"{value[part]:02}" for part in ("year", "month", "day") if value.get(part)
            )
        else:
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield f"    {name.replace('_', ' ')}: {shown}"


def _match(each: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield (
        f"{each['recorded_at']}  {each['list_id']} {each['entity_id']}, {each['matched_name']}: "
        f"score {each['score']}"
    )
    if each["screened_fields"] is None:
        yield f"    {_ERASED}"
        return
    yield from _fields(each["screened_fields"])
    for reason in each["evidence"] or ():
        yield f"    - {reason['sentence']}"


def _kept(found: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield "How long it is kept:"
    for each in found["retention"]:
        until = (
            f"until {each['kept_until']}, by {each['basis'] or each['rule']}"
            if each["rule"]
            else "by no rule"
        )
        gone = f"; erased from {each['erased_by_rule_from']} on" if each["erased_by_rule_from"] else ""
        yield f"  records of the class {each['records']}: kept {until}{gone}"
    if found["on_hold"]:
        yield "  A legal hold forbids to erase it."
    for each in found["holds"]:
        yield f"  legal hold since {each['held_at']}: {each['reason'] or _ERASED}"
    for each in found["erasures"]:
        yield f"  erased on {each['recorded_at']} ({each['basis']}): {', '.join(each['records'])}"
