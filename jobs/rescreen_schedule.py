"""When `cordon run` rescreens: after every list change, every night, and now and then everybody.

Nothing is kept but the ledger: a night that was missed, or a change that came while nothing ran, is due at
the next start.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading

from engine.ledger.coverage import Rescreening, coverage
from engine.ledger.layout import LedgerError
from engine.ledger.sealing import seal
from engine.ledger.writer import writer_of
from engine.residency.regions import Regions
from engine.screening import WatchlistNotReady
from jobs.customers.sources import CustomerPlace
from jobs.errors import InputError, OutputError
from jobs.rescreen import Mode, RescreenReport, RescreenStopped, rescreen
from lists.home import Home, HomeError
from lists.publish import NotPublished, open_published
from lists.settings import Settings

# Customers that cannot be read, or a full disk: somebody has to see to it.
_TROUBLE_PAUSE = dt.timedelta(minutes=30)

log = logging.getLogger("cordon")


class RescreenSchedule:
    """Rescreens a region's customers when that is due."""

    def __init__(self, home: Home, regions: Regions, region: str) -> None:
        """Raises `SettingsError`."""
        settings = home.settings()
        self._home = home.in_region(region) if regions.is_declared else home
        self._region = regions.declared[region].ledger
        self._is_declared = regions.is_declared
        customers = CustomerPlace.of(regions, region, settings).settings
        self.is_wanted = settings.ledger.record and (customers.source or customers.query) is not None
        self._night = night_of(settings)
        self._full_every = dt.timedelta(days=settings.rescreen.full_every_days)
        self._paused_until = dt.datetime.min.replace(tzinfo=dt.UTC)

    def run_if_due(self, stop: threading.Event) -> None:
        """Rescreen, if that is due, with a line in the log for what it found. Raises nothing but bugs."""
        now = dt.datetime.now(dt.UTC)
        if not self.is_wanted or now < self._paused_until or stop.is_set():
            return
        try:
            mode = self.due(now)
            if mode is None:
                return
            where = f"region {self._region.region_id}: " if self._is_declared else ""
            log.info("rescreening: %s%s", where, _WHY[mode])
            self._tell_of(rescreen(self._home, mode, stop=stop))
            if mode is not Mode.LIST:
                for day in seal(self._region, writer_of(self._region)):
                    log.info("ledger: sealed %s, %s events", day.date, f"{day.events:,}")
        except RescreenStopped as error:
            log.info("%s", error)
        except (HomeError, InputError, OutputError, WatchlistNotReady) as error:
            log.error("rescreening failed: %s", error)
            self._paused_until = now + _TROUBLE_PAUSE

    def due(self, now: dt.datetime) -> Mode | None:
        """What is due at a time. Raises `LedgerError`."""
        try:
            with open_published(self._home) as published:
                version = published.version
        except NotPublished:
            return None
        finished = self._finished()
        if not finished:
            return Mode.FULL
        night = last_night(now, self._night)
        nightly = [run for run in finished if run.mode != Mode.LIST and _aware(run.started_at) >= night]
        if not nightly:
            # A night earlier rather than one later: a run begins some minutes after its time.
            full = _aware(finished[0].started_at) + self._full_every - dt.timedelta(hours=12)
            return Mode.FULL if full <= now else Mode.CHANGES
        return Mode.LIST if finished[-1].watchlist_version != version else None

    def _finished(self) -> tuple[Rescreening, ...]:
        try:
            return coverage(self._region).finished
        except LedgerError:
            if self._region.exists():
                raise
            return ()  # nothing was ever recorded

    def _tell_of(self, report: RescreenReport) -> None:
        if report.rejected_file:
            told = f"{report.rejected:,}", report.rejected_file
            log.warning("%s rows could not be screened; the reasons are in %s", *told)
        log.info(
            "rescreened %s customers against watchlist %s: %s new, %s reopened, %s closed matches%s",
            f"{report.customers:,}",
            report.watchlist_version,
            f"{report.new_matches:,}",
            f"{report.reopened_matches:,}",
            f"{report.closed_matches:,}",
            "".join(f"; {name} {hours:.2f} h after its fetch" for name, hours in report.lag_hours.items()),
        )


def night_of(settings: Settings) -> dt.time:
    """The time of day in UTC at which nightly work begins."""
    return dt.time.fromisoformat(settings.rescreen.nightly_at)


def last_night(now: dt.datetime, night: dt.time) -> dt.datetime:
    """When the last night began: a time of day in UTC, not after `now`."""
    today = dt.datetime.combine(now.date(), night, dt.UTC)
    return today if today <= now else today - dt.timedelta(days=1)


_WHY = {
    Mode.FULL: "everybody against the whole watchlist",
    Mode.CHANGES: "customers that changed against the whole watchlist, all others against what changed",
    Mode.LIST: "everybody against what changed of the lists",
}


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=dt.UTC)
