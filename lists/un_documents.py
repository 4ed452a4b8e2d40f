"""Identity documents of the UN list, whose number may be "12345" or "Afghan passport number SE 12345"."""

from __future__ import annotations

import re

from lists.countries import to_alpha2
from lists.dates import parse_date
from lists.identity_documents import (
    document_type,
    expiry_date,
    issue_date,
    issuing_country,
    without_dates,
    without_expiry,
)
from lists.model import Identifier, IdentifierType
from lists.xml_stream import Node

_WORDS_BEFORE = re.compile(r"\D*(?:\b(?:number|no\.?|passport|code|card|SSN)|\)):? (?=\S)", re.IGNORECASE)
_COUNTRY_AFTER = re.compile(r"(.+?)(?: \(([^()]+)\)|, ([A-Z][A-Za-z ]+))")
_NUMBER_IN_NOTE = re.compile(r"[^,(]*?(?=,| issued\b| under\b| expired\b| \(|$)")

_SAYS_NOTHING = ("", "number", "no")
_LONGEST_STATEMENT = 200
# Two or three letters before a number are its series ("SE 12345") or a word ("ID"), not a country code.
_LONGEST_CODE = 3


def read_document(node: Node) -> tuple[Identifier | None, str | None]:
    """The identifier that an INDIVIDUAL_DOCUMENT states and what it says beyond that, each or None."""
    kind, detail, note = (node.text(tag) for tag in ("TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NOTE"))
    stated = node.text("NUMBER") or _number_in(detail) or _number_in(note)
    issuer, issued_in, city = (
        node.text(tag) for tag in ("ISSUING_COUNTRY", "COUNTRY_OF_ISSUE", "CITY_OF_ISSUE")
    )
    issued_on = node.text("DATE_OF_ISSUE")
    scheme = kind if (detail or "").strip(":. ").lower() in _SAYS_NOTHING else detail
    beyond = [
        part for part in (city, issued_in if issuer else None, _unread(note)) if part and part != issuer
    ]
    number, words, country = _take_apart(stated) if stated else (None, "", None)
    if number is None:
        rest = [part for part in (scheme, stated, issuer, issued_on, *beyond) if part]
        return None, ", ".join(rest) or None
    said = " ".join(filter(None, [stated, note]))
    identifier = Identifier(
        type=document_type(words, detail, kind) or IdentifierType.OTHER,
        value=number,
        country=to_alpha2(issuer or issued_in or "")
        or country
        or issuing_country(detail)
        or issuing_country(words),
        scheme=scheme,
        issued=parse_date(issued_on) if issued_on else issue_date(said),
        expires=expiry_date(said),
    )
    return identifier, f"{scheme} {number}: {', '.join(beyond)}" if beyond else None


def _take_apart(stated: str) -> tuple[str | None, str, str | None]:
    """Number, words before it, and the country that stands before or after it."""
    if len(stated) > _LONGEST_STATEMENT:
        return None, "", None
    number = without_expiry(stated).strip()
    country = None
    if after := _COUNTRY_AFTER.fullmatch(number):
        country = to_alpha2(after[2] or after[3])
        number = after[1] if country else number
    words = ""
    if before := _WORDS_BEFORE.match(number):
        words, number = before[0], number[before.end() :]
    first, _, rest = number.partition(" ")
    if rest and len(first) > _LONGEST_CODE and (before_it := to_alpha2(first)):
        country, number = before_it, rest
    return (number if any(map(str.isdigit, number)) else None), words, country


def _number_in(text: str | None) -> str | None:
    """The beginning of a text, up to where the number in it ends; None where no number begins it."""
    if text is None or not (found := _NUMBER_IN_NOTE.match(text)):
        return None
    number = found[0].strip()
    words = _WORDS_BEFORE.match(number)
    alone = number[words.end() :] if words else number
    return number if any(map(str.isdigit, alone)) and (words or " " not in alone) else None


def _unread(note: str | None) -> str | None:
    """A note, unless dates that have a field are all it says."""
    return note if any(map(str.isalnum, without_dates(note or ""))) else None
