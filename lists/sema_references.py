"""References for the entries of Canada's list, which has none that stay: its numbers shift when it changes.

A reference is made of what stays: the regulation and the name, or a ship's IMO number. Letters' case,
accents, punctuation, a company's legal form and the order of its words do not matter.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lists.countries import to_alpha2
from lists.model import Kind, Name

_ABBREVIATION = re.compile(r"\(([A-Z]{3,})\)")
_NOT_A_WORD = re.compile(r"[\W_]+")
_LEGAL_FORMS = frozenset(
    "ao co company corp corporation cjsc fsue inc jsc limited llc ltd oao ojsc ooo pao pjsc plc pte sc the "
    "zao".split()
)
# Of a SHA-256, in hexadecimal: two of a million entries are alike in one of thirty million lists.
_DIGEST_LETTERS = 16


@dataclass(frozen=True)
class Claim:
    """What a record says that its reference may be made of. Dates are as published."""

    regulation: str
    kind: Kind
    name: Name
    imo: str | None = None
    listed_on: str | None = None
    dates: tuple[str, ...] = ()


def references(claims: Sequence[Claim]) -> list[str]:
    """A reference for each record, in their order; no two are equal.

    Of several records of one name under one regulation, the one that was listed first has the plain
    reference, so that one that comes onto the list later changes none. The others' say how they differ.
    """
    chosen: dict[int, str] = {}
    taken: set[str] = set()
    for number in sorted(range(len(claims)), key=lambda number: _rank(claims[number])):
        key = next(key for key in _keys(claims[number]) if key not in taken)
        taken.add(key)
        digest = hashlib.sha256(key.encode()).hexdigest()[:_DIGEST_LETTERS]
        chosen[number] = f"{_regulation(claims[number]).upper()}-{digest}"
    return [chosen[number] for number in range(len(claims))]


def _rank(claim: Claim) -> tuple[str, str, tuple[str, ...]]:
    return claim.listed_on or "", _folded(claim.name.text), claim.dates


def _keys(claim: Claim) -> Iterator[str]:
    """What a reference may be made of, the plainest first; there is always another one."""
    plain = "|".join((_regulation(claim), *_identity(claim)))
    yield plain
    yield f"{plain}|named {_folded(claim.name.text)}"
    yield f"{plain}|born {'/'.join(claim.dates)}"
    yield f"{plain}|listed {claim.listed_on}"
    number = 1
    while True:
        number += 1
        yield f"{plain}|{number}"


def _identity(claim: Claim) -> tuple[str, ...]:
    if claim.imo:
        return "vessel", claim.imo
    if claim.kind is Kind.PERSON:
        return "person", _folded(claim.name.family), _folded(claim.name.given)
    words = sorted(_folded(claim.name.text).split())
    return "entity", " ".join([word for word in words if word not in _LEGAL_FORMS] or words)


def _regulation(claim: Claim) -> str:
    """Its country or abbreviation, which stay when it is worded anew ("Burma", "Myanmar (Burma)")."""
    if country := to_alpha2(claim.regulation):
        return country.lower()
    abbreviation = _ABBREVIATION.search(claim.regulation)
    return (abbreviation[1] if abbreviation else _folded(claim.regulation).replace(" ", "-")).lower()


def _folded(text: str | None) -> str:
    decomposed = unicodedata.normalize("NFKD", text or "")
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
    return " ".join(_NOT_A_WORD.sub(" ", letters).split())
