"""Recording a batch of mixed regions: each region's customers in its own ledger, and in no other."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from engine.ledger.batch import BatchRecording, stamp_now
from engine.residency.admission import Residency
from engine.residency.frames import Admitted, Part

_ORDER = "order of the matches"


class RegionalBatches:
    """A batch on its way into the ledgers of the regions that its customers are admitted to."""

    def __init__(self, residency: Residency, watchlist_version: str) -> None:
        self._residency, self._watchlist_version = residency, watchlist_version
        self.batches: dict[str, BatchRecording] = {}  # by the id of the region

    def add(
        self,
        admitted: Admitted,
        matches: pl.DataFrame,
        rows: pl.Series | None = None,
        *,
        has_ids: bool = True,
    ) -> pl.DataFrame:
        """As `BatchRecording.add`, of admitted subjects; `rows` are the numbers of all of them in their file.

        Where nothing is recorded no decision suppresses anything. Raises `LedgerError`.
        """
        if not self._residency.recorders:
            return matches.with_columns(suppressed_by=pl.lit(None, pl.String))
        if rows is None:
            rows = admitted.rows
        if rows is None:
            rows = pl.Series("row", range(admitted.frame.height), pl.UInt32)
        if len(admitted.parts) == 1:
            (part,) = admitted.parts
            batch = self._batch(part.region)
            return batch.add(admitted.frame, matches, rows, has_ids=has_ids, receipts=part.receipts)
        matches = matches.with_row_index(_ORDER)
        added = [
            self._add_part(part, admitted.frame, matches, rows, has_ids=has_ids) for part in admitted.parts
        ]
        if not added:
            return matches.drop(_ORDER).with_columns(suppressed_by=pl.lit(None, pl.String))
        return pl.concat(added).sort(_ORDER).drop(_ORDER)

    def finish(self, job: str, started_at: str, **details: Any) -> None:
        """Record in each ledger that the batch is complete. Raises `LedgerError`."""
        if self._residency.recorders and not self.batches:
            self._batch(self._residency.regions.served[0])  # there was nobody to screen
        for batch in self.batches.values():
            batch.finish(job, started_at, **details)

    def counts(self) -> dict[str, int]:
        """How many customers each region's ledger has got."""
        return {region: batch.tally.customers for region, batch in self.batches.items()}

    def _batch(self, region: str) -> BatchRecording:
        if region not in self.batches:
            recorder = self._residency.recorders[region]
            self.batches[region] = BatchRecording(recorder, self._watchlist_version)
        return self.batches[region]

    def _add_part(
        self, part: Part, frame: pl.DataFrame, matches: pl.DataFrame, rows: pl.Series, *, has_ids: bool
    ) -> pl.DataFrame:
        assert part.places is not None  # noqa: S101 - there are several
        place_of = np.full(frame.height, -1, dtype=np.int64)
        place_of[part.places] = np.arange(len(part.places))
        place = pl.Series("row", place_of[matches["row"].to_numpy()])
        own = matches.with_columns(place.cast(pl.UInt32, strict=False)).filter(place >= 0)
        numbers = rows.gather(part.places)
        batch = self._batch(part.region)
        added = batch.add(frame[part.places], own, numbers, has_ids=has_ids, receipts=part.receipts)
        back = pl.Series("row", part.places[added["row"].to_numpy()], pl.UInt32)
        return added.with_columns(back)


def record_frame(residency: Residency, admitted: Admitted, matches: pl.DataFrame, version: str) -> None:
    """Record a frame that was screened as a batch of its own. Raises `LedgerError`."""
    started_at, batches = stamp_now(), RegionalBatches(residency, version)
    batches.add(admitted, matches)
    batches.finish("frame", started_at)
