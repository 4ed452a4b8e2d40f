"""The measurements of `make bench-speed`, each in a process of its own: python -m benchmarks.speed_measures
NAME HOME FILE.

Prints one JSON object. Times are seconds unless a name says otherwise; CPU seconds are of the whole process.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

from benchmarks.report import peak_mb
from engine import Screener, Subject
from engine.index.build import build
from engine.index.layout import FORMAT
from lists.home import Home
from lists.model import Kind
from lists.publish import open_published, publish
from lists.store import ListStore

RUNS = 5
_SAMPLE = 400  # customers that are compared with every listed name
_SINGLES = 10_000
_NEAR = 5  # one in so many is near a listed name
_CHANGED = 200

Figures = dict[str, Any]


def _timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - wall, time.process_time() - cpu, found


def _median(pairs: list[tuple[float, float, Any]]) -> tuple[float, float]:
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def bulk(home: Path, customers: Path) -> Figures:
    """All customers, from Parquet to Parquet, with a token table that is empty, then with one that is not."""
    screener = Screener.open(home, record=False)
    output = customers.with_name("matches.parquet")

    def screened() -> int:
        matches = screener.screen_frame(pl.read_parquet(customers))
        matches.write_parquet(output)
        return matches.height

    cold_wall, cold_cpu, matches = _timed(screened)
    peak = peak_mb()
    warm = [_timed(screened) for _ in range(RUNS)]
    frame = pl.read_parquet(customers)
    wall, cpu = _median(warm)
    return {
        "customers": frame.height,
        "matches": matches,
        "cold_wall": cold_wall,
        "cold_cpu": cold_cpu,
        "wall": wall,
        "cpu": cpu,
        "peak_mb": peak,
        "brute_force_per_second": _brute_force(screener, frame),
    }


def _brute_force(screener: Screener, frame: pl.DataFrame) -> float:
    """Customers a second that `cdist(token_sort_ratio)` compares with every listed name, on all cores."""
    listed = [name.text.lower() for entity in screener.entities() for name in entity.names]
    sample = frame["name"].sample(_SAMPLE, seed=1).str.to_lowercase().to_list()
    wall, _, _ = _timed(
        lambda: process.cdist(sample, listed, scorer=fuzz.token_sort_ratio, workers=-1, dtype=np.uint8)
    )
    return _SAMPLE / wall


def growth(home: Path, customers: Path) -> Figures:
    """Customers a second with a warm token table, by how many they are; and two threads against one."""
    screener = Screener.open(home, record=False)
    frame = pl.read_parquet(customers)
    screener.screen_frame(frame.head(300_000))
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= frame.height]
    rates = {}
    for size in sizes:
        wall, _ = _median([_timed(partial(screener.screen_frame, frame.head(size))) for _ in range(3)])
        rates[str(size)] = size / wall
    part = frame.head(200_000)
    one, two = (
        _median([_timed(partial(screener.screen_frame, part, threads=count)) for _ in range(RUNS)])
        for count in (1, 2)
    )
    return {"per_second": rates, "two_threads_against_one": one[0] / two[0]}


def one_by_one(home: Path, customers: Path) -> Figures:
    """10,000 different names in a process that has screened a base of customers; a fifth are near a listed
    name.
    """
    screener = Screener.open(home, record=False)
    frame = pl.read_parquet(customers)
    screener.screen_frame(frame.tail(min(100_000, frame.height // 2)))
    subjects = _subjects(screener, frame.head(frame.height // 2))
    for subject in subjects[:500]:
        screener.screen(subject)
    wall, cpu = _latencies(screener, subjects[500:])
    four = _four_threads(screener, subjects[500:2_500])
    return {
        "p50_ms": float(np.percentile(wall, 50)),
        "p99_ms": float(np.percentile(wall, 99)),
        "cpu_p50_ms": float(np.percentile(cpu, 50)),
        "cpu_p99_ms": float(np.percentile(cpu, 99)),
        "four_threads_ms_a_call": four,
        "one_thread_ms_a_call": float(np.mean(wall[:2_000])),
        "peak_mb": peak_mb(),
    }


def _subjects(screener: Screener, frame: pl.DataFrame) -> list[Subject]:
    chance = random.Random(7)
    listed = [entity.names[0].text for entity in screener.entities() if entity.kind is Kind.PERSON]
    near = [
        _misspelled(text, chance) for text in chance.sample(listed, min(len(listed), _SINGLES // _NEAR + 100))
    ]
    plain = (
        frame["name"].unique().sample(_SINGLES + 500 - len(near), seed=7, with_replacement=False).to_list()
    )
    names = [*near, *plain]
    chance.shuffle(names)
    return [Subject(names=(name,), kind=Kind.PERSON) for name in names]


def _misspelled(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return (text[:place] + text[place + 1 :]).strip() or text


def _latencies(screener: Screener, subjects: list[Subject]) -> tuple[list[float], list[float]]:
    wall, cpu = [], []
    for subject in subjects:
        began, began_cpu = time.perf_counter(), time.thread_time()
        screener.screen(subject)
        wall.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.thread_time() - began_cpu))
    return wall, cpu


def _four_threads(screener: Screener, subjects: list[Subject]) -> float:
    """Milliseconds of wall time for each call, when four threads call at once."""
    parts = [subjects[start::4] for start in range(4)]
    threads = [threading.Thread(target=_latencies, args=(screener, part)) for part in parts]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 1000 * (time.perf_counter() - began) / len(subjects)


def opening(home: Path, _: Path) -> Figures:
    """Opening the published watchlist and screening the first name."""
    subject = Subject(names=("Orlan Dvessik",), kind=Kind.PERSON)
    runs = [_timed(lambda: Screener.open(home, record=False)) for _ in range(RUNS)]
    wall, cpu = _median(runs)
    screener: Screener = runs[-1][2]
    first = _timed(lambda: screener.screen(subject))[0]
    return {"wall": wall, "cpu": cpu, "first_name": first}


def building(home: Path, _: Path) -> Figures:
    """The index of the published entities built from nothing, and with what the version before had read."""
    published = open_published(Home.locate(home))

    def built(folder: str, previous: Path | None) -> None:
        build((published.entity(place) for place in range(len(published))), Path(folder), previous)

    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        wall, cpu, _ = _timed(lambda: built(first, None))
        peak = peak_mb()
        next_wall, next_cpu, _ = _timed(lambda: built(second, Path(first)))
    return {"wall": wall, "cpu": cpu, "peak_mb": peak, "next_wall": next_wall, "next_cpu": next_cpu}


def publishing(home: Path, _: Path) -> Figures:
    """All that `publish` does, from the store to the version in use."""
    located = Home.locate(home)
    located.current.unlink()
    with ListStore.open(located) as store:
        wall, cpu, published = _timed(lambda: publish(located, store, build, index_format=FORMAT))
    return {
        "wall": wall,
        "cpu": cpu,
        "peak_mb": peak_mb(),
        "entities": published.manifest.entities,
        "names": published.manifest.names,
    }


def changed(home: Path, customers: Path) -> Figures:
    """A few changed entities against all customers, whose tokens are known."""
    screener = Screener.open(home, record=False)
    entities = random.Random(3).sample(range(sum(1 for _ in screener.entities())), _CHANGED)
    screener.restrict(entities)
    frame = pl.read_parquet(customers)
    runs = [_timed(lambda: screener.screen_frame(frame)) for _ in range(RUNS + 1)][1:]
    wall, cpu = _median(runs)
    return {"wall": wall, "cpu": cpu, "entities": _CHANGED, "peak_mb": peak_mb()}


def large(home: Path, customers: Path) -> Figures:
    """A watchlist of a million names, which `home` holds: in bulk, one by one, and opening it."""
    opened, opened_cpu, screener = _timed(lambda: Screener.open(home, record=False))
    frame = pl.read_parquet(customers).head(50_000)
    screener.screen_frame(frame)
    bulk_wall, bulk_cpu, _ = _timed(lambda: screener.screen_frame(frame))
    chance = random.Random(7)
    names = frame["name"].sample(1_000, seed=7).to_list()
    names += [
        _misspelled(entity.names[0].text, chance)
        for entity, _ in zip(screener.entities(), range(250), strict=False)
    ]
    latencies, _ = _latencies(screener, [Subject(names=(name,), kind=Kind.PERSON) for name in names])
    return {
        "open_wall": opened,
        "open_cpu": opened_cpu,
        "per_second": frame.height / bulk_wall,
        "bulk_cpu": bulk_cpu,
        "p50_ms": float(np.percentile(latencies, 50)),
        "p99_ms": float(np.percentile(latencies, 99)),
        "peak_mb": peak_mb(),
    }


MEASURES = {
    each.__name__: each for each in (bulk, growth, one_by_one, opening, building, publishing, changed, large)
}

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))))
