"""On which line of a TOML file something is said: its parsers tell only what is said."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any


def line_of(text: str, keys: Sequence[str], within: str = "") -> int | None:
    """The line, from 1, on which the value (or table) at this path of keys begins; None where it is not.

    With `within` it is the first line of that value which holds this text, if one does. However the value is
    written, it is in the beginnings of the file that end behind it and in no shorter one that is sound.
    """
    lines = text.splitlines()
    begin = 1
    for end in range(1, len(lines) + 1):
        try:
            said = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        if _has(said, keys):
            found = (line for line in range(begin, end + 1) if within and within in lines[line - 1])
            return next(found, begin)
        begin = end + 1
    return None


def _has(said: Any, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(said, dict) or key not in said:
            return False
        said = said[key]
    return True
