"""What a published version says about itself: which snapshots of which lists it holds, in which files."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lists.digest import content_digest
from lists.source import SourceFile

FORMAT = 1  # of the manifest and of the entities beside it; goes up when an older Cordon could misread them

NAME = "manifest.json"


class _Part(BaseModel):
    # What a later version adds within the same format is not for this one to stumble over.
    model_config = ConfigDict(frozen=True, extra="ignore")


class PublishedFile(_Part):
    """A file of the version: its path in the folder with forward slashes, its bytes, its SHA-256 in hex."""

    name: str
    size: int
    sha256: str

    @classmethod
    def of(cls, folder: Path, path: Path) -> PublishedFile:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(name=path.relative_to(folder).as_posix(), size=path.stat().st_size, sha256=digest)


class PublishedList(_Part):
    """A list in the version: the snapshot it is, and the official files that came from."""

    list_id: str
    snapshot_id: int
    content_digest: str
    published_on: dt.date | None  # the date the files state
    loaded_at: AwareDatetime
    files: tuple[SourceFile, ...]
    entities: int
    names: int


class Manifest(_Part):
    """The whole of `manifest.json`."""

    format: int = FORMAT
    version: str
    created_at: AwareDatetime
    content_digest: str  # of the lists and of the form they are published in
    index_format: str  # the form of the index arrays, as the engine that wrote them calls it
    entities: int
    names: int
    lists: tuple[PublishedList, ...]  # by list id
    files: tuple[PublishedFile, ...]  # by name, this file excepted


def is_stale(loaded_at: dt.datetime, now: dt.datetime, stale_after_hours: float) -> bool:
    """Whether a list loaded then is too old now. The limit is the setting `[lists] stale_after_hours`.

    So is one that a clock which was wrong has put as far into the future.
    """
    return abs(now - loaded_at) > dt.timedelta(hours=stale_after_hours)


def digest_of(lists: dict[str, str], index_format: str) -> str:
    """The digest of a version: of each list's content (by list id), and of the form it is published in."""
    return content_digest([("/format", f"{FORMAT}/{index_format}"), *lists.items()])
