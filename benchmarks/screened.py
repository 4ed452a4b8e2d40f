"""Subjects screened as a frame, as a batch screens them: a fraction of the time that single calls take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from engine import Screener, Subject
from jobs.customers.frame import FRAME_SCHEMA


class Found(NamedTuple):
    """One match, with what the measures ask of it."""

    list_id: str
    entity_id: str
    score: float


def screened(screener: Screener, subjects: Sequence[Subject]) -> list[list[Found]]:
    """For each subject its matches, best first."""
    rows = [subject.model_dump(mode="json") for subject in subjects]
    for row in rows:
        row["birth_date"] = row["birth_date"] and row["birth_date"]["text"]
    frame = pl.DataFrame(rows, FRAME_SCHEMA)
    answers: list[list[Found]] = [[] for _ in subjects]
    matches = screener.screen_frame(frame, record=False, threads=2)
    for row, *found in matches.select("row", *Found._fields).iter_rows():
        answers[row].append(Found(*found))
    return answers
