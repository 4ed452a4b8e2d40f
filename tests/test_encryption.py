"""What tells of a person lies encrypted in the ledger, and whoever has the key reads it as before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from conftest import PROJECT
from ledgers import LISTED, ask, events, forget, home_in, screen

from engine import Screener
from engine.ledger import LedgerError, decisions, verify
from engine.ledger.as_of import replay
from engine.ledger.layout import Region
from engine.ledger.matches import MatchFilter, matches
from engine.ledger.views import rows_of
from engine.privacy.keys import Keys, keys_of
from lists.home import Home

OLD = PROJECT / "tests" / "ledger_before_keys"
MARKED = "Orlan Dvessik Quibberly"
FIELDS = {"birth_date": "1961-07-19", "countries": ["SY"], "addresses": ["7 Marked Mews, Port Velm"]}


pytestmark = pytest.mark.usefixtures("released")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_in(tmp_path, "[decisions]\nfour_eyes = false\n")


def test_no_personal_field_lies_in_the_journal_or_a_sealed_file_as_it_is(home: Home) -> None:
    screen(home, MARKED, subject_id="C1", **FIELDS)
    frame = pl.DataFrame({"subject_id": ["C2"], "name": [MARKED], "addresses": [FIELDS["addresses"]]})
    Screener.open(home).screen_frame(frame)
    (match, *_) = matches(MatchFilter(subject_id="C1"), home)
    decisions.decide(
        match.match_id,
        "false_positive",
        actor="alice",
        reason="different_place",
        note="the Quibberly of the Mews",
        home=home,
    )
    region = Region.of(home)
    content = b"".join(path.read_bytes() for path in region.path.rglob("*") if path.is_file())
    sealed = "".join(
        pl.read_parquet(path).select("personal").to_series().str.join("").item()
        for path in region.matches.rglob("*.parquet")
    )
    for word in ("Quibberly", "Marked Mews", "1961-07-19"):
        assert word.encode() not in content
        assert word not in sealed


def test_views_replay_and_decisions_read_what_is_encrypted(home: Home) -> None:
    screen(home, MARKED, subject_id="C1", **FIELDS)
    Screener.open(home).screen_frame(pl.DataFrame({"subject_id": ["C2"], "name": [MARKED]}))
    rows = ask(home, "select subject_id, subject_name, subject, evidence from matches order by 1")
    assert [(row[0], row[1]) for row in rows] == [("C1", MARKED), ("C2", MARKED)]
    assert json.loads(rows[0][2])["addresses"] == FIELDS["addresses"]
    assert all(json.loads(row[3])[0]["sentence"] for row in rows)
    assert ask(home, "select subject_id, subject_name from match_states order by 1") == [
        ("C1", MARKED),
        ("C2", MARKED),
    ]
    (screened,) = [event for event in events(home) if event["type"] == "screened"]
    assert replay(f"w1-{screened['seq']}", home).same is True


def test_a_decision_that_reopens_shows_what_changed(home: Home) -> None:
    screen(home, MARKED, subject_id="C1", birth_date="1961-04-03")
    (match, *_) = matches(MatchFilter(subject_id="C1"), home)
    decisions.decide(
        match.match_id, "false_positive", actor="alice", reason="different_place", note="seen", home=home
    )
    assert screen(home, MARKED, subject_id="C1", birth_date="1961-04-03").outcome == "clear"
    screen(home, MARKED, subject_id="C1", birth_date="1961-04-04")
    (again, *_) = matches(MatchFilter(subject_id="C1"), home)
    assert again.state == "reopened"
    assert again.changes == (
        {"record": "customer", "field": "birth_date", "old": ["1961-04-03"], "new": ["1961-04-04"]},
    )
    assert ask(home, "select note from decisions order by revision") == [("seen",), (None,)]


def test_a_ledger_verifies_without_its_keys_and_says_what_reading_it_needs(home: Home) -> None:
    screen(home, MARKED, subject_id="C1")
    before = verify(home)
    forget()
    shutil.rmtree(Region.of(home).keys)
    assert verify(home) == before
    with pytest.raises(LedgerError, match=r"keys is missing; restore it from a backup"):
        screen(home, MARKED, subject_id="C1")


def assert_unreadable(home: Home, count: int) -> None:
    """That many matches show nothing of whom they are of, and say why; and whoever needs it gets an error."""
    rows = ask(home, "select subject_name, subject, evidence, unreadable from matches")
    assert [row[:3] for row in rows] == [(None, None, None)] * count
    assert all("cannot be decrypted" in row[3] for row in rows)
    with pytest.raises(LedgerError, match="cannot be decrypted"):
        rows_of(Region.of(home), "select subject_name from matches")


@pytest.mark.parametrize("seen_by_verify", [True, False])
def test_what_is_put_in_another_events_place_is_noticed(home: Home, seen_by_verify: bool) -> None:
    for _ in range(2):
        screen(home, MARKED, subject_id="C1")
    forget()
    (journal,) = Region.of(home).journal.glob("2*/w1.ndjson")
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    lines[1]["personal"], lines[2]["personal"] = lines[2]["personal"], lines[1]["personal"]
    journal.write_text("".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in lines))
    if seen_by_verify:
        assert not verify(home).is_sound
    else:
        assert_unreadable(home, 2)


def test_a_row_that_is_put_in_another_rows_place_is_noticed(home: Home) -> None:
    frame = pl.DataFrame({"subject_id": ["C1", "C1"], "name": [MARKED, MARKED]})
    Screener.open(home).screen_frame(frame)
    (path,) = Region.of(home).matches.rglob("*.parquet")
    rows = pl.read_parquet(path)
    rows.with_columns(personal=rows["personal"].reverse()).write_parquet(path)
    assert_unreadable(home, 2)


def test_customers_without_a_reference_have_a_key_each(home: Home) -> None:
    for name in (MARKED, "Orlan Dvessik Brackenfold"):
        screen(home, name)
    assert [name for (name,) in ask(home, "select subject_name from matches order by 1")] == [
        "Orlan Dvessik Brackenfold",
        MARKED,
    ]
    keys = keys_of(Region.of(home))
    owners = [key for (key,) in ask(home, "select distinct subject_key from screenings")]
    assert len({keys.id_of(owner, "alert") for owner in owners}) == 2


@pytest.fixture
def old_home(home: Home) -> Home:
    """A home whose ledger was written before there were keys: C1 decided, C2 clear, C3 matched in a frame."""
    shutil.copytree(OLD, Region.of(home).path)
    return home


def test_a_ledger_from_before_there_were_keys_is_read_and_verified(old_home: Home) -> None:
    assert verify(old_home).is_sound
    assert ask(old_home, "select subject_id, subject_name from match_states order by 1") == [
        ("C1", LISTED),
        ("C3", "Orlan Petrovich Dvessik"),
    ]
    assert ask(old_home, "select note from decisions") == [("born later",)]
    assert not Region.of(old_home).keys.exists()


def test_a_ledger_from_before_there_were_keys_goes_on_encrypted(old_home: Home) -> None:
    before = ask(old_home, "select fingerprint from screenings where subject_id = 'C2'")
    screen(old_home, "Tamsin Quillfeather", subject_id="C2")
    assert ask(old_home, "select distinct fingerprint from screenings where subject_id = 'C2'") == before
    screen(old_home, subject_id="C1", birth_date="1961-04-04", countries=["SY"])
    (match,) = matches(MatchFilter(subject_id="C1"), old_home)
    assert match.state == "reopened"
    assert match.changes[0]["old"] == ["1961-04-03"]
    assert all(isinstance(event.get("personal", ""), str) for event in events(old_home)[6:])
    assert verify(old_home).is_sound


def test_a_key_that_was_written_by_half_is_overwritten(home: Home) -> None:
    keys = _keys(home)
    first = keys.writing("C1", "screening", durable=True)
    shard = next(path for path in (Region.of(home).keys / "subjects").iterdir() if path.stat().st_size)
    forget()
    with shard.open("ab") as file:
        file.write(b"\x01" * 40)
    again = _keys(home)
    found = again.reading("C1", "screening")
    assert found is not None
    nonce = b"n" * 12
    assert found.aead.encrypt(nonce, b"same", None) == first.aead.encrypt(nonce, b"same", None)
    for number in range(500):  # every file is added to
        again.writing(f"other {number}", "screening", durable=False)
    assert all(path.stat().st_size % 88 == 0 for path in shard.parent.iterdir())
    forget()
    assert all(_keys(home).reading(f"other {number}", "screening") for number in range(500))


def _keys(home: Home) -> Keys:
    keys = keys_of(Region.of(home))
    keys.establish()
    return keys
