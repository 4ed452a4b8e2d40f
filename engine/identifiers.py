"""Identifiers in the one form they are compared in, however they were written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Protocol

from anyascii import anyascii

from lists.model import IdentifierType

# What an equal number proves on its own. E-mail, phone and websites change hands; they support a name, no
# more.
HARD = frozenset(
    {
        IdentifierType.PASSPORT,
        IdentifierType.NATIONAL_ID,
        IdentifierType.TAX,
        IdentifierType.LEI,
        IdentifierType.BIC,
        IdentifierType.IMO,
        IdentifierType.MMSI,
        IdentifierType.ISIN,
        IdentifierType.WALLET,
        IdentifierType.REGISTRATION,
        IdentifierType.AIRCRAFT_SERIAL,
        IdentifierType.AIRCRAFT_REGISTRATION,
        IdentifierType.DRIVING_LICENCE,
    }
)
# Unique in the world by their own standard (ISO 17442, ISO 9362, IMO A.1117(30), ITU-R M.585, ISO 6166):
# no country.
WORLDWIDE = frozenset(
    {
        IdentifierType.LEI,
        IdentifierType.BIC,
        IdentifierType.IMO,
        IdentifierType.MMSI,
        IdentifierType.ISIN,
        IdentifierType.WALLET,
        IdentifierType.AIRCRAFT_REGISTRATION,
        IdentifierType.AIRCRAFT_SERIAL,
    }
)
# Types under which registers file one and the same number: Russia's tax number is a company's
# registration elsewhere.
_INTERCHANGEABLE = {
    IdentifierType.TAX: "number",
    IdentifierType.REGISTRATION: "number",
    IdentifierType.NATIONAL_ID: "number",
}
# Digits of numbers that have a fixed length (IMO A.1117(30), ITU-R M.585).
_DIGITS = {IdentifierType.IMO: 7, IdentifierType.MMSI: 9}
# A shorter number is shared by many holders in the world's registers.
_LEAST_LENGTH = 4
# "ETH:0x22aa": the currency, written before an address.
_CURRENCY = re.compile(r"^[A-Z]{3,5}:\s*")
_NOISE = re.compile(r"[^0-9A-Z]+")


class AnyIdentifier(Protocol):
    @property
    def type(self) -> IdentifierType: ...
    @property
    def value(self) -> str: ...
    @property
    def country(self) -> str | None: ...


def canonical(type_: IdentifierType, value: str) -> str:
    """The value as compared: upper case, no punctuation; a wallet as it stands, for its case counts."""
    if type_ is IdentifierType.WALLET:
        text = _CURRENCY.sub("", value.strip())
        return text.lower() if text[:2].lower() == "0x" or text[:3].lower() == "bc1" else text
    # Full-width and Arabic digits are digits, and a Cyrillic series is part of the number: none is dropped.
    text = _NOISE.sub("", anyascii(unicodedata.normalize("NFKC", value)).upper())
    if type_ in (IdentifierType.IMO, IdentifierType.MMSI):
        text = "".join(character for character in text if character.isdigit())
    if type_ is IdentifierType.BIC and len(text) == 11 and text.endswith("XXX"):
        text = text[:8]  # ISO 9362: XXX names the head office, as eight characters do
    return text


def check(type_: IdentifierType, value: str) -> None:
    """Raises ValueError, which says what the type takes, for a value that can be nobody's."""
    text, digits = canonical(type_, value), _DIGITS.get(type_)
    if digits is not None and len(text) != digits:
        raise ValueError(f"takes a number of {digits} digits as {type_}")
    if not text:
        raise ValueError(f"has no letter and no digit; takes the {type_} as it is printed")


def identifier_key(identifier: AnyIdentifier) -> str | None:
    """Under what an identifier is found: family of types and value. None when it proves nothing alone."""
    if identifier.type not in HARD:
        return None
    value = canonical(identifier.type, identifier.value)
    if len(value) < _LEAST_LENGTH:
        return None
    return f"{_INTERCHANGEABLE.get(identifier.type, identifier.type.value)}:{value}"


def identifier_keys(identifiers: Iterable[AnyIdentifier]) -> set[str]:
    return {key for identifier in identifiers if (key := identifier_key(identifier)) is not None}
