"""Screen a file of customers in bulk: matches in one file, rejected rows in another, no row lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from engine import Screener
from engine.ledger.batch import stamp_now
from engine.residency.batches import RegionalBatches
from jobs.customers.reader import Chunk, CustomerFile, ReadOptions
from jobs.outputs import (
    MATCH_COLUMNS,
    RejectedWriter,
    check_output,
    match_writer,
    put_in_place,
    put_rejected_in_place,
    rejected_path,
    unfinished_folder,
)
from jobs.rejected import Rejections
from jobs.wording import counted
from lists.home import Home

# How many row numbers a note lists before it only counts.
_ROWS_SHOWN = 5

Progress = Callable[[float, int], None]  # share of the file read (0..1), customers read so far


@dataclass(frozen=True)
class BatchOptions:
    """How to read the customers, and the score from which a match is written (None: the home's own)."""

    reading: ReadOptions = field(default_factory=ReadOptions)
    threshold: float | None = None


@dataclass(frozen=True)
class BatchSummary:
    """What a batch did. `read` is always `screened` + `rejected`, and `screened` is `clear` + `alerts`.

    `alerts` counts customers with at least one match, `matches` the rows of the output; `row_numbers` says
    what the numbers in the outputs count.
    """

    source: str
    output: str
    rejected_file: str | None
    read: int
    screened: int
    rejected: int
    clear: int
    alerts: int
    matches: int
    recorded: dict[str, int]  # customers in the ledger of each region
    other_regions: dict[str, int]  # of the rejected, those that belong to a region that is not served
    elapsed_seconds: float
    customers_per_second: float
    stale_lists: tuple[str, ...]
    watchlist_version: str
    model_version: str
    policy_versions: dict[str, str]  # of the default policy and of each segment's
    row_numbers: str
    ignored_columns: tuple[str, ...]
    notes: tuple[str, ...]


def run_batch(
    home: Home, source: Path, output: Path, options: BatchOptions, progress: Progress | None = None
) -> BatchSummary:
    """Screen the customers in `source` (CSV or Parquet) and write their matches to `output` (CSV or Parquet).

    Rejected rows go to OUTPUT.rejected.csv, which is there only when there are any. Raises `InputError`,
    `OutputError`, `HomeError` and `WatchlistNotReady`; the outputs are then what they were before.
    """
    started, started_at = time.perf_counter(), stamp_now()
    with CustomerFile(source, options.reading) as customers:
        check_output(output, source)
        screener = Screener.open(home)
        customers.know_segments(screener.segments)
        if screener.residency.regions.is_declared:
            customers.refuse(screener.residency.refusal)
        run = _Run(screener, options.threshold, has_ids=customers.has_ids)
        with unfinished_folder(output) as folder:
            matches, rejected = folder / f"matches{output.suffix.lower()}", folder / "rejected.csv"
            with (
                closing(match_writer(matches)) as match_file,
                closing(RejectedWriter(rejected)) as rejected_file,
            ):
                rejections = Rejections(rejected_file)
                rejections.begin(source.name, customers.heading_of("residency"))
                for chunk in customers.chunks():
                    match_file.add(run.screen(chunk, rejections))
                    if progress is not None:
                        progress(chunk.done, run.read)
            run.finish(started_at, source, rejections)
            _put_in_place(matches, rejected, output)
        return run.summary(source, output, customers, rejections, time.perf_counter() - started)


class _Run:
    """Screens chunk by chunk and counts."""

    def __init__(self, screener: Screener, threshold: float | None, *, has_ids: bool) -> None:
        self._screener = screener
        self._threshold = threshold
        self._has_ids = has_ids
        self._batches = RegionalBatches(screener.residency, screener.watchlist_version)
        self.read = self._screened = self._alerts = self._matches = 0
        self._invisible = _RowNumbers()

    def screen(self, chunk: Chunk, rejections: Rejections) -> pl.DataFrame:
        """The matches of the valid rows, with the columns `MATCH_COLUMNS`; `row` is the row in the file."""
        rejections.add(chunk.rejected)
        admitted = self._screener.residency.admit_frame(chunk.frame, rejections.refusing(chunk.rows))
        found = self._screener.screen_admitted(admitted, threshold=self._threshold)
        rows = pl.Series(chunk.rows, dtype=pl.UInt32)
        if admitted.rows is not None:
            rows = rows.gather(admitted.rows)
        found = self._batches.add(admitted, found, rows, has_ids=self._has_ids)
        self.read += chunk.read
        self._screened += admitted.frame.height
        self._alerts += found.filter(pl.col("suppressed_by").is_null())["row"].n_unique()
        self._matches += found.height
        self._invisible.add(chunk.invisible)
        return found.with_columns(row=rows.gather(found["row"])).select(MATCH_COLUMNS)

    def finish(self, started_at: str, source: Path, rejections: Rejections) -> None:
        """Record that the batch is complete, before anybody can take its output for that."""
        self._batches.finish(
            "batch",
            started_at,
            source=source.name,
            rejected=rejections.count,
            policy_versions=self._policy_versions(),
        )

    def summary(
        self,
        source: Path,
        output: Path,
        customers: CustomerFile,
        rejections: Rejections,
        elapsed: float,
    ) -> BatchSummary:
        return BatchSummary(
            source=str(source),
            output=str(output),
            rejected_file=str(rejected_path(output)) if rejections.count else None,
            read=self.read,
            screened=self._screened,
            rejected=rejections.count,
            clear=self._screened - self._alerts,
            alerts=self._alerts,
            matches=self._matches,
            recorded=self._batches.counts(),
            other_regions=dict(rejections.other_regions),
            elapsed_seconds=round(elapsed, 3),
            customers_per_second=round(self.read / elapsed, 1),
            stale_lists=self._screener.stale_lists,
            watchlist_version=self._screener.watchlist_version,
            model_version=self._screener.model_version,
            policy_versions=self._policy_versions(),
            row_numbers=customers.numbering,
            ignored_columns=tuple(customers.ignored_columns),
            notes=tuple(self._notes(source, customers)),
        )

    def _policy_versions(self) -> dict[str, str]:
        policies = self._screener.policies(self._threshold)
        return {name: policy.version for name, policy in policies.items()}

    def _notes(self, source: Path, customers: CustomerFile) -> list[str]:
        notes = list(customers.notes)
        if not self.read:
            notes.append(f"{source.name} has headings and no customers")
        if self._invisible.count:
            notes.append(
                f"{self._invisible} held invisible characters in a name (zero-width, direction or control), "
                "which were ignored"
            )
        return notes


class _RowNumbers:
    """How many rows, and the numbers of the first few."""

    def __init__(self) -> None:
        self.count = 0
        self._first: list[int] = []

    def add(self, rows: list[int]) -> None:
        self.count += len(rows)
        self._first += rows[: _ROWS_SHOWN - len(self._first)]

    def __str__(self) -> str:
        shown = ", ".join(map(str, self._first))
        more = ", ..." if self.count > _ROWS_SHOWN else ""
        return f"{counted(self.count, 'row')} ({shown}{more})"


def _put_in_place(matches: Path, rejected: Path, output: Path) -> None:
    # The rejected rows first: an output under its final name then always has its rejected rows beside it.
    put_rejected_in_place(rejected, rejected_path(output))
    put_in_place(matches, output)
