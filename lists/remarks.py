"""What OFAC states of an entry, keyword by keyword: birth dates, numbers, aliases and ties.

The CSV files have it in one text, the remark: a list of fragments separated by semicolons, most of which
begin with a keyword ("DOB", "Passport", "Linked To:"), some with "alt." before it. It is cut at 1,000
characters and continued, from the very letter, in a comments file (OFAC, "Consolidated Sanctions List Data
Specification", on spillover files). The XML files have the same keywords and values in elements of their own
and are read by the same rules, so that all formats give the same entity.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

from lists.countries import to_alpha2
from lists.dates import parse_date
from lists.model import (
    Address,
    Gender,
    Identifier,
    IdentifierType,
    Kind,
    Name,
    NameType,
    PartialDate,
    Strength,
)
from lists.ofac_identifiers import LONGEST_NUMBER, SCHEMES, Number, read_number


@dataclass
class Remarks:
    """What is stated of one entry, in the fields of a listed entity.

    `other` holds, as published but for "alt." before and the full stop behind, every statement that no field
    holds in full. `not_understood` counts statements: by keyword those whose value could not be read, under
    `FREE_TEXT` those without a keyword, under `CUT` cut ones.
    """

    kind: Kind
    aliases: list[Name] = field(default_factory=list)
    birth_dates: list[PartialDate] = field(default_factory=list)
    birth_places: list[Address] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    gender: Gender | None = None
    identifiers: list[Identifier] = field(default_factory=list)
    founded: list[PartialDate] = field(default_factory=list)
    linked_to: list[str] = field(default_factory=list)
    relatives: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    legal_basis: list[str] = field(default_factory=list)
    former_flags: list[str] = field(default_factory=list)
    craft_type: str | None = None
    operator: str | None = None
    manufactured: PartialDate | None = None
    other: list[str] = field(default_factory=list)
    fragments: int = 0
    not_understood: Counter[str] = field(default_factory=Counter)


_T = TypeVar("_T")

NO_FLAG = "None Identified"  # what OFAC writes for a vessel whose flag it does not know
FREE_TEXT = "no keyword"
CUT = "cut"

_SEPARATOR = re.compile(r";\s+|;(?=[A-Za-z])|;$")
_ABBREVIATION = re.compile(r"(?:\.[A-Za-z]|\b(?:LTD|CO|INC|CORP|BHD|PTE|PVT|JR|SR|ST))\.$", re.IGNORECASE)
_ALT = re.compile(r"alt\.\s+", re.IGNORECASE)
_POSSIBLY = re.compile(r"possibly\s+", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<value>.+?)(?:\s\((?P<country>[^()]+)\))?(?:\sissued\s(?P<issued>.+?))?(?:\sexpires\s(?P<expires>.+?))?"
)
_STATE_CODE = 2
_CONTACT = re.compile(
    r"((?P<email>[^\s@]+@[^\s@]+\.[^\s@]+)|(?:https?://|www\.)\S+)(?: \((?:email|website)\))?\.?"
)
_SUFFIX = re.compile(r"(?:JR|SR|II|III)\.?", re.IGNORECASE)


def read_remarks(text: str, kind: Kind, *, cut: bool = False, titles: Collection[str] = ()) -> Remarks:
    """Read the remark of an entity of the given kind. Accepts any text; raises nothing.

    With `cut`, the text ends in the middle: its last fragment is kept as text and not read, because half a
    wallet address or half a passport number would be somebody else's. A fragment that repeats one of
    `titles` (the title column does that) says nothing new and is left out.
    """
    remarks = Remarks(kind)
    known = {title.casefold() for title in titles}
    fragments = split_remark(text, cut=cut)
    remarks.fragments = len(fragments)
    unfinished = fragments.pop() if cut and fragments else None
    for fragment in fragments:
        if fragment.casefold() not in known:
            read_statement(remarks, fragment)
    if unfinished:
        remarks.other.append(unfinished)
        remarks.not_understood[CUT] += 1
    return remarks


def split_remark(text: str, *, cut: bool = False) -> list[str]:
    """The fragments of a remark, without the full stop that ends it unless it is cut."""
    fragments = [fragment for part in _SEPARATOR.split(text) if (fragment := part.strip())]
    if fragments and not cut:
        fragments[-1] = without_full_stop(fragments[-1])
    return fragments


def without_full_stop(text: str) -> str:
    """A text without the full stop that ends a remark, unless an abbreviation needs it ("S.A.", "LTD.")."""
    return text if _ABBREVIATION.search(text) else text.removesuffix(".")


def name(text: str, kind: Kind, name_type: NameType, strength: Strength = Strength.STRONG) -> Name:
    """A name as OFAC writes it: "FAMILY, Given" for a person, whose parts are then known."""
    if kind is not Kind.PERSON or ", " not in text:
        return Name(text=text, type=name_type, strength=strength)
    family, _, given = text.partition(", ")
    suffix, comma, rest = given.partition(", ")
    if comma and _SUFFIX.fullmatch(suffix):
        family, given = f"{family}, {suffix}", rest
    return Name(text=text, type=name_type, strength=strength, family=family, given=given)


def place(text: str) -> Address:
    """A place written "City, Region, Country", each part but one optional."""
    parts = text.split(", ")
    state = len(parts[-1]) == _STATE_CODE and parts[-1] not in ("UK", "US")  # CA is California, not Canada
    last = None if state else to_alpha2(parts[-1])
    last_two = to_alpha2(", ".join(parts[-2:])) if len(parts) > 1 else None  # "Korea, North" is one country
    local = parts[:-1] if last else parts[:-2] if last_two else parts
    city, region = (local[0], ", ".join(local[1:]) or None) if local else (None, None)
    return Address(text=text, city=city, region=region, country=last_two or last)


@dataclass(frozen=True)
class _Fragment:
    text: str  # as published, but for "alt." before and the full stop behind
    keyword: str
    value: str


def read_statement(remarks: Remarks, text: str, label: str | None = FREE_TEXT) -> None:
    """Read one statement, "DOB 1970", into `remarks`.

    One without a keyword is counted as `label`, or not at all without one: free text that is meant to be.
    """
    body = _ALT.sub("", " ".join(text.split()), count=1)
    said = without_full_stop(body)
    keyword = _KEYWORD.match(body)
    if keyword:
        fragment = _Fragment(said, keyword[1], body[keyword.end() :].strip())
    elif len(body) <= LONGEST_NUMBER and (contact := _CONTACT.fullmatch(body)):
        fragment = _Fragment(said, "Email Address" if contact["email"] else "Website", contact[1])
    else:
        remarks.other.append(said)
        if label:
            remarks.not_understood[label] += 1
        return
    reader = _READERS.get(fragment.keyword, _identifier)
    if not reader(remarks, fragment):
        remarks.other.append(said)
        remarks.not_understood[fragment.keyword] += 1


def read_document(
    remarks: Remarks,
    word: str,
    stated: str,
    *,
    country: str | None = None,
    issued: PartialDate | None = None,
    expires: PartialDate | None = None,
) -> bool:
    """Read a document or number whose parts are stated apart; whether it is held in full.

    `country` is a code. A `word` that nobody has seen yet gives an identifier of type other, and is counted.
    """
    if word in SCHEMES:
        number = read_number(word, stated, remarks.kind)
    else:
        remarks.not_understood[word] += 1
        number = Number(IdentifierType.OTHER, stated, word, is_whole=True) if stated else None
    if number:
        remarks.identifiers.append(
            Identifier(
                type=number.type,
                value=number.value,
                country=country,
                scheme=number.scheme,
                issued=issued,
                expires=expires,
            )
        )
    return number is not None and number.is_whole


def _birth_date(remarks: Remarks, fragment: _Fragment) -> bool:
    return _append(remarks.birth_dates, parse_date(fragment.value))


def _birth_place(remarks: Remarks, fragment: _Fragment) -> bool:
    return _append(remarks.birth_places, place(fragment.value) if fragment.value else None)


def _nationality(remarks: Remarks, fragment: _Fragment) -> bool:
    if _POSSIBLY.match(fragment.value):
        remarks.other.append(fragment.text)
    code = to_alpha2(_POSSIBLY.sub("", fragment.value))
    if code in remarks.nationalities:
        return True
    return _append(remarks.nationalities, code)


def _registered_in(remarks: Remarks, fragment: _Fragment) -> bool:
    return _append(remarks.countries, to_alpha2(fragment.value))


def _gender(remarks: Remarks, fragment: _Fragment) -> bool:
    remarks.gender = {"male": Gender.MALE, "female": Gender.FEMALE}.get(fragment.value.lower())
    return remarks.gender is not None


def _alias(remarks: Remarks, fragment: _Fragment) -> bool:
    text = fragment.value
    quotes = min(len(text) - len(text.lstrip("'")), len(text) - len(text.rstrip("'")))
    text = text[quotes : len(text) - quotes]
    if not text:
        return False
    name_type = NameType.FORMER if fragment.keyword == "f.k.a." else NameType.ALIAS
    return _append(remarks.aliases, name(text, remarks.kind, name_type, Strength.WEAK))


def _relative(remarks: Remarks, fragment: _Fragment) -> bool:
    """The tie goes to a field; which relative it is stays in the text."""
    return _append(remarks.relatives, fragment.value or None) and _statement(remarks, fragment)


def _position(remarks: Remarks, fragment: _Fragment) -> bool:
    return _append(remarks.positions, fragment.value or None)


def _linked_to(remarks: Remarks, fragment: _Fragment) -> bool:
    return _append(remarks.linked_to, fragment.value or None)


def _founded(remarks: Remarks, fragment: _Fragment) -> bool:
    return _append(remarks.founded, parse_date(fragment.value))


def _craft_type(remarks: Remarks, fragment: _Fragment) -> bool:
    if remarks.craft_type:
        return _statement(remarks, fragment)
    remarks.craft_type = fragment.value or None
    return remarks.craft_type is not None


def _operator(remarks: Remarks, fragment: _Fragment) -> bool:
    if remarks.operator:
        return _statement(remarks, fragment)
    remarks.operator = fragment.value or None
    return remarks.operator is not None


def _manufactured(remarks: Remarks, fragment: _Fragment) -> bool:
    remarks.manufactured = parse_date(fragment.value)
    return remarks.manufactured is not None


def _former_flag(remarks: Remarks, fragment: _Fragment) -> bool:
    if fragment.value == NO_FLAG:
        return True
    return _append(remarks.former_flags, to_alpha2(fragment.value))


def _legal_basis(remarks: Remarks, fragment: _Fragment) -> bool:
    return _append(remarks.legal_basis, fragment.text)


def _statement(remarks: Remarks, fragment: _Fragment) -> bool:
    """What an analyst reads and no field holds: understood, and kept as text."""
    return _append(remarks.other, fragment.text)


def _identifier(remarks: Remarks, fragment: _Fragment) -> bool:
    stated = _NUMBER.fullmatch(fragment.value) if len(fragment.value) <= LONGEST_NUMBER else None
    if stated is None:
        return False
    value = stated["value"]
    country = to_alpha2(stated["country"]) if stated["country"] else None
    if stated["country"] and country is None:
        value = f"{value} ({stated['country']})"
    issued, expires = (parse_date(stated[part] or "") for part in ("issued", "expires"))
    before = len(remarks.identifiers)
    is_whole = read_document(
        remarks, fragment.keyword, value, country=country, issued=issued, expires=expires
    )
    if len(remarks.identifiers) == before:
        return False
    if not is_whole or bool(issued) != bool(stated["issued"]) or bool(expires) != bool(stated["expires"]):
        remarks.other.append(fragment.text)
    return True


def _append(values: list[_T], value: _T | None) -> bool:
    if value is None:
        return False
    values.append(value)
    return True


_RELATIVES = (
    "brother", "child", "daughter", "daughter-in-law", "father", "half-brother", "husband", "mother",
    "nephew", "sister", "sister-in-law", "son", "spouse", "wife",
)  # fmt: skip

_READERS: dict[str, Callable[[Remarks, _Fragment], bool]] = {
    "DOB": _birth_date,
    "POB": _birth_place,
    "nationality": _nationality,
    "citizen": _nationality,
    "Gender": _gender,
    "a.k.a.": _alias,
    "f.k.a.": _alias,
    "n.k.a.": _alias,
    "Linked To": _linked_to,
    "Organization Established Date": _founded,
    "Nationality of Registration": _registered_in,
    "Registration Country": _registered_in,
    "Other Vessel Flag": _registered_in,
    "Position": _position,
    "Alt. Position": _position,
    "Title": _position,
    "Alternate Title": _position,
    "Rank": _position,
    "Aircraft Model": _craft_type,
    "Aircraft Operator": _operator,
    "Aircraft Manufacture Date": _manufactured,
    "Vessel Year of Build": _manufactured,
    "Vessel Type": _craft_type,
    "Former Vessel Flag": _former_flag,
    "Executive Order": _legal_basis,
    "CAATSA Section": _legal_basis,
    "IFCA Determination": _legal_basis,
    "PEESA Information": _legal_basis,
    "Additional Sanctions Information": _statement,
    "Secondary sanctions risk": _statement,
    "Transactions Prohibited For": _statement,
    "Organization Type": _statement,
    "Target Type": _statement,
    "Listing Date": _statement,
    "Effective Date": _statement,
    "Purchase/Sales For Divestment Date": _statement,
    "Issuer Name": _statement,
    "For more information on directives": _statement,
    "for more information on directives": _statement,
    "Other Vessel Type": _statement,
    "UN/LOCODE": _statement,
    "Chinese Commercial Code": _statement,  # four digits for each character of a name
    "ICTY indictee": _statement,
    "arrested": _statement,
    "currently incarcerated": _statement,
    "all offices worldwide": _statement,
    "All offices worldwide": _statement,
    "All Offices Worldwide": _statement,
    "Tribe": _statement,
    "ethnicity": _statement,
}
_READERS |= {f"{form} of": _relative for word in _RELATIVES for form in (word, word.capitalize())}

_KEYWORDS = sorted(
    [*_READERS, *SCHEMES], key=len, reverse=True
)  # the longest first, or it would never be found
_KEYWORD = re.compile(rf"({'|'.join(map(re.escape, _KEYWORDS))})(?![A-Za-z])[:,]?\s*")
