"""The journal and the sealed files: every answer is there, whatever processes, disks and clocks do."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import PROJECT
from ledgers import LISTED, ask, events, forget, home_in, run_python, screen
from watchlists import PERSON

from engine import Screener, Subject, compare_names
from engine.frame import subject_of
from engine.ledger import LedgerError, sealing, verify
from engine.ledger import writer as writers
from engine.ledger.batch import fingerprints
from engine.ledger.events import EVENTS
from engine.ledger.fingerprints import fingerprinter, subject_text
from engine.ledger.layout import Region
from engine.ledger.sealing import seal
from engine.ledger.view_columns import COLUMNS
from engine.ledger.writer import writer_of
from jobs.batch import BatchOptions, run_batch
from jobs.customers.reader import CustomerFile
from lists.home import Home

pytestmark = pytest.mark.usefixtures("released")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_in(tmp_path)


def test_every_answer_is_in_the_ledger_with_its_evidence(home: Home) -> None:
    alert = screen(home, subject_id="C1", birth_date="1961-04-03")
    clear = screen(home, "Tamsin Quillfeather", subject_id="C2")
    assert ask(home, "select subject_id, outcome, best_score, model_version from screenings order by 1") == [
        ("C1", "alert", alert.matches[0].score, alert.model_version),
        ("C2", "clear", None, clear.model_version),
    ]
    ((entity, evidence, name),) = ask(home, "select entity_id, evidence, subject_name from matches")
    assert (entity, name) == ("person", LISTED)
    assert [each["sentence"] for each in json.loads(evidence)] == [
        each.sentence for each in alert.matches[0].evidence
    ]
    assert verify(home).is_sound


def test_comparing_names_and_a_home_that_records_nothing_leave_no_ledger(tmp_path: Path) -> None:
    home = home_in(tmp_path, "[ledger]\nrecord = false\n")
    screen(home)
    compare_names(LISTED, LISTED)
    Screener.open(home).screen_frame(pl.DataFrame({"name": [LISTED]}))
    assert not (home.path / "regions").exists()


def test_every_view_has_the_columns_that_are_documented(home: Home) -> None:
    screen(home)
    page = (PROJECT / "docs" / "ledger.md").read_text(encoding="utf-8")
    for view, columns in COLUMNS.items():
        described = ask(home, f"select column_name from (describe {view})")
        assert [name for (name,) in described] == list(columns)
        section = page.split(f"### `{view}`\n")[1].split("\n#")[0]
        for column, meaning in columns.items():
            assert f"| `{column}` | {meaning} |" in section, (view, column)


def test_every_event_type_is_documented() -> None:
    page = (PROJECT / "docs" / "ledger.md").read_text(encoding="utf-8")
    section = page.split("## Events\n")[1].split("\n## ")[0]
    assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == list(EVENTS)
    for event, meaning in EVENTS.items():
        assert f"| `{event}` | {meaning} |" in section


def test_many_processes_and_threads_write_at_once_and_nothing_is_lost(home: Home) -> None:
    screen(home)
    forget()
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.map(_screen_in_threads, [(home.path, number) for number in range(3)])
    assert ask(home, "select count(*), count(distinct subject_id) from screenings") == [(121, 120)]
    found = verify(home)
    assert found.is_sound
    assert 1 <= found.writers <= 3


def _screen_in_threads(given: tuple[Path, int]) -> None:
    path, number = given
    screener = Screener.open(path)
    with ThreadPoolExecutor(4) as threads:
        list(
            threads.map(
                lambda each: screener.screen(Subject.parse(name=LISTED, subject_id=f"{number}-{each}")),
                range(40),
            )
        )


def test_the_next_process_continues_the_chain_of_one_that_ended(home: Home) -> None:
    for _ in range(3):
        screen(home)
        forget()
    assert [event["type"] for event in events(home)] == ["opened", "screened"] * 3
    assert [event["seq"] for event in events(home)] == [1, 2, 3, 4, 5, 6]
    assert verify(home).writers == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_worker_has_a_chain_of_its_own(home: Home) -> None:
    screener = Screener.open(home)
    screener.screen(Subject.parse(name=LISTED, subject_id="parent"))
    child = os.fork()
    if child == 0:
        try:
            screener.screen(Subject.parse(name=LISTED, subject_id="child"))
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    screener.screen(Subject.parse(name=LISTED, subject_id="parent"))
    assert ask(home, "select subject_id, count(*) from screenings group by 1 order by 1") == [
        ("child", 1),
        ("parent", 2),
    ]
    found = verify(home)
    assert found.is_sound
    assert found.writers == 2


def test_a_torn_last_line_is_repaired_at_the_next_start_and_said(home: Home) -> None:
    screen(home)
    forget()
    (journal,) = Region.of(home).journal.glob("2*/w1.ndjson")
    with journal.open("ab") as file:
        file.write(b'{"seq":3,"prev":"ab')
    assert [str(note) for note in verify(home).notes] == [
        f"journal/{journal.parent.name}/w1.ndjson, line 3: is not complete: nobody was told of it"
    ]
    assert len(ask(home, "from screenings")) == 1
    screen(home)
    assert events(home)[2]["repaired"]["cut_bytes"] == 19
    assert verify(home).is_sound
    assert not verify(home).notes


def test_a_line_that_was_written_and_not_acknowledged_is_kept(home: Home) -> None:
    screen(home)
    (head,) = Region.of(home).heads.glob("w1.head")
    acknowledged = head.read_bytes()
    screen(home)
    forget()
    head.write_bytes(acknowledged)  # killed between writing the line and saying so
    assert verify(home).is_sound
    screen(home)
    assert [event["seq"] for event in events(home)] == [1, 2, 3, 4, 5]
    assert events(home)[3]["repaired"]["adopted"] == 1
    assert verify(home).is_sound


def test_a_damaged_chain_is_never_continued(home: Home) -> None:
    screen(home)
    forget()
    (journal,) = Region.of(home).journal.glob("2*/w1.ndjson")
    journal.write_bytes(journal.read_bytes().split(b"\n")[0] + b"\n")
    screen(home)
    found = verify(home)
    assert str(found.findings[0]).endswith(
        "is cut off or missing: the last 1 events that were acknowledged are gone"
    )
    assert "bytes instead of" in events(home)[1]["skipped"]["w1"]


def test_a_batch_records_every_customer_and_its_files_are_sealed(home: Home, tmp_path: Path) -> None:
    source, output = tmp_path / "customers.csv", tmp_path / "out.csv"
    rows = [f"C{number},Tamsin Quillfeather {number}" for number in range(20)]
    source.write_text("\n".join(["subject_id,name", f"C100,{LISTED}", *rows, "C101,"]), encoding="utf-8")
    summary = run_batch(home, source, output, BatchOptions())
    assert (summary.screened, summary.rejected) == (21, 1)
    assert ask(home, "select outcome, count(*) from screenings group by 1 order by 1") == [
        ("alert", 1),
        ("clear", 20),
    ]
    assert ask(home, "select job, outcome, customers, alerts from jobs") == [("batch", "finished", 21, 1)]
    query = "select m.subject_id, row, entity_id from matches as m join screenings using (screening_id)"
    assert ask(home, query) == [("C100", 2, "person")]
    (part,) = [event for event in events(home) if event["type"] == "part"]
    sealed = Region.of(home).path / part["screenings"]["file"]
    assert pl.read_parquet(sealed).height == 21
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"x")
    assert [str(finding) for finding in verify(home).findings] == [
        f"{part['screenings']['file']}: was changed after it was sealed"
    ]


def test_a_frame_is_recorded_as_a_batch(home: Home) -> None:
    frame = pl.DataFrame({"subject_id": ["a", "b"], "name": [LISTED, "Nobody Atall"]})
    Screener.open(home).screen_frame(frame)
    assert ask(home, "select subject_id, outcome from screenings order by 1") == [
        ("a", "alert"),
        ("b", "clear"),
    ]


def test_a_customer_has_the_same_fingerprint_alone_and_in_a_file(home: Home) -> None:
    screen(home)
    with CustomerFile(PROJECT / "fixtures" / "customers.csv") as file:
        (frame,) = [chunk.frame for chunk in file.chunks() if chunk.frame.height]
    made = fingerprinter(b"k" * 32)
    subjects = [subject_of(row, place) for place, row in enumerate(frame.iter_rows(named=True))]
    alone = [made(subject_text(subject).encode()) for subject in subjects]
    assert fingerprints(frame, b"k" * 32).to_list() == alone
    assert len(set(alone)) == len(alone)


def test_sealing_keeps_chains_whole_over_days(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    days = [dt.datetime(2026, 3, day, 12, tzinfo=dt.UTC) for day in (1, 2, 3)]
    for day in days:
        _set_clock(monkeypatch, day)
        screen(home, subject_id=f"C{day.day}")
    assert verify(home).is_sound
    before = ask(home, "select * from screenings order by all")
    region = Region.of(home)
    assert [day.date for day in seal(region, writer_of(region))] == ["2026-03-01", "2026-03-02"]
    assert region.journal_dates() == ["2026-03-03"]
    assert ask(home, "select * from screenings order by all") == before
    found = verify(home)
    assert found.is_sound, found.findings
    assert (found.events, found.sealed_files) == (6, 2)
    (sealed, _) = region.sealed_files()
    assert sealed.stat().st_size > 0
    sealed.unlink()
    assert "events/date=2026-03-01/journal.parquet: is missing or cannot be read" in {
        str(finding) for finding in verify(home).findings
    }


def _set_clock(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return now

    monkeypatch.setattr(writers.dt, "datetime", Clock)


def test_a_clock_that_is_set_back_a_little_never_turns_the_order_round(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = dt.datetime(2026, 3, 2, 0, 10, tzinfo=dt.UTC)
    _set_clock(monkeypatch, noon)
    screen(home)
    _set_clock(monkeypatch, noon - dt.timedelta(minutes=20))  # the day before
    screen(home)
    found = verify(home)
    assert found.is_sound, found.findings
    last = events(home)[-1]
    assert last["at"].startswith("2026-03-02T00:10")
    assert last["clock"].startswith("2026-03-01T23:50")


def test_a_clock_that_was_years_ahead_does_not_hold_anybody_up(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_clock(monkeypatch, dt.datetime(2040, 1, 1, tzinfo=dt.UTC))
    screen(home)
    _set_clock(monkeypatch, dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    screen(home)
    forget()
    screen(home)
    found = verify(home)
    assert found.is_sound, found.findings
    assert [event["at"][:4] for event in events(home) if event["type"] == "screened"] == [
        "2026",
        "2026",
        "2040",
    ]
    assert "the clock is behind that" in str([event.get("skipped") for event in events(home)])


# The process may write no file beyond a size: the file system's own refusal, in the middle of a line.
_FULL_DISK = """
import resource, sys
import polars as pl
from ledgers import screen
from engine import Screener
from engine.ledger import LedgerError
screen(sys.argv[1], subject_id="before")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
refused = 0
frame = pl.DataFrame({"subject_id": [f"x{n}" for n in range(40_000)], "name": ["Nobody Atall"] * 40_000})
try:
    Screener.open(sys.argv[1]).screen_frame(frame)
except LedgerError as error:
    assert "no answer is given without its record" in str(error), error
else:
    raise AssertionError("the batch should not fit")
for number in range(40):
    try:
        screen(sys.argv[1], subject_id=f"n{number}")
        print(f"n{number}", flush=True)
    except LedgerError as error:
        refused += 1
        assert "cannot record in the ledger" in str(error), error
        assert "no answer is given without its record" in str(error)
assert refused > 5
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
screen(sys.argv[1], subject_id="after")
"""


def test_a_full_disk_is_a_clear_error_and_leaves_nothing_half_written(home: Home) -> None:
    pytest.importorskip("resource")
    process = run_python(_FULL_DISK, home.path, 12_345)
    out, err = process.communicate()
    assert process.returncode == 0, err
    answered = {"before", "after", *out.split()}
    assert len(answered) > 3
    assert {name for (name,) in ask(home, "select subject_id from screenings")} == answered
    found = verify(home)
    assert found.is_sound, found.findings
    assert not found.notes
    assert not list(Region.of(home).path.rglob("*.parquet*")), "nothing of the batch is left"


def test_a_home_that_cannot_be_written_is_a_clear_error(home: Home) -> None:
    (home.path / "regions").write_text("not a folder")
    with pytest.raises(LedgerError, match=r"cannot record in the ledger .* no answer is given"):
        screen(home)
    (home.path / "regions").unlink()
    screen(home)


_READ_ONLY = """
import os, sys, tempfile
from pathlib import Path
from ledgers import ask, forget, home_in, screen
from engine.ledger import LedgerError, verify
from lists.home import Home
with tempfile.TemporaryDirectory() as folder:  # whatever is imported on the way, while it can be
    writable = home_in(Path(folder))
    screen(writable)
    verify(writable), ask(writable, "from screenings"), forget()
home = Home.locate(sys.argv[1])
if not os.geteuid():
    os.seteuid(65534)  # nobody forbids root anything
try:
    screen(home)
except LedgerError as error:
    print(error)
print(verify(home).is_sound, ask(home, "select count(*) from screenings"))
"""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are other ones here")
def test_a_read_only_home_is_a_clear_error_and_can_still_be_asked() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own can only be entered by its owner
        home = home_in(Path(folder))
        screen(home)
        forget()
        before = {path: path.stat().st_mtime_ns for path in home.path.rglob("*")}
        Path(folder).chmod(0o755)
        for path in [home.path, *home.path.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        master = Region.of(home).keys / "master.key"
        master.chmod(0o400)  # it is for its owner alone
        if not os.geteuid():
            os.chown(master, 65534, 65534)
        with run_python(_READ_ONLY, home.path) as process:
            out, err = process.communicate()
        for path in [home.path, *(each for each in home.path.rglob("*") if each.is_dir())]:
            path.chmod(0o755)
        assert process.returncode == 0, err
        refused, asked = out.splitlines()
        assert "cannot record in the ledger" in refused, err
        assert "permission denied" in refused
        assert asked == "True [(1,)]"
        assert {path: path.stat().st_mtime_ns for path in home.path.rglob("*")} == before


def test_another_home_that_is_put_over_the_path_is_noticed(home: Home, tmp_path: Path) -> None:
    screener, subject = Screener.open(home), Subject.parse(name=LISTED)
    screener.screen(subject)
    home.path.rename(tmp_path / "moved")
    (tmp_path / "other").mkdir()
    other = home_in(tmp_path / "other")
    screen(other)
    other.path.rename(home.path)
    with pytest.raises(LedgerError, match="moved, replaced or changed by another program"):
        screener.screen(subject)
    screener.screen(subject)
    assert verify(home).is_sound
    assert verify(tmp_path / "moved").is_sound


def test_a_home_under_two_names_is_one_ledger(home: Home, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(home.path, target_is_directory=True)
    screen(home, subject_id="one")
    screen(Home.locate(tmp_path / "alias"), subject_id="two")
    assert ask(home, "select count(*) from screenings") == [(2,)]
    found = verify(home)
    assert found.is_sound
    assert found.writers == 1


def test_batched_flushing_records_the_same(tmp_path: Path) -> None:
    home = home_in(tmp_path, '[ledger]\nsync = "batched"\n')
    for number in range(5):
        screen(home, subject_id=f"C{number}")
    assert ask(home, "select count(*) from screenings") == [(5,)]
    assert verify(home).is_sound


def test_queries_go_on_while_writers_write(home: Home) -> None:
    screen(home)
    stop = threading.Event()

    def write() -> None:
        screener = Screener.open(home)
        while not stop.is_set():
            screener.screen(Subject.parse(name=LISTED))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        counts = [ask(home, "select count(*) from screenings")[0][0] for _ in range(5)]
        sound = [verify(home).is_sound for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    assert counts == sorted(counts)
    assert all(sound)


def test_a_question_in_sql_can_change_nothing_and_read_nothing_else(home: Home) -> None:
    from engine.ledger.queries import ask as query  # noqa: PLC0415

    screen(home)
    inside = Region.of(home).path / "new.csv"
    for text in (
        f"copy (select 1) to '{inside}'",
        "create table t as select 1",
        "select 1; select 2",
        "attach 'x.duckdb'",
        "select * from read_text('/etc/hostname')",
        "select * frm screenings",
    ):
        with pytest.raises(LedgerError):
            query(home, text)
    assert not inside.exists()
    assert query(home, "select count(*) as n from screenings").rows == [(1,)]


def test_starting_to_screen_needs_neither_database_nor_frames(home: Home) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom engine import Screener, Subject\n"
        "Screener.open(Path(sys.argv[1])).screen(Subject.parse(name='Orlan Dvessik'))\n"
        "print([name for name in ('duckdb', 'polars', 'filelock') if name in sys.modules])\n"
    )
    process = run_python(program, home.path)
    out, err = process.communicate()
    assert out.strip() == "[]", err


def test_an_alert_names_the_listed_record_it_was_found_in(home: Home) -> None:
    screen(home)
    ((fingerprint, version),) = ask(home, "select entity_fingerprint, watchlist_version from matches")
    from engine.ledger.fingerprints import entity_fingerprint  # noqa: PLC0415

    assert fingerprint == entity_fingerprint(PERSON)
    assert version == Screener.open(home).watchlist_version


def test_a_file_that_a_killed_batch_left_is_noted_and_in_no_answer(home: Home) -> None:
    Screener.open(home).screen_frame(pl.DataFrame({"subject_id": ["a"], "name": [LISTED]}))
    (sealed,) = Region.of(home).screenings.glob("date=*/*.parquet")
    left = sealed.with_name("b20260101T000000Z-00000000-00000.parquet")
    left.write_bytes(sealed.read_bytes())
    assert ask(home, "select count(*) from screenings") == [(1,)]
    found = verify(home)
    assert found.is_sound
    assert "is in no journal: an interrupted batch left it" in str(found.notes[0])


@pytest.mark.parametrize("step", range(1, 8))
def test_a_seal_that_is_killed_at_any_step_is_completed_by_the_next(
    home: Home, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    for day in (1, 2):
        _set_clock(monkeypatch, dt.datetime(2026, 3, day, 12, tzinfo=dt.UTC))
        screen(home, subject_id=f"C{day}")
    before = ask(home, "select * from screenings order by all")
    region = Region.of(home)
    calls = 0

    def dies(name: str, real: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == step:
                raise KeyboardInterrupt(name)
            return real(*arguments, **options)

        return call

    with monkeypatch.context() as patched:
        for module, name in (
            (sealing, "sync_file"),
            (sealing, "sync_folder"),
            (sealing, "digest_of"),
            (sealing.shutil, "rmtree"),
        ):
            patched.setattr(module, name, dies(name, getattr(module, name)))
        try:
            list(seal(region, writer_of(region)))
        except KeyboardInterrupt:
            assert ask(home, "select * from screenings order by all") == before
            assert verify(home).is_sound, verify(home).findings
    list(seal(region, writer_of(region)))
    assert region.journal_dates() == ["2026-03-02"]
    assert ask(home, "select * from screenings order by all") == before
    found = verify(home)
    assert found.is_sound, found.findings
    assert not found.notes
