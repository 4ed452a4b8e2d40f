"""What recording costs a single screening, a batch and the start of the command; and verifying it all.

Run with `make bench-ledger`. Needs ../shared (or CORDON_SHARED): the real OFAC and UN lists and the clean
customers.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from benchmarks.clean_customers import CUSTOMERS, MAPS
from benchmarks.report import LISTS, PROJECT, SHARED, is_there, machine, rows, table, write
from engine import Screener, Subject
from engine.frame import MATCH_SCHEMA
from engine.ledger import verify
from engine.ledger.batch import BatchRecording, stamp_now
from engine.ledger.recording import Recorder
from engine.screening import Match, Screening
from jobs.customers.columns import parse_renames
from jobs.customers.reader import CustomerFile, ReadOptions

PAGE = PROJECT / "docs" / "benchmarks.md"
_LOADED = ("us_ofac_sdn", "un_sc")
_SINGLES = 4_000
_BATCHES = 5
_STARTS = 9
_CORDON = str(Path(sys.executable).with_name("cordon"))


def main() -> int:
    if not is_there():
        return 2
    with tempfile.TemporaryDirectory(dir=os.environ.get("CORDON_BENCH_DISK")) as folder:
        home = Path(folder) / "home"
        for list_id in _LOADED:
            _cordon("lists", "load", list_id, str(SHARED / LISTS[list_id]), "--accept", "--home", str(home))
        parts = [
            f"{machine()}; OFAC SDN of 2023-12-28 and UN of 2025-04-19.",
            table(
                ("a single screening", "customers", "median µs", "p99 µs", "CPU µs", "wanted µs"),
                _singles(home),
            ),
            table(
                ("a batch of 75,000", "runs", "wall s", "CPU s", "CPU µs a customer", "wanted"),
                _batches(home, Path(folder)),
            ),
            table(("`cordon screen NAME`", "runs", "wall ms", "CPU ms"), _starts(home)),
            table(("afterwards", "events", "wall s"), _verified(home)),
        ]
    text = "\n\n".join(parts)
    print(text)
    write(PAGE, "the ledger", text)
    return 0


def _singles(home: Path) -> Iterator[tuple[object, ...]]:
    """Recording alone, of answers that were found before: of the same customers in each way."""
    screener = Screener.open(home, record=False)
    recorder = _recorder(Screener.open(home))
    people = rows("customers_clean_us.csv")[:_SINGLES] + rows("customers_listed_un.csv")
    answers = [_answer(screener, person) for person in people]
    for _, _, matches in answers:  # as in a service, which meets the same entities again
        for match in matches:
            recorder.listed.fingerprint(match.list_id, match.entity_id)
    clear = [answer for answer in answers if not answer[2]]
    alert = [answer for answer in answers if answer[2]]
    for sync, word, wanted in (
        ("batched", "flushed in batches", "50"),
        ("each", "on the disk before the answer", ""),
    ):
        recorder.writer.is_batched = sync == "batched"
        for outcome, answers in (("clear", clear), ("an alert", alert)):
            chosen = answers[: _SINGLES if sync == "batched" else 500]
            cpu = time.process_time()
            times = _times(recorder, chosen)
            cpu = time.process_time() - cpu
            yield (
                f"{word}: {outcome}",
                f"{len(chosen):,}",
                f"{statistics.median(times) * 1e6:.0f}",
                f"{statistics.quantiles(times, n=100)[98] * 1e6:.0f}",
                f"{cpu / len(chosen) * 1e6:.0f}",
                wanted,
            )
    recorder.writer.close()


def _recorder(screener: Screener) -> Recorder:
    (recorder,) = screener.residency.recorders.values()
    return recorder


def _answer(screener: Screener, person: dict[str, str]) -> tuple[Subject, Screening, list[Match]]:
    subject = Subject.parse(
        subject_id=person.get("customer_id") or person["full_name"][:200],
        name=person["full_name"],
        birth_date=person["date_of_birth"][:4] or None,
        kind="person",
    )
    screening = screener.screen(subject)
    return subject, screening, list(screening.matches)


def _times(recorder: Recorder, answers: list[tuple[Subject, Screening, list[Match]]]) -> list[float]:
    recorder.screened(*answers[0], 25)  # what is only done once
    times = []
    for answer in answers:
        began = time.perf_counter()
        recorder.screened(*answer, 25)
        times.append(time.perf_counter() - began)
    return times


def _batches(home: Path, folder: Path) -> Iterator[tuple[object, ...]]:
    """Whole processes, with and without recording in turn."""
    maps = [argument for each in MAPS["name, birth date, nationality"] for argument in ("--map", each)]
    customers = _joined(folder)
    count = sum(1 for _ in customers.open(encoding="utf-8")) - 1
    measured: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for _ in range(_BATCHES):
        for recorded in (False, True):
            _configure(home, recorded)
            out = str(folder / "matches.parquet")
            command = ["batch", str(customers), "-o", out, "--json", "--home", str(home), *maps]
            measured[recorded].append(_process(lambda command=command: _cordon(*command)))  # type: ignore[misc]
    (home / "cordon.toml").unlink()
    medians = {
        recorded: tuple(statistics.median(each) for each in zip(*runs, strict=True))
        for recorded, runs in measured.items()
    }
    for recorded, word in ((False, "not recorded"), (True, "recorded")):
        wall, cpu = medians[recorded]
        yield word, _BATCHES, f"{wall:.2f}", f"{cpu:.2f}", f"{cpu / count * 1e6:.1f}", ""
    yield "recording alone", "", "", "", f"{_recording_alone(home, customers):.1f}", ""
    loss = [f"{medians[True][place] / medians[False][place] - 1:+.1%}" for place in (0, 1)]
    yield "difference", "", *loss, "", "less than 10%"


def _recording_alone(home: Path, customers: Path) -> float:
    """CPU microseconds a customer of recording a frame without matches, which nearly all customers are."""
    screener, spent, count = Screener.open(home), 0.0, 0
    recorder = _recorder(screener)
    renames = parse_renames(MAPS["name, birth date, nationality"])
    with CustomerFile(customers, ReadOptions(renames)) as file:
        recording = BatchRecording(recorder, screener.watchlist_version)
        for chunk in file.chunks():
            began = time.process_time()
            (part,) = screener.residency.admit_frame(chunk.frame).parts
            recording.add(
                chunk.frame,
                pl.DataFrame(schema=MATCH_SCHEMA),
                pl.Series(chunk.rows, dtype=pl.UInt32),
                receipts=part.receipts,
            )
            spent, count = spent + time.process_time() - began, count + chunk.frame.height
        recording.finish("batch", stamp_now())
    recorder.writer.close()
    return spent / count * 1e6


def _joined(folder: Path) -> Path:
    """Both files of clean customers in one, as often as makes a run of some seconds."""
    path = folder / "customers.csv"
    with path.open("w", encoding="utf-8") as out:
        for place, name in enumerate(CUSTOMERS):
            lines = (SHARED / "bench" / name).read_text(encoding="utf-8").splitlines(keepends=True)
            out.writelines(lines[place > 0 :])
    return path


def _configure(home: Path, recorded: bool) -> None:
    (home / "cordon.toml").write_text(f"[ledger]\nrecord = {str(recorded).lower()}\n", encoding="utf-8")


def _starts(home: Path) -> Iterator[tuple[object, ...]]:
    measured: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for _ in range(_STARTS):
        for recorded in (False, True):
            _configure(home, recorded)
            measured[recorded].append(
                _process(lambda: _cordon("screen", "Tamsin Quillfeather", "--home", str(home)))
            )
    (home / "cordon.toml").unlink()
    for recorded, word in ((False, "not recorded"), (True, "recorded")):
        wall, cpu = (statistics.median(each) for each in zip(*measured[recorded], strict=True))
        yield word, _STARTS, f"{wall * 1e3:.0f}", f"{cpu * 1e3:.0f}"


def _verified(home: Path) -> Iterator[tuple[object, ...]]:
    with _clock() as elapsed:
        found = verify(home)
    assert found.is_sound, found.findings
    yield "`cordon ledger verify`", f"{found.events:,}", f"{elapsed[0]:.2f}"
    with _clock() as elapsed:
        _cordon("ledger", "sql", "select state, count(*) from alerts group by all", "--home", str(home))
    yield '`cordon ledger sql "select state, count(*) from alerts group by all"`', "", f"{elapsed[0]:.2f}"


@contextmanager
def _clock() -> Iterator[list[float]]:
    elapsed, began = [0.0], time.perf_counter()
    yield elapsed
    elapsed[0] = time.perf_counter() - began


def _process(run: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of a process that is run and waited for."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run()
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _cordon(*arguments: str) -> str:
    done = subprocess.run([_CORDON, *arguments], check=True, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
