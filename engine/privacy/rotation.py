"""Replacing a master key: every key is wrapped anew, and nothing that they encrypt is read.

The region's key is replaced with it, so that an old master key with an old copy of the keys opens nothing
that comes after. An interrupted rotation leaves all keys usable, and the next one completes it.
"""

from __future__ import annotations

import glob
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from engine.ledger.layout import LedgerError, Region
from engine.ledger.slots import check_keys_not_lost
from engine.privacy.damage import DamagedKey, named_damage
from engine.privacy.keys import Damage, Keys, keys_of
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
    """What was done. `subject_keys` were wrapped anew; nothing needs the master key `destroy` any more.

    What is `damaged` stayed as it was, and with it what opens it: `kept`, the master key before.
    """

    region_id: str
    master: str
    generation: int
    subject_keys: int
    destroy: str | None
    damaged: tuple[DamagedKey, ...]
    kept: str | None


@dataclass(frozen=True)
class KeyStatus:
    """The keys of a region. `generation` is the region key's, None where there are no keys yet.

    `subject_keys` are those that can be used.
    """

    region_id: str
    master: str
    generation: int | None
    subject_keys: int
    damaged: tuple[DamagedKey, ...]
    is_interrupted: bool


def status(region: Region) -> KeyStatus:
    """What a region's keys are, and that the master key opens them. Raises `LedgerError`."""
    keys = keys_of(region)
    check_keys_not_lost(region)
    if not keys.exist():
        return KeyStatus(region.region_id, described(region.key, region.path), None, 0, (), False)
    generations, _ = keys.unwrapped()
    found = list(keys.damage(generations))
    damaged = named_damage(region, [damage for _, damage in found])
    return KeyStatus(
        region.region_id,
        keys.masters()[0].name,
        max(generations),
        sum(count for count, _ in found),
        damaged,
        is_interrupted=len(generations) > 1 and not damaged,
    )


def rotate(region: Region, on_progress: Progress | None = None) -> Rotation:
    """Wrap everything with the master key that the settings name, or with a new one in the same file.

    A damaged key stays as it is; then the region's key that it was wrapped with stays too, and the master key
    before, until a rotation finds nothing damaged. Raises `LedgerError`.
    """
    keys = keys_of(region)
    check_keys_not_lost(region)
    if not keys.exist():
        raise LedgerError(f"{region.path} has no keys yet; they are made when somebody is first screened")
    try:
        with keys.changing():
            generations, named = keys.unwrapped()
            change = _change(region, max(generations))
            number = max(generations) + 1
            generations[number] = secrets.token_bytes(KEY_BYTES)
            keys.write([change.old, change.new], generations, named)
            change.settle()
            count, damage = _rewrapped(keys, number, generations, on_progress)
            needed = _needed(generations, damage)
            if needed == {number}:
                keys.write([change.new], {number: generations[number]}, named)
                change.finish()
            else:
                left = {each: generations[each] for each in sorted(needed)}
                keys.write([change.old, change.new], left, named)
    except OSError as error:
        raise LedgerError(
            f"the keys in {region.keys} cannot be written ({(error.strerror or '').lower()}); allow it, and "
            "rotate again: all that is recorded can still be read"
        ) from error
    is_whole = needed == {number}
    replaced = change.old.name if region.previous_key is not None else None
    return Rotation(
        region.region_id,
        change.new.name,
        number,
        count,
        replaced if is_whole else None,
        named_damage(region, damage),
        None if is_whole else change.kept,
    )


def _rewrapped(
    keys: Keys, number: int, generations: dict[int, bytes], on_progress: Progress | None
) -> tuple[int, list[Damage]]:
    total, damage = 0, []
    for done, (count, found) in enumerate(keys.rewrap(number, generations), 1):
        total += count
        damage.append(found)
        if on_progress is not None:
            on_progress(done / SHARDS)
    return total, damage


def _needed(generations: dict[int, bytes], damage: list[Damage]) -> set[int]:
    """The region's keys that are still needed: the newest, and what damaged keys are wrapped with."""
    said = {record.generation for each in damage for record in each.records}
    # Where that itself is damaged or cut off, it may have been any.
    is_unknown = any(each.is_cut for each in damage) or not said <= set(generations)
    return set(generations) if is_unknown else {max(generations), *said}


class _Change(NamedTuple):
    """The old master key and the new one; what puts that in place once both open everything, and what is done
    in the end. `kept` says where the old one is until then.
    """

    old: Master
    new: Master
    kept: str
    settle: Callable[[], None]
    finish: Callable[[], None]


def _change(region: Region, generation: int) -> _Change:
    if region.previous_key is not None:
        current = master_of(region.key, region.path, create=True)
        old = master_of(region.previous_key, region.path)
        return _Change(old, current, old.name, lambda: None, lambda: None)
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
    kept = path.with_name(f"{path.name}.{generation}")

    def settle() -> None:
        kept.unlink(missing_ok=True)
        write_key_file(kept, path.read_text(encoding="ascii").strip())
        following.replace(path)

    def finish() -> None:
        for earlier in path.parent.glob(f"{glob.escape(path.name)}.*"):
            if earlier.suffix[1:].isdecimal():
                earlier.unlink()

    new = BytesMaster(f"the file {path}", bytes.fromhex(text))
    return _Change(master_of(region.key, region.path), new, f"the file {kept}", settle, finish)
