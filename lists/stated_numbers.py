"""What lists state inside a sentence: bank codes, IMO numbers of ships and companies, a person's gender."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lists.model import Gender, Identifier, IdentifierType, Kind

_BIC = re.compile(r"\bSWIFT(?:/BIC)?:? ([A-Z0-9]{8}(?:[A-Z0-9]{3})?)\b")
_IMO = re.compile(r"\bIMO(?: number)?:? (\d{7})\b", re.IGNORECASE)
_SEVEN_DIGITS = re.compile(r"\d{7}", re.ASCII)
_GENDER = re.compile(r"\b(?:gender|sex)\W{1,3}(male|female)\b", re.IGNORECASE)


def imo_number(text: str, kind: Kind) -> Identifier:
    """The identifier in a field for IMO numbers of an entity of the given kind.

    The IMO numbers companies too, in the same seven digits: only a vessel's is `IdentifierType.IMO`. What is
    no such number is of the type other.
    """
    known = IdentifierType.IMO if kind is Kind.VESSEL else IdentifierType.REGISTRATION
    digits = text.strip().removeprefix("IMO").strip()
    if _SEVEN_DIGITS.fullmatch(digits):
        return Identifier(type=known, value=digits, scheme="IMO number")
    return Identifier(type=IdentifierType.OTHER, value=text, scheme="IMO number")


def gender_in(text: str) -> Gender | None:
    """The gender that a remark states."""
    said = _GENDER.search(text)
    return Gender(said[1].lower()) if said else None


def numbers_in(text: str, kind: Kind) -> Iterator[Identifier]:
    """The numbers that a remark on an entity of the given kind states of the entity itself."""
    if kind in (Kind.ORGANIZATION, Kind.COMPANY, Kind.VESSEL):
        for number in _IMO.findall(text):
            yield imo_number(number, kind)
    if kind in (Kind.ORGANIZATION, Kind.COMPANY):
        for code in _BIC.findall(text):
            yield Identifier(type=IdentifierType.BIC, value=code, scheme="SWIFT/BIC")
