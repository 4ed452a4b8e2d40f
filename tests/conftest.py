"""What several tests need: the shared real lists, where they are present."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes is the machine's affair: a test says what is right.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

PROJECT = Path(__file__).parents[1]


def shared(path: str) -> Path:
    """A file or folder of `../shared` (or of `CORDON_SHARED`); skips the test where that is absent."""
    found = Path(os.environ.get("CORDON_SHARED", PROJECT.parent / "shared")) / path
    if not found.exists():
        pytest.skip("skipped: ../shared not found")
    return found


@pytest.fixture
def released() -> Iterator[None]:
    """Afterwards this process holds no writer and no key of any ledger."""
    from ledgers import forget  # noqa: PLC0415 - most tests need no ledger

    yield
    forget()


@pytest.fixture(scope="session")
def fixture_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with both fixture lists published, for tests that only read it."""
    from jobs.load import load_list  # noqa: PLC0415 - most tests need no home

    home = tmp_path_factory.mktemp("fixture-home")
    load_list(home, "us_ofac_sdn", PROJECT / "fixtures" / "us_ofac_sdn", accept=True)
    load_list(home, "un_sc", PROJECT / "fixtures" / "un_sc", accept=True)
    return home
