"""Where all customers are: files, a folder of them, a DuckDB file or query, or a database by its URL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.residency.regions import Regions
from jobs.customers.dates import DateOrder
from jobs.customers.parquet_file import cell_of
from jobs.customers.reader import CustomerFile, ReadOptions
from jobs.customers.rows import Cell, RawRows, RowReader
from jobs.errors import InputError
from lists.settings import CustomerSettings, Settings

if TYPE_CHECKING:
    import polars as pl

_FILES = (".csv", ".parquet", ".tsv", ".txt")
_DATABASES = (".duckdb", ".ddb", ".db")
_URL = re.compile(r"([a-z][a-z0-9+]*)://", re.IGNORECASE)
# What Polars reads a URL with; each is installed for the database at hand.
_DRIVERS = {
    "postgresql": "adbc-driver-postgresql",
    "postgres": "adbc-driver-postgresql",
    "sqlite": "adbc-driver-sqlite",
    "snowflake": "adbc-driver-snowflake",
}

_HOW = (
    'cordon.toml does not say where the customers are; add [customers] source = "FILE", a CSV or Parquet '
    "file, a folder of them, a DuckDB file with a query, or the URL of a database"
)


@dataclass(frozen=True)
class Portion:
    """A part of the customers that is read on its own: a file, or the answer to a query."""

    name: str
    open: Callable[[], CustomerFile]


@dataclass(frozen=True)
class CustomerPlace:
    """Where a region's customers are: the settings, and the folder at which paths in them begin."""

    folder: Path
    settings: CustomerSettings
    temporary: Path  # for what a database cannot hold in memory

    @classmethod
    def of(cls, regions: Regions, region: str, settings: Settings) -> CustomerPlace:
        """Those of `[regions.ID.customers]`, else of `[customers]`."""
        declared = regions.declared[region]
        own, ledger = declared.settings.customers, declared.ledger
        if own is not None:
            return cls(ledger.path, own, ledger.temporary)
        return cls(regions.home.path, settings.customers, ledger.temporary)


def customer_portions(place: CustomerPlace, chunk_size: int) -> list[Portion]:
    """The customers that `cordon.toml` names. Raises `InputError`.

    Nothing is opened yet, and the URL of a database, which may hold a password, is in no error.
    """
    settings, temporary = place.settings, place.temporary
    order = DateOrder(settings.dates) if settings.dates else None
    options = ReadOptions(settings.columns, order, settings.encoding, chunk_size)
    if settings.source is None:
        if settings.query is None:
            raise InputError(_HOW)
        return [_query("the query", options, lambda: DuckDbReader(None, settings.query or "", temporary))]
    if url := _URL.match(settings.source):
        return [_database(settings.source, url[1].lower(), settings.query, options)]
    path = place.folder / Path(settings.source).expanduser()
    if path.is_dir():
        return [_file(each, options, each.relative_to(path).as_posix()) for each in _files_in(path)]
    if not path.exists():
        raise InputError(f"[customers] source: {path} does not exist")
    if path.suffix.lower() in _DATABASES:
        query = _needed(settings.query, f"{path.name} is a database")
        return [_query(path.name, options, lambda: DuckDbReader(path, query, temporary))]
    return [_file(path, options, path.name)]


def _needed(query: str | None, what: str) -> str:
    if query is None:
        raise InputError(f'[customers] {what}; add query = "select ..." that gives a row for each customer')
    return query


def _files_in(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _FILES and path.is_file())
    if not found:
        raise InputError(f"[customers] source: there is no CSV or Parquet file in {folder}")
    return found


def _file(path: Path, options: ReadOptions, name: str) -> Portion:
    return Portion(name, lambda: CustomerFile(path, options))


def _query(name: str, options: ReadOptions, reader: Callable[[], RowReader]) -> Portion:
    return Portion(name, lambda: CustomerFile(Path(name), options, reader()))


def _database(url: str, scheme: str, query: str | None, options: ReadOptions) -> Portion:
    text = _needed(query, "source is a database")
    driver = _DRIVERS.get(scheme)
    if driver is None:
        raise InputError(f"[customers] source: a URL begins with one of {', '.join(sorted(_DRIVERS))}")
    return _query("the database", options, lambda: DatabaseReader(url, text, driver))


class DuckDbReader:
    """The rows of a query to a DuckDB file, which is only read, or to whatever the query itself names."""

    numbering = "the row of the query's answer, from 1"

    def __init__(self, path: Path | None, query: str, temporary: Path) -> None:
        import duckdb  # noqa: PLC0415 - most customers are in files

        self.notes: list[str] = []
        self._failures = duckdb.Error
        try:
            self._connection = duckdb.connect(path, read_only=True) if path else duckdb.connect()
        except duckdb.Error as error:
            raise InputError(f"[customers] source: {_first_line(error)}") from None
        try:
            self._connection.execute("set temp_directory = $folder", {"folder": str(temporary)})
            counted = self._connection.execute(f"select count(*) from ({query})").fetchall()  # noqa: S608 - the operator's own
            self._total = max(1, counted[0][0])
            self._connection.execute(query)
        except duckdb.Error as error:
            self._connection.close()
            raise InputError(f"[customers] query: {_first_line(error)}") from None
        self.headings = [column[0] for column in self._connection.description or ()]

    def close(self) -> None:
        self._connection.close()

    def rows(self, columns: Sequence[int], chunk_size: int) -> Iterator[RawRows]:
        read = 0
        while True:
            try:
                rows = self._connection.fetchmany(chunk_size)
            except self._failures as error:
                raise InputError(f"[customers] query: {_first_line(error)}") from None
            if not rows:
                return
            numbers = list(range(read + 1, read + len(rows) + 1))
            read += len(rows)
            cells: list[Sequence[Cell]] = [[cell_of(row[index]) for row in rows] for index in columns]
            yield RawRows(numbers, cells, [], min(1.0, read / self._total))


class DatabaseReader:
    """The rows of a query to a database, through Polars and ADBC."""

    numbering = "the row of the query's answer, from 1"

    def __init__(self, url: str, query: str, driver: str) -> None:
        import polars as pl  # noqa: PLC0415

        self.notes: list[str] = []
        try:
            self._frame: pl.DataFrame = pl.read_database_uri(query, url, engine="adbc")
        except (ImportError, AttributeError):
            raise InputError(
                f"[customers] source: this database needs a driver that is not installed; run: "
                f"pip install {driver}"
            ) from None
        except Exception as error:  # each driver has errors of its own, and some repeat the URL
            reason = _first_line(error).replace(url, "the URL")
            raise InputError(f"[customers] source: the database does not answer: {reason}") from None
        self.headings = self._frame.columns

    def close(self) -> None:
        self._frame = self._frame.clear()

    def rows(self, columns: Sequence[int], chunk_size: int) -> Iterator[RawRows]:
        read, total = 0, max(1, self._frame.height)
        for part in self._frame.iter_slices(chunk_size):
            numbers = list(range(read + 1, read + part.height + 1))
            read += part.height
            cells: list[Sequence[Cell]] = [
                [cell_of(value) for value in part[self.headings[index]].to_list()] for index in columns
            ]
            yield RawRows(numbers, cells, [], read / total)


def _first_line(error: Any) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
