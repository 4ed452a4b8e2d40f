"""The regions that `cordon.toml` declares, checked as a whole, and which of them this process serves.

A home that declares none has one region, `default`, for everybody.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from pathlib import Path
from typing import NamedTuple, NoReturn

from pydantic import ValidationError

from engine.ledger.layout import DEFAULT_REGION, LedgerError, Region
from engine.privacy.settings import DEFAULT_KEY
from engine.residency.groups import GROUPS
from engine.residency.settings import (
    BasisKind,
    Purpose,
    RegionSettings,
    ResidencySettings,
    TransferSettings,
)
from lists.countries import all_alpha2, is_alpha2, to_alpha2
from lists.home import Home
from lists.settings import Settings, SettingsError, mistakes
from lists.toml_lines import line_of

ENVIRONMENT_VARIABLE = "CORDON_REGIONS"

_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_SHOWN = 5


class NotServed(LedgerError):  # noqa: N818 - named for what is the case
    """A region was named that this process does not serve, or none where it serves several."""


@dataclass(frozen=True)
class DeclaredRegion:
    """A region. `entries` has each of its countries, with the entry of `countries` that holds it.

    None is everybody.
    """

    region_id: str
    ledger: Region
    entries: Mapping[str, str] | None
    settings: RegionSettings

    @property
    def address(self) -> str | None:
        return self.settings.address


class Transfer(NamedTuple):
    """A basis on which customers of the region `origin` may be processed in the region `to`."""

    transfer_id: str
    kind: BasisKind
    origin: str
    to: str
    purpose: Purpose
    approved_by: str
    since: dt.date
    until: dt.date
    reference: str | None

    def holds_on(self, day: dt.date) -> bool:
        """Whether it holds on a day (UTC), its first and last day included."""
        return self.since <= day <= self.until

    def state_on(self, day: dt.date) -> str:
        """Whether it holds on a day (UTC), in words."""
        if day < self.since:
            return f"does not hold before {self.since}"
        return "holds" if self.holds_on(day) else f"lapsed after {self.until}"


@dataclass(frozen=True)
class Regions:
    """All regions. `served` are those of this process, in the order in which they are declared."""

    home: Home
    declared: Mapping[str, DeclaredRegion]
    is_declared: bool
    default: str | None = None
    refuses_unlisted: bool = False
    transfers: tuple[Transfer, ...] = ()
    served: tuple[str, ...] = ()
    of_country: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def undeclared(cls, home: Home) -> Regions:
        """One region for everybody."""
        ledger = Region(home.path / "regions" / DEFAULT_REGION, DEFAULT_REGION)
        only = DeclaredRegion(DEFAULT_REGION, ledger, None, RegionSettings())
        return cls(home, {DEFAULT_REGION: only}, is_declared=False, served=(DEFAULT_REGION,))

    def ledgers(self) -> list[Region]:
        """The folders of the regions that this process serves."""
        return [self.declared[region_id].ledger for region_id in self.served]

    def ledger(self, region_id: str | None = None) -> Region:
        """The folder of one region that this process serves; of the only one, where none is named.

        Raises `LedgerError`.
        """
        self.check_served()
        if region_id is None:
            if len(self.served) > 1:
                names = ", ".join(self.served)
                raise NotServed(f"this process serves {names}; name one: --region {self.served[0]}")
            return self.declared[self.served[0]].ledger
        return self.narrowed(region_id).ledger()

    def narrowed(self, region_id: str) -> Regions:
        """As if this process served only one of the regions that it serves. Raises `LedgerError`."""
        if region_id not in self.served:
            known = self.declared.get(region_id)
            at = f"; it is at {known.address}" if known and known.address else ""
            raise NotServed(f"this process serves {', '.join(self.served)}, not the region {region_id!r}{at}")
        return replace(self, served=(region_id,))

    def check_served(self) -> None:
        """That this process was told which regions it serves. Raises `SettingsError`."""
        if not self.served:
            names = list(self.declared)
            raise SettingsError(
                f"{self.home.config} declares {len(names)} regions ({', '.join(names)}), and nothing says "
                f"which of them this process serves; set {ENVIRONMENT_VARIABLE} to one of {', '.join(names)}"
            )


def regions_of(home: Home | Path | str | None = None, settings: Settings | None = None) -> Regions:
    """The regions of a home. Raises `SettingsError`, with the line of `cordon.toml`, and `LedgerError` where
    the home means a region that this process does not serve.
    """
    home = Home.locate(home)
    said = settings or home.settings()
    names = _wanted() or ([home.region] if home.region and said.regions else [])
    if not (said.regions or said.residency or said.transfers):
        if names and names != [DEFAULT_REGION]:
            raise SettingsError(
                f"{ENVIRONMENT_VARIABLE} is {','.join(names)}, and {home.config} declares no regions; "
                "declare them, written [regions.ID]"
            )
        found = Regions.undeclared(home)
    else:
        found = _Reader(home, said).read(names)
    return found.narrowed(home.region) if home.region else found


def ledger_region(home: Home | Path | str | None = None) -> Region:
    """As `Regions.ledger`. Raises `LedgerError` and `SettingsError`."""
    return regions_of(home).ledger()


def _wanted() -> list[str]:
    said = os.environ.get(ENVIRONMENT_VARIABLE, "").strip()
    names = [name.strip() for name in said.split(",")] if said else []
    if "" in names:
        raise SettingsError(
            f"{ENVIRONMENT_VARIABLE} is {said}, which has an empty entry; name each region once, as eu,uk"
        )
    return names


class _Reader:
    """Reads the three sections and refuses what does not fit together."""

    def __init__(self, home: Home, said: Settings) -> None:
        self._home, self._records = home, said.ledger.record
        tables = {"regions": said.regions, "residency": said.residency, "transfers": said.transfers}
        try:
            self._said = ResidencySettings.model_validate(tables)
        except ValidationError as error:
            found = mistakes(error, ResidencySettings)
            raise SettingsError("; ".join(self._at(each.keys, each.sentence) for each in found)) from None

    def read(self, names: Sequence[str]) -> Regions:
        declared = {region_id: self._region(region_id) for region_id in self._said.regions}
        if not declared:
            self._refuse(["residency"], "there are no regions; declare them, written [regions.ID]")
        of_country = self._by_country(declared)
        self._check_homes(declared)
        default = self._default(declared, of_country)
        return Regions(
            home=self._home,
            declared=declared,
            is_declared=True,
            default=default,
            refuses_unlisted=self._said.residency.unlisted is not None,
            transfers=self._transfers(declared),
            served=self._served(declared, names),
            of_country=of_country,
        )

    def _region(self, region_id: str) -> DeclaredRegion:
        said, keys = self._said.regions[region_id], ["regions", region_id]
        if not _ID.fullmatch(region_id):
            self._refuse(
                keys, f"{region_id!r} is no id of a region: small letters, digits, - and _, such as eu"
            )
        path = self._home.path / Path(said.home or f"regions/{region_id}").expanduser()
        if said.countries is None:
            if len(self._said.regions) > 1:
                self._refuse(
                    keys, f"[regions.{region_id}] countries is missing; only a sole region may leave it out"
                )
            return DeclaredRegion(region_id, _ledger(path, region_id, said), None, said)
        entries: dict[str, str] = {}
        for entry in said.countries:
            name = entry.strip().upper()
            if name not in GROUPS and not is_alpha2(name):
                self._refuse(
                    [*keys, "countries"], f"[regions.{region_id}] countries: {_no_country(entry)}", entry
                )
            entries |= {code: name for code in GROUPS.get(name, (name,)) if code not in entries}
        return DeclaredRegion(region_id, _ledger(path, region_id, said), entries, said)

    def _by_country(self, declared: Mapping[str, DeclaredRegion]) -> dict[str, str]:
        of_country: dict[str, str] = {}
        for region in declared.values():
            entries = region.entries or {}
            twice = sorted(code for code in entries if code in of_country)
            if twice:
                other = of_country[twice[0]]
                shared = [code for code in twice if of_country[code] == other]
                self._refuse(
                    ["regions", region.region_id, "countries"],
                    f"[regions.{region.region_id}] countries: {_few(shared)} already in [regions.{other}]; "
                    "a country belongs to one region",
                    entries[twice[0]],
                )
            of_country |= dict.fromkeys(entries, region.region_id)
        return of_country

    def _check_homes(self, declared: Mapping[str, DeclaredRegion]) -> None:
        """All that a region has is in its home, so none may hold another's, nor the lists, which all read."""
        own, lists = _real(self._home.path), _real(self._home.lists)
        places = {region_id: _real(region.ledger.path) for region_id, region in declared.items()}
        for region_id, place in places.items():
            if own.is_relative_to(place) or place.is_relative_to(lists):
                self._refuse_home(region_id, "is where the lists are")
        order = list(places)
        for inner, outer in permutations(order, 2):
            is_same = places[inner] == places[outer]
            if is_same and order.index(inner) > order.index(outer):
                self._refuse_home(inner, f"is that of [regions.{outer}]")
            if not is_same and places[inner].is_relative_to(places[outer]):
                self._refuse_home(inner, f"is inside that of [regions.{outer}]")

    def _refuse_home(self, region_id: str, what: str) -> NoReturn:
        keys = ["regions", region_id, "home"]
        self._refuse(keys, f"[regions.{region_id}] home {what}; choose another folder")

    def _default(self, declared: Mapping[str, DeclaredRegion], of_country: Mapping[str, str]) -> str | None:
        said = self._said.residency
        if said.default is not None:
            self._known(declared, ["residency", "default"], "[residency] default", said.default)
            if said.unlisted is not None:
                self._refuse(["residency", "unlisted"], "[residency] takes default or unlisted, not both")
            return said.default
        if len(declared) == 1 and next(iter(declared.values())).entries is None:
            return None
        missing = sorted(all_alpha2() - of_country.keys())
        if missing and said.unlisted is None:
            self._refuse(
                ["regions"],
                f"{_few(missing)} in no region, and there is no default; add [residency] "
                f'default = "{next(iter(declared))}", or unlisted = "refuse" to refuse customers from there',
            )
        return None

    def _transfers(self, declared: Mapping[str, DeclaredRegion]) -> tuple[Transfer, ...]:
        for transfer_id, said in self._said.transfers.items():
            keys, where = ["transfers", transfer_id], f"[transfers.{transfer_id}]"
            self._known(declared, [*keys, "from"], f"{where} from", said.origin)
            self._known(declared, [*keys, "to"], f"{where} to", said.to)
            if said.origin == said.to:
                self._refuse([*keys, "to"], f"{where} goes from {said.to} to {said.to}, which needs no basis")
            if said.until < said.since:
                self._refuse([*keys, "until"], f"{where} until is before since")
            if not self._records:
                self._refuse(keys, f"{where} needs [ledger] record = true: each crossing is recorded")
        return tuple(_transfer(name, said) for name, said in self._said.transfers.items())

    def _known(
        self, declared: Mapping[str, DeclaredRegion], keys: Sequence[str], where: str, region_id: str
    ) -> None:
        if region_id not in declared:
            known = ", ".join(declared)
            self._refuse(keys, f"{where} takes the id of a region, of {known}, not {region_id!r}")

    def _served(self, declared: Mapping[str, DeclaredRegion], names: Sequence[str]) -> tuple[str, ...]:
        if unknown := [name for name in names if name not in declared]:
            raise SettingsError(
                f"there is no region {unknown[0]!r} to serve; {self._home.config} declares "
                f"{', '.join(declared)}"
            )
        if not names and len(declared) == 1:
            return tuple(declared)
        return tuple(region_id for region_id in declared if region_id in names)

    def _refuse(self, keys: Sequence[str], sentence: str, within: str = "") -> NoReturn:
        raise SettingsError(self._at(keys, sentence, within))

    def _at(self, keys: Sequence[str], sentence: str, within: str = "") -> str:
        """The sentence behind the file and the line of the innermost of these keys that is written there."""
        text = self._home.config.read_text(encoding="utf-8-sig")
        for end in range(len(keys), 0, -1):
            if line := line_of(text, keys[:end], within):
                return f"{self._home.config}, line {line}: {sentence}"
        return f"{self._home.config}: {sentence}"


def _ledger(path: Path, region_id: str, said: RegionSettings) -> Region:
    return Region(path, region_id, said.key or DEFAULT_KEY, said.previous_key)


def _transfer(transfer_id: str, said: TransferSettings) -> Transfer:
    return Transfer(
        transfer_id,
        said.basis,
        said.origin,
        said.to,
        said.purpose,
        said.approved_by,
        said.since,
        said.until,
        said.reference,
    )


def _real(path: Path) -> Path:
    """Where a path leads, as the file system compares names."""
    return Path(os.path.normcase(os.path.realpath(path)))


def _no_country(entry: str) -> str:
    code = {"UK": "GB", "EL": "GR"}.get(entry.strip().upper()) or to_alpha2(entry)
    hint = f"; write {code}" if code else ""
    groups = " and ".join(GROUPS)
    return f"{entry!r} is neither an ISO 3166-1 alpha-2 code nor one of the groups {groups}{hint}"


def _few(codes: Sequence[str]) -> str:
    if len(codes) == 1:
        return f"{codes[0]} is"
    shown = ", ".join(codes[:_SHOWN])
    return f"{shown} are" if len(codes) <= _SHOWN else f"{len(codes)} countries ({shown}, ...) are"
