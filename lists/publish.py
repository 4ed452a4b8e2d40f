"""The published watchlist: immutable folders that any process may read, and the pointer to the one in use.

A version is written under another name, made durable, renamed, and only then named by `CURRENT`: whoever
opens the watchlist at any moment, also after a kill, finds one complete version. Old versions stay for
questions as of their day; a complete one may be left that never came into use, and harms nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import mmap
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from lists import manifest as manifests
from lists.durable import replace_file, sync_file, sync_folder
from lists.home import Home, HomeError
from lists.manifest import Manifest, PublishedFile, PublishedList, digest_of
from lists.model import ListedEntity

if TYPE_CHECKING:
    from lists.store import ListStore, Snapshot

ENTITIES = "entities.ndjson"  # a ListedEntity a line, without its defaults, by list id and entity id
OFFSETS = (
    "entity_offsets.npy"  # uint64, one more than there are entities: where each line begins, and the end
)

_VERSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}", re.ASCII)
_STAGING = ".staging"  # one name is enough: whoever publishes holds the store, which has one writer

_PUBLISH_ANEW = "load a list again to publish anew"

# Of the entities, into the folder, with the folder of another version in the same form if there is one.
BuildIndex = Callable[[Iterable[ListedEntity], Path, Path | None], None]


class NotPublished(HomeError):  # noqa: N818 - named for what is the case
    """There is no watchlist that can be used: a sentence that says why and what to do next."""


class Published:
    """A version of the watchlist, open. Entities are read one by one where they lie; threads may share it."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Raises `NotPublished` when a file is missing, cut or not what the manifest says."""
        self.path = path
        self.manifest = manifest
        self._check_sizes()
        try:
            self._offsets: npt.NDArray[np.uint64] = np.load(path / OFFSETS, allow_pickle=False)
            with (path / ENTITIES).open("rb") as file:
                self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError, EOFError) as error:
            raise self._damaged(ENTITIES, f"cannot be read with {OFFSETS}") from error
        shape, kind = (len(self) + 1,), np.dtype(np.uint64)
        if (self._offsets.shape, self._offsets.dtype) != (shape, kind) or self._offsets[-1] != len(
            self._lines
        ):
            self.close()
            raise self._damaged(OFFSETS, f"does not fit {ENTITIES}")

    @property
    def version(self) -> str:
        return self.manifest.version

    def __len__(self) -> int:
        return self.manifest.entities

    def entity(self, index: int) -> ListedEntity:
        """The entity at a position from 0 to `len` - 1, the same in every array of the index.

        Raises `NotPublished` for a line that was changed after it was published.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"the watchlist has entities 0 to {len(self) - 1}, not {index}")
        line = self._lines[int(self._offsets[index]) : int(self._offsets[index + 1])]
        try:
            return ListedEntity.model_validate_json(line)
        except ValidationError as error:
            raise self._damaged(
                ENTITIES, f"was changed in line {index + 1:,} after it was published"
            ) from error

    def key(self, index: int) -> tuple[str, str]:
        """List id and entity id at a position, for a fraction of what the whole entity takes."""
        said = json.loads(self._lines[int(self._offsets[index]) : int(self._offsets[index + 1])])
        return said["list_id"], said["entity_id"]

    def verify(self) -> None:
        """Hash every file and compare. Raises `NotPublished` that names the first that differs."""
        contents = {part.list_id: part.content_digest for part in self.manifest.lists}
        digest = digest_of(contents, self.manifest.index_format)
        if digest != self.manifest.content_digest or not self.version.endswith(digest[:8]):
            raise self._damaged(manifests.NAME, "was changed after it was published")
        for file in self.manifest.files:
            try:
                found = PublishedFile.of(self.path, self.path / file.name)
            except OSError as error:
                raise self._damaged(file.name, "cannot be read") from error
            if found != file:
                raise self._damaged(file.name, "was changed after it was published")

    def close(self) -> None:
        """Let go of the files, without which Windows cannot move or delete them."""
        self._lines.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_sizes(self) -> None:
        for file in self.manifest.files:
            try:
                size = (self.path / file.name).stat().st_size
            except OSError as error:
                raise self._damaged(file.name, "is missing or cannot be read") from error
            if size != file.size:
                raise self._damaged(file.name, f"has {size:,} bytes instead of {file.size:,}")

    def _damaged(self, name: str, what: str) -> NotPublished:
        return NotPublished(f"{self.path / name} {what}; {_PUBLISH_ANEW}")


def open_published(home: Home) -> Published:
    """The version in use. Raises `NotPublished`. Sizes are checked; for the content there is `verify`."""
    try:
        version = home.current.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise NotPublished(
            f"no watchlist is published in {home.path}; load a list first: cordon lists refresh, or "
            "cordon lists load LIST PATH"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise NotPublished(f"{home.current} cannot be read; {_PUBLISH_ANEW}") from error
    if not _VERSION.fullmatch(version):
        raise NotPublished(f"{home.current} does not name a version; {_PUBLISH_ANEW}")
    folder = home.published / version
    manifest = _read_manifest(folder)
    if manifest.version != version:
        raise NotPublished(f"{folder} holds the version {manifest.version}; {_PUBLISH_ANEW}")
    return Published(folder, manifest)


def version_names(home: Home) -> list[str]:
    """The versions that are published in a home, in use or not, oldest first by their names."""
    if not home.published.is_dir():
        return []
    return sorted(path.name for path in home.published.iterdir() if _VERSION.fullmatch(path.name))


def _read_manifest(folder: Path) -> Manifest:
    path = folder / manifests.NAME
    try:
        content = json.loads(path.read_bytes())
        if content["format"] > manifests.FORMAT:
            raise NotPublished(f"{folder} was published by a newer Cordon; update Cordon, or {_PUBLISH_ANEW}")
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        what = "is missing" if isinstance(error, FileNotFoundError) else "cannot be read"
        raise NotPublished(f"{path} {what}; {_PUBLISH_ANEW}") from error
    except (ValidationError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotPublished(f"{path} is not a manifest; {_PUBLISH_ANEW}") from error


def publish(home: Home, store: ListStore, build_index: BuildIndex, *, index_format: str) -> Published:
    """Publish the newest snapshot of every list, unless the version in use holds just that, undamaged.

    `build_index` gets the entities once, in the order in which they are published, the folder in which it
    writes its arrays, and that of the version in use where its index has the same form; `index_format` names
    the form of these, and another form is a new version. `store` must be open for writing, which keeps a
    second publisher out. Raises `HomeError` when the home is not writable.
    """
    newest = store.newest()
    if not newest:
        raise NotPublished(f"no list was ever loaded into {home.path}; load one: cordon lists refresh")
    digest = digest_of({list_id: part.content_digest for list_id, part in newest.items()}, index_format)
    current, previous = _intact_version_in_use(home), None
    if current is not None:
        if current.manifest.content_digest == digest:
            return current
        current.close()
        previous = current.path if current.manifest.index_format == index_format else None
    staging = home.published / _STAGING
    with home.writing():
        shutil.rmtree(staging, ignore_errors=True)  # what a killed run left
        staging.mkdir(parents=True)
        try:
            entities = _written(staging, store.current_entities())
            build_index(entities, staging, previous)
            for _ in entities:  # those the index has no use for
                pass
            manifest = _manifest(home, staging, newest.values(), digest=digest, index_format=index_format)
            replace_file(staging / manifests.NAME, manifest.model_dump_json(indent=2).encode())
            _sync(staging)
            staging.rename(home.published / manifest.version)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        sync_folder(home.published)
        replace_file(home.current, f"{manifest.version}\n".encode())
    return open_published(home)


def _intact_version_in_use(home: Home) -> Published | None:
    try:
        current = open_published(home)
    except NotPublished:
        return None
    try:
        current.verify()
    except NotPublished:
        current.close()
        return None
    return current


def _written(folder: Path, entities: Iterable[ListedEntity]) -> Iterator[ListedEntity]:
    """The entities, each written to its line when it is asked for."""
    offsets = [0]
    with (folder / ENTITIES).open("wb") as file:
        for entity in entities:
            line = entity.model_dump_json(exclude_defaults=True).encode() + b"\n"
            file.write(line)
            offsets.append(offsets[-1] + len(line))
            yield entity
    np.save(folder / OFFSETS, np.array(offsets, dtype=np.uint64), allow_pickle=False)


def _manifest(
    home: Home, folder: Path, snapshots: Iterable[Snapshot], *, digest: str, index_format: str
) -> Manifest:
    lists = tuple(
        PublishedList(
            list_id=snapshot.list_id,
            snapshot_id=snapshot.snapshot_id,
            content_digest=snapshot.content_digest,
            published_on=snapshot.published_on,
            loaded_at=snapshot.loaded_at,
            files=snapshot.files,
            entities=snapshot.entities,
            names=snapshot.names,
        )
        for snapshot in snapshots
    )
    created_at = dt.datetime.now(dt.UTC)
    while (home.published / (version := f"{created_at:%Y%m%dT%H%M%SZ}-{digest[:8]}")).exists():
        created_at += dt.timedelta(seconds=1)  # the lists went back to what they were a moment ago
    return Manifest(
        version=version,
        created_at=created_at,
        content_digest=digest,
        index_format=index_format,
        entities=sum(part.entities for part in lists),
        names=sum(part.names for part in lists),
        lists=lists,
        files=tuple(PublishedFile.of(folder, path) for path in _files(folder)),
    )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _sync(folder: Path) -> None:
    for path in _files(folder):
        sync_file(path)
    for inner in folder.rglob("*"):
        if inner.is_dir():
            sync_folder(inner)
    sync_folder(folder)
