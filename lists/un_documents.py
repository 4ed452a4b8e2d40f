"""Identity documents of the UN list, whose number may be "12345" or "Afghan passport number SE 12345"."""

from __future__ import annotations

import re

from lists.countries import to_alpha2
from lists.dates import parse_date
from lists.model import Identifier, IdentifierType, PartialDate
from lists.xml_stream import Node

_DAY = r"\d{1,2} [A-Za-z]{3,9}\.? ?\d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}|\d{4}-\d{2}-\d{2}"
_EXPIRES = re.compile(
    rf"\(?\b(?:and )?(?:expir\w*|exp\.|valid until|date of expiration)(?: on| date)*:? ({_DAY})\)?",
    re.IGNORECASE,
)
_ISSUED = re.compile(rf"\b(?:(?:date of issue|issued on):? ({_DAY})|issued in (\d{{4}})\b)", re.IGNORECASE)
_WORDS_BEFORE = re.compile(r"\D*(?:\b(?:number|no\.?|passport|code|card|SSN)|\)):? (?=\S)", re.IGNORECASE)
_COUNTRY_AFTER = re.compile(r"(.+?)(?: \(([^()]+)\)|, ([A-Z][A-Za-z ]+))")
_NUMBER_IN_NOTE = re.compile(r"[^,(]*?(?=,| issued\b| under\b| expired\b| \(|$)")

# The first that a document's words match; the most telling words come first.
_TYPES = [
    (re.compile(words, re.IGNORECASE), identifier_type)
    for words, identifier_type in (
        (r"driv(?:er|ing)", IdentifierType.DRIVING_LICENCE),
        (r"passport|passeport|pasaporte|travel document|laissez-passer", IdentifierType.PASSPORT),
        (r"fiscal|tax", IdentifierType.TAX),
        (r"ration|birth|certificate|student|voter|serviceman|residential|other", IdentifierType.OTHER),
        (r"identi|national|civil|social security|\bSSN\b|\bID\b|tazkira|alien", IdentifierType.NATIONAL_ID),
    )
]
_SAYS_NOTHING = ("", "number", "no")
_MOST_WORDS_IN_A_COUNTRY = 4
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
    issue_date = node.text("DATE_OF_ISSUE")
    scheme = kind if (detail or "").strip(":. ").lower() in _SAYS_NOTHING else detail
    beyond = [
        part for part in (city, issued_in if issuer else None, _unread(note)) if part and part != issuer
    ]
    number, words, country = _take_apart(stated) if stated else (None, "", None)
    if number is None:
        rest = [part for part in (scheme, stated, issuer, issue_date, *beyond) if part]
        return None, ", ".join(rest) or None
    said = " ".join(filter(None, [stated, note]))
    identifier = Identifier(
        type=_type(words, detail, kind),
        value=number,
        country=to_alpha2(issuer or issued_in or "") or country or _country_in(detail) or _country_in(words),
        scheme=scheme,
        issued=parse_date(issue_date) if issue_date else _date(_ISSUED, said),
        expires=_date(_EXPIRES, said),
    )
    return identifier, f"{scheme} {number}: {', '.join(beyond)}" if beyond else None


def _take_apart(stated: str) -> tuple[str | None, str, str | None]:
    """Number, words before it, and the country that stands before or after it."""
    if len(stated) > _LONGEST_STATEMENT:
        return None, "", None
    number = _EXPIRES.sub("", stated).strip()
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
    rest = _ISSUED.sub("", _EXPIRES.sub("", note or ""))
    return note if any(map(str.isalnum, rest)) else None


def _type(*descriptions: str | None) -> IdentifierType:
    for description in filter(None, descriptions):
        for words, identifier_type in _TYPES:
            if words.search(description):
                return identifier_type
    return IdentifierType.OTHER


def _country_in(text: str | None) -> str | None:
    """The country a description begins with ("Central African Republic number")."""
    words = (text or "").split()
    for count in range(min(_MOST_WORDS_IN_A_COUNTRY, len(words)), 0, -1):
        name = " ".join(words[:count])
        if len(name) > _LONGEST_CODE and (country := to_alpha2(name)):
            return country
    return None


def _date(pattern: re.Pattern[str], text: str) -> PartialDate | None:
    found = pattern.search(text)
    return parse_date(next(filter(None, found.groups()))) if found else None
