"""Time `cordon validate` on 100,000 records of the real lists, and write docs/validation.md.

Run with `make bench-validation`. Needs ../shared (or CORDON_SHARED), and Linux for the memory of all
processes together. Exits with 1 when a figure that is wanted is not reached.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.clean_customers import MAPS
from benchmarks.report import LISTS, PROJECT, SHARED, is_there, machine, table, write
from jobs.load import load_list

PAGE = PROJECT / "docs" / "validation.md"
_LOADED = ("us_ofac_sdn", "un_sc", "eu_fsf", "gb_fcdo")
_CUSTOMERS = "customers_clean_global.csv"
_SECONDS, _MEGABYTES = 180, 1_500  # wanted
_EVERY = 1.0  # seconds between two looks at the memory


class Took(NamedTuple):
    """Seconds, and megabytes at the most, of all processes together; `load` is the machine's at the end."""

    wall: float
    cpu: float
    peak: float
    load: float


def main() -> int:
    if not is_there():
        return 2
    with tempfile.TemporaryDirectory() as folder:
        home, output = Path(folder, "home"), Path(folder, "validation")
        for list_id in _LOADED:
            load_list(home, list_id, SHARED / LISTS[list_id], accept=True)
        took = _timed(home, output)
        report = json.loads((output / "validation.json").read_bytes())
    write_page(report, took)
    return 0 if took.wall <= _SECONDS and took.peak <= _MEGABYTES else 1


def write_page(report: dict[str, Any], took: Took) -> None:
    """What a run took and found, into its page."""
    stamp, tested, customers = report["stamp"], report["tested"], report["customers"]
    lines = [
        ("records", f"{tested['records']:,}", ""),
        ("wall s", f"{took.wall:,.0f}", f"at most {_SECONDS}"),
        ("CPU s, all processes", f"{took.cpu:,.0f}", ""),
        ("peak MB, all processes", f"{took.peak:,.0f}", f"at most {_MEGABYTES:,}"),
        ("one screening, median ms", stamp["p50_ms"], ""),
        ("one screening, 99% ms", stamp["p99_ms"], ""),
        ("alerts per 1,000 customers", f"{customers['per_1000']:.2f} of {customers['asked']:,}", ""),
    ]
    heading = f"{machine()}, load average {took.load:.1f}; {', '.join(_LOADED)}; model {tested['model']}."
    write(PAGE, "measured", f"{heading}\n\n{table(('what', 'measured', 'wanted'), lines)}")
    columns = ("family", "found", "95% interval", "wanted", "reached it")
    write(PAGE, "families", table(columns, map(_family, report["families"])))


def _family(each: dict[str, Any]) -> tuple[str, ...]:
    bound = "at most" if each["is_trap"] else "at least"
    return (
        f"{each['group']}: {each['family']}",
        f"{each['found']:,} of {each['records']:,}, {each['share']:.2%}",
        f"{each['low']:.2%} to {each['high']:.2%}",
        f"{bound} {each['wanted']:.0%}",
        "yes" if each["holds"] else "**no**",
    )


def _timed(home: Path, output: Path) -> Took:
    maps = [argument for each in MAPS["name, birth date, nationality"] for argument in ("--map", each)]
    command = [
        str(Path(sys.executable).with_name("cordon")),
        "validate",
        "--home",
        str(home),
        "-o",
        str(output),
    ]
    command += ["--customers", str(SHARED / "bench" / _CUSTOMERS), *maps]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=PROJECT) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_megabytes, _tree(process.pid))))
            time.sleep(_EVERY)
        if process.returncode not in (0, 1):  # 1: a family is below its mark
            raise subprocess.CalledProcessError(process.returncode, command)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall, cpu, peak, os.getloadavg()[0])


def _tree(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _tree(int(child))


def _megabytes(pid: int) -> float:
    """What a process holds; of what it shares with others its part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


if __name__ == "__main__":
    sys.exit(main())
