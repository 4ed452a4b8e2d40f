"""Names of the EU's list: an alias for each spelling in each language of the Union, the main one unmarked."""

from __future__ import annotations

from collections.abc import Sequence

from lists.aliases import is_latin
from lists.model import Kind, Name, NameType, Strength
from lists.xml_stream import Node

# The Union writes names in the letters of its own languages too; those are translations.
_TRANSLATIONS = ("bg", "el")
_MAIN_LANGUAGES = (None, "en")
_LONGEST_NUMBER = 18
_LAST = 10**_LONGEST_NUMBER

_Rank = tuple[bool, bool, bool, bool, int]


def read_names(aliases: Sequence[Node], kind: Kind) -> tuple[Name, ...]:
    """The names of an entry, each text once, the main one first as the primary name.

    No mark tells the main name. It is, as far as there is such a one, strong, in Latin letters, in English
    or in no stated language, taken apart into a person's names, and the first that was entered (`logicalId`).
    """
    best: dict[str, tuple[_Rank, Name]] = {}
    for alias in aliases:
        if name := _name(alias, kind):
            rank = _rank(name, alias.attribute("logicalId") or "")
            if name.text not in best or rank < best[name.text][0]:
                best[name.text] = (rank, name)
    if not best:
        return ()
    main = min(best, key=lambda text: best[text][0])
    primary = best.pop(main)[1].model_copy(update={"type": NameType.PRIMARY})
    return (primary, *(name for _, name in best.values()))


def _rank(name: Name, number: str) -> _Rank:
    """Less is more of a main name."""
    return (
        name.strength is Strength.WEAK,
        not is_latin(name.text),
        name.language not in _MAIN_LANGUAGES,
        name.family is None,
        int(number) if number.isdecimal() and len(number) <= _LONGEST_NUMBER else _LAST,
    )


def _name(alias: Node, kind: Kind) -> Name | None:
    first, middle, last = (alias.attribute(part) for part in ("firstName", "middleName", "lastName"))
    given = " ".join(filter(None, [first, middle])) or None
    text = alias.attribute("wholeName") or " ".join(filter(None, [given, last]))
    language = alias.attribute("nameLanguage")
    weak = alias.attribute("strong") == "false"
    if not text:
        return None
    original = not is_latin(text) and (language or "").lower() not in _TRANSLATIONS
    return Name(
        text=text,
        type=NameType.ORIGINAL_SCRIPT if original else NameType.ALIAS,
        strength=Strength.WEAK if weak else Strength.STRONG,
        family=last if kind is Kind.PERSON else None,
        given=given if kind is Kind.PERSON and last else None,
        language=language.lower() if language else None,
    )
