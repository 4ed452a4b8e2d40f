"""Entities in the FollowTheMoney model, as OpenSanctions publishes them, turned into listed entities.

Format: followthemoney.tech, the schemata of things and the links between them. Every property is a list of
texts; countries are codes in small letters, dates are ISO 8601 as far as they are known.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lists.aliases import is_latin
from lists.countries import country_name, to_alpha2
from lists.dates import iso_day, parse_date
from lists.ftm_lines import FtmLine
from lists.ftm_links import ENDS, Linked, Links, Properties, tidy
from lists.model import (
    Address,
    Craft,
    Gender,
    Identifier,
    IdentifierType,
    Kind,
    ListedEntity,
    Name,
    NameType,
    PartialDate,
    Relation,
    RelationType,
    Strength,
)
from lists.reading import unique
from lists.stated_numbers import imo_number

KINDS = {
    "Person": Kind.PERSON,
    "Company": Kind.COMPANY,
    "Organization": Kind.ORGANIZATION,
    "PublicBody": Kind.ORGANIZATION,
    "LegalEntity": Kind.UNKNOWN,  # a person or an organisation
    "Vessel": Kind.VESSEL,
    "Airplane": Kind.AIRCRAFT,
    "CryptoWallet": Kind.UNKNOWN,
    "Security": Kind.UNKNOWN,
    "Asset": Kind.UNKNOWN,
}

# Codes of countries and of parts of them that ISO 3166-1 does not have.
_CODES = {"suhh": "SU", "yucs": "YU", "csxx": "CS", "ddde": "DE", "bumm": "MM", "zrcd": "CD"}

_NUMBERS = {
    "passportNumber": IdentifierType.PASSPORT,
    "idNumber": IdentifierType.NATIONAL_ID,
    "socialSecurityNumber": IdentifierType.NATIONAL_ID,
    "taxNumber": IdentifierType.TAX,
    "vatCode": IdentifierType.TAX,
    "innCode": IdentifierType.TAX,
    "irsCode": IdentifierType.TAX,
    "registrationNumber": IdentifierType.REGISTRATION,
    "ogrnCode": IdentifierType.REGISTRATION,
    "uscCode": IdentifierType.REGISTRATION,
    "uniqueEntityId": IdentifierType.REGISTRATION,
    "leiCode": IdentifierType.LEI,
    "swiftBic": IdentifierType.BIC,
    "isin": IdentifierType.ISIN,
    "isinCode": IdentifierType.ISIN,
    "mmsi": IdentifierType.MMSI,
    "callSign": IdentifierType.CALL_SIGN,
    "serialNumber": IdentifierType.AIRCRAFT_SERIAL,
    "publicKey": IdentifierType.WALLET,
    "email": IdentifierType.EMAIL,
    "phone": IdentifierType.PHONE,
    "website": IdentifierType.WEBSITE,
    **dict.fromkeys(
        "bikCode cageCode cikCode crsNumber dunsCode giiNumber icaoCode jibCode kppCode npiCode okpoCode "
        "ogrnipCode permId ticker wikidataId voenCode fnsCode".split(),
        IdentifierType.OTHER,
    ),
}
# By the property, whether the entity is a person, and whether it is an aircraft.
_NUMBERS_OF_OTHERS = {
    ("idNumber", False, False): IdentifierType.REGISTRATION,
    ("idNumber", False, True): IdentifierType.REGISTRATION,
    ("registrationNumber", False, True): IdentifierType.AIRCRAFT_REGISTRATION,
}
_NAMES = (
    ("name", NameType.ALIAS, Strength.STRONG),
    ("alias", NameType.ALIAS, Strength.STRONG),
    ("previousName", NameType.FORMER, Strength.STRONG),
    ("pastNames", NameType.FORMER, Strength.STRONG),
    ("abbreviation", NameType.ALIAS, Strength.WEAK),
    ("weakAlias", NameType.ALIAS, Strength.WEAK),
)
# What an analyst may read and no field holds.
_NOTES = frozenset(
    "amount appearance balance classification currency deathDate description dissolutionDate education "
    "ethnicity height keywords legalForm maritalStatus notes ownershipType pastTypes political profession "
    "registrationPort religion sector spokenLanguage status summary tonnage weight".split()
)
# Parts of names that stand in them too, and what is about the data rather than the party.
_LEFT_OUT = frozenset(
    "alephUrl createdAt fatherName firstName holder issuer lastName middleName modifiedAt motherName "
    "nameSuffix opencorporatesUrl operator owner programUrl publisher publisherUrl retrievedAt secondName "
    "sourceUrl wikipediaUrl manufacturer".split()
)
_RELATIONS = {  # of the first end to the second, and of the second to the first
    "Ownership": (RelationType.LINKED_TO, RelationType.OWNED_BY),
    "Directorship": (RelationType.ACTING_FOR, RelationType.LINKED_TO),
    "Representation": (RelationType.ACTING_FOR, RelationType.LINKED_TO),
    "Employment": (RelationType.MEMBER_OF, RelationType.LINKED_TO),
    "Membership": (RelationType.MEMBER_OF, RelationType.LINKED_TO),
    "Family": (RelationType.FAMILY, RelationType.FAMILY),
}
_ADDRESS_PARTS = ("street", "street2", "postOfficeBox", "city", "postalCode", "region", "state")
_TWO_ENDS = 2


def listed_entity(list_id: str, line: FtmLine, links: Links, not_understood: Counter[str]) -> ListedEntity:
    """The listed entity that a line and the lines linked to it say. Raises pydantic's ValidationError."""
    return _Thing(line, links, not_understood, tidy(line.properties)).read(list_id)


@dataclass
class _Thing:
    """One entity while it is read."""

    line: FtmLine
    links: Links
    not_understood: Counter[str]
    properties: Properties
    read_properties: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)

    def read(self, list_id: str) -> ListedEntity:
        kind = KINDS[self.line.kind]
        person = kind is Kind.PERSON
        linked = self.links.of(self.line.entity_id)
        sanctions = [link for link in linked if link.schema == "Sanction"]
        fields = {
            "names": unique(self._names()),
            "birth_dates": unique(self._dates("birthDate")),
            "birth_places": unique(self._birth_places()),
            "nationalities": unique(self._countries("nationality", "citizenship")),
            "countries": unique(self._countries("country", "mainCountry", "jurisdiction")),
            "gender": self._gender(),
            "identifiers": unique([*self._numbers(kind), *self._linked_numbers(linked)]),
            "addresses": unique(self._addresses()),
            "titles": tuple(self._texts("title")),
            "positions": unique([*self._texts("position"), *self._offices(linked)]),
            "craft": self._craft() if kind in (Kind.VESSEL, Kind.AIRCRAFT) else None,
            "founded": () if person else unique(self._dates("incorporationDate")),
            "programmes": unique([*_all(sanctions, "program"), *self._texts("program", "programId")]),
            "legal_basis": unique(_all(sanctions, "authority", "provisions")),
            "listed_on": min(filter(None, map(_listed_on, sanctions)), default=None),
            "reasons": "\n".join(unique(_all(sanctions, "reason"))) or None,
            "relations": unique(self._relations(linked)),
            "topics": tuple(self._texts("topics")),
        }
        self.remarks.extend(
            unique(f"Sanction: {text}" for text in _all(sanctions, "status", "summary", "endDate"))
        )
        self._keep_the_rest()
        return ListedEntity(
            list_id=list_id,
            entity_id=self.line.entity_id,
            kind=kind,
            updated_on=iso_day(self.line.last_change),
            remarks=unique(self.remarks),
            url=f"https://www.opensanctions.org/entities/{self.line.entity_id}/",
            **fields,
        )

    def _texts(self, *names: str) -> list[str]:
        self.read_properties.update(names)
        return [text for name in names for text in self.properties.get(name, ())]

    def _names(self) -> Iterator[Name]:
        families, givens = self._texts("lastName"), self._texts("firstName")
        caption = self.line.name
        if caption:
            alone = len(families) == 1 and len(givens) == 1
            yield Name(
                text=caption,
                type=NameType.PRIMARY,
                family=families[0] if alone else None,
                given=givens[0] if alone else None,
            )
        for name, stated, strength in _NAMES:
            for text in self._texts(name):
                name_type = (
                    NameType.ORIGINAL_SCRIPT if stated is NameType.ALIAS and not is_latin(text) else stated
                )
                if text != caption:
                    yield Name(text=text, type=name_type, strength=strength)

    def _dates(self, name: str) -> Iterator[PartialDate]:
        for text in self._texts(name):
            if date := parse_date(text):
                yield date
            else:
                self._keep(name, text)

    def _birth_places(self) -> Iterator[Address]:
        countries = list(self._countries("birthCountry"))
        places = self._texts("birthPlace")
        for text in places:
            yield Address(text=text, country=countries[0] if len(countries) == 1 else None)
        if not places:
            yield from (Address(text=country_name(code), country=code) for code in countries)

    def _countries(self, *names: str) -> Iterator[str]:
        for name in names:
            for text in self._texts(name):
                if code := country_code(text):
                    yield code
                else:
                    self._keep(name, text)

    def _gender(self) -> Gender | None:
        stated = self._texts("gender")
        known = [Gender(text) for text in stated if text in set(Gender)]
        for text in stated if len(known) != 1 else ():
            self._keep("gender", text)
        return known[0] if len(known) == 1 else None

    def _numbers(self, kind: Kind) -> Iterator[Identifier]:
        for name, usual in _NUMBERS.items():
            number_type = _NUMBERS_OF_OTHERS.get((name, kind is Kind.PERSON, kind is Kind.AIRCRAFT), usual)
            scheme = next(iter(self._texts("currency")), name) if name == "publicKey" else name
            for text in self._texts(name):
                yield Identifier(type=number_type, value=text, scheme=scheme)
        for text in self._texts("imoNumber"):
            yield imo_number(text, kind)

    def _linked_numbers(self, linked: Iterable[Linked]) -> Iterator[Identifier]:
        """The passports and other documents of the entity, and the wallets it holds."""
        for link in linked:
            number = link.first("passportNumber") or link.first("number") or link.first("publicKey")
            if link.schema not in ("Passport", "Identification", "CryptoWallet") or number is None:
                continue
            issued, expires, country = (link.first(name) for name in ("startDate", "endDate", "country"))
            number_type = {"Passport": IdentifierType.PASSPORT, "CryptoWallet": IdentifierType.WALLET}
            yield Identifier(
                type=number_type.get(link.schema, IdentifierType.OTHER),
                value=number,
                country=country_code(country) if country else None,
                scheme=link.first("type") or link.first("currency") or link.schema,
                issued=parse_date(issued) if issued else None,
                expires=parse_date(expires) if expires else None,
            )

    def _addresses(self) -> Iterator[Address]:
        for text in self._texts("address"):
            yield Address(text=text)
        for address_id in self._texts("addressEntity"):
            for link in self.links.of(address_id):
                if link.schema == "Address" and (address := _address(link)):
                    yield address

    def _offices(self, linked: Iterable[Linked]) -> Iterator[str]:
        for link in linked:
            if link.schema == "Occupancy" and (post := link.first("post")):
                names = [
                    office.first("name") for office in self.links.of(post) if office.schema == "Position"
                ]
                years = "-".join(filter(None, [link.first("startDate"), link.first("endDate")]))
                for name in filter(None, names):
                    yield f"{name} ({years})" if years else name

    def _craft(self) -> Craft | None:
        flags = list(self._countries("flag"))
        values = {
            name: next(iter(self._texts(*names)), None)
            for name, names in {
                "type": ("type", "model"),
                "deadweight_tons": ("deadweightTonnage",),
                "gross_registered_tons": ("grossRegisteredTonnage",),
            }.items()
        }
        owners, operators = (
            [name for text in self.properties.get(end, ()) if (name := self.links.name_of(text))]
            for end in ("owner", "operator")
        )
        craft = Craft(
            flag=flags[0] if flags else None,
            former_flags=unique([*flags[1:], *self._countries("pastFlags")]),
            owner=next(iter(owners), None),
            operator=next(iter(operators), None),
            manufactured=next(self._dates("buildDate"), None),
            **values,
        )
        return craft if craft != Craft() else None

    def _relations(self, linked: Iterable[Linked]) -> Iterator[Relation]:
        for link in linked:
            ends = ENDS.get(link.schema, ())
            if len(ends) != _TWO_ENDS:
                continue
            forth, back = _RELATIONS.get(link.schema, (RelationType.LINKED_TO, RelationType.LINKED_TO))
            for here, there, relation in ((ends[0], ends[1], forth), (ends[1], ends[0], back)):
                if self.line.entity_id not in link.properties.get(here, ()):
                    continue
                for other in link.properties.get(there, ()):
                    if other != self.line.entity_id and (name := self.links.name_of(other)):
                        yield Relation(type=relation, name=name, entity_id=other)

    def _keep_the_rest(self) -> None:
        if self.line.datasets:
            self.remarks.append(f"Datasets: {', '.join(self.line.datasets)}")
        for name, texts in self.properties.items():
            if name in self.read_properties | _LEFT_OUT:
                continue
            for text in texts:
                if name in _NOTES:
                    self.remarks.append(f"{name}: {text}")
                else:
                    self._keep(name, text)

    def _keep(self, name: str, text: str) -> None:
        """Keep as text what could not be read into a field, and count it."""
        self.not_understood[name] += 1
        self.remarks.append(f"{name}: {text}")


def country_code(text: str) -> str | None:
    """The alpha-2 code of a country in FollowTheMoney's codes, a part of one ("gb-sct") included."""
    return _CODES.get(text) or to_alpha2(text.partition("-")[0])


def _address(link: Linked) -> Address | None:
    country = link.first("country")
    text = link.first("full") or ", ".join(filter(None, map(link.first, _ADDRESS_PARTS)))
    code = country_code(country) if country else None
    if not text:
        return Address(text=country_name(code), country=code) if code else None
    return Address(
        text=text,
        city=link.first("city"),
        region=link.first("region") or link.first("state"),
        postcode=link.first("postalCode"),
        country=code,
    )


def _all(links: Iterable[Linked], *names: str) -> Iterator[str]:
    for link in links:
        for name in names:
            yield from link.properties.get(name, ())


def _listed_on(sanction: Linked) -> dt.date | None:
    return iso_day(sanction.first("listingDate")) or iso_day(sanction.first("startDate"))
