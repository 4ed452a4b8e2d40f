"""No name, birth date, identifier or address of a customer is in a log, an error, or a file left behind."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ledgers import LISTED, ask, home_in, run_python, screen
from test_erasure import found_in

from engine import Screener, Subject
from engine.ledger.layout import Region
from engine.privacy.keys import keys_of
from engine.privacy.tokens import subject_token
from jobs.cli import main
from jobs.logs import JsonLine, TextLine, log_to_stderr
from lists.home import Home
from lists.settings import LogSettings

MARKED = "Orlan Dvessik Quibberly"
WORDS = ("Quibberly", "quibberly", "Zanthorpe", "1961-07-19", "19.07.1961", "Q7755331")
FIELDS: dict[str, Any] = {
    "subject_id": "C1",
    "birth_date": "1961-07-19",
    "addresses": ["7 Zanthorpe Mews, Port Velm"],
    "identifiers": [{"type": "passport", "value": "Q7755331", "country": "SY"}],
}
CORDON = str(Path(sys.executable).with_name("cordon"))


pytestmark = pytest.mark.usefixtures("released")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_in(tmp_path)


@pytest.fixture
def cordon(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """The command, in a folder and with temporary files of its own."""
    for name in ("tmp", "work"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.chdir(tmp_path / "work")

    def run(*arguments: object) -> tuple[int, str, str]:
        shown = ""
        try:
            code = main([*map(str, arguments), "--home", str(home.path)])
        except BaseException:
            code, shown = 1, traceback.format_exc()
        out, err = capsys.readouterr()
        return code, out, err + shown

    return run


def says(text: str) -> list[str]:
    return [word for word in WORDS if word in text]


WRONG = {
    "a kind that is none": ["--kind", "Zanthorpe"],
    "a birth date that is none": ["--birth-date", "19.07.1961"],
    "a day that is none": ["--birth-date", "1961-07-19-2"],
    "a gender that is none": ["--gender", "Quibberly"],
    "a country that is none": ["--country", "Zanthorpe"],
    "an identifier without a type": ["--id", "Q7755331"],
    "an identifier of no known type": ["--id", "Zanthorpe:Q7755331"],
    "a residency that is none": ["--residency", "Zanthorpe"],
    "a segment that is not known": ["--segment", "Quibberly"],
    "a name in two arguments": ["Quibberly"],  # as if quotation marks were forgotten
    "a day that is none to ask for": ["--as-of", "19.07.1961"],
    "a number that is none": ["--limit", "Q7755331"],
    "an option that is none": ["--wife", "Zanthorpe"],
    "an entity that is none": ["--why-not", "4711"],
}


@pytest.mark.parametrize("what", WRONG)
def test_an_error_of_a_single_screening_repeats_nothing(
    cordon: Callable[..., tuple[int, str, str]], home: Home, tmp_path: Path, what: str
) -> None:
    for more in ([], ["--json"], ["--debug"]):
        code, out, err = cordon("screen", MARKED, *WRONG[what], *more)
        assert code == (1 if more == ["--debug"] and "Traceback" in err else 2), (out, err)
        assert says(out + err) == []
    assert found_in(home.path) == {}
    assert found_in(tmp_path / "tmp") == {}


GOOD = f"C1,{MARKED},1961-07-19,7 Zanthorpe Mews\n"
HEAD = "subject_id,name,birth_date,address\n"
FILES: dict[str, bytes] = {
    "sound.csv": (HEAD + GOOD).encode(),
    "no_name.csv": b"subject_id,address\nC1,7 Zanthorpe Mews\n",
    "headless.csv": GOOD.encode(),
    "ragged.csv": (HEAD + GOOD + f"C2,{MARKED},1961-07-19,7 Zanthorpe Mews,and,more\n").encode(),
    "quotes.csv": (HEAD + f'C1,"{MARKED},1961-07-19,7 Zanthorpe Mews\n' + GOOD).encode(),
    "dates.csv": (HEAD + f"C1,{MARKED},19.07.1961,7 Zanthorpe Mews\n").encode(),
    "bytes.csv": (HEAD + GOOD).encode() + b"C2,Quibberly \xff\xfe\x00\x01,1961-07-19,Zanthorpe\n",
    "utf16_cut.csv": (HEAD + GOOD).encode("utf-16")[:-3],
    "twice.csv": f"name,name\n{MARKED},Quibberly\n".encode(),
    "broken.parquet": b"PAR1" + (GOOD * 20).encode() + b"PAR1",
    "text.parquet": (HEAD + GOOD).encode(),
    "empty.csv": b"",
}


@pytest.mark.parametrize("name", FILES)
def test_a_batch_of_a_broken_file_says_nothing_of_who_is_in_it(
    cordon: Callable[..., tuple[int, str, str]], home: Home, tmp_path: Path, name: str
) -> None:
    source = tmp_path / "work" / name
    source.write_bytes(FILES[name])
    for more in ([], ["--json"], ["--debug"]):
        _, out, err = cordon("batch", source, "-o", tmp_path / "work" / "out.csv", *more)
        assert says(out + err) == []
    assert found_in(home.path) == {}
    assert found_in(tmp_path / "tmp") == {}


def test_every_command_on_a_customer_leaves_nothing_in_a_file_or_on_stderr(
    cordon: Callable[..., tuple[int, str, str]], home: Home, tmp_path: Path
) -> None:
    """What they print on stdout is what they were asked for."""
    source = tmp_path / "work" / "customers.csv"
    source.write_text(HEAD + GOOD, encoding="utf-8")
    home.config.write_text(f'[customers]\nsource = "{source}"\n', encoding="utf-8")
    commands: list[list[Any]] = [
        ["screen", MARKED, "--birth-date", "1961-07-19", "--address", "7 Zanthorpe Mews", "--explain"],
        ["screen", MARKED, "--why-not", "xx_test:person"],
        ["batch", source, "-o", tmp_path / "work" / "out.parquet"],
        ["rescreen"],
        ["rescreen", "--full"],
        ["matches"],
        ["hold", "C1", "--reason", "Quibberly against Velm", "--actor", "alice"],
        ["erase", "C1"],
        ["export", "C1"],
        ["retention", "apply"],
        ["keys", "rotate"],
        ["ledger", "seal"],
        ["ledger", "verify"],
        ["ledger", "sql", "select subject_name from matches"],
        ["ledger", "sql", "select subject_name::int from matches"],
        ["ledger", "sql", "select subject_name::date, error(subject_name) from matches"],
        ["ledger", "sql", "select unsealed('v1.alert.0.Quibberly', 'C1', 'w1-1')"],
        ["ledger", "replay", "w1-2"],
        ["lists", "status"],
    ]
    for command in commands:
        code, out, err = cordon(*command)
        assert says(err) == [], command
        if code == 2:
            assert says(out) == [], command
    (match_id,) = {match for (match,) in ask(home, "select match_id from matches where subject_id = 'C1'")}
    for command in (
        ["decide", match_id, "false_positive", "--reason", "Quibberly", "--actor", "alice"],
        [
            "decide",
            match_id,
            "false_positive",
            "--reason",
            "different_place",
            "--note",
            "Zanthorpe",
            "--actor",
            "a",
        ],
        ["decide", match_id, "approve", "--seen", "w1-1", "--note", "Zanthorpe", "--actor", "b"],
    ):
        _, _, err = cordon(*command)
        assert says(err) == [] or "Quibberly is no reason" in err, command
    assert found_in(home.path) == {}
    assert found_in(tmp_path / "tmp") == {}


_FAILS = """
import sys
from jobs import cli
from engine import screener
def broken(self, subject, **_):
    raise RuntimeError(f"no way with {subject}")
screener.Screener.screen = broken
sys.exit(cli.main(sys.argv[1:]))
"""


def test_an_internal_error_tells_its_kind_alone(home: Home) -> None:
    with run_python(_FAILS, "screen", MARKED, "--home", home.path) as process:
        out, err = process.communicate()
    assert process.returncode == 2
    assert "internal error (RuntimeError)" in err
    assert says(out + err) == []


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL here")
@pytest.mark.parametrize("delay", [0.6, 1.2, 1.8, 2.4])
def test_a_batch_that_is_killed_leaves_nothing_readable_in_the_home(
    home: Home, tmp_path: Path, delay: float
) -> None:
    source, temporary = tmp_path / "customers.csv", tmp_path / "tmp"
    temporary.mkdir()
    rows = "".join(f"C{number},{MARKED},1961-07-19,7 Zanthorpe Mews\n" for number in range(20_000))
    source.write_text(HEAD + rows, encoding="utf-8")
    with subprocess.Popen(
        [CORDON, "batch", str(source), "-o", str(tmp_path / "out.csv"), "--home", str(home.path)],
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        _, err = process.communicate()
    assert says(err) == []
    assert found_in(home.path) == {}
    assert found_in(temporary) == {}


def test_an_exception_of_the_library_repeats_no_value(home: Home) -> None:
    screener = Screener.open(home)
    for fields in (
        {"name": MARKED, "birth_date": "19.07.1961"},
        {"name": MARKED, "kind": "Zanthorpe"},
        {"name": MARKED, "identifiers": [{"type": "Zanthorpe", "value": "Q7755331"}]},
        {"name": MARKED, "countries": ["Zanthorpe"]},
        {"name": MARKED, "hobby": "Zanthorpe"},
        {"name": [MARKED]},
    ):
        with pytest.raises(Exception) as caught:
            screener.screen(Subject.parse(**fields))
        assert says(str(caught.value) + repr(caught.value)) == []
    for frame in (
        pl.DataFrame({"name": [MARKED], "birth_date": ["19.07.1961"]}),
        pl.DataFrame({"name": [MARKED], "kind": ["Zanthorpe"]}),
        pl.DataFrame({"name": [[MARKED]]}),
        pl.DataFrame({"nom": [MARKED]}),
        pl.DataFrame({"name": [MARKED], "countries": ["Zanthorpe"]}),
        pl.DataFrame({"name": [MARKED], "segment": ["Zanthorpe"]}),
    ):
        with pytest.raises(Exception) as caught:
            screener.screen_frame(frame)
        assert says(str(caught.value) + repr(caught.value)) == []


def test_a_token_stands_for_a_customer_and_is_the_same_in_all_logs_of_a_region(
    home: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="cordon")
    screen(home, MARKED, **FIELDS)
    Screener.open(home).screen_frame(pl.DataFrame({"subject_id": ["C1"], "name": [MARKED]}))
    screen(home, "Tamsin Quillfeather Zanthorpe", subject_id="C2")
    token = subject_token(keys_of(Region.of(home)), "C1")
    told = [record for record in caplog.records if hasattr(record, "subject")]
    assert [(record.getMessage(), record.subject == token) for record in told] == [  # type: ignore[attr-defined]
        ("screened", True),
        ("matched", True),
        ("screened", False),
    ]
    lines = [formatter.format(record) for record in caplog.records for formatter in (TextLine(), JsonLine())]
    assert says("\n".join(lines)) == []
    assert "C1" not in "\n".join(lines)
    other = tmp_path / "other"
    other.mkdir()
    keys_of(Region.of(home_in(other))).establish()
    assert subject_token(keys_of(Region.of(Home.locate(other / "home"))), "C1") != token


def test_the_log_is_text_or_json_as_the_settings_say(capsys: pytest.CaptureFixture[str]) -> None:
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    try:
        for form in ("text", "json"):
            log_to_stderr(LogSettings(format=form, level="info"))  # type: ignore[arg-type]
            try:
                raise ValueError(MARKED)
            except ValueError:
                logging.getLogger("cordon").exception("failed\nbadly", extra={"subject": "s-1"})
    finally:
        root.handlers[:] = before
        logging.getLogger("cordon").setLevel(logging.NOTSET)
    text, said = capsys.readouterr().err.splitlines()
    assert text.endswith("ERROR failed badly subject=s-1")
    assert json.loads(said) | {"at": ""} == {
        "at": "",
        "level": "error",
        "message": "failed\nbadly",
        "subject": "s-1",
    }


def test_a_column_that_is_no_field_of_a_customer_is_never_stored(
    cordon: Callable[..., tuple[int, str, str]], home: Home, tmp_path: Path
) -> None:
    source, out = tmp_path / "work" / "customers.csv", tmp_path / "work" / "out.csv"
    source.write_text(f"subject_id,name,religion,notes\nC1,{LISTED},Zanthorpe,Quibberly\n", encoding="utf-8")
    code, stdout, err = cordon("batch", source, "-o", out)
    assert code == 0
    assert "columns not read: religion, notes" in err
    assert says(stdout + err + out.read_text(encoding="utf-8")) == []
    views = ("events", "screenings", "matches", "match_states", "jobs")
    assert says(str([ask(home, f"from {view}") for view in views])) == []
    assert found_in(home.path) == {}
