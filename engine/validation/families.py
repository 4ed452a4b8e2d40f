"""What a family of test records is: how it alters a listed name, of whom, and what must be reached.

Each family is a function whose docstring says what it does and who asks for it. It takes an `Original` and a
source of chance, and gives the record as a customer might be written, or None where it does not apply.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from lists.model import Kind, ListedEntity, Name

PEOPLE = frozenset({Kind.PERSON})
FIRMS = frozenset({Kind.COMPANY, Kind.ORGANIZATION})
# A registration of an aircraft with a slip is another aircraft.
ALTERABLE = frozenset({Kind.PERSON, Kind.COMPANY, Kind.ORGANIZATION, Kind.VESSEL})
EVERY = frozenset(Kind)


class Original(NamedTuple):
    """A listed entity, and the one of its names that a record is made of."""

    entity: ListedEntity
    name: Name

    @property
    def text(self) -> str:
        return self.name.text


class Altered(NamedTuple):
    """A record: the customer's name and, where a family is about it, their birth date and country."""

    name: str
    birth_date: str | None = None
    country: str | None = None


Alter = Callable[[Original, random.Random], Altered | str | None]
# By screening: its entity alerts. By name: the record against the Latin names that a list has for the entity.
Judged = Literal["screening", "name"]


@dataclass(frozen=True)
class Family:
    """`wanted` is the least share that must be found or, of a trap, the most that may alert."""

    name: str
    group: str
    alter: Alter
    kinds: frozenset[Kind]
    wanted: float
    is_trap: bool = False
    judged: Judged = "screening"
    needs_weak_aliases: bool = False  # whether also names that their publisher does not vouch for are taken
    is_slip: bool = False  # whether it may make another word of a word by accident

    @property
    def what(self) -> str:
        """What it alters, in a sentence or two."""
        return _paragraphs(self.alter)[0]

    @property
    def source(self) -> str:
        """Who asks for such records."""
        return _paragraphs(self.alter)[1].removeprefix("Source: ")


def _paragraphs(function: Alter) -> list[str]:
    text = function.__doc__ or ""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def words_of(name: str) -> list[str]:
    """The words of a name, without its commas."""
    return name.replace(",", " ").split()


def long_words(name: str) -> list[str]:
    """The words of a name; none where particles, numbers or short words are among them."""
    words = words_of(name)
    return words if all(len(word) > 3 and word.isalpha() for word in words) else []
