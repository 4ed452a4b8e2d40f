"""A damaged key is that customer's trouble: everybody else is shown, it is named, and nothing is lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
from ledgers import LISTED, ask, forget, home_in, screen

from engine import Screener
from engine.ledger import LedgerError, decisions, verify
from engine.ledger.layout import Region
from engine.ledger.matches import MatchFilter, matches
from engine.privacy.erasure import apply_retention, erase, hold, holds
from engine.privacy.export import export
from engine.privacy.keys import keys_of
from engine.privacy.rotation import rotate, status
from engine.privacy.shards import RECORD_BYTES, SHARDS
from jobs.cli import app
from jobs.failures import ExitCode, run
from lists.home import Home

pytestmark = pytest.mark.usefixtures("released")

OLD = Path(__file__).parent / "ledger_before_keys"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with C1, C2 and C3, who each have a match."""
    home = home_in(tmp_path, "[decisions]\nfour_eyes = false\n")
    for number in (1, 2, 3):
        screen(home, subject_id=f"C{number}")
    forget()
    return home


def place_of(home: Home, subject: str) -> tuple[Path, int]:
    """Where the key of a subject's alerts is: the file, and the place in it."""
    region = Region.of(home)
    tag = keys_of(region).tag_of(subject, "alert")
    forget()
    path = region.keys / "subjects" / f"{tag[0] % SHARDS:x}.keys"
    return path, path.read_bytes().index(tag)


@contextmanager
def damaged(home: Home, subject: str, at: int = RECORD_BYTES - 1) -> Iterator[None]:
    """While a byte of a subject's key is another one."""
    path, start = place_of(home, subject)
    before = path.read_bytes()
    content = bytearray(before)
    content[start + at] ^= 1
    path.write_bytes(content)
    yield
    forget()
    path.write_bytes(before)


def cordon(home: Home, *arguments: str) -> int:
    return run(app, [*arguments, "--home", str(home.path)])


# The tag of whose it is, the key's id, the generation of the region's key, the wrapped key.
@pytest.mark.parametrize("at", [0, 16, 27, RECORD_BYTES - 1])
def test_matches_show_everybody_but_the_one_whose_key_is_damaged(
    home: Home, capsys: pytest.CaptureFixture[str], at: int
) -> None:
    with damaged(home, "C2", at):
        assert cordon(home, "matches") == ExitCode.INCOMPLETE
        out, err = capsys.readouterr()
        rows = {line.split()[1]: line for line in out.splitlines() if " C" in line}
        assert LISTED in rows["C1"]
        assert LISTED in rows["C3"]
        assert "(damaged)" in rows["C2"]
        assert "erased)" not in out
        assert len(err.splitlines()) == 1
        assert "what is recorded of C2 cannot be read, and nobody has erased it" in err
        assert cordon(home, "matches", "--json") == ExitCode.INCOMPLETE
        shown = {each["subject_id"]: each for each in json.loads(capsys.readouterr().out)}
        assert shown["C2"]["subject_name"] is None
        assert shown["C2"]["unreadable"]
        assert shown["C1"]["unreadable"] is None
        assert cordon(home, "ledger", "sql", "select subject_name from matches") == ExitCode.INCOMPLETE
        assert "of C2 cannot be read" in capsys.readouterr().err
        assert cordon(home, "matches", "--subject", "C1") == ExitCode.OK
    assert cordon(home, "matches") == ExitCode.OK


def test_a_key_that_was_cut_off_is_not_taken_for_an_erasure(home: Home) -> None:
    path, start = place_of(home, "C2")
    path.write_bytes(path.read_bytes()[: start + 50])
    found = {each.subject_id: each for each in matches(None, home)}
    assert found["C2"].unreadable
    assert [found[subject].subject_name for subject in ("C1", "C3")] == [LISTED] * 2
    assert len(status(Region.of(home)).damaged) == 1


def test_who_was_erased_is_not_damaged(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    erase(home, "C2", actor="alice")
    screen(home, subject_id="C2")  # comes back, with another key
    with damaged(home, "C3"):
        rows = ask(home, "select subject_id, subject_name, unreadable is null from matches order by all")
        assert rows == [
            ("C1", LISTED, True),
            ("C2", LISTED, True),
            ("C2", None, True),
            ("C3", None, False),
        ]
    forget()
    erase(home, "C2", actor="alice")
    assert cordon(home, "matches") == ExitCode.OK
    assert "(erased)" in capsys.readouterr().out


def test_one_customers_data_in_anothers_place_is_not_shown_as_erased(home: Home) -> None:
    Screener.open(home).screen_frame(pl.DataFrame({"subject_id": ["C4", "C5"], "name": [LISTED] * 2}))
    forget()
    (path,) = Region.of(home).matches.rglob("*.parquet")
    rows = pl.read_parquet(path)
    rows.with_columns(personal=rows["personal"].reverse()).write_parquet(path)
    found = {each.subject_id: each for each in matches(None, home)}
    for subject in ("C4", "C5"):
        assert found[subject].subject_name is None
        assert "cannot be decrypted: it was changed" in (found[subject].unreadable or "")
    assert found["C1"].subject_name == LISTED
    assert not verify(home).is_sound


def test_the_data_of_somebody_erased_in_anothers_place_is_not_shown_as_erased(home: Home) -> None:
    Screener.open(home).screen_frame(pl.DataFrame({"subject_id": ["C4", "C5"], "name": [LISTED] * 2}))
    erase(home, "C5", actor="alice")
    forget()
    (path,) = Region.of(home).matches.rglob("*.parquet")
    rows = pl.read_parquet(path)
    rows.with_columns(personal=pl.lit(rows["personal"][1])).write_parquet(path)
    found = {each.subject_id: each for each in matches(None, home)}
    assert found["C4"].unreadable
    assert found["C5"].unreadable is None


def test_deciding_and_exporting_a_customer_whose_key_is_damaged_is_refused(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    (match,) = matches(MatchFilter(subject_id="C2"), home)
    with damaged(home, "C2"):
        decide = ["decide", match.match_id, "escalated", "--reason", "authority_asked", "--actor", "alice"]
        for arguments in (decide, ["export", "C2"]):
            assert cordon(home, *arguments) == ExitCode.ERROR
            assert "was changed; restore its folder keys" in capsys.readouterr().err
    decisions.decide(match.match_id, "escalated", actor="alice", reason="authority_asked", home=home)


def test_everybody_else_is_decided_exported_erased_and_rescreened_as_before(home: Home) -> None:
    (match,) = matches(MatchFilter(subject_id="C1"), home)
    with damaged(home, "C2"):
        decided = {"actor": "alice", "reason": "different_place", "home": home}
        first = decisions.decide(match.match_id, "false_positive", **decided)
        screen(home, subject_id="C1", birth_date="1961-04-03")
        (again,) = matches(MatchFilter(subject_id="C1"), home)
        assert (again.state, len(again.changes)) == ("reopened", 1)
        assert again.last_event != first.event_id
        assert len(export(home, "C1", actor="alice")["matches"]) == 2
        assert erase(home, "C1", actor="alice").erased == ("alert",)
        assert Screener.open(home).screen_frame(pl.DataFrame({"subject_id": ["C3"], "name": [LISTED]})).height
        with pytest.raises(LedgerError, match="cordon keys status"):
            screen(home, subject_id="C2")


def test_one_damaged_key_keeps_no_hold_and_no_retention_from_the_others(home: Home) -> None:
    hold(home, "C2", actor="alice", reason="case 4711")
    with damaged(home, "C2"):
        assert [(each.subject, each.reason) for each in holds(Region.of(home))] == [("C2", None)]
        assert apply_retention(home).customers == 3


def test_a_damaged_key_can_be_given_up(home: Home) -> None:
    with damaged(home, "C2"):
        assert erase(home, "C2", actor="alice").erased == ("alert",)
        (found,) = matches(MatchFilter(subject_id="C2"), home)
        assert (found.subject_name, found.unreadable) == (None, None)
        screen(home, subject_id="C2")  # with a new key
        assert ask(
            home, "select subject_name, unreadable from matches where subject_id = 'C2' order by 1"
        ) == [
            (LISTED, None),
            (None, None),
        ]


@pytest.mark.parametrize("at", [0, 27, RECORD_BYTES - 1])
def test_a_rotation_ends_although_a_key_is_damaged_and_loses_nothing(
    home: Home, capsys: pytest.CaptureFixture[str], at: int
) -> None:
    region = Region.of(home)
    old = (region.keys / "master.key").read_bytes()
    path, start = place_of(home, "C2")
    good = path.read_bytes()[start : start + RECORD_BYTES]
    with damaged(home, "C2", at):
        assert cordon(home, "keys", "status") == ExitCode.INCOMPLETE
        said = capsys.readouterr()
        assert "2 keys of customers" in said.out
        named = "C2 (alert)" if at else f"the key {good[16:24].hex()} in keys/subjects/{path.name}"
        assert f"1 key is damaged: of {named}; restore" in said.err
        assert cordon(home, "keys", "rotate") == ExitCode.INCOMPLETE
        said = capsys.readouterr()
        assert "2 keys wrapped anew" in said.out
        assert f"1 key is damaged: of {named}; restore" in said.err
        assert "master.key.1 stays until a rotation finds none" in said.err
        assert (region.keys / "master.key.1").read_bytes() == old
        assert cordon(home, "keys", "rotate") == ExitCode.INCOMPLETE
        forget()
        assert {each.subject_id for each in matches(None, home) if not each.unreadable} == {"C1", "C3"}
        content = path.read_bytes()
        broken = bytearray(good)
        broken[at] ^= 1
        path_now = content.replace(bytes(broken), good)
        assert path_now != content
    path.write_bytes(path_now)
    capsys.readouterr()
    assert all(each.subject_name == LISTED for each in matches(None, home))
    assert cordon(home, "keys", "rotate") == ExitCode.OK
    assert "3 keys wrapped anew" in capsys.readouterr().out
    assert sorted(file.name for file in region.keys.glob("master.key*")) == ["master.key"]
    forget()
    assert all(each.subject_name == LISTED for each in matches(None, home))
    assert not status(region).is_interrupted


def test_a_rotation_keeps_what_a_cut_has_left(home: Home) -> None:
    region = Region.of(home)
    path, start = place_of(home, "C2")
    assert start + RECORD_BYTES == path.stat().st_size
    rest = path.read_bytes()[: start + 80]
    path.write_bytes(rest)
    done = rotate(region)
    assert [(each.file, each.key_id) for each in done.damaged] == [(path.name, None)]
    assert done.kept
    assert path.read_bytes()[-80:] == rest[-80:]


@pytest.mark.parametrize("command", ["status", "rotate"])
def test_lost_keys_are_not_keys_that_were_never_made(
    home: Home, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    shutil.rmtree(Region.of(home).keys)
    assert cordon(home, "keys", command) == ExitCode.ERROR
    said = capsys.readouterr()
    assert "keys is missing; restore it from a backup" in said.err
    assert "no keys yet" not in said.out + said.err


def test_lost_keys_of_a_ledger_that_began_without_are_lost_all_the_same(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    region = Region.of(home)
    shutil.copytree(OLD, region.path)
    assert status(region).generation is None
    screen(home, subject_id="C9")
    forget()
    shutil.rmtree(region.keys)
    with pytest.raises(LedgerError, match=r"keys is missing; restore it from a backup"):
        status(region)
    with pytest.raises(LedgerError, match=r"keys is missing; restore it from a backup"):
        screen(home, subject_id="C9")


def test_a_damaged_key_stops_no_validation_of_decided_alerts(home: Home) -> None:
    from engine.validation.decided import rescore  # noqa: PLC0415

    screener = Screener.open(home)
    for match in matches(None, home):
        decisions.decide(match.match_id, "true_match", actor="alice", reason="authority_confirms", home=home)
    listed = {(match.list_id, match.entity_id) for match in matches(MatchFilter(everything=True), home)}
    places = {key: screener.residency.recorders["default"].listed.place(*key) or 0 for key in listed}
    with damaged(home, "C2"):
        found = rescore(home, screener, places)
        assert found.matches["subject_id"].to_list() in (["C1", "C3"], ["C3", "C1"])
        assert (found.erased, found.unreadable) == (0, 1)
