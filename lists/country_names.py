"""Country names in thirty languages, from Unicode's CLDR, kept as a small table beside this module.

CLDR itself, as Babel has it, takes 36 MB of memory and 0.2 s to load: of that the names are a thousandth.
`python -m lists.country_names` writes the table anew when Babel has a newer CLDR.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

# Languages in which customers write country names.
_LANGUAGES = """
ar bg cs da de el es fa fi fr he hu id it ja ko nl no pl pt ro ru sv th tr uk ur vi zh zh_Hant
"""
_TABLE = Path(__file__).with_name("country_names.txt")  # a line a country: code, tab, keys between bars

Key = tuple[str, ...]  # see lists.countries.name_key


@lru_cache(maxsize=1)
def in_other_languages() -> dict[Key, str]:
    """The alpha-2 code by the key of each name that means one country only."""
    by_key: dict[Key, str] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        code, _, keys = line.partition("\t")
        by_key.update((tuple(key.split(" ")), code) for key in keys.split("|"))
    return by_key


def from_cldr() -> dict[Key, str]:
    """As `in_other_languages`, from CLDR."""
    from babel import Locale  # noqa: PLC0415 - see above

    from lists.countries import is_alpha2, name_key  # noqa: PLC0415 - which needs this module

    by_key: dict[Key, str] = {}
    ambiguous: set[Key] = set()
    for language in _LANGUAGES.split():
        for territory, name in Locale.parse(language).territories.items():
            key = name_key(name)
            if is_alpha2(territory) and by_key.setdefault(key, territory) != territory:
                ambiguous.add(key)
    return {key: territory for key, territory in by_key.items() if key not in ambiguous}


def _write() -> None:
    by_code: dict[str, list[str]] = {}
    for key, code in from_cldr().items():
        by_code.setdefault(code, []).append(" ".join(key))
    lines = [f"{code}\t{'|'.join(sorted(keys))}\n" for code, keys in sorted(by_code.items())]
    _TABLE.write_text("".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    _write()
