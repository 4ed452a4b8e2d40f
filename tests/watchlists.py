"""Small published watchlists of invented entities, for the tests of the engine."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from conftest import shared

from engine import Evidence, Match, Screener, Subject
from engine.index.build import build
from engine.index.layout import FORMAT
from lists import manifest as manifests
from lists.home import Home
from lists.manifest import Manifest, PublishedFile, PublishedList, digest_of
from lists.model import Kind, ListedEntity, PartialDate
from lists.publish import ENTITIES, OFFSETS, Published, publish
from lists.settings import Settings
from lists.source import source
from lists.store import ListStore

NOW = dt.datetime.now(dt.UTC)


def listed(entity_id: str, *names: str, kind: Kind = Kind.PERSON, **fields: object) -> ListedEntity:
    """An entity of the list `xx_test`; `fields` are those of `ListedEntity`."""
    given = {"list_id": "xx_test", "entity_id": entity_id, "kind": kind}
    return ListedEntity.model_validate({**given, "names": [{"text": text} for text in names], **fields})


def screener_of(
    folder: Path,
    entities: Sequence[ListedEntity],
    *,
    settings: Settings | None = None,
    loaded_at: dt.datetime = NOW,
) -> Screener:
    """A screener of these entities, in this order: the files of a version, without the store behind them."""
    lines = [entity.model_dump_json(exclude_defaults=True).encode() + b"\n" for entity in entities]
    (folder / ENTITIES).write_bytes(b"".join(lines))
    np.save(folder / OFFSETS, np.cumsum([0, *map(len, lines)], dtype=np.uint64))
    build(entities, folder)
    digest = digest_of({"xx_test": "00" * 32}, FORMAT)
    manifest = Manifest(
        version=f"{loaded_at:%Y%m%dT%H%M%SZ}-{digest[:8]}",
        created_at=loaded_at,
        content_digest=digest,
        index_format=FORMAT,
        entities=len(entities),
        names=sum(len(entity.names) for entity in entities),
        lists=(_part(entities, loaded_at),),
        files=tuple(PublishedFile.of(folder, path) for path in sorted(folder.iterdir()) if path.is_file()),
    )
    (folder / manifests.NAME).write_text(manifest.model_dump_json(), encoding="utf-8")
    return Screener(Published(folder, manifest), settings or Settings())


def _part(entities: Sequence[ListedEntity], loaded_at: dt.datetime) -> PublishedList:
    return PublishedList(
        list_id="xx_test",
        snapshot_id=1,
        content_digest="00" * 32,
        published_on=None,
        loaded_at=loaded_at,
        files=(),
        entities=len(entities),
        names=sum(len(entity.names) for entity in entities),
    )


def publish_in(home: Home | Path, entities: Sequence[ListedEntity]) -> str:
    """Load and publish these entities of one list as `cordon lists load` does; the version in use."""
    located = Home.locate(home)
    with ListStore.open(located) as store:
        store.load(entities[0].list_id, entities)
        with publish(located, store, build, index_format=FORMAT) as published:
            return published.version


def match_of(entity: ListedEntity, subject: Subject, **options: Any) -> Match | None:
    """The match of one customer with one entity, however low."""
    with tempfile.TemporaryDirectory() as folder:
        (found,) = screener_of(Path(folder), [entity], **options).matches([subject], 0.01)
    return found[0] if found else None


def evidence_of(entity: ListedEntity, row: str, **fields: Any) -> Evidence | None:
    """The evidence of one row of the model, or of the rows that begin with it."""
    match = match_of(entity, Subject.parse(name=entity.names[0].text, kind=entity.kind, **fields))
    assert match is not None
    found = [each for each in match.evidence if each.feature.startswith(row)]
    assert len(found) <= 1
    return found[0] if found else None


def score_of(entity: ListedEntity, **fields: Any) -> float:
    match = match_of(entity, Subject.parse(**{"name": entity.names[0].text, "kind": entity.kind, **fields}))
    return match.score if match else 0.0


def ids(screener: Screener, **fields: Any) -> list[str]:
    return [match.entity_id for match in screener.screen(Subject.parse(**fields)).matches]


PERSON = listed(
    "person",
    "Orlan Dvessik",
    "Orlan Petrovich Dvessik",
    birth_dates=[PartialDate.of(1961, 4, 3)],
    nationalities=["SY"],
    gender="male",
    identifiers=[
        {"type": "passport", "value": "N 1234567", "country": "SY"},
        {"type": "email", "value": "orlan@velm.example"},
    ],
    addresses=[{"text": "4 Quay, Port Velm", "country": "SY"}],
    programmes=["VELM"],
)
VESSEL = listed(
    "vessel",
    "Zhora Star",
    kind=Kind.VESSEL,
    identifiers=[{"type": "imo", "value": "9074729"}],
    craft={"flag": "RU"},
)
COMPANY = listed(
    "company",
    "Tamsin Trading LLC",
    kind=Kind.COMPANY,
    identifiers=[
        {"type": "tax", "value": "7701234567", "country": "RU"},
        {"type": "lei", "value": "5493001KJTIIGC8Y1R12"},
    ],
)
HOLDER = listed(
    "holder",
    "Quenby Vint",
    identifiers=[{"type": "wallet", "value": "0xAbC1230000000000000000000000000000000001"}],
)
WATCHLIST = [PERSON, VESSEL, COMPANY, HOLDER]


def real_entities() -> tuple[ListedEntity, ...]:
    """The OFAC list of 2023-12-28; skips the test where ../shared is absent."""
    return _real_entities(shared("lists/us_ofac_sdn/csv-2023-12-28"))


@lru_cache(maxsize=1)
def _real_entities(folder: Path) -> tuple[ListedEntity, ...]:
    return tuple(source("us_ofac_sdn").parse(folder).entities)
