"""A million customers made by recombining the clean ones, and a watchlist of a million names made by
permuting tokens.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.report import SHARED
from lists.countries import to_alpha2
from lists.model import Kind, ListedEntity, Name

_SEED = 28
_PARTS = ("first_name", "middle_name", "last_name")


def write_customers(path: Path, count: int = 1_000_000) -> None:
    """Customers with first, middle and last names, birth dates and nationalities of different people, as
    Parquet.
    """
    everyone = pl.concat(
        pl.read_csv(SHARED / "bench" / f"customers_clean_{origin}.csv", infer_schema=False)
        for origin in ("us", "global")
    )
    chance = np.random.default_rng(_SEED)

    def drawn(column: str) -> pl.Series:
        return everyone[column].gather(chance.integers(0, everyone.height, count))

    codes = {name: to_alpha2(name) for name in everyone["nationality"].drop_nulls().unique().to_list()}
    parts = pl.DataFrame([drawn(part).fill_null("") for part in _PARTS])
    name = parts.select(pl.concat_str(_PARTS, separator=" ").str.replace_all("  +", " ").str.strip_chars())
    pl.DataFrame(
        {
            "subject_id": pl.Series(range(count)).cast(pl.String),
            "name": name.to_series(),
            "kind": ["person"] * count,
            "birth_date": drawn("date_of_birth"),
            "country": drawn("nationality").replace_strict(list(codes), list(codes.values()), default=None),
        }
    ).with_columns(countries=pl.when(pl.col("country").is_not_null()).then(pl.concat_list("country"))).drop(
        "country"
    ).write_parquet(path)


def permuted(names: list[tuple[str, Kind]], count: int = 1_000_000) -> Iterator[ListedEntity]:
    """Entities with four names each: the words of real names, in the place of other names' words."""
    chance = random.Random(_SEED)
    words = [text.split() for text, _ in names]
    for number in range(count // 4):
        _, kind = names[chance.randrange(len(names))]
        texts = []
        for _ in range(4):
            size = max(1, len(words[chance.randrange(len(words))]))
            donors = (words[chance.randrange(len(words))] for _ in range(size))
            texts.append(" ".join(donor[min(place, len(donor) - 1)] for place, donor in enumerate(donors)))
        yield ListedEntity(
            list_id="xx_permuted",
            entity_id=str(number),
            kind=kind,
            names=tuple(Name(text=text) for text in texts),
        )
