"""The keys of a region: the master key wraps the region's, which wraps one for each subject and record class.

A subject's key is random and can be destroyed; then nobody reads what it has encrypted, wherever that lies.
`docs/design/privacy.md` says why it is kept like this.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from engine.ledger.layout import LedgerError, Region
from engine.ledger.locks import locked
from engine.privacy.masters import KEY_BYTES, NONCE_BYTES, Master, MasterKeyError, master_of
from engine.privacy.shards import ID_BYTES, RECORD_BYTES, SHARDS, TAG_BYTES, Found, Record, Shard
from engine.privacy.wrapping import NotUnwrapped, Unreadable, aead_of, unwrap, wrap
from lists.durable import replace_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RecordClass = Literal["screening", "alert"]
"""What is kept for how long: screenings that found nobody; screenings that found somebody, and decisions."""

RECORD_CLASSES: tuple[RecordClass, ...] = get_args(RecordClass)

Name = Literal["fingerprint", "index", "log"]
"""What the keys of a region are for that belong to no subject."""

_FORMAT = 1
_CONTEXT = b"cordon subject key"
# Unwrapped keys that are kept in memory, so that whoever is screened again costs nothing: about 10 MB.
_MOST_KEPT = 20_000


class Cipher(NamedTuple):
    """A subject's key for a class of records, ready for use. `key_id` is in hexadecimal."""

    records: RecordClass
    key_id: str
    aead: AESGCM


class Damage(NamedTuple):
    """What of a file cannot be opened: its name, the records, and whether its last one is cut off."""

    file: str
    records: tuple[Record, ...]
    is_cut: bool


class _Kept(NamedTuple):
    shard: Shard
    found: Found
    cipher: Cipher


@dataclass(frozen=True)
class _State:
    """`keys/region.json`, opened."""

    signature: tuple[int, int, int]
    newest: int
    generations: dict[int, AESGCM]
    named: dict[str, bytes]
    tagger: hashlib.blake2b  # keyed


class Keys:
    """The keys of one region. Safe to share between threads, and to have across a fork."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self._path = region.keys / "region.json"
        self._place = str(self._path)
        self._state: _State | None = None
        self.forget()

    def forget(self) -> None:
        """Nothing is open, and nothing in memory but what the master key has opened."""
        self._lock = threading.RLock()
        folder = self.region.keys / "subjects"
        self._shards = [Shard(folder / f"{number:x}.keys") for number in range(SHARDS)]
        self._kept: dict[tuple[str, RecordClass], _Kept] = {}

    def close(self) -> None:
        """Close all files. What comes next opens them again."""
        with self._lock:
            self._kept.clear()
            for shard in self._shards:
                shard.close()

    def exist(self) -> bool:
        return self._path.exists()

    def check(self) -> None:
        """That they can be used, where there are any. Raises `MasterKeyError`."""
        if self.exist():
            self._opened()

    def establish(self) -> None:
        """Make them where there are none. Raises OSError and `MasterKeyError`."""
        if self.exist():
            return
        self.region.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.changing():
            if not self.exist():
                master = master_of(self.region.key, self.region.path, create=True)
                self.write([master], {1: secrets.token_bytes(KEY_BYTES)}, _new_names())

    @contextmanager
    def changing(self) -> Iterator[None]:
        """While this process alone changes the region's key. Raises `LedgerError`."""
        with locked(self.region.keys / "region.lock", patience=60) as held:
            if not held:
                raise LedgerError("another process is changing the keys; try again when it ends")
            yield

    def write(
        self, masters: Sequence[Master], generations: dict[int, bytes], named: dict[str, bytes]
    ) -> None:
        """Write `region.json`, for each of these master keys. Raises OSError and `MasterKeyError`."""
        newest = generations[max(generations)]
        said = {
            "format": _FORMAT,
            "region": self.region.region_id,
            "written_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "masters": [master.name for master in masters],
            "keys": [
                {
                    "generation": number,
                    "wrapped": [master.wrap(key, _region_context(number)).hex() for master in masters],
                }
                for number, key in generations.items()
            ],
            "named": {
                name: wrap(aead_of(newest), key, f"cordon named key {name}".encode()).hex()
                for name, key in named.items()
            },
        }
        replace_file(self._path, json.dumps(said, indent=2).encode() + b"\n")

    def unwrapped(self) -> tuple[dict[int, bytes], dict[str, bytes]]:
        """The region's keys by their generation, and those with a name. Raises `MasterKeyError`."""
        said = self._said()
        masters = self.masters()
        generations = {
            each["generation"]: self._unwrapped(each["generation"], each["wrapped"], masters)
            for each in said["keys"]
        }
        newest = aead_of(generations[max(generations)])
        try:
            return generations, {
                name: unwrap(newest, bytes.fromhex(wrapped), f"cordon named key {name}".encode())
                for name, wrapped in said["named"].items()
            }
        except NotUnwrapped as error:
            raise LedgerError(str(error)) from None

    def masters(self) -> list[Master]:
        """The master key, and the one before it while the settings name both."""
        settings = [self.region.key, *([self.region.previous_key] if self.region.previous_key else [])]
        return [master_of(each, self.region.path) for each in settings]

    def named(self, name: Name) -> bytes:
        """A key of the region that is no subject's. Raises `MasterKeyError`."""
        return self._opened().named[name]

    def writing(self, subject_key: str, records: RecordClass, *, durable: bool) -> Cipher:
        """The key to encrypt a record of a subject with, made where there is none.

        With `durable` it is on the disk. Raises OSError and `LedgerError`.
        """
        with self._lock:
            kept = self._known(subject_key, records) or self._added_one(subject_key, records)
            if durable:
                kept.shard.sync()
            return kept.cipher

    def writing_all(self, subject_keys: Iterable[str], records: RecordClass) -> dict[str, Cipher]:
        """As `writing` for many subjects at once, all on the disk."""
        with self._lock:
            kept = {key: self._known(key, records) for key in subject_keys}
            new = [key for key, each in kept.items() if each is None]
            kept.update(zip(new, self._added(new, records), strict=True))
            self.flush()
            return {key: each.cipher for key, each in kept.items() if each is not None}

    def reading(self, subject_key: str, records: RecordClass) -> Cipher | None:
        """The key to decrypt a subject's records with; None where it was destroyed. Raises `LedgerError`."""
        with self._lock:
            kept = self._find(subject_key, records)
            return kept.cipher if kept else None

    def id_of(self, subject_key: str, records: RecordClass) -> str | None:
        """The id of a subject's key, in hexadecimal, damaged or not; None where there is none.

        Raises OSError and `LedgerError`.
        """
        with self._lock:
            tag = self.tag_of(subject_key, records)
            found = self._shards[tag[0] % SHARDS].find(tag)
            return Record.read(found.content).key_id.hex() if found else None

    def destroy(self, key_ids: Iterable[str]) -> int:
        """Overwrite keys where they lie; how many there were. Raises OSError."""
        wanted, count = frozenset(map(bytes.fromhex, key_ids)), 0
        if not wanted:
            return 0
        with self._lock:
            self._kept.clear()
            for shard in self._shards:
                with shard.alone():
                    count += shard.destroy(lambda record: record.key_id in wanted)
        return count

    def rewrap(self, generation: int, generations: dict[int, bytes]) -> Iterator[tuple[int, Damage]]:
        """Wrap all subjects' keys with this generation of the region's key; for each file how many they are.

        What is damaged stays as it lies, and is said. Raises OSError and `LedgerError`.
        """
        aeads = {number: aead_of(key) for number, key in generations.items()}
        with self._lock:
            self._kept.clear()
        for shard in self._shards:
            damaged: list[Record] = []

            def changed(record: Record, damaged: list[Record] = damaged) -> Record:
                key = _key_in(record, aeads)
                if key is None:
                    damaged.append(record)
                    return record
                anew = wrap(aeads[generation], key, _subject_context(record))
                return record._replace(generation=generation, wrapped=anew)

            with self._lock:
                with shard.alone():
                    count = shard.rewrite(changed)
                is_cut = shard.is_cut()
            yield count - len(damaged), Damage(shard.name, tuple(damaged), is_cut)

    def damage(self, generations: dict[int, bytes]) -> Iterator[tuple[int, Damage]]:
        """For each file how many keys these generations open, and what is damaged. Raises OSError."""
        aeads = {number: aead_of(key) for number, key in generations.items()}
        for shard in self._shards:
            with self._lock:
                records, is_cut = shard.records(), shard.is_cut()
            damaged = tuple(record for record in records if _key_in(record, aeads) is None)
            yield len(records) - len(damaged), Damage(shard.name, damaged, is_cut)

    def tag_of(self, subject_key: str, records: RecordClass) -> bytes:
        """Who a key belongs to, so that the files name nobody: BLAKE2b (RFC 7693), keyed."""
        text = f"{records}\x1f{subject_key}".encode()
        tagger = self._opened().tagger.copy()  # cheaper than beginning with the key each time
        tagger.update(text)
        return tagger.digest()

    def records(self) -> Iterator[Record]:
        """Every subject's key as it lies there. Raises OSError."""
        for shard in self._shards:
            with self._lock:
                yield from shard.records()

    def flush(self) -> None:
        """Have every new key on the disk. Raises OSError."""
        with self._lock:
            for shard in self._shards:
                shard.sync()

    def _known(self, subject_key: str, records: RecordClass) -> _Kept | None:
        """A key in memory, unless somebody has destroyed or moved it meanwhile."""
        kept = self._kept.get((subject_key, records))
        is_there = kept is not None and kept.shard.at(kept.found.place) == kept.found.content
        return kept if is_there else None

    def _find(self, subject_key: str, records: RecordClass) -> _Kept | None:
        kept = self._known(subject_key, records)
        if kept is not None:
            return kept
        tag = self.tag_of(subject_key, records)
        shard = self._shards[tag[0] % SHARDS]
        found = shard.find(tag)
        return self._keep(subject_key, records, shard, found) if found else None

    def _keep(self, subject_key: str, records: RecordClass, shard: Shard, found: Found) -> _Kept:
        record = Record.read(found.content)
        if record.generation not in self._opened().generations:
            self._state = None  # somebody has changed the region's key
        region_key = self._opened().generations.get(record.generation)
        if region_key is None:
            raise Unreadable(f"{self._path} has no region key {record.generation}; restore it from a backup")
        key = unwrap(region_key, record.wrapped, _subject_context(record))
        return self._remember(
            subject_key, _Kept(shard, found, Cipher(records, record.key_id.hex(), aead_of(key)))
        )

    def _remember(self, subject_key: str, kept: _Kept) -> _Kept:
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[subject_key, kept.cipher.records] = kept
        return kept

    def _added_one(self, subject_key: str, records: RecordClass) -> _Kept:
        """As `_added`, in two thirds of the time."""
        tag = self.tag_of(subject_key, records)
        shard = self._shards[tag[0] % SHARDS]
        is_new = shard.lock()
        try:
            state = self._newest() if is_new else self._opened()
            found = shard.find_alone(tag)
            if found is not None:
                return self._keep(subject_key, records, shard, found)
            record, key_id, aead = _new(tag, state)
            found = Found(shard.append((record,)), record)
        finally:
            shard.unlock()
        return self._remember(subject_key, _Kept(shard, found, Cipher(records, key_id, aead)))

    def _added(self, subject_keys: Sequence[str], records: RecordClass) -> list[_Kept]:
        """New keys, unless other processes have made some meanwhile."""
        by_shard: dict[int, dict[str, bytes]] = {}
        for key in subject_keys:
            tag = self.tag_of(key, records)
            by_shard.setdefault(tag[0] % SHARDS, {})[key] = tag
        added: dict[str, _Kept] = {}
        for number, tags in by_shard.items():
            shard, new = self._shards[number], {}
            is_new = shard.lock()
            try:
                # A rotation puts another file in place; until then it wraps anew what is added to this one.
                state = self._newest() if is_new else self._opened()
                for key, tag in tags.items():
                    found = shard.find_alone(tag)
                    if found is None:
                        new[key] = _new(tag, state)
                    else:
                        added[key] = self._keep(key, records, shard, found)
                place = shard.append([record for record, _, _ in new.values()]) if new else 0
            finally:
                shard.unlock()
            for key, (record, key_id, aead) in new.items():
                kept = _Kept(shard, Found(place, record), Cipher(records, key_id, aead))
                added[key] = self._remember(key, kept)
                place += RECORD_BYTES
        return [added[key] for key in subject_keys]

    def _newest(self) -> _State:
        """Never wrap with a key of the region that a rotation is about to forget."""
        if self._state is not None and self._state.signature != _signature(self._place):
            self._state = None
        return self._opened()

    def _opened(self) -> _State:
        state = self._state
        if state is None:
            if not self.exist():
                raise LedgerError(
                    f"{self.region.keys} is missing; restore it from a backup: without it nothing that tells "
                    "of a person can be read"
                )
            signature = _signature(self._place)
            try:
                generations, named = self.unwrapped()
            except (ValueError, KeyError, TypeError) as error:
                raise LedgerError(f"{self._path} is damaged; restore it from a backup") from error
            opened = {number: aead_of(key) for number, key in generations.items()}
            tagger = hashlib.blake2b(key=named["index"], digest_size=TAG_BYTES)
            state = self._state = _State(signature, max(opened), opened, named, tagger)
        return state

    def _said(self) -> dict[str, Any]:
        try:
            said: dict[str, Any] = json.loads(self._path.read_bytes())
            if said["format"] > _FORMAT:
                raise LedgerError(f"{self._path} was written by a newer Cordon; update Cordon")
            return said
        except OSError as error:
            raise LedgerError(f"{self._path} cannot be read ({(error.strerror or '').lower()})") from error
        except (ValueError, KeyError, TypeError) as error:
            raise LedgerError(f"{self._path} is damaged; restore it from a backup") from error

    def _unwrapped(self, generation: int, wrappings: list[str], masters: Sequence[Master]) -> bytes:
        for master in masters:
            for wrapped in wrappings:
                key = master.unwrap(bytes.fromhex(wrapped), _region_context(generation))
                if key is not None:
                    return key
        names = " and ".join(master.name for master in masters)
        raise MasterKeyError(
            f"{names} is not the master key of the region {self.region.region_id}, whose keys are in "
            f"{self.region.keys}; give the right one, or restore both from one backup"
        )


def _signature(path: str) -> tuple[int, int, int]:
    found = os.stat(path)  # noqa: PTH116 - for each new subject: a fifth of the time of Path.stat
    return found.st_ino, found.st_mtime_ns, found.st_size


def _new(tag: bytes, state: _State) -> tuple[bytes, str, AESGCM]:
    """A new key for the owner of a tag: its record, its id in hexadecimal, and ready for use."""
    drawn = os.urandom(KEY_BYTES + ID_BYTES + NONCE_BYTES)
    key, key_id, nonce = drawn[:KEY_BYTES], drawn[KEY_BYTES:-NONCE_BYTES], drawn[-NONCE_BYTES:]
    wrapped = nonce + state.generations[state.newest].encrypt(nonce, key, _CONTEXT + tag + key_id)
    record = b"".join((tag, key_id, state.newest.to_bytes(4, "big"), wrapped))
    return record, key_id.hex(), aead_of(key)


def _new_names() -> dict[str, bytes]:
    return {name: secrets.token_bytes(KEY_BYTES) for name in get_args(Name)}


def _region_context(generation: int) -> bytes:
    return f"cordon region key {generation}".encode()


def _key_in(record: Record, aeads: dict[int, AESGCM]) -> bytes | None:
    """The key that a record holds; None where it is damaged."""
    try:
        return unwrap(aeads[record.generation], record.wrapped, _subject_context(record))
    except (KeyError, NotUnwrapped):
        return None


def _subject_context(record: Record) -> bytes:
    return _CONTEXT + record.tag + record.key_id


_keys: dict[str, Keys] = {}
_keys_lock = threading.Lock()


def keys_of(region: Region) -> Keys:
    """The one set of keys this process has of a region, whatever path its home is called by."""
    place = os.path.realpath(region.path)
    with _keys_lock:
        found = _keys.get(place)
        if found is None or (found.region.key, found.region.previous_key) != (
            region.key,
            region.previous_key,
        ):
            found = _keys[place] = Keys(region)
        return found


def release_keys() -> None:
    """Close the keys of all regions, and forget them."""
    with _keys_lock:
        for keys in _keys.values():
            keys.close()
        _keys.clear()


def _forget_after_fork() -> None:
    """A child shares its parent's open files, and with them its locks, so it opens its own."""
    global _keys_lock  # noqa: PLW0603 - the one thing a fork leaves in an unknown state
    _keys_lock = threading.Lock()
    for keys in _keys.values():
        keys.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
