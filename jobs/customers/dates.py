"""Birth dates as customer files write them, turned into YYYY, YYYY-MM or YYYY-MM-DD."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from engine.subject import parse_birth_date

_MONTHS = "january february march april may june july august september october november december".split()

_TIME = r"(?:[T ]\d{1,2}:\d{2}.{0,30})?"  # databases export a date as midnight of that day
_YEAR_FIRST = re.compile(rf"(\d{{4}})(?:([-/.])(\d{{1,2}})(?:\2(\d{{1,2}}))?)?{_TIME}", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([./-])(\d{{1,2}})\2(\d{{4}}){_TIME}", re.ASCII)
_MONTH_AND_YEAR = re.compile(r"(\d{1,2})[./-](\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[./-](?:\d{1,2}|[A-Za-z]{3,9})[./-]\d{2}", re.ASCII)
_ORDINAL = r"(?:st|nd|rd|th)?"
_MONTH_NAME = r"([A-Za-z]{3,9})\.?"
_DAY_AND_MONTH_NAME = re.compile(
    rf"(?:(\d{{1,2}}){_ORDINAL}[\s.-]+)?{_MONTH_NAME},?[\s-]+(\d{{4}})", re.ASCII
)
_MONTH_NAME_FIRST = re.compile(rf"{_MONTH_NAME}\s+(\d{{1,2}}){_ORDINAL},?\s+(\d{{4}})", re.ASCII)

_MOST_DAYS = (
    1 << 16
)  # a file of any size has at most the 40,000 or so days of a century, if written in one form

_TAKES = "takes a date such as 1962-03-12, 12.03.1962, 12 Mar 1962, 1962-03 or 1962"
_NOT_A_DAY = "is not a day of the calendar"


class DateOrder(StrEnum):
    """What comes first in a date such as 03/04/1962."""

    DMY = "dmy"
    MDY = "mdy"


@lru_cache(maxsize=_MOST_DAYS)
def iso_birth_date(text: str, order: DateOrder | None = None) -> str:
    """The date in ISO 8601, as precise as it was written.

    Dots always separate day.month.year. With slashes or hyphens and the year last, `order` decides; without
    it a date that reads both ways is refused, never guessed. Month names are English. Raises ValueError with
    a sentence that does not repeat the date.
    """
    year, month, day = _parts(text.strip(), order)
    written = "-".join([f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part is not None)])
    return parse_birth_date(written).text


def _parts(text: str, order: DateOrder | None) -> tuple[int, int | None, int | None]:
    if found := _YEAR_FIRST.fullmatch(text):
        year, _, month, day = found.groups()
        return int(year), int(month) if month else None, int(day) if day else None
    if found := _COMPACT.fullmatch(text):
        year, month, day = found.groups()
        return int(year), int(month), int(day)
    if found := _YEAR_LAST.fullmatch(text):
        first, separator, second, year = found.groups()
        day_first = True if separator == "." else _is_day_first(int(first), int(second), order)
        day, month = (first, second) if day_first else (second, first)
        return int(year), int(month), int(day)
    if found := _MONTH_AND_YEAR.fullmatch(text):
        return int(found[2]), int(found[1]), None
    if found := _DAY_AND_MONTH_NAME.fullmatch(text):
        return int(found[3]), _month(found[2]), int(found[1]) if found[1] else None
    if found := _MONTH_NAME_FIRST.fullmatch(text):
        return int(found[3]), _month(found[1]), int(found[2])
    if _SHORT_YEAR.fullmatch(text):
        raise ValueError("takes a year of four digits")
    raise ValueError(_TAKES)


def _is_day_first(first: int, second: int, order: DateOrder | None) -> bool:
    if order is not None:
        if (second if order is DateOrder.DMY else first) > len(_MONTHS):
            raise ValueError(f"{_NOT_A_DAY} when read as --dates {order}")
        return order is DateOrder.DMY
    if first <= len(_MONTHS) and second <= len(_MONTHS) and first != second:
        raise ValueError("reads as day/month and as month/day; say which with --dates dmy or --dates mdy")
    return second <= len(_MONTHS)


def _month(name: str) -> int:
    name = name.casefold()
    for number, month in enumerate(_MONTHS, start=1):
        if name in (month, month[:3], month[:4]):  # "Sept" is as usual as "Sep"
            return number
    raise ValueError(_TAKES)
