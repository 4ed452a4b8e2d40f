"""The files of a validation: readable by their owner alone, and each complete or not there."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import NamedTuple

import polars as pl

from engine.validation.customers import SCHEMA, samples
from jobs.errors import OutputError
from jobs.outputs import csv_text, put_in_place, unfinished_folder
from jobs.validation.content import Report
from jobs.validation.page import page_of
from jobs.validation.run import Validation

PAGE, DATA, RECORDS = "validation.html", "validation.json", "validation.parquet"
BELOW, ABOVE = "below-the-line.csv", "above-the-line.csv"


class Written(NamedTuple):
    """A file, and the SHA-256 of its content in hexadecimal."""

    path: Path
    sha256: str


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written before minutes are spent on it. Raises `OutputError`."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"the output {folder} is a file; give a folder")
    if not folder.parent.is_dir():
        raise OutputError(f"the folder {folder.parent} of the output does not exist; create it first")


def write_files(folder: Path, report: Report, found: Validation) -> dict[str, Written]:
    """Write all files of a validation into a folder, by their names. Raises `OutputError`."""
    contents = {
        PAGE: page_of(report).encode(),
        DATA: (json.dumps(report, indent=1) + "\n").encode(),
        RECORDS: _parquet(found.outcomes),
    }
    if found.customers is not None:
        options = found.options
        threshold = found.screener.threshold
        below, above = samples(found.customers.best, threshold, options.samples, options.seed)
        contents |= {BELOW: _csv(below), ABOVE: _csv(above)}
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"cannot write {folder} ({reason}); choose another output") from error
    with unfinished_folder(folder / PAGE) as unfinished:
        for name, content in contents.items():
            (unfinished / name).write_bytes(content)
        for name in {BELOW, ABOVE}.difference(contents):  # of customers that this report is not about
            (folder / name).unlink(missing_ok=True)
        for name in contents:
            put_in_place(unfinished / name, folder / name)
    return {
        name: Written(folder / name, hashlib.sha256(content).hexdigest())
        for name, content in contents.items()
    }


def _parquet(outcomes: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    outcomes.write_parquet(written)
    return written.getvalue()


def _csv(sample: pl.DataFrame) -> bytes:
    return csv_text(tuple(SCHEMA), sample.iter_rows()).encode()
