"""Temporary files of the libraries that Cordon computes with: in the region's home."""

from __future__ import annotations

import os

from engine.ledger.layout import Region


def keep_temporary_files_in(region: Region) -> None:
    """Have Polars, where its memory does not suffice, write into a region's home.

    Polars reads it when it first needs a file. Whoever has set it knows better.
    """
    os.environ.setdefault("POLARS_OOC_SPILL_DIR", str(region.temporary))
