"""What was known on a day: a past watchlist is asked, and a recorded screening repeated."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from ledgers import LISTED, ask, home_in, screen
from watchlists import COMPANY, VESSEL, WATCHLIST, publish_in

from engine import Subject
from engine.ledger import LedgerError, as_of
from engine.ledger.as_of import parse_moment, replay, screener_at, version_at
from engine.screening import Outcome
from jobs.cli import main
from lists.home import Home
from lists.manifest import Manifest
from lists.publish import NotPublished, version_names

DAYS = ("2024-02-20T10:00:00+00:00", "2024-02-23T10:00:00+00:00")


pytestmark = pytest.mark.usefixtures("released")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Without the person until 2024-02-23."""
    home = home_in(tmp_path, entities=[VESSEL, COMPANY])
    versions = [*version_names(home), publish_in(home, WATCHLIST)]
    for name, day in zip(versions, DAYS, strict=True):
        change_manifest(home, name, created_at=dt.datetime.fromisoformat(day))
    return home


def change_manifest(home: Home, version: str, **fields: Any) -> None:
    path = home.published / version / "manifest.json"
    manifest = Manifest.model_validate_json(path.read_bytes()).model_copy(update=fields)
    path.write_text(manifest.model_dump_json(), encoding="utf-8")


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        ("2024-02-20", Outcome.CLEAR),
        ("2024-02-21", Outcome.CLEAR),
        ("2024-02-23T09:59Z", Outcome.CLEAR),
        ("2024-02-23", Outcome.ALERT),
        ("2024-02-23T12:00+02:00", Outcome.ALERT),
        ("2026-01-01", Outcome.ALERT),
    ],
)
def test_a_past_day_is_screened_with_the_watchlist_of_that_day(
    home: Home, day: str, outcome: Outcome
) -> None:
    with screener_at(home, parse_moment(day)) as screener:
        assert screener.screen(Subject.parse(name=LISTED)).outcome is outcome
    assert not (home.path / "regions" / "default" / "journal").exists()


def test_a_day_before_the_first_watchlist_is_an_error_and_never_clear(home: Home) -> None:
    with (
        pytest.raises(NotPublished, match="the oldest that is kept is of 2024-02-20 10:00 UTC"),
        screener_at(home, parse_moment("2024-02-19")),
    ):
        pass


def test_a_past_watchlist_that_was_changed_since_proves_nothing(home: Home) -> None:
    path = home.published / version_at(home, parse_moment("2024-02-24")) / "plain_value.npy"
    path.write_bytes(bytes(path.stat().st_size))
    with (
        pytest.raises(NotPublished, match=r"plain_value\.npy was changed"),
        screener_at(home, parse_moment("2024-02-24")),
    ):
        pass


def test_the_command_takes_a_day(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["screen", LISTED, "--home", str(home.path), "--as-of"]
    assert main([*given, "2024-02-21"]) == 0
    assert "this answer is not recorded" in capsys.readouterr().err
    assert main([*given, "2024-02-24"]) == 1
    assert main([*given, "2023-01-01"]) == 2
    capsys.readouterr()
    assert main([*given, "yesterday"]) == 2
    assert "--as-of: takes a day such as 2024-02-21" in capsys.readouterr().err


def test_a_recorded_screening_gives_the_same_answer_again(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    screen(home, subject_id="C1", birth_date="1961-04-03", countries=["SY"])
    screen(home, "Nobody Atall")
    publish_in(home, [VESSEL])
    events = [event for (event,) in ask(home, "select screening_id from screenings order by 1")]
    for event in events:
        done = replay(event, home)
        assert done.same, done.explanation
        assert done.explanation == "the same answer with the watchlist of its day"
    assert replay(events[0], home).recorded[0][1] == "person"
    assert main(["ledger", "replay", events[0], "--home", str(home.path)]) == 0
    assert "the same answer" in capsys.readouterr().out


def test_a_replay_says_which_version_is_missing(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    screening = screen(home, subject_id="C1")
    home.config.write_text("[screening]\nthreshold = 0.2\nfeatures = []\n")
    done = replay("w1-2", home)
    assert done.same is not False
    assert "the policy was" in done.explanation
    publish_in(home, [VESSEL])
    shutil.rmtree(home.published / screening.watchlist_version)
    assert main(["ledger", "replay", "w1-2", "--json", "--home", str(home.path)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["same"] is None
    assert f"the watchlist {screening.watchlist_version} is no longer kept" in told["explanation"]


def test_a_watchlist_with_an_index_of_an_older_cordon_is_indexed_anew(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen(home, subject_id="C1")
    monkeypatch.setattr(as_of, "FORMAT", "of a newer Cordon")
    assert replay("w1-2", home).same
    assert not list(home.published.glob(".as-of-*"))


@pytest.mark.parametrize(
    ("event", "problem"),
    [("w9-1", "there is no event w9-1"), ("one", "is no event"), ("w1-1", "an event of the type opened")],
)
def test_what_is_no_screening_cannot_be_repeated(home: Home, event: str, problem: str) -> None:
    screen(home)
    with pytest.raises(LedgerError, match=problem):
        replay(event, home)
