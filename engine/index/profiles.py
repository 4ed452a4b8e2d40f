"""What is known of listed entities beside their names, as arrays, to bound what it can add to a score.

The features in `engine.features` say what evidence is worth. For a million customers their answer is bounded
first: most candidates conflict in kind or by decades of age, and need no alignment to be told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.features import ESTIMATE_YEARS, tied_countries
from engine.index.layout import IS_CORPORATE, KINDS
from engine.index.postings import mapped
from engine.model import MODEL
from engine.subject import Subject
from lists.model import Gender, Kind, ListedEntity, PartialDate
from lists.settings import FeatureName

# A bit for every two letters, so that no table of countries decides what a published array means. Several
# share one: a country that only seems to be shared makes a bound higher, and no answer another.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BITS = 64
GENDERS = {None: 0, Gender.MALE: 1, Gender.FEMALE: 2, Gender.OTHER: 3}
_UNKNOWN_YEAR = 0


class Profiles(NamedTuple):
    """n subjects or entities."""

    kind: NDArray[np.int8]
    gender: NDArray[np.int8]
    countries: NDArray[np.uint64]  # a bit for each country
    earliest: NDArray[np.int16]  # the years that all possible birth dates lie in; 0: none is known
    latest: NDArray[np.int16]

    def take(self, places: NDArray[Any]) -> Profiles:
        return Profiles._make(column.take(places) for column in self)


# The most that a birth date and a country can add.
MOST_ADDED = MODEL["birth_date.equal"] + MODEL["country.shared"]

Counts = Callable[[FeatureName], NDArray[np.bool_] | bool]  # whether a feature counts for each pair, or all


def most_added(subjects: Profiles, entities: Profiles, counts: Counts) -> NDArray[np.float64]:
    """The most that birth date, country, kind and gender can add to the score of each pair (at most
    `MOST_ADDED`).
    """
    parts: dict[FeatureName, NDArray[np.float64]] = {
        "birth_date": _by_birth_date(subjects, entities),
        "country": _by_country(subjects, entities),
        "kind": _by_kind(subjects, entities),
        "gender": _by_gender(subjects, entities),
    }
    added = np.zeros(len(subjects.kind))
    for name, part in parts.items():
        added += np.where(counts(name), part, 0.0)
    return added


def _by_birth_date(subjects: Profiles, entities: Profiles) -> NDArray[np.float64]:
    both = (subjects.earliest != _UNKNOWN_YEAR) & (entities.earliest != _UNKNOWN_YEAR)
    apart = np.maximum(entities.earliest - subjects.latest, subjects.earliest - entities.latest)
    most = np.where(apart > ESTIMATE_YEARS, MODEL["birth_date.conflict"], MODEL["birth_date.equal"])
    return np.where(both, most, 0.0)


def _by_country(subjects: Profiles, entities: Profiles) -> NDArray[np.float64]:
    both = (subjects.countries != 0) & (entities.countries != 0)
    shared = (subjects.countries & entities.countries) != 0
    return np.where(both, np.where(shared, MODEL["country.shared"], MODEL["country.other"]), 0.0)


def _by_kind(subjects: Profiles, entities: Profiles) -> NDArray[np.float64]:
    own, other, unknown = subjects.kind, entities.kind, KINDS.index(Kind.UNKNOWN)
    agree = (own == other) | (own == unknown) | (other == unknown)
    agree |= IS_CORPORATE[own] & IS_CORPORATE[other]
    born = (own == unknown) & ((subjects.earliest != _UNKNOWN_YEAR) | (subjects.gender > 0))
    born &= (other != unknown) & (other != KINDS.index(Kind.PERSON))
    return np.where(born, MODEL["kind.born"], np.where(agree, 0.0, MODEL["kind.other"]))


def _by_gender(subjects: Profiles, entities: Profiles) -> NDArray[np.float64]:
    differ = (subjects.gender + entities.gender == 3) & (subjects.gender > 0) & (entities.gender > 0)
    return np.where(differ, MODEL["gender.other"], 0.0)


@lru_cache(maxsize=1 << 16)
def country_bits(codes: frozenset[str]) -> int:
    """An element of `countries`."""
    bits = 0
    for code in codes:
        bits |= 1 << (_LETTERS.index(code[0]) * len(_LETTERS) + _LETTERS.index(code[1])) % _BITS
    return bits


class Party(NamedTuple):
    """One row of profiles, from a subject or a listed entity."""

    kind: Kind
    gender: Gender | None
    countries: frozenset[str]
    dates: tuple[PartialDate, ...]

    @classmethod
    def of(cls, party: Subject | ListedEntity) -> Party:
        if isinstance(party, ListedEntity):
            return cls(party.kind, party.gender, frozenset(tied_countries(party)), party.birth_dates)
        dates = () if party.birth_date is None else (party.birth_date,)
        return cls(party.kind, party.gender, frozenset(party.countries), dates)


def profiles_of(parties: Sequence[Party]) -> Profiles:
    """The profiles of subjects, or of listed entities."""
    earliest = [min((date.earliest.year for date in party.dates), default=0) for party in parties]
    latest = [max((date.latest.year for date in party.dates), default=0) for party in parties]
    countries = [country_bits(party.countries) for party in parties]
    return Profiles(
        np.array([KINDS.index(party.kind) for party in parties], dtype=np.int8),
        np.array([GENDERS[party.gender] for party in parties], dtype=np.int8),
        np.array(countries, dtype=np.uint64),
        np.array(earliest, dtype=np.int16),
        np.array(latest, dtype=np.int16),
    )


def write_profiles(profiles: Profiles, directory: Path) -> None:
    for name, column in profiles._asdict().items():
        np.save(directory / f"entity_{name}.npy", column)


def mapped_profiles(directory: Path) -> Profiles:
    return Profiles._make(mapped(directory, f"entity_{name}") for name in Profiles._fields)
