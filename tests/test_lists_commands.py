"""The commands on lists, as a person or a program sees them: refresh, status, history and diff."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from listed import entity, un_list
from server import Server, content, serving, status

from jobs.cli import main
from jobs.failures import ExitCode
from lists.home import Home
from lists.store import ListStore


class Answer(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: Server) -> Path:
    address = server.serve("/un", content(un_list(["VLi.001", "VLi.002"])))
    (tmp_path / "cordon.toml").write_text(
        f'[lists]\nenabled = ["un_sc"]\n[lists.sources.un_sc]\naddress = "{address}"\n'
        "[lists.fetch]\nattempts = 1\n"
    )
    return tmp_path


@pytest.fixture
def cordon(home: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str) -> Answer:
        code = main([*arguments, "--home", str(home)])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run


def test_refresh_says_what_changed_and_then_that_nothing_did(cordon: Any) -> None:
    first = cordon("lists", "refresh", "--accept")
    assert first.code == ExitCode.OK
    assert "un_sc of 2026-01-02: 2 entities, 2 names; 2 added, 0 removed, 0 changed\n" in first.out
    assert "note: un_sc: un_sc has 2 entries; a complete list has" in first.err
    again = cordon("lists", "refresh")
    assert "the same content as before, nothing changed" in again.out
    assert (again.code, again.err) == (0, "")
    (result,) = json.loads(cordon("lists", "refresh", "un_sc", "--json").out)
    assert (result["outcome"], result["entities"], result["error"]) == ("unchanged", 2, None)
    assert f"watchlist in use: {result['version']}" in again.out


def test_a_refresh_that_fails_exits_with_an_error_and_says_what_stays(cordon: Any, server: Server) -> None:
    cordon("lists", "refresh", "--accept")
    server.serve("/un", status(200, b"<html>Maintenance</html>"))
    answer = cordon("lists", "refresh", "--json")
    assert answer.code == ExitCode.ERROR
    assert answer.err == (
        "cordon: un_sc: consolidated.xml, line 1: holds a web page, not an XML list; fetch it again; "
        "the version of 2026-01-02 stays in use.\n"
    )
    assert json.loads(answer.out)[0]["outcome"] == "failed"


def test_a_refresh_that_fails_before_anything_was_loaded_says_that_nothing_is_in_use(
    cordon: Any, server: Server
) -> None:
    server.serve("/un", status(404))
    answer = cordon("lists", "refresh")
    assert (answer.code, answer.out) == (ExitCode.ERROR, "")
    assert answer.err.endswith("; nothing of it is in use.\n")
    shown = cordon("lists", "status")
    assert "never loaded" in shown.out
    assert "un_sc: refresh failed at 20" in shown.out
    assert "answers 404 Not Found" in shown.out


def test_now_asks_a_server_that_is_being_left_alone(cordon: Any, server: Server) -> None:
    server.serve("/un", status(503, Retry_After="7200"))
    cordon("lists", "refresh")
    server.serve("/un", content(un_list(["VLi.001"])))
    assert "asked to be left alone until" in cordon("lists", "refresh", "--accept").err
    assert cordon("lists", "refresh", "--accept", "--now").code == ExitCode.OK


def test_an_unknown_list_is_refused_with_a_suggestion(cordon: Any) -> None:
    answer = cordon("lists", "refresh", "un_cs")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "cordon: there is no list 'un_cs'; did you mean un_sc?\n"


def test_the_status_shows_age_unread_elements_and_the_next_refresh(cordon: Any, server: Server) -> None:
    body = un_list(["VLi.001"]).replace(b"<UN_LIST_TYPE>", b"<SHOE_SIZE>44</SHOE_SIZE><UN_LIST_TYPE>")
    server.serve("/un", content(body))
    cordon("lists", "refresh", "--accept")
    (found,) = json.loads(cordon("lists", "status", "--json").out)
    assert found["not_understood"] == {"SHOE_SIZE": 1}
    assert found["next_refresh_at"] > found["fetched_at"] >= found["attempted_at"]
    assert (found["is_failing"], found["last_error"], found["published_on"]) == (False, None, "2026-01-02")
    headings, row, version = cordon("lists", "status").out.splitlines()
    assert headings.split() == "list published fetched age entities names unread next refresh state".split()
    assert row.split()[:2] == ["un_sc", "2026-01-02"]
    assert row.split()[6:9] == ["1", "1", "1"]
    assert row.endswith("in use")
    assert version == f"watchlist in use: {found['version']}"


def test_history_and_diff_show_what_changed_field_by_field(cordon: Any, home: Path) -> None:
    with ListStore.open(Home.locate(home)) as store:
        store.load("yy_test", [entity("1", list_id="yy_test")])
        for version in (
            [entity("1"), entity("2", reasons="Owns a quay in the port of Velm and a ship.")],
            [entity("2", "Nadia Osk", reasons="Owns two quays in the port of Velm and a ship."), entity("3")],
        ):
            store.load("xx_test", version)
    lines = cordon("lists", "history", "xx_test").out.splitlines()
    assert [line.split()[0] for line in lines] == ["snapshot", "2", "3"]
    history = json.loads(cordon("lists", "history", "--json").out)
    assert [(one["snapshot_id"], one["list_id"]) for one in history] == [
        (1, "yy_test"),
        (2, "xx_test"),
        (3, "xx_test"),
    ]
    shown = cordon("lists", "diff", "2", "3")
    assert shown.code == ExitCode.OK
    assert "1 added, 1 removed, 1 changed" in shown.out
    rows = [line.split() for line in shown.out.splitlines()]
    assert ["removed", "1", "Orlan", "Dvessik"] in rows
    assert ["added", "3", "Orlan", "Dvessik"] in rows
    assert "changed 2 Nadia Osk names Orlan Dvessik the Elder Nadia Osk the Elder" in [
        " ".join(row) for row in rows
    ]
    assert "Owns a quay in the port of ..." in shown.out
    assert cordon("lists", "diff", "--list", "xx_test").out == shown.out
    changes = json.loads(cordon("lists", "diff", "2", "3", "--json").out)
    assert changes["counts"] == {"added": 1, "removed": 1, "changed": 1}
    assert changes["added"] == [{"entity_id": "3", "kind": "person", "name": "Orlan Dvessik"}]
    (change,) = changes["changed"]
    assert change["entity_id"] == "2"
    assert change["fields"][-1] == {
        "field": "reasons",
        "old": ["Owns a quay in the port of Velm and a ship."],
        "new": ["Owns two quays in the port of Velm and a ship."],
    }


def test_names_in_a_difference_cannot_steer_the_terminal(cordon: Any, home: Path) -> None:
    with ListStore.open(Home.locate(home)) as store:
        store.load("xx_test", [entity("1")])
        store.load("xx_test", [entity("1", reasons="a \x1b[2J\u202e b"), entity("2", "Ev\x1b[31mil")])
    out = cordon("lists", "diff", "1", "2").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "Ev<U+001B>[31mil" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["1"], "give either two snapshots, as OLD and NEW, or --list LIST"),
        ([], "give either two snapshots, as OLD and NEW, or --list LIST"),
        (["1", "2", "--list", "xx_test"], "give either two snapshots, as OLD and NEW, or --list LIST"),
        (["1", "9"], "there is no snapshot 9; 2 are kept"),
        (["1", "2"], "snapshot 1 is of xx_test and snapshot 2 is of yy_test; give two of the same list"),
        (
            ["--list", "xx_test"],
            "xx_test has 1 snapshot in this home, and two are needed; see: cordon lists history",
        ),
        (["one", "2"], "Invalid value for 'OLD': Input should be a valid integer"),
    ],
)
def test_a_difference_that_cannot_be_had_says_why(
    cordon: Any, home: Path, arguments: list[str], sentence: str
) -> None:
    with ListStore.open(Home.locate(home)) as store:
        store.load("xx_test", [entity("1")])
        store.load("yy_test", [entity("1", list_id="yy_test")])
    answer = cordon("lists", "diff", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err
    assert answer.err.count("\n") == 1
