"""Temporary files of the libraries that Cordon computes with: in the region's home."""

from __future__ import annotations

import os
from pathlib import Path

from engine.ledger.layout import Region

_VARIABLE = "POLARS_OOC_SPILL_DIR"


def keep_temporary_files_in(region: Region) -> None:
    """Have Polars, where its memory does not suffice, write into a region's home.

    Polars reads the variable when it first needs a file. What an operator has set stays; what a parent
    process of another region has set does not.
    """
    ours = region.temporary
    said = os.environ.get(_VARIABLE)
    if said is None or Path(said).parts[-2:] == ours.parts[-2:]:
        os.environ[_VARIABLE] = str(ours)
