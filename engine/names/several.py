"""One written name that holds several: Velm Trading f/k/a Dvessik Export (Zhora Group).

Files keep former and other names in one field. Each is a name of its own; together they are nobody's. A
single word in parentheses, a country or a branch is rather a place, and stays where it is: it weighs little
there. A name with a remark or a birth date is also that name without.
"""

from __future__ import annotations

import re
from functools import lru_cache

from engine.names.remarks import may_hold_remarks, without_remarks
from lists.countries import to_alpha2

# What stands between a name and another that the same party has or had.
_ALSO = (
    r"f\.?/?k\.?/?a|a\.?/?k\.?/?a|n\.?/?k\.?/?a|d\.?/?b\.?/?a|formerly known as|formerly|previously known as|"
    r"previously|also known as|known as|now known as|doing business as|trading as|t/a|alias|n[eé]e|geb"
)
# For a name that may hold several; the syntax is one that Polars takes too.
SEVERAL = rf"(?i)\(| / |\b(?:{_ALSO})\b"
_SEVERAL = re.compile(SEVERAL)
_BETWEEN = re.compile(rf"(?i)[\s,;]*[\s,;(]\(?(?:{_ALSO})\b[.:]*\s+| / ")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_PARTS_OF_COMPANIES = frozenset("branch office division factory plant region".split())
_AROUND = " \t,;:()[]\"'"


def _may_be_name(inside: str) -> bool:
    """Whether what stands in parentheses is a name, and not a place or a part of the company there."""
    words = inside.split()
    return len(words) > 1 and words[-1].lower() not in _PARTS_OF_COMPANIES and to_alpha2(inside) is None


@lru_cache(maxsize=1 << 12)
def names_in(text: str) -> tuple[str, ...]:
    """The name as written, and after it the names that it holds, where it holds several."""
    remarks = may_hold_remarks(text)
    if not remarks and not _SEVERAL.search(text):
        return (text,)
    plain = without_remarks(text) if remarks else text
    parts = _BETWEEN.split(plain)
    found = [text, *((plain,) if plain != text else ()), *(parts if len(parts) > 1 else ())]
    for part in parts:
        found += [inside for inside in _PARENTHESES.findall(part) if _may_be_name(inside)]
    cleaned = [text, *(" ".join(part.strip(_AROUND).split()) for part in found[1:])]
    others = [part for part in cleaned[1:] if any(map(str.isalnum, part))]
    return tuple(dict.fromkeys([text, *others]))
