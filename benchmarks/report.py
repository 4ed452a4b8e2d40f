"""What the benchmarks share: where the data is, which lists are loaded, and how a page takes its table."""

from __future__ import annotations

import csv
import os
import platform
import resource
import sys
from collections.abc import Iterable
from pathlib import Path

PROJECT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("CORDON_SHARED", PROJECT.parent / "shared"))
LISTS = {
    "us_ofac_sdn": "lists/us_ofac_sdn/csv-2023-12-28",
    "un_sc": "lists/un_sc/xml-2025-04-19.xml",
    "eu_fsf": "lists/eu_fsf/xml-1.1-2025-05-reconstructed.xml",
    "gb_fcdo": "lists/gb_fcdo/xml-2026-04-29-reconstructed.xml",
    "au_dfat": "lists/au_dfat/xlsx-2026-07-23.xlsx",
}


def is_there() -> bool:
    """Whether the data is there; says so where it is not."""
    if not SHARED.is_dir():
        print("skipped: ../shared not found", file=sys.stderr)
    return SHARED.is_dir()


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a labelled file."""
    with (SHARED / "bench" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def machine() -> str:
    """The machine, in a few words."""
    system = f"{platform.system()} {platform.machine()}"
    return f"{system}, {os.cpu_count()} cores, Python {platform.python_version()}"


def peak_mb() -> float:
    """The most memory that this process ever held. A new process of Linux starts with its parent's in
    `ru_maxrss`.
    """
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


def table(columns: Iterable[str], lines: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    heading = list(columns)
    body = ["| " + " | ".join(str(cell) for cell in line) + " |" for line in lines]
    return "\n".join(["| " + " | ".join(heading) + " |", "|" + "---|" * len(heading), *body])


def write(page: Path, part: str, text: str) -> None:
    """Replace what stands between a part's two marks on a page."""
    begin, end = f"<!-- {part}: written by a benchmark -->", f"<!-- end of {part} -->"
    before, rest = page.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
