"""The grammar of OFAC's remarks: one text per entry in which birth dates, numbers, aliases and ties stand.

A remark is a list of fragments separated by semicolons; most begin with a keyword ("DOB", "Passport",
"Linked To:"), some with "alt." before it. The CSV files hold it in a column cut at 1,000 characters and
continued, from the very letter, in a comments file (OFAC, "Consolidated Sanctions List Data Specification",
on spillover files).
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
from lists.ofac_identifiers import SCHEMES, classify


@dataclass
class Remarks:
    """What one remark says, in the fields of a listed entity.

    `other` holds, as published, every fragment that no field holds in full. `not_understood` counts
    fragments: by keyword those whose value could not be read, under `FREE_TEXT` those without a keyword,
    under `CUT` cut ones.
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
_LABEL = re.compile(r"(?:Booklet|#|[A-Z][A-Za-z.]*:)\s+")
_BRACKETS = re.compile(r" \([^()\d]+\)$")
_PLACE_WORD = re.compile(r"[A-Z][a-z]{2,}[A-Za-z-]*")
_LONGEST_NUMBER = 300
_STATE_CODE = 2
_SENTENCE = re.compile(r"\b(?:and|the|issued|under|were|by)\b|, ")
_CONTACT = re.compile(
    r"((?P<email>[^\s@]+@[^\s@]+\.[^\s@]+)|(?:https?://|www\.)\S+)(?: \((?:email|website)\))?\.?"
)
_SUFFIX = re.compile(r"(?:JR|SR|II|III)\.?", re.IGNORECASE)

# Identifiers whose value need not hold a digit.
_WITHOUT_DIGIT = frozenset(
    {
        IdentifierType.EMAIL,
        IdentifierType.WEBSITE,
        IdentifierType.BIC,
        IdentifierType.CALL_SIGN,
        IdentifierType.WALLET,
        IdentifierType.AIRCRAFT_REGISTRATION,
    }
)


def read_remarks(text: str, kind: Kind, *, cut: bool = False, titles: Collection[str] = ()) -> Remarks:
    """Read the remark of an entity of the given kind. Accepts any text; raises nothing.

    With `cut`, the text ends in the middle: its last fragment is kept as text and not read, because half a
    wallet address or half a passport number would be somebody else's. A fragment that repeats one of
    `titles` (the title column does that) says nothing new and is left out.
    """
    remarks = Remarks(kind)
    known = {title.casefold() for title in titles}
    fragments = [fragment for part in _SEPARATOR.split(text) if (fragment := part.strip())]
    remarks.fragments = len(fragments)
    unfinished = fragments.pop() if cut and fragments else None
    if fragments and not cut:
        fragments[-1] = without_full_stop(fragments[-1])
    for fragment in fragments:
        if fragment.casefold() not in known:
            _read(remarks, fragment)
    if unfinished:
        remarks.other.append(unfinished)
        remarks.not_understood[CUT] += 1
    return remarks


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
    text: str  # as published
    keyword: str
    value: str


def _read(remarks: Remarks, text: str) -> None:
    body = _ALT.sub("", text, count=1)
    keyword = _KEYWORD.match(body)
    if keyword:
        fragment = _Fragment(text, keyword[1], body[keyword.end() :].strip())
    elif contact := _CONTACT.fullmatch(body):
        fragment = _Fragment(text, "Email Address" if contact["email"] else "Website", contact[1])
    else:
        remarks.other.append(text)
        remarks.not_understood[FREE_TEXT] += 1
        return
    reader = _READERS.get(fragment.keyword, _identifier)
    if not reader(remarks, fragment):
        remarks.other.append(text)
        remarks.not_understood[fragment.keyword] += 1


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
    stated = _NUMBER.fullmatch(fragment.value) if len(fragment.value) <= _LONGEST_NUMBER else None
    if stated is None:
        return False
    scheme, value = fragment.keyword, _LABEL.sub("", stated["value"], count=1)
    country = to_alpha2(stated["country"]) if stated["country"] else None
    if stated["country"] and country is None:
        value = f"{value} ({stated['country']})"
    issued, expires = (parse_date(stated[part] or "") for part in ("issued", "expires"))
    complete = bool(issued) == bool(stated["issued"]) and bool(expires) == bool(stated["expires"])
    if scheme == _WALLET:
        currency, _, value = value.partition(" ")
        scheme = currency
    number = value if _is_number(value, fragment.keyword) else _leading_number(value)
    if number is None:
        return False
    number = _without_place(number)
    if number != value or not complete:
        remarks.other.append(fragment.text)
    identifier_type, number = classify(fragment.keyword, number, remarks.kind)
    return _append(
        remarks.identifiers,
        Identifier(
            type=identifier_type, value=number, country=country, scheme=scheme, issued=issued, expires=expires
        ),
    )


def _is_number(value: str, keyword: str) -> bool:
    if SCHEMES[keyword] in _WITHOUT_DIGIT:
        return bool(value) and " " not in value
    return any(character.isdigit() for character in value) and not _SENTENCE.search(value)


def _without_place(value: str) -> str:
    """A number without the register's place behind it: "HRB 12345 (Stuttgart)", "100001-1 Lima"."""
    number = _BRACKETS.sub("", value)
    words = number.split(" ")
    while len(words) > 1 and _PLACE_WORD.fullmatch(words[-1]):
        words.pop()
    return " ".join(words) if any(map(str.isdigit, words[0])) or len(words) > 1 else value


def _leading_number(value: str) -> str | None:
    """The number a sentence begins with ("12345 issued under the name ..."), if it begins with one."""
    word = value.split(" ", 1)[0].rstrip(",")
    return word if any(character.isdigit() for character in word) else None


def _append(values: list[_T], value: _T | None) -> bool:
    if value is None:
        return False
    values.append(value)
    return True


_WALLET = "Digital Currency Address -"

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
