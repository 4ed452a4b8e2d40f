"""Time reading and publishing the newest of each real list, and write it into docs/benchmarks.md.

Run with `make bench-lists`. Needs ../shared (or CORDON_SHARED). Each list has a process of its own with an
empty home, and so have all together: recorded one after another and published once, as a refresh does it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.report import PROJECT, SHARED, is_there, machine, table, write
from jobs.recording import Recording, publish_newest
from lists.home import Home
from lists.source import source
from lists.store import ListStore

PAGE = PROJECT / "docs" / "benchmarks.md"
# Of OFAC's list the newest day of which the aliases and addresses are there as well; they are half the work.
NEWEST = {
    "au_dfat": "au_dfat/xlsx-2026-07-23.xlsx",
    "ca_sema": "ca_sema/xml-2025-03-20.xml",
    "ch_seco": "ch_seco/xml-2026-08-27-excerpt3.xml",
    "eu_fsf": "eu_fsf/xml-1.1-2025-05-reconstructed.xml",
    "gb_fcdo": "gb_fcdo/xml-2026-04-29-reconstructed.xml",
    "gb_ofsi": "gb_ofsi/xlsx-2025-04-10.xlsx",
    "un_sc": "un_sc/xml-2026-02-27.xml",
    "us_csl": "us_csl/csv-2022-05.csv.gz",
    "us_ofac_cons": "us_ofac_cons/enhanced-2025-01-10.zip",
    "us_ofac_sdn": "us_ofac_sdn/csv-2023-12-28",
}
_TOGETHER = "all together"
_WANTED = "wanted"
_COLUMNS = (
    "list",
    "entities",
    "names",
    "reading s (CPU)",
    "publishing s (CPU)",
    "wall s",
    "CPU s",
    "reading MB",
    "peak MB",
)


def main(arguments: list[str]) -> int:
    if not is_there():
        return 2
    if arguments:
        print(json.dumps(_measure(arguments)))
        return 0
    load = os.getloadavg()[0]
    lines = [_line(list_id, _in_a_process([list_id])) for list_id in NEWEST]
    lines.append(_line(_TOGETHER, _in_a_process(list(NEWEST))))
    lines.append((_WANTED, "", "", "", "", "30", "", "", "700"))
    text = f"{machine()}; load average {load:.1f} when it began.\n\n{table(_COLUMNS, lines)}"
    print(text)
    write(PAGE, "loading the lists", text)
    return 0


def _in_a_process(list_ids: list[str]) -> dict[str, Any]:
    """What loading them took: wall seconds of the whole process, the rest as it says itself."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.lists", *list_ids],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured | {"wall": time.perf_counter() - started}


def _measure(list_ids: list[str]) -> dict[str, float]:
    """Record and publish the lists in this process: seconds, and megabytes at the most."""
    entities = names = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Home.locate(Path(folder) / "home")
        started = _Moment.now()
        for list_id in list_ids:
            with ListStore.open(home) as store:
                path = SHARED / "lists" / NEWEST[list_id]
                recording = Recording(store, source(list_id), lambda _objections: None, lambda *_: None)
                loaded = recording.run(path).loaded
            entities, names = entities + loaded.entities, names + loaded.names
        recorded = _Moment.now()
        with ListStore.open(home) as store:
            publish_newest(home, store)
        published = _Moment.now()
    return {
        "entities": entities,
        "names": names,
        "reading": recorded.wall - started.wall,
        "reading cpu": recorded.cpu - started.cpu,
        "publishing": published.wall - recorded.wall,
        "publishing cpu": published.cpu - recorded.cpu,
        "cpu": published.cpu,
        "reading peak": recorded.peak,
        "peak": published.peak,
    }


class _Moment(NamedTuple):
    """What the process has taken so far: seconds, and megabytes at the most."""

    wall: float
    cpu: float
    peak: float

    @classmethod
    def now(cls) -> _Moment:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        kilobytes = usage.ru_maxrss  # on Linux
        return cls(time.perf_counter(), usage.ru_utime + usage.ru_stime, kilobytes / 1024)


def _line(what: str, measured: dict[str, Any]) -> tuple[object, ...]:
    return (
        what,
        f"{measured['entities']:,}",
        f"{measured['names']:,}",
        *(f"{measured[part]:.1f} ({measured[f'{part} cpu']:.1f})" for part in ("reading", "publishing")),
        f"{measured['wall']:.1f}",
        f"{measured['cpu']:.1f}",
        f"{measured['reading peak']:,.0f}",
        f"{measured['peak']:,.0f}",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
