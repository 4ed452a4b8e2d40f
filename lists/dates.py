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
# 12/11/1967, 21.07.2004, 04/1963; dd/mm/1968 and 00/00/1968 where only the year is known
_DAY_FIRST = re.compile(
    r"(?:(?P<day>\d{1,2}|dd)[/.])?(?P<month>\d{1,2}|mm)[/.](?P<year>\d{4})", re.ASCII | re.IGNORECASE
)
_UNKNOWN_PARTS = frozenset({None, "dd", "mm", "DD", "MM", "0", "00"})


def parse_date(text: str, *, day_first: bool = False) -> PartialDate | None:
    """The date that `text` states, with its precision; None when it states none that is in the calendar.

    Takes a day, a month or a year in words or as ISO 8601, "circa" before it, and "A to B" or "YYYY-YYYY".
    With `day_first`, for publishers who write days so, also 12/11/1967 and, for a year alone, dd/mm/1967.
    """
    text = " ".join(text.split())
    circa = _CIRCA.match(text)
    body = text[circa.end() :] if circa else text
    between = _RANGE.fullmatch(body)
    try:
        if between:
            parts = (part for part in between.groups() if part)
            first, last = (_date(part, text, day_first=day_first) for part in parts)
            if first is None or last is None:
                return None
            return _between(first.earliest, last.latest, text)
        return _date(body, text, circa=bool(circa), day_first=day_first)
    except ValueError:
        return None


def iso_day(text: str | None) -> dt.date | None:
    """The day that an ISO 8601 date or time begins with ("2015-03-27-04:00"), as written there."""
    try:
        return dt.date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None


def _between(earliest: dt.date, latest: dt.date, text: str) -> PartialDate:
    return PartialDate(earliest=earliest, latest=latest, precision=DatePrecision.RANGE, text=text)


def _date(body: str, text: str, *, circa: bool = False, day_first: bool = False) -> PartialDate | None:
    if day_first and (numbers := _DAY_FIRST.fullmatch(body)):
        known = {
            part: int(number) for part, number in numbers.groupdict().items() if number not in _UNKNOWN_PARTS
        }
        return PartialDate.of(**known, circa=circa, text=text)
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
