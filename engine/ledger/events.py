"""The types of events in the journal; docs/ledger.md describes their members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

EventType = Literal[
    "opened",
    "screened",
    "part",
    "batch",
    "decided",
    "reopened",
    "closed",
    "list_published",
    "job",
    "sealed",
    "transferred",
    "held",
    "released",
    "erased",
    "exported",
]

EVENTS: Mapping[EventType, str] = {
    "opened": "a process took the writer: what it repaired, and the heads of all other writers",
    "screened": "one subject was screened: its fields, the answer, and every match with its evidence",
    "part": "a part of a batch was sealed: the Parquet files and their SHA-256",
    "batch": "a batch, a frame or a rescreening is complete: what it counted",
    "decided": "somebody proposed, made, approved or rejected a decision on a match",
    "reopened": "a settled match needs attention again: why, and what changed field by field",
    "closed": "an open match was closed, because its entity went off the list",
    "list_published": "another version of a list came into use",
    "job": "a rescreening began, a refresh of lists ended, or a validation was written",
    "sealed": "the journal of a day became a Parquet file: its SHA-256",
    "transferred": "customers of another region crossed into this one: how many, for what, on which basis",
    "held": "a legal hold on a customer: nothing of them may be destroyed",
    "released": "a legal hold ended",
    "erased": "a customer's keys are destroyed: which, and by which rule or at whose request",
    "exported": "somebody was given all that is held about a customer",
}
