"""Published versions of the watchlist that are not in use any more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from engine.ledger.fingerprints import entity_fingerprint
from lists.home import Home
from lists.manifest import NAME, Manifest
from lists.model import ListedEntity
from lists.publish import ENTITIES, NotPublished, Published, version_names


def open_version(home: Home, version: str) -> Published:
    """A published version by its name. Raises `NotPublished` where it is no longer kept, or is damaged."""
    if version not in version_names(home):
        raise NotPublished(
            f"the watchlist {version} is no longer kept in {home.path}: [lists] keep_days, or somebody, "
            "has deleted it"
        )
    return Published(home.published / version, _manifest(home.published / version))


def version_at(home: Home, moment: dt.datetime) -> str:
    """The version that was in use at a moment. Raises `NotPublished` where none was published by then."""
    published = []
    for name in version_names(home):
        created = _manifest(home.published / name).created_at
        published.append((created, name))
    before = [each for each in sorted(published) if each[0] <= moment]
    if not before:
        since = f"the oldest that is kept is of {min(published)[0]:%Y-%m-%d %H:%M} UTC" if published else ""
        raise NotPublished(
            f"no watchlist of {moment:%Y-%m-%d %H:%M} UTC is kept in {home.path}"
            f"{'; ' if since else ''}{since}"
        )
    return before[-1][1]


class Difference(NamedTuple):
    """What one version of the watchlist has and another has not, as (list id, entity id).

    `changed` are those whose screened fields differ; what nobody screens by is no change here.
    """

    added: frozenset[tuple[str, str]]
    removed: frozenset[tuple[str, str]]
    changed: frozenset[tuple[str, str]]


def difference(old: Published, new: Published) -> Difference:
    """From one version to another. Lines that are equal are not even parsed."""
    before, after = _lines(old), _lines(new)
    gone = _entities(before - after)
    come = _entities(after - before)
    both = gone.keys() & come.keys()
    return Difference(
        added=frozenset(come.keys() - gone.keys()),
        removed=frozenset(gone.keys() - come.keys()),
        changed=frozenset(
            key for key in both if entity_fingerprint(gone[key]) != entity_fingerprint(come[key])
        ),
    )


def _lines(published: Published) -> set[bytes]:
    return set((published.path / ENTITIES).read_bytes().splitlines())


def _entities(lines: set[bytes]) -> dict[tuple[str, str], ListedEntity]:
    entities = map(ListedEntity.model_validate_json, lines)
    return {(entity.list_id, entity.entity_id): entity for entity in entities}


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / NAME).read_bytes())
    except (OSError, ValidationError) as error:
        raise NotPublished(f"{folder / NAME} cannot be read; restore it from a backup") from error
