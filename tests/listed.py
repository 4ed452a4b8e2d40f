"""Invented listed entities, and what a home holds, for the tests of the store and of publishing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from lists.home import Home
from lists.model import Address, Kind, ListedEntity, Name, NameType, PartialDate
from lists.publish import publish
from lists.source import SourceFile
from lists.store import ListStore

INDEX_FORMAT = "test 1"


def entity(
    entity_id: str, name: str = "Orlan Dvessik", list_id: str = "xx_test", **fields: object
) -> ListedEntity:
    values: dict[str, object] = {
        "kind": Kind.PERSON,
        "names": (Name(text=name, type=NameType.PRIMARY), Name(text=f"{name} the Elder")),
        "birth_dates": (PartialDate.of(1961, 4),),
        "addresses": (Address(text="4 Quay, Port Velm", city="Port Velm"),),
        "programmes": ("VELM", "QUAY"),
        "listed_on": dt.date(2014, 1, 2),
    }
    return ListedEntity.model_validate({"list_id": list_id, "entity_id": entity_id, **values, **fields})


def entities(count: int, name: str = "Orlan Dvessik", list_id: str = "xx_test") -> list[ListedEntity]:
    return [entity(f"{number:05}", f"{name} {number}", list_id) for number in range(count)]


def build_index(listed: Iterable[ListedEntity], directory: Path, previous: Path | None) -> None:
    """An index that is quick to build: how many names each entity has and, in a folder, how many in all."""
    counts = np.array([len(one.names) for one in listed], dtype=np.int32)
    np.save(directory / "name_counts.npy", counts)
    (directory / "totals").mkdir()
    np.save(directory / "totals" / "names.npy", counts.sum())


def load(home: Home, version: Sequence[ListedEntity], index_format: str = INDEX_FORMAT) -> str:
    """Load and publish; the name of the version in use."""
    with ListStore.open(home) as store:
        store.load(version[0].list_id, version, files=[SourceFile("list.xml", 3, "ab" * 32)])
        with publish(home, store, build_index, index_format=index_format) as published:
            return published.version


def files_of(folder: Path) -> dict[str, tuple[str, int]]:
    """The SHA-256 and the time of change of every file in a folder."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in folder.rglob("*")
        if path.is_file()
    }


def un_list(references: Sequence[str], generated: str = "2026-01-02", surname: str = "Dvessik") -> bytes:
    """The UN's list in XML, of people with these references."""
    people = "".join(
        f"<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>Orlan</FIRST_NAME>"
        f"<SECOND_NAME>{surname}</SECOND_NAME><UN_LIST_TYPE>Velm</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>{reference}</REFERENCE_NUMBER></INDIVIDUAL>"
        for number, reference in enumerate(references)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="{generated}T03:04:05Z">'
        f"<INDIVIDUALS>{people}</INDIVIDUALS><ENTITIES></ENTITIES></CONSOLIDATED_LIST>"
    ).encode()
