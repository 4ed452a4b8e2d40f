"""Reading text files of lists line by line, plain or compressed with gzip, without trusting their sizes."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from lists.source import MAX_FILE_BYTES, SourceError, sniff

# The longest real line, an entity of OpenSanctions with thousands of names, has 3 MB.
_LONGEST_LINE = 30_000_000
_LONGEST_CSV_LINE = 2_000_000
# Real lists shrink to a tenth; bombs to a thousandth.
_MAX_RATIO = 200
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 16


def text_lines(
    list_id: str, path: Path, *, most_bytes: int = MAX_FILE_BYTES, longest: int = _LONGEST_LINE
) -> Iterator[tuple[int, str]]:
    """The lines of a file in UTF-8, each with its number and with its end.

    Whether the file is compressed is seen from its content. Raises `SourceError`, while iterating, for what
    is no text in UTF-8, a line longer than `longest` characters, damaged gzip, and more than `most_bytes`.
    """

    def error(line: int, sentence: str) -> SourceError:
        return SourceError(list_id, path.name, f"line {line}", sentence)

    number = 1
    with path.open("rb") as file:
        opened = io.BufferedReader(_Limited(file, path, most_bytes, lambda what: error(number, what)), _CHUNK)
        text = io.TextIOWrapper(opened, encoding="utf-8-sig", newline="")
        while True:
            try:
                line = text.readline(longest)
            except UnicodeDecodeError:
                sentence = "holds bytes that are no text in UTF-8; save it as UTF-8, or fetch it again"
                raise error(number, sentence) from None
            except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
                sentence = f"is damaged gzip ({problem}); it may be cut: fetch it again"
                raise error(number, sentence) from None
            if not line:
                return
            if len(line) >= longest:
                raise error(number, f"is longer than {longest:,} characters, as no list's is; refused")
            if "\x00" in line:
                raise error(number, "holds bytes that no text has; fetch it again")
            yield number, line
            number += 1


def csv_rows(list_id: str, path: Path, *, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file in UTF-8, plain or gzip, each with the line it begins on; empty ones left out.

    Raises `SourceError`, while iterating, as `text_lines` does, for what is another format by its beginning,
    and for quotation marks that do not match.
    """
    if what := sniff(path):
        raise SourceError(list_id, path.name, "line 1", f"holds {what}, not a CSV list; fetch it again")
    texts = (line for _, line in text_lines(list_id, path, longest=_LONGEST_CSV_LINE))
    lines = csv.reader(texts, delimiter=delimiter, strict=True)
    while True:
        line = lines.line_num + 1
        try:
            cells = next(lines, None)
        except csv.Error as error:
            sentence = f"is not readable as CSV from here on ({error}); it may be cut: fetch it again"
            raise SourceError(list_id, path.name, f"line {line}", sentence) from None
        if cells is None:
            return
        if cells:
            yield line, cells


class _Limited(io.RawIOBase):
    """A file's bytes, unpacked where it is gzip, as long as they are not more than a list has."""

    def __init__(
        self, file: BinaryIO, path: Path, most_bytes: int, error: Callable[[str], SourceError]
    ) -> None:
        self._error = error
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        self._file = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
        self._most = min(most_bytes, _MAX_RATIO * path.stat().st_size + _CHUNK) if packed else most_bytes
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        chunk = self._file.read(len(buffer))
        self._read += len(chunk)
        if self._read > self._most:
            raise self._error(f"goes on after {self._most:,} bytes, far more than any list; refused")
        buffer[: len(chunk)] = chunk
        return len(chunk)
