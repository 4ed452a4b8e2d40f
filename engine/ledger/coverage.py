"""What the rescreenings so far have covered: who was screened against what, and what was interrupted."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import polars as pl

from engine.ledger.layout import Region
from engine.ledger.views import reading, rows_of

KNOWN_SCHEMA: dict[str, Any] = {"subject_key": pl.String, "fingerprint": pl.Binary}


@dataclass(frozen=True)
class Rescreening:
    """A rescreening, begun or complete: what it compared with, and in which batch."""

    batch_id: str
    mode: str
    watchlist_version: str
    base_version: str | None
    basis: str  # the model and the policies
    started_at: dt.datetime
    ended_at: dt.datetime | None


@dataclass(frozen=True)
class Coverage:
    """The rescreenings since the last complete one of everybody against everything, oldest first.

    `interrupted` is the newest that began and did not end, if none began after it.
    """

    finished: tuple[Rescreening, ...]
    interrupted: Rescreening | None

    def last(self, basis: str) -> Rescreening | None:
        """The newest that is complete and was made on this basis, where all since the full one were."""
        whole = [each for each in self.finished if each.basis == basis]
        return whole[-1] if whole and len(whole) == len(self.finished) else None


def coverage(region: Region) -> Coverage:
    """Read it from the ledger. Raises `LedgerError`."""
    query = (
        "select event->>'batch_id', event->>'mode', event->>'watchlist_version', event->>'base_version', "
        "event->>'basis', recorded_at, type from events where type in ('job', 'batch') "
        "and (event->>'job') = 'rescreen' order by recorded_at, seq"
    )
    rows = rows_of(region, query)
    begun = {row[0]: row for row in rows if row[6] == "job"}
    ended = {row[0]: row[5] for row in rows if row[6] == "batch"}
    all_runs = [
        Rescreening(batch_id, mode, version, base, basis, began, ended.get(batch_id))
        for batch_id, mode, version, base, basis, began, _ in begun.values()
    ]
    finished = [run for run in all_runs if run.ended_at]
    finished.sort(key=lambda run: str(run.ended_at))
    full = [place for place, run in enumerate(finished) if run.mode == "full"]
    newest = max(all_runs, key=lambda run: run.started_at, default=None)
    return Coverage(
        finished=tuple(finished[full[-1] :]) if full else (),
        interrupted=newest if newest is not None and newest.ended_at is None else None,
    )


def screened_in(region: Region, batch_ids: list[str], *, scope: str | None = None) -> pl.DataFrame:
    """Who was screened in these batches, with what data: `KNOWN_SCHEMA`."""
    files = _files(region, batch_ids)
    if not files:
        return pl.DataFrame(schema=KNOWN_SCHEMA)
    scan = pl.scan_parquet(files, glob=False, hive_partitioning=False)
    if scope is not None:
        scan = scan.filter(pl.col("scope") == scope)
    return scan.select(KNOWN_SCHEMA.keys()).unique().collect()


def parts_of(region: Region, batch_id: str) -> int:
    """How many parts of a batch are recorded."""
    query = "select coalesce(max(part) + 1, 0) from parts where batch_id = $batch"
    return int(rows_of(region, query, {"batch": batch_id})[0][0])


def counts_of(region: Region, batch_id: str) -> dict[str, int]:
    """What a rescreening found, all parts together, nobody twice."""
    query = """
        select
            (select count(distinct subject_key) from screenings where batch_id = $batch) as customers,
            (select count(distinct subject_key) from screenings
                where batch_id = $batch and outcome = 'alert') as alerts,
            (select count(distinct match_id) from matches where batch_id = $batch) as matches,
            (select count(distinct match_id) from matches where batch_id = $batch and match_id not in
                (select match_id from matches where batch_id is distinct from $batch)) as new_matches,
            (select count(*) from events where type = 'reopened'
                and starts_with(event->>'screening_id', $batch || ':')) as reopened_matches
    """
    with reading(region) as connection:
        cursor = connection.execute(query, {"batch": batch_id})
        (row,) = cursor.fetchall()
        return dict(zip([column[0] for column in cursor.description or ()], row, strict=True))


def lags_of(region: Region, started_at: str) -> dict[str, float]:
    """Hours since the fetch of each list change that no rescreening has finished, up to one begun then."""
    query = (
        "select list_id, max(date_diff('second', fetched_at, now()::timestamp)) / 3600 from list_changes "
        "where rescreened_at is null and in_use_at <= $started::timestamp group by list_id order by list_id"
    )
    return {list_id: round(hours, 4) for list_id, hours in rows_of(region, query, {"started": started_at})}


def _files(region: Region, batch_ids: list[str]) -> list[str]:
    query = "select screenings from parts where batch_id in (select unnest($ids::varchar[])) order by all"
    return [str(region.path / name) for (name,) in rows_of(region, query, {"ids": batch_ids})]


def basis_of(model_version: str, policies: dict[str, str]) -> str:
    """The model and the policies in one text: another one means that everybody is to be screened anew."""
    return json.dumps([model_version, policies], sort_keys=True, separators=(",", ":"))
