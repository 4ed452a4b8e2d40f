"""The history of the lists in DuckDB: every snapshot ever loaded, none of its unchanged records stored twice.

A record is kept with the snapshots it was first and no longer in, so that the list of any day can be rebuilt.
DuckDB allows one writing process for a file; readers use the published watchlist (`lists.publish`) instead.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from lists.delta import Fingerprint, compare
from lists.digest import content_digest, fingerprint
from lists.home import Home
from lists.model import ListedEntity
from lists.source import SourceFile
from lists.store_file import StoreError, connect, connect_to_read, only_writer

_FETCHED_ROWS = 2_000  # a few megabytes of records at a time

# All records of a list are held in memory until they are written. The records of real lists have some 1,000
# characters in the mean, the largest 20,000.
_MEAN_RECORD = 20_000
_SMALL_RECORDS = 50_000_000

_SNAPSHOT_COLUMNS = (
    "snapshot_id, list_id, content_digest, published_on, loaded_at, files, entities, names, notes"
)


@dataclass(frozen=True)
class Snapshot:
    """One version of one list, as it was loaded."""

    snapshot_id: int  # grows with every load, over all lists
    list_id: str
    content_digest: str  # of the records; see `lists.digest`
    published_on: dt.date | None  # the date the files state
    loaded_at: dt.datetime  # UTC
    files: tuple[SourceFile, ...]
    entities: int
    names: int
    notes: tuple[str, ...]  # what was unusual or not understood


@dataclass(frozen=True)
class LoadResult:
    """What a load changed. `is_new` is false when the records are those of the newest snapshot, named here.

    The counts but `names` are of entities.
    """

    snapshot_id: int
    is_new: bool
    entities: int
    names: int
    added: int
    removed: int
    changed: int


@dataclass(frozen=True)
class _Row:
    fingerprint: Fingerprint
    record: str  # JSON
    names: int


class ListStore:
    """`lists.duckdb`, open. Use `ListStore.open` to load lists and `ListStore.read` only to look."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, home: Home, *, patience: float = 0) -> Iterator[ListStore]:
        """The store for writing, created when there is none.

        Raises `StoreBusy` when another process has it, after `patience` seconds, `StoreError` when the file
        cannot be used, and `HomeError` when the home cannot be written.
        """
        with ExitStack() as held:
            held.enter_context(only_writer(home, patience=patience))
            yield cls(held.enter_context(closing(connect(home))))

    @classmethod
    @contextmanager
    def read(cls, home: Home) -> Iterator[ListStore]:
        """The store for a quick look. Raises `StoreBusy` while a process writes it, else `StoreError`."""
        with closing(connect_to_read(home)) as connection:
            yield cls(connection)

    def load(
        self,
        list_id: str,
        entities: Iterable[ListedEntity],
        *,
        files: Sequence[SourceFile] = (),
        published_on: dt.date | None = None,
        notes: Iterable[str] = (),
    ) -> LoadResult:
        """Record a version of a list in one transaction. An error, in `entities` too, writes nothing.

        The same records are the same snapshot, whatever bytes, order or white space they came in: then
        nothing at all is written, since that a later file confirmed them is no new version. `notes` is read
        after `entities`. Raises `StoreError` for a list without entities (a load never empties a list) and
        for an entity that appears twice.
        """
        rows = _rows(list_id, entities)
        digest = content_digest((entity_id, row.fingerprint.digest) for entity_id, row in rows.items())
        names = sum(row.names for row in rows.values())
        newest = self.newest().get(list_id)
        if newest and newest.content_digest == digest:
            return LoadResult(newest.snapshot_id, False, len(rows), newest.names, 0, 0, 0)
        keys = compare(self._fingerprints(list_id), {key: row.fingerprint for key, row in rows.items()})
        snapshot = Snapshot(
            snapshot_id=self._next_id(),
            list_id=list_id,
            content_digest=digest,
            published_on=published_on,
            loaded_at=dt.datetime.now(dt.UTC),
            files=tuple(files),
            entities=len(rows),
            names=names,
            notes=tuple(notes),
        )
        with self._transaction():
            self._insert_snapshot(snapshot)
            self._close_records(snapshot, keys.removed | keys.changed)
            self._insert_records(snapshot, {key: rows[key] for key in sorted(keys.added | keys.changed)})
        return LoadResult(
            snapshot.snapshot_id,
            True,
            len(rows),
            names,
            len(keys.added),
            len(keys.removed),
            len(keys.changed),
        )

    def forget_replaced_before(self, moment: dt.datetime) -> int:
        """Delete the snapshots that a newer one of their list replaced before then; how many they were.

        What was only in them is gone. Raises `StoreError`.
        """
        kept: dict[str, Snapshot] = {}  # the oldest of each list
        forgotten = []
        for snapshot in reversed(self.snapshots()):
            successor = kept.get(snapshot.list_id)
            if successor is None or successor.loaded_at >= moment:
                kept[snapshot.list_id] = snapshot
            else:
                forgotten.append(snapshot.snapshot_id)
        if forgotten:
            with self._transaction():
                self._delete(forgotten, kept.values())
        return len(forgotten)

    def _delete(self, snapshot_ids: list[int], oldest_kept: Iterable[Snapshot]) -> None:
        self._connection.execute(
            "delete from snapshots where snapshot_id in (select unnest($ids::bigint[]))",
            {"ids": snapshot_ids},
        )
        for snapshot in oldest_kept:
            self._connection.execute(
                "delete from records where list_id = ? and to_snapshot <= ?",
                [snapshot.list_id, snapshot.snapshot_id],
            )

    def snapshots(self) -> list[Snapshot]:
        """Every snapshot ever loaded, oldest first."""
        query = f"select {_SNAPSHOT_COLUMNS} from snapshots order by snapshot_id"  # noqa: S608 - a constant
        return [_snapshot(row) for row in self._connection.execute(query).fetchall()]

    def newest(self) -> dict[str, Snapshot]:
        """The newest snapshot of each list, by list id, in its order."""
        newest = {snapshot.list_id: snapshot for snapshot in self.snapshots()}
        return dict(sorted(newest.items()))

    def snapshot(self, snapshot_id: int) -> Snapshot:
        """One snapshot. Raises `StoreError` for an unknown one."""
        known = self.snapshots()
        found = next((snapshot for snapshot in known if snapshot.snapshot_id == snapshot_id), None)
        if found is None:
            raise StoreError(f"there is no snapshot {snapshot_id}; {len(known)} are kept")
        return found

    def current_entities(self) -> Iterator[ListedEntity]:
        """The entities of every list's newest snapshot, ordered by list id and entity id."""
        yield from self._entities("to_snapshot is null", {})
        self._forget_what_was_read()

    def entities_at(self, snapshot_id: int) -> Iterator[ListedEntity]:
        """The entities of one snapshot, ordered by entity id. Raises `StoreError` for an unknown one."""
        list_id = self.snapshot(snapshot_id).list_id
        return self._entities(
            "list_id = $list_id and from_snapshot <= $at and coalesce(to_snapshot > $at, true)",
            {"list_id": list_id, "at": snapshot_id},
        )

    def records_apart(
        self, old: Snapshot, new: Snapshot
    ) -> tuple[dict[str, tuple[str, ListedEntity]], dict[str, tuple[str, ListedEntity]]]:
        """Fingerprint and entity, by entity id, of the records that are in only one of two snapshots of a
        list: those of `old`, and those of `new`.
        """
        return self._records_only_in(old, new), self._records_only_in(new, old)

    def _records_only_in(self, one: Snapshot, other: Snapshot) -> dict[str, tuple[str, ListedEntity]]:
        found = self._connection.execute(
            "select entity_id, fingerprint, record from records where list_id = $list_id "
            "and from_snapshot <= $one and coalesce(to_snapshot > $one, true) "
            "and not (from_snapshot <= $other and coalesce(to_snapshot > $other, true))",
            {"list_id": one.list_id, "one": one.snapshot_id, "other": other.snapshot_id},
        )
        return {
            entity_id: (digest, ListedEntity.model_validate_json(record))
            for entity_id, digest, record in found.fetchall()
        }

    def _entities(self, condition: str, parameters: dict[str, Any]) -> Iterator[ListedEntity]:
        """The entities under a condition, ordered by list id and entity id, some in memory at a time."""
        # A cursor of its own, since any other query on the connection would end this one.
        with closing(self._connection.cursor()) as cursor:
            keys = f"select rowid from records where {condition} order by list_id, entity_id"  # noqa: S608 - ours
            places = [place for (place,) in cursor.execute(keys, parameters).fetchall()]
            for batch in _batches(places):
                # Sorted here and not there, where it takes all records into memory.
                found = cursor.execute(
                    "select rowid, record from records where rowid in (select unnest($places::bigint[]))",
                    {"places": batch},
                )
                records = dict(found.fetchall())
                yield from (ListedEntity.model_validate_json(records[place]) for place in batch)

    def _forget_what_was_read(self) -> None:
        """Give back the memory of the pages that DuckDB keeps: 50 MB, while the index is built."""
        with suppress(duckdb.Error):  # it may refuse a limit below what it needs at the moment
            self._connection.execute("set memory_limit = '8MB'")
        self._connection.execute("reset memory_limit")

    def _next_id(self) -> int:
        row = self._connection.execute("select coalesce(max(snapshot_id), 0) + 1 from snapshots").fetchone()
        assert row is not None  # noqa: S101 - an aggregate always has a row
        return int(row[0])

    def _fingerprints(self, list_id: str) -> dict[str, Fingerprint]:
        query = (
            "select entity_id, fingerprint, json_extract_string(record, '$.record_id') from records "
            "where list_id = ? and to_snapshot is null"
        )
        rows = self._connection.execute(query, [list_id]).fetchall()
        return {entity_id: Fingerprint(digest, record_id) for entity_id, digest, record_id in rows}

    def _insert_snapshot(self, snapshot: Snapshot) -> None:
        values = asdict(snapshot) | {
            "loaded_at": snapshot.loaded_at.replace(tzinfo=None),
            "files": json.dumps([asdict(file) for file in snapshot.files]),
            "notes": json.dumps(snapshot.notes),
        }
        marks = ", ".join(f"${name}" for name in values)
        self._connection.execute(
            f"insert into snapshots ({', '.join(values)}) values ({marks})",  # noqa: S608 - field names
            values,
        )

    def _close_records(self, snapshot: Snapshot, entity_ids: Set[str]) -> None:
        self._connection.execute(
            "update records set to_snapshot = $until where list_id = $list_id and to_snapshot is null "
            "and entity_id in (select unnest($entity_ids::varchar[]))",
            {
                "until": snapshot.snapshot_id,
                "list_id": snapshot.list_id,
                "entity_ids": sorted(entity_ids),
            },
        )

    def _insert_records(self, snapshot: Snapshot, rows: dict[str, _Row]) -> None:
        # Whole columns as parameters: without pyarrow the fastest way in, 0.2 s for 14,000 records.
        self._connection.execute(
            "insert into records (list_id, entity_id, fingerprint, record, from_snapshot) "
            "select $list_id, unnest($entity_ids::varchar[]), unnest($fingerprints::varchar[]), "
            "unnest($records::varchar[]), $since",
            {
                "list_id": snapshot.list_id,
                "entity_ids": list(rows),
                "fingerprints": [row.fingerprint.digest for row in rows.values()],
                "records": [row.record for row in rows.values()],
                "since": snapshot.snapshot_id,
            },
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.begin()
        try:
            yield
            self._connection.commit()
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise StoreError(f"the lists could not be written, and nothing was changed: {reason}") from error
        finally:
            with suppress(duckdb.TransactionException):  # it was committed
                self._connection.rollback()


def _batches(places: Sequence[int]) -> Iterator[Sequence[int]]:
    return (places[start : start + _FETCHED_ROWS] for start in range(0, len(places), _FETCHED_ROWS))


def _rows(list_id: str, entities: Iterable[ListedEntity]) -> dict[str, _Row]:
    rows: dict[str, _Row] = {}
    size = 0
    for entity in entities:
        if entity.list_id != list_id:
            raise StoreError(f"{list_id}: entity {entity.entity_id} says it is of the list {entity.list_id}")
        if entity.entity_id in rows:
            raise StoreError(
                f"{list_id}: entity {entity.entity_id} appears twice, so nothing was loaded; "
                "fetch the list again"
            )
        record = entity.model_dump_json(exclude_defaults=True)
        size += len(record)
        if size > _SMALL_RECORDS + _MEAN_RECORD * len(rows):
            raise StoreError(
                f"{list_id}: the first {len(rows) + 1:,} entities say {size:,} characters, as no list does, "
                "so nothing was loaded; fetch the list again"
            )
        rows[entity.entity_id] = _Row(
            Fingerprint(fingerprint(entity), entity.record_id), record, len(entity.names)
        )
    if not rows:
        raise StoreError(f"{list_id}: the files hold no entity, so nothing was loaded; fetch the list again")
    return rows


def _snapshot(row: tuple[Any, ...]) -> Snapshot:
    values = dict(zip(_SNAPSHOT_COLUMNS.split(", "), row, strict=True))
    return Snapshot(
        **values
        | {
            "loaded_at": values["loaded_at"].replace(tzinfo=dt.UTC),
            "files": tuple(SourceFile(**file) for file in json.loads(values["files"])),
            "notes": tuple(json.loads(values["notes"])),
        }
    )
