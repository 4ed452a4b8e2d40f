"""Dates as lists write them ("circa 1961", "Nov. 1973", "1953 to 1954"), turned into partial dates."""

from __future__ import annotations

import datetime as dt
import re

from lists.model import DatePrecision, PartialDate

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>\d{4})"
_FORMS = [
    re.compile(form, re.ASCII)
    for form in (
        rf"(?P<day>\d{{1,2}})[ .]?\s*{_MONTH}\s*{_YEAR}",  # 05 Jan 1966, 3 September 1993, 20 Dec.2003
        rf"{_MONTH}\s*(?P<day>\d{{1,2}}),\s*{_YEAR}",  # March 22, 2018
        rf"{_MONTH}\s*{_YEAR}",  # Nov. 1973
        _YEAR,
        rf"{_YEAR}-(?P<number>\d{{2}})",
        rf"{_YEAR}-(?P<number>\d{{2}})-(?P<day>\d{{2}})",
    )
]
_CIRCA = re.compile(r"(?:circa|approximately|approx\.?|about|c\.)\s*", re.IGNORECASE)
_RANGE = re.compile(r"(.+?)\s+to\s+(.+)|(\d{4})\s?-\s?(\d{4})", re.IGNORECASE)


def parse_date(text: str) -> PartialDate | None:
    """The date that `text` states, with its precision; None when it states none that is in the calendar.

    Takes a day, a month or a year in words or as ISO 8601, "circa" before it, and "A to B" or "YYYY-YYYY".
    """
    text = " ".join(text.split())
    circa = _CIRCA.match(text)
    body = text[circa.end() :] if circa else text
    between = _RANGE.fullmatch(body)
    try:
        if between:
            first, last = (_date(part, text) for part in between.groups() if part)
            if first is None or last is None:
                return None
            return _between(first.earliest, last.latest, text)
        return _date(body, text, circa=bool(circa))
    except ValueError:
        return None


def _between(earliest: dt.date, latest: dt.date, text: str) -> PartialDate:
    return PartialDate(earliest=earliest, latest=latest, precision=DatePrecision.RANGE, text=text)


def _date(body: str, text: str, *, circa: bool = False) -> PartialDate | None:
    for form in _FORMS:
        if found := form.fullmatch(body.lower()):
            parts = found.groupdict()
            day = int(parts["day"]) if "day" in parts else None
            return PartialDate.of(int(parts["year"]), _month(parts), day, circa=circa, text=text)
    return None


def _month(parts: dict[str, str]) -> int | None:
    if "number" in parts:
        return int(parts["number"])
    if "month" not in parts:
        return None
    for number, name in enumerate(_MONTH_NAMES, start=1):
        if name.startswith(parts["month"]):
            return number
    raise ValueError(f"{parts['month']!r} is no month")
