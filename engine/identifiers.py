"""Identifiers in the one form they are compared in, however they were written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

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
# A shorter number is shared by many holders in the world's registers.
_LEAST_LENGTH = 4
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
        text = value.strip()
        return text.lower() if text[:2].lower() == "0x" or text[:3].lower() == "bc1" else text
    text = _NOISE.sub("", value.upper())
    if type_ in (IdentifierType.IMO, IdentifierType.MMSI):
        text = "".join(character for character in text if character.isdigit())
    if type_ is IdentifierType.BIC and len(text) == 11 and text.endswith("XXX"):
        text = text[:8]  # ISO 9362: XXX names the head office, as eight characters do
    return text


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
