"""Taking a writer of the journal for this process: one that is free, sound and not ahead of the clock.

A process takes the first free writer and continues its chain, so that there are as many files as processes
at a time, not as many as there ever were. Only here is anything in the journal ever cut off: the torn line of
a writer that was killed, which nobody was told of.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from engine.ledger import settled
from engine.ledger.chain import NO_LINE, BrokenChain, Head, digest_of, follow
from engine.ledger.layout import DEFAULT_REGION, LedgerError, Region
from engine.ledger.locks import locked, try_lock
from engine.privacy.keys import keys_of
from lists.durable import replace_file, sync_folder

FORMAT = 2  # 1 held the key of fingerprints, which is now in keys/
# Clocks are set right by seconds. A clock that goes back by more was wrong before: that chain waits for it.
CLOCK_TOLERANCE = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Identity:
    """`ledger.json`: which ledger this is. One from before there were keys has that of the fingerprints."""

    ledger_id: str
    fingerprint_key: bytes | None
    digest: str  # of the file


@dataclass
class Slot:
    """A writer that this process holds, what a killed one left in it, and those that were passed over."""

    writer: str
    head_descriptor: int
    head: Head
    repaired: dict[str, object] | None = None
    skipped: dict[str, str] = field(default_factory=dict)


class _Unusable(Exception):  # noqa: N818 - named for what is the case
    """A writer that is not to be continued; says why."""


def identity(region: Region) -> Identity:
    """Which ledger this is. Raises `LedgerError` when there is none, or it cannot be read."""
    try:
        content = region.identity.read_bytes()
        said = json.loads(content)
        if said["format"] > FORMAT:
            raise LedgerError(f"{region.path} was written by a newer Cordon; update Cordon")
        # A home of before there were regions may become one.
        if said["region"] not in (region.region_id, DEFAULT_REGION):
            raise LedgerError(
                f"{region.path} holds the ledger of the region {said['region']}, and cordon.toml says it is "
                f"the home of {region.region_id}; correct home in [regions.{region.region_id}]"
            )
        key = bytes.fromhex(said["fingerprint_key"]) if said["format"] == 1 else None
        return Identity(said["ledger_id"], key, digest_of(content))
    except FileNotFoundError:
        raise LedgerError(f"nothing was ever recorded in {region.path}; screen somebody first") from None
    except OSError as error:
        raise LedgerError(f"{region.identity} cannot be read ({(error.strerror or '').lower()})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerError(
            f"{region.identity} is damaged; restore it from a backup: without it no customer is recognised"
        ) from error


def check_is_own(region: Region) -> None:
    """That the folder is no other region's ledger, nor another user's. Raises `LedgerError`."""
    try:
        is_there = region.identity.exists()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise LedgerError(
            f"the home {region.path} of the region {region.region_id} cannot be used ({reason}); run as the "
            "user it belongs to"
        ) from error
    if is_there:
        identity(region)


def check_keys_not_lost(region: Region) -> None:
    """That the keys are there, if there ever were any. Raises `LedgerError`."""
    if keys_of(region).exist() or not region.identity.exists():
        return
    if identity(region).fingerprint_key is None or _is_encrypted(region):
        raise LedgerError(
            f"{region.keys} is missing; restore it from a backup: without it nobody is recognised"
        )


def _is_encrypted(region: Region) -> bool:
    """Whether a ledger from before there were keys has gone on with them."""
    from engine.ledger.views import rows_of  # noqa: PLC0415 - it imports this module, and is rarely needed

    query = (
        "select 1 from events where starts_with(event->>'personal', 'v1.') "
        "union all select 1 from batch_matches where starts_with(personal, 'v1.') limit 1"
    )
    return region.exists() and bool(rows_of(region, query))


def establish(region: Region) -> Identity:
    """As `identity`, after making a ledger and its keys where there are none.

    Raises OSError and `LedgerError`.
    """
    check_is_own(region)
    keys = keys_of(region)
    check_keys_not_lost(region)
    if not region.path.exists():
        region.path.parent.mkdir(parents=True, exist_ok=True)
        region.path.mkdir(mode=0o700, exist_ok=True)  # nobody else's, whatever the umask says
    keys.establish()
    if not region.identity.exists():
        for folder in (region.heads, region.derived):
            folder.mkdir(parents=True, exist_ok=True)
        with locked(region.derived / "establish.lock"):
            if not region.identity.exists():
                settled.write(region.derived / "settled.json", {})
                said = {
                    "format": FORMAT,
                    "ledger_id": secrets.token_hex(16),
                    "region": region.region_id,
                }
                replace_file(region.identity, json.dumps(said, indent=2).encode() + b"\n")
                sync_folder(region.path)
    return identity(region)


def take(region: Region, now: dt.datetime) -> Slot:
    """Take a writer. Raises OSError."""
    region.heads.mkdir(parents=True, exist_ok=True)
    region.derived.mkdir(parents=True, exist_ok=True)
    skipped: dict[str, str] = {}
    with locked(region.derived / "writers.lock") as held:
        if not held:
            raise LedgerError(f"{region.path} is being written by a process that does not go on; end it")
        writers = region.writers()
        for writer in writers:
            descriptor = os.open(region.head(writer), os.O_RDWR | getattr(os, "O_BINARY", 0))
            try:
                if try_lock(descriptor):
                    slot = _continued(region, writer, descriptor, now)
                    slot.skipped = skipped
                    return slot
            except _Unusable as reason:
                skipped[writer] = str(reason)
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)
        return _new(region, _next_name(region, writers), now, skipped)


def settle(region: Region, now: dt.datetime) -> None:
    """Have the head of every writer that no process holds speak for all its lines. Raises OSError."""
    with locked(region.derived / "writers.lock"):
        for writer in region.writers():
            descriptor = os.open(region.head(writer), os.O_RDWR | getattr(os, "O_BINARY", 0))
            try:
                if try_lock(descriptor):
                    head = _continued(region, writer, descriptor, now).head
                    os.lseek(descriptor, 0, os.SEEK_SET)
                    os.write(descriptor, head.written())
                    os.fsync(descriptor)
            except _Unusable:
                continue  # for `verify` to tell
            finally:
                os.close(descriptor)


def heads(region: Region, *, but: str) -> dict[str, tuple[int, str]]:
    """Number and digest of the last line of every other writer, where they can be read: a witness to them."""
    found = {}
    for writer in region.writers():
        if writer != but:
            with suppress(OSError, BrokenChain):
                head = Head.read(region.head(writer).read_bytes())
                found[writer] = (head.seq, head.digest)
    return found


def _next_name(region: Region, writers: list[str]) -> str:
    """A name that was never used, also where somebody has deleted heads."""
    used = {path.stem for path in region.journal.glob("*/w*.ndjson")} | set(writers)
    return f"w{max((int(name[1:]) for name in used if name[1:].isdigit()), default=0) + 1}"


def _new(region: Region, writer: str, now: dt.datetime, skipped: dict[str, str]) -> Slot:
    head = Head(0, 0, stamp(now), NO_LINE)
    replace_file(region.head(writer), head.written())
    descriptor = os.open(region.head(writer), os.O_RDWR | getattr(os, "O_BINARY", 0))
    if not try_lock(descriptor):
        os.close(descriptor)
        raise LedgerError(f"{region.head(writer)} is held by another program; end it")
    return Slot(writer, descriptor, head, None, skipped)


def _continued(region: Region, writer: str, descriptor: int, now: dt.datetime) -> Slot:
    """The writer with the lines that were written and not acknowledged, and without a torn one."""
    try:
        head = Head.read(_content(descriptor))
    except BrokenChain as error:
        raise _Unusable(f"its head {error}") from None
    last = dt.datetime.fromisoformat(head.at)
    if last - now > CLOCK_TOLERANCE:
        raise _Unusable(f"its last event is of {head.at}, and the clock is behind that")
    adopted, cut = 0, b""
    dates = [date for date in region.journal_dates() if date >= head.date]
    if head.seq and head.date not in dates and not _is_sealed(region, head.date):
        raise _Unusable(f"its journal of {head.date} is missing")
    for date in dates:
        path = region.journal_file(date, writer)
        start = head.end if date == head.date else 0
        if not path.exists():
            if start:
                raise _Unusable(f"{path.name} of {date} is missing")
            continue
        head, lines, torn = _adopted(path, start, head)
        adopted, cut = adopted + lines, cut + torn
    repaired = {"cut_bytes": len(cut), "cut_sha256": digest_of(cut), "adopted": adopted}
    return Slot(writer, descriptor, head, repaired if adopted or cut else None)


def stamp(moment: dt.datetime) -> str:
    """A time as the journal has it: UTC, of one width, so that texts are in the order of the times."""
    return f"{moment.isoformat(timespec='microseconds')[:26]}Z"


def _content(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, 1024)


def _is_sealed(region: Region, date: str) -> bool:
    return (region.events / f"date={date}" / "journal.parquet").exists()


def _adopted(path: Path, start: int, head: Head) -> tuple[Head, int, bytes]:
    """The head after the lines behind it, how many they are, and the torn one, which is cut off."""
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        if size < start:
            raise _Unusable(f"{path} has {size:,} bytes instead of {start:,}")
        file.seek(start)
        rest = file.read()
        *lines, torn = rest.split(b"\n")
        for line in lines:
            try:
                event = follow(line, head.seq + 1, head.digest, head.at)
            except BrokenChain as error:
                raise _Unusable(f"a line of {path} behind its head {error}") from None
            start += len(line) + 1
            head = Head(head.seq + 1, start, event["at"], digest_of(line))
        if torn:
            file.truncate(start)
            file.flush()
            os.fsync(file.fileno())
    return head, len(lines), torn
