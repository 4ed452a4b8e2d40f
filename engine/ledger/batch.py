"""Recording a batch: sealed Parquet files with a row for every customer, whose digests are in the journal."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from engine.ledger.fingerprints import FIELD, ITEM, PART, SCREENED_OF_SUBJECT, fingerprinter, subject_key
from engine.ledger.recording import Recorder, Sighting, log
from engine.ledger.slots import stamp
from engine.model import VERSION
from engine.privacy.envelope import seal
from engine.privacy.tokens import subject_token
from engine.residency.receipt import Counted, Receipt, batch_receipt
from lists.durable import sync_file, sync_folder

SCREENED_SCHEMA: dict[str, Any] = {
    "row": pl.UInt32,
    "subject_id": pl.String,
    "subject_key": pl.String,
    "fingerprint": pl.Binary,
    "outcome": pl.String,
    "best_score": pl.Float64,
    "watchlist_version": pl.String,
    "model_version": pl.String,
    "scope": pl.String,
}
MATCHED_SCHEMA: dict[str, Any] = {
    "row": pl.UInt32,
    "match_id": pl.String,
    "subject_id": pl.String,
    "subject_key": pl.String,
    "subject_fingerprint": pl.Binary,
    "list_id": pl.String,
    "entity_id": pl.String,
    "entity_fingerprint": pl.String,
    "kind": pl.String,
    "score": pl.Float64,
    "matched_name": pl.String,
    "programmes": pl.List(pl.String),
    "suppressed_by": pl.String,
    "personal": pl.String,  # all that tells of the person, as `engine.privacy.envelope` has it
    "watchlist_version": pl.String,
    "policy_version": pl.String,
}


@dataclass
class Tally:
    """What a batch has recorded so far. `alerts` counts customers with a match that is not suppressed."""

    parts: int = 0
    customers: int = 0
    alerts: int = 0
    matches: int = 0
    suppressed: int = 0
    reopened: int = 0
    receipts: Counter[Receipt] = field(default_factory=Counter)


class BatchRecording:
    """A batch on its way into the ledger, part by part: each is whole, on the disk and in the journal, or not
    there at all.
    """

    def __init__(
        self, recorder: Recorder, watchlist_version: str, batch_id: str | None = None, first_part: int = 0
    ) -> None:
        """A batch; `batch_id` and `first_part` are of one that was interrupted and goes on."""
        self.recorder = recorder
        self.batch_id = batch_id or f"b{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        self.tally = Tally(parts=first_part)
        self._watchlist_version = watchlist_version
        self._key = recorder.writer.fingerprint_key

    def add(
        self,
        frame: pl.DataFrame,
        matches: pl.DataFrame,
        rows: pl.Series | None = None,
        *,
        has_ids: bool = True,
        prints: pl.Series | None = None,
        scope: str = "whole",
        receipts: Sequence[Counted],
    ) -> pl.DataFrame:
        """Record subjects (columns of `Subject`) and their matches (`MATCH_SCHEMA`, `row` by position).

        `rows` are the rows' numbers in their file. Without ids of their own (`has_ids`) customers are known
        by their fingerprints, which `prints` holds where they are known already. `scope` says whether they
        were screened against the "whole" watchlist or only its "changes"; `receipts` are theirs, each with
        how many have it.

        Returns the matches with a column `suppressed_by`. Raises `LedgerError`.
        """
        prints = fingerprints(frame, self._key) if prints is None else prints
        ids = subject_ids(frame) if has_ids else pl.Series("subject_id", [None] * frame.height, pl.String)
        sightings = [
            self._sight(ids[row], prints[row].hex(), list_id, entity_id)
            for row, list_id, entity_id in matches.select("row", "list_id", "entity_id").iter_rows()
        ]
        suppressed = pl.Series("suppressed_by", [each.suppressed_by for each in sightings], pl.String)
        matches = matches.with_columns(suppressed)
        numbers = (
            pl.Series("row", range(frame.height), pl.UInt32)
            if rows is None
            else rows.rename("row").cast(pl.UInt32)
        )
        screened = self._screened(numbers, ids, prints, matches, scope)
        matched = self._matched(frame, matches, sightings, screened)
        self._seal(screened, matched, receipts)
        self._log(sightings, screened["subject_key"].gather(matches["row"]))
        self._reopen(frame, numbers, ids, prints, matches, sightings)
        self.tally.customers += frame.height
        self.tally.alerts += int((screened["outcome"] == "alert").sum())
        self.tally.matches += matches.height
        self.tally.suppressed += suppressed.len() - suppressed.null_count()
        return matches

    def finish(self, job: str, started_at: str, **details: Any) -> str:
        """Record that the batch is complete; the id of the event. Raises `LedgerError`."""
        said = {
            "job": job,
            "batch_id": self.batch_id,
            "started_at": started_at,
            "outcome": "finished",
            "watchlist_version": self._watchlist_version,
            "model_version": VERSION,
            "parts": self.tally.parts,
            "customers": self.tally.customers,
            "alerts": self.tally.alerts,
            "matches": self.tally.matches,
            "suppressed": self.tally.suppressed,
            "receipt": batch_receipt(list(self.tally.receipts.items())) if self.tally.receipts else None,
            **details,
        }
        return self.recorder.writer.append("batch", json.dumps(said, separators=(",", ":"))[1:-1])

    def _sight(self, subject_id: str | None, fingerprint: str, list_id: str, entity_id: str) -> Sighting:
        return self.recorder.sight(subject_key(subject_id, fingerprint), fingerprint, list_id, entity_id)

    def _screened(
        self, rows: pl.Series, ids: pl.Series, prints: pl.Series, matches: pl.DataFrame, scope: str
    ) -> pl.DataFrame:
        keys = ids.rename("subject_key")
        if keys.null_count():
            keys = keys.fill_null("~" + prints.bin.encode("hex"))
        best = matches.group_by("row").agg(
            best_score=pl.col("score").max(), is_alert=pl.col("suppressed_by").is_null().any()
        )
        frame = pl.DataFrame(
            [
                rows,
                ids,
                keys,
                prints,
                pl.Series("place", range(ids.len()), matches.schema["row"]),
            ]
        )
        return (
            frame.join(best, left_on="place", right_on="row", how="left", maintain_order="left")
            .with_columns(
                outcome=pl.when(pl.col("is_alert").fill_null(False))
                .then(pl.lit("alert"))
                .otherwise(pl.lit("clear")),
                watchlist_version=pl.lit(self._watchlist_version),
                model_version=pl.lit(VERSION),
                scope=pl.lit(scope),
            )
            .select(SCREENED_SCHEMA.keys())
        )

    def _matched(
        self,
        frame: pl.DataFrame,
        matches: pl.DataFrame,
        sightings: list[Sighting],
        screened: pl.DataFrame,
    ) -> pl.DataFrame:
        own = screened[matches["row"]] if matches.height else screened.clear()
        personal = self._sealed_personal(frame, matches, sightings, own)
        return (
            matches.with_columns(
                own["row"],
                own["subject_id"],
                own["subject_key"],
                own["fingerprint"].rename("subject_fingerprint"),
                pl.Series("match_id", [each.match_id for each in sightings], pl.String),
                pl.Series("entity_fingerprint", [each.entity_fingerprint for each in sightings], pl.String),
                pl.Series("personal", personal, pl.String),
            )
            .select(MATCHED_SCHEMA.keys())
            .cast(pl.Schema(MATCHED_SCHEMA))
        )

    def _sealed_personal(
        self, frame: pl.DataFrame, matches: pl.DataFrame, sightings: list[Sighting], own: pl.DataFrame
    ) -> list[str]:
        """What tells of the customer of each match, encrypted for its place in this batch."""
        customers = {row: self._personal(frame, row) for row in matches["row"].unique().to_list()}
        with _writing(self.recorder):
            ciphers = self.recorder.writer.keys.writing_all(own["subject_key"].unique().to_list(), "alert")
        return [
            seal(
                ciphers[key],
                json.dumps({"subject": customers[row], "subject_name": name, "evidence": evidence}),
                f"{self.batch_id}:{number}:{each.match_id}",
            )
            for (row, name, evidence), number, key, each in zip(
                matches.select("row", "subject_name", "evidence").iter_rows(),
                own["row"],
                own["subject_key"],
                sightings,
                strict=True,
            )
        ]

    def _personal(self, frame: pl.DataFrame, row: int) -> dict[str, Any]:
        """What is recorded of a customer's fields, but the reference, as JSON values."""
        fields = frame.row(row, named=True)
        unused = self.recorder.unused(fields.get("segment"))
        return {
            name: value if isinstance(value, list) else str(value)
            for name, value in fields.items()
            if value is not None and name != "subject_id" and name not in unused
        }

    def _seal(self, screened: pl.DataFrame, matched: pl.DataFrame, receipts: Sequence[Counted]) -> None:
        region, part = self.recorder.region, self.tally.parts
        date, receipt = stamp_now()[:10], batch_receipt(receipts)
        files: dict[str, Any] = {"batch_id": self.batch_id, "part": part, "receipt": receipt}
        self.tally.receipts.update(dict(receipts))
        with _writing(self.recorder):
            for folder, content in ((region.screenings, screened), (region.matches, matched)):
                if content.height or folder == region.screenings:
                    path = folder / f"date={date}" / f"{self.batch_id}-{part:05d}.parquet"
                    files[folder.name] = _write(region.path, path, content, receipt)
        self.recorder.writer.append("part", json.dumps(files, separators=(",", ":"))[1:-1])
        self.tally.parts += 1

    def _log(self, sightings: list[Sighting], subject_keys: pl.Series) -> None:
        if log.isEnabledFor(logging.DEBUG):
            for each, key in zip(sightings, subject_keys, strict=True):
                token = subject_token(self.recorder.writer.keys, key)
                told = {"subject": token, "match": each.match_id, "batch": self.batch_id}
                log.debug("matched", extra=told)

    def _reopen(
        self,
        frame: pl.DataFrame,
        numbers: pl.Series,
        ids: pl.Series,
        prints: pl.Series,
        matches: pl.DataFrame,
        sightings: list[Sighting],
    ) -> None:
        if not any(each.reopens for each in sightings):
            return
        from engine.frame import subject_of  # noqa: PLC0415 - rare, and needs the database
        from engine.ledger.reopening import Reopening, reopen  # noqa: PLC0415

        reopenings = []
        for row, number, each in zip(matches["row"], numbers.gather(matches["row"]), sightings, strict=True):
            if each.reopens:
                fields = {**frame.row(row, named=True), "subject_id": ids[row]}
                subject = subject_of(fields, row)
                screening_id = f"{self.batch_id}:{number}"
                reopenings.append(Reopening(each, screening_id, subject, prints[row].hex()))
        self.tally.reopened += reopen(self.recorder, reopenings)


def subject_ids(frame: pl.DataFrame) -> pl.Series:
    """The caller's references, null where there are none."""
    if "subject_id" in frame.columns:
        return frame["subject_id"].cast(pl.String)
    return pl.Series("subject_id", [None] * frame.height, pl.String)


def fingerprints(frame: pl.DataFrame, key: bytes) -> pl.Series:
    """The fingerprint of each subject of a frame, as `fingerprints.fingerprinter` of `subject_text`.

    A frame with values that `Subject` would put into another form (a country in lower case, a name between
    spaces) has other fingerprints: such a customer counts as changed.
    """
    if not frame.height:
        return pl.Series("fingerprint", [], pl.Binary)
    texts = frame.select(subject_texts(frame).cast(pl.Binary)).to_series().to_list()
    return pl.Series("fingerprint", list(map(fingerprinter(key), texts)), pl.Binary)


def subject_texts(frame: pl.DataFrame) -> pl.Expr:
    """The text that is fingerprinted, made of columns; see `fingerprints.subject_text`."""
    fields = [_field(frame, name) for name in SCREENED_OF_SUBJECT]
    return pl.concat_str([field.fill_null("") for field in fields], separator=FIELD)


def _field(frame: pl.DataFrame, name: str) -> pl.Expr:
    if name == "names" and "name" in frame.columns:
        one = pl.concat_list(pl.col("name").cast(pl.String))
        both = pl.concat_list(one, pl.col("names").fill_null([])) if "names" in frame.columns else one
        return _joined(both)
    if name not in frame.columns or frame[name].null_count() == frame.height:
        return pl.lit("unknown" if name == "kind" else "")
    dtype, column = frame.schema[name], pl.col(name)
    if name == "identifiers":
        return _joined(_identifiers(dtype, column))
    if isinstance(dtype, pl.List):
        is_one = frame[name].list.len().max() == 1  # sorting lists of one takes a third of the whole time
        return column.list.first() if is_one else _joined(column)
    text = column.cast(pl.String)
    return text.fill_null("unknown") if name == "kind" else text


def _identifiers(dtype: pl.DataType, column: pl.Expr) -> pl.Expr:
    if not isinstance(dtype, pl.List) or not isinstance(dtype.inner, pl.Struct):
        return column.cast(pl.List(pl.String))
    known = {field.name for field in dtype.inner.fields}
    parts = [
        pl.element().struct.field(part).fill_null("") if part in known else pl.lit("")
        for part in ("type", "value", "country")
    ]
    return column.list.eval(pl.concat_str(parts, separator=PART))


def _joined(column: pl.Expr) -> pl.Expr:
    return column.list.sort().list.join(ITEM)


def _write(region: Path, path: Path, content: pl.DataFrame, receipt: dict[str, Any]) -> dict[str, Any]:
    """Write a sealed file under its final name in one step; what the journal says of it. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    try:
        content.write_parquet(
            unfinished, compression="zstd", compression_level=1, metadata={"receipt": json.dumps(receipt)}
        )
        sync_file(unfinished)
        with unfinished.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)
    return {"file": path.relative_to(region).as_posix(), "sha256": digest, "rows": content.height}


@contextmanager
def _writing(recorder: Recorder) -> Iterator[None]:
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise recorder.writer.refused(reason) from error


def stamp_now() -> str:
    """The time as the journal has it."""
    return stamp(dt.datetime.now(dt.UTC))
