"""The ledger: every answer proven, every alert decided once, every change rescreened."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.ledger.layout import LedgerError

if TYPE_CHECKING:
    from engine.ledger.decisions import approve, decide, reject
    from engine.ledger.verification import verify
    from engine.ledger.views import connect

__all__ = ["LedgerError", "approve", "connect", "decide", "reject", "verify"]

# Not before they are asked for: the database behind them takes longer to import than a name to screen.
_DECISIONS = dict.fromkeys(("approve", "decide", "reject"), "engine.ledger.decisions")
_FROM = _DECISIONS | {"connect": "engine.ledger.views", "verify": "engine.ledger.verification"}


def __getattr__(name: str) -> Any:
    if name in _FROM:
        return getattr(import_module(_FROM[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
