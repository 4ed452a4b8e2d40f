"""What every official list declares about itself, what parsing it gives, and how Cordon finds the lists.

A list is one module in `lists/sources/` whose name is the list's id and which holds `SOURCE: Source`.
Adding a list adds that module and its section in `docs/lists.md`, and touches no other file.
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import importlib
import pkgutil
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lists import sources as source_modules
from lists.model import Kind, ListedEntity

# The largest official list file in use has about 120 MB; far above that is an attack or a mistake.
MAX_FILE_BYTES = 500_000_000

_SNIFFED_BYTES = 1_024


class SourceError(Exception):
    """A list that cannot be read: which list, which file, where in it, and a sentence on what is wrong."""

    def __init__(self, list_id: str, file: str, where: str | None, sentence: str) -> None:
        self.list_id = list_id
        self.file = file
        self.where = where
        self.sentence = sentence
        super().__init__(f"{list_id}: {', '.join(filter(None, [file, where]))}: {sentence}")


class UnknownList(LookupError):  # noqa: N818 - named like WatchlistNotReady: for what is the case
    """An id that no module in `lists/sources/` has; its text names the ids there are."""


@dataclass(frozen=True)
class ExpectedFile:
    """A file of a list: its name as published (case does not matter) and its official address.

    A list of one's own has none: its address is empty, and it is fetched from where the settings say.
    """

    name: str
    address: str
    required: bool = True


@dataclass(frozen=True)
class Count:
    """An assertion: how many entities (of one kind, or of all) a complete list has."""

    at_least: int
    at_most: int
    kind: Kind | None = None


@dataclass(frozen=True)
class Share:
    """An assertion: at least this share (0..1) of the entities of a kind has something in a field."""

    at_least: float
    kind: Kind
    field: str  # one of `Summary.FIELDS`


@dataclass(frozen=True)
class SourceFile:
    """A file that was read: name, size in bytes and SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass
class Parsed:
    """A list being read. Iterate once over `entities` (or over this); `SourceError` may come at any step.

    `notes` (sentences on what was unusual), `doubts` (on why the files may not be the whole list, which a
    person has to accept) and `not_understood` (what no field was found for, and how often) are complete when
    the iteration has ended. What is not understood is not dropped: it is in `remarks`.
    `shows_its_end` is false for a format in which a file that was cut at the end of a row looks whole.
    """

    entities: Iterator[ListedEntity]
    files: tuple[SourceFile, ...]
    published_on: dt.date | None = None  # the date the file itself states
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    shows_its_end: bool = True
    not_understood: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[ListedEntity]:
        return self.entities


@dataclass(frozen=True)
class Source:
    """An official list. `parse` takes the folder that holds `files`, or the file itself if there is one."""

    list_id: str
    title: str
    publisher: str
    files: tuple[ExpectedFile, ...]
    format: str
    cadence: str
    licence: str
    assertions: tuple[Count | Share, ...]
    parse: Callable[[Path], Parsed]
    # False for a list that is closed, needs a licence or repeats others: refreshed where it is enabled only.
    is_default: bool = True
    # How long after a refresh the next is due. Most lists have no fixed days and bind on the day they appear.
    every_hours: float = 3
    user_agent: str | None = None  # for servers that answer certain browsers only
    max_bytes: int = MAX_FILE_BYTES  # of a file; a download of more is refused
    # The same list in other formats, each a set of files that `parse` reads too. Only `files` are fetched.
    alternatives: tuple[tuple[ExpectedFile, ...], ...] = ()


@dataclass
class Summary:
    """Counts over the entities of one version of a list, for its assertions and its status."""

    FIELDS = ("birth_dates", "nationalities", "identifiers", "addresses", "programmes")

    entities: Counter[Kind] = field(default_factory=Counter)
    names: int = 0
    filled: Counter[tuple[Kind, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, entities: Iterable[ListedEntity]) -> Summary:
        summary = cls()
        for entity in entities:
            summary.add(entity)
        return summary

    def add(self, entity: ListedEntity) -> None:
        self.entities[entity.kind] += 1
        self.names += len(entity.names)
        self.filled.update((entity.kind, name) for name in self.FIELDS if getattr(entity, name))


def most_entities(source: Source) -> int:
    """How many entities a complete version of the list has at the most, as its assertions say."""
    stated = (one.at_most for one in source.assertions if isinstance(one, Count) and one.kind is None)
    return min(stated, default=sys.maxsize)


def check_assertions(source: Source, summary: Summary) -> list[str]:
    """A sentence for each assertion of the list that this version breaks; an empty list when it holds all."""
    broken = []
    for assertion in source.assertions:
        found = summary.entities.total() if assertion.kind is None else summary.entities[assertion.kind]
        what = f"entries of kind {assertion.kind}" if assertion.kind else "entries"
        if isinstance(assertion, Count):
            if not assertion.at_least <= found <= assertion.at_most:
                expected = f"{assertion.at_least:,} to {assertion.at_most:,}"
                broken.append(f"{source.list_id} has {found:,} {what}; a complete list has {expected}")
        elif (
            found and (share := summary.filled[assertion.kind, assertion.field] / found) < assertion.at_least
        ):
            broken.append(
                f"{source.list_id} gives {assertion.field} for {share:.0%} of its {what}; "
                f"a complete list does for at least {assertion.at_least:.0%}"
            )
    return broken


def sources() -> dict[str, Source]:
    """Every list Cordon knows, by id, in alphabetical order."""
    return {list_id: _load(list_id) for list_id in _ids()}


def source(list_id: str) -> Source:
    """The list with this id. Raises `UnknownList`."""
    if list_id in _ids():
        return _load(list_id)
    near = difflib.get_close_matches(list_id, _ids(), n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(_ids())}"
    raise UnknownList(f"there is no list {list_id!r}; {hint}")


def _ids() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(source_modules.__path__))


def _load(list_id: str) -> Source:
    declared = importlib.import_module(f"{source_modules.__name__}.{list_id}").SOURCE
    if not isinstance(declared, Source):
        raise TypeError(f"SOURCE in lists/sources/{list_id}.py is not a Source")
    return declared


def fingerprint(list_id: str, path: Path, *, most_bytes: int = MAX_FILE_BYTES) -> SourceFile:
    """Size and SHA-256 of a list's file. Raises `SourceError` when it is empty, too large or not readable."""
    try:
        found = path.stat()
        size = found.st_size
        if not stat.S_ISREG(found.st_mode):  # a device or a pipe may have no end
            raise SourceError(list_id, path.name, None, "is no file; give the list's file")
        if size > most_bytes:
            raise SourceError(
                list_id, path.name, None, f"has {size:,} bytes, far more than any list; fetch it again"
            )
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise SourceError(list_id, path.name, None, f"cannot be read ({reason})") from error
    if size == 0:
        raise SourceError(list_id, path.name, "line 1", "is empty; fetch it again")
    return SourceFile(path.name, size, digest)


def find_file(folder: Path, name: str) -> Path | None:
    """The file of that name in a folder, in capitals or not; None when there is none."""
    return next((path for path in sorted(folder.iterdir()) if path.name.lower() == name.lower()), None)


def sniff(path: Path) -> str | None:
    """What a file is, judging by how it begins, when it is something servers send instead of a list."""
    with path.open("rb") as file:
        head = file.read(_SNIFFED_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head:
        return "a web page"
    for beginning, what in ((b"<", "XML"), (b"{", "JSON"), (b"[", "JSON"), (b"pk\x03\x04", "a ZIP archive")):
        if head.startswith(beginning):
            return what
    return None
