"""Two outcomes of the same records, by two policies or two versions of the model: what differs, and why."""

from __future__ import annotations

from collections import Counter

import polars as pl

from engine.validation import records as made
from engine.validation.outcomes import SCHEMA as OUTCOME

_REQUIRED = made.SCHEMA | OUTCOME


def check_earlier(frame: pl.DataFrame) -> None:
    """Raises ValueError for a frame that is not the records and outcomes of a validation."""
    missing = [name for name, dtype in _REQUIRED.items() if frame.schema.get(name) != dtype]
    if missing:
        raise ValueError(f"lacks the columns {', '.join(missing)} of a validation")


def differences(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The records whose outcome differs: both scores, and the evidence that only one of the two has.

    Both are records with their outcomes; `record` names the same one in each.
    """
    columns = ("found", "score", "evidence", "reason")
    joined = before.join(after.select("record", *columns), on="record", suffix="_after")
    changed = joined.filter(pl.col("found").ne_missing(pl.col("found_after")))
    pairs = zip(changed["evidence"].to_list(), changed["evidence_after"].to_list(), strict=True)
    said = [_difference(one, other) for one, other in pairs]
    return changed.with_columns(
        only_before=pl.Series([each[0] for each in said], dtype=pl.String),
        only_after=pl.Series([each[1] for each in said], dtype=pl.String),
    ).drop("evidence", "evidence_after")


def _difference(before: str | None, after: str | None) -> tuple[str, str]:
    one, other = (Counter((text or "").split("; ")) for text in (before, after))
    return "; ".join(filter(None, (one - other).elements())), "; ".join(
        filter(None, (other - one).elements())
    )


def moved(before: pl.DataFrame, after: pl.DataFrame) -> list[tuple[str, int, int]]:
    """By family how many records are found that were not, and how many are not that were."""
    changed = differences(before, after)
    rows = []
    for family in made.FAMILIES:
        own = changed.filter(pl.col("family") == family.name)
        gained = own.filter(pl.col("found_after").fill_null(value=False)).height
        if own.height:
            rows.append((family.name, gained, own.height - gained))
    return rows
