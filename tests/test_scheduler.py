"""`cordon run`: refreshes lists when they are due, survives restarts, and ends when it is told to."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import PROJECT
from ledgers import ask, set_clock
from listed import un_list
from server import Server, content, serving, stalled, status
from watchlists import WATCHLIST, publish_in

from engine import Screener, Subject
from engine.ledger import verify
from engine.ledger.writer import release_writers
from engine.residency.regions import regions_of
from jobs.refresh import refresh
from jobs.rescreen import Mode, rescreen
from jobs.rescreen_schedule import RescreenSchedule
from jobs.retention_schedule import RetentionSchedule
from jobs.scheduler import Scheduler
from jobs.status import list_status
from lists.home import Home
from lists.refresh_state import read_state, write_state
from lists.settings import SettingsError
from lists.store_file import only_refresher

LIST = un_list(["VLi.001", "VLi.002"])
STARTS = "import sys; from jobs.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: Server) -> Home:
    """A home with a small list that was refreshed, accepted, and is due again."""
    home = Home.locate(tmp_path / "home")
    home.path.mkdir()
    address = server.serve("/un", content(LIST))
    home.config.write_text(
        f'[lists]\nenabled = ["un_sc"]\n[lists.sources.un_sc]\naddress = "{address}?token=s3cret"\n'
        "[lists.fetch]\nwait_seconds = 0.01\nread_seconds = 60\nattempts = 1\n"
    )
    refresh(home, accept=True)
    due(home, dt.timedelta(seconds=-1))
    server.requests.clear()
    return home


def due(home: Home, delay: dt.timedelta) -> None:
    state = read_state(home, "un_sc").model_copy(update={"next_at": dt.datetime.now(dt.UTC) + delay})
    write_state(home, "un_sc", state)


class Running:
    """A scheduler in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []

    def until(self, *words: str) -> str:
        """Read its log up to a line with these words, and return that."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            if all(word in line for word in words):
                return line
        raise AssertionError(f"it ended before it said {words}: {self.lines}")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Its exit code after a signal; fails after the five seconds it has."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=5 * PATIENCE)
        assert self.process.stderr is not None
        self.lines.extend(self.process.stderr)
        return code


PATIENCE = 3  # the machine may be busy


@contextmanager
def scheduler(home: Home) -> Iterator[Running]:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS, "run", "--home", str(home.path)],
        cwd=PROJECT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Running(process)
        finally:
            process.kill()


def test_a_list_that_is_due_is_refreshed_and_the_scheduler_ends_when_told_to(
    home: Home, server: Server
) -> None:
    server.serve("/un", content(un_list(["VLi.001", "VLi.002", "VLi.003"], "2026-01-03")))
    with scheduler(home) as running:
        running.until("refreshing un_sc")
        line = running.until("un_sc: 1 added, 0 removed, 0 changed; 3 entities")
        assert running.end() == 0
    assert read_state(home, "un_sc").next_at is not None
    assert f"next refresh at {read_state(home, 'un_sc').next_at:%Y-%m-%d %H:%M} UTC" in line
    assert running.lines[-1].endswith("INFO stopped\n")
    assert all(line[:20].startswith("20") and line[19] == "Z" for line in running.lines)


def test_a_restart_does_not_refresh_what_is_not_due(home: Home, server: Server) -> None:
    due(home, dt.timedelta(hours=2))
    with scheduler(home) as running:
        line = running.until("un_sc: next refresh at")
        assert running.end(signal.SIGINT) == 0
    assert f"{read_state(home, 'un_sc').next_at:%Y-%m-%d %H:%M} UTC" in line
    assert server.requests == []


def test_a_failure_is_one_line_without_the_token_in_the_address(home: Home, server: Server) -> None:
    server.serve("/un", status(403, b"no\nentry", Content_Type="text/plain"))
    with scheduler(home) as running:
        line = running.until("ERROR un_sc: ")
        running.end()
    assert "/un?*** answers 403 Forbidden (no entry)" in line
    assert "s3cret" not in "".join(running.lines)
    assert "Traceback" not in "".join(running.lines)


def test_a_server_that_is_silent_does_not_delay_the_end(home: Home, server: Server) -> None:
    server.serve("/un", stalled(LIST, 10))
    with scheduler(home) as running:
        running.until("refreshing un_sc")
        while not server.requests:
            threading.Event().wait(0.02)
        assert running.end() == 0
    with only_refresher(home):
        pass


def test_lists_are_refreshed_again_when_their_time_comes(home: Home, server: Server) -> None:
    text = home.config.read_text().replace("[lists.fetch]", "every_hours = 0.0003\n[lists.fetch]")
    home.config.write_text(text)
    with scheduler(home) as running:
        for _ in range(3):
            running.until("un_sc: nothing new; 2 entities")
        running.end()
    assert len(server.requests) >= 3


def test_a_refresh_elsewhere_is_told_and_tried_again_later(home: Home) -> None:
    with only_refresher(home), scheduler(home) as running:
        line = running.until("another process is refreshing lists")
        assert "WARNING" in line
        running.end()
    assert sum("refreshing un_sc" in line for line in running.lines) == 1


def test_a_time_set_by_a_clock_that_was_wrong_is_not_waited_for(home: Home) -> None:
    due(home, dt.timedelta(days=9_000))
    with scheduler(home) as running:
        line = running.until("un_sc: next refresh at")
        running.end()
    latest = dt.datetime.now(dt.UTC) + dt.timedelta(hours=4)
    assert line.rstrip().endswith(
        (f"{latest:%Y-%m-%d %H:%M} UTC", f"{latest - dt.timedelta(minutes=1):%Y-%m-%d %H:%M} UTC")
    )


def test_a_wrong_setting_ends_the_scheduler_before_it_starts(home: Home) -> None:
    home.config.write_text('[lists]\nenabled = ["un_cs"]\n')
    with pytest.raises(SettingsError, match="did you mean un_sc"):
        Scheduler(home)
    with scheduler(home) as running:
        line = running.until("did you mean un_sc")
        assert running.process.wait() == 2
    assert line.startswith("cordon: ")


def test_a_list_change_reaches_every_customer_and_the_lag_is_shown(home: Home, server: Server) -> None:
    (home.path / "customers.csv").write_text("subject_id,name\nC1,Orlan Dvessik\nC2,Tamsin Quillfeather\n")
    home.config.write_text(f'{home.config.read_text()}\n[customers]\nsource = "customers.csv"\n')
    due(home, dt.timedelta(hours=2))
    with scheduler(home) as running:
        running.until("rescreening: everybody against the whole watchlist")
        running.until("rescreened 2 customers", "2 new, 0 reopened, 0 closed matches; un_sc 0.")
        assert running.end() == 0
    due(home, dt.timedelta(seconds=-1))
    server.serve("/un", content(un_list(["VLi.001", "VLi.002", "VLi.003"], "2026-01-03")))
    with scheduler(home) as running:
        running.until("un_sc: 1 added")
        running.until("rescreening: everybody against what changed of the lists")
        running.until("rescreened 2 customers", "1 new, 0 reopened, 0 closed matches; un_sc 0.")
        assert running.end() == 0
    (status,) = list_status(home)
    assert status.rescreened_at is not None
    assert status.rescreen_lag_hours is not None
    assert status.rescreen_lag_hours < 1


def test_a_night_that_was_missed_is_caught_up(home: Home) -> None:
    (home.path / "customers.csv").write_text("subject_id,name\nC1,Orlan Dvessik\n")
    home.config.write_text(f'{home.config.read_text()}\n[customers]\nsource = "customers.csv"\n')
    schedule, now = RescreenSchedule(home, regions_of(home), "default"), dt.datetime.now(dt.UTC)
    assert schedule.due(now) is Mode.FULL
    rescreen(home)
    assert schedule.due(now) is None
    assert schedule.due(now + dt.timedelta(days=1)) is Mode.CHANGES
    assert schedule.due(now + dt.timedelta(days=3)) is Mode.CHANGES, "one run makes up for three nights"
    assert schedule.due(now + dt.timedelta(days=7)) is Mode.FULL
    release_writers()


def test_sigterm_in_the_middle_of_the_night_ends_it_in_order_and_the_next_start_catches_up(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers = home.path / "customers.csv"
    customers.write_text("subject_id,name\nC0,Orlan Dvessik\n")
    home.config.write_text(f'{home.config.read_text()}\n[customers]\nsource = "customers.csv"\n')
    with monkeypatch.context() as patch:
        set_clock(patch, dt.datetime.now(dt.UTC) - dt.timedelta(days=2))
        rescreen(home)
        release_writers()
    everybody = ["Orlan Dvessik" if number % 100 == 0 else f"Nobody {number}" for number in range(60_000)]
    rows = "".join(f"C{number},{name}\n" for number, name in enumerate(everybody))
    customers.write_text(f"subject_id,name\n{rows}")
    due(home, dt.timedelta(hours=2))
    region = home.path / "regions/default"
    before = len(list(region.glob("screenings/date=*/b*.parquet")))
    with scheduler(home) as running:
        running.until("rescreening: customers that changed against the whole watchlist")
        while len(list(region.glob("screenings/date=*/b*.parquet"))) == before:
            assert running.process.poll() is None
            time.sleep(0.02)
        assert running.end() == 0
    assert any(
        "the rescreening was stopped; the next one goes on from there" in line for line in running.lines
    )
    assert running.lines[-1].endswith("INFO stopped\n")
    assert verify(home).is_sound
    assert not list(region.rglob("*.unfinished"))
    ((done, distinct, outcome),) = ask(home, IN_THE_NIGHT)
    assert 0 < done == distinct < len(everybody)
    assert outcome == "started"
    with scheduler(home) as running:
        running.until(f"rescreened {len(everybody):,} customers", "1,198 new, 0 reopened, 0 closed matches")
        assert running.end() == 0
    assert ask(home, IN_THE_NIGHT) == [(len(everybody), len(everybody), "finished")]
    assert verify(home).is_sound
    release_writers()


# How many are recorded, how many of them once, and what became of the newest rescreening.
IN_THE_NIGHT = """
    select count(*), count(distinct subject_id), any_value(job_outcome) from screenings join
        (select batch_id, outcome as job_outcome from jobs where job = 'rescreen'
        order by started_at desc limit 1)
    using (batch_id)
"""


def test_customers_that_cannot_be_read_are_one_line_and_tried_again_later(home: Home) -> None:
    home.config.write_text(f'{home.config.read_text()}\n[customers]\nsource = "missing.csv"\n')
    due(home, dt.timedelta(hours=2))
    with scheduler(home) as running:
        line = running.until("ERROR rescreening failed")
        assert running.end() == 0
    assert "missing.csv does not exist" in line
    assert sum("rescreening failed" in each for each in running.lines) == 1


def test_the_rules_of_retention_are_applied_every_night(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """Once a night, where a rule holds; what stands in the way is one line, and tried again later."""
    publish_in(home, WATCHLIST)
    rule = "[retention.rules.house]\nkeep_years = 0\nthen_delete = true\n"
    screener = Screener.open(home)
    screener.screen(Subject.parse(name="Orlan Dvessik", subject_id="C1"))
    caplog.set_level("INFO", "cordon")
    RetentionSchedule(home, regions_of(home), "default").run_if_due(threading.Event())
    assert not caplog.messages  # no rule holds
    before = home.config.read_text(encoding="utf-8") if home.config.exists() else ""
    home.config.write_text(before + rule, encoding="utf-8")
    schedule = RetentionSchedule(home, regions_of(home), "default")
    for _ in range(2):
        schedule.run_if_due(threading.Event())
    assert caplog.messages == ["retention: region default: 1 of 1 customers erased, 0 on hold"]
    shorter = "[retention.rules.longer]\nkeep_years = 3\n"
    home.config.write_text(before + rule + shorter, encoding="utf-8")
    caplog.clear()
    schedule = RetentionSchedule(home, regions_of(home), "default")
    for _ in range(2):
        schedule.run_if_due(threading.Event())
    (line,) = caplog.messages
    assert line.startswith("retention failed: in the region default the rule house destroys records")
    release_writers()
