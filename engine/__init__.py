"""Screen customers against the published watchlist: the public contract.

>>> from engine import screen
>>> screen("Viktor Bout", birth_date="1967").outcome  # doctest: +SKIP
<Outcome.ALERT: 'alert'>
"""

from engine.api import screen
from engine.model import DEFAULT_THRESHOLD
from engine.names.compare import compare_names
from engine.residency.receipt import Receipt
from engine.residency.routing import WrongRegion
from engine.screener import Screener
from engine.screening import Evidence, Match, Outcome, Screening, WatchlistNotReady
from engine.subject import InvalidSubject, Subject, SubjectIdentifier

__all__ = [
    "DEFAULT_THRESHOLD",
    "Evidence",
    "InvalidSubject",
    "Match",
    "Outcome",
    "Receipt",
    "Screener",
    "Screening",
    "Subject",
    "SubjectIdentifier",
    "WatchlistNotReady",
    "WrongRegion",
    "compare_names",
    "screen",
]
