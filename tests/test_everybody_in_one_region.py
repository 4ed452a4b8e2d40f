"""10,000 customers of mixed residency through every entry point: each in one region's ledger, or in none."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest
from ledgers import LISTED, ask, home_in
from test_routing import Answer, cordon

from engine import Screener, Subject, WrongRegion, screen
from engine.ledger import verify
from lists.home import Home

__all__ = ["cordon"]  # a fixture

COUNT = 10_000
OF_RESIDENCY = {
    "DE": "eu",
    "NO": "eu",
    "FR": "eu",
    "GB": "uk",
    "US": "us",
    "PR": "us",
    "CH": None,
    None: None,
}
SETTINGS = """
[ledger]
sync = "batched"
[regions.eu]
countries = ["EEA"]
[regions.uk]
countries = ["GB"]
[regions.us]
countries = ["US", "PR"]
[residency]
unlisted = "refuse"
[customers]
source = "customers"
"""
# Which regions each of two processes serves: one of them serves two.
PROCESSES = (("eu",), ("uk", "us"))


class Customer(NamedTuple):
    subject_id: str
    name: str
    residency: str | None

    @property
    def region(self) -> str | None:
        return OF_RESIDENCY[self.residency]


# An entry point takes customers and returns how many were screened and how many refused.
Entry = Callable[[Home, list[Customer]], tuple[int, int]]


def customers() -> list[Customer]:
    choose = random.Random(7)
    given = ("Ada", "Bo", "Cai", "Dov", "Edda", "Finn", "Gil", "Hana")
    family = ("Brunn", "Lind", "Morrow", "Quill", "Rask", "Sorrel", "Tarn", "Vale")
    residencies = [*OF_RESIDENCY]
    return [
        Customer(
            f"c{number}",
            LISTED if number % 97 == 0 else f"{choose.choice(given)} {choose.choice(family)}",
            choose.choice(residencies),
        )
        for number in range(COUNT)
    ]


def one_by_one(call: Callable[[Customer], Any], people: list[Customer]) -> tuple[int, int]:
    screened = 0
    for person in people:
        try:
            call(person)
            screened += 1
        except WrongRegion:
            continue
    return screened, len(people) - screened


def by_screen(home: Home, people: list[Customer]) -> tuple[int, int]:
    def call(each: Customer) -> None:
        screen(each.name, subject_id=each.subject_id, residency=each.residency, home=home)

    return one_by_one(call, people)


def by_screener(home: Home, people: list[Customer]) -> tuple[int, int]:
    screener = Screener.open(home)
    return one_by_one(lambda each: screener.screen(Subject.parse(**each._asdict())), people)


def by_frame(home: Home, people: list[Customer]) -> tuple[int, int]:
    rejected: list[pl.DataFrame] = []
    Screener.open(home).screen_frame(pl.DataFrame(people, orient="row"), on_rejected=rejected.append)
    refused = sum(frame.height for frame in rejected)
    return len(people) - refused, refused


class Commands:
    """The entry points of the command line."""

    def __init__(self, cordon: Callable[..., Answer], folder: Path) -> None:
        self.cordon, self.folder = cordon, folder

    def by_screen(self, home: Home, people: list[Customer]) -> tuple[int, int]:
        codes: Counter[int] = Counter()
        for each in people:
            option = ["--residency", each.residency] if each.residency else []
            # The command takes no reference: with that for a name everybody has another fingerprint.
            codes[self.cordon("screen", each.subject_id, *option, "--home", str(home.path)).code] += 1
        return codes[0] + codes[1], codes[2]

    def by_batch(self, suffix: str) -> Entry:
        def run(home: Home, people: list[Customer]) -> tuple[int, int]:
            source, out = self.folder / f"customers.{suffix}", self.folder / f"matches.{suffix}"
            frame = pl.DataFrame(people, orient="row")
            frame.write_csv(source) if suffix == "csv" else frame.write_parquet(source)
            answer = self.cordon("batch", str(source), "-o", str(out), "--json", "--home", str(home.path))
            summary = pl.read_json(answer.out.encode())
            return summary["screened"][0], summary["rejected"][0]

        return run

    def by_rescreening(self, home: Home, people: list[Customer]) -> tuple[int, int]:
        (home.path / "customers").mkdir(exist_ok=True)
        pl.DataFrame(people, orient="row").write_csv(home.path / "customers" / "all.csv")
        answer = self.cordon("rescreen", "--json", "--home", str(home.path))
        reports = pl.read_json(answer.out.encode())
        return int(reports["customers"].sum()), int(reports["rejected"][0])


def divided(people: list[Customer], commands: Commands) -> Iterator[tuple[str, Entry, list[Customer]]]:
    """Each entry point with customers of its own; together all of them."""
    entries: dict[str, tuple[Entry, int]] = {
        "cordon screen": (commands.by_screen, 100),
        "screen": (by_screen, 400),
        "Screener.screen": (by_screener, 500),
        "Screener.screen_frame": (by_frame, 3_000),
        "cordon batch, CSV": (commands.by_batch("csv"), 1_500),
        "cordon batch, Parquet": (commands.by_batch("parquet"), 1_500),
        "cordon rescreen": (commands.by_rescreening, 3_000),
    }
    begin = 0
    for name, (entry, count) in entries.items():
        yield name, entry, people[begin : begin + count]
        begin += count
    assert begin == len(people)


def test_each_of_ten_thousand_is_in_one_ledger_or_refused(
    cordon: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, people = home_in(tmp_path, SETTINGS), customers()
    commands = Commands(cordon, tmp_path)
    taken, homeless = 0, sum(each.region is None for each in people)
    for name, entry, own in divided(people, commands):
        for served in PROCESSES:
            monkeypatch.setenv("CORDON_REGIONS", ",".join(served))
            screened, refused = entry(home, own)
            expected = sum(each.region in served for each in own)
            assert (name, screened, refused) == (name, expected, len(own) - expected)
            taken += screened
    assert taken + homeless == COUNT
    monkeypatch.setenv("CORDON_REGIONS", "eu,uk,us")
    query = "select coalesce(subject_id, subject_key) from screenings"
    found = {region: Counter(ask(home.in_region(region), query)) for region in ("eu", "uk", "us")}
    assert sum(counts.total() for counts in found.values()) + homeless == COUNT
    by_command = {each.subject_id for each in people[:100]}
    for region, counts in found.items():
        assert set(counts.values()) == {1}
        wanted = {each.subject_id for each in people if each.region == region} - by_command
        assert {key for (key,) in counts if not key.startswith("~")} == wanted
        assert sum(key.startswith("~") for (key,) in counts) == sum(
            each.region == region for each in people[:100]
        )
        assert verify(home.in_region(region)).is_sound
    assert {path.name for path in (home.path / "regions").iterdir()} == {"eu", "uk", "us"}
