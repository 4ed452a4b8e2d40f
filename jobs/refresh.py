"""Keeping the lists fresh: each is fetched, read, judged and recorded, and what is new is published."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from engine.ledger.publishing import record_job
from engine.ledger.slots import stamp
from engine.residency.regions import regions_of
from jobs.recording import publish_newest
from jobs.refresh_list import PATIENCE_SECONDS, ListRefresh, RefreshResult
from lists.download_errors import Stopped
from lists.enabled import enabled_lists
from lists.home import Home
from lists.manifest import Manifest
from lists.publish import NotPublished, open_published
from lists.retention import prune
from lists.settings import ListSettings
from lists.source import source
from lists.store import ListStore
from lists.store_file import only_refresher

Progress = Callable[[str, str, float | None], None]
"""Called with the list, a word on what is being done, and the share that is done where it is known."""


def refresh(
    home: Home | Path | str | None = None,
    list_ids: Iterable[str] | None = None,
    *,
    accept: bool = False,
    insist: bool = False,
    stop: threading.Event | None = None,
    on_progress: Progress | None = None,
) -> list[RefreshResult]:
    """Fetch lists (default: those enabled) and use what is new; one result a list, in their order.

    A list that cannot be fetched, read or believed fails alone: its last good version stays in use, and the
    reason is in the result and in the status. `accept` takes what would be refused as incomplete, older or
    much smaller; `insist` asks even servers that are being left alone. Setting `stop` ends early, with the
    results so far. Raises `StoreBusy` while another process refreshes or loads, `UnknownList`, `HomeError`.
    """
    home = Home.locate(home)
    settings = home.settings().lists
    regions_of(home)  # which are told of what changes: better refused now than when it is published
    enabled = enabled_lists(home, settings)
    chosen = [source(list_id) for list_id in dict.fromkeys(list_ids)] if list_ids else enabled
    stop = stop or threading.Event()
    report = on_progress or (lambda _list, _word, _share: None)
    started_at = stamp(dt.datetime.now(dt.UTC))
    with only_refresher(home):
        manifest = _manifest_in_use(home)
        in_use = {part.list_id: part for part in manifest.lists} if manifest else {}
        results = []
        for declared in chosen:
            one = ListRefresh(
                home=home,
                declared=declared,
                settings=settings,
                in_use=in_use.get(declared.list_id),
                accept=accept,
                insist=insist,
                stop=stop,
                report=partial(report, declared.list_id),
            )
            try:
                results.append(one.run())
            except Stopped:
                return results
        results = _published(home, settings, results, report)
        outcomes = {result.list_id: result.outcome.value for result in results}
        has_failed = any(result.error for result in results)
        record_job(home, "refresh", started_at, "failed" if has_failed else "finished", lists=outcomes)
        return results


def _published(
    home: Home, settings: ListSettings, results: Sequence[RefreshResult], report: Progress
) -> list[RefreshResult]:
    """The results, after what is new is in use, also what was recorded by a refresh that was killed then."""
    if not home.store.exists():
        return list(results)
    with ListStore.open(home, patience=PATIENCE_SECONDS) as store:
        if not store.newest():
            return list(results)
        for result in results:
            report(result.list_id, "publishing", None)
        version, _ = publish_newest(home, store)
        # A clock that ran far ahead would delete everything; but with it no certificate is valid either.
        if settings.keep_days is not None and any(result.error is None for result in results):
            prune(home, store, settings.keep_days)
    return [result.model_copy(update={"version": version}) for result in results]


def _manifest_in_use(home: Home) -> Manifest | None:
    try:
        with open_published(home) as published:
            return published.manifest
    except NotPublished:
        return None
