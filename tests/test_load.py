"""Loading an official list by hand: from its files to the watchlist in use, and what a failure says."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import PROJECT, shared
from listed import INDEX_FORMAT, build_index, files_of

from jobs.load import load_list
from jobs.status import ListStatus, list_status
from lists.acceptance import Refused
from lists.home import Home, HomeError
from lists.publish import NotPublished, open_published, publish
from lists.source import SourceError, UnknownList, source
from lists.store import ListStore
from lists.store_file import StoreBusy, StoreError

# The lists here are far shorter than complete ones.
load_short = functools.partial(load_list, accept=True)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.locate(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "ofac"
    path.mkdir()
    return path


def write_ofac(folder: Path, people: dict[int, str]) -> Path:
    """A folder with an OFAC SDN list of these people: no header, nulls and an end mark, as OFAC has them."""
    rows = [
        f'{number},"{name}","individual","SDGT",{",".join(["-0- "] * 7)},"DOB 04 Apr 1961."'
        for number, name in people.items()
    ]
    (folder / "sdn.csv").write_bytes("".join(f"{row}\r\n" for row in rows).encode() + b"\x1a")
    (folder / "alt.csv").write_bytes(b"\x1a")
    return folder


def write_un(path: Path, references: list[str], generated: str) -> Path:
    people = "".join(
        f"<INDIVIDUAL><FIRST_NAME>Orlan</FIRST_NAME><SECOND_NAME>{reference}</SECOND_NAME>"
        f"<UN_LIST_TYPE>Velm</UN_LIST_TYPE><REFERENCE_NUMBER>{reference}</REFERENCE_NUMBER></INDIVIDUAL>"
        for reference in references
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="{generated}">'
        f"<INDIVIDUALS>{people}</INDIVIDUALS><ENTITIES></ENTITIES></CONSOLIDATED_LIST>"
    )
    return path


def listed_ids(home: Home) -> list[str]:
    with open_published(home) as published:
        published.verify()
        return [published.entity(index).entity_id for index in range(len(published))]


def test_a_loaded_list_is_in_use(home: Home, folder: Path) -> None:
    report = load_short(home, "us_ofac_sdn", write_ofac(folder, {7: "DVESSIK, Orlan", 8: "MARROC, Tilde"}))
    assert (report.list_id, report.title) == ("us_ofac_sdn", source("us_ofac_sdn").title)
    assert (report.entities, report.names, report.added, report.removed, report.changed) == (2, 2, 2, 0, 0)
    assert report.is_new
    assert report.is_published
    assert listed_ids(home) == ["7", "8"]
    with open_published(home) as published:
        assert published.version == report.version
        assert published.manifest.lists[0].files[0].size == (folder / "sdn.csv").stat().st_size
    assert json.loads(report.model_dump_json())["snapshot_id"] == 1


def test_loading_the_same_content_twice_changes_nothing(home: Home, folder: Path) -> None:
    first = load_short(home, "us_ofac_sdn", write_ofac(folder, {7: "DVESSIK, Orlan", 8: "MARROC, Tilde"}))
    before = files_of(home.path)
    again = load_short(home, "us_ofac_sdn", write_ofac(folder, {8: "MARROC, Tilde", 7: "DVESSIK,  Orlan"}))
    assert files_of(home.path) == before
    assert (again.is_new, again.is_published, again.version) == (False, False, first.version)
    assert (again.snapshot_id, again.added, again.changed, again.removed) == (first.snapshot_id, 0, 0, 0)


def test_a_new_version_of_a_list_replaces_the_one_before_and_no_other_list(
    home: Home, tmp_path: Path
) -> None:
    load_short(home, "un_sc", write_un(tmp_path / "un.xml", ["VLi.001"], "2026-01-02T03:04:05Z"))
    (tmp_path / "ofac").mkdir()
    load_short(home, "us_ofac_sdn", write_ofac(tmp_path / "ofac", {7: "DVESSIK, Orlan", 8: "MARROC, Tilde"}))
    report = load_short(home, "us_ofac_sdn", write_ofac(tmp_path / "ofac", {8: "MARROC, Til", 9: "OSK, Ana"}))
    assert (report.added, report.removed, report.changed) == (1, 1, 1)
    assert listed_ids(home) == ["VLi.001", "8", "9"]


def test_a_list_that_is_not_complete_is_refused_until_a_person_accepts_it(home: Home, folder: Path) -> None:
    write_ofac(folder, {7: "DVESSIK, Orlan"})
    with pytest.raises(Refused, match=r"us_ofac_sdn has 1 entries; a complete list has .* with --accept"):
        load_list(home, "us_ofac_sdn", folder)
    assert not home.current.exists()
    report = load_list(home, "us_ofac_sdn", folder, accept=True)
    assert any("us_ofac_sdn has 1 entries; a complete list has" in warning for warning in report.warnings)


def test_what_a_person_accepted_is_not_asked_again_of_the_next_version(home: Home, folder: Path) -> None:
    load_list(home, "us_ofac_sdn", write_ofac(folder, {7: "DVESSIK, Orlan"}), accept=True)
    assert load_list(home, "us_ofac_sdn", write_ofac(folder, {7: "DVESSIK, Orlan Tam"})).changed == 1


def test_a_list_that_lost_many_entries_is_refused_until_a_person_accepts_it(home: Home, folder: Path) -> None:
    people = {number: f"DVESSIK, Orlan {number}" for number in range(1, 101)}
    load_short(home, "us_ofac_sdn", write_ofac(folder, people))
    some = load_short(home, "us_ofac_sdn", write_ofac(folder, {n: people[n] for n in range(1, 95)}))
    write_ofac(folder, {n: people[n] for n in range(1, 71)})
    with pytest.raises(Refused, match="these files hold 70 entities; those they replace held 94"):
        load_list(home, "us_ofac_sdn", folder)
    assert len(listed_ids(home)) == 94
    few = load_short(home, "us_ofac_sdn", folder)
    lost = {
        "these files hold 70 entities; those they replace held 94",
        "these files hold 70 names; those they replace held 94",
    }
    assert lost <= set(few.warnings)
    assert not [warning for warning in some.warnings if "they replace" in warning]


def test_an_older_file_than_the_one_in_use_is_refused_until_a_person_accepts_it(
    home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "un.xml"
    new = load_short(home, "un_sc", write_un(path, ["VLi.001", "VLi.002"], "2026-01-02T03:04:05Z"))
    sentence = "these files are of 2025-12-31, older than those of 2026-01-02 that they replace"
    write_un(path, ["VLi.001"], "2025-12-31T03:04:05Z")
    with pytest.raises(Refused, match=sentence):
        load_list(home, "un_sc", path)
    old = load_short(home, "un_sc", path)
    assert sentence in old.warnings
    assert sentence not in new.warnings
    assert listed_ids(home) == ["VLi.001"]


def test_an_ofac_file_without_its_end_mark_may_be_cut(home: Home, folder: Path) -> None:
    load_short(home, "us_ofac_sdn", write_ofac(folder, {7: "DVESSIK, Orlan"}))
    file = folder / "sdn.csv"
    file.write_bytes(file.read_bytes().removesuffix(b"\x1a"))
    with pytest.raises(Refused, match=r"sdn.csv lacks the end mark of OFAC's files, so it may be cut"):
        load_list(home, "us_ofac_sdn", folder)


@pytest.mark.parametrize("content", [b"", b"\x1a", b"<html><body>Maintenance</body></html>", b"7,cut"])
def test_a_bad_file_is_refused_and_the_list_in_use_stays(home: Home, folder: Path, content: bytes) -> None:
    load_short(home, "us_ofac_sdn", write_ofac(folder, {7: "DVESSIK, Orlan"}))
    before = files_of(home.path)
    (folder / "sdn.csv").write_bytes(content)
    with pytest.raises((SourceError, StoreError), match="us_ofac_sdn: "):
        load_short(home, "us_ofac_sdn", folder)
    assert files_of(home.path) == before


def test_an_unknown_list_is_refused_before_anything_is_created(home: Home, folder: Path) -> None:
    with pytest.raises(UnknownList, match="us_ofac_sdn"):
        load_short(home, "us_ofac_sdm", folder)
    assert not home.path.exists()


def test_a_load_that_died_before_it_published_is_completed_by_the_next(home: Home, folder: Path) -> None:
    load_short(home, "us_ofac_sdn", write_ofac(folder, {7: "DVESSIK, Orlan"}))
    parsed = source("us_ofac_sdn").parse(write_ofac(folder, {8: "MARROC, Tilde"}))
    with ListStore.open(home) as store:
        store.load("us_ofac_sdn", parsed.entities, files=parsed.files)
    assert listed_ids(home) == ["7"]
    (status,) = list_status(home)
    assert (status.snapshot_id, status.unpublished_snapshot_id) == (1, 2)
    report = load_short(home, "us_ofac_sdn", folder)
    assert (report.is_new, report.is_published) == (False, True)
    assert listed_ids(home) == ["8"]
    assert list_status(home)[0].unpublished_snapshot_id is None


def test_progress_goes_from_reading_to_publishing(home: Home, folder: Path) -> None:
    seen: list[tuple[str, int]] = []
    people = {number: f"DVESSIK, Orlan {number}" for number in range(1, 601)}
    load_short(home, "us_ofac_sdn", write_ofac(folder, people), on_progress=lambda *step: seen.append(step))
    assert [stage for stage, _ in seen] == ["reading", "reading", "reading", "storing", "publishing"]
    counts = [count for _, count in seen]
    assert counts == sorted(counts)
    assert counts[-1] == 600


def test_the_status_tells_what_is_in_use_and_how_old_it_is(home: Home, tmp_path: Path) -> None:
    assert list_status(home) == []
    path = write_un(tmp_path / "un.xml", ["VLi.001", "VLi.002"], "2026-01-02T03:04:05Z")
    report = load_short(home, "un_sc", path)
    home.config.write_text("[lists]\nstale_after_hours = 12\n")

    def after(hours: float) -> ListStatus:
        (status,) = list_status(home, now=loaded_at + dt.timedelta(hours=hours))
        return status

    with open_published(home) as published:
        loaded_at = published.manifest.lists[0].loaded_at
    status = after(11.5)
    assert (status.list_id, status.title) == ("un_sc", source("un_sc").title)
    assert (status.published_on, status.loaded_at) == (dt.date(2026, 1, 2), loaded_at)
    assert (status.entities, status.names, status.snapshot_id) == (2, 2, report.snapshot_id)
    assert (status.version, status.unpublished_snapshot_id) == (report.version, None)
    assert (status.age_hours, status.is_stale) == (11.5, False)
    assert after(12.5).is_stale
    assert json.loads(status.model_dump_json())["published_on"] == "2026-01-02"


def test_a_list_loaded_and_never_published_is_shown_as_not_in_use(home: Home, folder: Path) -> None:
    parsed = source("us_ofac_sdn").parse(write_ofac(folder, {8: "MARROC, Tilde"}))
    with ListStore.open(home) as store:
        store.load("us_ofac_sdn", parsed.entities, files=parsed.files)
    (status,) = list_status(home)
    assert (status.version, status.unpublished_snapshot_id, status.entities) == (None, 1, 1)


def test_the_status_of_a_damaged_publication_is_an_error_and_not_an_empty_table(
    home: Home, folder: Path
) -> None:
    load_short(home, "us_ofac_sdn", write_ofac(folder, {7: "DVESSIK, Orlan"}))
    home.current.write_text("nonsense")
    with pytest.raises(NotPublished, match="load a list again"):
        list_status(home)


# Stops between reading and storing until the test lets it go on.
LOADING = "import sys; from jobs.load import load_list; "
LOADING += "load_list(sys.argv[1], 'us_ofac_sdn', sys.argv[2], accept=True, "
LOADING += (
    "on_progress=lambda stage, _: (print(stage, flush=True), stage == 'storing' and sys.stdin.readline()))"
)


def test_while_one_process_loads_another_is_told_so_and_the_status_still_answers(
    home: Home, folder: Path, tmp_path: Path
) -> None:
    un = write_un(tmp_path / "un.xml", ["VLi.001"], "2026-01-02T03:04:05Z")
    load_short(home, "un_sc", un)
    with subprocess.Popen(
        [sys.executable, "-c", LOADING, str(home.path), str(write_ofac(folder, {7: "DVESSIK, Orlan"}))],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != b"storing":
            assert process.poll() is None
        with pytest.raises(StoreBusy, match=rf"another process is loading lists \(pid {process.pid}\)"):
            load_short(home, "un_sc", un)
        assert [status.list_id for status in list_status(home)] == ["un_sc"]
        process.communicate(b"\n")
        assert process.returncode == 0
    assert listed_ids(home) == ["VLi.001", "7"]


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write anywhere, so for a while it is nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs permissions as Unix has them")
@pytest.mark.parametrize("part", ["", "lists", "lists/published", "lists/lists.duckdb", "lists/lists.lock"])
def test_a_home_that_cannot_be_written_is_an_error_that_says_where(folder: Path, part: str) -> None:
    with tempfile.TemporaryDirectory() as place:  # tmp_path is closed to others, nobody included
        Path(place).chmod(0o755)
        home = Home.locate(Path(place) / "home")
        load_short(home, "us_ofac_sdn", write_ofac(folder, {7: "DVESSIK, Orlan"}))
        for path in (home.path, *home.path.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        read_only = home.path / part
        if not part:
            home = Home.locate(home.path / "new" / "home")
        parsed = list(source("us_ofac_sdn").parse(write_ofac(folder, {8: "MARROC, Tilde"})).entities)
        read_only.chmod(0o555 if read_only.is_dir() else 0o444)
        with as_nobody(), pytest.raises(HomeError) as error, ListStore.open(home) as store:
            store.load("us_ofac_sdn", parsed)
            publish(home, store, build_index, index_format=INDEX_FORMAT).close()
        assert "cannot" in str(error.value)
        assert str(read_only) in str(error.value)
        assert "--home" in str(error.value)


def test_the_real_lists_are_kept_and_published_completely(home: Home) -> None:
    paths = {
        "us_ofac_sdn": shared("lists/us_ofac_sdn/csv-2023-12-28"),
        "un_sc": shared("lists/un_sc/xml-2025-04-19.xml"),
    }
    parsed = {list_id: list(source(list_id).parse(path).entities) for list_id, path in paths.items()}
    with ListStore.open(home) as store:
        snapshots = {list_id: store.load(list_id, listed) for list_id, listed in parsed.items()}
        for list_id, listed in parsed.items():
            found = store.entities_at(snapshots[list_id].snapshot_id)
            assert list(found) == sorted(listed, key=lambda one: one.entity_id)
        publish(home, store, build_index, index_format=INDEX_FORMAT).close()
    with open_published(home) as published:
        published.verify()
        assert len(published) == 13_821 + 877
        assert published.manifest.names == sum(snapshot.names for snapshot in snapshots.values())
