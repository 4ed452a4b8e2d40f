"""The watchlist in use is the newest complete one; without a sound one nobody is ever taken for clear."""

from __future__ import annotations

from pathlib import Path

import pytest
from watchlists import WATCHLIST, ids, listed, publish_in

import engine.screener
from engine import Outcome, Screener, Subject, WatchlistNotReady, screen


def test_no_watchlist_is_never_clear(tmp_path: Path) -> None:
    with pytest.raises(WatchlistNotReady, match="no watchlist is published"):
        Screener.open(tmp_path)
    with pytest.raises(WatchlistNotReady, match="no watchlist is published"):
        screen("Orlan Dvessik", home=tmp_path)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish_in(tmp_path, WATCHLIST)
    return tmp_path


def test_a_published_watchlist_is_screened_against(home: Path) -> None:
    assert screen("Orlan Dvessik", home=home).outcome is Outcome.ALERT
    assert Screener.open(home).screen(Subject.parse(name="Tamsin Trading")).outcome is Outcome.ALERT


def test_a_newly_published_version_is_in_use_from_the_next_call_on(home: Path) -> None:
    before = screen("Pavel Morrow", home=home)
    version = publish_in(home, [*WATCHLIST, listed("new", "Pavel Morrow")])
    after = screen("Pavel Morrow", home=home)
    assert (before.outcome, after.outcome) == (Outcome.CLEAR, Outcome.ALERT)
    assert after.watchlist_version == version != before.watchlist_version


def test_an_open_screener_keeps_its_version(home: Path) -> None:
    screener = Screener.open(home)
    publish_in(home, [listed("new", "Pavel Morrow")])
    assert ids(screener, name="Orlan Dvessik") == ["person"]
    assert ids(screener, name="Pavel Morrow") == []


def version_folder(home: Path) -> Path:
    return home / "lists" / "published" / (home / "lists" / "CURRENT").read_text().strip()


@pytest.mark.parametrize(
    "name",
    [
        "entities.ndjson",
        "tokens.txt",
        "key_hash.npy",
        "plain_value.npy",
        "name_entity.npy",
        "manifest.json",
    ],
)
@pytest.mark.parametrize("damage", ["missing", "cut", "empty"])
def test_a_damaged_watchlist_is_never_clear(home: Path, name: str, damage: str) -> None:
    path = version_folder(home) / name
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(content[: len(content) // 2] if damage == "cut" else b"")
    with pytest.raises(WatchlistNotReady, match="lists"):
        Screener.open(home).screen(Subject.parse(name="Orlan Dvessik"))


@pytest.mark.parametrize("name", ["key_hash.npy", "plain_value.npy", "token_rarity.npy", "name_entity.npy"])
def test_a_watchlist_overwritten_with_zeros_is_never_clear(home: Path, name: str) -> None:
    path = version_folder(home) / name
    path.write_bytes(bytes(len(path.read_bytes())))
    with pytest.raises(WatchlistNotReady, match=f"{name} was changed .*; load a list again"):
        Screener.open(home)


def test_an_entity_changed_by_hand_is_never_clear(home: Path) -> None:
    path = version_folder(home) / "entities.ndjson"
    path.write_bytes(path.read_bytes().replace(b'"kind":"person"', b'"kind":"parson"'))
    with pytest.raises(WatchlistNotReady, match="changed"):
        Screener.open(home).screen(Subject.parse(name="Orlan Dvessik"))


def test_an_index_of_another_format_is_not_misread(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.screener, "FORMAT", "another")
    with pytest.raises(WatchlistNotReady, match="another version of Cordon"):
        Screener.open(home)
