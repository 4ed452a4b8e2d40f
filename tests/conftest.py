"""What several tests need: the shared real lists, where they are present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


def shared(path: str) -> Path:
    """A file or folder of `../shared` (or of `CORDON_SHARED`); skips the test where that is absent."""
    found = Path(os.environ.get("CORDON_SHARED", PROJECT.parent / "shared")) / path
    if not found.exists():
        pytest.skip("skipped: ../shared not found")
    return found
