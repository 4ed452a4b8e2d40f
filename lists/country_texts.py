"""Countries in fields that say more than one country's name: several, or one with its history."""

from __future__ import annotations

import re

from lists.countries import to_alpha2
from lists.demonyms import demonym_country

_SEPARATOR = re.compile(r"[,;/]|\.(?=\s|$)")
_HISTORY = re.compile(r"\s*\((?:was|former|formerly|previously|previous|now|ex)\b[^()]*\)", re.IGNORECASE)
_TODAY = re.compile(r"\b(?:now|currently)\s+(?:the\s+)?([^()]+)", re.IGNORECASE)
_FORMER = re.compile(r"(?:former|formerly|ex)\b", re.IGNORECASE)
_SOVIET = re.compile(
    r"(.+?)\s+(?:SSR|Soviet Socialist Republic|SFSR|Soviet Federative Socialist Republic)\b.*"
)
_PARENTHESIS = re.compile(r"[()]")

# The longest real field names five countries; a text far beyond that is a sentence.
_LONGEST_FIELD = 300


def country(text: str) -> str | None:
    """The alpha-2 code of a country by code, name, adjective ("Afghan") or Soviet name ("Uzbek SSR")."""
    stated = text.strip(" .,;()")
    if code := to_alpha2(stated) or demonym_country(stated):
        return code
    soviet = _SOVIET.fullmatch(stated) if len(stated) <= _LONGEST_FIELD else None
    return country(soviet[1]) if soviet else None


def countries_in(text: str) -> tuple[str, ...]:
    """The alpha-2 codes of all countries in a field that is a list of them; none where a part is no country.

    Commas inside a name do not matter: "RUSSIAN FEDERATION, MOLDOVA, REPUBLIC OF" are two countries.
    """
    if len(text) > _LONGEST_FIELD:
        return ()
    stated = _HISTORY.sub("", text)
    if whole := country(stated):
        return (whole,)
    parts = [part.strip() for part in _SEPARATOR.split(stated) if part.strip()]
    codes: list[str] = []
    while parts:
        for count in range(len(parts), 0, -1):
            if code := country(", ".join(parts[:count])):
                codes.append(code)
                del parts[:count]
                break
        else:
            return ()
    return tuple(dict.fromkeys(codes))


def country_today(text: str) -> str | None:
    """The alpha-2 code of the country a place is in now, where a field also says in which it was.

    "Former USSR Currently Ukraine" is in Ukraine, and so is "Ukrainian SSR (now Ukraine)".
    """
    if len(text) > _LONGEST_FIELD:
        return None
    if whole := country(text):
        return whole
    today = _TODAY.search(text)
    parts = [part.strip() for half in _PARENTHESIS.split(text) for part in (half, *_SEPARATOR.split(half))]
    lasting = [part for part in parts if part and not _FORMER.match(part)]
    candidates = [today[1], *lasting] if today else lasting
    return next((code for part in candidates if (code := country(part))), None)
