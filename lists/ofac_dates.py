"""Dates that OFAC's XML files state by their first and last day, written and read as in its other files."""

from __future__ import annotations

import calendar
import datetime as dt

from lists.dates import parse_date
from lists.model import PartialDate

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def read_period(first: dt.date, last: dt.date, *, circa: bool = False) -> PartialDate | None:
    """The date that begins and ends on these days; None where it ends before it begins.

    Its text is what OFAC writes for it elsewhere: "05 Jan 1966", "Jan 1966", "circa 1966", "1953 to 1954".
    """
    text = _text(first, last)
    return parse_date(f"circa {text}" if circa else text)


def _text(first: dt.date, last: dt.date) -> str:
    begins, ends = _day(first), _day(last)
    if first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]:
        is_years = (first.month, last.month) == (1, 12)
        begins, ends = (_year(day) if is_years else _month(day) for day in (first, last))
    return begins if begins == ends else f"{begins} to {ends}"


def _day(day: dt.date) -> str:
    return f"{day.day:02} {_month(day)}"


def _month(day: dt.date) -> str:
    return f"{_MONTHS[day.month - 1]} {_year(day)}"


def _year(day: dt.date) -> str:
    return f"{day.year:04}"
