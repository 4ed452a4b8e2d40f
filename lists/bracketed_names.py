"""Names of companies that hold another name in brackets: "Marine Industries Organization (MIO)"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lists.aliases import is_latin
from lists.model import Name, NameType, Strength

_BRACKETS = re.compile(r"(?P<outer>[^()]+?)\s*\((?P<inner>[^()]+)\)")
_LEGAL_FORM = re.compile(
    r"(?:[AOZPНАОЗПФ]*[AА][OО]|OOO|ООО|ФГУП|ФГБУ|ФКП|НКО|LLC|L\.L\.C\.|LTD|LIMITED|INC|CORP|CO|JSC|PJSC|OJSC|"
    r"CJSC|FSUE|SC|PLC|GMBH|S\.?A|AG|BV|PTE|PVT)\b\.?(?: LTD\.?| LIMITED)?",
    re.IGNORECASE,
)
_EDGES = " \t\xa0,;/:"
_LONGEST_ABBREVIATION = 12
# The longest real name has 400 characters; finding the bracket in a longer one may take very long.
_LONGEST_NAME = 2_000


def names_in_brackets(text: str, language: str | None = None) -> Iterator[Name]:
    """The name before a bracket at the end, and the abbreviation or the name of several words in it.

    Nothing where the bracket holds one other word: that is a place, or a legal form. What is in it is a weak
    name, since it may also be a note.
    """
    found = _BRACKETS.fullmatch(text) if len(text) <= _LONGEST_NAME else None
    if found is None:
        return
    outer, inner = found["outer"].strip(_EDGES), found["inner"].strip(_EDGES)
    if " " in inner or (inner.isupper() and len(inner) <= _LONGEST_ABBREVIATION and not is_legal_form(inner)):
        if outer:
            yield Name(text=outer, type=_type(outer), language=language)
        yield Name(text=inner, type=_type(inner), strength=Strength.WEAK, language=language)


def is_legal_form(text: str) -> bool:
    """Whether a text is nothing but a company's legal form ("Co., Ltd.", "ООО")."""
    return _LEGAL_FORM.fullmatch(text.strip()) is not None


def _type(text: str) -> NameType:
    return NameType.ALIAS if is_latin(text) else NameType.ORIGINAL_SCRIPT
