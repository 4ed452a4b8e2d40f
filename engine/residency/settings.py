"""What `cordon.toml` says of regions: `[regions.ID]`, `[residency]` and `[transfers.ID]`."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from engine.privacy.settings import KeySettings
from lists.settings import CustomerSettings, Section

BasisKind = Literal["adequacy", "safeguard", "derogation"]
Purpose = Literal["screening", "splitting"]


class RegionSettings(Section):
    """`[regions.ID]`: one region."""

    countries: list[str] | None = Field(
        default=None,  # everybody's, where it is the only region
        min_length=1,
        description='a list of ISO 3166-1 alpha-2 codes and the groups EU and EEA, such as ["EEA", "CH"]',
    )
    home: str | None = Field(
        default=None,  # regions/ID in the home
        min_length=1,
        description="the path of a folder; it begins at the home",
    )
    address: str | None = Field(
        default=None, min_length=1, description="where this region's customers are screened, for people"
    )
    key: KeySettings | None = Field(
        default=None,  # a file in the region's home
        description="a section, written [regions.ID.key]",
    )
    previous_key: KeySettings | None = Field(
        default=None,  # only while a key is replaced by another
        description="a section, written [regions.ID.previous_key]",
    )
    customers: CustomerSettings | None = Field(
        default=None, description="a section with the keys of [customers], written [regions.ID.customers]"
    )


class RoutingSettings(Section):
    """`[residency]`: where those belong whom no region's countries name."""

    default: str | None = Field(default=None, min_length=1, description="the id of a region")
    # Left out by mistake, a country would be found out by its first customer, who is not screened.
    unlisted: Literal["refuse"] | None = Field(default=None, description='"refuse", or nothing')


class TransferSettings(Section):
    """`[transfers.ID]`: a basis on which customers of one region may be processed in another.

    The kinds are those of the GDPR, chapter V: an adequacy decision (article 45), appropriate safeguards
    (46, 47), a derogation (49).
    """

    basis: BasisKind = Field(description='"adequacy", "safeguard" or "derogation"')
    origin: str = Field(alias="from", description="the id of the region that the customers belong to")
    to: str = Field(description="the id of the region where they are processed")
    purpose: Purpose = Field(description='"screening" or "splitting" (copying rows out of a mixed file)')
    approved_by: str = Field(min_length=1, description="who approved it")
    since: dt.date = Field(description="the first day (UTC) it holds on, such as 2026-01-01")
    until: dt.date = Field(description="the last day (UTC) it holds on, such as 2026-12-31")
    reference: str | None = Field(
        default=None, min_length=1, description="the decision, contract or article it stands on"
    )


class ResidencySettings(Section):
    """The three together, which only mean something together."""

    regions: dict[str, RegionSettings] = Field(
        default={}, description="a section for each region, written [regions.ID]"
    )
    residency: RoutingSettings = Field(
        default=RoutingSettings(), description="a section, written [residency]"
    )
    transfers: dict[str, TransferSettings] = Field(
        default={}, description="a section for each basis, written [transfers.ID]"
    )
