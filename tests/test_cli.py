"""The command `cordon` as a person or a program meets it: codes, streams, a sentence for every mistake."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from conftest import PROJECT
from typer.main import get_command

from jobs.cli import app, main
from jobs.cli_options import JsonOption
from jobs.failures import ExitCode, run
from jobs.terminal import printable

FIXTURES = PROJECT / "fixtures"
CORDON = Path(sys.executable).with_name("cordon")
LISTED = "Arkady Innokentievich Tregubovsky"


class Answer(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def cordon(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, fixture_home: Path, tmp_path: Path
) -> Any:
    """The command in this process, with the fixtures' lists as its home and an empty current folder."""
    monkeypatch.setenv("CORDON_HOME", str(fixture_home))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path) -> Answer:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return call


def assert_one_sentence(answer: Answer, *parts: str) -> None:
    assert answer.code == ExitCode.ERROR
    assert answer.out == ""
    assert re.fullmatch(r"cordon: [^\n]+[.?]\n", answer.err), answer.err
    assert "Traceback" not in answer.err
    assert "internal error" not in answer.err
    for part in parts:
        assert part in answer.err


def write(name: str, content: str | bytes) -> Path:
    path = Path(name)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with its full name, groups included."""

    def walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        yield name, command
        for part, child in getattr(command, "commands", {}).items():
            yield from walk(f"{name} {part}", child)

    return walk("cordon", get_command(app))


COMMANDS = dict(commands())
GROUPS = ("cordon lists", "cordon ledger", "cordon keys", "cordon retention", "cordon residency")


# Help and reference


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_shows_an_example(cordon: Any, name: str) -> None:
    answer = cordon(*name.split()[1:], "--help")
    assert (answer.code, answer.err) == (0, "")
    _, _, examples = answer.out.partition("Example")
    assert name in examples
    assert "\x1b" not in answer.out


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in GROUPS])
def test_the_reference_page_has_every_option_and_no_other(name: str) -> None:
    page = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    found = re.search(rf"^## `{name}`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"docs/commands.md has no section on {name}"
    section = found[1].partition("\n### ")[0]
    prose = re.sub(r"```.*?```", "", section, flags=re.DOTALL)
    documented = set(re.findall(r"(?<!\w)--[a-z-]+", prose.replace("`--`", "")))
    options = {
        option for parameter in COMMANDS[name].params for option in parameter.opts if option[:2] == "--"
    }
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "argument":
            assert f"`{parameter.metavar}`" in section
    assert documented - {"--help"} == options - {"--help"}
    for line in COMMANDS[name].epilog.splitlines()[2:]:
        assert line.strip() in section


def test_version_is_printed(cordon: Any) -> None:
    answer = cordon("--version")
    assert (answer.code, answer.err) == (0, "")
    assert re.fullmatch(r"cordon \d+\.\d+\.\d+\S*\n", answer.out)


def test_help_and_version_load_nothing_heavy() -> None:
    script = (
        "import sys; from jobs.cli import main; main(['screen', '--help'])\n"
        "heavy = {'polars', 'duckdb', 'scipy', 'numpy', 'rich', 'engine'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


# Screening one name


def test_a_listed_name_alerts_with_reasons_in_words(cordon: Any) -> None:
    answer = cordon("screen", LISTED, "--birth-date", "1968", "--country", "Russia")
    assert answer.code == ExitCode.ALERT
    assert answer.out.startswith(f"ALERT {LISTED}")
    assert "TREGUBOVSKY, Arkady Innokentievich" in answer.out
    assert "us_ofac_sdn" in answer.out
    assert "born 1968" in answer.out
    assert answer.err == ""
    assert "\x1b" not in answer.out


def test_a_name_on_no_list_is_clear(cordon: Any) -> None:
    answer = cordon("screen", "Philippa Greenhalgh")
    assert answer.code == ExitCode.OK
    assert answer.out.startswith("CLEAR Philippa Greenhalgh")


def test_json_holds_the_whole_screening(cordon: Any) -> None:
    answer = cordon("screen", "Brigitte Muster", "--also", LISTED, "--id", "passport:N1:RU", "--json")
    screening = json.loads(answer.out)
    assert (answer.code, screening["outcome"]) == (ExitCode.ALERT, "alert")
    assert screening["matches"][0]["subject_name"] == LISTED
    match = screening["matches"][0]
    assert sum(reason["contribution"] for reason in match["evidence"]) == pytest.approx(match["score"])
    clear = cordon("screen", "Philippa Greenhalgh", "--json")
    assert (clear.code, json.loads(clear.out)["outcome"]) == (ExitCode.OK, "clear")


def test_explain_shows_contributions_that_sum_up_to_the_score(cordon: Any) -> None:
    answer = cordon("screen", LISTED, "--birth-date", "1968", "--explain", "--limit", "1")
    contributions = [float(number) for number in re.findall(r" ([+-]\d\.\d{3}) ", answer.out)]
    (score,) = re.findall(r"^score (\d\.\d{3})", answer.out, re.MULTILINE)
    assert len(contributions) > 3
    assert sum(contributions) == pytest.approx(float(score), abs=0.002)


def test_explain_shows_both_names_word_by_word_in_the_customers_order(cordon: Any) -> None:
    answer = cordon("screen", "Tregubovskij Arkadi", "--explain", "--limit", "1")
    assert re.search(r"^customer: Tregubovskij Arkadi +list: \S", answer.out, re.MULTILINE)
    rows = answer.out.partition("customer: ")[2].splitlines()[1:]
    assert [row.split()[0] for row in rows[:3]] == ["Tregubovskij", "Arkadi", "-"]
    assert re.match(r"- +Innoken\S+ +[+-]\d\.\d+ +the list also has ‘Innoken", rows[2])


def test_why_not_says_why_an_entity_does_not_alert(cordon: Any) -> None:
    asked = cordon("screen", LISTED, "--json", "--limit", "1")
    match = json.loads(asked.out)["matches"][0]
    entity = f"{match['list_id']}:{match['entity_id']}"
    near = cordon("screen", "Arkady Petrov", "--why-not", entity)
    assert near.code == ExitCode.OK
    assert near.out.startswith("NO ALERT")
    assert re.search(r"the score is 0\.\d\d, which is 0\.\d\d below the threshold of 0\.75", near.out)
    (answer,) = json.loads(cordon("screen", "Arkady Petrov", "--why-not", match["entity_id"], "--json").out)
    contributions = [each["contribution"] for each in answer["match"]["evidence"]]
    assert sum(contributions) == pytest.approx(answer["match"]["score"])
    assert answer["alerts"] is False


def test_why_not_also_speaks_of_an_entity_that_was_never_a_candidate(cordon: Any) -> None:
    match = json.loads(cordon("screen", LISTED, "--json", "--limit", "1").out)["matches"][0]
    never = cordon("screen", "Philippa Greenhalgh", "--why-not", match["entity_id"])
    assert "no word of the customer's name that says who somebody is, is like one of" in never.out
    same = cordon("screen", LISTED, "--why-not", match["entity_id"])
    assert "it does alert" in same.out
    unknown = cordon("screen", LISTED, "--why-not", "nobody", "--json")
    assert unknown.code == ExitCode.ERROR
    assert json.loads(unknown.out)["error"]["kind"] == "entity"


def test_a_higher_threshold_clears_a_weaker_match(cordon: Any) -> None:
    assert cordon("screen", "Arkady Tregubovsky").code == ExitCode.ALERT
    assert cordon("screen", "Arkady Tregubovsky", "--threshold", "1").code == ExitCode.OK


def test_a_name_may_begin_with_a_hyphen(cordon: Any) -> None:
    assert cordon("screen", "--", "-Arkady Innokentievich Tregubovsky").code == ExitCode.ALERT


def test_no_escape_sequence_or_direction_mark_reaches_the_terminal(cordon: Any) -> None:
    """Neither from the customer's name nor from a list."""
    evil = "\x1b[31m\u202eTREGUBOVSKY, \u2066Arkady\x9b5m Innokentievich"
    folder = Path("sdn")
    folder.mkdir()
    for file in (FIXTURES / "us_ofac_sdn").iterdir():
        content = file.read_bytes().replace(b"TREGUBOVSKY, Arkady Innokentievich", evil.encode())
        (folder / file.name).write_bytes(content)
    cordon("lists", "load", "us_ofac_sdn", folder, "--home", "evil", "--accept")
    for explain in ((), ("--explain",), ("--json",)):
        answer = cordon("screen", evil, "--home", "evil", *explain)
        assert answer.code == ExitCode.ALERT
        raw = [character for character in answer.out + answer.err if printable(character) != character]
        assert set(raw) <= {"\n"}
    assert "<U+001B>[31m<U+202E>TREGUBOVSKY" in cordon("screen", evil, "--home", "evil").out


def test_markup_in_a_name_is_shown_and_not_obeyed(cordon: Any) -> None:
    name = f"[bold red]{LISTED}[/bold red] :skull:"
    assert name in cordon("screen", name, "--threshold", "0.3").out


def test_stale_lists_are_told_beside_a_clear_answer(cordon: Any, fixture_home: Path) -> None:
    Path("home").mkdir()
    Path("home/lists").symlink_to(fixture_home / "lists")
    write("home/cordon.toml", "[lists]\nstale_after_hours = 0.0000001\n")
    answer = cordon("screen", "Philippa Greenhalgh", "--home", "home")
    assert answer.code == ExitCode.OK
    assert "note: un_sc is older than this home allows" in answer.err
    assert "stale" in cordon("lists", "status", "--home", "home").out


# Bad input: one sentence, no traceback, and never a silent clear


def test_bad_input_an_empty_file(cordon: Any) -> None:
    write("empty.csv", b"")
    assert_one_sentence(cordon("batch", "empty.csv", "-o", "m.csv"), "empty.csv is empty")
    write("consolidated.xml", b"")
    assert_one_sentence(cordon("lists", "load", "un_sc", "consolidated.xml", "--home", "new"), "is empty")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("c.csv", b"%PDF-1.7 ...", "is a PDF"),
        ("c.csv", b"PK\x03\x04\x14\x00", "Excel"),
        ("c.csv", b'{"customers": []}', "JSON"),
        ("c.csv", b"<!DOCTYPE html><html></html>", "HTML"),
        ("c.csv", bytes(range(256)) * 10, "binary"),
        ("c.parquet", b"name\nAda Brunn\n", "not a Parquet file"),
    ],
)
def test_bad_input_a_file_of_another_format(cordon: Any, name: str, content: bytes, sentence: str) -> None:
    write(name, content)
    assert_one_sentence(cordon("batch", name, "-o", "m.csv"), name, sentence)
    assert not Path("m.csv").exists()


@pytest.mark.parametrize("content", [b"%PDF-1.7", b'{"error": 403}', b"<html>maintenance</html>"])
@pytest.mark.parametrize(("list_id", "name"), [("us_ofac_sdn", "sdn.csv"), ("un_sc", "consolidated.xml")])
def test_bad_input_a_list_of_another_format(cordon: Any, list_id: str, name: str, content: bytes) -> None:
    write(name, content)
    assert_one_sentence(cordon("lists", "load", list_id, ".", "--home", "new"), list_id, name)
    assert "no watchlist is published" in cordon("screen", "Ada Brunn", "--home", "new").err


def test_bad_input_a_csv_with_a_missing_column(cordon: Any) -> None:
    write("c.csv", "full_name,dob\nAda Brunn,1967\n")
    assert_one_sentence(
        cordon("batch", "c.csv", "-o", "m.csv"),
        "no column for the name",
        "full_name, dob",
        "--map full_name=name",
    )
    assert_one_sentence(
        cordon("batch", "c.csv", "-o", "m.csv", "--map", "name=name"), "has no column name", "full_name, dob"
    )
    write("sdn.csv", "name,country\nAda,DE\n")
    assert_one_sentence(cordon("lists", "load", "us_ofac_sdn", ".", "--home", "new"), "sdn.csv", "line 1")


def test_bad_input_an_unknown_kind(cordon: Any) -> None:
    assert_one_sentence(cordon("screen", "Ada Brunn", "--kind", "unicorn"), "--kind: takes 'person'")
    assert_rejected(cordon, "name,kind\nAda Brunn,unicorn\n", column="kind", reason="takes 'person'")


def test_bad_input_a_birth_date_of_1962_13_45(cordon: Any) -> None:
    assert_one_sentence(
        cordon("screen", "Ada Brunn", "--birth-date", "1962-13-45"),
        "--birth-date: is not a day of the calendar",
    )
    assert_rejected(
        cordon,
        "name,birth_date\nAda Brunn,1962-13-45\n",
        column="birth_date",
        reason="not a day of the calendar",
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param(
            "x" * 10_000, "10,000 characters long; a name has at most 1,000", id="10,000 characters"
        ),
        pytest.param("   ", "", id="only spaces"),
        pytest.param("\x01\x02\x7f", "no letter and no digit", id="only control characters"),
        pytest.param("\u200b\u202e\u2066", "no letter and no digit", id="only invisible characters"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_bad_input_a_name_that_is_none(cordon: Any, name: str, reason: str) -> None:
    assert_one_sentence(cordon("screen", name), "NAME: ", reason)
    assert_one_sentence(cordon("screen", "Ada Brunn", "--also", name), "--also 1: ", reason)
    assert_rejected(cordon, f"name,country\n{name},DE\n", column="name", reason=reason)


def test_bad_input_right_to_left_and_zero_width_characters_inside_a_name(cordon: Any) -> None:
    name = "Ark\u200bady \u202eInnokentievich\u202c Tregubov\u2060sky"
    answer = cordon("screen", name)
    assert answer.code == ExitCode.ALERT
    assert "note: name: holds 4 invisible characters" in answer.err
    write("c.csv", f"name\nAda Brunn\n{name}\n")
    answer = cordon("batch", "c.csv", "-o", "m.csv", "--json")
    assert json.loads(answer.out)["alerts"] == 1
    assert "note: 1 row (3) held invisible characters in a name" in answer.err


def assert_rejected(cordon: Any, content: str, *, column: str, reason: str) -> None:
    write("c.csv", content)
    answer = cordon("batch", "c.csv", "-o", "m.csv", "--json")
    assert answer.code == ExitCode.INCOMPLETE
    summary = json.loads(answer.out)
    assert (summary["read"], summary["screened"], summary["rejected"]) == (1, 0, 1)
    assert "note: 1 row not screened" in answer.err
    written = Path(summary["rejected_file"]).read_text(encoding="utf-8").splitlines()[1]
    assert written.startswith(f"2,2,{column},")
    assert reason in written.replace('"', "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["screen"], "Missing argument 'NAME'"),
        (["screen", "Ada", "--threshold", "nan"], "--threshold"),
        (["screen", "Ada", "--threshold", "1.5"], "--threshold"),
        (["screen", "Ada", "--limit", "0"], "--limit"),
        (["screen", "Ada", "--country", "Atlantis"], "--country: is not a country"),
        (["screen", "Ada", "--id", "N123"], "--id: takes type:value"),
        (["screen", "Ada", "--gender", "blue"], "--gender: takes 'male'"),
        (["screen", "Ada\udcff"], "NAME: "),
        (["scren", "Ada"], "No such command 'scren'"),
        (["screen", "Ada", "--nonsense"], "--nonsense"),
        (["batch", "absent.csv", "-o", "m.csv"], "absent.csv cannot be read"),
        (["batch", "."], "'--output'"),
        (["batch", ".", "-o", "m.csv"], "is a folder"),
        (["batch", "absent.csv", "-o", "m.csv", "--dates", "ymd"], "--dates"),
        (["batch", "absent.csv", "-o", "m.csv", "--map", "nothing"], "--map takes COLUMN=FIELD"),
        (["lists", "load", "un_sk", "."], "did you mean un_sc"),
        (["lists", "load", "un_sc", "absent.xml"], "absent.xml"),
        (["screen", "Ada", "--home", "absent"], "no watchlist is published"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_sentence(
    cordon: Any, arguments: list[str], sentence: str
) -> None:
    assert_one_sentence(cordon(*arguments), sentence)


def test_without_a_command_the_help_is_shown(cordon: Any) -> None:
    answer = cordon()
    assert (answer.code, answer.out) == (ExitCode.ERROR, "")
    assert "Usage: cordon" in answer.err


def test_an_internal_error_is_one_line_and_debug_shows_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    broken = typer.Typer()
    broken.command()(lambda: 1 / 0)
    assert run(broken, []) == ExitCode.ERROR
    assert capsys.readouterr().err == (
        "cordon: internal error (ZeroDivisionError); run again with --debug for details, and report them.\n"
    )
    with pytest.raises(ZeroDivisionError):
        run(broken, ["--debug"])


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (["screen", "Ada Brunn", "--home", "nowhere", "--json"], "not_ready"),
        (["screen", "Ada Brunn", "--birth-date", "1962-13-45", "--json"], "subject"),
        (["batch", "absent.csv", "-o", "m.csv", "--json"], "input"),
        (["batch", "c.csv", "-o", "absent/m.csv", "--json"], "output"),
        (["lists", "refresh", "un_sk", "--json"], "list"),
        (["lists", "load", "un_sc", "absent.xml", "--json"], "list"),
        (["lists", "load", "us_ofac_sdn", str(FIXTURES / "us_ofac_sdn"), "--json", "--home", "h"], "refused"),
        (["lists", "status", "--json", "--home", "wrong"], "settings"),
        (["lists", "history", "--json", "--home", "damaged"], "store"),
        (["lists", "diff", "1", "--json"], "usage"),
        (["lists", "diff", "1", "2", "--json", "--home", "nowhere"], "store"),
        (["lists", "status", "--jason", "--json"], "usage"),
        (["lists", "--json"], "usage"),
    ],
)
def test_with_json_a_program_reads_what_went_wrong(cordon: Any, arguments: list[str], kind: str) -> None:
    write("c.csv", "name\nAda Brunn\n")
    Path("wrong").mkdir()
    write("wrong/cordon.toml", "[lists]\nstale_after_hours = -1\n")
    Path("damaged/lists").mkdir(parents=True)
    write("damaged/lists/lists.duckdb", "no database")
    answer = cordon(*arguments)
    assert answer.code == ExitCode.ERROR
    error = json.loads(answer.out)["error"]
    assert error["kind"] == kind
    assert error["sentence"].rstrip(".") in answer.err


def test_every_kind_of_error_is_explained() -> None:
    """In docs/commands.md, and none that is not there."""
    code = (PROJECT / "jobs" / "failures.py").read_text(encoding="utf-8")
    kinds = set(re.findall(r'_Failure\(\s*"(\w+)"', code)) | set(re.findall(r': "(\w+)",\n', code))
    page = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    table = page.partition("| kind | means |")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]
    assert {word for row in rows for word in re.findall(r"`(\w+)`", row)} == kinds


def test_an_internal_error_reaches_a_program_too(capsys: pytest.CaptureFixture[str]) -> None:
    broken = typer.Typer()

    @broken.command()
    def divide(as_json: JsonOption = False) -> None:
        _ = 1 / 0

    assert run(broken, ["--json"]) == ExitCode.ERROR
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "internal"


# Lists and batches


def test_loading_a_list_says_what_changed_and_again_that_nothing_did(cordon: Any) -> None:
    arguments = ("lists", "load", "us_ofac_sdn", FIXTURES / "us_ofac_sdn", "--home", "new", "--accept")
    first = cordon(*arguments)
    assert first.code == 0
    assert "added, 0 removed, 0 changed" in first.out
    again = cordon(*arguments)
    assert "nothing changed" in again.out
    report = json.loads(cordon(*arguments, "--json").out)
    assert (report["is_new"], report["list_id"]) == (False, "us_ofac_sdn")
    assert report["version"] in again.out


def test_status_shows_each_list(cordon: Any) -> None:
    out = cordon("lists", "status").out
    assert "us_ofac_sdn" in out
    assert "un_sc" in out
    statuses = json.loads(cordon("lists", "status", "--json").out)
    assert [status["list_id"] for status in statuses] == ["un_sc", "us_ofac_sdn"]
    assert all(status["version"] in out for status in statuses)


def test_status_of_a_home_without_lists_says_what_to_do(cordon: Any) -> None:
    answer = cordon("lists", "status", "--home", "empty", "--json")
    assert (answer.code, json.loads(answer.out)) == (0, [])
    assert "cordon lists load LIST PATH" in answer.err


def test_a_batch_ends_with_3_for_rejected_rows_unless_they_are_allowed(cordon: Any) -> None:
    write("c.csv", f"subject_id,full_name,dob\nc1,{LISTED},14/03/1968\nc2,Ada Brunn,03/04/1962\n")
    arguments = ("batch", "c.csv", "-o", "m.csv", "--map", "full_name=name", "--map", "dob=birth_date")
    answer = cordon(*arguments)
    assert answer.code == ExitCode.INCOMPLETE
    assert re.search(r"^rejected +1 ", answer.out, re.MULTILINE)
    assert "m.csv.rejected.csv" in answer.err
    assert cordon(*arguments, "--allow-rejected").code == ExitCode.OK
    settled = cordon(*arguments, "--dates", "dmy", "--json")
    assert settled.code == ExitCode.OK
    assert {
        key: json.loads(settled.out)[key] for key in ("read", "screened", "rejected", "alerts", "clear")
    } == {
        "read": 2,
        "screened": 2,
        "rejected": 0,
        "alerts": 1,
        "clear": 1,
    }


def test_columns_that_were_not_read_are_named(cordon: Any) -> None:
    write("c.csv", "name,dob\nAda Brunn,1967\n")
    assert "note: columns not read: dob" in cordon("batch", "c.csv", "-o", "m.csv").err


# Real processes


def spawn(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [CORDON, *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, **options)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    environment = os.environ | {"CORDON_HOME": str(folder / "real home")}
    return folder, spawn("demo", cwd=folder, env=environment)


def test_the_demonstration_prints_alerts_and_leaves_the_real_home_alone(
    demonstration: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = demonstration
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"\d+ customers: \d+ alerts, \d+ clear", done.stdout)
    assert f"C1001 {LISTED}" in done.stdout
    assert "is in both names" in done.stdout
    assert [path.name for path in folder.iterdir()] == [".demo"]


def test_what_the_demonstration_suggests_works_as_printed(
    demonstration: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = demonstration
    commands = [shlex.split(line) for line in done.stdout.partition("Try next:\n")[2].splitlines()]
    assert len(commands) == 3
    codes = [
        subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode
        for command in commands
    ]
    assert codes == [ExitCode.ALERT, ExitCode.OK, ExitCode.OK]
    assert (folder / "matches.csv").exists()


def test_the_installed_package_carries_the_demonstration(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=PROJECT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    script = (
        "import sys; sys.path.insert(0, 'installed'); from jobs.cli import main; sys.exit(main(['demo']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert str(Path("installed", "jobs", "demo_data", "customers.csv")) in done.stdout


def test_results_go_to_stdout_and_notes_to_stderr(fixture_home: Path, tmp_path: Path) -> None:
    done = spawn("screen", "\u200bФилиппа \u200eGreenhalgh", "--home", fixture_home, "--json", cwd=tmp_path)
    assert done.returncode == ExitCode.OK
    assert json.loads(done.stdout)["outcome"] == "clear"
    assert done.stderr.startswith("note: name: holds 2 invisible characters")


def test_a_reader_that_stops_reading_causes_no_complaint(fixture_home: Path) -> None:
    command = [CORDON, "screen", LISTED, "--json", "--home", fixture_home]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaint = process.stderr.read()
    assert complaint == b""
    assert process.returncode == ExitCode.BROKEN_PIPE


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_ends_a_batch_quietly_and_leaves_nothing_behind(fixture_home: Path, tmp_path: Path) -> None:
    source = tmp_path / "c.csv"
    source.write_text("name\n" + f"{LISTED}\n" * 300_000, encoding="utf-8")
    command = [CORDON, "batch", source, "-o", tmp_path / "m.parquet", "--home", fixture_home]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not list(tmp_path.glob("*.unfinished")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (ExitCode.INTERRUPTED, b"", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["c.csv"]


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals")
@pytest.mark.parametrize("no_color", ["", "1"])
def test_colours_appear_on_a_terminal_unless_no_color_is_set(fixture_home: Path, no_color: str) -> None:
    import pty  # noqa: PLC0415 - not on Windows

    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "NO_COLOR": no_color}
    command = [CORDON, "screen", LISTED, "--home", fixture_home]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 65_536):
                shown += block
        except OSError:  # how Linux says that the other side is closed
            pass
    os.close(ours)
    assert process.returncode == ExitCode.ALERT
    assert b"TREGUBOVSKY" in shown
    assert (b"\x1b[" in shown) == (no_color == "")
