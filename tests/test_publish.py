"""The published watchlist: complete at any moment, readable by any process, and proof of itself."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from killed import Loads
from listed import INDEX_FORMAT, build_index, entities, entity, files_of, load

from lists.home import Home
from lists.model import ListedEntity
from lists.publish import NotPublished, Published, open_published, publish
from lists.source import SourceFile
from lists.store import ListStore

STEP_SIZE = 2  # entities of a load that is killed at a step, which may be short
MOMENT_SIZE = 400  # and of one that is killed at a moment, which must last


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.locate(tmp_path)


def in_use(home: Home) -> list[ListedEntity]:
    with open_published(home) as published:
        published.verify()
        return [published.entity(index) for index in range(len(published))]


def test_what_was_loaded_is_what_readers_find(home: Home) -> None:
    load(home, entities(20, list_id="yy_test"))
    load(home, entities(30, list_id="xx_test"))
    assert in_use(home) == [*entities(30, list_id="xx_test"), *entities(20, list_id="yy_test")]


def test_the_index_is_built_over_the_entities_in_their_published_order(home: Home) -> None:
    load(home, [entity("1"), entity("2", names=[{"text": "One Name"}]), entity("10")])
    with open_published(home) as published:
        assert [published.entity(index).entity_id for index in range(3)] == ["1", "10", "2"]
        assert np.load(published.path / "name_counts.npy").tolist() == [2, 2, 1]
        with pytest.raises(IndexError):
            published.entity(3)
        with pytest.raises(IndexError):
            published.entity(-1)


def test_the_manifest_says_which_files_a_version_came_from(home: Home) -> None:
    version = load(home, entities(3))
    with open_published(home) as published, ListStore.read(home) as store:
        (listed,) = published.manifest.lists
        (snapshot,) = store.snapshots()
        assert published.version == published.path.name == version
        assert listed.files == (SourceFile("list.xml", 3, "ab" * 32),)
        assert (listed.snapshot_id, listed.content_digest) == (snapshot.snapshot_id, snapshot.content_digest)
        assert (listed.loaded_at, listed.entities, listed.names) == (snapshot.loaded_at, 3, 6)
        assert (published.manifest.entities, published.manifest.names, len(published)) == (3, 6, 3)
        assert {file.name for file in published.manifest.files} == {
            "entities.ndjson",
            "entity_offsets.npy",
            "name_counts.npy",
            "totals/names.npy",
        }


def test_publishing_the_same_again_changes_nothing_on_disk(home: Home) -> None:
    version = load(home, entities(10))
    before = files_of(home.path)
    assert load(home, entities(10)) == version
    assert files_of(home.path) == before


def test_a_new_form_of_the_index_is_published_without_a_new_list(home: Home) -> None:
    version = load(home, entities(10))
    assert load(home, entities(10), index_format="test 2") != version


def test_old_versions_stay_as_they_were(home: Home) -> None:
    version = load(home, entities(10))
    before = files_of(home.published / version)
    versions = [load(home, entities(size)) for size in (11, 10, 11)]
    assert files_of(home.published / version) == before
    assert len({version, *versions}) == 4
    assert {path.name for path in home.published.iterdir()} == {version, *versions}


def test_a_version_in_use_can_be_read_while_the_next_is_published(home: Home) -> None:
    load(home, entities(10))
    with open_published(home) as published:
        load(home, entities(10, "Other Name"))
        assert [published.entity(index) for index in range(10)] == entities(10)
    assert in_use(home) == entities(10, "Other Name")


def test_readers_always_find_a_complete_version(home: Home) -> None:
    versions = [entities(50), entities(50, "Other Name")]
    load(home, versions[0])
    ended = threading.Event()
    seen: list[bool] = []

    def read() -> None:
        while not ended.is_set():
            seen.append(in_use(home) in versions)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(8):
        load(home, versions[(number + 1) % 2])
    ended.set()
    reader.join()
    assert seen
    assert all(seen)


def test_nothing_published_says_how_to_begin(home: Home) -> None:
    with pytest.raises(NotPublished, match=r"no watchlist is published in .* cordon lists load LIST PATH"):
        open_published(home)
    with (
        ListStore.open(home) as store,
        pytest.raises(NotPublished, match="no list was ever loaded"),
    ):
        publish(home, store, build_index, index_format=INDEX_FORMAT)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "CURRENT does not name a version"),
        (b"../../elsewhere\n", "CURRENT does not name a version"),
        (b"\xff\xfe", "CURRENT cannot be read"),
        (b"20200101T000000Z-00000000\n", "manifest.json is missing"),
    ],
)
def test_a_damaged_pointer_is_said_and_mended_by_the_next_load(
    home: Home, content: bytes, sentence: str
) -> None:
    load(home, entities(10))
    home.current.write_bytes(content)
    with pytest.raises(NotPublished, match=rf"{sentence}; load a list again to publish anew"):
        open_published(home)
    load(home, entities(10))
    assert in_use(home) == entities(10)


def damage_manifest_missing(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def damage_manifest_cut(folder: Path) -> None:
    content = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").write_bytes(content[: len(content) // 2])


def damage_manifest_without_lists(folder: Path) -> None:
    content = json.loads((folder / "manifest.json").read_bytes())
    del content["lists"]
    (folder / "manifest.json").write_text(json.dumps(content))


def damage_manifest_of_another_version(folder: Path) -> None:
    content = json.loads((folder / "manifest.json").read_bytes())
    content["version"] = "20200101T000000Z-00000000"
    (folder / "manifest.json").write_text(json.dumps(content))


def damage_newer_format(folder: Path) -> None:
    content = json.loads((folder / "manifest.json").read_bytes())
    content["format"] = 99
    (folder / "manifest.json").write_text(json.dumps(content))


def damage_index_missing(folder: Path) -> None:
    (folder / "totals" / "names.npy").unlink()


def damage_entities_cut(folder: Path) -> None:
    with (folder / "entities.ndjson").open("rb+") as file:
        file.truncate(100)


def damage_offsets(folder: Path) -> None:
    offsets = np.load(folder / "entity_offsets.npy")
    offsets[-1] += np.uint64(1)
    np.save(folder / "entity_offsets.npy", offsets)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (damage_manifest_missing, r"manifest\.json is missing"),
        (damage_manifest_cut, r"manifest\.json is not a manifest"),
        (damage_manifest_without_lists, r"manifest\.json is not a manifest"),
        (damage_manifest_of_another_version, "holds the version 20200101T000000Z-00000000"),
        (damage_newer_format, "was published by a newer Cordon; update Cordon, or"),
        (damage_index_missing, r"totals/names\.npy is missing"),
        (damage_entities_cut, r"entities\.ndjson has 100 bytes instead of [\d,]+"),
        (damage_offsets, r"entity_offsets\.npy does not fit entities\.ndjson"),
    ],
)
def test_a_damaged_version_is_not_opened_and_is_replaced_by_the_next_load(
    home: Home, damage: object, sentence: str
) -> None:
    assert callable(damage)
    damage(home.published / load(home, entities(10)))
    with pytest.raises(NotPublished, match=rf"{sentence}.* load a list again to publish anew"):
        open_published(home)
    load(home, entities(10))
    assert in_use(home) == entities(10)


@pytest.mark.parametrize(
    "name", ["entities.ndjson", "entity_offsets.npy", "name_counts.npy", "totals/names.npy"]
)
def test_verify_names_the_file_in_which_one_bit_was_flipped(home: Home, name: str) -> None:
    path = home.published / load(home, entities(10)) / name
    content = bytearray(path.read_bytes())
    content[len(content) * 3 // 4] ^= 1
    path.write_bytes(content)
    with open_published(home) as published, pytest.raises(NotPublished) as error:
        published.verify()
    assert str(path) in str(error.value)
    load(home, entities(10))
    assert in_use(home) == entities(10)


def test_verify_finds_a_manifest_that_claims_another_origin(home: Home) -> None:
    path = home.published / load(home, entities(10)) / "manifest.json"
    content = json.loads(path.read_bytes())
    content["lists"][0]["content_digest"] = "00" * 32
    path.write_text(json.dumps(content))
    with (
        open_published(home) as published,
        pytest.raises(NotPublished, match=r"manifest\.json was changed after"),
    ):
        published.verify()


def test_an_entity_changed_by_hand_is_an_error_and_never_another_entity(home: Home) -> None:
    path = home.published / load(home, entities(10)) / "entities.ndjson"
    path.write_bytes(path.read_bytes().replace(b'"kind":"person"', b'"kind":"parson"'))
    with (
        open_published(home) as published,
        pytest.raises(NotPublished, match="was changed in line 1"),
    ):
        published.entity(0)


def test_an_index_that_fails_leaves_the_version_before_in_use(home: Home) -> None:
    def fail(_: Sequence[ListedEntity], directory: Path, __: Path | None) -> None:
        (directory / "half.npy").write_bytes(b"half")
        raise ArithmeticError

    version = load(home, entities(10))
    with ListStore.open(home) as store:
        store.load("xx_test", entities(11))
        with pytest.raises(ArithmeticError):
            publish(home, store, fail, index_format=INDEX_FORMAT)
    assert [path.name for path in home.published.iterdir()] == [version]
    assert in_use(home) == entities(10)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked and killed")
def test_a_first_load_killed_at_any_step_leaves_nothing_or_all_and_can_be_repeated(tmp_path: Path) -> None:
    step, was_killed = 0, True
    with Loads() as loads:
        while was_killed:
            step += 2  # the test below takes every step, but for those that create the store
            home = Home.locate(tmp_path / str(step))
            was_killed = loads.killed_at(step, home, "New Name", STEP_SIZE)
            if home.current.exists():
                assert in_use(home) == entities(STEP_SIZE, "New Name")
            load(home, entities(STEP_SIZE, "New Name"))
            assert in_use(home) == entities(STEP_SIZE, "New Name")
    assert step > 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked and killed")
def test_a_load_killed_at_any_step_leaves_the_old_version_or_the_new(home: Home) -> None:
    names = ["Old Name", "New Name"]
    load(home, entities(STEP_SIZE, names[0]))
    step, was_killed = 0, True
    with Loads() as loads:
        while was_killed:
            step += 1
            was_killed = loads.killed_at(step, home, names[1], STEP_SIZE)
            check_and_complete(home, names, STEP_SIZE)
            names.reverse()
    assert step > 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked and killed")
def test_a_load_killed_at_any_moment_leaves_the_old_version_or_the_new(home: Home, tmp_path: Path) -> None:
    names = ["Old Name", "New Name"]
    load(home, entities(MOMENT_SIZE, names[0]))
    begun = time.monotonic()
    load(Home.locate(tmp_path / "timed"), entities(MOMENT_SIZE, names[0]))
    duration = time.monotonic() - begun
    with Loads() as loads:
        killed = 0
        for moment in range(20):
            killed += loads.killed_after(duration * moment / 20, home, names[1], MOMENT_SIZE)
            check_and_complete(home, names, MOMENT_SIZE)
            names.reverse()
    assert killed > 5


def check_and_complete(home: Home, names: list[str], size: int) -> None:
    assert in_use(home) in [entities(size, name) for name in names]
    load(home, entities(size, names[1]))
    assert in_use(home) == entities(size, names[1])
    assert not [path for path in home.published.iterdir() if path.name.startswith(".")]


def test_a_published_version_is_shared_between_threads(home: Home) -> None:
    load(home, entities(200))
    expected = entities(200)
    found: list[bool] = []

    def read(published: Published) -> None:
        found.extend(published.entity(index) == expected[index] for index in range(200))

    with open_published(home) as published:
        threads = [threading.Thread(target=read, args=(published,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [True] * 800
