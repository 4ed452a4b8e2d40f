"""Measure speed on the real lists and on a million customers, and write it into docs/benchmarks.md.

Run with `make bench-speed`. Needs ../shared (or CORDON_SHARED). Each measurement has a process of its own, so
that its memory is its own. `--quick` takes a tenth of the customers, no watchlist of a million names and few
random cases.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.million import permuted, write_customers
from benchmarks.report import LISTS, PROJECT, SHARED, is_there, machine, table, write
from benchmarks.speed_measures import RUNS
from engine.index.build import build
from engine.index.candidates import CandidateIndex
from engine.index.layout import FORMAT
from engine.model import VERSION
from jobs.load import load_list
from lists.home import Home
from lists.publish import open_published, publish
from lists.store import ListStore

PAGE = PROJECT / "docs" / "benchmarks.md"
_LOADED = ("us_ofac_sdn", "un_sc", "eu_fsf", "gb_fcdo")
_EXAMPLES = 20_000
_COLUMNS = ("measure", "reached", "wanted", "CPU s", "peak MB")


def main(arguments: list[str]) -> int:
    if not is_there():
        return 2
    quick = "--quick" in arguments
    with tempfile.TemporaryDirectory() as folder:
        home, customers = Path(folder) / "home", Path(folder) / "customers.parquet"
        for list_id in _LOADED:
            load_list(home, list_id, SHARED / LISTS[list_id])
        write_customers(customers, 100_000 if quick else 1_000_000)
        names = ("building", "publishing", "opening", "bulk", "growth", "one_by_one", "changed")
        measured = {name: _in_a_process(name, home, customers) for name in names}
        measured["start"] = {"wall": _cold_start(home)}
        if not quick:
            measured["large"] = _in_a_process("large", _large_home(Path(folder), home), customers)
    if not quick:
        write(PAGE, "speed", _page(measured))  # what comes now takes longer than all before
    measured["exhaustive"] = _exhaustive(200 if quick else _EXAMPLES)
    text = _page(measured)
    print(text)
    if not quick:
        write(PAGE, "speed", text)
    return 0 if measured["exhaustive"]["passed"] else 1


def _in_a_process(name: str, home: Path, customers: Path) -> dict[str, Any]:
    print(f"measuring: {name}", file=sys.stderr)
    command = [sys.executable, "-m", "benchmarks.speed_measures", name, str(home), str(customers)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    found: dict[str, Any] = json.loads(done.stdout)
    print(json.dumps(found), file=sys.stderr)
    return found


def _cold_start(home: Path) -> float:
    """Seconds that `cordon screen NAME` takes as a whole process, imports and recording included."""
    command = [str(Path(sys.executable).with_name("cordon")), "screen", "Orlan Dvessik", "--home", str(home)]
    runs = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        runs.append(time.perf_counter() - began)
    return statistics.median(runs)


def _large_home(folder: Path, home: Path) -> Path:
    """A home whose watchlist has a million names, made of the words of the real ones."""
    index = CandidateIndex(open_published(Home.locate(home)).path)
    names = [index.listed_name(place) for place in range(len(index.name_entity))]
    located = Home.locate(folder / "large")
    with ListStore.open(located) as store:
        store.load("xx_permuted", permuted([(name.text, name.kind) for name in names]))
        publish(located, store, build, index_format=FORMAT).close()
    return folder / "large"


def _exhaustive(examples: int) -> dict[str, Any]:
    """Random watchlists and customers, by the index and by comparing every pair: the property test, with more
    cases, in as many processes as there are cores.
    """
    began, processes = time.perf_counter(), os.cpu_count() or 1
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_candidates.py"]
    environment = {**os.environ, "CORDON_EXAMPLES": str(-(-examples // processes))}
    running = [
        subprocess.Popen(
            [*command, "-k", "finds_what_exhaustive", f"--hypothesis-seed={seed}"],
            cwd=PROJECT,
            env=environment,
            stdout=sys.stderr,
        )
        for seed in range(processes)
    ]
    codes = [each.wait() for each in running]
    return {"passed": not any(codes), "examples": examples, "wall": time.perf_counter() - began}


def _page(measured: Mapping[str, dict[str, Any]]) -> str:
    bulk, publishing = measured["bulk"], measured["publishing"]
    lists = f"{publishing['entities']:,} entities, {publishing['names']:,} names of OFAC, UN, EU and UK"
    heading = (
        f"{machine()}; {lists}; {bulk['customers']:,} customers; model {VERSION}. Medians of {RUNS} runs."
    )
    return "\n\n".join((heading, table(_COLUMNS, _lines(measured)), *_plots(measured)))


def _lines(measured: Mapping[str, dict[str, Any]]) -> list[tuple[str, ...]]:
    return [
        *_bulk_lines(measured["bulk"], measured["growth"], measured["changed"]),
        *_single_lines(measured["one_by_one"], measured["start"], measured["opening"]),
        *_building_lines(measured["building"], measured["publishing"]),
        *(_large_lines(measured["large"]) if "large" in measured else ()),
        *([_exhaustive_line(measured["exhaustive"])] if "exhaustive" in measured else ()),
    ]


def _line(
    measure: str, reached: str, wanted: str, cpu: float | None = None, peak: float | None = None
) -> tuple[str, ...]:
    return (
        measure,
        reached,
        wanted,
        "" if cpu is None else f"{cpu:.1f}",
        "" if peak is None else f"{peak:,.0f}",
    )


def _bulk_lines(
    bulk: dict[str, Any], growth: dict[str, Any], changed: dict[str, Any]
) -> Iterator[tuple[str, ...]]:
    count = bulk["customers"]
    warm, cold = count / bulk["wall"], count / bulk["cold_wall"]
    times = warm / bulk["brute_force_per_second"]
    yield _line("bulk, warm token table", f"{warm:,.0f}/s", "75,000/s", bulk["cpu"], bulk["peak_mb"])
    yield _line("the same against `cdist(token_sort_ratio)` on all cores", f"{times:,.0f} times", "60 times")
    yield _line("bulk, cold token table", f"{cold:,.0f}/s", "20,000/s", bulk["cold_cpu"])
    yield _line("two threads against one", f"{growth['two_threads_against_one']:.2f} times", "1.6 times")
    yield _line(
        f"{changed['entities']} changed entities against all customers, tokens known",
        f"{changed['wall']:.1f} s",
        "5 s",
        changed["cpu"],
        changed["peak_mb"],
    )


def _single_lines(
    single: dict[str, Any], start: dict[str, Any], opening: dict[str, Any]
) -> Iterator[tuple[str, ...]]:
    for rank, wanted in (("p50", "0.2 ms"), ("p99", "1 ms")):
        reached = f"{single[f'{rank}_ms']:.2f} ms, of CPU time {single[f'cpu_{rank}_ms']:.2f}"
        yield _line(f"one subject, {rank}", reached, wanted, None, single["peak_mb"])
    four, one = single["four_threads_ms_a_call"], single["one_thread_ms_a_call"]
    yield _line(
        "four threads at once: wall time for each call", f"{four:.2f} ms; one thread {one:.2f} ms", ""
    )
    yield _line("`cordon screen NAME` from a cold start", f"{start['wall']:.2f} s", "1.5 s")
    reached = f"{opening['wall']:.3f} s, then the first name {opening['first_name']:.3f} s"
    yield _line("opening a published watchlist", reached, "0.3 s")


def _building_lines(building: dict[str, Any], publishing: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    peak = building["peak_mb"]
    yield _line("building the index", f"{building['wall']:.1f} s", "2 s, 600 MB", building["cpu"], peak)
    wall, cpu = building["next_wall"], building["next_cpu"]
    yield _line("the same, for the next version of the lists", f"{wall:.1f} s", "2 s", cpu)
    wall, cpu, peak = publishing["wall"], publishing["cpu"], publishing["peak_mb"]
    yield _line("publishing from the store, index included", f"{wall:.1f} s", "", cpu, peak)


def _large_lines(large: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    rate, peak = f"{large['per_second']:,.0f}/s", large["peak_mb"]
    yield _line("a watchlist of 1,000,000 names, bulk", rate, "2,000/s", large["bulk_cpu"], peak)
    yield _line("one subject, p99", f"{large['p99_ms']:.1f} ms; p50 {large['p50_ms']:.1f} ms", "10 ms")
    yield _line("opening it", f"{large['open_wall']:.2f} s", "3 s", large["open_cpu"])


def _exhaustive_line(exhaustive: dict[str, Any]) -> tuple[str, ...]:
    answer = "the same answers" if exhaustive["passed"] else "other answers"
    reached = f"{answer} in {exhaustive['examples']:,} random cases"
    return _line("pruned against exhaustive search", reached, f"{_EXAMPLES:,}")


def _plots(measured: Mapping[str, dict[str, Any]]) -> list[str]:
    rates = measured["growth"]["per_second"]
    plots = [
        _plot(
            "customers a second, by how many they are",
            [f"{int(size):,}" for size in rates],
            list(rates.values()),
        )
    ]
    if "large" in measured:
        names = f"{measured['publishing']['names']:,} names"
        bulk = measured["bulk"]
        values = [bulk["customers"] / bulk["wall"], measured["large"]["per_second"]]
        plots.append(
            _plot("customers a second, by the size of the watchlist", [names, "1,000,000 names"], values)
        )
    return plots


def _plot(title: str, labels: list[str], values: list[float]) -> str:
    """A bar chart that a Markdown page shows."""
    quoted = ", ".join(f'"{label}"' for label in labels)
    heights = ", ".join(f"{value:.0f}" for value in values)
    lines = (
        "```mermaid",
        "xychart-beta",
        f'    title "{title}"',
        f"    x-axis [{quoted}]",
        f"    bar [{heights}]",
        "```",
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
