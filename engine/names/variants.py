"""Spellings and short forms of one given name that no rule of sound or edit distance connects.

A group holds forms of one name; a name may stand in several. The tables are in `engine.names.given_names`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.names import given_names
from engine.names.given_names import SHORT_FORMS, SLAVIC_NICKNAMES


def _groups(table: str) -> dict[str, frozenset[int]]:
    members: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(table.strip().splitlines()):
        for name in line.split():
            members[name].add(number)
    return {name: frozenset(groups) for name, groups in members.items()}


def _nickname_pairs() -> frozenset[tuple[str, str]]:
    pairs = {(full, short) for full, short in _rows(SHORT_FORMS)}
    pairs.update((form, short) for full, short in _rows(given_names.NICKNAMES) for form in _forms(full))
    pairs.update(
        (form, written)
        for full, short in _rows(SLAVIC_NICKNAMES)
        for form in _forms(full)
        for written in _romanisations(short)
    )
    return frozenset(pairs | {(short, full) for full, short in pairs})


def _rows(table: str) -> Iterator[tuple[str, str]]:
    """Each name of a table with each of its short forms."""
    for line in table.strip().splitlines():
        full, *shorts = line.split()
        yield from ((full, short) for short in shorts)


def _romanisations(name: str) -> set[str]:
    """Katya, Katia and Katja; Vasyok and Vasek: what English, French and German make of the same letters."""
    forms = {name, name.replace("yo", "e")}
    return {form.replace("y", glide) if glide else form for form in forms for glide in ("", "i", "j")}


SPELLINGS = _groups(given_names.SPELLINGS)


def _forms(name: str) -> set[str]:
    """A name with all its spellings: a pet name of "Dmitry" is one of "Dmitriy" as well."""
    own = SPELLINGS.get(name, frozenset())
    return {other for other, groups in SPELLINGS.items() if groups & own} | {name}


NICKNAMES = _nickname_pairs()


def same_name(first: str, second: str) -> bool:
    """Whether two tokens are spellings of one name."""
    groups = SPELLINGS.get(first)
    return groups is not None and not groups.isdisjoint(SPELLINGS.get(second, ()))


def are_two_names(first: str, second: str) -> bool:
    """Whether two tokens are known as spellings of two names: Hassan is not Hussein, alike as they sound."""
    return first in SPELLINGS and second in SPELLINGS and SPELLINGS[first].isdisjoint(SPELLINGS[second])


def is_nickname(first: str, second: str) -> bool:
    """Whether one of two tokens is a short or pet form of the other."""
    return (first, second) in NICKNAMES
