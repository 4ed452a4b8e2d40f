"""The answer to a screening: an outcome, its matches, and the evidence that makes up each one's score."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from engine.residency.receipt import Receipt
from lists.model import Kind


class Outcome(StrEnum):
    CLEAR = "clear"
    ALERT = "alert"


class WatchlistNotReady(RuntimeError):  # noqa: N818 - named for what is the case
    """No watchlist is published in this home, or it cannot be read. Never to be taken for *clear*."""


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Answer):
    """One reason behind a score.

    `contribution` is what this reason adds to the score (negative: takes from it); over a match they sum to
    its score.
    """

    feature: str  # a row of the model table
    contribution: float
    subject_value: str | None
    listed_value: str | None
    sentence: str


class Match(Answer):
    """A listed entity that the subject may be. `score` (0..1) is the sum of the contributions.

    `suppressed_by` is the decision in the ledger that this customer is not this entity, while it holds.
    """

    score: float
    list_id: str
    entity_id: str
    kind: Kind
    matched_name: str  # as published
    subject_name: str  # the one of the subject's names that matched best
    programmes: tuple[str, ...]
    url: str | None
    evidence: tuple[Evidence, ...]
    suppressed_by: str | None = None


class Screening(Answer):
    """What was found for one subject, and with which watchlist, model and policy.

    `truncated` is true when matches above the threshold were cut for display; `stale_lists` names the lists
    older
    than the home's limit, which a *clear* does not speak for. `notes` are sentences on what was unusual in
    the subject. It is an alert when a match is not suppressed. `receipt` says in which region it was made, by
    which rule, and by which process.
    """

    subject_id: str | None
    outcome: Outcome
    matches: tuple[Match, ...]
    threshold: float
    watchlist_version: str
    model_version: str
    policy_version: str
    stale_lists: tuple[str, ...] = ()
    truncated: bool = False
    receipt: Receipt
    notes: tuple[str, ...] = ()
