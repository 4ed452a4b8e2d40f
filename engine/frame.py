"""Subjects from and matches into Polars frames: the shape in which a batch is screened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import polars as pl

from engine.model import VERSION
from engine.screening import Match
from engine.subject import InvalidSubject, Subject

_EVIDENCE = pl.Struct(
    {
        "feature": pl.String,
        "contribution": pl.Float64,
        "subject_value": pl.String,
        "listed_value": pl.String,
        "sentence": pl.String,
    }
)
MATCH_SCHEMA: dict[str, Any] = {
    "row": pl.UInt32,
    "subject_id": pl.String,
    "score": pl.Float64,
    "list_id": pl.String,
    "entity_id": pl.String,
    "kind": pl.String,
    "matched_name": pl.String,
    "subject_name": pl.String,
    "programmes": pl.List(pl.String),
    "evidence": pl.List(_EVIDENCE),
    "watchlist_version": pl.String,
    "model_version": pl.String,
    "policy_version": pl.String,
}


def subject_of(row: Mapping[str, Any], position: int) -> Subject:
    """The subject of one row of a frame whose columns are fields of `Subject`; null means not given.

    Raises InvalidSubject, with the row's position in front of the field.
    """
    fields = {name: value for name, value in row.items() if value is not None}
    if "identifiers" in fields:
        fields["identifiers"] = [_given(identifier) for identifier in fields["identifiers"]]
    try:
        return Subject.parse(**fields)
    except InvalidSubject as error:
        problems = [(f"row {position}, {field}", sentence) for field, sentence in error.problems]
        raise InvalidSubject(problems) from None


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def match_frame(matches: Iterable[FoundMatch], watchlist_version: str) -> pl.DataFrame:
    """One row a match."""
    rows = [
        {
            "row": found.row,
            "subject_id": found.subject_id,
            "score": found.match.score,
            "list_id": found.match.list_id,
            "entity_id": found.match.entity_id,
            "kind": found.match.kind.value,
            "matched_name": found.match.matched_name,
            "subject_name": found.match.subject_name,
            "programmes": list(found.match.programmes),
            "evidence": [each.model_dump() for each in found.match.evidence],
            "watchlist_version": watchlist_version,
            "model_version": VERSION,
            "policy_version": found.policy_version,
        }
        for found in matches
    ]
    return pl.DataFrame(rows, schema=MATCH_SCHEMA)


class FoundMatch(NamedTuple):
    """A match of the subject at a position of a frame, and the version of its policy."""

    row: int
    subject_id: str | None
    match: Match
    policy_version: str
