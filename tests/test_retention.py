"""What is deleted when nobody needs it any more, and what never is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from listed import INDEX_FORMAT, build_index, entities

from lists.home import Home
from lists.publish import open_published, publish, version_names
from lists.retention import Pruned, prune
from lists.store import ListStore
from lists.store_file import StoreError

NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.locate(tmp_path)


def load_days_ago(home: Home, days: list[int], list_id: str = "xx_test") -> list[str]:
    """Load and publish a version of a list on each of these days before `NOW`; their names."""
    return [load_one(home, day, number, list_id) for number, day in enumerate(days)]


def load_one(home: Home, day: int, number: int, list_id: str) -> str:
    loaded_at = NOW - dt.timedelta(days=day)
    with ListStore.open(home) as store:
        result = store.load(
            list_id, entities(3, f"Name {number}", list_id) + entities(5, list_id=list_id)[3:]
        )
        with publish(home, store, build_index, index_format=INDEX_FORMAT) as published:
            version = published.version
    with duckdb.connect(home.store) as connection:
        connection.execute(
            "update snapshots set loaded_at = ? where snapshot_id = ?",
            [loaded_at.replace(tzinfo=None), result.snapshot_id],
        )
    manifest = home.published / version / "manifest.json"
    said = published.manifest.model_copy(update={"created_at": loaded_at})
    manifest.write_text(said.model_dump_json())
    return version


def pruned(home: Home, keep_days: float) -> Pruned:
    with ListStore.open(home) as store:
        return prune(home, store, keep_days, now=NOW)


def names_at(home: Home, snapshot_id: int) -> list[str]:
    with ListStore.read(home) as store:
        return [entity.names[0].text for entity in store.entities_at(snapshot_id)]


def test_what_was_in_use_within_the_days_kept_can_still_be_had(home: Home) -> None:
    versions = load_days_ago(home, [400, 300, 100, 20, 1])
    before = {number: names_at(home, number) for number in range(1, 6)}
    # The version of 300 days ago was in use until 100 days ago.
    assert pruned(home, 150) == Pruned(1, (versions[0],))
    assert version_names(home) == sorted(versions[1:])
    assert {number: names_at(home, number) for number in range(2, 6)} == {
        number: before[number] for number in range(2, 6)
    }
    with pytest.raises(StoreError, match="there is no snapshot 1; 4 are kept"):
        names_at(home, 1)


def test_what_only_a_deleted_snapshot_held_is_gone_from_the_database(home: Home) -> None:
    versions = load_days_ago(home, [400, 300, 100])
    assert pruned(home, 1) == Pruned(2, tuple(versions[:2]))
    with duckdb.connect(home.store, read_only=True) as connection:
        assert connection.execute("select count(*) from records").fetchone() == (5,)
        assert connection.execute("select count(*) from records where record like '%Name 0%'").fetchone() == (
            0,
        )


def test_what_is_in_use_stays_however_old(home: Home) -> None:
    versions = load_days_ago(home, [4_000])
    assert pruned(home, 1) == Pruned(0, ())
    with open_published(home) as published:
        assert published.version == versions[0]
    assert len(names_at(home, 1)) == 5


def test_each_list_is_pruned_by_its_own_days(home: Home) -> None:
    load_days_ago(home, [400, 300, 200])
    load_days_ago(home, [90], "yy_test")
    assert pruned(home, 100).snapshots == 2
    assert len(names_at(home, 3)) == 5
    assert len(names_at(home, 4)) == 5


def test_a_load_after_pruning_gets_a_number_of_its_own(home: Home) -> None:
    load_days_ago(home, [400, 300, 200])
    pruned(home, 1)
    with ListStore.open(home) as store:
        assert store.load("xx_test", entities(7)).snapshot_id == 4


def test_a_deletion_that_was_killed_is_completed(home: Home) -> None:
    versions = load_days_ago(home, [400, 300])
    (home.published / versions[0]).rename(home.published / f".deleting-{versions[0]}")
    assert pruned(home, 1) == Pruned(1, ())
    assert [path.name for path in home.published.iterdir()] == [versions[1]]
