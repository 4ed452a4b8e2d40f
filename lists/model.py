"""One model for an entry of any official sanctions list: what matching and an analyst need, as published.

Every source in `lists/sources/` parses into `ListedEntity`; nothing after that knows which document a record
came from.
"""

from __future__ import annotations

import calendar
import datetime as dt
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, model_validator


class Kind(StrEnum):
    """What an entity is. `unknown` is compatible with every kind."""

    PERSON = "person"
    COMPANY = "company"
    ORGANIZATION = "organization"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    UNKNOWN = "unknown"


class Gender(StrEnum):
    MALE = "male"
    FEMALE = "female"
    OTHER = "other"


class NameType(StrEnum):
    PRIMARY = "primary"
    ALIAS = "alias"
    FORMER = "former"
    ORIGINAL_SCRIPT = "original_script"


class Strength(StrEnum):
    """How far the publisher vouches for an alias. OFAC and the UN warn that weak ones match many people."""

    STRONG = "strong"
    WEAK = "weak"


class DatePrecision(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    CIRCA = "circa"
    RANGE = "range"


class IdentifierType(StrEnum):
    PASSPORT = "passport"
    NATIONAL_ID = "national_id"
    TAX = "tax"
    LEI = "lei"
    BIC = "bic"
    IMO = "imo"
    MMSI = "mmsi"
    CALL_SIGN = "call_sign"
    ISIN = "isin"
    WALLET = "wallet"
    REGISTRATION = "registration"
    AIRCRAFT_SERIAL = "aircraft_serial"
    AIRCRAFT_REGISTRATION = "aircraft_registration"
    DRIVING_LICENCE = "driving_licence"
    EMAIL = "email"
    PHONE = "phone"
    WEBSITE = "website"
    OTHER = "other"


class RelationType(StrEnum):
    """What the entry is to the other party: it is owned by it, or is its owner."""

    LINKED_TO = "linked_to"
    OWNED_BY = "owned_by"
    OWNER_OF = "owner_of"
    ACTING_FOR = "acting_for"
    FAMILY = "family"
    MEMBER_OF = "member_of"
    LEADER_OF = "leader_of"
    SUPPORTS = "supports"
    ASSOCIATE_OF = "associate_of"


class Record(BaseModel):
    """Base of every part of a listed entity: immutable, and an unknown field is a mistake, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Name(Record):
    """A name as published. `family` and `given` are filled only where the source separates them."""

    text: str
    type: NameType = NameType.ALIAS
    strength: Strength = Strength.STRONG
    family: str | None = None
    given: str | None = None
    language: str | None = None  # ISO 639, where the source states it
    script: str | None = None  # ISO 15924 ("Arab", "Cyrl"), where the source states it


class PartialDate(Record):
    """A date as far as it is known: every day from `earliest` to `latest` is possible, both included.

    `circa` keeps the year as stated in `earliest`..`latest`; how far around it to look is the model's choice.
    """

    earliest: dt.date
    latest: dt.date
    precision: DatePrecision
    text: str  # as published

    @model_validator(mode="after")
    def _in_order(self) -> PartialDate:
        if self.earliest > self.latest:
            raise ValueError(f"date {self.text!r} ends ({self.latest}) before it begins ({self.earliest})")
        return self

    @classmethod
    def of(
        cls,
        year: int,
        month: int | None = None,
        day: int | None = None,
        *,
        circa: bool = False,
        until_year: int | None = None,
        text: str | None = None,
    ) -> PartialDate:
        """A date from its parts. Raises ValueError for a day that no calendar has."""
        if until_year is not None:
            first, last, precision = dt.date(year, 1, 1), dt.date(until_year, 12, 31), DatePrecision.RANGE
        elif month is None:
            first, last, precision = dt.date(year, 1, 1), dt.date(year, 12, 31), DatePrecision.YEAR
        elif day is None:
            first = dt.date(year, month, 1)
            last = dt.date(year, month, calendar.monthrange(year, month)[1])
            precision = DatePrecision.MONTH
        else:
            first = last = dt.date(year, month, day)
            precision = DatePrecision.DAY
        if circa and precision is not DatePrecision.RANGE:
            precision = DatePrecision.CIRCA
        return cls(
            earliest=first, latest=last, precision=precision, text=text or _iso(year, month, day, until_year)
        )


def _iso(year: int, month: int | None, day: int | None, until_year: int | None) -> str:
    if until_year is not None:
        return f"{year:04d}/{until_year:04d}"
    parts = [f"{year:04d}"] + [f"{part:02d}" for part in (month, day) if part is not None]
    return "-".join(parts)


class Address(Record):
    """An address, or a place of birth. `country` is ISO 3166-1 alpha-2; `text` is the whole as published."""

    text: str
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None


class Identifier(Record):
    """A number that belongs to one entity. `scheme` is the publisher's word for it ("Cedula No.", "XBT")."""

    type: IdentifierType
    value: str
    country: str | None = None
    scheme: str | None = None
    issued: PartialDate | None = None
    expires: PartialDate | None = None


class Relation(Record):
    """A tie to another party, by its list reference where the source gives one, else by its name."""

    type: RelationType
    name: str
    entity_id: str | None = None


class Craft(Record):
    """What a list says of a vessel or an aircraft beside its names and numbers."""

    type: str | None = None  # "Crude Oil Tanker", "IL-76TD"
    flag: str | None = None  # ISO 3166-1 alpha-2
    former_flags: tuple[str, ...] = ()
    owner: str | None = None
    operator: str | None = None
    manufactured: PartialDate | None = None
    deadweight_tons: str | None = None  # as published
    gross_registered_tons: str | None = None


class ListedEntity(Record):
    """One entry of an official list. `entity_id` is the publisher's reference, stable between versions.

    `record_id` is the publisher's number of the record behind it, where there is one: another number means
    that the entry was deleted and entered anew under the same reference.
    """

    list_id: str
    entity_id: str
    record_id: str | None = None
    kind: Kind
    names: tuple[Name, ...]
    birth_dates: tuple[PartialDate, ...] = ()
    birth_places: tuple[Address, ...] = ()
    nationalities: tuple[str, ...] = ()  # ISO 3166-1 alpha-2, citizenship included
    countries: tuple[str, ...] = ()  # other ties: residence, incorporation, jurisdiction
    gender: Gender | None = None
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    titles: tuple[str, ...] = ()  # "Mullah", "Haji"
    positions: tuple[str, ...] = ()  # "Minister of Finance under the Taliban regime"
    craft: Craft | None = None
    founded: tuple[PartialDate, ...] = ()
    programmes: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    listed_on: dt.date | None = None
    delisted_on: dt.date | None = None
    updated_on: dt.date | None = None
    reasons: str | None = None
    remarks: tuple[str, ...] = ()  # what the source says and no field above holds
    relations: tuple[Relation, ...] = ()
    topics: tuple[str, ...] = ()  # "sanction", "role.pep"
    url: str | None = None

    @model_validator(mode="after")
    def _named(self) -> ListedEntity:
        if not self.names:
            raise ValueError(
                f"{self.list_id} {self.entity_id}: an entry without a name cannot be screened against"
            )
        return self
