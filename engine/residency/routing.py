"""Which region a subject is processed in, by its residency: decided from `cordon.toml` and today's date."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from engine.residency.regions import Regions, Transfer
from engine.residency.settings import Purpose
from lists.countries import is_alpha2


class WrongRegion(RuntimeError):  # noqa: N818 - named for what is the case
    """A subject that this process must not process. It says where to send it, and nothing of the subject.

    `region` is the one it belongs to, None where no region takes it; `address` is that region's.
    """

    def __init__(self, sentence: str, region: str | None = None, address: str | None = None) -> None:
        self.region, self.address = region, address
        super().__init__(sentence)


class Route(NamedTuple):
    """Where a subject is processed. `rule` is the setting that says so; `transfer` what let it cross."""

    region: str
    rule: str
    transfer: Transfer | None = None


class Refusal(NamedTuple):
    """Why a subject is processed nowhere here, in a sentence that tells nothing of it."""

    sentence: str
    region: str | None = None
    address: str | None = None

    def error(self) -> WrongRegion:
        return WrongRegion(self.sentence, self.region, self.address)


class Belonging(NamedTuple):
    """The region that a residency belongs to, None where none takes it, and the setting that says so."""

    region: str | None
    rule: str


UNDECLARED = "no [regions] declared"


def belongs_to(regions: Regions, residency: str | None) -> Belonging:
    """Where subjects with this residency (alpha-2, None: not given) belong, whoever processes them."""
    if not regions.is_declared:
        return Belonging(regions.served[0], UNDECLARED)
    for region in regions.declared.values():
        if region.entries is None:
            return Belonging(region.region_id, f"regions.{region.region_id} (sole region)")
    if residency is not None and (found := regions.of_country.get(residency)):
        return Belonging(found, f"regions.{found}.countries")
    if regions.default is not None:
        return Belonging(regions.default, "residency.default")
    return Belonging(None, "residency.unlisted" if residency is not None else "no residency.default")


def route(
    regions: Regions, residency: str | None, day: dt.date, purpose: Purpose = "screening"
) -> Route | Refusal:
    """Where a subject with this residency is processed on a day (UTC), or why it is not.

    In its own region if this process serves that; else in the first of those it serves that a basis in
    `[transfers]` allows on that day, for that purpose.
    """
    home = belongs_to(regions, residency)
    if home.region is None:
        return _homeless(residency)
    if home.region in regions.served:
        return Route(home.region, home.rule)
    for transfer in regions.transfers:
        fits = (transfer.origin, transfer.purpose) == (home.region, purpose) and transfer.holds_on(day)
        if fits and transfer.to in regions.served:
            return Route(transfer.to, home.rule, transfer)
    return _elsewhere(regions, home.region, purpose, day)


def _homeless(residency: str | None) -> Refusal:
    if residency is None:
        return Refusal("has no residency, and cordon.toml names no default region; give its residency")
    if not is_alpha2(residency):
        return Refusal("has a residency that is no country; give it as an ISO 3166-1 alpha-2 code")
    return Refusal(
        "resides where no region is, and cordon.toml refuses that; add its country to a region, or name a "
        "default region"
    )


def _elsewhere(regions: Regions, region: str, purpose: Purpose, day: dt.date) -> Refusal:
    address = regions.declared[region].address
    served = ", ".join(regions.served)
    where = f"send it to {address}" if address else "send it to the process that does"
    dated = _dated(regions, region, purpose, day)
    return Refusal(
        f"belongs to the region {region}, which this process does not serve (it serves {served}); "
        f"{where}{dated}",
        region,
        address,
    )


def _dated(regions: Regions, region: str, purpose: Purpose, day: dt.date) -> str:
    """What is to be said of a basis that lets them cross here on other days."""
    dated = [
        each
        for each in regions.transfers
        if (each.origin, each.purpose) == (region, purpose) and each.to in regions.served
    ]
    if not dated:
        return ""
    newest = max(dated, key=lambda each: each.until)
    return f"; the basis {newest.transfer_id} {newest.state_on(day)}"
