"""`cordon rescreen`: all customers against the watchlist, or only what changed of either since the last time.

Three parts add up to everybody against everything: customers who are new or changed against the whole list,
all others against the entities that changed, and now and then, or after another model or policy, everything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

import polars as pl

from engine import Screener
from engine.frame import MATCH_SCHEMA
from engine.ledger import coverage
from engine.ledger.batch import BatchRecording, fingerprints, stamp_now, subject_ids
from engine.ledger.coverage import Rescreening
from engine.ledger.decisions import members, settle_anew
from engine.ledger.layout import LedgerError, Region
from engine.ledger.locks import locked
from engine.ledger.publishing import catch_up
from engine.ledger.recording import Recorder
from engine.ledger.reopening import close_delisted
from engine.ledger.versions import difference, open_version
from engine.residency.frames import of_region
from engine.residency.regions import regions_of
from jobs.customers.reader import Chunk, CustomerFile
from jobs.customers.sources import CustomerPlace, Portion, customer_portions
from jobs.outputs import RejectedWriter, put_rejected_in_place, unfinished_folder
from jobs.rejected import Rejections
from lists.home import Home
from lists.publish import NotPublished

REJECTED = "rescreen.rejected.csv"  # beside what is derived from the ledger

# Few enough that a stop need not wait long, many enough that each file of the ledger is worth its name.
_CHUNK = 10_000

Progress = Callable[[float, int, float | None], None]
"""Called with the share done (0..1), the customers so far, and the seconds that are probably left."""


class Mode(StrEnum):
    FULL = "full"  # everybody against everything
    CHANGES = "changes"  # customers that changed against everything, all others against what changed
    LIST = "list"  # all against what changed of the lists; customers that changed wait for the night


class RescreenStopped(LedgerError):  # noqa: N818 - named for what is the case
    """It was told to stop; what is done is recorded, and the next one goes on from there."""


@dataclass(frozen=True)
class RescreenReport:
    """What a rescreening found. `customers` and `alerts` count nobody twice, resumed or not.

    `alerts` counts customers with a match that no decision suppresses. The three counts of matches are what
    is new since the last rescreening: what somebody has to look at.
    """

    region: str
    batch_id: str
    mode: str
    watchlist_version: str
    base_version: str | None
    model_version: str
    customers: int
    rejected: int
    rejected_file: str | None  # which rows, and why
    other_regions: dict[str, int]  # of the rejected, those that belong to a region that is not served
    alerts: int
    new_matches: int
    reopened_matches: int
    closed_matches: int
    changed_entities: int | None  # None where the whole list counted
    resumed: bool
    lag_hours: dict[str, float]  # of each list change that this finished, from its fetch to the last customer
    elapsed_seconds: float
    customers_per_second: float
    stale_lists: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass
class _Plan:
    """What is to be screened against what, and the batch it is recorded in."""

    mode: Mode
    base: Rescreening | None
    entities: frozenset[tuple[str, str]] | None  # that changed; None for all
    resumes: Rescreening | None
    notes: list[str] = field(default_factory=list)


def rescreen(
    home: Home | Path | str | None = None,
    mode: Mode = Mode.CHANGES,
    *,
    stop: threading.Event | None = None,
    on_progress: Progress | None = None,
) -> RescreenReport:
    """Rescreen the customers of one region that `cordon.toml` names, and record it in its ledger.

    It is the one that this process serves, or that the home means; customers of all others that it serves are
    left for their own run. An interrupted run is taken up where it stopped. Raises `InputError`,
    `OutputError`, `LedgerError`, `WatchlistNotReady`, and `RescreenStopped` once `stop` is set.
    """
    home, started = Home.locate(home), time.perf_counter()
    settings = home.settings()
    if not settings.ledger.record:
        raise LedgerError("a rescreening needs the ledger; take [ledger] record = false out of cordon.toml")
    regions = regions_of(home, settings)
    region = regions.ledger().region_id
    portions = customer_portions(CustomerPlace.of(regions, region, settings), _CHUNK)
    # Of all regions that are served, so that the others' customers are no strangers.
    screener = Screener.open(home.in_region(None))
    recorder = screener.residency.recorders[region]
    with _alone(recorder):
        if regions.is_declared:
            catch_up(home, recorder.region, recorder.writer)
        run = _Run(home, screener, recorder, mode, stop or threading.Event())
        final = recorder.region.derived / REJECTED
        with unfinished_folder(final) as folder:
            with closing(RejectedWriter(folder / REJECTED, of_several=True)) as rejected:
                rejections = Rejections(rejected)
                closed = run.screen(portions, rejections, on_progress or (lambda *_: None))
            report = run.report(closed, rejections, final, started)
            put_rejected_in_place(folder / REJECTED, final)
        return report


@contextmanager
def _alone(recorder: Recorder) -> Iterator[None]:
    recorder.writer.begin()
    with locked(recorder.region.derived / "rescreen.lock", patience=0) as held:
        if not held:
            raise LedgerError("another process is rescreening; try again when it ends")
        yield


class _Run:
    def __init__(
        self, home: Home, screener: Screener, recorder: Recorder, mode: Mode, stop: threading.Event
    ) -> None:
        self._home, self._screener, self._recorder, self._stop = home, screener, recorder, stop
        self._region: Region = recorder.region
        self._policies = {name: policy.version for name, policy in screener.policies().items()}
        self._basis = coverage.basis_of(screener.model_version, self._policies)
        settle_anew(self._region)
        self._plan = self._planned(mode)
        resumed = self._plan.resumes
        first = coverage.parts_of(self._region, resumed.batch_id) if resumed else 0
        self._batch = BatchRecording(
            recorder, screener.watchlist_version, resumed.batch_id if resumed else None, first
        )
        self._known = self._already_known()
        self._done = (
            coverage.screened_in(self._region, [resumed.batch_id])
            if resumed
            else pl.DataFrame(schema=coverage.KNOWN_SCHEMA)
        )
        self._narrow = self._narrowed()
        self._read = 0
        self._started_at = stamp_now()

    def screen(self, portions: list[Portion], rejections: Rejections, progress: Progress) -> int:
        """Screen and record everybody; how many open matches a delisting has closed."""
        if self._plan.resumes is None:
            self._record_start()
        clock = _Clock(len(portions), progress)
        for place, portion in enumerate(portions):
            with portion.open() as customers:
                customers.know_segments(self._screener.segments)
                if self._screener.residency.regions.is_declared:
                    customers.refuse(self._screener.residency.refusal)
                rejections.begin(portion.name, customers.heading_of("residency"))
                for chunk in customers.chunks():
                    if self._stop.is_set():
                        raise RescreenStopped("the rescreening was stopped; the next one goes on from there")
                    rejections.add(chunk.rejected)
                    self._read += chunk.read
                    self._chunk(chunk, customers, rejections)
                    clock.tick(place, chunk.done, self._read)
        listed, version = self._recorder.listed, self._screener.watchlist_version
        return close_delisted(
            self._region,
            self._recorder.writer,
            lambda list_id, entity_id: listed.place(list_id, entity_id) is not None,
            version,
        )

    def report(
        self, closed: int, rejections: Rejections, rejected_file: Path, started: float
    ) -> RescreenReport:
        """Record that it is complete; what it found."""
        counts = coverage.counts_of(self._region, self._batch.batch_id)
        plan, elapsed = self._plan, time.perf_counter() - started
        report = RescreenReport(
            region=self._region.region_id,
            batch_id=self._batch.batch_id,
            mode=plan.mode.value,
            watchlist_version=self._screener.watchlist_version,
            base_version=plan.base.watchlist_version if plan.base else None,
            model_version=self._screener.model_version,
            customers=counts["customers"],
            rejected=rejections.count,
            rejected_file=str(rejected_file) if rejections.count else None,
            other_regions=dict(rejections.other_regions),
            alerts=counts["alerts"],
            new_matches=counts["new_matches"],
            reopened_matches=counts["reopened_matches"],
            closed_matches=closed,
            changed_entities=None if plan.entities is None else len(plan.entities),
            resumed=plan.resumes is not None,
            lag_hours=coverage.lags_of(self._region, self._began()),
            elapsed_seconds=round(elapsed, 3),
            customers_per_second=round(self._read / elapsed, 1),
            stale_lists=self._screener.stale_lists,
            notes=tuple(plan.notes),
        )
        self._batch.finish("rescreen", self._began(), **self._described(), **_recorded(report))
        return report

    def _began(self) -> str:
        resumed = self._plan.resumes
        return f"{resumed.started_at:%Y-%m-%dT%H:%M:%S.%fZ}" if resumed else self._started_at

    def _described(self) -> dict[str, object]:
        return {
            "mode": self._plan.mode.value,
            "base_version": self._plan.base.watchlist_version if self._plan.base else None,
            "basis": self._basis,
            "policy_versions": self._policies,
        }

    def _record_start(self) -> None:
        said = {
            "job": "rescreen",
            "batch_id": self._batch.batch_id,
            "outcome": "started",
            "started_at": self._started_at,
            "watchlist_version": self._screener.watchlist_version,
            "model_version": self._screener.model_version,
            **self._described(),
        }
        self._recorder.writer.append("job", members(said))

    def _planned(self, mode: Mode) -> _Plan:
        covered = coverage.coverage(self._region)
        plan = _Plan(mode, covered.last(self._basis), None, None)
        if mode is not Mode.FULL:
            self._plan_changes(plan)
        before, version = covered.interrupted, self._screener.watchlist_version
        if before is not None and (before.watchlist_version, before.basis) == (version, self._basis):
            base = plan.base.watchlist_version if plan.base else None
            is_same = before.mode == plan.mode and (plan.mode is Mode.FULL or before.base_version == base)
            plan.resumes = before if is_same else None
        if plan.mode is Mode.FULL:
            plan.base = None
        return plan

    def _plan_changes(self, plan: _Plan) -> None:
        if plan.base is None:
            plan.mode = Mode.FULL
            plan.notes.append(
                "nobody was fully rescreened with this model and policy yet, so everybody is now"
            )
            return
        try:
            with (
                open_version(self._home, plan.base.watchlist_version) as old,
                open_version(self._home, self._screener.watchlist_version) as new,
            ):
                changes = difference(old, new)
        except NotPublished:
            plan.mode, plan.base = Mode.FULL, None
            plan.notes.append(
                "the watchlist of the last rescreening is no longer kept, so everybody is rescreened"
            )
            return
        plan.entities = changes.added | changes.changed

    def _already_known(self) -> pl.DataFrame | None:
        """Who was screened against the whole list since the last full run; None where it does not matter."""
        if self._plan.mode is not Mode.CHANGES:
            return None
        finished = [run.batch_id for run in coverage.coverage(self._region).finished]
        return coverage.screened_in(self._region, finished, scope="whole")

    def _narrowed(self) -> Screener | None:
        """A screener that looks for what changed of the lists; None where that is nothing, or everything."""
        wanted = self._plan.entities
        if not wanted:
            return None
        narrow = Screener.open(self._home, record=False)
        narrow.residency = self._screener.residency  # whoever is screened is admitted by one gate
        places = (self._recorder.listed.place(*key) for key in wanted)
        narrow.restrict(place for place in places if place is not None)
        return narrow

    def _chunk(self, chunk: Chunk, customers: CustomerFile, rejections: Rejections) -> None:
        frame = chunk.frame.with_columns(row=pl.Series(chunk.rows, dtype=pl.UInt32))
        frame = frame.with_columns(
            fingerprint=fingerprints(chunk.frame, self._recorder.writer.fingerprint_key)
        )
        ids = subject_ids(frame) if customers.has_ids else pl.lit(None, pl.String)
        frame = frame.with_columns(
            subject_key=pl.coalesce(ids, "~" + pl.col("fingerprint").bin.encode("hex"))
        )
        refuse = rejections.refusing(chunk.rows)
        frame = of_region(self._screener.residency, frame, self._region.region_id, refuse)
        on = list(coverage.KNOWN_SCHEMA)
        frame = frame.join(self._done, on=on, how="anti", maintain_order="left")
        if self._known is None:
            whole, rest = (frame, frame.clear()) if self._plan.mode is Mode.FULL else (frame.clear(), frame)
        else:
            whole = frame.join(self._known, on=on, how="anti", maintain_order="left")
            rest = frame.join(self._known, on=on, how="semi", maintain_order="left")
        self._record(whole, self._screener, "whole", rejections, has_ids=customers.has_ids)
        self._record(rest, self._narrow, "changes", rejections, has_ids=customers.has_ids)

    def _record(
        self,
        frame: pl.DataFrame,
        screener: Screener | None,
        scope: str,
        rejections: Rejections,
        *,
        has_ids: bool,
    ) -> None:
        if not frame.height:
            return
        subjects = frame.drop("row", "fingerprint", "subject_key")
        refuse = rejections.refusing(frame["row"].to_list())
        admitted = self._screener.residency.admit_frame(subjects, refuse)
        if not admitted.frame.height:
            return
        if admitted.rows is not None:
            frame = frame[admitted.rows]
        if screener is None:
            matches = pl.DataFrame(schema=MATCH_SCHEMA)
        else:
            matches = screener.screen_admitted(admitted)
        if scope == "changes" and self._plan.entities:
            wanted = pl.DataFrame(
                sorted(self._plan.entities), {"list_id": pl.String, "entity_id": pl.String}, orient="row"
            )
            matches = matches.join(wanted, on=["list_id", "entity_id"], how="semi", maintain_order="left")
        (part,) = admitted.parts
        self._batch.add(
            admitted.frame,
            matches,
            frame["row"],
            has_ids=has_ids,
            prints=frame["fingerprint"],
            scope=scope,
            receipts=part.receipts,
        )


class _Clock:
    """Tells how much is done, and how long the rest probably takes."""

    def __init__(self, portions: int, progress: Progress) -> None:
        self._portions, self._progress, self._started = portions, progress, time.monotonic()

    def tick(self, place: int, done: float, read: int) -> None:
        share = (place + done) / self._portions
        elapsed = time.monotonic() - self._started
        self._progress(share, read, elapsed / share * (1.0 - share) if share > 0 else None)


def _recorded(report: RescreenReport) -> dict[str, object]:
    """What the event says beside what every batch says."""
    names = (
        "customers",
        "alerts",
        "rejected",
        "new_matches",
        "reopened_matches",
        "closed_matches",
        "changed_entities",
        "resumed",
    )
    said = asdict(report)
    return {
        **{name: said[name] for name in names},
        "lags": report.lag_hours,
        "lag_hours": max(report.lag_hours.values(), default=None),
    }
