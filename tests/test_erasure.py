"""Erasing a customer: nothing that tells of them is left, unless a rule or a hold forbids it."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ledgers import ask, events, forget, home_in, run_python, screen, set_clock

from engine import Screener
from engine.ledger import LedgerError, decisions, verify
from engine.ledger.as_of import replay
from engine.ledger.layout import Region
from engine.ledger.matches import MatchFilter, matches
from engine.ledger.sealing import seal
from engine.ledger.writer import writer_of
from engine.privacy.erasure import ErasureForbidden, apply_retention, erase, hold, holds, release
from engine.privacy.export import export
from engine.privacy.keys import keys_of
from engine.privacy.retention import retention_of, years_after
from jobs.batch import BatchOptions, run_batch
from jobs.cli import app
from jobs.export_text import export_text
from jobs.failures import ExitCode, run
from lists.home import Home
from lists.settings import SettingsError

MARKED = "Orlan Dvessik Quibberly"
FIELDS: dict[str, Any] = {"birth_date": "1961-07-19", "addresses": ["7 Zanthorpe Mews, Port Velm"]}
WORDS = ("Quibberly", "quibberly", "Zanthorpe", "1961-07-19", "Snurfing")
NOW = dt.datetime.now(dt.UTC)


pytestmark = pytest.mark.usefixtures("released")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_in(tmp_path, "[decisions]\nfour_eyes = false\n")


def known_everywhere(home: Home, folder: Path, subject_id: str = "C1", days: int = 3) -> None:
    """A marked customer in every kind of file: sealed day, journal, frame, batch, decision, hold."""
    forget()
    with pytest.MonkeyPatch.context() as patch:
        set_clock(patch, NOW - dt.timedelta(days=days))
        screen(home, MARKED, subject_id=subject_id, **FIELDS)
        forget()
    list(seal(Region.of(home), writer_of(Region.of(home))))
    screen(home, MARKED, subject_id=subject_id, **FIELDS)
    frame = pl.DataFrame({"subject_id": [subject_id], "name": [MARKED], "addresses": [FIELDS["addresses"]]})
    Screener.open(home).screen_frame(frame)
    source = folder / "customers.csv"
    source.write_text(f"subject_id,name,hobby\n{subject_id},{MARKED},Snurfing\n", encoding="utf-8")
    run_batch(home, source, folder / "out.parquet", BatchOptions())
    (match, *_) = matches(MatchFilter(subject_id=subject_id), home)
    decisions.decide(
        match.match_id,
        "false_positive",
        actor="alice",
        reason="different_place",
        note="lives in Zanthorpe Mews",
        home=home,
    )
    screen(home, MARKED, subject_id=subject_id, birth_date="1961-07-19")
    hold(home, subject_id, actor="alice", reason="Quibberly against Velm")


def found_in(folder: Path) -> dict[str, str]:
    """The marked words below a folder, by the file they are in: as bytes, unpacked and in tables."""
    found = {}
    for path in (each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += str(pl.read_parquet(path, hive_partitioning=False).to_dicts()).encode()
        if content[:2] == b"\x1f\x8b":
            content += gzip.decompress(content)
        for word in WORDS:
            for form in (word.encode(), word.encode("utf-16-le"), word.encode().hex().encode()):
                if form in content:
                    found[path.relative_to(folder).as_posix()] = word
    return found


def readable(home: Home) -> bool:
    """Whether a marked word comes out of any view."""
    views = (
        "events",
        "screenings",
        "matches",
        "match_states",
        "decisions",
        "alerts",
        "holds",
        "erasures",
        "jobs",
    )
    return any(word in str(ask(home, f"from {view}")) for view in views for word in WORDS)


def test_nothing_that_tells_of_an_erased_customer_is_left_anywhere(home: Home, tmp_path: Path) -> None:
    known_everywhere(home, tmp_path)
    known_everywhere(home, tmp_path, "C2", days=2)
    assert readable(home)
    screened = ask(home, "select event_id from events where type = 'screened' order by recorded_at")[0][0]
    before = {(path): path.read_bytes() for path in (Region.of(home).keys / "subjects").iterdir()}
    release(home, "C1", actor="bob", reason="settled")
    temporary = Region.of(home).temporary
    temporary.mkdir(parents=True, exist_ok=True)
    (temporary / "duckdb_temp_999999999_0_storage_S32K-0.tmp").write_text(MARKED)  # somebody was killed
    done = erase(home, "C1", actor="bob", reason="request 17")
    assert done.erased == ("alert",)
    assert (done.kept, done.unencrypted) == ({}, 0)
    assert found_in(home.path) == {}
    for path, content in before.items():
        after = path.read_bytes()
        assert len(after) >= len(content)
    assert verify(home).is_sound
    assert ask(home, "select distinct subject_name from matches where subject_id = 'C1'") == [(None,)]
    assert ask(
        home, "select distinct note from decisions join match_states using (match_id) where subject_id = 'C1'"
    ) == [(None,)]
    assert ask(home, "select distinct subject_name from matches where subject_id = 'C2'") == [(MARKED,)]
    said = replay(screened, home)
    assert (said.same, said.explanation) == (
        None,
        "the key of this customer was destroyed, so nobody knows who it was",
    )
    ((who, records, basis, reason),) = ask(home, "select actor, records, basis, reason from erasures")
    assert (who, records, basis, reason) == ("bob", ["alert"], "request", "request 17")
    release(home, "C2", actor="bob", reason="settled")
    erase(home, "C2", actor="bob")
    assert not readable(home)
    assert matches(MatchFilter(everything=True), home)[0].subject_name is None


def test_the_bytes_of_an_erased_key_are_gone_from_the_disk(home: Home) -> None:
    screen(home, MARKED, subject_id="C1")
    screen(home, MARKED, subject_id="C2")
    region = Region.of(home)
    records = {record.key_id.hex(): record for record in keys_of(region).records()}
    gone = records.pop(keys_of(region).id_of("C1", "alert") or "")
    erase(home, "C1", actor="bob")
    content = b"".join(path.read_bytes() for path in home.path.rglob("*") if path.is_file())
    assert gone.wrapped not in content
    assert gone.tag not in content
    assert all(record.wrapped in content for record in records.values())


def test_a_customer_who_comes_back_is_known_from_then_on_alone(home: Home) -> None:
    screener = Screener.open(home)  # a service that has the key in its memory
    from engine import Subject  # noqa: PLC0415

    subject = Subject.parse(name=MARKED, subject_id="C1")
    screener.screen(subject)
    erase(home, "C1", actor="bob")
    screener.screen(subject)
    assert ask(home, "select subject_name from matches order by recorded_at") == [(None,), (MARKED,)]
    forget()
    assert ask(home, "select subject_name from matches order by recorded_at") == [(None,), (MARKED,)]


_KILLED = """
import os, signal, sys
from engine.privacy import erasure
from engine.privacy.keys import Keys
from lists.home import Home
Keys.destroy = lambda _, key_ids: key_ids and os.kill(os.getpid(), signal.SIGKILL)
erasure.erase(Home.locate(sys.argv[1]), "C1", actor="bob")
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL here")
def test_an_erasure_that_is_killed_is_completed_by_the_next(home: Home) -> None:
    screen(home, MARKED, subject_id="C1")
    screen(home, MARKED, subject_id="C2")
    forget()
    with run_python(_KILLED, home.path) as process:
        process.communicate()
    assert process.returncode == -9
    assert len(ask(home, "from erasures")) == 1
    assert keys_of(Region.of(home)).id_of("C1", "alert") is not None
    hold(home, "C2", actor="bob", reason="anything that comes next")
    assert keys_of(Region.of(home)).id_of("C1", "alert") is None
    assert verify(home).is_sound


def test_a_legal_hold_forbids_erasure_until_it_is_released(home: Home) -> None:
    screen(home, MARKED, subject_id="C1")
    held = hold(home, "C1", actor="alice", reason="case 4711")
    with pytest.raises(
        ErasureForbidden, match=rf"a legal hold forbids it \({held.event_id} of .* by alice\)"
    ):
        erase(home, "C1", actor="bob")
    assert [each.reason for each in holds(Region.of(home))] == ["case 4711"]
    with pytest.raises(LedgerError, match="needs a reason"):
        release(home, "C1", actor="alice", reason=" ")
    release(home, "C1", actor="alice", reason="case 4711 closed")
    assert holds(Region.of(home)) == ()
    assert erase(home, "C1", actor="bob").erased == ("alert",)
    assert ask(home, "select actor, released_by from holds") == [("alice", "alice")]
    with pytest.raises(LedgerError, match="there is no legal hold on C1"):
        release(home, "C1", actor="alice", reason="again")


def region_of(folder: Path, countries: str, more: str = "") -> Home:
    return home_in(folder, f'[regions.one]\ncountries = [{countries}]\n[residency]\ndefault = "one"\n{more}')


def test_ofacs_ten_years_forbid_erasure_in_a_region_of_the_united_states(tmp_path: Path) -> None:
    home = region_of(tmp_path, '"US"')
    screen(home, MARKED, subject_id="C1")
    until = years_after(dt.datetime.now(dt.UTC), 10).date()
    with pytest.raises(
        ErasureForbidden, match=rf"the rule us_ofac keeps records .* until {until} \(31 CFR 501\.601"
    ):
        erase(home, "C1", actor="bob")
    later = years_after(NOW, 10) + dt.timedelta(days=1)
    assert erase(home, "C1", actor="bob", now=later).erased == ("alert",)


def test_the_eus_five_years_are_kept_and_then_deleted_by_the_job(tmp_path: Path) -> None:
    home = region_of(tmp_path, '"EU"')
    screen(home, MARKED, subject_id="C1")
    screen(home, "Tamsin Quillfeather", subject_id="C2")
    screen(home, MARKED, subject_id="C3")
    hold(home, "C3", actor="alice", reason="case 4711")
    with pytest.raises(ErasureForbidden, match="the rule eu_amld keeps records"):
        erase(home, "C2", actor="bob")
    early, late = years_after(NOW, 5) - dt.timedelta(days=1), years_after(NOW, 5) + dt.timedelta(days=1)
    assert apply_retention(home, now=early).erased == 0
    run = apply_retention(home, now=late)
    assert (run.customers, run.erased, run.held, run.by_rule) == (3, 2, 1, {"eu_amld": 2})
    assert ask(home, "select subject_id, subject_name from matches order by 1") == [
        ("C1", None),
        ("C3", MARKED),
    ]
    assert ask(home, "select subject_id, basis, actor from erasures order by 1") == [
        ("C1", "eu_amld", "retention"),
        ("C2", "eu_amld", "retention"),
    ]
    assert apply_retention(home, now=late).erased == 0
    assert verify(home).is_sound


def test_rules_that_contradict_each_other_want_a_choice_which_is_recorded(tmp_path: Path) -> None:
    home = region_of(tmp_path, '"US", "EU"')
    screen(home, MARKED, subject_id="C1")
    for act in (lambda: erase(home, "C1", actor="bob"), lambda: apply_retention(home)):
        with pytest.raises(SettingsError, match=r"eu_amld destroys .* us_ofac keeps .* say which holds"):
            act()
    late = years_after(NOW, 6)
    home.config.write_text(home.config.read_text() + '[retention]\nprefer = ["us_ofac"]\n', encoding="utf-8")
    run = apply_retention(home, now=late)
    assert run.erased == 0
    assert {tuple(choice) for choice in run.choices} == {
        ("screening", "us_ofac", "eu_amld"),
        ("alert", "us_ofac", "eu_amld"),
    }
    ((details,),) = ask(home, "select details from jobs where job = 'retention'")
    assert json.loads(details)["choices"][0] == {
        "records": "screening",
        "holds": "us_ofac",
        "yields": "eu_amld",
    }
    assert apply_retention(home, now=years_after(NOW, 11)).erased == 1
    screen(home, MARKED, subject_id="C1")
    text = home.config.read_text().replace('["us_ofac"]', '["eu_amld"]')
    home.config.write_text(text, encoding="utf-8")
    assert apply_retention(home, now=late).by_rule == {"us_ofac": 0, "eu_amld": 1}


def test_rules_that_contradict_each_other_are_shown_with_that(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = region_of(
        tmp_path, '"US", "EU"', '[retention.rules.house]\nrecords = ["screening"]\nkeep_years = 3\n'
    )
    show = ["retention", "show", "--home", str(home.path)]
    assert run(app, show) == ExitCode.ERROR
    said = capsys.readouterr()
    assert "rule us_ofac: screening and alert kept for 10 years (31 CFR 501.601" in said.out
    assert "rule eu_amld: screening and alert kept for 5 years, then destroyed" in said.out
    assert "rule house: screening kept for 3 years\n" in said.out
    assert len(said.err.splitlines()) == 2
    assert "the rule eu_amld destroys records of the class alert after 5 years, and us_ofac keeps" in said.err
    assert run(app, [*show, "--json"]) == ExitCode.ERROR
    found = json.loads(capsys.readouterr().out)
    assert sorted(found["rules"]) == ["eu_amld", "house", "us_ofac"]
    assert [(each["records"], each["destroys"], each["keeps"]) for each in found["contradictions"]] == [
        ("screening", "eu_amld", "us_ofac"),
        ("alert", "eu_amld", "us_ofac"),
    ]
    home.config.write_text(home.config.read_text() + '[retention]\nprefer = ["us_ofac"]\n', encoding="utf-8")
    assert run(app, show) == ExitCode.OK
    said = capsys.readouterr()
    assert "alert: kept for 10 years (us_ofac), destroyed after 10 years (us_ofac)" in said.out
    assert "us_ofac holds against eu_amld" in said.err


def test_classes_of_records_are_kept_for_different_times(tmp_path: Path) -> None:
    home = home_in(
        tmp_path,
        '[retention.rules.house]\nrecords = ["alert"]\nkeep_years = 7\n'
        '[retention.rules.short]\nrecords = ["screening"]\nkeep_years = 0\nthen_delete = true\n',
    )
    screen(home, "Tamsin Quillfeather", subject_id="C1")
    screen(home, MARKED, subject_id="C1")
    with pytest.raises(ErasureForbidden, match="the rule house keeps records of the class alert"):
        erase(home, "C1", actor="bob")
    done = erase(home, "C1", actor="bob", partly=True)
    assert (done.erased, list(done.kept)) == (("screening",), ["alert"])
    assert ask(home, "select subject_name from matches") == [(MARKED,)]
    screen(home, "Tamsin Quillfeather", subject_id="C1")
    assert apply_retention(home).by_rule == {"house": 0, "short": 1}


def test_a_home_that_declares_nothing_is_bound_by_no_rule(home: Home) -> None:
    found = retention_of(home, Region.of(home), NOW)
    assert (found.rules, found.choices) == ({}, ())


def test_records_from_before_there_were_keys_cannot_be_erased_and_that_is_said(home: Home) -> None:
    import shutil  # noqa: PLC0415

    from test_encryption import OLD  # noqa: PLC0415

    shutil.copytree(OLD, Region.of(home).path)
    screen(home, MARKED, subject_id="C1")
    done = erase(home, "C1", actor="bob")
    assert (done.erased, done.unencrypted) == (("alert",), 2)
    assert erase(home, "C3", actor="bob").unencrypted == 1


def test_a_person_gets_all_that_is_held_about_them_in_words(home: Home, tmp_path: Path) -> None:
    screen(home, "Tamsin Quillfeather", subject_id="C9", gender="female")
    known_everywhere(home, tmp_path)
    found = export(home, "C1", actor="alice")
    assert found["screenings"][0]["screened_fields"]["addresses"] == FIELDS["addresses"]
    assert {each["subject_name"] for each in found["matches"]} == {MARKED}
    assert {each["note"] for each in found["decisions"]} == {"lives in Zanthorpe Mews", None}
    assert found["holds"][0]["reason"] == "Quibberly against Velm"
    assert "C9" not in json.dumps(found)
    assert "alice" not in json.dumps(found)
    text = export_text(found)
    for word in (
        "What is held about C1",
        MARKED,
        "7 Zanthorpe Mews",
        "1961-07-19",
        "lives in Zanthorpe Mews",
        "A legal hold forbids to erase it",
    ):
        assert word in text
    assert [event["subject_key"] for event in events(home) if event["type"] == "exported"] == ["C1"]
    release(home, "C1", actor="bob", reason="settled")
    erase(home, "C1", actor="bob")
    after = export_text(export(home, "C1", actor="alice"))
    assert not [word for word in WORDS if word in after]
    assert "erased: the key was destroyed" in after
    with pytest.raises(LedgerError, match="nothing is recorded of C77"):
        export(home, "C77", actor="alice")


def test_the_commands_say_what_they_did_and_what_they_refuse(home: Home) -> None:
    screen(home, MARKED, subject_id="C1", **FIELDS)
    forget()

    def cordon(*arguments: str) -> tuple[int, str, str]:
        command = [str(Path(sys.executable).with_name("cordon")), *arguments, "--home", str(home.path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    code, out, _ = cordon("export", "C1")
    assert (code, MARKED in out) == (0, True)
    code, out, _ = cordon("hold", "C1", "--actor", "alice", "--reason", "case 4711")
    assert (code, out.startswith("C1 is on hold: w1-")) == (0, True)
    code, _, err = cordon("erase", "C1")
    assert (code, "C1 cannot be erased: a legal hold forbids it" in err) == (2, True)
    assert cordon("release", "C1", "--actor", "alice", "--reason", "closed")[1] == "C1: 1 hold released\n"
    assert cordon("erase", "C1")[:2] == (0, "C1: records of the class alert are erased\n")
    code, out, _ = cordon("matches")
    assert (code, "(erased)" in out) == (0, True)
    assert cordon("erase", "C1")[:2] == (0, "C1: there was nothing left to erase\n")
    code, out, _ = cordon("retention", "apply", "--json")
    assert (code, json.loads(out)["customers"]) == (0, 1)
    assert cordon("retention", "show")[1].splitlines()[0] == (
        "screening: kept by no rule, destroyed by no rule"
    )
    assert cordon("ledger", "verify")[0] == 0
    assert found_in(home.path) == {}


def test_a_hold_on_a_reference_nobody_has_says_so(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    screen(home, MARKED, subject_id="C1", **FIELDS)
    more = ["--actor", "alice", "--reason", "case 4711", "--home", str(home.path)]
    for act in ("hold", "release"):
        assert run(app, [act, "C1", *more]) == ExitCode.OK
        assert capsys.readouterr().err == ""
    for act in ("hold", "release"):
        assert run(app, [act, "C10", *more]) == ExitCode.OK
        said = capsys.readouterr()
        assert said.out.startswith("C10")
        assert said.err == (
            "note: nobody with the reference C10 has been screened in the region default yet\n"
        )


@pytest.mark.parametrize("said", [{"actor": "Ren\udce9"}, {"reason": "Ren\udce9"}])
def test_a_hold_in_broken_text_is_refused_and_nothing_is_recorded(home: Home, said: dict[str, str]) -> None:
    screen(home, MARKED, subject_id="C1", **FIELDS)
    before = events(home)
    with pytest.raises(LedgerError, match="UTF-8"):
        hold(home, "C1", **{"actor": "alice", "reason": "case 4711", **said})
    assert events(home) == before
    hold(home, "C1", actor="René 😀", reason="\\udce9 as it is written")
    with pytest.raises(ErasureForbidden):
        erase(home, "C1", actor="bob", reason="request")


@pytest.mark.parametrize("reference", ["", "x" * 201, "Ren\udce9"])
def test_what_no_customer_is_called_cannot_be_held(home: Home, reference: str) -> None:
    screen(home, MARKED, subject_id="C1", **FIELDS)
    with pytest.raises(LedgerError, match="reference"):
        hold(home, reference, actor="alice", reason="case 4711")
