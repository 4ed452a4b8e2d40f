"""Replacing a master key: every key is wrapped anew, and nothing that they encrypt is read.

The region's key is replaced with it, so that an old master key with an old copy of the keys opens nothing
that comes after. An interrupted rotation leaves all keys usable, and the next one completes it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from engine.ledger.layout import LedgerError, Region
from engine.privacy.keys import Keys, keys_of
from engine.privacy.masters import (
    KEY_BYTES,
    BytesMaster,
    Master,
    MasterKeyError,
    described,
    generate,
    key_file,
    master_of,
    write_key_file,
)
from engine.privacy.shards import SHARDS

Progress = Callable[[float], None]  # share done (0..1)


@dataclass(frozen=True)
class Rotation:
    """What was done. `subject_keys` were wrapped anew; nothing needs the master key `destroy` any more."""

    region_id: str
    master: str
    generation: int
    subject_keys: int
    destroy: str | None


@dataclass(frozen=True)
class KeyStatus:
    """The keys of a region. `generation` is the region key's, None where there are no keys yet."""

    region_id: str
    master: str
    generation: int | None
    subject_keys: int
    is_interrupted: bool


def status(region: Region) -> KeyStatus:
    """What a region's keys are, and that the master key opens them. Raises `LedgerError`."""
    keys = keys_of(region)
    if not keys.exist():
        return KeyStatus(region.region_id, described(region.key, region.path), None, 0, False)
    generations, _ = keys.unwrapped()
    count = sum(1 for _ in keys.records())
    master = keys.masters()[0].name
    return KeyStatus(region.region_id, master, max(generations), count, len(generations) > 1)


def rotate(region: Region, on_progress: Progress | None = None) -> Rotation:
    """Wrap everything with the master key that the settings name, or with a new one in the same file.

    Raises `LedgerError`.
    """
    keys = keys_of(region)
    if not keys.exist():
        raise LedgerError(f"{region.path} has no keys yet; they are made when somebody is first screened")
    try:
        with keys.changing():
            generations, named = keys.unwrapped()
            old, new, settle = _masters(region)
            number = max(generations) + 1
            generations[number] = secrets.token_bytes(KEY_BYTES)
            keys.write([old, new], generations, named)
            settle()
            count = _rewrapped(keys, number, generations, on_progress)
            keys.write([new], {number: generations[number]}, named)
    except OSError as error:
        raise LedgerError(
            f"the keys in {region.keys} cannot be written ({(error.strerror or '').lower()}); allow it, and "
            "rotate again: all that is recorded can still be read"
        ) from error
    return Rotation(
        region.region_id, new.name, number, count, old.name if region.previous_key is not None else None
    )


def _rewrapped(keys: Keys, number: int, generations: dict[int, bytes], on_progress: Progress | None) -> int:
    total = 0
    for done, count in enumerate(keys.rewrap(number, generations), 1):
        total += count
        if on_progress is not None:
            on_progress(done / SHARDS)
    return total


def _masters(region: Region) -> tuple[Master, Master, Callable[[], None]]:
    """The old master key, the new one, and what puts that in place once both open everything."""
    if region.previous_key is not None:
        current = master_of(region.key, region.path, create=True)
        return master_of(region.previous_key, region.path), current, lambda: None
    if region.key.provider != "file":
        table = f"[regions.{region.region_id}"
        raise MasterKeyError(
            f"there is no other key to rotate to: name the new one in {table}.key] and the one in use in "
            f"{table}.previous_key], rotate, and take {table}.previous_key] out again"
        )
    path = key_file(region.key, region.path)
    following, text = path.with_name(f"{path.name}.next"), generate()
    following.unlink(missing_ok=True)
    write_key_file(following, text)

    def settle() -> None:
        following.replace(path)

    return master_of(region.key, region.path), BytesMaster(f"the file {path}", bytes.fromhex(text)), settle
