"""Which rule of `cordon.toml` applies to a residency, and why: for people, before they send anybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from engine.residency.groups import GROUPS
from engine.residency.regions import Regions
from engine.residency.routing import Refusal, Route, belongs_to, route
from lists.countries import country_name


@dataclass(frozen=True)
class Considered:
    """A basis that would let these customers cross, and whether it does today."""

    transfer: str
    basis: str
    to: str
    purpose: str
    until: str
    state: str


@dataclass(frozen=True)
class Explanation:
    """Where customers with a residency belong, why, and what this process does with them today.

    `region` is None where no region takes them, `processed_in` where this process does not. `why` and `here`
    are sentences.
    """

    country: str | None
    name: str | None
    region: str | None
    rule: str
    why: str
    address: str | None
    is_served: bool
    processed_in: str | None
    basis: str | None
    here: str
    transfers: tuple[Considered, ...]


def explain(regions: Regions, country: str | None, day: dt.date) -> Explanation:
    """Explain a residency (alpha-2, None: not given) on a day (UTC)."""
    found, decided = belongs_to(regions, country), route(regions, country, day)
    region = regions.declared[found.region] if found.region else None
    is_served = found.region in regions.served
    refusal = decided if isinstance(decided, Refusal) else None
    taken = None if isinstance(decided, Refusal) else decided
    transfer = taken.transfer if taken else None
    return Explanation(
        country=country,
        name=country_name(country) if country else None,
        region=found.region,
        rule=found.rule,
        why=_why(regions, country, found.region, found.rule),
        address=region.address if region else None,
        is_served=is_served,
        processed_in=taken.region if taken else None,
        basis=transfer.transfer_id if transfer else None,
        here=f"refused here: such a customer {refusal.sentence}" if refusal else _here(regions, taken),
        transfers=() if is_served else _considered(regions, found.region, day),
    )


def _why(regions: Regions, country: str | None, region: str | None, rule: str) -> str:
    if not regions.is_declared:
        return "cordon.toml declares no regions, so one region holds everybody"
    if region is None:
        what = "no region's countries have it" if country else "no residency is given"
        return f"{what}, and there is no default region"
    declared = regions.declared[region]
    if declared.entries is None:
        return f"{region} is the only region, and leaves out countries: it holds everybody"
    entry = declared.entries.get(country or "")
    if rule == "residency.default" or entry is None:
        whose = "no region's countries have it" if country else "no residency is given"
        return f"{whose}, and [residency] default is {region}"
    through = f", and {country} is in {entry}" if entry in GROUPS else ""
    return f"[regions.{region}] countries has {entry}{through}"


def _here(regions: Regions, taken: Route | None) -> str:
    assert taken is not None  # noqa: S101 - it is no refusal
    how = "on that basis, each crossing recorded, and kept" if taken.transfer else "and kept"
    return f"processed here {how} in {regions.declared[taken.region].ledger.path}"


def _considered(regions: Regions, region: str | None, day: dt.date) -> tuple[Considered, ...]:
    return tuple(
        Considered(each.transfer_id, each.kind, each.to, each.purpose, str(each.until), each.state_on(day))
        for each in regions.transfers
        if each.origin == region and each.to in regions.served
    )
