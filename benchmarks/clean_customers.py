"""Time `cordon batch` on customers who are on no list, and write the figures into docs/benchmarks.md.

Run with `make bench`. Needs ../shared (or CORDON_SHARED): the real OFAC and UN lists and the clean customers.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import LISTS, PROJECT, SHARED, is_there, machine, table, write
from engine.model import DEFAULT_THRESHOLD, VERSION

PAGE = PROJECT / "docs" / "benchmarks.md"
_LOADED = ("us_ofac_sdn", "un_sc")
CUSTOMERS = ("customers_clean_global.csv", "customers_clean_us.csv")
MAPS = {
    "name, birth date, nationality": (
        "full_name=name",
        "date_of_birth=birth_date",
        "nationality=countries",
        "gender=ignore",
    ),
    "name alone": ("full_name=name", "gender=ignore"),
}


_COLUMNS = "customers|compared|rows|rejected|wall s|CPU s|customers/s|peak MB|alerts|per 1,000".split("|")


def main() -> int:
    if not is_there():
        return 2
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        for list_id in _LOADED:
            _cordon("lists", "load", list_id, str(SHARED / LISTS[list_id]), "--home", str(home))
        lines = [
            _row(home, Path(folder), customers, fields, maps)
            for customers in CUSTOMERS
            for fields, maps in MAPS.items()
        ]
    loaded = "OFAC SDN of 2023-12-28 and UN of 2025-04-19"
    heading = f"{machine()}; {loaded}; model {VERSION}, threshold {DEFAULT_THRESHOLD}."
    text = f"{heading}\n\n{table(_COLUMNS, lines)}"
    print(text)
    write(PAGE, "clean customers", text)
    return 0


def _row(home: Path, folder: Path, customers: str, fields: str, maps: tuple[str, ...]) -> tuple[object, ...]:
    options = [argument for each in maps for argument in ("--map", each)]
    output = folder / "matches.parquet"
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    path = SHARED / "bench" / customers
    summary: dict[str, Any] = json.loads(
        _cordon("batch", str(path), "-o", str(output), "--json", "--home", str(home), *options)
    )
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = (
        after.ru_maxrss / 1024
    )  # kilobytes on Linux; the largest child so far, of which these are the largest
    return (
        customers,
        fields,
        f"{summary['read']:,}",
        f"{summary['rejected']:,}",
        f"{wall:.1f}",
        f"{cpu:.1f}",
        f"{summary['read'] / wall:,.0f}",
        f"{peak:,.0f}",
        f"{summary['alerts']:,}",
        f"{1000 * summary['alerts'] / summary['read']:.2f}",
    )


def _cordon(*arguments: str) -> str:
    command = [str(Path(sys.executable).with_name("cordon")), *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
