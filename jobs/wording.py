"""Numbers in sentences."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 row`, `2 rows`, `1,000 matches`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
