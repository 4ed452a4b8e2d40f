"""Honorifics and ranks that stand before a name ("Mullah", "Lt. Col"), told from positions held."""

from __future__ import annotations

import re

_WORDS = """
mr mrs ms miss dr doctor professor prof sir lord hon engineer eng
mullah mulla mulawi maulavi maulawi maulana mawlawi mufti imam ayatollah hojjatoleslam qari hafiz
sayyid sayed haji hajji hadji hajj alhaj sheikh sheik shaykh sheykh ustad ustadz ustaz amir emir bishop
general gen brigadier brig major maj lieutenant lt colonel col captain capt sergeant commander admiral
rear vice marshal commodore second first navy army air force irgc
"""
_TITLES = frozenset(_WORDS.split())
# Words that say more of a rank and are no rank alone.
_RANK_DETAIL = frozenset({"second", "first", "vice", "rear", "navy", "army", "air", "force", "irgc"})
_LETTERS = re.compile(r"[^\W\d_]+")


def is_title(text: str) -> bool:
    """Whether a text is only honorifics and ranks, such as stand before a name."""
    words = {word.casefold() for word in _LETTERS.findall(text)}
    return words <= _TITLES and not words <= _RANK_DETAIL
