"""Reading a file of a list, compressed with gzip or not, without unpacking more than a list can have."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from lists.source import MAX_FILE_BYTES, SourceError

# Real lists shrink to a tenth; bombs to a thousandth.
_MAX_RATIO = 200
_GZIP = b"\x1f\x8b"
_BUFFER_BYTES = 1 << 16


@contextmanager
def unpacked(list_id: str, path: Path, *, most_bytes: int = MAX_FILE_BYTES) -> Iterator[io.BufferedReader]:
    """The bytes of a file, unpacked if its content is gzip, whatever its name.

    Raises `SourceError` while it is read: when the file is damaged gzip, when gzip gives more than
    200 times its size, and in any case beyond `most_bytes`.
    """
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        most = min(most_bytes, _MAX_RATIO * path.stat().st_size + _BUFFER_BYTES) if packed else most_bytes
        inner = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
        yield io.BufferedReader(_Limited(inner, list_id, path.name, most), _BUFFER_BYTES)


def is_json(list_id: str, path: Path) -> bool:
    """Whether a file, compressed or not, begins as JSON does."""
    with unpacked(list_id, path) as content:
        return content.peek(1).lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


class _Limited(io.RawIOBase):
    """Bytes as long as they are not more than a list has."""

    def __init__(self, file: BinaryIO, list_id: str, name: str, most: int) -> None:
        self._file = file
        self._list_id = list_id
        self._name = name
        self._most = most
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            chunk = self._file.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            reason = " ".join(str(error).split())[:120]
            raise self._error(f"is damaged gzip ({reason}); it may be cut: fetch it again") from None
        self._read += len(chunk)
        if self._read > self._most:
            raise self._error(f"goes on after {self._most:,} bytes, as no list of its size does; refused")
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def _error(self, sentence: str) -> SourceError:
        return SourceError(self._list_id, self._name, None, sentence)
