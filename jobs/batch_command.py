"""What `cordon batch` does beside the work: progress, notes, and the report."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from jobs.batch import BatchOptions, run_batch
from jobs.cli_options import print_json
from jobs.customers.reader import ReadOptions
from jobs.notes import note_other_regions, note_stale
from jobs.terminal import note, progress
from jobs.wording import counted
from lists.home import Home


def screen_file(home: Home, file: Path, output: Path, options: BatchOptions, *, as_json: bool) -> int:
    """Screen a file of customers; how many rows were rejected."""
    with progress(f"screening {file.name}") as advance:
        summary = run_batch(
            home, file, output, options, lambda share, read: advance(share, f"{read:,} customers")
        )
    for sentence in summary.notes:
        note(sentence)
    if summary.ignored_columns:
        note(f"columns not read: {', '.join(summary.ignored_columns)}; --map COLUMN=FIELD reads one")
    note_stale(summary.stale_lists)
    note_other_regions(summary.other_regions)
    if summary.rejected:
        note(f"{counted(summary.rejected, 'row')} not screened; the reasons are in {summary.rejected_file}")
    if as_json:
        print_json(asdict(summary))
    else:
        from jobs.render import show_batch  # noqa: PLC0415

        show_batch(summary)
    return summary.rejected


def split_file(home: Home, file: Path, folder: Path, reading: ReadOptions, *, as_json: bool) -> int:
    """Split a file of customers by region; how many rows were rejected."""
    from jobs.split import split_by_region  # noqa: PLC0415

    with progress(f"splitting {file.name}") as advance:
        summary = split_by_region(
            home, file, folder, reading, lambda share, read: advance(share, f"{read:,} rows")
        )
    for sentence in summary.notes:
        note(sentence)
    if summary.rejected:
        note(f"{counted(summary.rejected, 'row')} not copied; the reasons are in {summary.rejected_file}")
    if as_json:
        print_json(asdict(summary))
    else:
        from jobs.residency_render import show_split  # noqa: PLC0415

        show_split(summary)
    return summary.rejected
