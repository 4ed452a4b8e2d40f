"""Traps: another party made of a listed name. It must not alert for that name."""

from __future__ import annotations

import random
import re

from engine.validation.families import FIRMS, PEOPLE, Altered, Family, Original, long_words
from lists.model import DatePrecision

_ACTIVITIES = (
    "trading shipping textiles fertilizers insurance telecom agriculture logistics steel cement".split()
)
_PLACES = "hamburg nairobi oslo lima toronto osaka chennai bogota perth lagos".split()
_NAMES = "gustav henrik lorenzo baptiste olumide kenji thabo patrick ignacio".split()
_COUNTRIES = ("NZ", "PY", "IS", "BT", "FJ", "BW")
_YEARS_APART = 25


def another_middle_name(original: Original, chance: random.Random) -> str | None:
    """Another middle name or patronymic is another person.

    Source: NYDFS, 23 NYCRR 504.3(b): thresholds that are documented, and output that is tested.
    """
    words = long_words(original.text)
    return " ".join([words[0], chance.choice(_NAMES), *words[2:]]) if len(words) > 2 else None


def another_surname(original: Original, chance: random.Random) -> str | None:
    """Another surname is another person.

    Source: NYDFS, 23 NYCRR 504.3(b): thresholds that are documented, and output that is tested.
    """
    words = long_words(original.text)
    return " ".join([*words[:-1], chance.choice(_NAMES)]) if len(words) in (2, 3) else None


def another_activity(original: Original, chance: random.Random) -> str | None:
    """Another activity is another company.

    Source: NYDFS, 23 NYCRR 504.3(b): thresholds that are documented, and output that is tested.
    """
    words = original.text.split()
    places = [at for at, word in enumerate(words) if word.lower() in _ACTIVITIES]
    if len(places) != 1 or len(words) < 2:
        return None
    rest = [each for each in _ACTIVITIES if each != words[places[0]].lower()]
    words[places[0]] = chance.choice(rest).title()
    return " ".join(words)


def another_place(original: Original, chance: random.Random) -> str | None:
    """A place that the listed name lacks is another company.

    Source: NYDFS, 23 NYCRR 504.3(b): thresholds that are documented, and output that is tested.
    """
    name = original.text
    return f"{name} {chance.choice(_PLACES).title()}" if 2 <= len(name.split()) <= 3 else None


def another_number(original: Original, chance: random.Random) -> str | None:
    """Another number is another unit, branch or fund.

    Source: NYDFS, 23 NYCRR 504.3(b): thresholds that are documented, and output that is tested.
    """
    name = original.text
    found = list(re.finditer(r"(?<!\S)\d+(?!\S)", name))
    if len(found) != 1 or len(name.split()) < 2:
        return None
    number = int(found[0][0]) + chance.randrange(1, 9)
    return f"{name[: found[0].start()]}{number}{name[found[0].end() :]}"


def namesake(original: Original, chance: random.Random) -> Altered | None:
    """The exact name of somebody born 25 years apart, of a country the list does not tie the entity to.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on secondary identifiers.
    """
    entity = original.entity
    dates = entity.birth_dates
    if len(dates) != 1 or dates[0].precision is not DatePrecision.DAY or not entity.nationalities:
        return None
    year = dates[0].earliest.year
    year += _YEARS_APART if year < 1980 else -_YEARS_APART
    countries = [code for code in _COUNTRIES if code not in {*entity.nationalities, *entity.countries}]
    return Altered(original.text, f"{year:04d}-06-15", chance.choice(countries))


FAMILIES = (
    Family("another middle name", "trap", another_middle_name, PEOPLE, 0.05, is_trap=True, judged="name"),
    Family("another surname", "trap", another_surname, PEOPLE, 0.05, is_trap=True, judged="name"),
    Family("another activity", "trap", another_activity, FIRMS, 0.05, is_trap=True, judged="name"),
    Family("another place", "trap", another_place, FIRMS, 0.05, is_trap=True, judged="name"),
    Family("another number", "trap", another_number, FIRMS, 0.05, is_trap=True, judged="name"),
    Family("a namesake of another age and country", "trap", namesake, PEOPLE, 0.05, is_trap=True),
)
