"""What changed between two snapshots of a list: entries added, removed and changed, field by field.

Records are compared as `lists.digest` normalises them, so that white space, order, or a field that a newer
parser leaves at its default is not a change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lists.digest import normalised
from lists.home import Home
from lists.model import ListedEntity
from lists.store_file import StoreError

if TYPE_CHECKING:
    from lists.store import ListStore, Snapshot

# What identifies a record says nothing about the party.
_IDENTITY = frozenset({"list_id", "entity_id", "record_id"})


@dataclass(frozen=True)
class FieldChange:
    """What one field lost and gained. `field` is a name of `ListedEntity`, or `craft.` and one of `Craft`.

    `old` and `new` hold JSON values, defaults left out: one at most where the field has one value; where it
    has several, those that only one of the two records has.
    """

    field: str
    old: tuple[Any, ...]
    new: tuple[Any, ...]


@dataclass(frozen=True)
class EntityChange:
    """An entry that is in both snapshots and says something else. `fields` are in the order of the model."""

    old: ListedEntity
    new: ListedEntity
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Changes:
    """From one snapshot of a list to another; entries in the order of their ids.

    An entry that its publisher deleted and entered anew under the same reference is in `added`, in `removed`
    and in `re_entered`: it was never off the list.
    """

    list_id: str
    old: Snapshot
    new: Snapshot
    added: tuple[ListedEntity, ...]
    removed: tuple[ListedEntity, ...]
    changed: tuple[EntityChange, ...]

    @property
    def re_entered(self) -> tuple[str, ...]:
        gone = {entity.entity_id for entity in self.removed}
        return tuple(entity.entity_id for entity in self.added if entity.entity_id in gone)


@dataclass(frozen=True)
class Keys:
    """The entity ids that a new version of a list adds, removes and changes; what is re-entered is in two."""

    added: Set[str]
    removed: Set[str]
    changed: Set[str]


@dataclass(frozen=True)
class Fingerprint:
    """What two versions of a record are compared by; see `lists.digest` and `ListedEntity.record_id`."""

    digest: str
    record_id: str | None


def compare(old: Mapping[str, Fingerprint], new: Mapping[str, Fingerprint]) -> Keys:
    """The difference between two versions of a list, each given by entity id."""
    different = {key for key in old.keys() & new.keys() if old[key].digest != new[key].digest}
    re_entered = {
        key
        for key in different
        if old[key].record_id and new[key].record_id and old[key].record_id != new[key].record_id
    }
    return Keys(
        added=(new.keys() - old.keys()) | re_entered,
        removed=(old.keys() - new.keys()) | re_entered,
        changed=different - re_entered,
    )


def changes(old_snapshot: int, new_snapshot: int, home: Home | Path | str | None = None) -> Changes:
    """What changed from one snapshot of a list to another, by their ids, in a home.

    Raises `StoreError` for a snapshot that is unknown, or of another list than the first, and `StoreBusy`
    while a process writes the store.
    """
    from lists.store import ListStore  # noqa: PLC0415 - the store compares by what is above

    with ListStore.read(Home.locate(home)) as store:
        return store_changes(store, old_snapshot, new_snapshot)


def store_changes(store: ListStore, old_snapshot: int, new_snapshot: int) -> Changes:
    """As `changes`, from a store that is open."""
    old, new = store.snapshot(old_snapshot), store.snapshot(new_snapshot)
    if old.list_id != new.list_id:
        raise StoreError(
            f"snapshot {old.snapshot_id} is of {old.list_id} and snapshot {new.snapshot_id} is of "
            f"{new.list_id}; give two of the same list, see: cordon lists history"
        )
    before, after = store.records_apart(old, new)
    keys = compare(
        {key: Fingerprint(digest, entity.record_id) for key, (digest, entity) in before.items()},
        {key: Fingerprint(digest, entity.record_id) for key, (digest, entity) in after.items()},
    )
    return Changes(
        list_id=old.list_id,
        old=old,
        new=new,
        added=tuple(after[key][1] for key in sorted(keys.added)),
        removed=tuple(before[key][1] for key in sorted(keys.removed)),
        changed=tuple(_change(before[key][1], after[key][1]) for key in sorted(keys.changed)),
    )


def field_changes(old: ListedEntity, new: ListedEntity) -> tuple[FieldChange, ...]:
    """What two records of an entry say differently."""
    before, after = _said(old), _said(new)
    fields = [name for name in _order(before, after) if name not in _IDENTITY]
    return tuple(
        FieldChange(name, *_apart(before.get(name), after.get(name)))
        for name in fields
        if before.get(name) != after.get(name)
    )


def _change(old: ListedEntity, new: ListedEntity) -> EntityChange:
    return EntityChange(old, new, field_changes(old, new))


def _said(entity: ListedEntity) -> dict[str, Any]:
    """What a record says, by field, with the parts of `craft` as fields of their own."""
    said: dict[str, Any] = normalised(entity.model_dump(mode="json", exclude_defaults=True))
    craft = said.pop("craft", {})
    return said | {f"craft.{name}": value for name, value in craft.items()}


def _order(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    ranks = {name: rank for rank, name in enumerate(ListedEntity.model_fields)}
    return sorted(before.keys() | after.keys(), key=lambda name: (ranks[name.partition(".")[0]], name))


def _apart(old: Any, new: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The values that only one of two fields has. A value that is repeated counts as often as it is."""
    before, after = _values(old), _values(new)
    return _without(before, after), _without(after, before)


def _values(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _without(values: list[Any], others: list[Any]) -> tuple[Any, ...]:
    left = [json.dumps(value, sort_keys=True) for value in others]
    only = []
    for value in values:
        key = json.dumps(value, sort_keys=True)
        if key in left:
            left.remove(key)
        else:
            only.append(value)
    return tuple(only)
