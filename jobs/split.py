"""`cordon batch --split-by-region`: a file of customers of several regions, copied apart and never screened.

It is the one tool that is given such a file to take apart. Of its rows it reads the residency alone, and
copies the rest as it is.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from engine.ledger.batch import stamp_now
from engine.ledger.publishing import record_job
from engine.ledger.recording import ledger_writer
from engine.residency.crossing import record_crossing
from engine.residency.regions import Regions, Transfer, regions_of
from engine.residency.routing import Refusal, belongs_to, route
from jobs.customers.cells import parser_for
from jobs.customers.columns import Column, only_column
from jobs.customers.csv_file import CsvReader
from jobs.customers.reader import CHUNK_SIZE, ReadOptions, open_rows
from jobs.customers.rows import Cell, RowReader
from jobs.errors import InputError, OutputError
from jobs.outputs import put_in_place, unfinished_folder
from lists.home import Home

REJECTED = "rejected.csv"
REJECTED_COLUMNS = ("row", "region", "reason")

Progress = Callable[[float, int], None]  # share of the work done (0..1), rows read so far


@dataclass(frozen=True)
class SplitRegion:
    """What was copied for one region; `basis` is what allowed its customers here, None where it is served."""

    region: str
    file: str
    rows: int
    basis: str | None
    basis_kind: str | None
    until: str | None


@dataclass(frozen=True)
class SplitSummary:
    """What was copied where. `read` is always the rows of all regions + `rejected`."""

    source: str
    folder: str
    rejected_file: str | None
    read: int
    rejected: int
    regions: tuple[SplitRegion, ...]
    notes: tuple[str, ...]


class _Decided(NamedTuple):
    """Where the rows with one residency go: to a region's file, or to the rejected, and why."""

    region: str | None
    copied: bool
    transfer: Transfer | None
    reason: str


def split_by_region(
    home: Home, source: Path, folder: Path, options: ReadOptions, progress: Progress | None = None
) -> SplitSummary:
    """Copy each row of a CSV or Parquet file into FOLDER/REGION with the same suffix.

    A region's rows are copied where this process serves it, or a basis for splitting lets them cross to
    here, which is recorded first. All other rows are only numbered in FOLDER/rejected.csv. Raises
    `InputError`, `OutputError`, `LedgerError` and `SettingsError`; nothing is in the folder then.
    """
    started_at, settings = stamp_now(), home.settings()
    regions = regions_of(home, settings)
    regions.check_served()
    if not regions.is_declared:
        raise InputError(f"{home.config} declares no regions to split by, written [regions.ID].")
    tell = progress or (lambda _share, _read: None)
    split = _Split(regions, source, options)
    counts = split.count(tell)
    targets = _targets(folder, source, regions)
    for transfer, customers in split.crossings(counts).items():
        record_crossing(
            ledger_writer(regions.declared[transfer.to].ledger, settings.ledger), transfer, customers
        )
    with unfinished_folder(folder / "split") as unfinished:
        split.copy(unfinished, tell)
        for path in sorted(unfinished.iterdir()):
            if path.name in targets:
                put_in_place(path, targets[path.name])
    summary = split.summary(folder, counts)
    copied = {each.region: each.rows for each in summary.regions}
    record_job(
        home, "split", started_at, "finished", source=source.name, rejected=summary.rejected, regions=copied
    )
    return summary


class _Split:
    """One file: its rows are counted by residency first, and copied then."""

    def __init__(self, regions: Regions, source: Path, options: ReadOptions) -> None:
        self._regions, self._source, self._options = regions, source, options
        self._day = dt.datetime.now(dt.UTC).date()
        self._decided: dict[Cell, _Decided] = {}
        self._notes: list[str] = []
        self.broken = 0

    def count(self, progress: Progress) -> Counter[_Decided]:
        """How many rows go where."""
        counts: Counter[_Decided] = Counter()
        with _opened(self._source, self._options) as (reader, column):
            for raw in reader.rows([column.index], CHUNK_SIZE):
                counts.update(map(self._decide_by(column), raw.columns[0]))
                self.broken += len(raw.broken)
                progress(raw.done / 2, counts.total() + self.broken)
            self._notes = list(reader.notes)
        return counts

    def crossings(self, counts: Counter[_Decided]) -> Counter[Transfer]:
        """How many rows cross to here, by the basis."""
        crossing: Counter[Transfer] = Counter()
        for each, rows in counts.items():
            if each.transfer is not None:
                crossing[each.transfer] += rows
        return crossing

    def copy(self, folder: Path, progress: Progress) -> None:
        """Copy each region's rows into a file in the folder."""
        with _opened(self._source, self._options) as (reader, column), ExitStack() as stack:
            rejected = _CsvFile(folder / REJECTED, ",", REJECTED_COLUMNS, stack)
            if isinstance(reader, CsvReader):
                files: dict[str, _CsvFile] = {}

                def file_of(region: str) -> _CsvFile:
                    if region not in files:
                        path = folder / f"{region}{self._source.suffix}"
                        files[region] = _CsvFile(path, reader.delimiter, reader.headings, stack)
                    return files[region]

                self._copy_csv(reader, column, file_of, rejected, progress)
            else:
                self._copy_parquet(reader, column, folder, rejected)

    def summary(self, folder: Path, counts: Counter[_Decided]) -> SplitSummary:
        rows: Counter[tuple[str, Transfer | None]] = Counter()
        for each, count in counts.items():
            if each.copied:
                rows[str(each.region), each.transfer] += count
        rejected = sum(count for each, count in counts.items() if not each.copied) + self.broken
        return SplitSummary(
            source=str(self._source),
            folder=str(folder),
            rejected_file=str(folder / REJECTED) if rejected else None,
            read=counts.total() + self.broken,
            rejected=rejected,
            regions=tuple(
                SplitRegion(
                    region=region,
                    file=str(folder / f"{region}{self._source.suffix}"),
                    rows=count,
                    basis=transfer.transfer_id if transfer else None,
                    basis_kind=transfer.kind if transfer else None,
                    until=str(transfer.until) if transfer else None,
                )
                for (region, transfer), count in rows.items()
            ),
            notes=tuple(self._notes),
        )

    def _copy_csv(
        self,
        reader: CsvReader,
        column: Column,
        file_of: Callable[[str], _CsvFile],
        rejected: _CsvFile,
        progress: Progress,
    ) -> None:
        decide, read = self._decide_by(column), 0
        for raw in reader.rows(range(len(reader.headings)), CHUNK_SIZE):
            for broken in raw.broken:
                rejected.add((broken.number, None, broken.reason))
            for number, cells in zip(raw.numbers, zip(*raw.columns, strict=True), strict=True):
                decided = decide(cells[column.index])
                if decided.copied:
                    file_of(str(decided.region)).add(cells)
                else:
                    rejected.add((number, decided.region, decided.reason))
            read += len(raw.numbers) + len(raw.broken)
            progress((1 + raw.done) / 2, read)

    def _copy_parquet(self, reader: RowReader, column: Column, folder: Path, rejected: _CsvFile) -> None:
        scan, decide = pl.scan_parquet(self._source, glob=False), self._decide_by(column)
        text = pl.col(reader.headings[column.index]).cast(pl.String)
        distinct = scan.select(text.unique()).collect().to_series().to_list()
        values: dict[str, list[str | None]] = {}
        refused: list[str | None] = []
        for value in distinct:
            decided = decide(value)
            (values.setdefault(str(decided.region), []) if decided.copied else refused).append(value)
        for region, own in values.items():
            wanted = scan.filter(text.is_in(own, nulls_equal=True))
            wanted.sink_parquet(folder / f"{region}{self._source.suffix}")
        if refused:
            numbered = scan.select(text).with_row_index("row", offset=1)
            for row, value in numbered.filter(text.is_in(refused, nulls_equal=True)).collect().iter_rows():
                decided = decide(value)
                rejected.add((row, decided.region, decided.reason))

    def _decide_by(self, column: Column) -> Callable[[Cell], _Decided]:
        parse = parser_for(column, None, None)

        def decide(cell: Cell) -> _Decided:
            if cell not in self._decided:
                try:
                    self._decided[cell] = self._decide(parse(cell))
                except ValueError as error:
                    self._decided[cell] = _Decided(None, False, None, f"{column.heading}: {error}")
            return self._decided[cell]

        return decide

    def _decide(self, residency: str | None) -> _Decided:
        region = belongs_to(self._regions, residency).region
        found = route(self._regions, residency, self._day, "splitting")
        if isinstance(found, Refusal):
            basis = "" if region is None else "; no basis in [transfers] for splitting lets it be copied here"
            return _Decided(region, False, None, f"{found.sentence}{basis}")
        return _Decided(region, True, found.transfer, "")


class _CsvFile:
    """A CSV file that is there once it has a row."""

    def __init__(self, path: Path, delimiter: str, headings: Sequence[str], stack: ExitStack) -> None:
        self._path, self._delimiter, self._headings, self._stack = path, delimiter, headings, stack
        self._write: Callable[[Sequence[Any]], Any] | None = None

    def add(self, row: Sequence[Any]) -> None:
        if self._write is None:
            file = self._stack.enter_context(self._path.open("x", encoding="utf-8", newline=""))
            self._write = csv.writer(file, delimiter=self._delimiter, lineterminator="\n").writerow
            self._write(self._headings)
        self._write(row)


@contextmanager
def _opened(source: Path, options: ReadOptions) -> Iterator[tuple[RowReader, Column]]:
    """The rows of a file, and the column of the residency. Raises `InputError`."""
    reader = open_rows(source, options.encoding)
    try:
        yield reader, only_column(source.name, reader.headings, options.renames, "residency")
    finally:
        reader.close()


def _targets(folder: Path, source: Path, regions: Regions) -> dict[str, Path]:
    """The files that may come into the folder, by name, none of which is there; makes the folder."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot make the folder {folder} ({(error.strerror or '').lower()}); choose another"
        ) from None
    names = [REJECTED, *(f"{region}{source.suffix}" for region in regions.declared)]
    targets = {name: folder / name for name in names}
    if found := [path for path in targets.values() if path.exists()]:
        raise OutputError(f"{found[0]} is there already; choose an empty folder")
    return targets
