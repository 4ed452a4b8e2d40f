"""The files a batch writes: matches as Parquet or CSV, rejected rows as CSV; each complete or not there."""

from __future__ import annotations

import csv
import dataclasses
import glob
import io
import json
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TextIO

import polars as pl
from filelock import FileLock, Timeout

from engine.frame import MATCH_SCHEMA
from jobs.customers.reader import RejectedRow
from jobs.errors import OutputError
from jobs.terminal import printable
from lists.durable import sync_file, sync_folder

SUFFIXES = (".parquet", ".csv")

_OWNER_ONLY = 0o600

# With the decision in the ledger that a customer is not the entity, null where there is none.
_SCHEMA = MATCH_SCHEMA | {"suppressed_by": pl.String}
MATCH_COLUMNS = ("subject_id", "row", *(name for name in _SCHEMA if name not in ("subject_id", "row")))
REJECTED_COLUMNS = ("row", "subject_id", "column", "reason", "region")

# A spreadsheet takes a cell that begins with one of these for a formula, which may call out or run a program
# (OWASP: CSV injection). The wide forms count because some spreadsheets fold them.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class MatchWriter(Protocol):
    """Takes frames with the columns `MATCH_COLUMNS` and writes them as one file when closed."""

    def add(self, matches: pl.DataFrame) -> None: ...

    def close(self) -> None: ...


def check_output(output: Path, source: Path) -> None:
    """Refuse an output that cannot be written before hours are spent on it. Raises `OutputError`."""
    if output.suffix.lower() not in SUFFIXES:
        raise OutputError(f"the output {output} must end in {' or '.join(SUFFIXES)}, which says its format")
    if not output.parent.is_dir():
        raise OutputError(f"the folder {output.parent} of the output does not exist; create it first")
    if output.is_dir():
        raise OutputError(f"the output {output} is a folder; give a file name")
    for file in (output, rejected_path(output)):
        if file.exists() and file.samefile(source):
            raise OutputError(f"the output {file} is the file of customers itself; choose another name")


def rejected_path(output: Path) -> Path:
    return output.with_name(f"{output.name}.rejected.csv")


@contextmanager
def unfinished_folder(output: Path) -> Iterator[Path]:
    """A folder for files in the making, beside `output` so that a rename puts them in place in one step.

    It is removed in any case; one that a killed process left is removed by the next batch with this output.
    """
    _sweep(output)
    # Its name is known before it is there, so that an interrupt at any moment finds it to remove.
    folder = output.with_name(f".{output.name}.{secrets.token_hex(4)}.unfinished")
    lock = _lock(folder)
    try:
        _make(folder)
        lock.acquire()
        yield folder
    except OSError as error:
        raise OutputError(
            f"cannot write {output} ({_why(error)}); free some space or choose another output"
        ) from error
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise OutputError(
            f"cannot write into {folder.parent} ({_why(error)}); choose another output"
        ) from None


def put_in_place(finished: Path, final: Path) -> None:
    """Give a complete file its final name; whoever opens that sees the old file or the new one.

    It tells of customers, so only its owner may read it, whatever the folder and the umask say.
    """
    finished.chmod(_OWNER_ONLY)
    sync_file(finished)
    finished.replace(final)
    sync_folder(final.parent)


def match_writer(path: Path) -> MatchWriter:
    """The writer for the suffix of `path`."""
    return _CsvMatches(path) if path.suffix.lower() == ".csv" else _ParquetMatches(path)


class RejectedWriter:
    """Writes rejected rows as CSV; makes no file as long as there are none."""

    def __init__(self, path: Path, *, of_several: bool = False) -> None:
        """With `of_several` the first column says which file or query a row is of."""
        self._path = path
        self._of_several = of_several
        self._file: TextIO | None = None

    def add(self, rows: Sequence[RejectedRow], source: str = "") -> None:
        first = (source,) if self._of_several else ()
        if rows and self._file is None:
            self._file = self._path.open("w", encoding="utf-8", newline="")
            _write_rows(self._file, [(*(("file",) if self._of_several else ()), *REJECTED_COLUMNS)])
        if self._file is not None:
            _write_rows(self._file, ((*first, *dataclasses.astuple(row)) for row in rows))

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def put_rejected_in_place(finished: Path, final: Path) -> None:
    """The rejected rows of this time under their name, and none of an earlier time where there are none."""
    if finished.exists():
        put_in_place(finished, final)
    else:
        final.unlink(missing_ok=True)


class _ParquetMatches:
    """Collects frames as parts on disk, so that memory does not grow with the number of matches."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parts: list[Path] = []

    def add(self, matches: pl.DataFrame) -> None:
        part = self._path.with_name(f"part-{len(self._parts):06d}")
        matches.write_parquet(part)
        self._parts.append(part)

    def close(self) -> None:
        if self._parts:
            pl.scan_parquet(self._parts, glob=False).sink_parquet(self._path)
        else:
            pl.DataFrame(schema={name: _SCHEMA[name] for name in MATCH_COLUMNS}).write_parquet(self._path)


class _CsvMatches:
    """Programmes are joined by semicolons; evidence is JSON."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        _write_rows(self._file, [MATCH_COLUMNS])

    def add(self, matches: pl.DataFrame) -> None:
        _write_rows(self._file, map(_flat, matches.iter_rows(named=True)))

    def close(self) -> None:
        self._file.close()


def csv_text(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """Rows as a CSV file, which no spreadsheet runs."""
    text = io.StringIO()
    _write_rows(text, [columns])
    _write_rows(text, rows)
    return text.getvalue()


def print_csv(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    """Rows on stdout, for a spreadsheet or a program; on a terminal no cell can steer it."""
    if sys.stdout.isatty():
        rows = ([printable(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    _write_rows(sys.stdout, [columns])
    _write_rows(sys.stdout, rows)


def _flat(match: dict[str, Any]) -> Iterable[Any]:
    programmes = ";".join(match["programmes"] or ())
    evidence = json.dumps(match["evidence"], ensure_ascii=False)
    return (match | {"programmes": programmes, "evidence": evidence}).values()


def _write_rows(file: TextIO, rows: Iterable[Iterable[Any]]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([_inert(cell) for cell in row] for row in rows)


def _inert(cell: Any) -> Any:
    """The cell with an apostrophe in front if a spreadsheet would run it; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _sweep(output: Path) -> None:
    for folder in output.parent.glob(f".{glob.escape(output.name)}.*.unfinished"):
        lock = _lock(folder)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            continue  # another batch is still writing there
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / "lock", thread_local=False)


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
