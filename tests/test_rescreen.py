"""Rescreening: what is new is found, nothing is repeated, nobody is counted twice, wherever customers are."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from conftest import shared
from ledgers import LISTED, ask, home_in, run_python
from watchlists import COMPANY, PERSON, VESSEL, WATCHLIST, publish_in

import jobs.rescreen as rescreening
from engine.ledger import decide, verify
from engine.ledger.matches import MatchFilter, matches
from jobs.cli import main
from jobs.errors import InputError
from jobs.load import load_list
from jobs.rescreen import Mode, RescreenReport, RescreenStopped, rescreen
from lists.home import Home
from lists.model import ListedEntity
from lists.source import source

CUSTOMERS = [
    {"id": "C1", "name": LISTED, "country": "DE"},
    {"id": "C2", "name": "Tamsin Quillfeather", "country": "DE"},
    {"id": "C3", "name": "Zhora Star", "country": ""},
]
SETTINGS = """
[decisions]
four_eyes = false
[customers]
source = "{source}"
[customers.columns]
id = "subject_id"
country = "countries"
"""


pytestmark = pytest.mark.usefixtures("released")


def write(path: Path, customers: Sequence[dict[str, str]] = CUSTOMERS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, list(CUSTOMERS[0]))
        rows.writeheader()
        rows.writerows(customers)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    write(tmp_path / "customers.csv")
    return home_in(tmp_path, SETTINGS.format(source="../customers.csv"), [VESSEL, COMPANY])


def news(report: RescreenReport) -> tuple[int, int, int]:
    return report.new_matches, report.reopened_matches, report.closed_matches


def test_the_first_rescreening_is_of_everybody_and_the_second_says_nothing_new(home: Home) -> None:
    first = rescreen(home)
    assert (first.mode, first.customers, first.alerts, news(first)) == ("full", 3, 1, (1, 0, 0))
    second = rescreen(home)
    assert (second.mode, second.customers, news(second)) == ("changes", 3, (0, 0, 0))
    assert ask(
        home, "select job, mode, outcome, customers from jobs where job = 'rescreen' order by ended_at"
    ) == [
        ("rescreen", "full", "finished", 3),
        ("rescreen", "changes", "finished", 3),
    ]
    assert verify(home).is_sound


def test_an_entity_that_comes_alerts_and_one_that_goes_closes(home: Home) -> None:
    rescreen(home)
    publish_in(home, WATCHLIST)
    came = rescreen(home)
    assert (came.mode, came.changed_entities, news(came)) == ("changes", 2, (1, 0, 0))
    assert news(rescreen(home)) == (0, 0, 0)
    publish_in(home, [PERSON, COMPANY])
    gone = rescreen(home)
    assert news(gone) == (0, 0, 1)
    assert [(each.subject_id, each.entity_id) for each in matches(home=home)] == [("C1", "person")]
    assert [each.subject_id for each in matches(MatchFilter(state="delisted"), home)] == ["C3"]


def test_what_changed_is_scored_as_the_whole_list_scores_it(home: Home) -> None:
    rescreen(home)
    publish_in(home, WATCHLIST)
    rescreen(home)
    query = "select entity_id, score, evidence::varchar from matches where subject_id = 'C1'"
    changed = ask(home, query)
    full = rescreen(home, Mode.FULL)
    assert len(changed) == 1
    assert ask(home, f"{query} and batch_id = '{full.batch_id}'") == changed
    assert news(full) == (0, 0, 0)


def test_a_customer_that_changed_is_screened_against_the_whole_list(home: Home, tmp_path: Path) -> None:
    rescreen(home)
    write(
        tmp_path / "customers.csv",
        [CUSTOMERS[0], {**CUSTOMERS[1], "name": "Tamsin Trading LLC"}, CUSTOMERS[2]],
    )
    report = rescreen(home)
    assert (report.mode, news(report)) == ("changes", (1, 0, 0))
    scopes = f"select subject_id, scope from screenings where batch_id = '{report.batch_id}' order by 1"
    assert ask(home, scopes) == [("C1", "changes"), ("C2", "whole"), ("C3", "changes")]
    assert news(rescreen(home)) == (0, 0, 0)


def test_after_another_policy_everybody_is_screened_anew(home: Home) -> None:
    rescreen(home)
    home.config.write_text(home.config.read_text() + "\n[screening]\nthreshold = 0.6\n")
    report = rescreen(home)
    assert report.mode == "full"
    assert "with this model and policy" in report.notes[0]


def test_a_false_positive_stays_quiet_until_a_record_changes(home: Home) -> None:
    publish_in(home, WATCHLIST)
    rescreen(home)
    match = matches(MatchFilter(subject_id="C1"), home)[0]
    decide(match.match_id, "false_positive", actor="a", reason="different_place", home=home)
    assert rescreen(home, Mode.FULL).alerts == 1, "only the vessel"
    publish_in(home, [PERSON.model_copy(update={"nationalities": ("SY", "DE")}), *WATCHLIST[1:]])
    report = rescreen(home)
    assert news(report) == (0, 1, 0)
    (again,) = matches(MatchFilter(state="reopened"), home)
    assert list(again.changes) == [{"record": "list", "field": "nationalities", "old": [], "new": ["DE"]}]
    assert news(rescreen(home, Mode.FULL)) == (0, 0, 0)


def test_an_interrupted_run_goes_on_where_it_stopped_and_counts_nobody_twice(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_in(home, WATCHLIST)
    everybody = [
        {"id": f"C{n}", "name": LISTED if n % 5 == 0 else f"Nobody {n}", "country": ""} for n in range(40)
    ]
    write(tmp_path / "customers.csv", everybody)
    monkeypatch.setattr(rescreening, "_CHUNK", 7)
    stop = threading.Event()

    def progress(share: float, read: int, left: float | None) -> None:
        assert 0 < share <= 1
        assert left is not None
        if read > 15:
            stop.set()

    with pytest.raises(RescreenStopped):
        rescreen(home, stop=stop, on_progress=progress)
    assert ask(home, "select job, outcome from jobs where job = 'rescreen'") == [("rescreen", "started")]
    assert ask(home, "select count(*) from screenings") == [(21,)]
    report = rescreen(home)
    assert (report.resumed, report.customers, report.alerts, report.new_matches) == (True, 40, 8, 8)
    assert ask(home, "select count(*), count(distinct subject_id) from screenings") == [(40, 40)]
    assert ask(home, "select job, outcome from jobs where job = 'rescreen'") == [("rescreen", "finished")]
    assert verify(home).is_sound


_KILLED = """
import sys
import jobs.rescreen as rescreening
rescreening._CHUNK = 5
rescreening.rescreen(sys.argv[1], on_progress=lambda share, read, left: print(read, flush=True))
"""


def test_a_run_that_is_killed_goes_on_where_it_stopped(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        tmp_path / "customers.csv", [{"id": f"C{n}", "name": f"Nobody {n}", "country": ""} for n in range(60)]
    )
    with run_python(_KILLED, home.path) as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < 15:
            pass
        process.kill()
    report = rescreen(home)
    assert (report.resumed, report.customers) == (True, 60)
    assert ask(home, "select count(*), count(distinct subject_id) from screenings") == [(60, 60)]
    assert verify(home).is_sound


def test_sigterm_ends_a_rescreening_within_five_seconds(home: Home, tmp_path: Path) -> None:
    write(
        tmp_path / "customers.csv",
        [{"id": f"C{n}", "name": f"Nobody {n}", "country": ""} for n in range(60_000)],
    )
    program = "import sys; from jobs.cli import main; sys.exit(main(['rescreen', '--home', sys.argv[1]]))"
    with run_python(program, home.path) as process:
        while not (home.path / "regions").is_dir() or not ask_if_there(home):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=5 * 3)  # the machine may be busy
    assert process.returncode == 2, (out, err)
    assert "the next one goes on from there" in err


def ask_if_there(home: Home) -> bool:
    return any((home.path / "regions/default/screenings").glob("date=*/b*.parquet"))


def test_two_rescreenings_at_once_are_refused(home: Home) -> None:
    rescreen(home)
    from engine.ledger.locks import locked  # noqa: PLC0415

    with locked(home.path / "regions/default/derived/rescreen.lock") as held:
        assert held
        with pytest.raises(RuntimeError, match="another process is rescreening"):
            rescreen(home)


# Where customers are


def _folder(path: Path) -> str:
    (path / "many" / "more").mkdir(parents=True)
    write(path / "many" / "one.csv", CUSTOMERS[:1])
    frame = pl.DataFrame(CUSTOMERS[1:])
    frame.write_parquet(path / "many" / "more" / "two.parquet")
    return 'source = "../many"'


def _duckdb_file(path: Path) -> str:
    with duckdb.connect(path / "crm.duckdb") as connection:
        connection.execute("create table people (id varchar, name varchar, country varchar, since date)")
        connection.executemany(
            "insert into people values (?, ?, ?, date '2020-01-01')",
            [list(each.values()) for each in CUSTOMERS],
        )
    return 'source = "../crm.duckdb"\nquery = "select * from people"'


def _duckdb_query(path: Path) -> str:
    frame = pl.DataFrame(CUSTOMERS)
    frame.write_parquet(path / "people.parquet")
    return f"query = \"select * from read_parquet('{path}/people.parquet')\""


def _sqlite_url(path: Path) -> str:
    pytest.importorskip("adbc_driver_sqlite")
    connection = sqlite3.connect(path / "crm.sqlite")
    connection.execute("create table people (id text, name text, country text)")
    connection.executemany("insert into people values (:id, :name, :country)", CUSTOMERS)
    connection.commit()
    connection.close()
    return f'source = "sqlite:///{path}/crm.sqlite"\nquery = "select * from people"'


@pytest.mark.parametrize("made", [_folder, _duckdb_file, _duckdb_query, _sqlite_url])
def test_customers_are_read_where_they_are(home: Home, tmp_path: Path, made: Any) -> None:
    settings = SETTINGS.format(source="X").replace('source = "X"', made(tmp_path))
    home.config.write_text(settings, encoding="utf-8")
    report = rescreen(home)
    assert (report.customers, report.rejected, report.alerts) == (3, 0, 1)
    assert {name for (name,) in ask(home, "select subject_id from screenings")} == {"C1", "C2", "C3"}
    assert rescreen(home).new_matches == 0
    stored = b"".join(path.read_bytes() for path in home.path.rglob("*") if path.is_file())
    assert b"Tamsin Quillfeather" not in stored, "a clear customer's name is not copied"


@pytest.mark.parametrize(
    ("customers", "problem"),
    [
        ("", "does not say where the customers are"),
        ('source = "../missing.csv"', "does not exist"),
        ('source = "../empty"', "there is no CSV or Parquet file in"),
        ('source = "../crm.duckdb"', 'is a database; add query = "select ..."'),
        ('source = "oracle://h/d"\nquery = "select 1"', "a URL begins with one of postgres"),
        ('query = "select * frm x"', "query: Parser Error"),
        ('source = "postgresql://u:s3cret@h/d"\nquery = "select 1"', "database"),
    ],
)
def test_customers_that_cannot_be_read_are_said_in_one_sentence(
    home: Home, tmp_path: Path, customers: str, problem: str
) -> None:
    (tmp_path / "empty").mkdir()
    _duckdb_file(tmp_path)
    home.config.write_text(f"[customers]\n{customers}\n")
    with pytest.raises(InputError) as caught:
        rescreen(home)
    assert problem in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_the_command_tells_what_is_new(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rescreen", "--home", str(home.path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["new_matches"] == 1
    assert "so everybody is now" in err
    assert main(["rescreen", "--changes", "--home", str(home.path)]) == 0
    assert "0  matches never seen before" in capsys.readouterr().out
    assert main(["rescreen", "--full", "--changes", "--home", str(home.path)]) == 2


def test_rows_that_cannot_be_screened_are_written_with_the_reason(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "all/old").mkdir(parents=True)
    write(tmp_path / "all/a.csv", [*CUSTOMERS, {"id": "C4", "name": "Ada Brunn", "country": "Atlantis"}])
    write(tmp_path / "all/old/a.csv", [{"id": "C5", "name": "", "country": "DE"}])
    home.config.write_text(SETTINGS.format(source="../all"), encoding="utf-8")
    report = rescreen(home)
    assert (report.customers, report.rejected) == (3, 2)
    assert report.rejected_file == str(home.path / "regions/default/derived/rescreen.rejected.csv")
    rejected = Path(report.rejected_file)
    with rejected.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["row"], row["subject_id"], row["column"]) for row in rows] == [
        ("a.csv", "5", "C4", "country"),
        ("old/a.csv", "2", "C5", "name"),
    ]
    assert "is not a country" in rows[0]["reason"]
    assert "Atlantis" not in rejected.read_text(encoding="utf-8")
    if os.name != "nt":
        assert rejected.stat().st_mode & 0o777 == 0o600
    assert main(["rescreen", "--home", str(home.path)]) == 0
    assert f"2 rows could not be screened; the reasons are in {rejected}" in capsys.readouterr().err
    write(tmp_path / "all/a.csv")
    (tmp_path / "all/old/a.csv").unlink()
    assert rescreen(home).rejected_file is None
    assert not rejected.exists()


# Real lists


VINTAGES = ("2024-02-20", "2024-02-23", "2024-05-02", "2024-05-03")


def _vintage(day: str) -> dict[str, ListedEntity]:
    folder = shared(f"lists/us_ofac_sdn/csv-{day}")
    return {entity.entity_id: entity for entity in source("us_ofac_sdn").parse(folder).entities}


def test_the_real_list_of_ofac_alerts_once_and_closes_once(tmp_path: Path) -> None:
    february, after, may, last = (_vintage(day) for day in VINTAGES)
    added = sorted(after.keys() - february.keys())
    removed = sorted(may.keys() - last.keys())
    assert (len(added), len(removed)) == (553, 8)
    kept = february.keys() & after.keys() & may.keys() & last.keys()
    changed = next(
        key for key in sorted(kept) if after[key].names != may[key].names and february[key] == after[key]
    )
    quiet = next(key for key in sorted(kept, reverse=True) if february[key] == last[key])
    listed = {
        **{f"new-{key}": after[key] for key in added[::40]},
        **{f"gone-{key}": may[key] for key in removed},
        f"changed-{changed}": february[changed],
        f"quiet-{quiet}": february[quiet],
    }
    rows = [{"id": name, "name": entity.names[0].text, "country": ""} for name, entity in listed.items()]
    rows += [{"id": f"clean-{n}", "name": f"Tamsin Quillfeather {n}", "country": ""} for n in range(50)]
    write(tmp_path / "customers.csv", rows)
    home = Home.locate(tmp_path / "home")
    home.path.mkdir()
    home.config.write_text(SETTINGS.format(source="../customers.csv"))

    def published(day: str) -> RescreenReport:
        load_list(home, "us_ofac_sdn", shared(f"lists/us_ofac_sdn/csv-{day}"), accept=True)
        return rescreen(home)

    def own_matches() -> dict[str, Any]:
        """Of each customer the match with the entity it is named after."""
        every = matches(MatchFilter(everything=True), home)
        return {
            each.subject_id: each for each in every if str(each.subject_id).endswith(f"-{each.entity_id}")
        }

    published("2024-02-20")
    first = own_matches()
    assert {f"changed-{changed}", f"quiet-{quiet}"} <= first.keys()
    assert not any(name.startswith("new-") for name in first)
    for name in (f"changed-{changed}", f"quiet-{quiet}"):
        decide(first[name].match_id, "false_positive", actor="alice", reason="few_similarities", home=home)

    report = published("2024-02-23")
    assert report.mode == "changes"
    assert {name for name in own_matches() if name.startswith("new-")} == {
        f"new-{key}" for key in added[::40]
    }
    seen = ask(home, f"select entity_id from matches where batch_id = '{report.batch_id}'")
    assert {key for (key,) in seen} <= {*added, *(key for key in kept if february[key] != after[key])}
    assert report.closed_matches == 0
    assert (rescreen(home).new_matches, rescreen(home, Mode.FULL).new_matches) == (0, 0), "none repeats"

    report = published("2024-05-02")
    assert report.reopened_matches == 1
    own = own_matches()
    assert own[f"changed-{changed}"].state == "reopened"
    assert [change["field"] for change in own[f"changed-{changed}"].changes] == ["names"]
    assert own[f"quiet-{quiet}"].state == "false_positive"

    report = published("2024-05-03")
    own = own_matches()
    closed = {
        key
        for (key,) in ask(
            home,
            "select subject_id from match_states where state = 'delisted' and "
            f"state_since > (select max(started_at) from jobs where batch_id = '{report.batch_id}')",
        )
    }
    assert closed >= {f"gone-{key}" for key in removed}
    gone = ask(home, "select distinct entity_id from match_states where state = 'delisted'")
    assert {key for (key,) in gone} <= {
        *removed,
        *(february.keys() - last.keys()),
        *(after.keys() - last.keys()),
    }
    assert report.new_matches == 0
    assert (rescreen(home).closed_matches, own[f"quiet-{quiet}"].state) == (0, "false_positive")
    changes = ask(
        home,
        "select added, removed, changed > 0, rescreened_at is not null, lag_hours >= 0 "
        "from list_changes order by in_use_at",
    )
    assert [change[:2] for change in changes] == [(13931, 0), (553, 0), (587, 98), (0, 8)]
    assert all(change[3:] == (True, True) for change in changes)
    assert verify(home).is_sound
