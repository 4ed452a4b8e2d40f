"""The report as one HTML page that needs nothing else: no network, no script, no file beside it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from jobs.validation.charts import alert_lines, recall_bars, recall_lines
from jobs.validation.content import Report

_TEMPLATES = Path(__file__).with_name("templates")
_SHOWN_EVERY = 0.05  # of the thresholds in the table; the charts have all of them


def page_of(report: Report) -> str:
    """The page. Names in it are anybody's text, and are shown as text whatever they hold."""
    wrong = [family for family in report["families"] if not family["holds"]]
    return _template().render(
        _visible(report),
        below=[family["family"] for family in wrong],
        below_families=[family for family in wrong if not family["is_trap"]],
        below_traps=[family for family in wrong if family["is_trap"]],
        recall_chart=recall_bars(report["families"], traps=False),
        trap_chart=recall_bars(report["families"], traps=True),
        recall_lines=recall_lines(report["thresholds"]),
        alert_lines=alert_lines(report["thresholds"]),
        shown_points=_shown(report["thresholds"]),
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def _shown(thresholds: dict[str, Any]) -> list[dict[str, Any]]:
    """A threshold here and there, and the one in force."""
    points, here = thresholds["points"], thresholds["in_force"]
    shown = [
        point for point in points if abs(point["threshold"] / _SHOWN_EVERY % 1 - 0.5) > 0.49
    ] or points  # steps that never meet
    others = [point for point in shown if point["threshold"] != here["threshold"]]
    return sorted([*others, here], key=lambda point: float(point["threshold"]))


def _visible(value: Any) -> Any:
    """Texts with every character that nobody sees, or that turns the direction of reading, as its code."""
    if isinstance(value, dict):
        return {name: _visible(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_visible(each) for each in value]
    if isinstance(value, str) and not value.isprintable():
        return "".join(map(_shown_character, value))
    return value


def _shown_character(character: str) -> str:
    if character.isprintable() or unicodedata.category(character)[0] == "Z" or character in "\t\r\n":
        return character
    return f"<U+{ord(character):04X}>"
