"""Languages and scripts by their English names ("Persian/Farsi", "Cyrillic"), turned into ISO codes."""

from __future__ import annotations

import re
from functools import lru_cache

# What publishers write and CLDR does not, misspellings included.
_LANGUAGES = {"farsi": "fa", "russia": "ru", "ukraine": "uk", "kurdish": "ku", "dari": "prs"}
_SCRIPTS = {
    "burmese": "Mymr",
    "chinese": "Hani",
    "cryillic": "Cyrl",
    "cyrilic": "Cyrl",
    "farsi": "Arab",
    "japanese": "Jpan",
    "korean": "Hang",
    "persian": "Arab",
    "russian": "Cyrl",
    "ukrainian": "Cyrl",
    "urdu": "Arab",
}
_SEPARATOR = re.compile(r"[/,;(]")


def language_code(name: str) -> str | None:
    """The ISO 639 code of a language; None for a name that is none. Of "Persian/Farsi", the first counts."""
    return _LANGUAGES.get(_key(name)) or _cldr("languages").get(_key(name))


def script_code(name: str) -> str | None:
    """The ISO 15924 code of a script, also by a language that is written in it ("Chinese"); else None."""
    return _SCRIPTS.get(_key(name)) or _cldr("scripts").get(_key(name))


def _key(name: str) -> str:
    return _SEPARATOR.split(name, maxsplit=1)[0].strip().casefold()


@lru_cache(maxsize=2)
def _cldr(kind: str) -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415 - costs 30 ms, and many lists name no language

    names = getattr(Locale.parse("en"), kind)
    return {name.casefold(): code for code, name in names.items() if code.isalpha()}
