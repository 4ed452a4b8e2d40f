"""The receipt on every answer: where it was made, why there, with what, and by which process."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from engine.residency.settings import BasisKind


class Process(NamedTuple):
    """A process: its number, and when it loaded Cordon (UTC), since numbers are used again."""

    process_id: int
    started_at: str


class Receipt(BaseModel):
    """Where a subject was processed and recorded, and by which rule of `cordon.toml`.

    Where it belongs to another region, that is `origin`, and `basis` is the entry of `[transfers]` that
    allowed the crossing. `watchlist_sha256` is of the published version's manifest, which has the SHA-256 of
    every file of it; `model_sha256` is of the scoring model's table. Nothing in it tells of the subject.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: str
    rule: str
    origin: str | None = None
    basis: str | None = None
    basis_kind: BasisKind | None = None
    watchlist_sha256: str
    model_sha256: str
    process_id: int
    process_started_at: str

    @cached_property
    def as_json(self) -> str:
        """As the journal has it: made once for all subjects that share it."""
        return self.model_dump_json()


Counted = tuple[Receipt, int]
"""A receipt, and how many customers have it."""


def batch_receipt(counted: Sequence[Counted]) -> dict[str, Any]:
    """One receipt for many subjects of a region: what they share, and each rule with how many it chose."""
    first = counted[0][0]
    shared = ("region", "watchlist_sha256", "model_sha256", "process_id", "process_started_at")
    own = ("rule", "origin", "basis", "basis_kind")
    return {
        **{name: getattr(first, name) for name in shared},
        "rules": [
            {**{name: getattr(receipt, name) for name in own}, "customers": customers}
            for receipt, customers in counted
        ],
    }


def _this_process() -> Process:
    return Process(os.getpid(), f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}")


_process = _this_process()


def this_process() -> Process:
    """This process, also after a fork."""
    return _process


def _after_fork() -> None:
    global _process  # noqa: PLW0603 - a child is another process than its parent
    _process = _this_process()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
