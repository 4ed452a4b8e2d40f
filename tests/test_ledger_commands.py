"""The commands that ask the ledger, as a person at a terminal meets them."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ledgers import forget, home_in, screen

from jobs.cli import app
from jobs.failures import ExitCode, run
from lists.home import Home

CORDON = Path(sys.executable).with_name("cordon")
STEERING = "Orlan \u202eDvessik\x1b[2J"

pytestmark = pytest.mark.usefixtures("released")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = home_in(tmp_path)
    screen(home, STEERING, subject_id="C\u202e1")
    forget()
    return home


@pytest.mark.parametrize(
    "arguments",
    [
        ["matches", "--subject", "\udcff"],
        ["matches", "--list", "\udcff"],
        ["matches", "--kind", "\udcff"],
        ["decide", "\udcff", "escalated", "--reason", "authority_asked", "--actor", "alice"],
        ["export", "\udcff"],
        ["erase", "\udcff"],
        ["hold", "\udcff", "--reason", "case"],
        ["release", "\udcff", "--reason", "case"],
        ["ledger", "sql", "select '\udcff'"],
        ["ledger", "replay", "\udcff"],
    ],
)
def test_what_is_no_text_is_refused_in_a_sentence(
    home: Home, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert run(app, [*arguments, "--home", str(home.path)]) == ExitCode.ERROR
    said = capsys.readouterr().err
    assert said.startswith("cordon: ")
    assert "internal" not in said


def shown_on_a_terminal(*arguments: str | Path) -> str:
    import pty  # noqa: PLC0415 - not on Windows

    ours, theirs = pty.openpty()
    with subprocess.Popen([CORDON, *arguments], stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 65_536):
                shown += block
        except OSError:  # how Linux says that the other side is closed
            pass
    os.close(ours)
    assert process.returncode == ExitCode.OK
    return shown.decode()


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals")
@pytest.mark.parametrize(
    "command", [["matches"], ["ledger", "sql", "select subject_id, subject_name from matches"]]
)
def test_no_name_in_csv_steers_a_terminal(home: Home, command: list[str]) -> None:
    shown = shown_on_a_terminal(*command, "--csv", "--home", home.path)
    assert "C<U+202E>1" in shown
    assert "Orlan <U+202E>Dvessik<U+001B>[2J" in shown
    assert not {"\u202e", "\x1b"} & set(shown)


@pytest.mark.parametrize(
    "command", [["matches"], ["ledger", "sql", "select subject_id, subject_name from matches"]]
)
def test_csv_for_a_program_holds_the_name_as_it_is(home: Home, command: list[str]) -> None:
    done = subprocess.run(
        [CORDON, *command, "--csv", "--home", home.path], capture_output=True, encoding="utf-8", check=True
    )
    (row,) = csv.DictReader(done.stdout.splitlines())
    assert (row["subject_id"], row["subject_name"]) == ("C\u202e1", STEERING)


def test_no_spreadsheet_runs_what_is_printed_as_csv(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    query = "select '=1+1' as a, '+1' as b, '@x' as c, -1 as d"
    assert run(app, ["ledger", "sql", query, "--csv", "--home", str(home.path)]) == ExitCode.OK
    assert capsys.readouterr().out.splitlines()[1] == "'=1+1,'+1,'@x,-1"
