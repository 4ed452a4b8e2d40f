"""Where the wrapped keys of subjects are: files of records of one size, which a key is struck from in place.

A record is the tag of whose key it is (16 bytes), the key's id (8), the generation of the region key that
wraps it (4) and the wrapped key (12 + 32 + 16). One of zeros is a key that was destroyed. A million subjects
are 88 MB in sixteen files.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.ledger.layout import LedgerError
from engine.ledger.locks import try_lock, unlock
from lists.durable import sync_folder

TAG_BYTES = 16
ID_BYTES = 8
WRAPPED_BYTES = 60
RECORD_BYTES = TAG_BYTES + ID_BYTES + 4 + WRAPPED_BYTES
DESTROYED = bytes(RECORD_BYTES)

SHARDS = 16
_PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.002
# Beyond this many the tags that came since the file was opened go to the others, in a tenth of the memory.
_MOST_RECENT = 20_000
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_WRITE = _READ | os.O_RDWR | os.O_CREAT


class Record(NamedTuple):
    """A wrapped key as it lies in its file."""

    tag: bytes
    key_id: bytes
    generation: int
    wrapped: bytes

    def written(self) -> bytes:
        return b"".join((self.tag, self.key_id, self.generation.to_bytes(4, "big"), self.wrapped))

    @classmethod
    def read(cls, content: bytes) -> Record:
        return cls(content[:16], content[16:24], int.from_bytes(content[24:28], "big"), content[28:])


class Found(NamedTuple):
    """A record, and where it is."""

    place: int
    content: bytes


class Shard:
    """One of the files. Not safe to share between threads; every method raises OSError."""

    def __init__(self, path: Path) -> None:
        self._path, self._place = path, str(path)
        self._read = self._size = 0
        self._descriptor = -1
        self._is_dirty = self._is_writable = self._is_new = False
        self._forget_tags()

    def at(self, place: int) -> bytes:
        """The record at a place; nothing where the file is another one now."""
        return _read_at(self._descriptor, RECORD_BYTES, place) if self._descriptor >= 0 else b""

    def find(self, tag: bytes) -> Found | None:
        """The key with a tag."""
        if not self._open_current(write=False):
            return None
        self._size = os.fstat(self._descriptor).st_size
        return self.find_alone(tag)

    def find_alone(self, tag: bytes) -> Found | None:
        """As `find`, while `alone`."""
        if self._size - self._read >= RECORD_BYTES:
            self._read_on()
        if tag not in self._recent and not len(self._known):
            return None
        for place in self._places(tag):
            content = self.at(place)
            if content[:TAG_BYTES] == tag:
                return Found(place, content)
        return None

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """While this process alone changes the file; whether it is another file than the last time."""
        is_new = self.lock()
        try:
            yield is_new
        finally:
            self.unlock()

    def lock(self) -> bool:
        """Begin to be `alone`."""
        deadline = None
        while True:
            if self._descriptor < 0 or not self._is_writable:
                self._open_current(write=True)
            if try_lock(self._descriptor):
                found = os.fstat(self._descriptor)
                if found.st_nlink:  # else a rotation has put another file in its place
                    self._size, is_new, self._is_new = found.st_size, self._is_new, False
                    return is_new
                self.close()
                continue
            deadline = deadline or time.monotonic() + _PATIENCE_SECONDS
            if time.monotonic() > deadline:
                raise LedgerError(f"{self._path} is held by a process that does not go on; end it")
            time.sleep(_PAUSE_SECONDS)

    def unlock(self) -> None:
        unlock(self._descriptor)

    def append(self, records: Sequence[bytes]) -> int:
        """Add records, while `alone` and after `find_alone`; the place of the first.

        They are on the disk after the next `sync`.
        """
        end = self._size - self._size % RECORD_BYTES  # half a record was left by a kill: nobody was told
        try:
            _write_at(self._descriptor, b"".join(records), end)
        except OSError:
            os.ftruncate(self._descriptor, end)
            raise
        self._is_dirty = True
        place = end
        is_read = self._read == end and len(records) < _MOST_RECENT
        for record in records:
            if is_read:
                self._recent[record[:TAG_BYTES]] = place
            place += RECORD_BYTES
        self._size = place
        if is_read:
            self._read = place
        return end

    def destroy(self, is_gone: Callable[[Record], bool]) -> int:
        """Overwrite the records that are to go, while `alone`; how many they were. They are gone at once."""
        count = 0
        for place, content in self._all():
            if is_gone(Record.read(content)):
                _write_at(self._descriptor, DESTROYED, place)
                count += 1
        if count:
            os.fsync(self._descriptor)
        return count

    def rewrite(self, changed: Callable[[Record], Record]) -> int:
        """Change every record, while `alone`, and leave out those that were destroyed; how many there are.

        What a cut has left of the last one stays behind them.

        Whoever reads meanwhile has the file before or the one after, whole.
        """
        records = [changed(Record.read(content)).written() for _, content in self._all()]
        size = os.fstat(self._descriptor).st_size
        cut = _read_at(self._descriptor, size % RECORD_BYTES, size - size % RECORD_BYTES)
        unfinished = self._path.with_name(f".{self._path.name}.new")
        with unfinished.open("wb") as file:
            file.write(b"".join([*records, cut]))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)
        sync_folder(self._path.parent)
        os.ftruncate(self._descriptor, 0)  # so that whoever has the old file open sees that it is over
        return len(records)

    @property
    def name(self) -> str:
        """Of the file."""
        return self._path.name

    def is_cut(self) -> bool:
        """Whether the last record is not whole."""
        return self._open_current(write=False) and os.fstat(self._descriptor).st_size % RECORD_BYTES > 0

    def records(self) -> list[Record]:
        """All that were not destroyed."""
        return [Record.read(content) for _, content in self._all()] if self._open_current(write=False) else []

    def sync(self) -> None:
        """Have what was appended on the disk."""
        if self._is_dirty:
            self._is_dirty = False
            os.fsync(self._descriptor)

    def close(self) -> None:
        if self._descriptor >= 0:
            self.sync()
            os.close(self._descriptor)
            self._descriptor = -1
        self._forget_tags()

    def _all(self) -> Iterator[tuple[int, bytes]]:
        content = _read_at(self._descriptor, os.fstat(self._descriptor).st_size, 0)
        for place in range(0, len(content) - RECORD_BYTES + 1, RECORD_BYTES):
            record = content[place : place + RECORD_BYTES]
            if record != DESTROYED:
                yield place, record

    def _open_current(self, *, write: bool) -> bool:
        """Open the file that is at the path now; whether there is one."""
        if self._descriptor >= 0 and (self._is_writable or not write) and self._is_current():
            return True
        self.close()
        try:
            self._descriptor = os.open(self._path, _WRITE if write else _READ, 0o600)
        except FileNotFoundError:
            if not write:
                return False
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, _WRITE, 0o600)
            sync_folder(self._path.parent)
        self._file, self._is_writable, self._is_new = os.fstat(self._descriptor), write, True
        return True

    def _is_current(self) -> bool:
        try:
            found = os.stat(self._place)  # noqa: PTH116 - for each new subject: a fifth of the time of Path.stat
        except FileNotFoundError:
            return False
        return (found.st_dev, found.st_ino) == (self._file.st_dev, self._file.st_ino)

    def _forget_tags(self) -> None:
        self._read = 0
        self._known: NDArray[np.uint64] = np.empty(0, np.uint64)  # the first half of each tag, sorted
        self._known_places: NDArray[np.int64] = np.empty(0, np.int64)
        self._recent: dict[bytes, int] = {}

    def _read_on(self) -> None:
        """Take note of what was appended by any process."""
        new = (self._size - self._read) // RECORD_BYTES
        content = _read_at(self._descriptor, new * RECORD_BYTES, self._read)
        if new + len(self._recent) > _MOST_RECENT:
            self._sort_in(content)
        else:
            for start in range(0, len(content), RECORD_BYTES):
                self._recent[content[start : start + TAG_BYTES]] = self._read + start
        self._read += new * RECORD_BYTES

    def _sort_in(self, content: bytes) -> None:
        recent = b"".join(self._recent)
        added = np.frombuffer(content, np.uint8).reshape(-1, RECORD_BYTES)[:, :TAG_BYTES]
        tags = np.concatenate([np.frombuffer(recent, np.uint8).reshape(-1, TAG_BYTES), added])
        keys = np.concatenate([self._known, tags[:, :8].copy().view(">u8").astype(np.uint64).ravel()])
        places = np.concatenate(
            [
                self._known_places,
                np.fromiter(self._recent.values(), np.int64, len(self._recent)),
                self._read + RECORD_BYTES * np.arange(len(added)),
            ]
        )
        order = np.argsort(keys, kind="stable")
        self._known, self._known_places, self._recent = keys[order], places[order], {}

    def _places(self, tag: bytes) -> Iterator[int]:
        if tag in self._recent:
            yield self._recent[tag]
        if len(self._known):
            key = np.uint64(int.from_bytes(tag[:8], "big"))
            first, last = (
                np.searchsorted(self._known, key, "left"),
                np.searchsorted(self._known, key, "right"),
            )
            yield from self._known_places[first:last].tolist()


if hasattr(os, "pread"):

    def _read_at(descriptor: int, size: int, place: int) -> bytes:
        return os.pread(descriptor, size, place)

    def _write_at(descriptor: int, content: bytes, place: int) -> None:
        if os.pwrite(descriptor, content, place) < len(content):
            raise OSError("a key could not be written whole")
else:  # Windows

    def _read_at(descriptor: int, size: int, place: int) -> bytes:
        os.lseek(descriptor, place, os.SEEK_SET)
        return os.read(descriptor, size)

    def _write_at(descriptor: int, content: bytes, place: int) -> None:
        os.lseek(descriptor, place, os.SEEK_SET)
        if os.write(descriptor, content) < len(content):
            raise OSError("a key could not be written whole")
