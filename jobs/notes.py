"""What several commands note on stderr, beside the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from jobs.terminal import note
from jobs.wording import counted

if TYPE_CHECKING:
    from engine.residency.receipt import Receipt

_SHOWN = 5


def note_stale(lists: Iterable[str]) -> None:
    """The lists that a *clear* does not speak for."""
    for list_id in lists:
        note(
            f"{list_id} is older than this home allows, so a clear answer does not speak for newer entries; "
            f"refresh it: cordon lists refresh {list_id}"
        )


def note_region(receipt: Receipt) -> None:
    """Where somebody was screened, in a home that declares regions."""
    from engine.residency.routing import UNDECLARED  # noqa: PLC0415 - few commands need it

    if receipt.rule != UNDECLARED:
        basis = f", from {receipt.origin} on the basis {receipt.basis}" if receipt.basis else ""
        note(f"screened in the region {receipt.region}, by {receipt.rule}{basis}")


def note_other_regions(customers: Mapping[str, int]) -> None:
    """How many were not screened because their region is not served."""
    for region, count in customers.items():
        note(f"{counted(count, 'row')} of region {region} not screened: this process does not serve it")


def note_unreadable(unreadable: Mapping[str, str]) -> None:
    """Customers of whom something is recorded that cannot be read, although nobody has erased it: why."""
    if unreadable:
        shown = list(unreadable)[:_SHOWN]
        more = f" and {len(unreadable) - _SHOWN:,} more" if len(unreadable) > _SHOWN else ""
        note(
            f"what is recorded of {', '.join(shown)}{more} cannot be read, and nobody has erased it: "
            f"{unreadable[shown[0]]}"
        )
