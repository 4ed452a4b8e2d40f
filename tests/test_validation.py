"""`cordon validate`: the report, its files and its event, on small invented watchlists."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import html
import json
import re
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ledgers import ask, home_in, run_python, screen
from watchlists import listed

from engine.ledger import decide, verify
from engine.privacy.erasure import erase
from engine.validation.records import BY_NAME
from engine.validation.thresholds import thresholds_of
from jobs.cli import main
from jobs.failures import ExitCode
from lists.home import Home
from lists.model import Kind, ListedEntity

SCRIPT = "<script>alert(1)</script> Dvessik"
_GIVEN = "Orlan Tamsin Velmar Iskren Dorian Maelis Torvald Yevran Casimar Lunetta".split()
_FAMILY = "Dvessikov Orlandini Tregubovsky Velmanian Iskandrov Maelstromer Torvaldsen Yevranyan".split()
ENTITIES = [
    listed(f"P{place}", f"{given} {family}", birth_dates=[{"text": "1962-03-01", "earliest": "1962-03-01",
           "latest": "1962-03-01", "precision": "day"}])
    for place, (given, family) in enumerate((one, other) for one in _GIVEN for other in _FAMILY)
]  # fmt: skip
HOSTILE = [*ENTITIES[:10], listed("H1", SCRIPT), listed("H2", "Velm\u202egnippihS LLC", kind=Kind.COMPANY)]

Validate = Callable[..., int]


@pytest.fixture
def validate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Validate:
    """The command in this process, with one process to screen and a hundred records unless told more."""
    monkeypatch.chdir(tmp_path)

    def call(home: Home, *arguments: object, size: int | None = 100) -> int:
        few = ("--size", size) if size is not None and "--size" not in arguments else ()
        given = map(str, ("validate", "--processes", 1, *few, *arguments, "--home", home.path))
        return main(list(given))

    return call


def _home(folder: Path, settings: str = "", entities: list[ListedEntity] | None = None) -> Home:
    return home_in(folder, settings, entities or ENTITIES)


def _report(folder: str = "validation") -> dict[str, Any]:
    report: dict[str, Any] = json.loads(Path(folder, "validation.json").read_bytes())
    return report


def _page(folder: str = "validation") -> str:
    return Path(folder, "validation.html").read_text(encoding="utf-8")


def test_two_runs_with_one_seed_differ_in_their_stamp_alone(tmp_path: Path, validate: Validate) -> None:
    home = _home(tmp_path)
    validate(home, "-o", "one")
    validate(home, "-o", "two")
    one, two = _report("one"), _report("two")
    assert one.pop("stamp") != two.pop("stamp")
    assert one == two

    def unstamped(folder: str) -> str:
        return re.sub(r'<p id="stamp">.*?</p>', "", _page(folder))

    assert unstamped("one") == unstamped("two")
    assert unstamped("one") != _page("one")
    name = "validation.parquet"
    assert Path("one", name).read_bytes() == Path("two", name).read_bytes()
    validate(home, "-o", "shared", "--processes", 2)
    assert Path("shared", name).read_bytes() == Path("two", name).read_bytes()
    validate(home, "-o", "three", "--seed", 8)
    assert Path("three", name).read_bytes() != Path("two", name).read_bytes()


def test_the_report_says_what_was_tested(tmp_path: Path, validate: Validate) -> None:
    home = _home(tmp_path, "[screening]\nthreshold = 0.8\n")
    validate(home)
    report, page = _report(), _page()
    tested = report["tested"]
    for said in (tested["watchlist"], tested["watchlist_digest"], tested["model"], "threshold 0.8"):
        assert said in page
    assert tested["policies"][0]["version"] in page
    assert "as it stands" in page
    assert "in force: 0.80" in page
    assert report["thresholds"]["in_force"]["threshold"] == 0.8


def test_no_script_no_file_beside_it_and_no_network_is_needed(tmp_path: Path, validate: Validate) -> None:
    validate(_home(tmp_path))
    page = _page()
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|link|img|iframe|object|embed)|src=|href=|url\(|@import", page)


def test_every_miss_is_named_with_its_reason(tmp_path: Path, validate: Validate) -> None:
    home = _home(tmp_path, "[screening]\nthreshold = 0.97\n")
    assert validate(home, "--size", 400) == ExitCode.ALERT
    report = _report()
    records = pl.read_parquet("validation/validation.parquet")
    traps = [name for name, family in BY_NAME.items() if family.is_trap]
    misses = records.filter(~pl.col("found"), pl.col("left_out").is_null(), ~pl.col("family").is_in(traps))
    named = [each for each in report["missed"] if each["family"] not in traps]
    assert len(named) == misses.height > 0
    for each in named[:20]:
        assert html.escape(each["name"], quote=False) in html.unescape(_page()) or each["name"] in _page()
        assert "0.97" in each["reason"]


def test_hostile_names_are_text(tmp_path: Path, validate: Validate) -> None:
    validate(_home(tmp_path, "[screening]\nthreshold = 1.0\n", HOSTILE), "--size", 600)
    page = _page()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert "&lt;U+202E&gt;" in page


def test_only_the_owner_may_read_the_files(tmp_path: Path, validate: Validate) -> None:
    validate(_home(tmp_path))
    for file in Path("validation").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_ledger_has_the_digests_of_the_report(tmp_path: Path, validate: Validate) -> None:
    home = _home(tmp_path)
    validate(home)
    ((details, model),) = ask(home, "select details, model_version from jobs where job = 'validate'")
    event = json.loads(details)
    assert set(event["files"]) == {"validation.html", "validation.json", "validation.parquet"}
    for name, digest in event["files"].items():
        assert hashlib.sha256(Path("validation", name).read_bytes()).hexdigest() == digest
    assert model == event["model_version"] == _report()["tested"]["model"]
    assert verify(home).is_sound


def test_a_validation_is_no_screening(tmp_path: Path, validate: Validate) -> None:
    home = _home(tmp_path)
    validate(home)
    assert ask(home, "select count(*) from screenings") == [(0,)]


def _customers(*names: str) -> Path:
    path = Path("clean.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject_id", "name"])
        writer.writerows((f"C{place}", name) for place, name in enumerate(names, 1))
    return path


def test_alerts_of_own_customers_are_counted_and_sampled(tmp_path: Path, validate: Validate) -> None:
    home = _home(tmp_path, "[screening]\nthreshold = 0.95\n")
    nobody = [f"Nobody{letter} Whatsoever{letter}" for letter in "abcdefgh"]
    file = _customers("=Orlan Dvessikov", "Tamsin Dvessikow", *nobody)
    validate(home, "--customers", file, "--thresholds", "0.6:0.98")
    report = _report()
    assert report["customers"]["asked"] == 10
    assert report["customers"]["alerts"] == 1
    assert report["customers"]["per_1000"] == 100.0
    lowest = report["thresholds"]["points"][0]
    assert lowest["alerts_per_1000"] == 200.0
    above, below = _rows("above-the-line.csv"), _rows("below-the-line.csv")
    assert [row["subject_id"] for row in above] == ["C1"]
    assert above[0]["name"] == "'=Orlan Dvessikov"  # no spreadsheet runs it
    assert [row["subject_id"] for row in below] == ["C2"]


def test_the_terminal_says_how_many_customers_alert(
    tmp_path: Path, validate: Validate, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _customers("Orlan Dvessikov", "Nobody Whatsoever", "", "Nobody Else")
    validate(_home(tmp_path), "--customers", file, "--family", "exact")
    assert re.search(
        r"^1 of 3 customers alert, 333\.33 in 1,000 .*; 1 row rejected$", capsys.readouterr().out, re.M
    )


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path("validation", name).read_text(encoding="utf-8").splitlines()))


def _decided_home(tmp_path: Path) -> Home:
    home = _home(tmp_path, "[decisions]\nfour_eyes = false\n")
    for name in ("Orlan Dvessikow", "Tamsin Orlandino"):
        screen(home, name, subject_id=name.split()[0], kind="person")
    for match_id, name in ask(home, "select match_id, subject_id from match_states"):
        outcome, reason = (
            ("true_match", "several_similarities")
            if name == "Orlan"
            else ("false_positive", "different_name")
        )
        decide(match_id, outcome, actor="alice", reason=reason, home=home)
    return home


def test_what_a_higher_threshold_would_lose_is_named(tmp_path: Path, validate: Validate) -> None:
    validate(_decided_home(tmp_path), "--thresholds", "0.75:0.99")
    decided = _report()["decided"]
    (lost,) = decided["true_matches_by_score"]
    assert lost["name"] == "Orlan Dvessikow"
    effects = {each["threshold"]: each for each in decided["effects"]}
    assert effects[0.75]["true_matches_lost"] == 0
    assert effects[0.99]["true_matches_lost"] == 1
    assert effects[0.99]["false_positives_gone"] == 1
    assert "Orlan Dvessikow" in _page()


def test_another_policy_is_compared_on_the_same_records_and_decisions(
    tmp_path: Path, validate: Validate, capsys: pytest.CaptureFixture[str]
) -> None:
    home = _decided_home(tmp_path)
    other = Path("stricter.toml")
    other.write_text("[screening]\nthreshold = 0.97\n", encoding="utf-8")
    validate(home, "--against", other, "--size", 300)
    against = _report()["against"]
    assert against["differences"]
    assert all(each["found"] and not each["found_after"] for each in against["differences"])
    assert sum(each["missed_now"] for each in against["moved"]) == len(against["differences"])
    changed = {(row["name"], row["alerts"], row["alerts_after"]) for row in against["decided"]}
    assert ("Orlan Dvessikow", True, False) in changed
    assert "stricter.toml" in _page()
    out = capsys.readouterr().out
    assert "1 of 1 true match in the ledger alert today" in out
    lost = len(against["differences"])
    assert f"300 records compared: 0 more are found, {lost} more are missed by stricter.toml" in out


def test_the_same_policy_differs_in_nothing(tmp_path: Path, validate: Validate) -> None:
    home = _home(tmp_path)
    validate(home, "-o", "earlier")
    assert validate(home, "--against", "earlier/validation.parquet", size=None) != ExitCode.ERROR
    against = _report()["against"]
    assert (against["records"], against["differences"]) == (100, [])
    assert _report()["tested"]["size"] is None
    assert "the records of validation.parquet" in _page()


@pytest.mark.parametrize("option", [("--size", 50), ("--list", "xx_test"), ("--family", "exact")])
def test_the_records_of_an_earlier_run_cannot_be_chosen(
    tmp_path: Path, validate: Validate, capsys: pytest.CaptureFixture[str], option: tuple[str, object]
) -> None:
    assert validate(_home(tmp_path), "--against", "run.parquet", *option, size=None) == ExitCode.ERROR
    assert "takes that run's records" in capsys.readouterr().err


def test_an_earlier_run_shows_what_the_model_changed_and_why(tmp_path: Path, validate: Validate) -> None:
    home = _home(tmp_path)
    validate(home, "-o", "earlier", "--size", 200)
    file = Path("earlier/validation.parquet")
    run = pl.read_parquet(file)
    is_changed = (pl.col("family") == "a letter missing") & pl.col("found")
    changed = pl.when(is_changed)
    run.with_columns(
        found=changed.then(pl.lit(False)).otherwise("found"),
        evidence=changed.then(pl.lit("name.aligned +0.100")).otherwise("evidence"),
    ).write_parquet(file)
    count = run.filter(is_changed).height
    validate(home, "--against", file, size=None)
    differences = _report()["against"]["differences"]
    assert len(differences) == count > 0
    assert all(each["only_before"] == "name.aligned +0.100" for each in differences)
    assert all(each["only_after"] for each in differences)


def test_every_family_at_its_mark_is_a_success(tmp_path: Path, validate: Validate) -> None:
    assert validate(_home(tmp_path), "--family", "exact") == ExitCode.OK
    assert {each["family"] for each in _report()["families"]} == {"as it stands"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--family", "no such"), "no family of records"),
        (("--list", "xx_other"), "holds no list xx_other"),
        (("--thresholds", "0.9:0.6"), "FROM:TO"),
        (("--against", "not-there.toml"), "is not there"),
        (("--against", "broken.parquet"), "is not the validation.parquet"),
        (("--customers", "not-there.csv"), "not-there.csv"),
        (("-o", "no/such/folder"), "does not exist"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_written(
    tmp_path: Path,
    validate: Validate,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    Path("broken.parquet").write_bytes(b"PAR1 no")
    assert validate(_home(tmp_path), *arguments, size=None) == ExitCode.ERROR
    assert said in capsys.readouterr().err
    assert not Path("validation").exists()


def test_a_program_reads_the_digests(
    tmp_path: Path, validate: Validate, capsys: pytest.CaptureFixture[str]
) -> None:
    validate(_home(tmp_path), "--json")
    summary = json.loads(capsys.readouterr().out)
    page = Path(summary["report"])
    assert summary["files"][str(page)] == hashlib.sha256(page.read_bytes()).hexdigest()


@pytest.mark.parametrize("text", ["", "0.6", "a:b", "0.9:0.6", "0:0.5", "0.6:1.1", "0.6:0.9:0", "1:2:3:4"])
def test_thresholds_that_make_no_range_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="FROM:TO"):
        thresholds_of(text)


def test_thresholds_reach_from_end_to_end() -> None:
    assert thresholds_of("0.6:0.95")[::35] == (0.6, 0.95)
    assert thresholds_of("0.7:0.8:0.05") == (0.7, 0.75, 0.8)


def test_decisions_on_an_erased_customer_are_counted_and_not_guessed(
    tmp_path: Path, validate: Validate
) -> None:
    home = _decided_home(tmp_path)
    ((reference,),) = ask(home, "select subject_id from match_states where state = 'false_positive'")
    erase(home, reference, actor="officer", now=dt.datetime.now(dt.UTC) + dt.timedelta(days=20_000))
    validate(home)
    decided = _report()["decided"]
    assert (decided["erased"], decided["false_positives"], decided["true_matches"]) == (1, 0, 1)
    assert "Tamsin" not in json.dumps(decided)


REGIONS = """
[regions.eu]
countries = ["EEA"]

[regions.uk]
countries = ["GB"]

[residency]
default = "eu"
"""


def test_customers_of_another_region_are_not_screened(
    tmp_path: Path, validate: Validate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDON_REGIONS", "eu")
    file = Path("clean.csv")
    file.write_text("name,residency\nOrlan Dvessikov,DE\nTamsin Dvessikov,GB\n", encoding="utf-8")
    validate(_home(tmp_path, REGIONS), "--customers", file)
    customers = _report()["customers"]
    assert (customers["asked"], customers["rejected"], customers["alerts"]) == (1, 1, 1)


def test_a_report_is_of_one_region(
    tmp_path: Path, validate: Validate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CORDON_REGIONS", "eu,uk")
    home = _home(tmp_path, REGIONS)
    assert validate(home) == ExitCode.ERROR
    assert "--region" in capsys.readouterr().err
    validate(home, "--region", "uk")
    assert ask(home.in_region("uk"), "select count(*) from jobs where job = 'validate'") == [(1,)]


def _children(pid: int) -> list[int]:
    """Processes whose parent is this one, on Linux."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for the children of a process")
def test_a_killed_validation_leaves_no_process_behind(tmp_path: Path) -> None:
    home = _home(tmp_path)
    given = ("validate", "--processes", "2", "--size", "60000", "--home", home.path, "-o", tmp_path / "out")
    program = "import sys; from jobs.cli import main; main(sys.argv[1:])"
    with run_python(program, *given) as process:
        deadline = time.monotonic() + 120
        while len(workers := _children(process.pid)) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)  # two that share the work, and one that tracks what they share
        process.kill()
        process.wait()
        while any(map(_is_alive, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert len(workers) >= 3
    assert not any(map(_is_alive, workers))
    assert not (tmp_path / "out").exists()


def _is_alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()  # a zombie only waits to be counted
    except FileNotFoundError:
        return False
