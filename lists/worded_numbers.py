"""Identity and company numbers that a list states in running text.

"Passport no: a) Colombia number AS272175, expired 31 Mar. 2026 b) Spain number XDD789846", "German federal
identity card number 1007850441, issued on 27 Mar. 2001", "Company Identification No.534295 (Iran)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lists.aliases import enumerated
from lists.identity_documents import document_type, expiry_date, issue_date, issuing_country, without_dates
from lists.model import Identifier, IdentifierType, Kind

# What stands before a number, with the words of its issuer before it ("Victorian Drivers Licence No.").
_LABEL = re.compile(
    r"\b(?P<issuer>(?:[A-Z][a-z]+ ){0,3})(?P<scheme>(?:diplomatic |service |federal |ordinary )?(?:"
    r"(?P<document>passport|travel document|identity card|identification card(?: \(tazkira\))?"
    r"|national identification|national id(?:entity card)?|drivers? licen[cs]e|tazkira)"
    r"|(?P<company>company identification|organisation code|company registration|registration"
    r"|business registration|tax(?:payer)? identification))"
    r"(?: ?\(tazkira\))?(?: ?(?:number|no|id))?s?)(?:[.:]|\b)+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w/.-])(?=[\w/.-]*\d{2})[A-Z]{0,8}(?:-|\.|/| (?=\d))?\d[A-Z0-9/.-]*", re.ASCII)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NONE = re.compile(r"\s*(?:na|n/a|none|unknown)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[\w)])\.\s+(?=[A-Z][a-z]{3,})")
_BRACKETED = re.compile(r"\s*\(([^()]{4,60})\)")
_SHORTEST_NUMBER = 4
# The longest real text has 5,000 characters. A longer one is no remark on one party.
_LONGEST_TEXT = 20_000


def worded_numbers(text: str, kind: Kind) -> Iterator[Identifier]:
    """The numbers that a remark states of an entity of the given kind; nothing where it is not certain."""
    if len(text) > _LONGEST_TEXT:
        return
    labels = list(_LABEL.finditer(text))
    for place, label in enumerate(labels, start=1):
        end = labels[place].start() if place < len(labels) else len(text)
        if label["document"] and kind is not Kind.PERSON:
            continue
        statement = _SENTENCE_END.split(text[label.end() : end], maxsplit=1)[0]
        for item in enumerated(statement):
            if found := _identifier(label, item):
                yield found


def _identifier(label: re.Match[str], item: str) -> Identifier | None:
    """The number that a statement under a label gives, before its dates."""
    item = _NONE.sub("", item, count=1)
    stated = without_dates(item)
    number = next((found for found in _NUMBER.finditer(stated) if not _YEAR.fullmatch(found[0])), None)
    value = number[0].rstrip(".-/") if number else ""
    if number is None or len(value) < _SHORTEST_NUMBER:
        return None
    after = _BRACKETED.match(stated, number.end())
    stated_issuers = (stated[: number.start()].strip(), after[1] if after else "", label["issuer"].strip())
    return Identifier(
        type=_type(label),
        value=value,
        country=next((code for text in stated_issuers if (code := issuing_country(text))), None),
        scheme=label["scheme"],
        issued=issue_date(item),
        expires=expiry_date(item),
    )


def _type(label: re.Match[str]) -> IdentifierType:
    if label["company"]:
        taxes = label["company"].lower().startswith("tax")
        return IdentifierType.TAX if taxes else IdentifierType.REGISTRATION
    return document_type(label["document"]) or IdentifierType.OTHER
