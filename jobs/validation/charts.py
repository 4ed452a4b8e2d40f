"""The geometry of the report's charts: places in pixels, which the page draws as SVG."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

_LABELS, _PLOT, _ROW = 250, 400, 18  # pixels
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP = 430, 190, 44, 170, 10
_WORST_SHOWN = 5  # groups with a label of their own; the others are grey
_COLOURS = ("#b3261e", "#1f5fa8", "#8a5a00", "#2d6a2d", "#6a3d9a")
_LABEL_APART = 13
_MOST_STEPS = 8
_SLACK = 1e-6


class Bar(NamedTuple):
    """A family: a dot with its interval, and its mark."""

    label: str
    title: str
    y: float
    x: float
    low: float
    high: float
    mark: float
    holds: bool


class Bars(NamedTuple):
    width: int
    height: int
    left: int
    ticks: list[tuple[float, str]]
    bars: list[Bar]


class Line(NamedTuple):
    label: str
    points: str
    colour: str
    label_y: float | None  # None: not labelled
    end_x: float


class Lines(NamedTuple):
    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    x_ticks: list[tuple[float, str]]
    y_ticks: list[tuple[float, str]]
    lines: list[Line]
    in_force: float | None
    in_force_text: str


def recall_bars(families: list[dict[str, Any]], *, traps: bool) -> Bars | None:
    """Found by family with its 95% interval and its mark; of traps, alerted. None without any."""
    shown = [each for each in families if each["is_trap"] is traps and each["records"]]
    if not shown:
        return None
    low, high = 0.0, 1.0
    if traps:
        high = max(0.1, *(float(each["high"]) for each in shown))
    else:
        low = min(0.9, *(math.floor(each["low"] * 20) / 20 for each in shown))

    def x(value: float) -> float:
        return round(_LABELS + _PLOT * (value - low) / (high - low), 1)

    bars = [
        Bar(
            each["family"],
            f"{each['family']}: {each['share']:.2%} of {each['records']:,}, "
            f"95% interval {each['low']:.2%} to {each['high']:.2%}, mark {each['wanted']:.0%}",
            24 + _ROW * place,
            x(each["share"]),
            x(each["low"]),
            x(each["high"]),
            x(each["wanted"]),
            each["holds"],
        )
        for place, each in enumerate(shown)
    ]
    ticks = [(x(value), f"{value:.0%}") for value in _round_values(low, high)]
    return Bars(_LABELS + _PLOT + 24, 24 + _ROW * len(shown) + 6, _LABELS, ticks, bars)


def recall_lines(thresholds: dict[str, Any]) -> Lines:
    """Recall of each group of families by threshold; the five that are lowest in force have their names."""
    points, here = thresholds["points"], thresholds["in_force"]
    worst = sorted(here["recall"], key=lambda group: (here["recall"][group], group))[:_WORST_SHOWN]
    series = {group: [point["recall"].get(group) for point in points] for group in sorted(here["recall"])}
    values = [value for each in series.values() for value in each if value is not None]
    low = math.floor(min(values, default=0.0) * 10) / 10
    colours = dict(zip(worst, _COLOURS, strict=False))
    return _lines(points, here["threshold"], series, (min(low, 0.9), 1.0), colours, "{:.0%}")


def alert_lines(thresholds: dict[str, Any]) -> Lines | None:
    """Alerts per 1,000 customers by threshold; None where no customers were given."""
    points, here = thresholds["points"], thresholds["in_force"]
    if here["alerts_per_1000"] is None:
        return None
    values = [point["alerts_per_1000"] for point in points]
    top = max(*values, 0.1) * 1.05
    label = "alerts per 1,000"
    return _lines(points, here["threshold"], {label: values}, (0.0, top), {label: _COLOURS[1]}, "{:.3g}")


def _lines(
    points: list[dict[str, Any]],
    in_force: float,
    series: dict[str, list[float | None]],
    span: tuple[float, float],
    colours: dict[str, str],
    form: str,
) -> Lines:
    low, high = span
    first: float = points[0]["threshold"]
    last: float = points[-1]["threshold"]
    left, right, bottom = float(_LEFT), float(_LEFT + _WIDTH), float(_TOP + _HEIGHT)

    def x(threshold: float) -> float:
        return round(left + _WIDTH * (threshold - first) / (last - first), 1)

    def y(value: float) -> float:
        return round(bottom - _HEIGHT * (value - low) / (high - low), 1)

    lines = []
    for label, values in series.items():
        known = [(x(point["threshold"]), y(value)) for point, value in zip(points, values, strict=True)
                 if value is not None]  # fmt: skip
        text = " ".join(f"{across},{down}" for across, down in known)
        label_y = known[-1][1] if label in colours and known else None
        lines.append(Line(label, text, colours.get(label, "#b9bec6"), label_y, right))
    lines.sort(key=lambda line: line.label_y is not None)  # the labelled ones on top
    return Lines(
        int(right) + _RIGHT,
        int(bottom) + 24,
        left,
        right,
        float(_TOP),
        bottom,
        [(x(value), f"{value:.2f}") for value in _round_values(first, last)],
        [(y(value), form.format(value)) for value in _round_values(low, high)],
        _apart(lines),
        x(in_force) if first <= in_force <= last else None,
        f"in force: {in_force:.2f}",
    )


def _round_values(low: float, high: float) -> list[float]:
    """Round values between two, for an axis: steps of 1, 2 or 5, at most eight of them."""
    size = 10.0 ** math.floor(math.log10((high - low) / _MOST_STEPS))
    step = next(size * times for times in (1, 2, 5, 10) if (high - low) / (size * times) <= _MOST_STEPS)
    first, last = math.ceil(low / step - _SLACK), math.floor(high / step + _SLACK)
    return [round(step * place, 9) for place in range(first, last + 1)]


def _apart(lines: list[Line]) -> list[Line]:
    """The lines, with labels that do not lie on one another."""
    labelled = sorted(
        (line for line in lines if line.label_y is not None), key=lambda line: line.label_y or 0
    )
    placed: dict[str, float] = {}
    down = -math.inf
    for line in labelled:
        down = max(down + _LABEL_APART, line.label_y or 0.0)
        placed[line.label] = down
    over = down - (_TOP + _HEIGHT)  # what no longer fits goes up again
    shift = max(0.0, over)
    return [
        line._replace(label_y=round(placed[line.label] - shift, 1)) if line.label in placed else line
        for line in lines
    ]
