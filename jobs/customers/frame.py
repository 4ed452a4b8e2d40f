"""The frame of subjects that the engine screens, built from columns of validated values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

_TEXTS = pl.List(pl.String)
_IDENTIFIER = pl.Struct({"type": pl.String, "value": pl.String, "country": pl.String})
FRAME_SCHEMA: dict[str, Any] = {
    "subject_id": pl.String,
    "names": _TEXTS,
    "kind": pl.String,
    "birth_date": pl.String,
    "gender": pl.String,
    "countries": _TEXTS,
    "identifiers": pl.List(_IDENTIFIER),
    "addresses": _TEXTS,
    "residency": pl.String,
    "segment": pl.String,
}

# Validated text never holds it, and Polars splits text a hundred times faster than it takes in Python lists.
_JOINT = "\0"


def subject_frame(values: Mapping[str, Sequence[Any]], height: int) -> pl.DataFrame:
    """`height` rows with the columns of `FRAME_SCHEMA`; a field that `values` lacks is null throughout."""
    return pl.DataFrame(
        [
            _series(name, dtype, values[name]) if name in values else pl.Series(name, [None] * height, dtype)
            for name, dtype in FRAME_SCHEMA.items()
        ]
    )


def _series(name: str, dtype: Any, values: Sequence[Any]) -> pl.Series:
    if dtype == _TEXTS:
        joined = [None if texts is None else _JOINT.join(texts) for texts in values]
        return pl.Series(name, joined, pl.String).str.split(_JOINT)
    if name == "identifiers":
        return _identifiers(values)
    return pl.Series(name, values, dtype)


def _identifiers(values: Sequence[Sequence[Mapping[str, str | None]] | None]) -> pl.Series:
    flat = [(row, *item.values()) for row, items in enumerate(values) for item in items or ()]
    schema = {"row": pl.UInt32, "type": pl.String, "value": pl.String, "country": pl.String}
    grouped = (
        pl.DataFrame(flat, schema, orient="row")
        .select("row", pl.struct("type", "value", "country").alias("identifiers"))
        .group_by("row", maintain_order=True)
        .agg("identifiers")
    )
    rows = pl.DataFrame({"row": range(len(values))}, {"row": pl.UInt32})
    return rows.join(grouped, on="row", how="left", maintain_order="left")["identifiers"]
