"""Processes are killed (SIGKILL) at random moments while they screen; what was answered is in the ledger."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from ledgers import ask, forget, home_in, run_python, screen

from engine.ledger import verify
from lists.home import Home

_KILLS = 100
_SCREENING = 4
_PATIENCE = 60.0  # seconds

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are not delivered like this here")

# One process that has imported everything forks one that screens for each line it reads, and says its pid.
_NURSERY = """
import os, sys
from pathlib import Path
import polars as pl
from engine import Screener, Subject
from engine.ledger.batch import BatchRecording, stamp_now

home, kind = Path(sys.argv[1]), sys.argv[2]
screener = Screener.open(home)

def acknowledge(out, text):
    os.write(out, (text + "\\n").encode())

def screen(name, out):
    number = 0
    while True:
        number += 1
        who = "Orlan Dvessik" if number % 3 else "Nobody Atall"
        screener.screen(Subject.parse(name=who, subject_id=f"{name}-{number}"))
        acknowledge(out, f"{name}-{number}")

def batch(name, out):
    number = 0
    while True:
        number += 1
        ids = [f"{name}-{number}-{row}" for row in range(5)]
        names = ["Orlan Dvessik", *["Nobody Atall"] * 4]
        screener.screen_frame(pl.DataFrame({"subject_id": ids, "name": names}), threads=1)
        acknowledge(out, f"{name}-{number}-4")

for line in sys.stdin:
    name = line.strip()
    child = os.fork()
    if child == 0:
        out = os.open(sys.argv[3], os.O_WRONLY | os.O_APPEND)
        (batch if kind == "batch" else screen)(name, out)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


class _Worker:
    """Somebody who screens until killed, and then anew under another name."""

    def __init__(self, home: Home, kind: str, name: str, acknowledged: Path) -> None:
        self.name, self.lives = name, 0
        self._process = run_python(_NURSERY, home.path, kind, acknowledged, stdin=subprocess.PIPE)
        self.start()

    def start(self) -> None:
        self.lives += 1
        assert self._process.stdin and self._process.stdout
        print(f"{self.name}.{self.lives}", file=self._process.stdin, flush=True)
        self.child = int(self._process.stdout.readline())

    def kill(self) -> None:
        os.kill(self.child, signal.SIGKILL)
        assert self._process.stdout
        assert self._process.stdout.readline() == "ended\n"

    def wait_for_an_answer(self, acknowledged: Path) -> None:
        """On a busy machine none of somebody's short lives may have been long enough for one."""
        deadline = time.monotonic() + _PATIENCE
        while f"\n{self.name}." not in "\n" + acknowledged.read_text():
            assert time.monotonic() < deadline, f"{self.name} answers nothing"
            time.sleep(0.05)

    def end(self) -> None:
        with self._process:
            self._process.stdin.close()  # type: ignore[union-attr]


def test_what_was_answered_before_a_kill_is_in_the_ledger(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    acknowledged = tmp_path / "acknowledged"
    acknowledged.touch()
    kinds = [("screen", f"s{number}") for number in range(_SCREENING)] + [("batch", "b")]
    workers = [_Worker(home, kind, name, acknowledged) for kind, name in kinds]
    choose = random.Random(20261125)
    for kill in range(_KILLS):
        time.sleep(choose.uniform(0.0, 0.12))
        worker = workers[kill % len(workers)]
        worker.kill()
        worker.start()
    for worker in workers:
        worker.wait_for_an_answer(acknowledged)
        worker.kill()
        worker.end()
    told = set(acknowledged.read_text().split())
    assert len(told) > _KILLS
    assert len({name.split(".")[0] for name in told}) == len(workers)
    recorded = {subject_id for (subject_id,) in ask(home, "select subject_id from screenings")}
    assert told <= recorded
    screen(home)  # repairs what it continues
    forget()
    found = verify(home)
    assert found.is_sound, found.findings
    assert found.writers <= len(workers) + 1, "writers are used again"
    # Nobody is counted twice, and no batch is half there.
    assert ask(home, "select count(*) from screenings where subject_id is not null") == [
        (len(recorded - {None}),)
    ]
    assert ask(
        home,
        "select count(*) from (select batch_id from screenings where batch_id is not null "
        "group by 1 having count(*) != 5)",
    ) == [(0,)]
