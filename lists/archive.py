"""Reading ZIP archives that come from outside, without unpacking more than a list can have.

An archive of a few kilobytes may declare terabytes, or unpack to them undeclared. Sizes and ratios are
checked before anything is unpacked; while unpacking, no part gives more than it declared.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lists.source import SourceError

# The directory of an archive is held in memory, so the archive must be small; the largest real one has 10 MB.
_MAX_ARCHIVE_BYTES = 100_000_000
# OFAC's full SDN list, the largest there is, has about 120 MB as XML.
_MAX_UNPACKED_BYTES = 500_000_000
# Real lists shrink to a tenth or, as sheets, to a thirtieth; bombs to a thousandth.
_MAX_RATIO = 200
_MAX_PARTS = 1_000
_MOST_NAMED = 3  # in a sentence
_PATH_SIGNS = frozenset("/\\:")

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)


class Archive:
    """A ZIP archive: the names of its parts, and each part as a file. `names` are as the archive has them.

    Raises `SourceError` when the file is no such archive, is damaged, or would unpack to more than a list has
    (`most_bytes`).
    """

    def __init__(self, list_id: str, path: Path, *, most_bytes: int = _MAX_UNPACKED_BYTES) -> None:
        self._list_id = list_id
        self._path = path
        self._most_bytes = most_bytes
        size = path.stat().st_size
        if size > _MAX_ARCHIVE_BYTES:
            raise self.error(f"is an archive of {size:,} bytes, far more than any list; fetch it again")
        with self._reading() as archive:
            parts = archive.infolist()
        self._check(parts)
        self.names = tuple(part.filename for part in parts)

    def only(self, ending: str) -> str:
        """The name of the one file of that kind (".xml") that must be all there is in the archive."""
        inside = ", ".join(repr(name[:80]) for name in self.names[:_MOST_NAMED]) or "nothing"
        if len(self.names) > _MOST_NAMED:
            inside += f" and {len(self.names) - _MOST_NAMED:,} more"
        if len(self.names) != 1 or not self.names[0].lower().endswith(ending):
            kind = ending.lstrip(".").upper()
            raise self.error(f"holds {inside} instead of one {kind} file; fetch it again")
        if _PATH_SIGNS & set(self.names[0]):
            raise self.error(f"holds {inside}, a path instead of a file name; refused: fetch it again")
        return self.names[0]

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A part, unpacked while it is read. Raises `SourceError` when there is none, or it is damaged."""
        if name not in self.names:
            raise self.error(f"has no {name} in it; fetch it again")
        with self._reading() as archive, archive.open(name) as part:
            yield part

    def error(self, sentence: str) -> SourceError:
        """A `SourceError` about this archive."""
        return SourceError(self._list_id, self._path.name, None, sentence)

    def _check(self, parts: list[zipfile.ZipInfo]) -> None:
        if len(parts) > _MAX_PARTS:
            raise self.error(f"is an archive of {len(parts):,} files, as no list is; refused: fetch it again")
        for part in parts:
            if part.file_size > _MAX_RATIO * max(part.compress_size, 1) + _MAX_RATIO:
                sizes = f"from {part.compress_size:,} bytes to {part.file_size:,}"
                what = f"unpacks {part.filename[:80]!r} {sizes}, as no list does"
                raise self.error(f"{what}; refused: fetch it again")
        total = sum(part.file_size for part in parts)
        if total > self._most_bytes:
            raise self.error(f"unpacks to {total:,} bytes, far more than any list; refused: fetch it again")

    @contextmanager
    def _reading(self) -> Iterator[zipfile.ZipFile]:
        try:
            with zipfile.ZipFile(self._path) as archive:
                yield archive
        except SourceError:
            raise
        except _UNREADABLE as error:
            reason = " ".join(str(error).split())[:120] or "it ends too early"
            raise self.error(f"is not readable as a ZIP archive ({reason}); fetch it again") from None
