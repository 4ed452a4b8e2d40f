"""Reading text files of lists line by line, plain or compressed, without trusting the length of a line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from lists.source import MAX_FILE_BYTES, SourceError
from lists.unpacked import unpacked

# The longest real line, an entity of OpenSanctions with thousands of names, has 3 MB.
_LONGEST_LINE = 30_000_000


def text_lines(
    list_id: str, path: Path, *, most_bytes: int = MAX_FILE_BYTES, longest: int = _LONGEST_LINE
) -> Iterator[tuple[int, str]]:
    """The lines of a file in UTF-8, each with its number and with its end.

    Raises `SourceError`, while iterating, for what is no text in UTF-8, a line longer than `longest`
    characters, damaged gzip, and more than `most_bytes`.
    """

    def error(sentence: str) -> SourceError:
        return SourceError(list_id, path.name, f"line {number}", sentence)

    number = 1
    with unpacked(list_id, path, most_bytes=most_bytes) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        while True:
            try:
                line = text.readline(longest)
            except UnicodeDecodeError:
                raise error("holds bytes that are no text in UTF-8; fetch it again") from None
            if not line:
                return
            if len(line) >= longest:
                raise error(f"is longer than {longest:,} characters, as no list's is; refused")
            if "\x00" in line:
                raise error("holds bytes that no text has; fetch it again")
            yield number, line
            number += 1
