"""The history of the lists: what was loaded can be had again, and nothing else changes it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import duckdb
import pytest
from conftest import PROJECT
from hypothesis import given, settings
from hypothesis import strategies as st
from listed import entities, entity, files_of

from lists.digest import fingerprint
from lists.home import Home, HomeError
from lists.model import Kind, ListedEntity, Name, NameType, Strength
from lists.source import SourceFile
from lists.store import ListStore
from lists.store_file import StoreBusy, StoreError

TEXTS = st.text(st.sampled_from("aZß Ж李\t\n\"'\\\0\x85"), min_size=1, max_size=6)
NAMES = st.builds(
    Name,
    text=TEXTS,
    type=st.sampled_from(NameType),
    strength=st.sampled_from(Strength),
    language=st.none() | TEXTS,
)
LISTED = st.builds(
    ListedEntity,
    list_id=st.just("xx_test"),
    entity_id=st.sampled_from(["1", "2", "é", "10"]),
    kind=st.sampled_from(Kind),
    names=st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    programmes=st.lists(TEXTS, max_size=3).map(tuple),
    listed_on=st.none() | st.dates(),
    reasons=st.none() | TEXTS,
)
VERSIONS = st.lists(LISTED, min_size=1, max_size=4, unique_by=lambda one: one.entity_id)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.locate(tmp_path)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["xx_test", "yy_test"]), VERSIONS), min_size=1, max_size=6))
def test_every_snapshot_ever_loaded_can_be_had_again(loads: list[tuple[str, list[ListedEntity]]]) -> None:
    with tempfile.TemporaryDirectory() as folder, ListStore.open(Home.locate(folder)) as store:
        loaded: dict[int, list[ListedEntity]] = {}
        spellings: dict[str, list[ListedEntity]] = {}
        newest: dict[str, list[ListedEntity]] = {}
        for list_id, drawn in loads:
            version = [one.model_copy(update={"list_id": list_id}) for one in drawn]
            result = store.load(list_id, version)
            assert result.is_new == (result.snapshot_id not in loaded)
            assert result.entities == len(version)
            assert result.names == sum(len(one.names) for one in version)
            loaded[result.snapshot_id] = newest[list_id] = version
            for one in version:
                spellings.setdefault(fingerprint(one), []).append(one)
        assert [snapshot.snapshot_id for snapshot in store.snapshots()] == sorted(loaded)
        for snapshot_id, version in loaded.items():
            found = list(store.entities_at(snapshot_id))
            assert [one.entity_id for one in found] == sorted(one.entity_id for one in version)
            assert {fingerprint(one) for one in found} == {fingerprint(one) for one in version}
            assert all(one in spellings[fingerprint(one)] for one in found)
        current = [(one.list_id, one.entity_id, fingerprint(one)) for one in store.current_entities()]
        assert current == sorted(
            (list_id, one.entity_id, fingerprint(one))
            for list_id, version in newest.items()
            for one in version
        )


@given(LISTED, st.randoms())
def test_order_and_white_space_are_no_change(one: ListedEntity, random: Random) -> None:
    names = [name.model_copy(update={"text": f" {name.text}\n".replace(" ", " \t ")}) for name in one.names]
    programmes = list(one.programmes)
    random.shuffle(names)
    random.shuffle(programmes)
    same = one.model_copy(update={"names": tuple(names), "programmes": tuple(programmes)})
    assert fingerprint(same) == fingerprint(one)


@given(LISTED, LISTED)
def test_what_is_said_differently_is_a_change(one: ListedEntity, other: ListedEntity) -> None:
    def words(text: str | None) -> list[str] | None:
        return None if text is None else text.split()

    def said(of: ListedEntity) -> tuple[object, ...]:
        names = sorted(repr((words(n.text), n.type, n.strength, words(n.language))) for n in of.names)
        programmes = sorted(repr(words(text)) for text in of.programmes)
        return of.entity_id, of.kind, names, programmes, of.listed_on, words(of.reasons)

    assert (fingerprint(one) == fingerprint(other)) == (said(one) == said(other))


def test_a_load_tells_what_it_added_removed_and_changed(home: Home) -> None:
    first = entities(5)
    second = [*first[1:4], entity("00004", "Another Name"), entity("00009"), entity("00010")]
    with ListStore.open(home) as store:
        assert store.load("xx_test", first).added == 5
        result = store.load("xx_test", second)
    assert (result.added, result.removed, result.changed) == (2, 1, 1)
    assert (result.entities, result.names, result.is_new) == (6, 12, True)


def test_unchanged_records_are_stored_once(home: Home) -> None:
    with ListStore.open(home) as store:
        store.load("xx_test", entities(100))
        store.load("xx_test", [*entities(100), entity("new")])
    with duckdb.connect(home.store, read_only=True) as connection:
        assert connection.execute("select count(*) from records").fetchone() == (101,)


def test_a_record_that_comes_back_is_in_both_its_times_and_not_between(home: Home) -> None:
    one, other = entity("1"), entity("2")
    with ListStore.open(home) as store:
        ids = [
            store.load("xx_test", version).snapshot_id for version in ([one, other], [other], [one, other])
        ]
        assert [len(list(store.entities_at(snapshot_id))) for snapshot_id in ids] == [2, 1, 2]


def test_a_snapshot_keeps_what_proves_its_origin(home: Home) -> None:
    files = (SourceFile("list.xml", 12, "ab" * 32),)
    before = dt.datetime.now(dt.UTC)
    with ListStore.open(home) as store:
        store.load("xx_test", entities(2), files=files, published_on=dt.date(2025, 4, 19), notes=["odd"])
    with ListStore.read(home) as store:
        (snapshot,) = store.snapshots()
    assert snapshot.files == files
    assert snapshot.published_on == dt.date(2025, 4, 19)
    assert snapshot.notes == ("odd",)
    assert before <= snapshot.loaded_at <= dt.datetime.now(dt.UTC)
    assert (snapshot.entities, snapshot.names) == (2, 4)


def test_the_same_records_again_change_nothing_on_disk(home: Home) -> None:
    with ListStore.open(home) as store:
        store.load("xx_test", entities(50), files=[SourceFile("a.xml", 1, "00" * 32)])
    before = files_of(home.path)
    with ListStore.open(home) as store:
        again = store.load("xx_test", reversed(entities(50)), files=[SourceFile("b.xml", 2, "11" * 32)])
    assert not again.is_new
    assert again.snapshot_id == 1
    assert files_of(home.path) == before


def test_a_list_that_breaks_off_half_way_writes_nothing(home: Home) -> None:
    def broken() -> Iterator[ListedEntity]:
        yield entity("new")
        raise EOFError("the file ends here")

    with ListStore.open(home) as store:
        store.load("xx_test", entities(3))
    before = files_of(home.path)
    with ListStore.open(home) as store:
        with pytest.raises(EOFError):
            store.load("xx_test", broken())
        assert list(store.current_entities()) == entities(3)
    assert files_of(home.path) == before


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ([], "xx_test: the files hold no entity, so nothing was loaded; fetch the list again"),
        (
            [entity("7"), entity("8"), entity("7", "Other Name")],
            "xx_test: entity 7 appears twice, so nothing was loaded; fetch the list again",
        ),
        ([entity("7", list_id="yy_test")], "xx_test: entity 7 says it is of the list yy_test"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused(
    home: Home, version: list[ListedEntity], sentence: str
) -> None:
    with ListStore.open(home) as store:
        with pytest.raises(StoreError) as error:
            store.load("xx_test", version)
        assert str(error.value) == sentence
        assert store.snapshots() == []


def test_an_unknown_snapshot_is_said_to_be_unknown(home: Home) -> None:
    with ListStore.open(home) as store, pytest.raises(StoreError, match="there is no snapshot 3; 0 are kept"):
        store.entities_at(3)


def test_a_second_loading_process_is_told_which_process_is_loading(home: Home) -> None:
    loading = "import sys; from lists.home import Home; from lists.store import ListStore\n"
    loading += (
        "with ListStore.open(Home.locate(sys.argv[1])):\n    print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", loading, str(home.path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"open"
        with pytest.raises(StoreBusy) as error, ListStore.open(home):
            pass
        assert (
            str(error.value)
            == f"another process is loading lists (pid {process.pid}); try again when it ends"
        )
        with pytest.raises(StoreBusy, match="another process has"), ListStore.read(home):
            pass
        process.communicate()
        assert process.returncode == 0
    with ListStore.open(home) as store:
        assert store.load("xx_test", entities(1)).is_new


def test_a_short_look_into_the_store_does_not_make_a_load_fail(home: Home) -> None:
    with ListStore.open(home) as store:
        store.load("xx_test", entities(1))
    looking = "import sys, time; from lists.home import Home; from lists.store import ListStore\n"
    looking += (
        "with ListStore.read(Home.locate(sys.argv[1])):\n    print('open', flush=True); time.sleep(0.3)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", looking, str(home.path)], cwd=PROJECT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with ListStore.open(home) as store:
            assert store.load("xx_test", entities(2)).added == 1


def test_reading_a_store_that_is_not_there_says_how_to_get_one(home: Home) -> None:
    with (
        pytest.raises(
            StoreError,
            match=r"no list was ever loaded into .*; load one: cordon lists refresh, or cordon lists load",
        ),
        ListStore.read(home),
    ):
        pass
    assert not home.lists.exists()


def test_a_store_of_a_newer_cordon_is_refused_and_left_alone(home: Home) -> None:
    with ListStore.open(home):
        pass
    with duckdb.connect(home.store) as connection:
        connection.execute("update schema_version set version = 99")
    before = files_of(home.path)
    with (
        pytest.raises(StoreError, match=r"newer Cordon \(schema 99, this one knows 1\); update Cordon"),
        ListStore.open(home),
    ):
        pass
    assert files_of(home.path) == before


def test_a_database_of_another_program_is_refused(home: Home) -> None:
    home.lists.mkdir(parents=True)
    with duckdb.connect(home.store) as connection:
        connection.execute("create table theirs (a integer)")
    with pytest.raises(StoreError, match="is a database of another program"), ListStore.open(home):
        pass


@pytest.mark.parametrize("content", [b"", b"not a database", b"\0" * 20_000])
def test_a_damaged_store_is_refused_with_what_to_do(home: Home, content: bytes) -> None:
    home.lists.mkdir(parents=True)
    home.store.write_bytes(content)
    with (
        pytest.raises(StoreError, match=r"lists\.duckdb cannot be opened .* restore it from a backup"),
        ListStore.open(home),
    ):
        pass
    assert home.store.read_bytes() == content


def test_a_home_that_is_a_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(HomeError, match=r"cannot write to the home .*file.* choose another home with --home"),
        ListStore.open(Home.locate(tmp_path / "file")),
    ):
        pass
