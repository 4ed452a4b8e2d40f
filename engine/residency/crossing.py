"""Recording that customers cross into another region, before they do."""

from __future__ import annotations

import json

from engine.ledger.writer import Writer
from engine.residency.regions import Transfer


def record_crossing(writer: Writer, transfer: Transfer, customers: int) -> None:
    """Record in the region that so many customers cross into. Raises `LedgerError`: then they must not.

    The event says all that the transfer register needs, whatever `cordon.toml` says later.
    """
    said = {
        "transfer": transfer.transfer_id,
        "basis": transfer.kind,
        "from": transfer.origin,
        "to": transfer.to,
        "purpose": transfer.purpose,
        "approved_by": transfer.approved_by,
        "since": transfer.since.isoformat(),
        "until": transfer.until.isoformat(),
        "reference": transfer.reference,
        "customers": customers,
    }
    writer.append("transferred", json.dumps(said, separators=(",", ":"))[1:-1])
