"""What is wrong with a file of customers as a whole."""

from __future__ import annotations

from collections.abc import Sequence

# A wrong file may hold thousands of "columns"; a sentence that lists more than these helps nobody.
_MOST_COLUMNS_SHOWN = 20
_LONGEST_HEADING_SHOWN = 40


class InputError(ValueError):
    """A file that cannot be read as customers: one sentence with the file, the place and what to do next."""


def show_columns(headings: Sequence[str]) -> str:
    """The headings for an error sentence: few, short and without control characters."""
    shown = [_printable(heading.strip()[:_LONGEST_HEADING_SHOWN]) for heading in headings if heading.strip()]
    if not shown:
        return "none"
    hidden = len(shown) - _MOST_COLUMNS_SHOWN
    return ", ".join(shown[:_MOST_COLUMNS_SHOWN]) + (f" and {hidden} more" if hidden > 0 else "")


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)
