"""The local part of an OFAC address: one column in the CSV files, three elements in the XML files."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A part of a postal code has a digit, or is capitals beside one that has: "HM 11", "1016 BJ", "C.P. 80160".
_POSTCODE = r"(?:(?:[A-Z]{2,4}|C\.P\.|\S*\d\S*) )?\S*\d\S*(?: [A-Z]{2})?"
_LOCAL = re.compile(rf"(?P<city>[^\d]+?)(?:, (?P<region>[^,\d]+?))?(?: (?P<postcode>{_POSTCODE}))?")
_LONGEST_LOCAL = 200  # the format allows 116


@dataclass(frozen=True)
class Local:
    """The local part of an address; `text` is written as in OFAC's CSV files: "Springfield, IL 62799"."""

    text: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None

    @classmethod
    def of(cls, city: str | None, region: str | None, postcode: str | None) -> Local:
        """From its parts, each where there is one."""
        end = " ".join(filter(None, (region, postcode)))
        text = ", ".join(filter(None, (city, end))) if region else " ".join(filter(None, (city, end)))
        return cls(text or None, city, region, postcode)

    @classmethod
    def read(cls, text: str) -> Local:
        """Take one text apart; what cannot be is a city as a whole."""
        parts = _LOCAL.fullmatch(text) if len(text) <= _LONGEST_LOCAL else None
        return cls(text, **parts.groupdict()) if parts else cls(text or None, city=text or None)
