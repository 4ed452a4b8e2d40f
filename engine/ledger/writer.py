"""Appending events: each is on the disk, in a chain of its own writer, before its caller goes on."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version

from engine.ledger import slots
from engine.ledger.chain import Head, digest_of, line_of
from engine.ledger.events import EventType
from engine.ledger.layout import LedgerError, Region
from engine.ledger.slots import CLOCK_TOLERANCE, Identity, Slot, stamp
from engine.privacy.envelope import Personal
from engine.privacy.keys import Cipher, RecordClass, keys_of, release_keys
from lists.durable import sync_folder

# How often a batched journal is flushed to the disk: what a power cut may take at most.
BATCH_SECONDS = 1.0

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class _Open:
    """The slot this process holds and the file of the day, open. Every method raises OSError."""

    def __init__(self, region: Region, slot: Slot, now: dt.datetime) -> None:
        self.region = region
        self.slot = slot
        self.pid = os.getpid()
        self.moment = max(dt.datetime.fromisoformat(slot.head.at), now)
        self.at = stamp(self.moment)
        self.head = slot.head
        self.synced = slot.head.seq
        self.date = ""
        self.descriptor = -1
        self.open_day()

    def open_day(self) -> None:
        self.close_day()
        path = self.region.journal_file(self.at[:10], self.slot.writer)
        is_new = not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        self.descriptor = os.open(path, _FLAGS, 0o600)
        self.place, self.date = str(path), self.at[:10]
        found = os.fstat(self.descriptor)
        self.file = (found.st_dev, found.st_ino)
        self.end = self.head.end if self.head.seq and self.head.date == self.date else 0
        if is_new:
            sync_folder(path.parent)
            sync_folder(path.parent.parent)

    def check_place(self) -> None:
        """That the file is still the one at its path: not moved, not cut, nor another home put over it."""
        found = os.stat(self.place)  # noqa: PTH116 - a text, at every event: a fifth of the time of Path.stat
        if (found.st_dev, found.st_ino) != self.file or found.st_size != self.end:
            raise OSError("the journal was moved, replaced or changed by another program")

    def write(self, line: bytes) -> None:
        """Append a line whole, or not at all."""
        self.check_place()
        whole = line + b"\n"
        try:
            written = os.write(self.descriptor, whole)
            if written < len(whole):  # the disk is full; the next write says so
                os.write(self.descriptor, whole[written:])
                if os.fstat(self.descriptor).st_size != self.end + len(whole):
                    raise OSError("a line could not be written whole")
        except OSError:
            os.ftruncate(self.descriptor, self.end)
            raise
        self.end += len(whole)
        self.head = Head(self.head.seq + 1, self.end, self.at, digest_of(line))

    def sync(self, head: Head) -> None:
        """Have all lines up to `head` on the disk, and acknowledge them."""
        os.fsync(self.descriptor)
        self.acknowledge(head)

    def acknowledge(self, head: Head) -> None:
        os.lseek(self.slot.head_descriptor, 0, os.SEEK_SET)
        os.write(self.slot.head_descriptor, head.written())

    def close_day(self) -> None:
        if self.descriptor >= 0:
            os.fsync(self.descriptor)
            os.close(self.descriptor)
            self.descriptor = -1

    def abandon(self) -> None:
        for descriptor in (self.descriptor, self.slot.head_descriptor):
            if descriptor >= 0:
                try:
                    os.close(descriptor)
                except OSError:
                    continue
        self.descriptor = self.slot.head_descriptor = -1


class Writer:
    """Appends events to a region's journal. Safe to share between threads, and to have across a fork.

    With `sync` "each" an event is on the disk when `append` returns; threads that append at the same time
    share one flush. With "batched" the operating system has it, which outlives the process; a power cut or a
    crash of the system may take the last `BATCH_SECONDS`.
    """

    def __init__(self, region: Region) -> None:
        self.region = region
        self.is_batched = False
        self._open: _Open | None = None
        self.keys = keys_of(region)
        self._identity: Identity | None = None
        self._lock = threading.Lock()
        self._sync_lock = threading.Lock()
        self._wake = threading.Event()
        self._flusher: threading.Thread | None = None

    def forget_threads(self) -> None:
        """After a fork: the locks are free, and nothing flushes any more."""
        self._lock, self._sync_lock = threading.Lock(), threading.Lock()
        self._wake, self._flusher = threading.Event(), None

    def append(self, kind: EventType, members: str, personal: Personal | None = None) -> str:
        """Append an event with these JSON members, and what it says of a person, which is encrypted; its id.

        Raises `LedgerError` and has recorded nothing.
        """
        _refuse_broken_text(members, personal)
        try:
            with self._lock:
                now = dt.datetime.now(dt.UTC)
                current = self._current(now)
                self._append(current, now, kind, members, personal)
                head, event_id = current.head, f"{current.slot.writer}-{current.head.seq}"
                if self.is_batched:
                    current.acknowledge(head)
            if self.is_batched:
                self._flush_soon()
            else:
                self._synced(current, head)
        except OSError as error:
            raise self._refused(error) from error
        return event_id

    def key_of(self, subject_key: str, records: RecordClass) -> Cipher:
        """The key to encrypt what an event says of a subject; as safe as the event. Raises `LedgerError`."""
        self.identity()
        try:
            return self.keys.writing(subject_key, records, durable=not self.is_batched)
        except OSError as error:
            raise self._refused(error) from error

    @property
    def fingerprint_key(self) -> bytes:
        """The key of the customers' fingerprints in this ledger. Raises `LedgerError`."""
        return self.identity().fingerprint_key or self.keys.named("fingerprint")

    def identity(self) -> Identity:
        """Which ledger this is; made where there is none, with its keys. Raises `LedgerError`."""
        if self._identity is None:
            try:
                self._identity = slots.establish(self.region)
            except OSError as error:
                raise self._refused(error) from error
        return self._identity

    def begin(self) -> None:
        """Have a journal, even if nothing is appended. Raises `LedgerError`."""
        try:
            with self._lock:
                self._current(dt.datetime.now(dt.UTC))
        except OSError as error:
            raise self._refused(error) from error
        self.flush()

    def flush(self) -> None:
        """Have everything on the disk. Raises `LedgerError`."""
        current = self._open
        if current is None or current.pid != os.getpid():
            return
        try:
            self._synced(current, current.head)
        except OSError as error:
            raise self._refused(error) from error

    def close(self) -> None:
        """Let go of the writer, which another process may then continue."""
        self.flush()
        with self._lock:
            self._let_go()

    def _append(
        self,
        current: _Open,
        now: dt.datetime,
        kind: EventType,
        members: str,
        personal: Personal | None = None,
    ) -> None:
        if now < current.moment:  # a clock that was set right by a little
            members = f'{members},"clock":"{stamp(now)}"'
        else:
            current.moment, current.at = now, stamp(now)
        if current.at[:10] != current.date:
            with self._sync_lock:  # nobody flushes a file that is being closed
                current.open_day()
        if personal is not None:
            event_id = f"{current.slot.writer}-{current.head.seq + 1}"
            members = f'{members},"personal":"{personal.sealed(event_id)}"'
        current.write(line_of(current.head.seq + 1, current.head.digest, current.at, kind, members))

    def _current(self, now: dt.datetime) -> _Open:
        current = self._open
        if current is not None and (
            current.pid != os.getpid()  # the parent's, before a fork
            or current.moment - now > CLOCK_TOLERANCE
        ):
            current.abandon()
            current = self._open = None
        if current is None:
            ledger = self._identity = slots.establish(self.region)
            current = self._open = _Open(self.region, slots.take(self.region, now), now)
            self._append(current, now, "opened", _opened(current, ledger.digest))
        return current

    def _synced(self, current: _Open, head: Head) -> None:
        with self._sync_lock:
            if current.synced >= head.seq:
                return
            if current is not self._open:
                raise OSError("another thread could not flush it")
            newest = current.head
            current.sync(newest)
            current.synced = newest.seq

    def _flush_soon(self) -> None:
        if self._flusher is None or not self._flusher.is_alive():
            self._flusher = threading.Thread(target=self._flush_often, name="ledger-flush", daemon=True)
            self._flusher.start()
        if not self._wake.is_set():
            self._wake.set()

    def _flush_often(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            threading.Event().wait(BATCH_SECONDS)
            current = self._open
            try:
                self.keys.flush()
                if current is not None and current.descriptor >= 0:
                    os.fsync(current.descriptor)
            except OSError:
                continue  # the next append meets the same disk, and tells its caller

    def _let_go(self) -> None:
        with suppress(OSError):  # the next append meets the same disk, and tells its caller
            self.keys.close()  # they may be another home's by now
        with self._sync_lock:
            if self._open is not None:
                self._open.abandon()
                self._open = None

    def _refused(self, error: OSError) -> LedgerError:
        # After a flush that failed nobody knows what is on the disk: start anew from what can be read.
        self._let_go()
        return self.refused((error.strerror or str(error)).lower())

    def refused(self, reason: str) -> LedgerError:
        """What a caller is told whose answer cannot be recorded."""
        return LedgerError(
            f"cannot record in the ledger {self.region.path} ({reason}), and no answer is given without its "
            "record; allow it, free some space, or choose another home"
        )


def _opened(current: _Open, ledger: str) -> str:
    said: dict[str, object] = {
        "region": current.region.region_id,
        "ledger": ledger,
        "process": current.pid,
        "cordon": _version(),
        "heads": slots.heads(current.region, but=current.slot.writer),
    }
    if current.slot.repaired:
        said["repaired"] = current.slot.repaired
    if current.slot.skipped:
        said["skipped"] = current.slot.skipped
    return json.dumps(said, separators=(",", ":"))[1:-1]


@lru_cache(maxsize=1)
def _version() -> str:
    return version("cordon")


_writers: dict[str, Writer] = {}
_writers_lock = threading.Lock()


def _forget_after_fork() -> None:
    """A child has none of its parent's threads, one of which may have held a lock."""
    global _writers_lock  # noqa: PLW0603 - the one thing a fork leaves in an unknown state
    _writers_lock = threading.Lock()
    for writer in _writers.values():
        writer.forget_threads()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)


def writer_of(region: Region) -> Writer:
    """The one writer this process has in a region, whatever path its home is called by."""
    key = os.path.realpath(region.path)
    with _writers_lock:
        if key not in _writers:
            _writers[key] = Writer(region)
        return _writers[key]


def release_writers() -> None:
    """Let go of every writer of this process, and of its keys."""
    with _writers_lock:
        for writer in _writers.values():
            writer.close()
        _writers.clear()
    release_keys()


def _refuse_broken_text(members: str, personal: Personal | None) -> None:
    """Half a character, as a terminal makes of bytes in another encoding, is text that no view could read."""
    for said in (f"{{{members}}}", "" if personal is None else personal.text):
        if "\\ud" in said:  # most characters that are written so are whole
            try:
                json.dumps(json.loads(said), ensure_ascii=False).encode()
            except UnicodeEncodeError:
                raise LedgerError("a name, reason or note is not in UTF-8; nothing was recorded") from None
