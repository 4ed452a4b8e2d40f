"""`cordon run`: refreshes every enabled list when it is due, and rescreens, until it is told to stop."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import threading
from collections.abc import Sequence

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from engine.residency.regions import regions_of
from jobs.logs import log_to_stderr
from jobs.refresh import refresh
from jobs.refresh_list import JITTER, Outcome, RefreshResult
from jobs.rescreen_schedule import RescreenSchedule
from jobs.retention_schedule import RetentionSchedule
from lists.enabled import enabled_lists, time_between
from lists.home import Home, HomeError
from lists.refresh_state import read_state
from lists.store_file import StoreBusy

# Another process that refreshes or loads lists takes minutes at most.
_BUSY_PAUSE = dt.timedelta(minutes=5)
# A home that cannot be written, or a mistake of ours: somebody has to see to it.
_TROUBLE_PAUSE = dt.timedelta(minutes=30)
# How often it is looked at whether something is due that no refresh has brought about.
_NIGHTLY_CHECK = dt.timedelta(minutes=1)

# Whoever stops a service expects it to be gone in five seconds.
_GRACE_SECONDS = 4.0

log = logging.getLogger("cordon")


def run_until_stopped(home: Home) -> None:
    """Refresh lists until SIGTERM or Ctrl-C, with a line on stderr for each event. Raises `SettingsError`.

    What cannot be ended in time, such as publishing, is left as a kill would leave it: the version in use
    stays, and the next start completes what was begun.
    """
    log_to_stderr(home.settings().logging)
    scheduler = Scheduler(home)
    is_over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: is_over.set())
    log.info("started; home %s", home.path)
    scheduler.start()
    while not is_over.wait(1.0):  # on Windows only a wait that ends lets a signal through
        pass
    log.info("stopping")
    if scheduler.stop(_GRACE_SECONDS):
        log.info("stopped")
        return
    log.warning("stopped in the middle of a job; the next start completes it")
    logging.shutdown()
    os._exit(0)


class Scheduler:
    """One job a list, at the time that its last refresh has set for the next, and one that rescreens.

    Nothing is kept but what refreshes and rescreenings keep themselves.
    """

    def __init__(self, home: Home) -> None:
        """Raises `SettingsError`."""
        self._home = home
        settings = home.settings().lists
        self._every = {
            declared.list_id: time_between(declared, settings) for declared in enabled_lists(home, settings)
        }
        regions = regions_of(home)
        self._rescreens = [RescreenSchedule(home, regions, region) for region in regions.served]
        self._retentions = [RetentionSchedule(home, regions, region) for region in regions.served]
        if not regions.served:
            log.warning("CORDON_REGIONS names no region: lists are refreshed, and nobody is rescreened")
        self._paused_until: dict[str, dt.datetime] = {}  # of lists that could not even be tried
        self._stop = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        # One thread: a refresh holds the home alone, so a second one would only be turned away.
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=dt.UTC,
        )

    def start(self) -> None:
        """Begin, with the lists that are due, in a thread of its own."""
        for list_id, every in self._every.items():
            due = self._due(list_id)
            log.info("%s: next refresh at %s", list_id, _shown(due))
            # The interval is for a job that could not set its next time itself.
            self._scheduler.add_job(
                self._run, IntervalTrigger(seconds=every.total_seconds()), id=list_id, next_run_time=due
            )
        trigger = IntervalTrigger(seconds=_NIGHTLY_CHECK.total_seconds())
        self._scheduler.add_job(self._nightly, trigger, id="nightly", next_run_time=_now())
        self._scheduler.start()

    def stop(self, seconds: float) -> bool:
        """End what is running; whether it had ended after so many seconds."""
        self._stop.set()
        self._scheduler.shutdown(wait=False)
        return self._idle.wait(seconds)

    def _run(self) -> None:
        """Refresh all lists that are due now together, so that the watchlist is published once for all."""
        if self._stop.is_set():
            return
        self._idle.clear()
        try:
            due = [list_id for list_id in self._every if self._due(list_id) <= _now()]
            if due:
                self._refresh(due)
                self._rescreen_due()
            for list_id in self._every:
                self._set_next(list_id, self._due(list_id))
        finally:
            self._idle.set()

    def _nightly(self) -> None:
        if self._stop.is_set():
            return
        self._idle.clear()
        try:
            self._rescreen_due()
            for schedule in self._retentions:
                schedule.run_if_due(self._stop)
        finally:
            self._idle.set()

    def _rescreen_due(self) -> None:
        for schedule in self._rescreens:
            schedule.run_if_due(self._stop)

    def _refresh(self, due: Sequence[str]) -> None:
        log.info("refreshing %s", ", ".join(due))
        pause = _TROUBLE_PAUSE
        try:
            for result in refresh(self._home, due, stop=self._stop):
                _tell_of(result)
            return
        except StoreBusy as error:
            log.warning("%s", error)
            pause = _BUSY_PAUSE
        except HomeError as error:
            log.error("%s", error)
        except Exception as error:
            log.error("internal error (%s); report it", type(error).__name__)
        for list_id in due:
            self._paused_until[list_id] = _now() + pause

    def _due(self, list_id: str) -> dt.datetime:
        every = self._every[list_id]
        recorded = read_state(self._home, list_id).next_at or _now()
        # However far off a clock that was wrong, or a longer cadence, has set it.
        due = min(recorded, _now() + every * (1 + JITTER))
        return max(due, self._paused_until.get(list_id, due))

    def _set_next(self, list_id: str, moment: dt.datetime) -> None:
        if not self._stop.is_set():
            self._scheduler.modify_job(list_id, next_run_time=moment)


def _tell_of(result: RefreshResult) -> None:
    if result.outcome is Outcome.FAILED:
        log.error("%s: %s; next refresh at %s", result.list_id, result.error, _shown(result.next_at))
        return
    change = "nothing new"
    if result.outcome is Outcome.UPDATED:
        change = f"{result.added:,} added, {result.removed:,} removed, {result.changed:,} changed"
    log.info(
        "%s: %s; %s entities, watchlist %s; next refresh at %s",
        result.list_id,
        change,
        f"{result.entities:,}",
        result.version,
        _shown(result.next_at),
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _shown(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "an unknown time"
