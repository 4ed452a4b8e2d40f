"""Loads and refreshes that are killed: processes forked from one that has imported everything already."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import TracebackType
from typing import Self

from conftest import PROJECT

from lists.home import Home

# A load kills itself (SIGKILL) before the n-th line of the functions that write, or is killed after a delay.
_PROGRAM = """
import json, os, signal, sys, time
from jobs.refresh import refresh
from listed import entities, load
from lists import durable, publish, store, store_file
from lists.home import Home

WRITING = {
    function.__code__
    for function in (
        durable.replace_file, publish.publish, publish._written, store_file._create,
        store_file.connect, store_file.only_writer.__wrapped__, store_file._alone.__wrapped__,
        store.ListStore._transaction.__wrapped__,
        store.ListStore._insert_snapshot, store.ListStore._close_records, store.ListStore._insert_records,
    )
}

def kill_at(step):
    def line(frame, event, _):
        nonlocal step
        if event == "line":
            step -= 1
            if step == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return line
    sys.settrace(lambda frame, event, _: line if frame.f_code in WRITING else None)

for line in sys.stdin:
    home, name, size, step, delay = json.loads(line)
    child = os.fork()
    if child == 0:
        try:
            if step is not None:
                kill_at(step)
            if name is None:
                refresh(home)
            else:
                load(Home.locate(home), entities(size, name))
            os._exit(0)
        finally:
            os._exit(1)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Loads:
    """Starts loads into a home. Each tells whether it was killed before its end; another failure raises."""

    def __enter__(self) -> Self:
        # One thread in the numeric libraries, so that forking is safe.
        environment = {"PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "tests")])}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            env=os.environ | environment | {"OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def killed_at(self, step: int, home: Home, name: str, size: int) -> bool:
        return self._run(home, name, size, step, None)

    def killed_after(self, delay: float, home: Home, name: str, size: int) -> bool:
        return self._run(home, name, size, None, delay)

    def refresh_killed_after(self, delay: float, home: Home) -> bool:
        """A refresh of the lists that are enabled in the home."""
        return self._run(home, None, 0, None, delay)

    def _run(self, home: Home, name: str | None, size: int, step: int | None, delay: float | None) -> bool:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([str(home.path), name, size, step, delay]), file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        assert code in (0, -9)
        return code != 0
