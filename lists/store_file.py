"""Opening `lists.duckdb`: one writer at a time, the schema, and DuckDB's refusals said in a sentence."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from lists.home import Home, HomeError

SCHEMA_VERSION = 1

_SCHEMA = """
    create table schema_version (version integer not null);
    create table snapshots (
        snapshot_id bigint not null,
        list_id varchar not null,
        content_digest varchar not null,
        published_on date,
        loaded_at timestamp not null, -- UTC
        files varchar not null, -- JSON: [{name, size, sha256}]
        entities bigint not null,
        names bigint not null,
        notes varchar not null -- JSON: [sentence]
    );
    create table records (
        list_id varchar not null,
        entity_id varchar not null,
        fingerprint varchar not null,
        record varchar not null, -- a ListedEntity as JSON, without its defaults
        from_snapshot bigint not null, -- the first snapshot it is in
        to_snapshot bigint -- the first later snapshot of the list it is not in; null while it is current
    );
"""

# Nothing in a record may make DuckDB open another file, or fetch code.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}

# `cordon lists status` looks into the file for some milliseconds, which must not make a load fail.
_PATIENCE_SECONDS = 2.0
_RETRY_SECONDS = 0.05


class StoreError(HomeError):
    """The store cannot do what was asked; nothing in it was changed."""


class StoreBusy(StoreError):  # noqa: N818 - named for what is the case
    """Another process has the store."""


@contextmanager
def only_writer(home: Home, *, patience: float = 0) -> Iterator[None]:
    """Makes this process the only one that loads lists into the home.

    Waits up to `patience` seconds for another that does, and then raises `StoreBusy`.
    """
    with _alone(home, "lists.lock", "loading lists", patience):
        yield


@contextmanager
def only_refresher(home: Home) -> Iterator[None]:
    """Makes this process the only one that refreshes lists. Raises `StoreBusy`."""
    with _alone(home, "refresh.lock", "refreshing lists", patience=0):
        yield


@contextmanager
def _alone(home: Home, name: str, doing: str, patience: float) -> Iterator[None]:
    holder = home.lists / f"{name}.holder"
    with home.writing():
        home.lists.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home.lists / name, fallback_to_soft=False, thread_local=False)
        try:
            lock.acquire(timeout=patience)
        except Timeout:
            raise StoreBusy(f"another process is {doing}{_pid(holder)}; try again when it ends") from None
    try:
        # Beside the lock and not in it: Windows lets nobody read a locked file.
        with home.writing():
            holder.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _pid(holder: Path) -> str:
    try:
        return f" (pid {int(holder.read_text(encoding='ascii'))})"
    except (OSError, ValueError):
        return ""


def connect(home: Home) -> duckdb.DuckDBPyConnection:
    """The store's file for writing, created when there is none. Raises `StoreError`, `HomeError`."""
    if not home.store.exists():
        with home.writing():
            _create(home.store)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return _connect(home.store, read_only=False)
        except StoreBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)


def connect_to_read(home: Home) -> duckdb.DuckDBPyConnection:
    """The store's file for reading. Raises `StoreBusy` while a process writes it, else `StoreError`."""
    if not home.store.exists():
        raise StoreError(
            f"no list was ever loaded into {home.path}; load one: cordon lists refresh, or "
            "cordon lists load LIST PATH"
        )
    return _connect(home.store, read_only=True)


def _create(path: Path) -> None:
    # Under another name until it is whole: DuckDB cannot open a file whose creation was killed half way.
    unfinished = path.with_name(f".{path.name}.new")
    for leftover in (unfinished, unfinished.with_name(f"{unfinished.name}.wal")):
        leftover.unlink(missing_ok=True)
    try:
        with closing(duckdb.connect(unfinished, config=_CONFIG)) as connection:
            connection.execute(_SCHEMA)
            connection.execute("insert into schema_version values (?)", [SCHEMA_VERSION])
    except duckdb.Error as error:
        raise OSError(str(error).splitlines()[0]) from error
    os.replace(unfinished, path)  # noqa: PTH105 - the one call that replaces atomically everywhere


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(path, read_only=read_only, config=_CONFIG)
    except duckdb.Error as error:
        raise _translated(path, str(error)) from error
    try:
        _check_schema(path, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_schema(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    try:
        row = connection.execute("select version from schema_version").fetchone()
    except duckdb.CatalogException:
        row = None
    if row is None:
        raise StoreError(f"{path} is a database of another program; move it away and load the lists again")
    if row[0] > SCHEMA_VERSION:
        raise StoreError(
            f"{path} was written by a newer Cordon (schema {row[0]}, this one knows {SCHEMA_VERSION}); "
            "update Cordon"
        )


def _translated(path: Path, message: str) -> StoreError:
    # DuckDB has one exception for all of these: a lock elsewhere (Unix, Windows), a lock in this process, and
    # a file that is none of its own.
    if re.search(
        r"could not set lock|being used by another process|different configuration", message, re.IGNORECASE
    ):
        pid = re.search(r"PID (\d+)", message)
        held = f" (pid {pid[1]})" if pid else ""
        return StoreBusy(f"another process has {path} open{held}; try again when it ends")
    if re.search(r"permission denied|read-only", message, re.IGNORECASE):
        return StoreError(f"{path} cannot be written; allow it, or choose another home with --home")
    return StoreError(
        f"{path} cannot be opened ({message.splitlines()[0]}); restore it from a backup, or move it away and "
        "load the lists again, without their history"
    )
