"""Official sanctions lists: read, kept with their history, and published as an immutable watchlist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lists.delta import changes

__all__ = ["changes"]


def __getattr__(name: str) -> Any:
    # Not before it is asked for: the database behind it takes longer to import than a name to screen.
    if name == "changes":
        from lists.delta import changes  # noqa: PLC0415

        return changes
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
