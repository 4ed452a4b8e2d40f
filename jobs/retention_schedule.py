"""When `cordon run` applies the rules of retention: every night, in each region that this process serves."""

from __future__ import annotations

import datetime as dt
import logging
import threading

from engine.ledger.layout import Region
from engine.ledger.views import rows_of
from engine.privacy.erasure import apply_retention
from engine.privacy.retention import retention_of
from engine.residency.regions import Regions
from jobs.rescreen_schedule import last_night, night_of
from lists.home import Home, HomeError

# Rules that contradict each other, a missing key, a full disk: somebody has to see to it.
_TROUBLE_PAUSE = dt.timedelta(hours=6)

log = logging.getLogger("cordon")


class RetentionSchedule:
    """Applies the rules of retention in a region when that is due. Nothing is kept but the ledger."""

    def __init__(self, home: Home, regions: Regions, region: str) -> None:
        """Raises `SettingsError`."""
        settings = home.settings()
        self._home = home.in_region(region) if regions.is_declared else home
        self._region: Region = regions.declared[region].ledger
        self._is_recorded = settings.ledger.record
        self._night = night_of(settings)
        self._paused_until = dt.datetime.min.replace(tzinfo=dt.UTC)

    def run_if_due(self, stop: threading.Event) -> None:
        """Apply the rules, if that is due, with a line in the log. Raises nothing but bugs."""
        now = dt.datetime.now(dt.UTC)
        if stop.is_set() or now < self._paused_until or not self._is_recorded or not self._region.exists():
            return
        try:
            rules = retention_of(self._home, self._region, now).rules
            if rules and self._last_run() < last_night(now, self._night):
                run = apply_retention(self._home)
                log.info(
                    "retention: region %s: %s of %s customers erased, %s on hold",
                    run.region_id,
                    f"{run.erased:,}",
                    f"{run.customers:,}",
                    f"{run.held:,}",
                )
        except HomeError as error:
            log.error("retention failed: %s", error)
            self._paused_until = now + _TROUBLE_PAUSE

    def _last_run(self) -> dt.datetime:
        query = "select coalesce(max(ended_at), '1970-01-01') from jobs where job = 'retention'"
        ((last,),) = rows_of(self._region, query)
        ended: dt.datetime = last.replace(tzinfo=dt.UTC)
        return ended
