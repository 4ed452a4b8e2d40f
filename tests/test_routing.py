"""Customers of several regions: each goes to its own region's ledger, or nowhere."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest
from conftest import PROJECT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import LISTED, ask, home_in, run_python

import jobs.rescreen as rescreening
from engine import Screener, Subject, WrongRegion, screen
from engine.ledger import LedgerError, verify
from engine.ledger.layout import Region
from engine.ledger.slots import check_is_own
from engine.ledger.writer import release_writers
from engine.residency import admission
from engine.residency.frames import REJECTED_SCHEMA
from engine.residency.regions import regions_of
from engine.subject import InvalidSubject
from jobs.batch import BatchOptions, run_batch
from jobs.cli import main
from jobs.customers.reader import ReadOptions
from jobs.rescreen_schedule import RescreenSchedule
from lists.home import Home

REGIONS = """
[regions.eu]
countries = ["EEA"]
address = "https://eu.example"

[regions.uk]
countries = ["GB"]
address = "https://uk.example"

[regions.us]
countries = ["US"]

[residency]
unlisted = "refuse"
"""
MARKED = "Zyxomma Qarvelion"


def transfer(origin: str, to: str, until: dt.date, purpose: str = "screening") -> str:
    since = until - dt.timedelta(days=30)
    return (
        f'\n[transfers.{origin}_{to}_{purpose}]\nbasis = "safeguard"\nfrom = "{origin}"\nto = "{to}"\n'
        f'purpose = "{purpose}"\napproved_by = "Officer"\nsince = {since}\nuntil = {until}\n'
    )


TODAY = dt.datetime.now(dt.UTC).date()
TOMORROW, YESTERDAY = TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("CORDON_REGIONS", "eu")
    return home_in(tmp_path, REGIONS)


class Answer(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def cordon(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """The command in this process."""

    def call(*arguments: str) -> Answer:
        code = main(arguments)
        return Answer(code, *capsys.readouterr())

    return call


def serve(monkeypatch: pytest.MonkeyPatch, *regions: str) -> None:
    monkeypatch.setenv("CORDON_REGIONS", ",".join(regions))


def events_of(home: Home, region: str) -> list[dict[str, Any]]:
    ledger = regions_of(home).declared[region].ledger
    files = sorted(ledger.journal.glob("2*/w*.ndjson"))
    return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]


def holds(folder: Path, text: str) -> list[Path]:
    """The files below a folder that hold a text, as it is."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in found if text.encode() in path.read_bytes()]


def test_a_subject_is_recorded_in_its_region_with_a_receipt(home: Home) -> None:
    screening = Screener.open(home).screen(Subject.parse(name=LISTED, residency="DE"))
    receipt = screening.receipt
    assert (receipt.region, receipt.rule, receipt.basis) == ("eu", "regions.eu.countries", None)
    assert len(receipt.watchlist_sha256) == len(receipt.model_sha256) == 64
    (event,) = [each for each in events_of(home, "eu") if each["type"] == "screened"]
    assert event["receipt"] == receipt.model_dump()
    assert not (home.path / "regions" / "uk").exists()


@pytest.mark.parametrize(
    ("residency", "region", "sentence"),
    [
        ("GB", "uk", "belongs to the region uk, which this process does not serve (it serves eu); "
         "send it to https://uk.example"),
        ("US", "us", "belongs to the region us, which this process does not serve (it serves eu); "
         "send it to the process that does"),
        (None, None, "has no residency, and cordon.toml names no default region; give its residency"),
        ("CH", None, "resides where no region is, and cordon.toml refuses that"),
    ],
)  # fmt: skip
def test_a_subject_of_another_region_is_refused_and_nothing_of_it_is_kept(
    home: Home, residency: str | None, region: str | None, sentence: str
) -> None:
    screener = Screener.open(home)
    subject = Subject.parse(subject_id=MARKED, name=MARKED, birth_date="1961-04-03", residency=residency)
    for attempt in (
        lambda: screener.screen(subject),
        lambda: screener.matches([subject]),
        lambda: screener.why_not(subject, "person"),
        lambda: screen(MARKED, residency=residency, home=home),
    ):
        with pytest.raises(WrongRegion) as error:
            attempt()
        assert str(error.value).startswith(f"the subject {sentence}")
        assert error.value.region == region
        assert "1961" not in f"{error.value!r} {vars(error.value)}"
        assert MARKED not in f"{error.value!r} {vars(error.value)}"
    assert not (home.path / "regions").exists()
    assert not holds(home.path, MARKED)


def test_the_default_region_takes_who_has_no_residency_or_one_in_no_region(tmp_path: Path) -> None:
    home = home_in(tmp_path, REGIONS.replace('unlisted = "refuse"', 'default = "eu"'))
    with pytest.MonkeyPatch.context() as patch:
        serve(patch, "eu")
        screener = Screener.open(home)
        for residency in (None, "CH"):
            receipt = screener.screen(Subject.parse(name=MARKED, residency=residency)).receipt
            assert (receipt.region, receipt.rule) == ("eu", "residency.default")
        with pytest.raises(WrongRegion):
            screener.screen(Subject.parse(name=MARKED, residency="GB"))


def test_a_home_without_regions_screens_everybody_as_before(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    for residency in (None, "DE", "US"):
        receipt = Screener.open(home).screen(Subject.parse(name=LISTED, residency=residency)).receipt
        assert (receipt.region, receipt.rule) == ("default", "no [regions] declared")
    assert Region.of(home).exists()


def test_a_process_that_was_told_nothing_screens_nobody(
    cordon: Any, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CORDON_REGIONS")
    answer = cordon("screen", LISTED, "--residency", "DE", "--json", "--home", str(home.path))
    assert answer.code == 2
    assert json.loads(answer.out)["error"]["kind"] == "settings"
    assert "set CORDON_REGIONS to one of eu, uk, us" in answer.err


@pytest.mark.parametrize("served", [("eu",), ("eu", "us")])
def test_a_frame_is_recorded_by_region_and_its_refused_rows_are_handed_back(
    home: Home, monkeypatch: pytest.MonkeyPatch, served: tuple[str, ...]
) -> None:
    serve(monkeypatch, *served)
    frame = pl.DataFrame(
        {
            "subject_id": ["a", "b", "c", "d", "e", "f"],
            "name": [LISTED, MARKED, LISTED, "Ada Brunn", MARKED, LISTED],
            "residency": ["US", "GB", " de ", "FR", None, "NO"],
        }
    )
    screener = Screener.open(home)
    with pytest.raises(WrongRegion, match=r"row \d: belongs to the region u[ks], .* rows are refused\)"):
        screener.screen_frame(frame)
    assert not (home.path / "regions").exists()
    handed: list[pl.DataFrame] = []
    matches = screener.screen_frame(frame, on_rejected=handed.append)
    expected = {"GB": ("b", "uk"), None: ("e", None)} | ({} if "us" in served else {"US": ("a", "us")})
    (rejected,) = handed
    assert rejected.schema == pl.Schema(REJECTED_SCHEMA)
    assert set(rejected.select("subject_id", "region").iter_rows()) == set(expected.values())
    kept = [row for row, own in enumerate(frame["residency"].to_list()) if own not in expected]
    listed = [row for row in kept if frame["name"][row] == LISTED]
    assert matches["row"].to_list() == listed
    alone = Screener.open(home, record=False).screen_frame(frame[kept], record=False)
    assert matches.drop("row").equals(alone.drop("row"))
    found = {
        region: ask(home.in_region(region), "select row, subject_id from screenings order by row")
        for region in served
    }
    assert found["eu"] == [(2, "c"), (3, "d"), (5, "f")]
    if "us" in served:
        assert found["us"] == [(0, "a")]
    assert not holds(home.path, MARKED)


def test_an_error_in_a_frame_names_the_row_that_was_given(home: Home) -> None:
    frame = pl.DataFrame(
        {"name": [MARKED, "Ada Brunn"], "residency": ["GB", "DE"], "birth_date": [None, "soon"]}
    )
    with pytest.raises(InvalidSubject, match="row 1, birth_date"):
        Screener.open(home).screen_frame(frame, on_rejected=lambda _: None)
    for wrong in (["DE", "Narnia"], [1, 2]):
        with pytest.raises(InvalidSubject, match=r"row [01], residency: takes a country"):
            Screener.open(home).screen_frame(frame.with_columns(residency=pl.Series(wrong)))


def test_sealed_batches_carry_the_receipt(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.config.write_text(REGIONS + transfer("us", "eu", TOMORROW))
    frame = pl.DataFrame({"name": [LISTED, "Ada Brunn", "Bo Lind"], "residency": ["DE", "US", "FR"]})
    Screener.open(home).screen_frame(frame)
    crossed, part, batch = events_of(home, "eu")[1:]
    assert (crossed["type"], part["type"], batch["type"]) == ("transferred", "part", "batch")
    rules = {rule["rule"]: (rule["basis"], rule["customers"]) for rule in part["receipt"]["rules"]}
    assert rules == {"regions.eu.countries": (None, 2), "regions.us.countries": ("us_eu_screening", 1)}
    assert part["receipt"] == batch["receipt"]
    for kind in ("screenings", "matches"):
        sealed = regions_of(home).declared["eu"].ledger.path / part[kind]["file"]
        assert json.loads(pl.read_parquet_metadata(sealed)["receipt"]) == part["receipt"]


def write_customers(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("subject_id", "name", "residency", "birth_date"), *[(*row, "") for row in rows]]
        )
    return path


def test_rejected_rows_of_a_batch_hold_row_reference_and_region_alone(
    cordon: Any, home: Home, tmp_path: Path
) -> None:
    rows = [("c1", LISTED, "Germany"), ("c2", MARKED, "GB"), ("c3", MARKED, ""), ("c4", MARKED, "Narnia")]
    source = write_customers(tmp_path / "c.csv", rows)
    out = tmp_path / "m.csv"
    answer = cordon("batch", str(source), "-o", str(out), "--json", "--home", str(home.path))
    assert answer.code == 3
    summary = json.loads(answer.out)
    assert (summary["screened"], summary["rejected"]) == (1, 3)
    assert summary["recorded"] == {"eu": 1}
    assert summary["other_regions"] == {"uk": 1}
    assert "1 row of region uk not screened" in answer.err
    with Path(summary["rejected_file"]).open(encoding="utf-8", newline="") as file:
        rejected = list(csv.DictReader(file))
    assert [(row["row"], row["subject_id"], row["column"], row["region"]) for row in rejected] == [
        ("3", "c2", "residency", "uk"),
        ("4", "c3", "residency", ""),
        ("5", "c4", "residency", ""),
    ]
    assert "send it to https://uk.example" in rejected[0]["reason"]
    assert not holds(home.path, MARKED)
    assert [path for path in holds(tmp_path, MARKED) if path != source] == []


def test_each_region_is_rescreened_by_itself(
    cordon: Any, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("c1", LISTED, "DE"), ("c2", MARKED, "GB"), ("c3", LISTED, "US"), ("c4", "Bo Lind", "FR")]
    write_customers(home.path / "all.csv", rows)
    write_customers(tmp_path / "us.csv", rows)
    home.config.write_text(
        REGIONS
        + f'[customers]\nsource = "all.csv"\n[regions.us.customers]\nsource = "{tmp_path / "us.csv"}"\n'
    )
    serve(monkeypatch, "eu", "us")
    answer = cordon("rescreen", "--json", "--home", str(home.path))
    eu, us = json.loads(answer.out)
    assert (eu["region"], eu["customers"], eu["rejected"], eu["other_regions"]) == ("eu", 2, 1, {"uk": 1})
    assert (us["region"], us["customers"], us["alerts"]) == ("us", 1, 1)
    assert ask(home.in_region("eu"), "select subject_id from screenings order by 1") == [("c1",), ("c4",)]
    assert ask(home.in_region("us"), "select subject_id from screenings") == [("c3",)]
    # Lists that were published while nobody served the region are in its ledger all the same.
    assert ask(home.in_region("us"), "select count(*) from list_changes where rescreened_at is not null") == [
        (1,)
    ]
    again = json.loads(cordon("rescreen", "--region", "eu", "--json", "--home", str(home.path)).out)
    assert (again["mode"], again["customers"], again["new_matches"]) == ("changes", 2, 0)
    shown = cordon("rescreen", "--home", str(home.path))
    assert "region" in shown.out
    assert "us" in shown.out


def test_nothing_crosses_without_a_basis_and_with_one_each_crossing_is_recorded(home: Home) -> None:
    us = Subject.parse(name=LISTED, residency="US")
    home.config.write_text(REGIONS + transfer("us", "eu", YESTERDAY) + transfer("eu", "us", TOMORROW))
    with pytest.raises(WrongRegion, match=f"; the basis us_eu_screening lapsed after {YESTERDAY}$"):
        Screener.open(home).screen(us)
    home.config.write_text(REGIONS + transfer("us", "eu", TOMORROW, "splitting"))
    with pytest.raises(WrongRegion):
        Screener.open(home).screen(us)
    home.config.write_text(REGIONS + transfer("us", "eu", TODAY))
    receipt = Screener.open(home).screen(us).receipt
    assert (receipt.region, receipt.origin) == ("eu", "us")
    assert (receipt.basis, receipt.basis_kind) == ("us_eu_screening", "safeguard")
    _, crossed, screened = events_of(home, "eu")
    del crossed["seq"], crossed["prev"], crossed["at"]
    assert crossed == {
        "type": "transferred",
        "transfer": "us_eu_screening",
        "basis": "safeguard",
        "from": "us",
        "to": "eu",
        "purpose": "screening",
        "approved_by": "Officer",
        "since": str(TODAY - dt.timedelta(days=30)),
        "until": str(TODAY),
        "reference": None,
        "customers": 1,
    }
    assert screened["receipt"] == receipt.model_dump()
    assert not (home.path / "regions" / "us").exists()


def test_a_lapsed_basis_stops_a_process_that_runs(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.config.write_text(REGIONS + transfer("us", "eu", TODAY))
    screener = Screener.open(home)
    us = Subject.parse(name=LISTED, residency="US")
    screener.screen(us)

    later = admission.clock() + 86_400
    monkeypatch.setattr(admission, "clock", lambda: later)
    with pytest.raises(WrongRegion):
        screener.screen(us)


class Clock:
    """Of the gate: tomorrow from the n-th look at a residency on, as if midnight had passed then."""

    def __init__(self, patch: pytest.MonkeyPatch, looks: int) -> None:
        now, decide, self.looks = admission.clock(), admission.Residency.decide, looks

        def counted(residency: admission.Residency, country: str | None) -> Any:
            self.looks -= 1
            return decide(residency, country)

        patch.setattr(admission.Residency, "decide", counted)
        patch.setattr(admission, "clock", lambda: now if self.looks >= 0 else now + 86_400)


LAPSING = [("c1", LISTED, "DE"), *((f"u{n}", LISTED, "US") for n in range(5)), ("c2", LISTED, "DE")]


# Three chunks of three rows, each looked at when it is read (two residencies) and when it is admitted (three,
# with that of whoever has none): between two chunks, and between reading the second and admitting it.
@pytest.mark.parametrize("looks", [3, 4, 5, 6])
def test_a_basis_that_lapses_during_a_batch_rejects_the_rows_that_are_left(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    home.config.write_text(REGIONS + transfer("us", "eu", TODAY))
    source, out = write_customers(tmp_path / "c.csv", LAPSING), tmp_path / "m.parquet"
    Clock(monkeypatch, looks)
    summary = run_batch(home, source, out, BatchOptions(ReadOptions(chunk_size=3)))
    assert summary.read == len(LAPSING)
    assert summary.screened + summary.rejected == len(LAPSING)
    assert summary.rejected_file
    assert summary.other_regions == {"us": summary.rejected}
    with Path(summary.rejected_file).open(encoding="utf-8", newline="") as file:
        rejected = list(csv.DictReader(file))
    assert all(row["column"] == "residency" for row in rejected)
    assert all(f"the basis us_eu_screening lapsed after {TODAY}" in row["reason"] for row in rejected)
    matched = pl.read_parquet(out)
    assert {"c1", "c2"} <= set(matched["subject_id"])
    assert {row["subject_id"] for row in rejected}.isdisjoint(matched["subject_id"])
    numbers = {subject_id: number for number, (subject_id, _, _) in enumerate(LAPSING, 2)}
    for subject_id, row in matched.select("subject_id", "row").iter_rows():
        assert row == numbers[subject_id]
    for row in rejected:
        assert int(row["row"]) == numbers[row["subject_id"]]
    crossed = sum(each["customers"] for each in events_of(home, "eu") if each["type"] == "transferred")
    assert crossed == summary.screened - 2
    recorded = ask(home, "select subject_id from screenings order by 1")
    assert len(recorded) == summary.screened
    assert verify(home).is_sound


@pytest.mark.parametrize("looks", range(1, 9))
def test_a_basis_that_lapses_during_a_rescreening_rejects_the_rows_that_are_left(
    home: Home, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    write_customers(home.path / "all.csv", LAPSING)
    home.config.write_text(REGIONS + transfer("us", "eu", TODAY) + '[customers]\nsource = "all.csv"\n')
    monkeypatch.setattr(rescreening, "_CHUNK", 3)
    Clock(monkeypatch, looks)
    report = rescreening.rescreen(home)
    assert report.customers + report.rejected == len(LAPSING)
    assert report.rejected > 0
    assert report.other_regions == {"us": report.rejected}
    assert verify(home).is_sound


def test_without_a_ledger_nothing_crosses(home: Home) -> None:
    home.config.write_text(REGIONS + transfer("us", "eu", TOMORROW))
    with pytest.raises(WrongRegion, match="nothing here records that"):
        Screener.open(home, record=False).screen(Subject.parse(name=LISTED, residency="US"))


def test_an_answer_as_of_a_past_day_is_for_the_regions_served(cordon: Any, home: Home) -> None:
    arguments = ("screen", LISTED, "--as-of", f"{TOMORROW}", "--json", "--home", str(home.path))
    assert json.loads(cordon(*arguments, "--residency", "DE").out)["receipt"]["region"] == "eu"
    refused = cordon(*arguments, "--residency", "GB")
    assert json.loads(refused.out)["error"]["kind"] == "wrong_region"


def test_commands_on_a_ledger_name_a_region_where_several_are_served(
    cordon: Any, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, "eu", "us")
    screener = Screener.open(home)
    for residency in ("DE", "US"):
        screener.screen(Subject.parse(name=LISTED, residency=residency, subject_id=residency))
    place = ("--home", str(home.path))
    for command in (["matches"], ["ledger", "verify"], ["ledger", "sql", "from screenings"]):
        unclear = cordon(*command, *place)
        assert (unclear.code, "name one: --region eu" in unclear.err) == (2, True)
        assert cordon(*command, "--region", "us", *place).code == 0
    (match,) = json.loads(cordon("matches", "--region", "us", "--json", *place).out)
    assert match["subject_id"] == "US"
    decide = ("decide", match["match_id"], "escalated", "--reason", "several_similarities", "--actor", "x")
    assert cordon(*decide, "--region", "eu", *place).code == 2
    assert cordon(*decide, "--region", "us", *place).code == 0
    elsewhere = cordon("matches", "--region", "uk", *place)
    assert "serves eu, us, not the region 'uk'; it is at https://uk.example" in elsewhere.err
    for command in (["matches", "--region", "uk"], ["rescreen", "--region", "uk"], ["keys", "status"]):
        mistaken = cordon(*command, "--json", *place)
        assert json.loads(mistaken.out)["error"]["kind"] == "usage"


def test_a_fork_has_a_receipt_of_its_own(home: Home) -> None:
    program = (
        "import os, sys\nfrom engine import Screener, Subject\n"
        "screener = Screener.open(sys.argv[1], record=False)\n"
        "ask = lambda: screener.screen(Subject.parse(name='Ada Brunn', residency='DE')).receipt\n"
        "parent, child = ask(), os.fork()\n"
        "mine = ask()\n"
        "assert mine.process_id == os.getpid()\n"
        "if child == 0:\n"
        "    os._exit(0 if mine.process_started_at > parent.process_started_at else 1)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0\n"
        "assert mine == parent\n"
    )
    process = run_python(program, home.path)
    assert process.communicate()[1] == ""
    assert process.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_a_regions_home_is_for_its_own_user_alone(home: Home) -> None:
    Screener.open(home).screen(Subject.parse(name=LISTED, residency="DE"))
    assert (home.path / "regions" / "eu").stat().st_mode & 0o777 == 0o700


def test_what_does_not_fit_into_memory_goes_into_the_regions_home(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    Screener.open(home).screen(Subject.parse(name=LISTED, residency="DE"))
    temporary = home.path / "regions" / "eu" / "derived" / "temporary"
    assert ask(home, "select current_setting('temp_directory')") == [(str(temporary),)]
    assert not temporary.exists()
    monkeypatch.setenv("POLARS_OOC_MEMORY_BUDGET_MB", "20")
    monkeypatch.delenv("POLARS_OOC_SPILL_DIR", raising=False)
    program = (
        "import sys\nfrom engine import Screener\nScreener.open(sys.argv[1])\nimport polars as pl\n"
        "rows = pl.LazyFrame({'a': range(2_000_000)}).with_columns(b=pl.col('a').hash())\n"
        "assert rows.sort('b').sort('a').collect(engine='streaming').height == 2_000_000\n"
    )
    process = run_python(program, home.path)
    assert process.communicate()[1] == ""
    assert list(temporary.iterdir()), "Polars has spilled"


def test_the_scheduler_rescreens_each_region_and_list_changes_reach_each_ledger(
    cordon: Any, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_customers(home.path / "all.csv", [("c1", LISTED, "DE"), ("c2", "Ada Brunn", "US")])
    home.config.write_text(REGIONS + '[customers]\nsource = "all.csv"\n')
    serve(monkeypatch, "eu", "us")
    assert (
        cordon(
            "lists",
            "load",
            "un_sc",
            str(PROJECT / "fixtures" / "un_sc"),
            "--accept",
            "--home",
            str(home.path),
        ).code
        == 0
    )
    regions = regions_of(home)
    for region in regions.served:
        RescreenSchedule(home, regions, region).run_if_due(threading.Event())
    for region, subject in (("eu", "c1"), ("us", "c2")):
        place = home.in_region(region)
        assert ask(place, "select subject_id from screenings") == [(subject,)]
        assert ask(place, "select job, mode from jobs where job = 'rescreen'") == [("rescreen", "full")]
        lists = "select list_id from list_changes where rescreened_at is not null order by all"
        assert ask(place, lists) == [("un_sc",)]
    statuses = json.loads(cordon("lists", "status", "--json", "--home", str(home.path)).out)
    (un,) = [each for each in statuses if each["list_id"] == "un_sc"]
    assert un["rescreened_at"]


RESIDENCIES = st.sampled_from([None, "DE", "GB", "US", "CH", "NO", " fr ", "SU"])


@given(
    residencies=st.lists(RESIDENCIES, max_size=12),
    served=st.sets(st.sampled_from(["eu", "uk", "us"]), min_size=1),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_frame_is_routed_as_its_rows_are_one_by_one(
    home: Home, residencies: list[str | None], served: set[str]
) -> None:
    """The slow twin: each row admitted by itself."""
    with pytest.MonkeyPatch.context() as patch:
        serve(patch, *served)
        residency = Screener.open(home, record=False).residency
    frame = pl.DataFrame(
        {"subject_id": [str(row) for row in range(len(residencies))], "residency": residencies}
    )
    rejected: list[pl.DataFrame] = []
    admitted = residency.admit_frame(frame.cast({"residency": pl.String}), rejected.append)
    regions: dict[str, str] = {}
    for part in admitted.parts:
        own = admitted.frame if part.places is None else admitted.frame[part.places]
        regions |= dict.fromkeys(own["subject_id"].to_list(), part.region)
        assert sum(count for _, count in part.receipts) == own.height
    for row, given_residency in enumerate(residencies):
        parsed = Subject.parse(name="Ada Brunn", residency=given_residency).residency
        if str(row) in regions:
            assert regions.pop(str(row)) == residency.admit(parsed).region
            continue
        with pytest.raises(WrongRegion) as error:
            residency.admit(parsed)
        (own,) = rejected[0].filter(pl.col("row") == row).iter_rows(named=True)
        assert own["region"] == error.value.region
        assert str(error.value) == f"the subject {own['reason']}"
    assert regions == {}


# Looks into all that Python holds: caches, tables of words, what a screener keeps. The name, Qarvelion, is
# spelt in numbers, since the program is held too.
_REMEMBERED = """
import csv, gc, os, sys
import polars as pl
from engine import Screener, Subject, WrongRegion
from jobs.cli import main
home, folder = sys.argv[1:]
screener = Screener.open(home)
def name_of(codes):
    return "".join(map(chr, codes))
codes = [113, 97, 114, 118, 101, 108, 105, 111, 110]
def refused():
    name, frame = name_of(codes) + " Zyx", pl.DataFrame
    identifiers = [{"type": "passport", "value": name_of(codes), "country": "GB"}]
    for residency in ("GB", None, "CH"):
        subject = Subject.parse(name=name, residency=residency, identifiers=identifiers, addresses=[name])
        for attempt in (screener.screen, lambda each: list(screener.matches([each]))):
            try:
                attempt(subject)
                raise AssertionError
            except WrongRegion:
                pass
    rows = {"name": [name, "Ada Brunn"], "residency": ["GB", "DE"], "addresses": [[name], None]}
    screener.screen_frame(pl.DataFrame(rows), on_rejected=lambda _: None)
    with open(os.path.join(folder, "c.csv"), "w") as file:
        rows = [("name", "residency", "addresses"), (name, "GB", name), ("Ada Brunn", "DE", "")]
        csv.writer(file).writerows(rows)
    assert main(["batch", file.name, "-o", os.path.join(folder, "m.csv"), "--home", home]) == 3
    os.unlink(file.name)
refused()
gc.collect()
wanted = name_of(codes)
def texts(item):
    if isinstance(item, dict):
        yield from (each for pair in item.items() for each in pair)
    elif isinstance(item, (list, tuple, set, frozenset)):
        yield from item
    else:
        yield from gc.get_referents(item)
holders = [
    type(item).__name__
    for item in gc.get_objects()
    for each in texts(item)
    if isinstance(each, (str, bytes)) and each is not wanted
    and wanted in (each.decode(errors="replace") if isinstance(each, bytes) else each).casefold()
]
assert holders == [], holders
screener.screen(Subject.parse(name=wanted, residency="DE"))
assert [
    item for item in gc.get_objects() for each in texts(item)
    if isinstance(each, str) and each is not wanted and wanted in each
], "what is screened is found by this"
"""


def test_nothing_of_a_refused_customer_stays_in_memory(home: Home, tmp_path: Path) -> None:
    process = run_python(_REMEMBERED, home.path, tmp_path)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert "qarvelion" not in errors.casefold()
    assert holds(tmp_path, "qarvelion") == []


def test_homes_that_were_exchanged_are_found_before_anything_is_recorded_or_read(
    cordon: Any, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, "eu", "us")
    screener = Screener.open(home)
    for residency in ("DE", "US"):
        screener.screen(Subject.parse(name=LISTED, residency=residency))
    release_writers()
    exchanged = REGIONS.replace('["EEA"]', '["EEA"]\nhome = "regions/us"')
    home.config.write_text(exchanged.replace('["US"]', '["US"]\nhome = "regions/eu"'))
    before = {path: path.read_bytes() for path in home.path.rglob("*") if path.is_file()}
    with pytest.raises(
        LedgerError, match=r"holds the ledger of the region us, .* correct home in \[regions\.eu"
    ):
        Screener.open(home)
    read = cordon("matches", "--region", "us", "--home", str(home.path))
    assert "holds the ledger of the region eu" in read.err
    assert {path: path.read_bytes() for path in home.path.rglob("*") if path.is_file()} == before


def test_the_ledger_of_before_there_were_regions_goes_on_as_one(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    Screener.open(home).screen(Subject.parse(name=LISTED, subject_id="before"))
    release_writers()
    home.config.write_text('[regions.eu]\nhome = "regions/default"\n')
    Screener.open(home).screen(Subject.parse(name=LISTED, subject_id="after"))
    assert ask(home, "select subject_id from screenings order by recorded_at") == [("before",), ("after",)]
    assert verify(home).is_sound


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_the_home_of_another_user_is_said_to_be_that(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, **_: object) -> bool:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "exists", refused)
    ledger = Region(home.path / "regions" / "eu", "eu")
    with pytest.raises(LedgerError, match=r"region eu cannot be used \(permission denied\); run as the user"):
        check_is_own(ledger)
