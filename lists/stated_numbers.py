"""Numbers that lists state inside a sentence: the codes of banks, and IMO numbers of ships and companies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lists.model import Identifier, IdentifierType, Kind

_BIC = re.compile(r"\bSWIFT(?:/BIC)?:? ([A-Z0-9]{8}(?:[A-Z0-9]{3})?)\b")
_IMO = re.compile(r"\bIMO(?: number)?:? (\d{7})\b", re.IGNORECASE)


def numbers_in(text: str, kind: Kind) -> Iterator[Identifier]:
    """The numbers that a remark on an entity of the given kind states of the entity itself.

    The IMO numbers companies too, in the same seven digits: only a vessel's is `IdentifierType.IMO`.
    """
    if kind in (Kind.ORGANIZATION, Kind.COMPANY, Kind.VESSEL):
        number_type = IdentifierType.IMO if kind is Kind.VESSEL else IdentifierType.REGISTRATION
        for number in _IMO.findall(text):
            yield Identifier(type=number_type, value=number, scheme="IMO number")
    if kind in (Kind.ORGANIZATION, Kind.COMPANY):
        for code in _BIC.findall(text):
            yield Identifier(type=IdentifierType.BIC, value=code, scheme="SWIFT/BIC")
