"""A team's own list: the columns it may have, and how an entry is read from them, strictly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from lists.aliases import is_latin
from lists.country_texts import country
from lists.dates import parse_date
from lists.model import (
    Address,
    Craft,
    Gender,
    Identifier,
    IdentifierType,
    Kind,
    ListedEntity,
    Name,
    NameType,
    PartialDate,
    Strength,
)
from lists.reading import unique

Values = Mapping[str, list[str]]

# Every column, and what it takes. `docs/lists.md` says the same.
COLUMNS: dict[str, str] = {
    "id": "your reference, which stays when the entry changes",
    "name": "the name",
    "kind": f"{', '.join(Kind)}; unknown when left out",
    "family_name": "the family name in `name`",
    "given_name": "the given name in `name`",
    "aliases": "other names",
    "weak_aliases": "names that many people have",
    "former_names": "names that are used no more",
    "birth_dates": "YYYY, YYYY-MM, YYYY-MM-DD, `circa 1961`, `1961 to 1963`",
    "birth_places": "places, with the country last",
    "nationalities": "countries, by code or name",
    "countries": "other countries a party is tied to, by code or name",
    "gender": ", ".join(Gender),
    "addresses": "addresses, with the country last",
    "titles": "`Dr`, `Haji`",
    "positions": "offices held",
    "flag": "the country of a vessel or an aircraft, by code or name",
    "craft_type": "`Oil tanker`",
    "founded": "the date a company was founded, as in `birth_dates`",
    "programmes": "why a party is on the list, in a word",
    "legal_basis": "the decision it rests on",
    "listed_on": "YYYY-MM-DD",
    "updated_on": "YYYY-MM-DD",
    "reasons": "why, in sentences",
    "remarks": "what no other column takes",
    "topics": "`sanction`, `role.pep`; sanction when left out",
    "url": "where an analyst reads more",
    **{
        str(
            identifier
        ): "numbers of this type, each with its country before it where it has one: `DE:C00000001`"
        for identifier in IdentifierType
    },
}
ONE_VALUE = frozenset(
    "id name kind family_name given_name gender flag craft_type listed_on updated_on reasons url".split()
)
REQUIRED = ("id", "name")
_T = TypeVar("_T")


@dataclass
class ColumnError(Exception):
    """What is wrong in one column of an entry, in a sentence that follows the position."""

    column: str
    sentence: str


def read_entry(list_id: str, values: Values) -> ListedEntity:
    """An entry from the values of its columns. Raises `ColumnError` for a malformed value."""
    entry = _Entry(values)
    topics = tuple(entry.all("topics"))
    craft = Craft(flag=entry.one("flag", _country), type=entry.one("craft_type", str))
    return ListedEntity(
        list_id=list_id,
        entity_id=entry.required("id"),
        kind=entry.one("kind", _kind) or Kind.UNKNOWN,
        names=unique(entry.names()),
        birth_dates=unique(entry.read("birth_dates", _date)),
        birth_places=unique(map(_place, entry.all("birth_places"))),
        nationalities=unique(entry.read("nationalities", _country)),
        countries=unique(entry.read("countries", _country)),
        gender=entry.one("gender", _gender),
        identifiers=unique(entry.identifiers()),
        addresses=unique(map(_place, entry.all("addresses"))),
        titles=tuple(entry.all("titles")),
        positions=tuple(entry.all("positions")),
        craft=craft if craft != Craft() else None,
        founded=unique(entry.read("founded", _date)),
        programmes=unique(entry.all("programmes")),
        legal_basis=unique(entry.all("legal_basis")),
        listed_on=entry.one("listed_on", _day),
        updated_on=entry.one("updated_on", _day),
        reasons=entry.one("reasons", str),
        remarks=unique(entry.all("remarks")),
        topics=topics or ("sanction",),
        url=entry.one("url", str),
    )


class _Entry:
    """The values of one entry, read column by column."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def all(self, column: str) -> list[str]:
        return self._values.get(column, [])

    def required(self, column: str) -> str:
        value = self.one(column, str)
        if value is None:
            raise ColumnError(column, "is empty; every entry needs one")
        return value

    def one(self, column: str, read: Callable[[str], _T]) -> _T | None:
        """The one value of a column, None where there is none. Raises `ColumnError` for several."""
        values = list(self.read(column, read))
        if len(values) > 1:
            raise ColumnError(column, f"has {len(values)} values; give one")
        return values[0] if values else None

    def read(self, column: str, read: Callable[[str], _T]) -> Iterator[_T]:
        """The values of a column as `read` makes them, which raises ValueError for a malformed one."""
        for value in self.all(column):
            try:
                yield read(value)
            except ValueError as error:
                raise ColumnError(column, f"holds {value[:60]!r}, {error}") from None

    def names(self) -> Iterator[Name]:
        yield Name(
            text=self.required("name"),
            type=NameType.PRIMARY,
            family=self.one("family_name", str),
            given=self.one("given_name", str),
        )
        for column, stated, strength in (
            ("aliases", NameType.ALIAS, Strength.STRONG),
            ("weak_aliases", NameType.ALIAS, Strength.WEAK),
            ("former_names", NameType.FORMER, Strength.STRONG),
        ):
            for text in self.all(column):
                original = stated is NameType.ALIAS and not is_latin(text)
                name_type = NameType.ORIGINAL_SCRIPT if original else stated
                yield Name(text=text, type=name_type, strength=strength)

    def identifiers(self) -> Iterator[Identifier]:
        for number_type in IdentifierType:
            for text in self.all(str(number_type)):
                before, colon, value = text.partition(":")
                code = country(before) if colon and len(before) == _CODE_LETTERS else None
                value = value.strip() if code else text
                if not value:
                    raise ColumnError(str(number_type), f"holds {text[:60]!r}, a country without a number")
                yield Identifier(type=number_type, value=value, country=code)


_CODE_LETTERS = 2


def _kind(text: str) -> Kind:
    if text.casefold() not in set(Kind):
        raise ValueError(f"no kind; give {', '.join(Kind)}")
    return Kind(text.casefold())


def _gender(text: str) -> Gender:
    if text.casefold() not in set(Gender):
        raise ValueError(f"no gender; give {', '.join(Gender)}")
    return Gender(text.casefold())


def _date(text: str) -> PartialDate:
    date = parse_date(text)
    if date is None:
        raise ValueError("no date; give YYYY, YYYY-MM or YYYY-MM-DD")
    return date


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError("no day; give YYYY-MM-DD") from None


def _country(text: str) -> str:
    code = country(text)
    if code is None:
        raise ValueError("no country; give a code of ISO 3166-1 or a name")
    return code


def _place(text: str) -> Address:
    return Address(text=text, country=country(text.rpartition(",")[2]))


def json_values(column: str, value: Any) -> list[str]:
    """The values of a column in JSON: a text, a number, or a list of them. Raises `ColumnError`."""
    parts = value if isinstance(value, list) else [value]
    texts = []
    for part in parts:
        if part is None:
            continue
        if isinstance(part, bool) or not isinstance(part, str | int | float):
            raise ColumnError(column, "is neither a text nor a list of texts")
        texts.append(" ".join(str(part).split()))
    return [text for text in texts if text]
