"""Three regions as three processes at once: each opens its own files and the lists, and none a socket.

Twice: under Python's audit hook, which sees every file that Python opens, on every platform; and under
strace, which also sees what DuckDB and Polars open by themselves.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECT
from ledgers import LISTED
from watchlists import WATCHLIST, publish_in

from engine.ledger import verify
from lists.home import Home

REGIONS = {"eu": "DE", "uk": "GB", "us": "US"}

# All that a process does in a day, and what it must refuse.
PROGRAM = """
import json, os, sys
seen = []
def see(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
        seen.append(("open", os.fsdecode(arguments[0]), arguments[1], arguments[2]))
    elif event.startswith("socket."):
        seen.append((event, "", "", 0))
sys.addaudithook(see)
region, residency, home, own, listed = sys.argv[1:]
import polars as pl
from engine import Screener, Subject, WrongRegion, screen
from jobs.cli import main
screener = Screener.open(home)
for code in ("DE", "GB", "US", "BR", None):
    try:
        screener.screen(Subject.parse(name=listed, subject_id=f"s-{code}", residency=code))
        screen("Ada Brunn", residency=code, home=home)
        assert code == residency
    except WrongRegion:
        assert code != residency
frame = pl.DataFrame({"name": [listed, "Ada Brunn", "Bo Lind"], "residency": ["DE", "GB", "US"]})
screener.screen_frame(frame, on_rejected=lambda rejected: None)
os.chdir(own)
for arguments in (
    ["batch", "customers.csv", "-o", "matches.parquet", "--allow-rejected"],
    ["batch", "customers.parquet", "-o", "matches.csv", "--allow-rejected"],
    ["rescreen"], ["rescreen", "--full"], ["matches"], ["residency", "report"],
    ["residency", "explain", "BR"], ["ledger", "verify"],
    ["ledger", "sql", "select * from alerts order by all"],
    ["screen", listed, "--residency", residency, "--as-of", "2999-01-01"],
):
    assert main([*arguments, "--home", home]) in (0, 1), arguments
with open("seen.json", "w") as file:
    json.dump(seen, file, default=str)
"""

_CALL = re.compile(r'(\w+)\((?:AT_FDCWD|\d+)?[^"]*"((?:[^"\\]|\\.)*)"(.*)')
_WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")


class Deployment:
    """A home with the lists, and for each region a folder of its own, far from that and from the others."""

    def __init__(self, root: Path) -> None:
        self.root, self.home = root, root / "cordon"
        self.common = root / "common-temporary"
        self.common.mkdir(parents=True)
        self.own = {region: root / f"machine-{region}" for region in REGIONS}
        declared = []
        for region, residency in REGIONS.items():
            (self.own[region] / "home").mkdir(parents=True)
            declared.append(
                f'[regions.{region}]\ncountries = ["{residency}"]\nhome = "{self.own[region] / "home"}"\n'
                f'address = "https://{region}.example"\n'
                f'[regions.{region}.customers]\nsource = "../customers.csv"\n'
            )
        self.home.mkdir()
        publish_in(self.home, WATCHLIST)
        content = "\n".join([*declared, '[residency]\nunlisted = "refuse"\n'])
        (self.home / "cordon.toml").write_text(content)
        for region, own in self.own.items():
            self._customers(own, region)

    def _customers(self, own: Path, region: str) -> None:
        import polars as pl  # noqa: PLC0415

        rows = [
            (f"{region}{number}", "Ada Brunn", code) for number, code in enumerate([*REGIONS.values()] * 20)
        ]
        rows.append((f"{region}-listed", LISTED, REGIONS[region]))
        frame = pl.DataFrame(rows, ["subject_id", "name", "residency"], orient="row")
        frame.write_csv(own / "customers.csv")
        frame.write_parquet(own / "customers.parquet")

    def start(self, region: str, *before: str) -> subprocess.Popen[str]:
        path = os.pathsep.join([str(PROJECT), str(PROJECT / "tests")])
        environment = os.environ | {
            "CORDON_REGIONS": region,
            "PYTHONPATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "TMPDIR": str(self.common),
            "HOME": str(self.common),
        }
        arguments = (region, REGIONS[region], str(self.home), str(self.own[region]), LISTED)
        return subprocess.Popen(
            [*before, sys.executable, "-c", PROGRAM, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def may_open(self, region: str, path: Path) -> bool:
        """Whether a process of this region may open a file below the root."""
        lists = (self.home / "lists" / "published", self.home / "lists" / "refresh", self.own[region])
        single = (self.home / "cordon.toml", self.home / "lists" / "CURRENT")
        return path in single or any(path.is_relative_to(folder) for folder in lists)


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(tmp_path / "deployment")


def ended(processes: dict[str, subprocess.Popen[str]]) -> None:
    for region, process in processes.items():
        output, _ = process.communicate(timeout=540)
        assert process.returncode == 0, f"{region}: {output}"


def assert_each_ledger_is_its_own(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    for region in REGIONS:
        monkeypatch.setenv("CORDON_REGIONS", region)
        assert verify(Home.locate(deployment.home)).is_sound
    for region, own in deployment.own.items():
        journal = b"".join(path.read_bytes() for path in (own / "home" / "journal").glob("2*/*.ndjson"))
        assert f'"subject_id":"s-{REGIONS[region]}"'.encode() in journal
        for other, residency in REGIONS.items():
            if other != region:
                assert f's-{residency}"'.encode() not in journal
                assert f'"{other}-listed"'.encode() not in journal


def test_python_opens_only_files_of_its_own_region_and_no_socket(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended({region: deployment.start(region) for region in REGIONS})
    for region, own in deployment.own.items():
        seen = json.loads((own / "seen.json").read_text())
        assert [event for event, *_ in seen if event != "open"] == []
        opened = [(own / path, mode, flags) for _, path, mode, flags in seen]
        assert any(path.name == "entities.ndjson" for path, *_ in opened), "the hook sees what is opened"
        inside = [path for path, *_ in opened if path.is_relative_to(deployment.root)]
        assert [path for path in inside if not deployment.may_open(region, path)] == []
        outside = [
            (path, mode)
            for path, mode, flags in opened
            if not path.is_relative_to(deployment.root)
            and (set(str(mode)) & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        ]
        assert [path for path, _ in outside if path != Path(os.devnull)] == []
    assert list(deployment.common.iterdir()) == []
    assert_each_ledger_is_its_own(deployment, monkeypatch)


def test_no_library_opens_another_regions_files_or_a_socket(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("strace is of Linux; the test with the audit hook has run")
    assert shutil.which("strace"), "this proof needs strace: apt-get install strace"
    traces = {region: deployment.root.parent / f"{region}.strace" for region in REGIONS}
    calls = (
        "trace=open,openat,openat2,creat,socket,socketpair,connect,rename,renameat,renameat2,mkdir,mkdirat"
    )
    processes = {
        region: deployment.start(
            region, "strace", "-f", "--seccomp-bpf", "-qq", "-e", calls, "-s", "4096", "-o", str(trace)
        )
        for region, trace in traces.items()
    }
    ended(processes)
    for region, trace in traces.items():
        lines = trace.read_text(errors="replace").splitlines()
        assert [line for line in lines if re.search(r"\b(socket|socketpair|connect)\(", line)] == []
        opened = [
            (Path(os.path.normpath(deployment.own[region] / found[2])), found[3])
            for line in lines
            if (found := _CALL.search(line))
        ]
        native = [path for path, _ in opened if path.name.endswith(".parquet")]
        assert native, "strace sees what Polars and DuckDB open"
        inside = {path for path, _ in opened if path.is_relative_to(deployment.root)}
        assert {path for path in inside if not deployment.may_open(region, path)} == set()
        written = {path for path, rest in opened if _WRITES.search(rest) and path not in inside}
        assert {path for path in written if not path.is_relative_to("/dev")} == set()
    assert list(deployment.common.iterdir()) == []
    assert_each_ledger_is_its_own(deployment, monkeypatch)
