"""What lists say in words about an identity document: its type, who issued it, and its dates.

"Afghan passport no., issued on 12 Oct. 2021 (expires 12 Oct. 2026)", "Issuing country: Belgium", "iss 15
April 2011, exp 14 April 2016": every publisher has such a field, and each of its authors another form.
"""

from __future__ import annotations

import re

from lists.country_texts import country
from lists.dates import parse_date
from lists.model import IdentifierType, PartialDate

_DAY = (
    r"(?:\d{1,2} [A-Za-z]{3,9}\.? ?\d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}|\d{4}-\d{2}-\d{2}"
    r"|(?:\d{1,2}|dd)[./](?:\d{1,2}|mm)[./]\d{4}|[A-Z][a-z]{2,8}\.? ?\d{4})"
)
_ON = r"(?: dates?)?(?: on)?\s?:? ?"
_EXPIRES = re.compile(
    rf"\(?\b(?:and )?(?:expir\w*|exp\.?|valid (?:until|to)|valid from {_DAY} to|date of expir\w+)"
    rf"{_ON}({_DAY})\)?",
    re.IGNORECASE,
)
_ISSUED = re.compile(
    rf"\b(?:date of (?:issue|delivery)|issued?|delivered|iss|valid from){_ON}({_DAY})"
    r"|\bissued in (\d{4})\b",
    re.IGNORECASE,
)
_ISSUED_SOMEWHERE = re.compile(
    rf"\bissued? (?:in|at|by|under) (?:(?!expir|valid)[^.;()\d]){{1,60}}? (?:on|in) ({_DAY})", re.IGNORECASE
)
_ISSUER = re.compile(
    r"\b(?:issuing country|country|issued by(?: the)?|issued(?=:))\s?:? ?([^.;:(),]+)", re.IGNORECASE
)
_LAST_WORDS = re.compile(r"\(([^()]+)\)\.?$")
_BEFORE_A_COUNTRY = re.compile(r"[\s(\d]*(?:(?:an?|false|the)\s+)*", re.IGNORECASE)

# The first that a document's words match; the most telling words come first.
_TYPES = [
    (re.compile(words, re.IGNORECASE), identifier_type)
    for words, identifier_type in (
        (r"personal number", IdentifierType.NATIONAL_ID),  # also the one that stands in a passport
        (r"driv(?:er|ing)", IdentifierType.DRIVING_LICENCE),
        (r"passport|passeport|pasaporte|travel document|laissez-passer", IdentifierType.PASSPORT),
        (r"fiscal|\btax|\bINN\b|\bTIN\b", IdentifierType.TAX),
        (
            r"\bration|birth|certificate|student|voter|serviceman|residential|other",
            IdentifierType.OTHER,
        ),
        (
            r"identi|national|civil|social security|\bSSN\b|\bID\b|tazkira|alien|personal",
            IdentifierType.NATIONAL_ID,
        ),
    )
]
_MOST_WORDS_IN_A_COUNTRY = 8
# Two or three letters before a number are its series ("SE 12345") or a word ("ID"), not a country code.
_LONGEST_CODE = 3
_CODES_IN_USE = frozenset({"UK", "US", "USA", "UAE", "CAR", "DRC"})
_CENTRAL_AFRICA = "CAR"  # a code for the Central African Republic that is in no standard
_LONGEST_TEXT = 2_000


def document_type(*descriptions: str | None) -> IdentifierType | None:
    """The type of a document by its descriptions, the most reliable first; None when no word tells."""
    for description in filter(None, descriptions):
        for words, identifier_type in _TYPES:
            if words.search(description):
                return identifier_type
    return None


def issuing_country(text: str | None) -> str | None:
    """The country that a description names as the issuer, begins with ("Tunisian passport number"), or ends
    with in brackets.
    """
    if not text or len(text) > _LONGEST_TEXT:
        return None
    labelled = [found[1] for pattern in (_ISSUER, _LAST_WORDS) for found in pattern.finditer(text)]
    return next((code for part in (text, *labelled) if (code := _leading_country(part))), None)


def issue_date(text: str) -> PartialDate | None:
    """The day, month or year a description gives as that of issue. Numbers are read with the day first."""
    return _date(_ISSUED, text) or _date(_ISSUED_SOMEWHERE, text)


def expiry_date(text: str) -> PartialDate | None:
    """The day or month a description gives as the end of validity. Numbers are read with the day first."""
    return _date(_EXPIRES, text)


def without_dates(text: str) -> str:
    """A description without the dates that `issue_date` and `expiry_date` read and the words before them."""
    return _ISSUED.sub("", without_expiry(text))


def without_expiry(text: str) -> str:
    """A description without the date that `expiry_date` reads."""
    return _EXPIRES.sub("", text)


def _leading_country(text: str) -> str | None:
    start = _BEFORE_A_COUNTRY.match(text)
    words = text[start.end() if start else 0 :].split(maxsplit=_MOST_WORDS_IN_A_COUNTRY)
    for count in range(min(_MOST_WORDS_IN_A_COUNTRY, len(words)), 0, -1):
        name = " ".join(words[:count]).strip(".,;:()")
        if name == _CENTRAL_AFRICA:
            return "CF"
        if (len(name) > _LONGEST_CODE or name in _CODES_IN_USE) and (code := country(name)):
            return code
    return None


def _date(pattern: re.Pattern[str], text: str) -> PartialDate | None:
    for found in pattern.finditer(text):
        day = next(filter(None, found.groups()))
        if date := parse_date(day, day_first=True):
            return date
    return None
