"""Time `cordon batch` on customers who are on no list, and write the figures into docs/benchmarks.md.

Run with `make bench`. Needs ../shared (or CORDON_SHARED): the real OFAC and UN lists and the clean customers.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from engine.model import DEFAULT_THRESHOLD, VERSION

PROJECT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("CORDON_SHARED", PROJECT.parent / "shared"))
PAGE = PROJECT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- clean customers: written by make bench -->", "<!-- end of clean customers -->"
LISTS = {
    "us_ofac_sdn": "lists/us_ofac_sdn/csv-2023-12-28",
    "un_sc": "lists/un_sc/xml-2025-04-19.xml",
}
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


def main() -> int:
    if not SHARED.is_dir():
        print(f"skipped: {SHARED} not found", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        for list_id, path in LISTS.items():
            _cordon("lists", "load", list_id, str(SHARED / path), "--home", str(home))
        rows = [
            _row(home, Path(folder), customers, fields, maps)
            for customers in CUSTOMERS
            for fields, maps in MAPS.items()
        ]
    table = "\n".join([_heading(), *rows])
    print(table)
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")
    return 0


def _heading() -> str:
    columns = "customers|compared|rows|rejected|wall s|CPU s|customers/s|peak MB|alerts|per 1,000".split("|")
    return (
        f"{_machine()}; OFAC SDN of 2023-12-28 and UN of 2025-04-19; "
        f"model {VERSION}, threshold {DEFAULT_THRESHOLD}.\n\n"
        f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    )


def _row(home: Path, folder: Path, customers: str, fields: str, maps: tuple[str, ...]) -> str:
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
        f"| {customers} | {fields} | {summary['read']:,} | {summary['rejected']:,} | {wall:.1f} | {cpu:.1f} "
        f"| {summary['read'] / wall:,.0f} | {peak:,.0f} | {summary['alerts']:,} "
        f"| {1000 * summary['alerts'] / summary['read']:.2f} |"
    )


def _cordon(*arguments: str) -> str:
    command = [str(Path(sys.executable).with_name("cordon")), *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    return done.stdout


def _machine() -> str:
    system = f"{platform.system()} {platform.machine()}"
    return f"{system}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
