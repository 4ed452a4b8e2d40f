"""Alias fields that hold more than one name, taken apart where it is unambiguous.

Publishers write several spellings into one field ("Asim Adani; Azim Adani"), a name and its original script
("Amir Khan (original script: ...)"), or a name and a note on it ("Amir Khan (birth name)").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

# What publishers write beside an alias that is no part of it.
_FORMER = re.compile(r"(?:previously|formerly) (?:listed as|known as)", re.IGNORECASE)
_NOTE = re.compile(
    rf"{_FORMER.pattern}|birth name|combat name|nom de guerre|original script|sub-unit name|third",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"(?:in )?(?:original|arabic)(?: script)?:\s*(?P<name>.+)", re.IGNORECASE)
_BORN = re.compile(r",?\s+born\s+(?:in\b|on\b|\d)")
_ENUMERATOR = re.compile(r"(?:^|\s)([a-z])\)\s+")
_SUFFIX_NOTE = re.compile(r"(?P<name>.+?)\s+-\s+(?P<note>[a-z -]+)")
_SPELLINGS = re.compile(r"\(transliterations of original script name\)", re.IGNORECASE)
_STRAY = " ,;،"
_PERSON = re.compile(r"[A-Z][\w’'‘-]*(?: [\w’'‘.-]+)+")


# The longest real field has 700 characters. A longer one is one name: taking it apart may take very long.
_LONGEST_FIELD = 2_000


@dataclass
class AliasField:
    """The names in an alias field, in Latin letters and in the original script, and the notes on them."""

    names: list[str] = field(default_factory=list)
    original: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    former: bool = False


def read_alias(text: str) -> AliasField:
    """Take an alias field apart. Every text with a letter or digit in it gives at least one name."""
    found = AliasField()
    for part in _split(text.strip(_STRAY)) if len(text) <= _LONGEST_FIELD else [text]:
        _read_part(found, part)
    return found


def read_alias_note(text: str) -> AliasField:
    """The names in a note on an alias; a note that is anything else comes back whole in `notes`."""
    found = AliasField()
    if len(text) > _LONGEST_FIELD:
        found.notes.append(text)
        return found
    former = _FORMER.match(text)
    rest = text[former.end() :].strip(_STRAY + ".") if former else text
    found.former = former is not None
    plain = _SPELLINGS.sub("", rest).strip(_STRAY)
    parts = [part.strip() for part in re.split("[;,]" if _SPELLINGS.search(rest) else ";", plain)]
    if script := _SCRIPT.fullmatch(rest):
        found.original.append(script["name"])
    elif len(parts) > 1 and all(map(_PERSON.fullmatch, parts)):
        found.names.extend(parts)
    elif rest:
        found.notes.append(text)
    return found


def enumerated(text: str) -> list[str]:
    """The items of "a) ... b) ..."; the text alone where the letters are not in order, or name nothing."""
    marks = list(_ENUMERATOR.finditer(text))
    letters = "".join(mark[1] for mark in marks)
    if not letters or letters not in "abcdefghijklmnopqrstuvwxyz":
        return [text]
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    items = [
        text[: marks[0].start()],
        *(text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)),
    ]
    return [stripped for item in items if (stripped := item.strip(_STRAY))] or [text]


def _split(text: str) -> list[str]:
    """Split at the semicolons and enumerators outside parentheses."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == ";" and depth <= 0:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return [item for part in parts if (stripped := part.strip(_STRAY)) for item in enumerated(stripped)]


def _read_part(found: AliasField, part: str, *, nested: bool = False) -> None:
    if part.startswith(")") and "(" not in part:
        part = part[1:].strip(_STRAY)
    outer, inner = _parenthesis(part)
    if inner and _NOTE.fullmatch(inner):
        found.notes.append(part)
        found.former = found.former or bool(_FORMER.fullmatch(inner))
        _add(found, outer)
    elif inner and (script := _SCRIPT.fullmatch(inner)):
        _add(found, outer)
        found.original.append(script["name"])
    elif inner and not nested and (";" in inner or is_latin(inner) != is_latin(outer)):
        _add(found, outer)
        for item in _split(inner):
            _read_part(found, item, nested=True)
    else:
        _add(found, part)


def _add(found: AliasField, text: str) -> None:
    born = _BORN.search(text)
    suffix = _SUFFIX_NOTE.fullmatch(text)
    if born and born.start():
        found.notes.append(text)
        text = text[: born.start()]
    elif suffix and _NOTE.fullmatch(suffix["note"]):
        found.notes.append(text)
        text = suffix["name"]
    if any(character.isalnum() for character in text):
        (found.names if is_latin(text) else found.original).append(text)


def _parenthesis(text: str) -> tuple[str, str]:
    """A text that ends in a parenthesis: what is before it and in it, else the text and nothing."""
    if not text.endswith(")"):
        return text, ""
    depth = 0
    for position in range(len(text) - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(text[position], 0)
        if depth == 0:
            return text[:position].strip(_STRAY), text[position + 1 : -1].strip(_STRAY)
    return text, ""


def is_latin(text: str) -> bool:
    """Whether every letter of a text is one of the Latin script."""
    return text.isascii() or all(map(_is_latin_if_letter, text))


@lru_cache(maxsize=4_096)
def _is_latin_if_letter(character: str) -> bool:
    return not character.isalpha() or unicodedata.name(character, "").startswith(("LATIN", "MODIFIER"))
