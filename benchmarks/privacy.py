"""What encrypting a customer's data costs: one by one, in bulk, in bytes, and when a master key is replaced.

Run with `make bench-privacy`. Needs ../shared (or CORDON_SHARED): the real OFAC list and the customers.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import polars as pl

from benchmarks.report import LISTS, PROJECT, SHARED, is_there, machine, rows, table, write
from engine import Screener
from engine.ledger import batch
from engine.ledger.layout import Region
from engine.ledger.writer import release_writers
from engine.privacy.envelope import seal, unseal
from engine.privacy.erased import ErasedKeys
from engine.privacy.keys import Keys, keys_of, release_keys
from engine.privacy.rotation import rotate
from jobs.load import load_list
from lists.home import Home

PAGE = PROJECT / "docs" / "benchmarks.md"
_SUBJECTS, _RUNS, _ROTATED = 20_000, 7, 100_000
_CUSTOMERS, _ALERTING = 50_000, 500  # one in a hundred
_WANTED = "under 20"


def main() -> int:
    if not is_there():
        return 2
    with tempfile.TemporaryDirectory(dir=os.environ.get("CORDON_BENCH_DISK")) as folder:
        parts = [
            f"{machine()}; OFAC SDN of 2023-12-28; {len(_evidence()):,} bytes are encrypted of one customer.",
            table(("a customer", "of", "CPU µs", "wanted"), _customers(Path(folder) / "keys")),
            table(("a batch", "runs", "CPU s", "of it with encryption", "wanted"), _batches(Path(folder))),
            table(("a master key is replaced", "customers", "CPU s"), _rotated(Path(folder) / "rotated")),
        ]
    text = "\n\n".join(parts)
    print(text)
    write(PAGE, "privacy", text)
    return 0


def _customers(place: Path) -> Iterator[tuple[object, ...]]:
    keys = keys_of(Region(place))
    keys.establish()
    text = _evidence()
    names = [f"C{number}" for number in range(_SUBJECTS)]

    def write_one(name: str) -> str:
        return seal(keys.writing(name, "alert", durable=False), text, "w1-1")

    yield (
        "encrypted for the first time, with a key of their own",
        f"{_SUBJECTS:,}",
        _each(write_one, names),
        _WANTED,
    )
    few = names[:1_000]
    for name in few:
        write_one(name)
    yield "encrypted again", f"{_SUBJECTS:,}", _each(write_one, few * (_SUBJECTS // len(few))), _WANTED
    sealed = {name: write_one(name) for name in names}
    together = [f"D{number}" for number in range(_SUBJECTS)]
    began = time.process_time()
    ciphers = keys.writing_all(together, "alert")
    for name in together:
        seal(ciphers[name], text, "b:1:m")
    spent = (time.process_time() - began) / len(together) * 1e6
    yield "encrypted for the first time, all of a part together", f"{_SUBJECTS:,}", f"{spent:.1f}", _WANTED
    release_keys()
    keys = keys_of(Region(place))
    keys.check()
    erased = ErasedKeys(keys.region)
    read = _each(lambda name: unseal(keys, erased, sealed[name], name, "w1-1"), names)
    yield "decrypted, by a process that has no key yet", f"{_SUBJECTS:,}", read, ""
    release_keys()


def _each(run: Callable[[str], object], names: list[str]) -> str:
    """CPU microseconds of one, as the median of hundredths: the machine does other things too."""
    size = max(len(names) // 100, 1)
    spent = []
    for start in range(0, len(names), size):
        part = names[start : start + size]
        began = time.process_time()
        for name in part:
            run(name)
        spent.append((time.process_time() - began) / len(part) * 1e6)
    return f"{statistics.median(spent):.1f}"


def _batches(folder: Path) -> Iterator[tuple[object, ...]]:
    """The same customers screened and recorded, with and without encryption in turn."""
    home = Home.locate(folder / "home")
    load_list(home, "us_ofac_sdn", SHARED / LISTS["us_ofac_sdn"], accept=True)
    screener = Screener.open(home)
    customers = _frame(screener)
    spent: dict[bool, list[float]] = {False: [], True: []}
    sizes: dict[bool, int] = {}
    alerts = 0
    for run in range(2 * _RUNS + 1):
        is_encrypted = bool(run % 2)
        before = _size(home)
        with (
            mock.patch.object(batch, "seal", seal if is_encrypted else _plain),
            mock.patch.object(Keys, "writing_all", Keys.writing_all if is_encrypted else _no_keys),
        ):
            began = time.process_time()
            found = screener.screen_frame(customers)
            took = time.process_time() - began
        sizes[is_encrypted], alerts = _size(home) - before, found["row"].n_unique()
        if run:  # the first does what is only done once
            spent[is_encrypted].append(took)
    plain, encrypted = (statistics.median(spent[which]) for which in (False, True))
    yield f"of {customers.height:,}, {alerts:,} of whom alert: not encrypted", _RUNS, f"{plain:.2f}", "", ""
    yield "the same, encrypted", _RUNS, f"{encrypted:.2f}", f"{1 - plain / encrypted:+.1%}", "less than 10%"
    yield "bytes of `matches/`: not encrypted, encrypted", "", f"{sizes[False]:,}", f"{sizes[True]:,}", ""
    release_writers()


def _frame(screener: Screener) -> pl.DataFrame:
    clean = [each["full_name"] for each in rows("customers_clean_us.csv")[: _CUSTOMERS - _ALERTING]]
    listed: list[str] = []
    for place, entity in enumerate(screener.entities()):
        if place % 20 == 0 and entity.kind == "person" and len(listed) < _ALERTING:
            listed.append(entity.names[0].text)
    names = clean + listed
    ids = [f"C{number}" for number in range(len(names))]
    return pl.DataFrame({"subject_id": ids, "name": names})


def _plain(_cipher: object, text: str, _place: str) -> str:
    return text


def _no_keys(_keys: Keys, subject_keys: list[str], _records: str) -> dict[str, Any]:
    return dict.fromkeys(subject_keys)


def _size(home: Home) -> int:
    return sum(path.stat().st_size for path in Region.of(home).matches.rglob("*.parquet"))


def _rotated(place: Path) -> Iterator[tuple[object, ...]]:
    keys = keys_of(Region(place))
    keys.establish()
    keys.writing_all([f"C{number}" for number in range(_ROTATED)], "alert")
    began = time.process_time()
    done = rotate(Region(place))
    spent = time.process_time() - began
    yield "`cordon keys rotate`", f"{done.subject_keys:,}", f"{spent:.2f}"
    release_keys()


def _evidence() -> str:
    """What is encrypted of a match: about as much as there is of one."""
    reason = {"feature": "name.weight", "contribution": 0.71, "subject_value": "a name of some words"}
    said = {"sentence": "two words of the name are in both names, and one is only in the customer's"}
    match = {"subject_name": "a name of some words", "evidence": [reason | said] * 5}
    return json.dumps({"subject": {"names": ["a name of some words"], "birth_date": "1961"}, **match})


if __name__ == "__main__":
    sys.exit(main())
