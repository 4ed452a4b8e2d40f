"""Sealing: the journal of a day that is over becomes one Parquet file, whose digest is in the journal.

Every line is kept as it was written, so that the chains verify as before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from engine.ledger.chain import BrokenChain, digest_of, follow
from engine.ledger.layout import LedgerError, Region
from engine.ledger.locks import locked
from engine.ledger.slots import CLOCK_TOLERANCE, settle, stamp
from engine.ledger.views import rows_of
from engine.ledger.writer import Writer
from lists.durable import sync_file, sync_folder

SEALED_SCHEMA: dict[str, Any] = {
    "writer": pl.String,
    "number": pl.UInt64,  # of the line in the journal's file
    "seq": pl.UInt64,
    "type": pl.String,
    "line": pl.String,  # as it was written
}
_LEFT_OVER = ".sealed-"


@dataclass(frozen=True)
class Sealed:
    """A day that was sealed."""

    date: str
    file: str
    events: int


@dataclass(frozen=True)
class SealedDay:
    """The lines of each writer on a day, with their numbers in the file they were in."""

    lines: dict[str, list[tuple[int, bytes]]]


def seal(region: Region, writer: Writer, *, now: dt.datetime | None = None) -> Iterator[Sealed]:
    """Seal every day that is over, oldest first. Raises `LedgerError` for one that is not as it was written.

    A seal that is killed at any moment is completed by the next.
    """
    # No writer begins a line of a day that is over by more than its clock may be set back.
    today = stamp((now or dt.datetime.now(dt.UTC)) - CLOCK_TOLERANCE)[:10]
    try:
        region.derived.mkdir(parents=True, exist_ok=True)
        with locked(region.derived / "seal.lock", patience=0) as held:
            if not held:
                raise LedgerError("another process is sealing the ledger; try again when it ends")
            for left in region.journal.glob(f"{_LEFT_OVER}*"):
                shutil.rmtree(left)
            settle(region, now or dt.datetime.now(dt.UTC))
            for date in region.journal_dates():
                if date < today:
                    yield _seal_day(region, writer, date)
    except OSError as error:
        raise writer.refused((error.strerror or str(error)).lower()) from error


def _seal_day(region: Region, writer: Writer, date: str) -> Sealed:
    folder = region.journal / date
    path = region.events / f"date={date}" / "journal.parquet"
    name = path.relative_to(region.path).as_posix()
    events = _recorded(region, name)
    if events is None:  # else a seal was killed when all but the journal's removal was done
        events = _write(region, writer, date, path)
    left = region.journal / f"{_LEFT_OVER}{date}"
    folder.rename(left)  # in one step: a day is in its journal or in its sealed file
    sync_folder(region.journal)
    shutil.rmtree(left)
    return Sealed(date, name, events)


def _recorded(region: Region, name: str) -> int | None:
    """The events of a sealed file that the journal names already; None where it does not."""
    query = "select (event->>'events')::bigint from events where type = 'sealed' and (event->>'file') = $name"
    rows = rows_of(region, query, {"name": name})
    return rows[0][0] if rows else None


def _write(region: Region, writer: Writer, date: str, path: Path) -> int:
    """Write the sealed file of a day, and record it; how many events are in it."""
    folder = region.journal / date
    rows = [row for path in sorted(folder.glob("w*.ndjson")) for row in _rows(path)]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    pl.DataFrame(rows, SEALED_SCHEMA, orient="row").write_parquet(unfinished, compression="zstd")
    sync_file(unfinished)
    with unfinished.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    unfinished.replace(path)
    sync_folder(path.parent)
    name = path.relative_to(region.path).as_posix()
    said = {"job": "seal", "date": date, "file": name, "sha256": digest, "events": len(rows)}
    writer.append("sealed", json.dumps(said, separators=(",", ":"))[1:-1])
    writer.flush()
    return len(rows)


def _rows(path: Path) -> Iterator[tuple[Any, ...]]:
    """The lines of a day of one writer; only a torn last line, of which nobody was told, is left out."""
    previous: tuple[int, str, str] | None = None
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                return
            text = line[:-1]
            try:
                first = json.loads(text) if previous is None else None
                seq, digest, at = previous or (first["seq"] - 1, first["prev"], "")  # type: ignore[index]
                event = follow(text, seq + 1, digest, at)
            except (BrokenChain, ValueError, KeyError, TypeError):
                raise LedgerError(
                    f"{path}, line {number:,} is not as it was written, so nothing of that day was sealed; "
                    "see: cordon ledger verify"
                ) from None
            previous = event["seq"], digest_of(text), event["at"]
            yield path.stem, number, event["seq"], event["type"], text.decode()


def read_sealed(path: Path) -> SealedDay:
    """The lines of a sealed day. Raises `LedgerError` where it cannot be read."""
    try:
        frame = pl.read_parquet(path, hive_partitioning=False)
        lines: dict[str, list[tuple[int, bytes]]] = {}
        for writer, number, line in frame.select("writer", "number", "line").iter_rows():
            lines.setdefault(writer, []).append((number, line.encode()))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise LedgerError(f"{path} cannot be read; restore it from a backup") from error
    return SealedDay(lines)
