"""The residency of a process: from `cordon.toml`, or none where there is no home to speak of."""

from __future__ import annotations

import hashlib

from engine.ledger.recording import recorders_of
from engine.ledger.slots import check_is_own
from engine.residency.admission import Residency
from engine.residency.regions import Regions, regions_of
from engine.residency.temporary import keep_temporary_files_in
from lists import manifest
from lists.home import Home
from lists.publish import Published
from lists.settings import Settings


def residency_of(home: Home, settings: Settings, published: Published, *, record: bool = True) -> Residency:
    """Who is admitted in this process, and the ledgers that answers go to.

    Raises `SettingsError`, and `LedgerError` for a home that holds another region's ledger.
    """
    regions = regions_of(home, settings)
    regions.check_served()
    for ledger in regions.ledgers():
        check_is_own(ledger)
    if regions.is_declared:
        keep_temporary_files_in(regions.ledgers()[0])
    recorders = recorders_of(regions.ledgers(), settings, published) if record else {}
    return Residency(regions, _digest(published), recorders)


def unrouted(published: Published) -> Residency:
    """Everybody is admitted and nobody recorded: for a published version by itself, which has no home."""
    return Residency(Regions.undeclared(Home(published.path)), _digest(published))


def _digest(published: Published) -> str:
    return hashlib.sha256((published.path / manifest.NAME).read_bytes()).hexdigest()
