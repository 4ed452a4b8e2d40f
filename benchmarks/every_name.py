"""Every name of every list, as it stands: its entity must be found, and each exception has a reason."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.report import SHARED
from benchmarks.screened import screened
from engine import Screener, Subject
from engine.validation.records import nobodys_name
from jobs.load import load_list
from lists.model import ListedEntity

# The newest complete file of each list, or an excerpt where nothing else is there.
FILES = {
    "us_ofac_sdn": "lists/us_ofac_sdn/csv-2023-12-28",
    "us_ofac_cons": "lists/us_ofac_cons/csv-2025-12",
    "un_sc": "lists/un_sc/xml-2026-02-27.xml",
    "eu_fsf": "lists/eu_fsf/xml-1.1-2025-05-reconstructed.xml",
    "gb_fcdo": "lists/gb_fcdo/xml-2026-04-29-reconstructed.xml",
    "gb_ofsi": "lists/gb_ofsi/xlsx-2025-04-10.xlsx",
    "ch_seco": "lists/ch_seco/xml-2026-08-27-excerpt3.xml",
    "ca_sema": "lists/ca_sema/xml-2025-03-20.xml",
    "au_dfat": "lists/au_dfat/xlsx-2026-07-23.xlsx",
    "us_csl": "lists/us_csl/csv-2022-05.csv.gz",
}


class EveryName(NamedTuple):
    """`excluded` counts names that are nobody's by themselves, by reason; `missed` are the others."""

    list_id: str
    names: int
    excluded: Counter[str]
    missed: list[str]


def measure() -> Iterator[EveryName]:
    """Each list by itself, with weak aliases allowed to alert: so none is left out as a matter of policy."""
    for list_id, path in FILES.items():
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "cordon.toml").write_text('[screening]\nweak_aliases = "alert"\n', encoding="utf-8")
            load_list(folder, list_id, SHARED / path, accept=True)  # one is an excerpt
            yield _measured(list_id, Screener.open(folder))


def _measured(list_id: str, screener: Screener) -> EveryName:
    asked, excluded = [], Counter[str]()
    for entity in screener.entities():
        for name in entity.names:
            reason = nobodys_name(name.text, entity.kind)
            if reason is None:
                asked.append((entity, Subject(names=(name.text,), kind=entity.kind)))
            else:
                excluded[reason] += 1
    missed = [f"{entity.entity_id}: {subject.name}" for entity, subject in _not_found(screener, asked)]
    return EveryName(list_id, len(asked), excluded, missed)


def _not_found(
    screener: Screener, asked: list[tuple[ListedEntity, Subject]]
) -> Iterator[tuple[ListedEntity, Subject]]:
    answers = screened(screener, [subject for _, subject in asked])
    for (entity, subject), matches in zip(asked, answers, strict=True):
        if not any(match.entity_id == entity.entity_id for match in matches):
            yield entity, subject
