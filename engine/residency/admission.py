"""The gate of a process: each subject goes to its region's ledger with a receipt, or is refused.

Nothing is made of a subject before it is admitted, and each crossing is in the ledger before it takes place.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from time import time as clock
from typing import TYPE_CHECKING, NamedTuple

from engine.ledger.recording import Recorder
from engine.model import DIGEST
from engine.residency.crossing import record_crossing
from engine.residency.receipt import Receipt, this_process
from engine.residency.regions import Regions, Transfer
from engine.residency.routing import Refusal, Route, WrongRegion, route

if TYPE_CHECKING:
    import polars as pl

    from engine.residency.frames import Admitted, OnRejected


class Admission(NamedTuple):
    """A subject may be processed: with this receipt, and on this basis where it crosses."""

    receipt: Receipt
    transfer: Transfer | None


class _Today(NamedTuple):
    """What was decided of each residency, and how long it holds: until midnight (UTC), in this process."""

    day: dt.date
    until: float
    process_id: int
    decided: dict[str | None, Admission | Refusal]


class Residency:
    """Admits subjects. Safe to share between threads."""

    def __init__(
        self, regions: Regions, watchlist_sha256: str, recorders: Mapping[str, Recorder] | None = None
    ) -> None:
        """Without recorders nothing is recorded, and nothing can cross."""
        self.regions = regions
        self.recorders = recorders or {}
        self._watchlist_sha256 = watchlist_sha256
        self._today = _Today(dt.date.min, 0.0, 0, {})

    def admit(self, residency: str | None) -> Receipt:
        """The receipt of one subject, whose crossing, if it is one, is then recorded.

        Raises `WrongRegion`, and `LedgerError` where a crossing cannot be recorded.
        """
        found = self.decide(residency)
        if isinstance(found, Refusal):
            raise WrongRegion(f"the subject {found.sentence}", found.region, found.address)
        if found.transfer is not None:
            self.record_crossing(found.transfer, 1)
        return found.receipt

    def admit_frame(self, frame: pl.DataFrame, on_rejected: OnRejected | None = None) -> Admitted:
        """As `admit`, of the rows of a frame with the columns of `Subject`, once for each residency.

        Rows that are refused are handed to `on_rejected`; without that `WrongRegion` is raised for the first
        and nothing crosses. Raises `InvalidSubject` for a residency that is none.
        """
        from engine.residency.frames import admit_frame  # noqa: PLC0415 - one name needs no Polars

        return admit_frame(self, frame, on_rejected)

    def decide(self, residency: str | None) -> Admission | Refusal:
        """What `admit` will do, without doing it."""
        today = self._today
        if clock() >= today.until or os.getpid() != today.process_id:
            today = self._today = _begin()
        found = today.decided.get(residency)
        if found is None:
            found = today.decided[residency] = self._decided(residency, today.day)
        return found

    def refusal(self, residency: str | None) -> Refusal | None:
        """Why a subject is refused; None where it is not."""
        found = self.decide(residency)
        return found if isinstance(found, Refusal) else None

    def record_crossing(self, transfer: Transfer, customers: int) -> None:
        """Record that so many customers cross now. Raises `LedgerError`."""
        record_crossing(self.recorders[transfer.to].writer, transfer, customers)

    def _decided(self, residency: str | None, day: dt.date) -> Admission | Refusal:
        found = route(self.regions, residency, day)
        if isinstance(found, Refusal):
            return found
        if found.transfer is not None and not self.recorders:
            return Refusal(
                "would cross into another region, and nothing here records that", found.transfer.origin
            )
        return Admission(self._receipt(found), found.transfer)

    def _receipt(self, found: Route) -> Receipt:
        process, transfer = this_process(), found.transfer
        return Receipt(
            region=found.region,
            rule=found.rule,
            origin=transfer.origin if transfer else None,
            basis=transfer.transfer_id if transfer else None,
            basis_kind=transfer.kind if transfer else None,
            watchlist_sha256=self._watchlist_sha256,
            model_sha256=DIGEST,
            process_id=process.process_id,
            process_started_at=process.started_at,
        )


def _begin() -> _Today:
    now = clock()
    day = dt.datetime.fromtimestamp(now, dt.UTC).date()
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)
    # A clock that is set back must not keep yesterday's tomorrow: it is looked at again within the hour.
    return _Today(day, min(midnight.timestamp(), now + 3_600), os.getpid(), {})
