"""One question to the ledger in SQL, which can only read."""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from engine.ledger.layout import LedgerError, Region
from engine.ledger.views import cannot_decrypt, check_text, connected
from lists.home import Home

# These are found before anything is read.
_OF_THE_QUERY = (
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.PermissionException,
    duckdb.NotImplementedException,
)
_READS = frozenset({"SELECT", "EXPLAIN"})


@dataclass(frozen=True)
class Answer:
    """The rows of an answer, with the values DuckDB gives."""

    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]
    unreadable: Mapping[str, str]  # whose data the query came upon that cannot be read, by subject key: why

    def plain_rows(self) -> Iterator[list[Any]]:
        """The rows with values that JSON has."""
        return ([_plain(value) for value in row] for row in self.rows)


def ask(home: Home | Path | str | None, query: str) -> Answer:
    """Run one statement that reads. Raises `LedgerError`, for a mistake in the query too."""
    check_text(query)
    connection, unsealed = connected(Region.of(home))
    try:
        statements = connection.extract_statements(query)
        if len(statements) != 1 or statements[0].type.name not in _READS:
            raise LedgerError("takes one SELECT: the ledger is only read")
        cursor = connection.execute(query)
        columns = [column[0] for column in cursor.description or ()]
        return Answer(columns, cursor.fetchall(), unsealed.unreadable)
    except duckdb.Error as error:
        raise LedgerError(f"the query cannot be run: {_reason(error)}") from None
    finally:
        connection.close()


def _reason(error: duckdb.Error) -> str:
    """What is wrong with a query, without what DuckDB quotes of the data."""
    if isinstance(error, _OF_THE_QUERY):
        return " ".join(str(error).split())
    if own := cannot_decrypt(error):
        return str(own)
    name = type(error).__name__.removesuffix("Exception").lower()
    return f"{name} error on a value in the ledger, which is not shown here because it may tell of a person"


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one line a type
    match value:
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            return value.total_seconds()
        case decimal.Decimal():
            return float(value)
        case float() if not math.isfinite(value):
            return str(value)
        case bytes():
            return base64.b16encode(value).decode().lower()
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case None | str() | int() | float() | bool():
            return value
    return str(value)
