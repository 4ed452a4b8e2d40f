"""A file of customers in, a file of matches out: complete, in one step, with every row accounted for."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from conftest import PROJECT

from engine import Screener, Subject, WatchlistNotReady
from engine.subject import InvalidSubject
from jobs.batch import BatchOptions, BatchSummary, run_batch
from jobs.customers.reader import CustomerFile, ReadOptions
from jobs.errors import InputError, OutputError
from jobs.outputs import MATCH_COLUMNS
from lists.home import Home

CUSTOMERS = PROJECT / "fixtures" / "customers.csv"

# The name of the first entry of the fixtures' OFAC list, which alerts by itself.
LISTED = "Arkady Innokentievich Tregubovsky"


def run(home: Path, source: Path, output: Path, options: BatchOptions | None = None) -> BatchSummary:
    return run_batch(Home.locate(home), source, output, options or BatchOptions())


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_batch_finds_what_screening_one_by_one_finds(fixture_home: Path, tmp_path: Path) -> None:
    output = tmp_path / "matches.parquet"
    summary = run(fixture_home, CUSTOMERS, output)
    matches = pl.read_parquet(output)
    assert tuple(matches.columns) == MATCH_COLUMNS
    screener = Screener.open(fixture_home)
    expected = set()
    with CustomerFile(CUSTOMERS) as customers:
        for chunk in customers.chunks():
            for row, fields in zip(chunk.rows, chunk.frame.to_dicts(), strict=True):
                subject = Subject.parse(
                    **{name: value for name, value in fields.items() if value is not None}
                )
                for match in screener.screen(subject).matches:
                    expected.add((row, subject.subject_id, match.list_id, match.entity_id, match.score))
    assert set(matches.select("row", "subject_id", "list_id", "entity_id", "score").iter_rows()) == expected
    assert summary.matches == len(expected) == matches.height
    assert summary.alerts == matches["row"].n_unique()
    assert summary.watchlist_version == screener.watchlist_version


def test_csv_and_parquet_outputs_hold_the_same(fixture_home: Path, tmp_path: Path) -> None:
    run(fixture_home, CUSTOMERS, tmp_path / "m.parquet")
    run(fixture_home, CUSTOMERS, tmp_path / "m.csv")
    rows = read_csv(tmp_path / "m.csv")
    frame = pl.read_parquet(tmp_path / "m.parquet")
    assert tuple(rows[0]) == MATCH_COLUMNS
    for from_csv, from_parquet in zip(rows, frame.to_dicts(), strict=True):
        assert from_csv["subject_id"] == from_parquet["subject_id"]
        assert float(from_csv["score"]) == from_parquet["score"]
        assert from_csv["programmes"].split(";") == from_parquet["programmes"]
        assert json.loads(from_csv["evidence"]) == from_parquet["evidence"]


def test_rejected_rows_are_counted_and_explained_beside_the_output(
    fixture_home: Path, tmp_path: Path
) -> None:
    source = write(
        tmp_path / "c.csv",
        f"subject_id,name,birth_date,kind\nc1,{LISTED},,\nc2,Ada Brunn,1962-13-45,\n"
        "c3,,,unicorn\nc4,Bo Lind,,\nc5\n",
    )
    output = tmp_path / "m.parquet"
    summary = run(fixture_home, source, output)
    assert (summary.read, summary.screened, summary.rejected) == (5, 2, 3)
    assert (summary.alerts, summary.clear) == (1, 1)
    assert summary.rejected_file == f"{output}.rejected.csv"
    assert [row["row"] for row in read_csv(Path(summary.rejected_file))] == ["3", "4", "6"]
    assert read_csv(Path(summary.rejected_file))[0] == {
        "row": "3",
        "subject_id": "c2",
        "column": "birth_date",
        "reason": "is not a day of the calendar; takes YYYY, YYYY-MM or YYYY-MM-DD",
        "region": "",
    }
    assert "1962-13-45" not in Path(summary.rejected_file).read_text(encoding="utf-8")
    assert pl.read_parquet(output)["row"].unique().to_list() == [2]


@pytest.mark.skipif(os.name == "nt", reason="permissions are other ones here")
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_only_their_owner_may_read_matches_and_rejected_rows(
    fixture_home: Path, tmp_path: Path, suffix: str
) -> None:
    source = write(tmp_path / "c.csv", f"subject_id,name,kind\nc1,{LISTED},\nc2,Ada Brunn,unicorn\n")
    output = write(tmp_path / f"m.{suffix}", "an older one")
    output.chmod(0o644)
    summary = run(fixture_home, source, output)
    assert summary.rejected_file
    for path in (output, Path(summary.rejected_file)):
        assert path.stat().st_mode & 0o777 == 0o600


def test_without_rejected_rows_an_old_rejected_file_goes(fixture_home: Path, tmp_path: Path) -> None:
    old = write(tmp_path / "m.csv.rejected.csv", "row,subject_id,column,reason\n")
    summary = run(fixture_home, CUSTOMERS, tmp_path / "m.csv")
    assert (summary.rejected_file, old.exists()) == (None, False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.csv"]


def test_a_reference_in_the_form_of_a_fingerprint_is_rejected_and_joins_nobody(
    fixture_home: Path, tmp_path: Path
) -> None:
    key = "~" + "0a" * 16
    source = write(tmp_path / "c.csv", f"subject_id,name\n{key},{LISTED}\nC2,{LISTED}\n~ours,{LISTED}\n")
    summary = run(fixture_home, source, tmp_path / "m.csv")
    assert (summary.screened, summary.rejected) == (2, 1)
    (row,) = read_csv(tmp_path / "m.csv.rejected.csv")
    assert row["row"] == "2"
    assert "as the ledger calls a customer without a reference" in row["reason"]
    assert key not in row["reason"]
    with pytest.raises(InvalidSubject, match="row 1, subject_id: is ~ and 32 hexadecimal digits"):
        Screener.open(fixture_home).screen_frame(
            pl.DataFrame({"subject_id": ["C1", key], "name": [LISTED] * 2})
        )


def test_rows_keep_their_numbers_over_chunks(fixture_home: Path, tmp_path: Path) -> None:
    names = [LISTED if number % 5 == 0 else "" if number % 7 == 0 else "Ada Brunn" for number in range(2, 60)]
    source = write(tmp_path / "c.csv", "name,country\n" + "".join(f"{name},DE\n" for name in names))
    seen: list[tuple[float, int]] = []
    summary = run_batch(
        Home.locate(fixture_home),
        source,
        tmp_path / "m.csv",
        BatchOptions(ReadOptions(chunk_size=8)),
        lambda share, read: seen.append((share, read)),
    )
    assert {int(row["row"]) for row in read_csv(tmp_path / "m.csv")} == set(range(5, 60, 5))
    rejected = {int(row["row"]) for row in read_csv(tmp_path / "m.csv.rejected.csv")}
    assert rejected == {number for number in range(7, 60, 7) if number % 5}
    assert summary.read == len(names) == seen[-1][1]
    assert seen == sorted(seen)
    assert seen[-1][0] == 1.0


def test_a_cell_that_a_spreadsheet_would_run_is_made_inert(fixture_home: Path, tmp_path: Path) -> None:
    source = write(
        tmp_path / "c.csv",
        f"subject_id,name,kind\n\"=cmd|' /C calc'!A0\",{LISTED},\n@SUM(1),Ada Brunn,unicorn\n+1,+{LISTED},\n",
    )
    run(fixture_home, source, tmp_path / "m.csv")
    cells = [cell for row in read_csv(tmp_path / "m.csv") for cell in row.values()]
    cells += [cell for row in read_csv(tmp_path / "m.csv.rejected.csv") for cell in row.values()]
    assert "'=cmd|' /C calc'!A0" in cells
    assert "'@SUM(1)" in cells
    assert f"'+{LISTED}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    run(fixture_home, source, tmp_path / "m.parquet")
    assert "=cmd|' /C calc'!A0" in pl.read_parquet(tmp_path / "m.parquet")["subject_id"]


def test_a_file_without_matches_gives_an_empty_output_with_its_columns(
    fixture_home: Path, tmp_path: Path
) -> None:
    source = write(tmp_path / "c.csv", "name\n")
    summary = run(fixture_home, source, tmp_path / "m.parquet")
    run(fixture_home, source, tmp_path / "m.csv")
    assert pl.read_parquet(tmp_path / "m.parquet").schema == pl.read_parquet_schema(tmp_path / "m.parquet")
    assert tuple(pl.read_parquet(tmp_path / "m.parquet").columns) == MATCH_COLUMNS
    assert (tmp_path / "m.csv").read_text(encoding="utf-8") == ",".join(MATCH_COLUMNS) + "\n"
    assert "c.csv has headings and no customers" in summary.notes


def test_a_threshold_decides_what_is_written(fixture_home: Path, tmp_path: Path) -> None:
    counts = [
        run(fixture_home, CUSTOMERS, tmp_path / "m.csv", BatchOptions(threshold=threshold)).matches
        for threshold in (0.5, None, 1.0)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[2]
    assert all(float(row["score"]) == 1.0 for row in read_csv(tmp_path / "m.csv"))


def test_stale_lists_are_in_the_summary(fixture_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "lists").symlink_to(fixture_home / "lists")
    write(home / "cordon.toml", "[lists]\nstale_after_hours = 0.0000001\n")
    summary = run(home, CUSTOMERS, tmp_path / "m.csv")
    assert summary.stale_lists == ("un_sc", "us_ofac_sdn")


def test_invisible_characters_are_noted_with_their_rows(fixture_home: Path, tmp_path: Path) -> None:
    hidden = "\u200b".join(LISTED)
    source = write(tmp_path / "c.csv", f"name\nAda Brunn\n{hidden}\n\u202e{LISTED}\n")
    summary = run(fixture_home, source, tmp_path / "m.csv")
    assert summary.alerts == 2
    assert any("2 rows (3, 4) held invisible characters" in note for note in summary.notes)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("m.xlsx", "must end in .parquet or .csv"),
        ("no/such/folder/m.csv", "does not exist"),
        ("folder.csv", "is a folder"),
        ("c.csv", "is the file of customers itself"),
    ],
)
def test_an_output_that_cannot_be_written_is_refused_at_once(
    fixture_home: Path, tmp_path: Path, name: str, sentence: str
) -> None:
    source = write(tmp_path / "c.csv", "name\nAda Brunn\n")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError, match=sentence):
        run(fixture_home, source, tmp_path / name)
    assert source.read_text(encoding="utf-8") == "name\nAda Brunn\n"


def test_without_a_watchlist_nothing_is_written_and_nobody_is_clear(tmp_path: Path) -> None:
    with pytest.raises(WatchlistNotReady, match="load a list first"):
        run(tmp_path / "empty", CUSTOMERS, tmp_path / "m.csv")
    assert list(tmp_path.iterdir()) == []


def test_an_unreadable_file_of_customers_leaves_the_old_output(fixture_home: Path, tmp_path: Path) -> None:
    output = write(tmp_path / "m.csv", "old")
    source = write(tmp_path / "c.csv", "name\nAda Brunn\n" + "x" * 1_100_000)
    with pytest.raises(InputError, match=r"c\.csv, line 3"):
        run(fixture_home, source, output)
    assert output.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", "m.csv"]


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody replace an open file")
def test_whoever_reads_the_old_output_keeps_the_old_one(fixture_home: Path, tmp_path: Path) -> None:
    output = write(tmp_path / "m.csv", "old")
    with output.open(encoding="utf-8") as reader:
        run(fixture_home, CUSTOMERS, output)
        assert reader.read() == "old"
    assert len(read_csv(output)) > 0


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_killed_batch_leaves_the_old_output_and_the_next_one_sweeps_up(
    fixture_home: Path, tmp_path: Path, suffix: str
) -> None:
    output = write(tmp_path / f"m.{suffix}", "old")
    source = write(tmp_path / "c.csv", "name\n" + f"{LISTED}\n" * 200_000)
    script = (
        "import sys; from pathlib import Path; from jobs.batch import *; from lists.home import Home\n"
        "home, source, output = map(Path, sys.argv[1:])\n"
        "options = BatchOptions(ReadOptions(chunk_size=200))\n"
        "run_batch(Home.locate(home), source, output, options, lambda *_: print('chunk', flush=True))\n"
    )
    command = [sys.executable, "-c", script, str(fixture_home), str(source), str(output)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as batch:
        assert batch.stdout is not None
        assert batch.stdout.readline() == b"chunk\n"
        time.sleep(0.05)  # somewhere in the next chunks
        batch.send_signal(signal.SIGKILL)
    assert output.read_text(encoding="utf-8") == "old"
    leftovers = [path for path in tmp_path.iterdir() if path.name.endswith(".unfinished")]
    assert len(leftovers) == 1
    run(fixture_home, CUSTOMERS, output)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", f"m.{suffix}"]
