"""Screening test records: for each the score of its own entity, its rank, and why it is missed.

A record is screened as a customer is, in bulk; those of a family that is judged by name are compared with the
names of their entity alone. Records are independent of one another, so processes share them.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from engine.names.compare import compare_names
from engine.residency.opening import unrouted
from engine.screener import Screener
from engine.screening import WatchlistNotReady
from engine.subject import Subject
from engine.validation.records import BY_NAME
from engine.validation.spellings import is_latin
from lists.settings import ScreeningSettings

# Records that are screened at once: enough that a step costs little beside what it does, few enough that
# their arrays stay small and a progress bar moves.
_CHUNK = 250
_DIGITS = 6  # of a score

SCHEMA = {
    "record": pl.UInt32,
    "score": pl.Float64,  # of the record's own entity, also below the threshold
    # Of the own entity among all of its list that alert: one party stands on several. Null where it does not.
    "rank": pl.UInt32,
    "alerts": pl.UInt32,  # entities that alert, the own one included
    "found": pl.Boolean,
    "evidence": pl.String,  # what the score of the own entity is made of
    "reason": pl.String,  # why the own entity does not alert
}

OnProgress = Callable[[int], None]  # how many records are done


def screen_records(
    home: Path,
    records: pl.DataFrame,
    *,
    screening: ScreeningSettings | None = None,
    watchlist_version: str | None = None,
    processes: int = 1,
    on_progress: OnProgress = lambda _done: None,
) -> pl.DataFrame:
    """The outcome of each record, with the columns of `SCHEMA`, in the order of the records.

    `screening` is a policy to use in place of the home's. Raises WatchlistNotReady when the version in use is
    another than the one that is wanted: a refresh came between.
    """
    frames = [part for part in records.filter(is_screenable()).iter_slices(_CHUNK) if part.height]
    outcomes: list[pl.DataFrame] = []
    done = 0
    with _mapped(Opening(home, screening, watchlist_version), min(processes, len(frames))) as judged:
        for outcome in judged(frames):
            outcomes.append(outcome)
            done += outcome.height
            on_progress(done)
    return pl.concat([pl.DataFrame(schema=SCHEMA), *outcomes]).sort("record")


def is_screenable() -> pl.Expr:
    """Which records a customer can be: the others are refused before they are screened."""
    return ~pl.col("left_out").fill_null("").str.starts_with("no subject")


class Opening(NamedTuple):
    """What a process needs to open the watchlist by itself."""

    home: Path
    screening: ScreeningSettings | None = None
    version: str | None = None

    def open(self) -> Screener:
        """A screener for records. They are nobody's customers, so no region is asked who may screen them."""
        screener = Screener.open(self.home, record=False, screening=self.screening)
        if self.version not in (None, screener.watchlist_version):
            raise WatchlistNotReady("another watchlist came into use meanwhile; validate again")
        screener.residency = unrouted(screener.published)
        return screener


_Judged = Callable[[list[pl.DataFrame]], Iterator[pl.DataFrame]]


@contextmanager
def _mapped(opening: Opening, processes: int) -> Iterator[_Judged]:
    if processes <= 1:
        screener = opening.open()
        yield lambda frames: (judge_records(screener, frame) for frame in frames)
        return
    with sharing(processes) as pool:

        def judged(frames: list[pl.DataFrame]) -> Iterator[pl.DataFrame]:
            waiting = [pool.submit(_judge, opening, frame) for frame in frames]
            yield from (each.result() for each in as_completed(waiting))

        try:
            yield judged
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def sharing(processes: int) -> ProcessPoolExecutor:
    """Processes that share work, and end with this one."""
    context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks
    return ProcessPoolExecutor(processes, context, _begin)


def _begin() -> None:
    """A process that shares in the work: an interrupt is its parent's to handle, whose end is its own too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


_own: list[Screener] = []  # of a process that shares in the work


def _judge(opening: Opening, frame: pl.DataFrame) -> pl.DataFrame:
    if not _own:
        _own.append(opening.open())
    return judge_records(_own[0], frame)


def judge_records(screener: Screener, records: pl.DataFrame) -> pl.DataFrame:
    """The outcomes of a few records."""
    by_name = [name for name, family in BY_NAME.items() if family.judged == "name"]
    is_by_name = pl.col("family").is_in(by_name)
    screened = _screened(screener, records.filter(~is_by_name))
    rows = [_compared(screener, row) for row in records.filter(is_by_name).iter_rows(named=True)]
    return pl.concat([screened, pl.DataFrame(rows, schema=SCHEMA, orient="row")]).sort("record")


def _screened(screener: Screener, records: pl.DataFrame) -> pl.DataFrame:
    if records.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    customer = ["name", "kind", "birth_date", "country"]
    # One party stands on several lists by the same name: the records of it are one customer, screened once.
    customers = records.select(customer).unique(maintain_order=True).with_row_index("row")
    keys = records.join(customers, on=customer, how="left", nulls_equal=True, maintain_order="left")
    matches = screener.screen_frame(subjects_of(customers), threads=1, record=False)
    ranked = matches.with_columns(
        rank=pl.col("score").rank("min", descending=True).over("row", "list_id").cast(pl.UInt32),
        alerts=pl.len().over("row").cast(pl.UInt32),
    )
    own = ranked.join(
        keys.select("row", "record", "list_id", "entity_id"), on=["row", "list_id", "entity_id"]
    )
    found = {row["record"]: row for row in own.iter_rows(named=True)}
    alerts = dict(ranked.group_by("row").agg(pl.col("alerts").first()).iter_rows())
    rows = []
    for record in keys.iter_rows(named=True):
        match = found.get(record["record"])
        if match is None:
            rows.append(_missed(screener, record, alerts.get(record["row"], 0)))
        else:
            said = evidence_text(match["evidence"])
            rows.append((record["record"], match["score"], match["rank"], match["alerts"], True, said, None))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _missed(screener: Screener, record: dict[str, Any], alerts: int) -> tuple[Any, ...]:
    answer = screener.compared(subject_of(record), record["place"])
    reason = "the search did not propose it" if answer.alerts else "; ".join(answer.reasons)
    said = evidence_text([each.model_dump() for each in answer.match.evidence])
    return record["record"], answer.match.score, None, alerts, False, said, reason


def _compared(screener: Screener, record: dict[str, Any]) -> tuple[Any, ...]:
    """A name against the name it was made of or, where it is in another script, the entity's Latin names."""
    against = [record["listed_name"]]
    if not BY_NAME[record["family"]].is_trap:
        against = [name.text for name in screener.entity(record["place"]).names if is_latin(name.text)]
    scores = [compare_names(record["name"], name, record["kind"]).score for name in against]
    best = round(max(scores, default=0.0), _DIGITS)
    found = best >= screener.threshold
    reason = None if found else f"the names score {best:.2f}, below {screener.threshold:.2f}"
    return record["record"], best, None, int(found), found, "", reason


def subjects_of(records: pl.DataFrame) -> pl.DataFrame:
    """Records as a frame of subjects."""
    countries = pl.when(pl.col("country").is_not_null()).then(pl.concat_list("country"))
    return records.select("name", "kind", "birth_date", countries=countries)


def subject_of(record: dict[str, Any]) -> Subject:
    """A record as a subject."""
    return Subject.parse(
        name=record["name"],
        kind=record["kind"],
        birth_date=record["birth_date"],
        countries=[record["country"]] if record["country"] else [],
    )


def evidence_text(evidence: list[dict[str, Any]]) -> str:
    """What a score is made of, in a line."""
    return "; ".join(f"{each['feature']} {each['contribution']:+.3f}" for each in evidence)
