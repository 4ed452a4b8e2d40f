"""Validating a home: makes test records, screens them, and puts together what the report says."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from engine import Screener
from engine.ledger.batch import stamp_now
from engine.residency.regions import regions_of
from engine.validation import records as made
from engine.validation.compared import check_earlier
from engine.validation.customers import Customers, screen_customers
from engine.validation.decided import Decided, rescore
from engine.validation.families import Family
from engine.validation.outcomes import Opening, screen_records, sharing, subject_of
from engine.validation.recall import is_counted
from engine.validation.thresholds import thresholds_between
from jobs.customers.reader import CustomerFile, ReadOptions
from jobs.errors import InputError
from lists.home import Home
from lists.model import ListedEntity
from lists.settings import ScreeningSettings, read_settings

# Screenings one by one, after some that fill the caches, for the time that a caller waits.
_SINGLES, _WARMING = 500, 50

Places = dict[tuple[str, str], int]
Advance = Callable[[float | None, str], None]


@dataclass(frozen=True)
class ValidateOptions:
    """What to validate with; empty `lists` and `families` mean all."""

    lists: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    size: int = made.SIZE
    seed: int = made.SEED
    thresholds: tuple[float, ...] = thresholds_between()
    customers: Path | None = None
    reading: ReadOptions = field(default_factory=ReadOptions)
    against: Path | None = None
    samples: int = 50
    processes: int = 2


class Against(NamedTuple):
    """The same records under another policy, or as an earlier validation left them."""

    source: str
    is_policy: bool
    outcomes: pl.DataFrame
    policy_versions: dict[str, str]
    decided: Decided | None


class Timings(NamedTuple):
    """Milliseconds of single screenings; they differ from run to run, as nothing else does."""

    singles: int
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Validation:
    """All that was measured. `outcomes` are the records with what became of each."""

    screener: Screener
    options: ValidateOptions
    started_at: str
    seconds: float
    outcomes: pl.DataFrame
    customers: Customers | None
    decided: Decided
    against: Against | None
    timings: Timings


def validate(home: Home, options: ValidateOptions, advance: Advance) -> Validation:
    """Validate the watchlist in use. Nothing of it is recorded as a screening.

    Raises `InputError`, `HomeError`, `LedgerError` and `WatchlistNotReady`.
    """
    return _Run(home, options, advance).validation()


class _Run:
    """One validation, step by step."""

    def __init__(self, home: Home, options: ValidateOptions, advance: Advance) -> None:
        self._started, self._started_at = time.perf_counter(), stamp_now()
        self._home, self._options, self._advance = home, options, advance
        regions_of(home).ledger()  # a report that names customers is of one region
        self._screener = Opening(home.path).open()
        self._places: Places = {}

    def validation(self) -> Validation:
        options, screener = self._options, self._screener
        families = _families(options.families)
        _check_lists(screener, options.lists)
        earlier = _earlier(options.against)
        if options.customers is not None:
            with CustomerFile(options.customers, options.reading):
                pass  # what is wrong with it is said at once
        self._advance(None, "making records")
        records = self._records(families, earlier if isinstance(earlier, pl.DataFrame) else None)
        outcomes = self._screened(records, None)
        customers = self._customers()
        self._advance(None, "scoring decided alerts anew")
        decided = rescore(self._home, screener, self._places)
        against = None if earlier is None else self._against(records, earlier)
        self._advance(None, "timing single screenings")
        timings = _timed(screener, records, options.seed)
        seconds = time.perf_counter() - self._started
        return Validation(
            screener, options, self._started_at, seconds, outcomes, customers, decided, against, timings
        )

    def _records(self, families: tuple[Family, ...], earlier: pl.DataFrame | None) -> pl.DataFrame:
        options = self._options
        opening = Opening(self._home.path, version=self._screener.watchlist_version)
        names = tuple(family.name for family in families)
        making = (opening, names, options.size, options.seed, options.lists)
        if options.processes > 1:  # what making leaves behind in memory ends with its process
            with sharing(1) as pool:
                records, self._places = pool.submit(_made, *making).result()
        else:
            records, self._places = _made(*making)
        if earlier is not None:
            records = _again(earlier, self._places)
        if records.is_empty():
            raise InputError(
                "nothing can be tested: no listed name fits the lists and families that are chosen"
            )
        return records

    def _screened(self, records: pl.DataFrame, screening: ScreeningSettings | None) -> pl.DataFrame:
        task = "screening by the other policy" if screening else "screening"
        outcomes = screen_records(
            self._home.path,
            records,
            screening=screening,
            watchlist_version=self._screener.watchlist_version,
            processes=self._options.processes,
            on_progress=lambda done: self._advance(
                done / records.height, f"{task}, {done:,} of {records.height:,} records"
            ),
        )
        return records.join(outcomes, on="record", how="left", maintain_order="left")

    def _customers(self) -> Customers | None:
        options = self._options
        if options.customers is None:
            return None
        screener = Screener.open(self._home, record=False)
        with CustomerFile(options.customers, options.reading) as customers:
            customers.know_segments(screener.segments)
            if screener.residency.regions.is_declared:
                customers.refuse(screener.residency.refusal)

            def frames() -> Iterator[tuple[pl.DataFrame, int]]:
                for chunk in customers.chunks():
                    yield chunk.frame, len(chunk.rejected)
                    self._advance(chunk.done, "screening customers")

            lowest = min(*options.thresholds, screener.threshold)
            return screen_customers(screener, frames(), lowest)

    def _against(self, records: pl.DataFrame, earlier: pl.DataFrame | ScreeningSettings) -> Against:
        source = self._options.against
        name = source.name if source is not None else ""
        if isinstance(earlier, pl.DataFrame):
            return Against(name, False, earlier, {}, None)
        other = Opening(self._home.path, earlier, self._screener.watchlist_version).open()
        outcomes = self._screened(records, earlier)
        versions = {segment: policy.version for segment, policy in other.policies().items()}
        return Against(name, True, outcomes, versions, rescore(self._home, other, self._places))


def _made(
    opening: Opening, families: tuple[str, ...], size: int, seed: int, lists: tuple[str, ...]
) -> tuple[pl.DataFrame, Places]:
    """The records of a watchlist, and the places of its entities by their keys."""
    screener = opening.open()
    places: Places = {}

    def entities() -> Iterator[ListedEntity]:
        for place, entity in enumerate(screener.entities()):
            places[entity.list_id, entity.entity_id] = place
            yield entity

    records = made.make_records(
        entities(),
        screener.policies()["default"],
        size=size,
        seed=seed,
        families=[made.BY_NAME[name] for name in families],
        lists=lists or None,
    )
    return records, places


def _families(wanted: tuple[str, ...]) -> tuple[Family, ...]:
    """The families of these names or groups. Raises `InputError`."""
    known = {word for family in made.FAMILIES for word in (family.name, family.group)}
    for each in wanted:
        if each not in known:
            groups = ", ".join(dict.fromkeys(family.group for family in made.FAMILIES))
            raise InputError(
                f"{each} is no family of records; it takes the name of one, or a group: {groups}"
            )
    return tuple(
        family for family in made.FAMILIES if not wanted or family.name in wanted or family.group in wanted
    )


def _check_lists(screener: Screener, lists: tuple[str, ...]) -> None:
    for list_id in lists:
        if list_id not in screener.list_ids:
            published = ", ".join(screener.list_ids)
            raise InputError(f"the watchlist holds no list {list_id}; it holds {published}")


def is_earlier_run(path: Path | None) -> bool:
    """Whether what to compare with is an earlier run, whose records are screened again, and not a policy."""
    return path is not None and path.suffix.lower() == ".parquet"


def _earlier(path: Path | None) -> pl.DataFrame | ScreeningSettings | None:
    """What to compare with: another policy, or the records of an earlier validation. Raises `InputError`."""
    if path is None:
        return None
    if not path.is_file():
        raise InputError(f"{path} is not there; it takes a cordon.toml, or the validation.parquet of a run")
    if not is_earlier_run(path):
        return read_settings(path).screening
    try:
        frame = pl.read_parquet(path)
        check_earlier(frame)
    except (ValueError, OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path} is not the validation.parquet of a run: {error}") from None
    return frame


def _again(earlier: pl.DataFrame, places: Places) -> pl.DataFrame:
    """The records of an earlier validation whose entities are still listed, at the places they have now."""
    now = [(*key, place) for key, place in places.items()]
    schema = {"list_id": pl.String, "entity_id": pl.String, "place": pl.UInt32}
    found = pl.DataFrame(now, schema=schema, orient="row")
    known = earlier.filter(pl.col("family").is_in(list(made.BY_NAME))).drop("place")
    return known.join(found, on=["list_id", "entity_id"]).select(made.SCHEMA.keys()).sort("record")


def _timed(screener: Screener, records: pl.DataFrame, seed: int) -> Timings:
    """How long single screenings take, one after the other, of records drawn by chance."""
    usable = records.filter(is_counted())
    chance = random.Random(f"{seed} singles")  # noqa: S311 - a seed that repeats
    drawn = chance.choices(range(usable.height), k=_WARMING + _SINGLES) if usable.height else []
    took = []
    for place in drawn:
        subject = subject_of(usable.row(place, named=True))
        started = time.perf_counter()
        screener.screen(subject)
        took.append((time.perf_counter() - started) * 1_000)
    took = took[_WARMING:] or [0.0]
    p50, p99 = np.percentile(took, [50, 99])
    return Timings(len(took), round(float(p50), 3), round(float(p99), 3))
