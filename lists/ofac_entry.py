"""One entry of an OFAC list while it is read, in whichever format, and the listed entity it becomes."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from lists.countries import to_alpha2
from lists.model import (
    Address,
    Craft,
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
from lists.ofac_addresses import Local
from lists.ofac_words import (
    CSV_WORDS,
    INEXACT,
    LATIN,
    LOCATION_PARTS,
    RELATIONS,
    SCRIPTS,
    SDN_LIST,
    VESSEL_FEATURES,
)
from lists.remarks import NO_FLAG, Remarks, name, read_document, read_statement, split_remark
from lists.titles import is_title

NAME_TYPES = {"aka": NameType.ALIAS, "fka": NameType.FORMER, "nka": NameType.ALIAS}

_DETAILS = "https://sanctionssearch.ofac.treas.gov/Details.aspx?id="
_KINDS = {
    "individual": Kind.PERSON,
    "vessel": Kind.VESSEL,
    "aircraft": Kind.AIRCRAFT,
    "entity": Kind.ORGANIZATION,
}
_POSITION_LABEL = re.compile(r"(?:alt\. )?position: ", re.IGNORECASE)


@dataclass(frozen=True)
class Spelling:
    """A name in one script (ISO 15924, None where it is not stated)."""

    text: str
    script: str | None = None
    family: str | None = None
    given: str | None = None

    @classmethod
    def of(cls, kind: Kind, family: str | None, given: str | None, script: str | None) -> Spelling | None:
        """The name "FAMILY, Given" of an entity of some kind; None where nothing is stated.

        Quotation marks are written as in the CSV files, which need the double ones for themselves.
        """
        parts = [part.replace('"', "'") for part in (family, given) if part]
        if not parts:
            return None
        whole = name(", ".join(parts), kind, NameType.PRIMARY)
        if kind is Kind.PERSON and len(parts) > 1:
            return cls(whole.text, script, *parts)
        return cls(whole.text, script, whole.family, whole.given)


@dataclass
class Entry:
    """What was read of an entry so far. `said` holds what is stated keyword by keyword.

    `not_understood` is the count of the whole list. OFAC does not tell companies from other organisations:
    both are `Kind.ORGANIZATION`.
    """

    entity_id: str
    kind: Kind
    said: Remarks
    not_understood: Counter[str]
    names: list[Name] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)
    legal_basis: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    vessel: dict[str, str] = field(default_factory=dict)  # by the values of `VESSEL_FEATURES`
    notes: list[str] = field(default_factory=list)
    listed_on: dt.date | None = None

    @classmethod
    def of(cls, entity_id: str, stated_kind: str, not_understood: Counter[str]) -> Entry:
        """An entry of the kind OFAC states; one it has never stated is counted and becomes unknown."""
        kind = _KINDS.get(stated_kind.lower(), Kind.UNKNOWN)
        if kind is Kind.UNKNOWN:
            not_understood[f"type of entry {stated_kind!r}"] += 1
        return cls(entity_id, kind, Remarks(kind), not_understood)

    def add_name(self, spellings: list[Spelling], *, alias_type: str | None, is_weak: bool) -> None:
        """Add a name in each of its scripts. `alias_type` is OFAC's word ("a.k.a."), or None for the primary.

        The name is the spelling in Latin letters, where there is one; others are its original script.
        """
        in_latin = [spelling for spelling in spellings if spelling.script == LATIN]
        main = next(iter(in_latin or spellings), None)
        for spelling in spellings:
            name_type = self._name_type(alias_type)
            if spelling is not main:
                name_type = NameType.ALIAS if spelling.script == LATIN else NameType.ORIGINAL_SCRIPT
            self.names.append(
                Name(
                    text=spelling.text,
                    type=name_type,
                    strength=Strength.WEAK if is_weak else Strength.STRONG,
                    family=spelling.family,
                    given=spelling.given,
                    # Latin is not stated in all formats, and the text shows it.
                    script=None if spelling.script == LATIN else spelling.script,
                )
            )

    def _name_type(self, alias_type: str | None) -> NameType:
        if alias_type is None:
            return NameType.PRIMARY
        if (letters := alias_type.replace(".", "").lower()) not in NAME_TYPES:
            self.not_understood[f"type of alias {alias_type!r}"] += 1
        return NAME_TYPES.get(letters, NameType.ALIAS)

    def script(self, stated: str | None) -> str | None:
        """The code of a script that OFAC states by its name."""
        if stated and stated not in SCRIPTS:
            self.not_understood[f"script {stated!r}"] += 1
        return SCRIPTS.get(stated or "")

    def add_titles(self, text: str) -> None:
        """Add what a title says: honorifics, or positions separated by semicolons."""
        self.titles += [_POSITION_LABEL.sub("", title) for title in text.split("; ") if title]

    def add_feature(self, word: str, value: str) -> None:
        """Add a feature of an XML file, which the CSV files state in a column or in the remark."""
        column = VESSEL_FEATURES.get(word.lower())
        if column and column not in self.vessel:
            self.vessel[column] = value
        else:
            read_statement(self.said, f"{CSV_WORDS.get(word, word)} {value}", label=word)

    def add_remark(self, text: str) -> None:
        """Add the remark of an XML file, but for what its title says, which is to be added before.

        Text without a keyword is what is to be expected in it.
        """
        known = {title.casefold() for title in self.titles}
        for fragment in split_remark(text):
            if _POSITION_LABEL.sub("", fragment).casefold() not in known:
                read_statement(self.said, fragment, label=None)

    def add_document(
        self,
        word: str,
        stated: str,
        *,
        country: str | None,
        issued: PartialDate | None = None,
        expires: PartialDate | None = None,
    ) -> None:
        """Add a document or number; `country` is a name. What its identifier does not hold is noted."""
        before, _, in_brackets = stated.removesuffix(")").rpartition(" (")
        if before and not country and to_alpha2(in_brackets):  # "12345 (Russia)"
            stated, country = before, in_brackets
        code = to_alpha2(country) if country else None
        is_whole = read_document(self.said, word, stated, country=code, issued=issued, expires=expires)
        if not is_whole or (country and not code):
            dates = (("issued", issued), ("expires", expires))
            parts = [f"({country})" if country else "", *(f"{what} {day.text}" for what, day in dates if day)]
            self.notes.append(" ".join(filter(None, (word, stated, *parts))))

    def add_listing(self, name: str, since: dt.date | None, own_list: str) -> None:
        """Add one of OFAC's lists that the party is on; it is listed since the earliest it is here for."""
        if (name == SDN_LIST) == (own_list == SDN_LIST) and since:
            self.listed_on = min(since, self.listed_on or since)
        if name != own_list:
            self.notes.append(f"{name}: {since}" if since else name)

    def add_sanctions(self, types: Iterable[str]) -> None:
        """Add what the sanctions are ("Block", "13662 Sectoral Directive 1")."""
        self.notes += [f"Sanctions type: {sanctions_type}" for sanctions_type in types]

    def add_location(self, parts: dict[str, str], country: str | None) -> None:
        """Add an address by its parts, as the XML files name them ("ADDRESS1", "CITY", "REGION")."""
        region = parts.get("REGION")
        streets = [street for part in ("ADDRESS1", "ADDRESS2", "ADDRESS3") if (street := parts.get(part))]
        local = Local.of(parts.get("CITY"), parts.get("STATE/PROVINCE"), parts.get("POSTAL CODE"))
        self.add_address(streets, local, country or (f"Region: {region}" if region else None))
        for part in parts.keys() - LOCATION_PARTS:
            self.keep(f"address {part}", parts[part])

    def keep(self, what: str, text: str) -> None:
        """Keep as a remark what could not be read into a field, and count it."""
        self.not_understood[what] += 1
        self.notes.append(f"{what}: {text}")

    def add_relation(self, stated: str, party: str, entity_id: str | None) -> None:
        """Add a tie in OFAC's words ("Owned or Controlled By"); what its type does not say is noted."""
        relation_type = RELATIONS.get(stated.lower())
        if relation_type is None:
            self.not_understood[f"tie {stated!r}"] += 1
        if relation_type is None or stated.lower() in INEXACT:
            self.notes.append(f"{stated} {party}")
        self.relations.append(
            Relation(type=relation_type or RelationType.LINKED_TO, name=party, entity_id=entity_id)
        )

    def add_address(self, streets: list[str], local: Local, country: str | None) -> None:
        """Add an address, unless it says nothing. `country` is a name, or as "Region: Gaza" a part of one."""
        code = to_alpha2(country) if country else None
        if country and not code and country.lower() != "undetermined":
            self.not_understood[f"country {country!r}"] += 1
        text = ", ".join(filter(None, (*streets, local.text, country)))
        if text:
            self.addresses.append(
                Address(
                    text=text, city=local.city, region=local.region, postcode=local.postcode, country=code
                )
            )

    def add_ties(self, ids_by_name: dict[str, str | None]) -> None:
        """Add the ties that were stated by name ("Linked To: ..."), each to the one entry of that name."""
        for relation_type, parties in (
            (RelationType.LINKED_TO, self.said.linked_to),
            (RelationType.FAMILY, self.said.relatives),
        ):
            for party in parties:
                entity_id = ids_by_name.get(name_key(party))
                self.relations.append(Relation(type=relation_type, name=party, entity_id=entity_id))

    def entity(self, list_id: str) -> ListedEntity:
        """The listed entity. Raises pydantic's ValidationError for an entry without a name of its own."""
        said, call_sign = self.said, self.vessel.get("call_sign")
        self.not_understood.update({f"remark: {what}": n for what, n in said.not_understood.items()})
        positions = [*(title for title in self.titles if not is_title(title)), *said.positions]
        has_name = any(one.type is NameType.PRIMARY for one in self.names)
        craft = self._craft()
        signs = [Identifier(type=IdentifierType.CALL_SIGN, value=call_sign)] if call_sign else []
        return ListedEntity(
            list_id=list_id,
            entity_id=self.entity_id,
            kind=self.kind,
            names=(*self.names, *said.aliases) if has_name else (),
            birth_dates=tuple(said.birth_dates),
            birth_places=tuple(said.birth_places),
            nationalities=tuple(said.nationalities),
            countries=tuple(said.countries),
            gender=said.gender,
            identifiers=(*signs, *said.identifiers),
            addresses=tuple(self.addresses),
            titles=tuple(title for title in self.titles if is_title(title)),
            positions=tuple(dict.fromkeys(positions)),
            craft=craft,
            founded=tuple(said.founded),
            programmes=tuple(self.programmes),
            legal_basis=(*self.legal_basis, *said.legal_basis),
            listed_on=self.listed_on,
            remarks=(*said.other, *self.notes),
            relations=tuple(self.relations),
            topics=("sanction",),
            url=f"{_DETAILS}{self.entity_id}",
        )

    def _craft(self) -> Craft | None:
        stated = self.vessel.get("flag")
        flag = to_alpha2(stated) if stated else None
        if stated and stated != NO_FLAG and not flag:
            self.not_understood[f"flag {stated!r}"] += 1
            self.notes.append(f"Vessel flag: {stated}")
        craft = Craft(
            type=self.vessel.get("type") or self.said.craft_type,
            flag=flag,
            former_flags=tuple(self.said.former_flags),
            owner=self.vessel.get("owner"),
            operator=self.said.operator,
            manufactured=self.said.manufactured,
            deadweight_tons=self.vessel.get("deadweight_tons"),
            gross_registered_tons=self.vessel.get("gross_registered_tons"),
        )
        return craft if craft != Craft() else None


def add_name_of(ids: dict[str, str | None], entity_id: str, text: str) -> None:
    """Note whose name that is, in a table of the entry each name belongs to; None for a name of several."""
    key = name_key(text)
    ids[key] = entity_id if ids.get(key, entity_id) == entity_id else None


def name_key(text: str) -> str:
    """What names are compared by to find the entry a tie leads to."""
    return text.casefold().removesuffix(".")
