"""Subjects from and matches into Polars frames: the shape in which a batch is screened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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


def subjects_of(frame: pl.DataFrame, first_row: int = 0) -> list[Subject]:
    """The subjects of a frame whose columns are fields of `Subject`; null means not given.

    Raises InvalidSubject, with the row's position in front of the field, for the first row that is not one.
    """
    return [_subject(row, position) for position, row in enumerate(frame.iter_rows(named=True), first_row)]


def _subject(row: Mapping[str, Any], position: int) -> Subject:
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


def match_frame(
    matches: Iterable[tuple[int, str | None, Match, str]], watchlist_version: str
) -> pl.DataFrame:
    """One row a match, from (row of the subject, subject id, match, version of the policy)."""
    rows = [
        {
            "row": row,
            "subject_id": subject_id,
            "score": match.score,
            "list_id": match.list_id,
            "entity_id": match.entity_id,
            "kind": match.kind.value,
            "matched_name": match.matched_name,
            "subject_name": match.subject_name,
            "programmes": list(match.programmes),
            "evidence": [each.model_dump() for each in match.evidence],
            "watchlist_version": watchlist_version,
            "model_version": VERSION,
            "policy_version": policy_version,
        }
        for row, subject_id, match, policy_version in matches
    ]
    return pl.DataFrame(rows, schema=MATCH_SCHEMA)
