"""The transfer register, and what was processed in which region, from the ledgers of the regions served.

The register has what article 30 of the GDPR asks of transfers: between whom, on which basis, for what, with
whose approval, and how often each was made use of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.ledger.layout import Region
from engine.ledger.views import reading
from engine.residency.regions import Regions, Transfer

_GONE = "not in cordon.toml any more"


@dataclass(frozen=True)
class UsedTransfer:
    """A basis, and what crossed on it in the period. `state` is that of the day the report was made. Only the
    region a customer went to knows of the crossing: None where that is not served here.
    """

    transfer: str
    basis: str
    origin: str
    to: str
    purpose: str
    approved_by: str
    since: str
    until: str
    reference: str | None
    state: str
    crossings: int | None = 0
    customers: int | None = 0
    first_at: str | None = None
    last_at: str | None = None


@dataclass(frozen=True)
class Chosen:
    """How many screenings one rule has brought into a region; `origin` and `basis` where they crossed."""

    rule: str
    origin: str | None
    basis: str | None
    screenings: int


@dataclass(frozen=True)
class RegionActivity:
    """What was processed in a region in the period. Of one that is not served here nothing is known here.

    `screenings` counts a customer each time it was screened, `single` those that were asked one by one.
    """

    region: str
    address: str | None
    is_served: bool
    home: str | None = None
    screenings: int | None = 0
    single: int | None = 0
    alerts: int | None = 0
    batches: int | None = 0
    rescreenings: int | None = 0
    processes: int | None = 0
    first_at: str | None = None
    last_at: str | None = None
    rules: Sequence[Chosen] = field(default=())


@dataclass(frozen=True)
class ResidencyReport:
    """From the first day to the last (UTC), both included."""

    first_day: str
    last_day: str
    made_at: str
    regions: Sequence[RegionActivity]
    transfers: Sequence[UsedTransfer]


def report(regions: Regions, first: dt.date, last: dt.date) -> ResidencyReport:
    """Read it from the ledgers. Raises `LedgerError` and `SettingsError`."""
    regions.check_served()
    now = dt.datetime.now(dt.UTC)
    period = {"first": str(first), "end": str(last + dt.timedelta(days=1))}
    activities, crossed = [], []
    for region_id, declared in regions.declared.items():
        is_served = region_id in regions.served
        found: dict[str, Any] = dict.fromkeys(_COUNTED)
        if is_served:
            found = {"home": str(declared.ledger.path)}
            if declared.ledger.exists():
                activity, crossings = _read(declared.ledger, period)
                found |= activity
                crossed += crossings
        activities.append(RegionActivity(region_id, declared.address, is_served, **found))
    return ResidencyReport(
        first_day=str(first),
        last_day=str(last),
        made_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        regions=activities,
        transfers=_register(regions, crossed, now.date()),
    )


def _register(regions: Regions, crossed: list[dict[str, Any]], today: dt.date) -> list[UsedTransfer]:
    """All that are in `cordon.toml` now, and those that were made use of in the period."""
    used = {use["said"]: use["counts"] for use in crossed}
    known = {_said(each): each.state_on(today) for each in regions.transfers}
    states = known | {said: _GONE for said in used if said not in known}
    found = []
    for said, state in states.items():
        named = dict(zip(_SAID, said, strict=True))
        unknown = {} if named["to"] in regions.served else {"crossings": None, "customers": None}
        found.append(UsedTransfer(**named, state=state, **used.get(said, unknown)))
    return found


_COUNTED = "screenings single alerts batches rescreenings processes".split()
_SAID = "transfer basis origin to purpose approved_by since until reference".split()


def _said(each: Transfer) -> tuple[Any, ...]:
    """What an event says of a basis."""
    since, until = str(each.since), str(each.until)
    who = (each.transfer_id, each.kind, each.origin, each.to, each.purpose, each.approved_by)
    return (*who, since, until, each.reference)


_COUNTS = """
    select count(*) as screenings, count(*) filter (batch_id is null) as single,
        count(*) filter (outcome = 'alert') as alerts,
        strftime(min(recorded_at), '%Y-%m-%dT%H:%M:%SZ') as first_at,
        strftime(max(recorded_at), '%Y-%m-%dT%H:%M:%SZ') as last_at
    from screenings where recorded_at >= $first::date and recorded_at < $end::date
"""
_JOBS = """
    select count(*) filter (job in ('batch', 'frame')) as batches,
        count(*) filter (job = 'rescreen') as rescreenings
    from jobs where outcome = 'finished' and ended_at >= $first::date and ended_at < $end::date
"""
_RECEIPTS = """
    with given as (
        select event->'receipt' as receipt, event->'receipt' as chosen, 1 as customers
        from events where type = 'screened' and recorded_at >= $first::date and recorded_at < $end::date
        union all
        select receipt, rule, (rule->>'customers')::bigint from (
            select event->'receipt' as receipt, unnest((event->'$.receipt.rules')::json[]) as rule
            from events where type = 'part' and recorded_at >= $first::date and recorded_at < $end::date
        )
    )
"""
_RULES = f"""{_RECEIPTS}
    select chosen->>'rule', chosen->>'origin', chosen->>'basis', sum(customers)::bigint from given
    where receipt is not null group by all order by all
"""  # noqa: S608 - constants
_PROCESSES = f"""{_RECEIPTS}
    select count(distinct (receipt->>'process_id', receipt->>'process_started_at')) as processes from given
    where receipt is not null
"""  # noqa: S608 - constants
_CROSSED = """
    select event->>'transfer', event->>'basis', event->>'from', event->>'to', event->>'purpose',
        event->>'approved_by', event->>'since', event->>'until', event->>'reference',
        count(*), sum((event->>'customers')::bigint)::bigint,
        strftime(min(recorded_at), '%Y-%m-%dT%H:%M:%SZ'), strftime(max(recorded_at), '%Y-%m-%dT%H:%M:%SZ')
    from events where type = 'transferred' and recorded_at >= $first::date and recorded_at < $end::date
    group by all order by all
"""


def _read(ledger: Region, period: dict[str, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Of one ledger the fields of `RegionActivity`, and what crossed into its region."""
    with reading(ledger) as connection:
        found: dict[str, Any] = {}
        for query in (_COUNTS, _JOBS, _PROCESSES):
            cursor = connection.execute(query, period)
            names = [column[0] for column in cursor.description or ()]
            found |= dict(zip(names, cursor.fetchall()[0], strict=True))
        found["rules"] = [Chosen(*row) for row in connection.execute(_RULES, period).fetchall()]
        rows = connection.execute(_CROSSED, period).fetchall()
    counts = ("crossings", "customers", "first_at", "last_at")
    return found, [{"said": row[:9], "counts": dict(zip(counts, row[9:], strict=True))} for row in rows]
