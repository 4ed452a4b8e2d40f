"""What was read for the version before is taken over, and the index is the one built from nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from watchlists import listed, real_entities

from engine.index.build import build
from lists.model import Kind, ListedEntity

FORMER = [
    listed("1", "Orlan Dvessik", "Орлан Двессик"),
    listed("2", "Velm Harbour (Freight) Limited", "V.H.F. Ltd", kind=Kind.COMPANY),
    listed("3", "M/V Tessaly Quay", kind=Kind.VESSEL),
]
NOW = [
    listed("0", "Dr. Abu Tessaly al-Velmi"),
    *FORMER[1:],
    listed("4", "Orlan Dvessik", kind=Kind.UNKNOWN),
    listed("5", "O. Dvessik Jr."),
]


def built(folder: Path, entities: list[ListedEntity], previous: Path | None = None) -> Path:
    folder.mkdir()
    build(entities, folder, previous)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(("former", "now"), [(FORMER, NOW), (NOW, FORMER), (NOW, NOW)])
def test_an_index_after_another_is_the_one_built_from_nothing(
    tmp_path: Path, former: list[ListedEntity], now: list[ListedEntity]
) -> None:
    previous = built(tmp_path / "former", former)
    after = built(tmp_path / "after", now, previous)
    assert content(after) == content(built(tmp_path / "anew", now))


def test_so_is_that_of_the_real_list(tmp_path: Path) -> None:
    entities = real_entities()
    previous = built(tmp_path / "former", [*entities[:500], *entities[550:1_500]])
    after = built(tmp_path / "after", entities[:1_600], previous)
    assert content(after) == content(built(tmp_path / "anew", entities[:1_600]))


def test_what_was_read_is_taken_over_unless_other_rules_read_it(tmp_path: Path) -> None:
    previous = built(tmp_path / "former", FORMER)
    for name in ("token_key", "name_read_token"):  # whoever takes them over does not read the names
        array = np.load(previous / f"{name}.npy")
        np.save(previous / f"{name}.npy", np.zeros_like(array))
    anew = content(built(tmp_path / "anew", NOW))
    taken = content(built(tmp_path / "taken", NOW, previous))
    assert taken["key_hash.npy"] != anew["key_hash.npy"]
    assert taken["tokens.txt"] != anew["tokens.txt"]
    (previous / "read_rules.txt").write_text("0" * 64, encoding="ascii")
    assert content(built(tmp_path / "other", NOW, previous)) == anew
