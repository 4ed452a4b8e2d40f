"""Families of the birth date: the exact name with a date that a clerk got slightly wrong, or did not get."""

from __future__ import annotations

import calendar
import datetime as dt
import random

from engine.validation.families import PEOPLE, Altered, Family, Original
from lists.model import DatePrecision

_DAY = dt.timedelta(days=1)


def same(original: Original, chance: random.Random) -> Altered | None:
    """The exact name, and the birth date as listed.

    Source: EBA/GL/2024/15, on screening customers with the data that identify them.
    """
    day = _day(original)
    return Altered(original.text, day.isoformat()) if day else None


def off_by_a_day(original: Original, chance: random.Random) -> Altered | None:
    """The exact name, born a day earlier or later.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on secondary identifiers.
    """
    day = _day(original)
    return Altered(original.text, (day + chance.choice((-_DAY, _DAY))).isoformat()) if day else None


def off_by_a_month(original: Original, chance: random.Random) -> Altered | None:
    """The exact name, born on the same day of the month before or after.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on secondary identifiers.
    """
    day = _day(original)
    if day is None:
        return None
    month = day.month + (chance.choice((-1, 1)) if 1 < day.month < 12 else 1 if day.month == 1 else -1)
    last = calendar.monthrange(day.year, month)[1]
    return Altered(original.text, day.replace(month=month, day=min(day.day, last)).isoformat())


def off_by_a_year(original: Original, chance: random.Random) -> Altered | None:
    """The exact name, born a year earlier or later.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on secondary identifiers.
    """
    day = _day(original)
    if day is None:
        return None
    year = day.year + chance.choice((-1, 1))
    last = calendar.monthrange(year, day.month)[1]
    return Altered(original.text, day.replace(year=year, day=min(day.day, last)).isoformat())


def swapped(original: Original, chance: random.Random) -> Altered | None:
    """The exact name, with day and month of the birth date swapped.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on secondary identifiers.
    """
    day = _day(original)
    if day is None or day.day > 12 or day.day == day.month:
        return None
    return Altered(original.text, day.replace(month=day.day, day=day.month).isoformat())


def year_alone(original: Original, chance: random.Random) -> Altered | None:
    """The exact name, and of the birth date the year alone.

    Source: EBA/GL/2024/15, on screening customers with the data that identify them.
    """
    day = _day(original)
    return Altered(original.text, f"{day.year:04d}") if day else None


def without(original: Original, chance: random.Random) -> Altered | None:
    """The exact name of an entity that has a birth date, and no birth date of the customer.

    Source: EBA/GL/2024/15, on screening customers with the data that identify them.
    """
    return Altered(original.text) if _day(original) else None


def merged(original: Original, chance: random.Random) -> Altered | None:
    """The birth date stands in the field of the name.

    Source: FCA, Sanctions systems and controls (2023): screening tested with altered synthetic data.
    """
    day = _day(original)
    if day is None:
        return None
    written = chance.choice((f"{day:%Y-%m-%d}", f"{day:%d/%m/%Y}", f"DOB {day:%d.%m.%Y}", f"b. {day:%Y}"))
    return Altered(f"{original.text} {written}")


def _day(original: Original) -> dt.date | None:
    """The birth date of an entity that has one, known to the day, and not today's."""
    dates = original.entity.birth_dates
    if len(dates) != 1 or dates[0].precision is not DatePrecision.DAY:
        return None
    return dates[0].earliest if 1850 < dates[0].earliest.year < 2020 else None


FAMILIES = (
    Family("birth date as listed", "birth date", same, PEOPLE, 0.99),
    Family("birth date a day off", "birth date", off_by_a_day, PEOPLE, 0.99),
    Family("birth date a month off", "birth date", off_by_a_month, PEOPLE, 0.99),
    Family("birth date a year off", "birth date", off_by_a_year, PEOPLE, 0.99),
    Family("day and month swapped", "birth date", swapped, PEOPLE, 0.99),
    Family("the birth year alone", "birth date", year_alone, PEOPLE, 0.99),
    Family("no birth date", "birth date", without, PEOPLE, 0.99),
    Family("birth date in the name", "birth date", merged, PEOPLE, 0.95),
)
