"""What routing and the receipt cost a customer, one by one and in bulk, and a whole batch of three regions.

Run with `make bench-residency`. Needs ../shared (or CORDON_SHARED): the real OFAC and UN lists and the clean
customers. A part that measures what else is done with a customer's data adds its lines to `main`.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import polars as pl

from benchmarks.report import LISTS, PROJECT, SHARED, is_there, machine, table, write
from engine import Screener, Subject
from engine.frame import MATCH_SCHEMA
from engine.ledger.recording import Recorder, _members
from engine.residency.batches import RegionalBatches

PAGE = PROJECT / "docs" / "benchmarks.md"
_LOADED = ("us_ofac_sdn", "un_sc")
_SINGLES, _ROWS, _BATCHES, _REPEATS = 20_000, 50_000, 5, 9
_CORDON = str(Path(sys.executable).with_name("cordon"))
_RESIDENCIES = ("DE", "FR", "NO", "GB", "US", "AT", "IE")
_REGIONS = """
[ledger]
sync = "batched"
[regions.eu]
countries = ["EEA"]
[regions.uk]
countries = ["GB"]
[regions.us]
countries = ["US"]
[residency]
unlisted = "refuse"
"""
_ONE = '[ledger]\nsync = "batched"\n'
_WANTED = "under 5"


def main() -> int:
    if not is_there():
        return 2
    with tempfile.TemporaryDirectory(dir=os.environ.get("CORDON_BENCH_DISK")) as folder:
        home = Path(folder) / "home"
        for list_id in _LOADED:
            _cordon("lists", "load", list_id, str(SHARED / LISTS[list_id]), "--accept", "--home", str(home))
        parts = [
            f"{machine()}; OFAC SDN of 2023-12-28 and UN of 2025-04-19; three regions, all served here.",
            table(("a customer", "of", "CPU µs", "wanted"), _customers(home)),
            table(
                ("a batch of 50,000", "runs", "wall s", "CPU s", "CPU µs a customer"),
                _batches(home, Path(folder)),
            ),
        ]
    text = "\n\n".join(parts)
    print(text)
    write(PAGE, "residency", text)
    return 0


def _customers(home: Path) -> Iterator[tuple[object, ...]]:
    """Medians of several runs of each."""
    _serve(home, _REGIONS)
    screener = Screener.open(home)
    residency = screener.residency
    countries = [country for country, _ in zip(cycle(_RESIDENCIES), range(_SINGLES), strict=False)]
    admitted = _median(lambda: [residency.admit(country) for country in countries], _SINGLES)
    yield "routing, one by one: the receipt of a residency", f"{_SINGLES:,}", f"{admitted:.2f}", _WANTED
    recorded = _receipt_in_event(screener)
    yield "the receipt in the event of a screening", f"{_SINGLES:,}", f"{recorded:.2f}", _WANTED
    yield "both", "", f"{admitted + recorded:.2f}", _WANTED
    frame = _frame()
    routed = _median(lambda: residency.admit_frame(frame), frame.height)
    yield "routing, in bulk: a frame of seven residencies", f"{frame.height:,}", f"{routed:.3f}", _WANTED
    none = pl.DataFrame(schema=MATCH_SCHEMA)

    def record(screener: Screener) -> None:
        batches = RegionalBatches(screener.residency, screener.watchlist_version)
        batches.add(screener.residency.admit_frame(frame), none)
        batches.finish("frame", "2026-01-01T00:00:00.000000Z")

    apart = _median(lambda: record(screener), frame.height)
    _serve(home, _ONE)
    undeclared = Screener.open(home)
    together = _median(lambda: record(undeclared), frame.height)
    yield "sealing in one ledger, no regions declared", f"{frame.height:,}", f"{together:.2f}", ""
    yield "routing, receipt and sealing in three ledgers", f"{frame.height:,}", f"{apart:.2f}", ""
    yield "difference", "", f"{apart - together:.2f}", _WANTED


def _receipt_in_event(screener: Screener) -> float:
    """CPU microseconds by which an event with the receipt costs more than the same without it."""
    quiet = Screener.open(screener.residency.regions.home, record=False)
    recorder: Recorder = screener.residency.recorders["eu"]
    subject = Subject.parse(name="Ada Brunn", birth_date="1961-04-03", residency="DE")
    whole = _members(subject, quiet.screen(subject), [], [], "0" * 32, 25)
    receipt = f'"receipt":{quiet.screen(subject).receipt.as_json},'
    assert receipt in whole
    without = whole.replace(receipt, "")

    def append(text: str) -> Callable[[], object]:
        return lambda: [recorder.writer.append("screened", text) for _ in range(2_000)]

    return _median(append(whole), 2_000) - _median(append(without), 2_000)


def _frame() -> pl.DataFrame:
    names = pl.read_csv(SHARED / "bench" / "customers_clean_us.csv")["full_name"].head(_ROWS)
    countries = [country for country, _ in zip(cycle(_RESIDENCIES), range(_ROWS), strict=False)]
    return pl.DataFrame(
        {"subject_id": [f"c{row}" for row in range(_ROWS)], "name": names, "residency": countries}
    )


def _batches(home: Path, folder: Path) -> Iterator[tuple[object, ...]]:
    """Whole processes, with and without regions in turn."""
    source, out = folder / "customers.csv", str(folder / "matches.parquet")
    _frame().write_csv(source)
    measured: dict[str, list[tuple[float, float]]] = {_ONE: [], _REGIONS: []}
    for _ in range(_BATCHES):
        for settings, runs in measured.items():
            _serve(home, settings)
            runs.append(_process("batch", str(source), "-o", out, "--json", "--home", str(home)))
    for settings, word in ((_ONE, "no regions declared"), (_REGIONS, "three regions, three ledgers")):
        wall, cpu = (statistics.median(each) for each in zip(*measured[settings], strict=True))
        yield word, _BATCHES, f"{wall:.2f}", f"{cpu:.2f}", f"{cpu / _ROWS * 1e6:.1f}"


def _serve(home: Path, settings: str) -> None:
    (home / "cordon.toml").write_text(settings, encoding="utf-8")
    if settings == _REGIONS:
        os.environ["CORDON_REGIONS"] = "eu,uk,us"
    else:
        os.environ.pop("CORDON_REGIONS", None)


def _median(run: Callable[[], object], count: int) -> float:
    """CPU microseconds of one of `count`, the median of several runs."""
    run()
    times = []
    for _ in range(_REPEATS):
        began = time.process_time()
        run()
        times.append((time.process_time() - began) / count * 1e6)
    return statistics.median(times)


def _process(*arguments: str) -> tuple[float, float]:
    """Wall and CPU seconds of one command."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    summary = json.loads(_cordon(*arguments))
    assert summary["screened"] == _ROWS
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _cordon(*arguments: str) -> str:
    return subprocess.run([_CORDON, *arguments], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
