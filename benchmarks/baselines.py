"""Plain ways to compare two names, measured beside Cordon: what a team would otherwise start with."""

from __future__ import annotations

from collections.abc import Callable

import jellyfish
from rapidfuzz import fuzz, utils

Scorer = Callable[[str, str], float]  # two names -> 0..1


def jaro_winkler(first: str, second: str) -> float:
    return jellyfish.jaro_winkler_similarity(_plain(first), _plain(second))


def token_sort_ratio(first: str, second: str) -> float:
    return fuzz.token_sort_ratio(first, second, processor=utils.default_process) / 100


def w_ratio(first: str, second: str) -> float:
    return fuzz.WRatio(first, second, processor=utils.default_process) / 100


def ofac(first: str, second: str) -> float:
    """As OFAC describes its own search (FAQ 249): Jaro-Winkler on the whole, and on the parts with Soundex.

    Each word of the first name takes the best of those of the second that sound like it, by Jaro-Winkler; the
    better of the two ways counts.
    """
    own, other = _plain(first).split(), _plain(second).split()
    if not own or not other:
        return 0.0
    parts = [
        max(
            (
                jellyfish.jaro_winkler_similarity(word, rival)
                for rival in other
                if jellyfish.soundex(word) == jellyfish.soundex(rival)
            ),
            default=0.0,
        )
        for word in own
    ]
    return max(jaro_winkler(first, second), sum(parts) / len(parts))


def _plain(name: str) -> str:
    return utils.default_process(name)


BASELINES: dict[str, Scorer] = {
    "Jaro-Winkler": jaro_winkler,
    "token_sort_ratio": token_sort_ratio,
    "WRatio": w_ratio,
    "OFAC's method": ofac,
}
