"""What a FollowTheMoney file says of an entity on other lines: documents, addresses, sanctions and ties.

A file may have millions of lines in any order, so they are kept on disk, in a temporary database that is gone
when it is closed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

Properties = dict[str, list[str]]

# The properties by which an entity of each schema refers to those it belongs to or ties together.
ENDS: dict[str, tuple[str, ...]] = {
    "Associate": ("person", "associate"),
    "CryptoWallet": ("holder",),
    "Debt": ("debtor", "creditor"),
    "Directorship": ("director", "organization"),
    "Employment": ("employee", "employer"),
    "Family": ("person", "relative"),
    "Identification": ("holder",),
    "Membership": ("member", "organization"),
    "Occupancy": ("holder",),
    "Ownership": ("owner", "asset"),
    "Passport": ("holder",),
    "Representation": ("agent", "client"),
    "Sanction": ("entity",),
    "Similar": (),
    "Succession": ("predecessor", "successor"),
    "UnknownLink": ("subject", "object"),
}
# What others refer to, and what is not screened itself.
REFERRED_TO = ("Address", "Position")

_CACHE_KIB = 65_536
_BATCH = 5_000


def tidy(properties: Properties) -> Properties:
    """Properties with white space collapsed, without values that are nothing else."""
    return {
        name: [text for value in values if (text := " ".join(value.split()))]
        for name, values in properties.items()
    }


@dataclass(frozen=True)
class Linked:
    """A line that belongs to an entity, or ties it to others."""

    schema: str
    properties: Properties

    def first(self, name: str) -> str | None:
        return next(iter(self.properties.get(name, ())), None)


@dataclass
class Links:
    """A temporary database of everything that is not screened itself. Close it, or use it in `with`."""

    _pending: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # "": a file that SQLite deletes itself
        self._database.executescript(
            f"""
            pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -{_CACHE_KIB};
            create table names (id text primary key, name text) without rowid;
            create table linked (id text, schema text, properties text);
            begin;
            """
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def name(self, entity_id: str, name: str) -> bool:
        """Remember an entity's name; False when there was one of that id before."""
        added = self._database.execute("insert or ignore into names values (?, ?)", (entity_id, name))
        return added.rowcount == 1

    def add(self, entity_id: str, schema: str, properties: Properties) -> None:
        """Remember a line under the ids of the entities it belongs to or ties together."""
        ends = (entity_id,) if schema in REFERRED_TO else _ends(schema, properties)
        said = json.dumps(properties, ensure_ascii=False)
        self._pending.extend((end, schema, said) for end in dict.fromkeys(ends))
        if len(self._pending) >= _BATCH:
            self._flush()

    def complete(self) -> None:
        """Call once when everything was added and before anything is asked."""
        self._flush()
        self._database.execute("create index by_id on linked (id)")

    def of(self, entity_id: str) -> list[Linked]:
        """The lines that were remembered under an id, in the order of the file."""
        found = self._database.execute(
            "select schema, properties from linked where id = ? order by rowid", (entity_id,)
        )
        return [Linked(schema, tidy(json.loads(said))) for schema, said in found]

    def name_of(self, entity_id: str) -> str | None:
        row = self._database.execute("select name from names where id = ?", (entity_id,)).fetchone()
        return row[0] if row else None

    def _flush(self) -> None:
        self._database.executemany("insert into linked values (?, ?, ?)", self._pending)
        self._pending.clear()


def _ends(schema: str, properties: Properties) -> Iterator[str]:
    names: Iterable[str] = ENDS[schema]
    for name in names:
        yield from properties.get(name, ())
