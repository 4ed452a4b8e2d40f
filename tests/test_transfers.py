"""Splitting a file by region, the transfer register, and the explanation of a residency."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ledgers import LISTED
from test_routing import (
    MARKED,
    REGIONS,
    TODAY,
    TOMORROW,
    YESTERDAY,
    cordon,
    events_of,
    holds,
    home,
    serve,
    transfer,
)

from lists.home import Home

__all__ = ["cordon", "home"]  # fixtures

CUSTOMERS = [
    ("c1", "Ada; Brunn", "DE", "=1+1"),
    ("c2", "Bo Lind", "gb", ""),
    ("c3", MARKED, "US", "x"),
    ("c4", MARKED, "", "x"),
    ("c5", MARKED, "Narnia", "x"),
    ("c6", "Café, Dó", "France", 'a "word"'),
    ("c7", MARKED, "CH", "x"),
]
HEADINGS = ("id", "whole name", "Residency", "note")


def write(path: Path, delimiter: str = ",") -> Path:
    if path.suffix == ".parquet":
        columns = [[value or None for value in column] for column in zip(*CUSTOMERS, strict=True)]
        frame = pl.DataFrame(dict(zip(HEADINGS, columns, strict=True)))
        frame.with_columns(
            number=pl.int_range(7), Residency=pl.col("Residency").cast(pl.Categorical)
        ).write_parquet(path)
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([HEADINGS, *CUSTOMERS])
    return path


def rows_of(path: Path, delimiter: str = ",") -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter=delimiter)]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_mixed_file_is_copied_apart_and_nobody_is_screened(
    home: Home, cordon: Any, tmp_path: Path, delimiter: str
) -> None:
    home.config.write_text(REGIONS + transfer("uk", "eu", TODAY, "splitting") + transfer("us", "eu", TODAY))
    source, folder = write(tmp_path / "all.csv", delimiter), tmp_path / "parts"
    answer = cordon(
        "batch", str(source), "--split-by-region", str(folder), "--json", "--home", str(home.path)
    )
    assert answer.code == 3
    summary = json.loads(answer.out)
    assert (summary["read"], summary["rejected"]) == (7, 4)
    assert {
        each["region"]: (each["rows"], each["basis"], each["basis_kind"]) for each in summary["regions"]
    } == {
        "eu": (2, None, None),
        "uk": (1, "uk_eu_splitting", "safeguard"),
    }
    assert {path.name for path in folder.iterdir()} == {"eu.csv", "uk.csv", "rejected.csv"}
    assert os.name == "nt" or {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert rows_of(folder / "eu.csv", delimiter) == [HEADINGS, CUSTOMERS[0], CUSTOMERS[5]]
    assert rows_of(folder / "uk.csv", delimiter) == [HEADINGS, CUSTOMERS[1]]
    rejected = rows_of(folder / "rejected.csv")[1:]
    assert [(row, region) for row, region, _ in rejected] == [("4", "us"), ("5", ""), ("6", ""), ("8", "")]
    assert "no basis in [transfers] for splitting" in rejected[0][2]
    assert holds(folder, MARKED) + holds(home.path, MARKED) == []
    _, crossed, job = events_of(home, "eu")
    assert (crossed["type"], crossed["purpose"], crossed["customers"]) == ("transferred", "splitting", 1)
    assert (job["type"], job["job"], job["regions"]) == ("job", "split", {"eu": 2, "uk": 1})
    again = cordon("batch", str(source), "--split-by-region", str(folder), "--home", str(home.path))
    assert (again.code, "is there already; choose an empty folder" in again.err) == (2, True)


def test_a_mixed_parquet_file_keeps_its_types(home: Home, cordon: Any, tmp_path: Path) -> None:
    home.config.write_text(REGIONS + transfer("uk", "eu", TODAY, "splitting"))
    source, folder = write(tmp_path / "all.parquet"), tmp_path / "parts"
    options = ("--split-by-region", str(folder), "--allow-rejected", "--home", str(home.path))
    shown = cordon("batch", str(source), *options)
    assert shown.code == 0
    assert "served here" in shown.out
    assert "safeguard (uk_eu_splitting, until" in shown.out
    whole = pl.read_parquet(source)
    for region, places in (("eu", [0, 5]), ("uk", [1])):
        assert pl.read_parquet(folder / f"{region}.parquet").equals(whole[places])
    assert [row[0] for row in rows_of(folder / "rejected.csv")[1:]] == ["3", "4", "5", "7"]


def test_a_file_without_residencies_cannot_be_split(home: Home, cordon: Any, tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("name\nAda Brunn\n", encoding="utf-8")
    split = ("batch", str(tmp_path / "all.csv"), "--split-by-region", str(tmp_path / "parts"), "--home")
    assert "no column residency; its columns are: name" in cordon(*split, str(home.path)).err
    home.config.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CORDON_REGIONS")
        assert "declares no regions to split by" in cordon(*split, str(home.path)).err
    assert not (tmp_path / "parts").exists()


def test_splitting_takes_no_output(home: Home, cordon: Any, tmp_path: Path) -> None:
    source = write(tmp_path / "all.csv")
    answer = cordon("batch", str(source), "--split-by-region", "x", "-o", "m.csv", "--home", str(home.path))
    assert "--split-by-region screens nobody" in answer.err
    assert (
        "say with '--output' where the matches go"
        in cordon("batch", str(source), "--home", str(home.path)).err
    )


def test_the_register_has_every_basis_and_what_crossed_on_it(
    home: Home, cordon: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bases = transfer("us", "eu", TODAY) + transfer("uk", "eu", YESTERDAY)
    home.config.write_text(REGIONS + bases + transfer("eu", "us", TOMORROW))
    place = ("--home", str(home.path))
    source = tmp_path / "c.csv"
    source.write_text(f"name,residency\n{LISTED},US\nAda Brunn,DE\nBo Lind,US\n", encoding="utf-8")
    assert cordon("batch", str(source), "-o", str(tmp_path / "m.csv"), *place).code == 0
    assert cordon("screen", LISTED, "--residency", "US", *place).code == 1
    assert cordon("screen", "Ada Brunn", "--residency", "GB", *place).code == 2
    report = json.loads(
        cordon("residency", "report", "--from", str(TODAY), "--to", str(TODAY), "--json", *place).out
    )
    register = {each["transfer"]: each for each in report["transfers"]}
    used = register["us_eu_screening"]
    assert (used["basis"], used["origin"], used["to"], used["approved_by"]) == (
        "safeguard",
        "us",
        "eu",
        "Officer",
    )
    assert (used["crossings"], used["customers"], used["state"]) == (2, 3, "holds")
    assert (register["uk_eu_screening"]["customers"], register["uk_eu_screening"]["state"]) == (
        0,
        f"lapsed after {YESTERDAY}",
    )
    eu, uk, us = report["regions"]
    assert (eu["screenings"], eu["single"], eu["alerts"], eu["batches"], eu["processes"]) == (4, 1, 2, 1, 1)
    assert {(each["rule"], each["basis"]): each["screenings"] for each in eu["rules"]} == {
        ("regions.eu.countries", None): 1,
        ("regions.us.countries", "us_eu_screening"): 3,
    }
    assert (uk["is_served"], uk["home"], uk["address"]) == (False, None, "https://uk.example")
    assert not us["is_served"]
    shown = cordon("residency", "report", *place)
    assert shown.code == 0
    assert "us_eu_screening" in shown.out
    before = json.loads(
        cordon("residency", "report", "--from", "2020-01-01", "--to", "2020-12-31", "--json", *place).out
    )
    # Of what went to a region that is not served here, nothing is known here.
    assert [each["customers"] for each in before["transfers"]] == [0, 0, None]
    assert us["screenings"] is None
    home.config.write_text(REGIONS)
    gone = json.loads(cordon("residency", "report", "--json", *place).out)["transfers"]
    assert [(each["transfer"], each["state"], each["customers"]) for each in gone] == [
        ("us_eu_screening", "not in cordon.toml any more", 3)
    ]
    assert "takes a day such as" in cordon("residency", "report", "--from", "soon", *place).err
    assert "--to is before --from" in cordon("residency", "report", "--to", "2020-01-01", *place).err


@pytest.mark.parametrize(
    ("country", "region", "processed", "parts"),
    [
        ("FR", "eu", "eu", ("France (FR): region eu", "[regions.eu] countries has EEA, and FR is in EEA")),
        ("Germany", "eu", "eu", ("Germany (DE)", "processed here and kept in")),
        ("GB", "uk", None, ("[regions.uk] countries has GB", "address: https://uk.example", "refused here")),
        ("US", "us", "eu", ("us_eu_screening: safeguard, for screening in eu", "holds", "on that basis")),
        ("CH", None, None, ("no region", "no region's countries have it, and there is no default region")),
        ("none", None, None, ("no residency", "no residency is given, and there is no default region")),
    ],
)
def test_a_residency_is_explained(
    home: Home, cordon: Any, country: str, region: str | None, processed: str | None, parts: tuple[str, ...]
) -> None:
    home.config.write_text(REGIONS + transfer("us", "eu", TODAY) + transfer("uk", "eu", YESTERDAY))
    place = ("--home", str(home.path))
    shown = cordon("residency", "explain", country, *place)
    assert shown.code == 0
    assert [part for part in parts if part not in shown.out] == []
    found = json.loads(cordon("residency", "explain", country, "--json", *place).out)
    assert (found["region"], found["processed_in"]) == (region, processed)
    if country == "GB":
        assert [each["state"] for each in found["transfers"]] == [f"lapsed after {YESTERDAY}"]


def test_the_default_region_and_an_undeclared_one_are_explained(
    home: Home, cordon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.config.write_text(REGIONS.replace('unlisted = "refuse"', 'default = "us"'))
    place = ("--home", str(home.path))
    assert "and [residency] default is us" in cordon("residency", "explain", "Japan", *place).out
    serve(monkeypatch, "us")
    assert "processed here" in cordon("residency", "explain", "none", *place).out
    assert "COUNTRY" in cordon("residency", "explain", "Narnia", *place).err
    monkeypatch.delenv("CORDON_REGIONS")
    home.config.unlink()
    assert "one region holds everybody" in cordon("residency", "explain", "FR", *place).out
