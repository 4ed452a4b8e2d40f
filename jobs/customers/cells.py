"""A cell of a customer file, turned into the value of a subject's field.

`engine.subject.Subject` decides what is valid; this module only undoes the ways in which files write things.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engine.policy import segments_sentence
from engine.subject import InvalidSubject, NameText, Subject
from jobs.customers.columns import Column
from jobs.customers.dates import DateOrder, iso_birth_date
from jobs.customers.rows import Cell, IdentifierCell
from jobs.customers.text_file import REPLACEMENT
from lists.countries import to_alpha2
from lists.model import Gender, IdentifierType, Kind

SEPARATOR = ";"

# What databases and spreadsheets write where there is nothing.
_NOTHING = frozenset({"null", "none", "nan", "n/a", "#n/a", "\\n", "-"})

_KINDS = {
    "individual": Kind.PERSON,
    "natural_person": Kind.PERSON,
    "human": Kind.PERSON,
    "business": Kind.COMPANY,
    "corporate": Kind.COMPANY,
    "corporation": Kind.COMPANY,
    "legal_entity": Kind.COMPANY,
    "legal_person": Kind.COMPANY,
    "entity": Kind.ORGANIZATION,
    "organisation": Kind.ORGANIZATION,
    "association": Kind.ORGANIZATION,
    "ngo": Kind.ORGANIZATION,
    "ship": Kind.VESSEL,
    "airplane": Kind.AIRCRAFT,
    "plane": Kind.AIRCRAFT,
}
_GENDERS = {
    "m": Gender.MALE,
    "man": Gender.MALE,
    "f": Gender.FEMALE,
    "w": Gender.FEMALE,
    "woman": Gender.FEMALE,
    "x": Gender.OTHER,
    "diverse": Gender.OTHER,
    "non_binary": Gender.OTHER,
}
_NO_GENDER = frozenset({"u", "unknown", "not_known", "unspecified"})

# What `Subject` holds a name to, without the cost of a whole subject: names alone differ in nearly every row.
_NAME: TypeAdapter[str] = TypeAdapter(NameText)

Value = Any  # a text, or a list of texts or identifiers, or None where the cell is empty
Parser = Callable[[Cell], Value]


def parser_for(column: Column, order: DateOrder | None, segments: Collection[str] | None = None) -> Parser:
    """The function that reads this column's cells. It raises ValueError; its sentence repeats no value.

    `segments` are those that the home knows; None takes any.
    """
    parsers = {
        "subject_id": _one(_subject_id, nothing=frozenset()),
        "names": _several(_name, splits=column.splits),
        "kind": _one(read_kind),
        "birth_date": _one(lambda text: iso_birth_date(text, order)),
        "gender": _one(read_gender),
        "countries": _several(read_country),
        "identifiers": _several(lambda item: read_identifier(item, column.identifier_type)),
        "addresses": _several(_as_is),
        "residency": _one(read_country),
        "segment": _one(lambda text: _segment(text, segments)),
    }
    return parsers[column.field]


def _one(parse: Callable[[str], str | None], nothing: frozenset[str] = _NOTHING) -> Parser:
    def read(cell: Cell) -> str | None:
        if cell is None:
            return None
        if isinstance(cell, tuple):
            raise ValueError("takes one value, not a list")
        text = _undamaged(cell).strip()
        return None if not text or text.casefold() in nothing else parse(text)

    return read


def _several(parse: Callable[[Any], Any], *, splits: bool = True) -> Parser:
    def read(cell: Cell) -> list[Any] | None:
        if cell is None:
            return None
        items = (cell.split(SEPARATOR) if splits else [cell]) if isinstance(cell, str) else cell
        values = [parse(item) for item in map(_stripped, items) if item]
        return [value for value in values if value is not None] or None

    return read


def _stripped(item: str | IdentifierCell) -> str | IdentifierCell:
    return _undamaged(item).strip() if isinstance(item, str) else item


def _undamaged(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a NUL byte; export the file again")
    if REPLACEMENT in text:
        raise ValueError(
            "holds bytes or characters that were lost to a wrong encoding; export as UTF-8 or give --encoding"
        )
    return text


def _name(text: str) -> str:
    if text.casefold() in _NOTHING:
        raise ValueError("holds a placeholder instead of a name")
    try:
        return _NAME.validate_python(text)
    except ValidationError:
        return _validated("name", text).name  # raises, with the sentence for it


def read_country(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code; None where nothing is stated."""
    if text.casefold() in _NOTHING:
        return None
    code = to_alpha2(text)
    if code is None:
        raise ValueError(
            "is not a country; takes its English name or its ISO 3166-1 code, such as Germany or DE"
        )
    return code


def read_kind(text: str) -> str:
    """A kind of subject, also by the words that other systems use for it."""
    folded = _folded(text)
    return _KINDS.get(folded) or _validated("kind", folded).kind


def read_gender(text: str) -> str | None:
    """A gender, also by its initial; None where it is stated as unknown."""
    folded = _folded(text)
    return None if folded in _NO_GENDER else _GENDERS.get(folded) or _validated("gender", folded).gender


def read_identifier(item: str | IdentifierCell, known_type: str | None = None) -> dict[str, str | None]:
    """Type, value and country of one identifier; `known_type` where the text does not begin with its type."""
    type_, value, country = _taken_apart(item, known_type) if isinstance(item, str) else item
    if country:
        country = to_alpha2(country) or country
    fields = {"type": _folded(known_type or type_ or ""), "value": value, "country": country or None}
    identifier = _validated("identifiers", [fields]).identifiers[0]
    return {"type": identifier.type.value, "value": identifier.value, "country": identifier.country}


# Their values hold colons of their own.
_WITH_COLONS = frozenset({"wallet", "website", "email", "phone", "other"})


def _taken_apart(text: str, known_type: str | None) -> tuple[str, str, str | None]:
    """type:value:country or type:value, without the type where the column has one. Values may have colons."""
    type_, colon, rest = (known_type, ":", text) if known_type else text.partition(":")
    if not colon or _folded(type_) not in frozenset(IdentifierType):
        raise ValueError(
            f"takes type:value or type:value:country, where type is one of {', '.join(IdentifierType)}"
        )
    value, colon, country = rest.rpartition(":")
    if colon and value and _folded(type_) not in _WITH_COLONS and not to_alpha2(country):
        raise ValueError("takes a country, by name or two-letter code, after the last colon")
    # A country has a name or a code of letters; "bitcoincash:qp..." and "https://..." end in something else.
    if colon and value and to_alpha2(country):
        return type_, value, country
    return type_, rest, None


def _as_is(text: str) -> str:
    return text


def _segment(text: str, known: Collection[str] | None) -> str | None:
    if known is not None and text not in known:
        raise ValueError(segments_sentence(known))
    return _validated("segment", text).segment


def _subject_id(text: str) -> str | None:
    return _validated("subject_id", text).subject_id


def _validated(field: str, value: Any) -> Subject:
    """A subject with only this field, so that a file and `Subject` can never disagree on what is valid."""
    try:
        return Subject.parse(**({field: value} if field == "name" else {"name": "A", field: value}))
    except InvalidSubject as invalid:
        raise ValueError("; ".join(sentence for _, sentence in invalid.problems)) from None


def _folded(text: str) -> str:
    return text.strip().casefold().replace(" ", "_").replace("-", "_")
