"""Names of Canada's list: fields that hold several names, in two languages and in any script.

One field gives a name in English and French ("Iranian Navy/Force navale iranienne"); one gives all aliases,
separated by commas, semicolons, slashes or "or", with a language before some ("Russian: ...").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lists.aliases import is_latin
from lists.bracketed_names import is_legal_form, names_in_brackets
from lists.model import Name, NameType, Strength

_LANGUAGES = {
    "arabic": "ar", "belarusian": "be", "belarussian": "be", "burmese": "my", "chinese": "zh",
    "english": "en", "farsi": "fa", "french": "fr", "hebrew": "he", "persian": "fa", "romanian": "ro",
    "russian": "ru", "spanish": "es", "ukrainian": "uk",
}  # fmt: skip
_LABEL = re.compile(rf"\(?\b({'|'.join(_LANGUAGES)})\s?:\s*", re.IGNORECASE)
_ALSO = re.compile(r"\((?:also known as|a\.?k\.?a\.?)\s+(.+?)\)?$", re.IGNORECASE)
_OR = re.compile(r",?\s+or\s+")
_AND = re.compile(r",?\s+(?:and|et)\s+")
_LEADING_WORD = re.compile(r"^(?:and|or|also) ")
_PATRONYMIC = re.compile(r"\w+(?:vich|vych|vic|vna|ich|chna)", re.IGNORECASE)
_EDGES = " \t\xa0,;/:"
_QUOTES = "\"“”«»„‟‘’'"
# The longest real field has 700 characters. A longer one is one name: taking it apart may take very long.
_LONGEST_FIELD = 2_000
_GIVEN_AND_PATRONYMIC = 2


@dataclass(frozen=True)
class Party:
    """The name of a party as the list states it, for names that depend on it."""

    family: str | None = None
    given: str | None = None


def read_name(text: str) -> list[Name]:
    """The names in the field of an entity's or a ship's name: the primary name, then those beside it."""
    if len(text) > _LONGEST_FIELD:
        return [Name(text=text, type=NameType.PRIMARY)]
    also = _ALSO.search(text)
    first, *others = _at_slashes(text[: also.start()] if also else text)
    names = [Name(text=first, type=NameType.PRIMARY), *names_in_brackets(first)]
    for other in (*others, *(_separated(also[1]) if also else ())):
        names.extend(_alias(other))
    return names


def read_aliases(text: str, party: Party) -> list[Name]:
    """The names in the field of a party's aliases."""
    if len(text) > _LONGEST_FIELD:
        return [Name(text=text)]
    return [
        name
        for part, language in _labelled(text)
        for alias in _separated(part)
        for name in _of_party(alias, party, language)
    ]


def _labelled(text: str) -> Iterator[tuple[str, str | None]]:
    """The parts of a field between the languages named in it, each with its language."""
    labels = list(_LABEL.finditer(text))
    starts = [0, *(label.end() for label in labels)]
    ends = [*(label.start() for label in labels), len(text)]
    languages = [None, *(_LANGUAGES[label[1].lower()] for label in labels)]
    for start, end, language in zip(starts, ends, languages, strict=True):
        if part := text[start:end].strip(_EDGES):
            yield part, language


def _separated(text: str) -> Iterator[str]:
    for part in text.split(";"):
        for item in _at_slashes(part):
            for alias in _at_commas(item):
                yield from _at_words(alias)


def _at_slashes(text: str) -> list[str]:
    """Split at the slashes outside brackets; a slash inside a short form ("S/A", "a/k/a") is none."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "/" and depth <= 0 and min(position - start, len(text) - position) > 2:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return [part.strip(_EDGES) for part in parts if any(map(str.isalnum, part))] or [text]


def _at_commas(text: str) -> list[str]:
    """Split at commas, except beside a legal form and before what goes on in small letters."""
    joined: list[str] = []
    for part in re.split(r",\s*", text):
        goes_on = not is_latin(part) and part[:1].islower()
        if joined and (goes_on or is_legal_form(part) or is_legal_form(joined[-1])):
            joined[-1] += f", {part}"
        else:
            joined.append(part)
    return joined


def _at_words(text: str) -> Iterator[str]:
    """Split at "or", and at "and" where the names around it are in another script than that word."""
    for part in _OR.split(text):
        pieces = _AND.split(part)
        foreign = len(pieces) > 1 and not any(map(is_latin, pieces))
        for piece in pieces if foreign else [part]:
            stripped = _LEADING_WORD.sub("", piece.strip(_EDGES))
            if any(map(str.isalnum, stripped)):
                yield _balanced(stripped)


def _balanced(text: str) -> str:
    """A name without the bracket or the quotation marks around it, and without half of a pair."""
    if text.count("(") != text.count(")"):
        text = text.strip("() ")
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES and text[0] not in text[1:-1]:
        text = text[1:-1]
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    return text


def _of_party(alias: str, party: Party, language: str | None) -> list[Name]:
    """An alias of a person: a part of the name alone stands for the name with that part."""
    if party.family is None:
        return _alias(alias, language)
    words = alias.split()
    family_in_capitals = party.family.isupper() and is_latin(alias)
    if len(words) == 1 and family_in_capitals and alias.isupper() and party.given:
        return [Name(text=f"{party.given} {alias}", family=alias, given=party.given, language=language)]
    is_given = family_in_capitals and not any(map(str.isupper, words)) and _PATRONYMIC.fullmatch(words[-1])
    if is_given and len(words) == _GIVEN_AND_PATRONYMIC:
        text = f"{alias} {party.family}"
        return [Name(text=text, family=party.family, given=alias, language=language)]
    strength = Strength.WEAK if len(words) == 1 and party.given else Strength.STRONG
    return [Name(text=alias, type=_type(alias), strength=strength, language=language)]


def _alias(text: str, language: str | None = None) -> list[Name]:
    return [Name(text=text, type=_type(text), language=language), *names_in_brackets(text, language)]


def _type(text: str) -> NameType:
    return NameType.ALIAS if is_latin(text) else NameType.ORIGINAL_SCRIPT
