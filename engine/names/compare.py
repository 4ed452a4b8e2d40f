"""Compare two names as the engine does, without a watchlist."""

from __future__ import annotations

from engine.model import MODEL
from engine.names.alignment import Alignment, align
from engine.names.assignment import find_pairs
from engine.names.frequency import rarity
from engine.names.prepared import prepare
from engine.names.several import names_in
from engine.names.tokens import tokenise
from lists.model import Kind


def compare_names(subject: str, listed: str, kind: Kind | str = Kind.UNKNOWN) -> Alignment:
    """The alignment of two names and its score (0..1): what the name alone would contribute to a screening's
    score.

    Rarity comes from the built-in table of common names; a watchlist knows its own tokens' rarity better.
    """
    kind = Kind(kind)
    own, others = (
        [prepare(name, tokenise(name, kind), kind, rarity, is_subject=is_subject) for name in names_in(text)]
        for text, is_subject in ((subject, True), (listed, False))
    )
    alignments = [align(one, other, find_pairs(one, other)) for one in own for other in others]
    found = max(alignments, key=lambda each: each.score)
    weight = MODEL["name.weight"]
    parts = tuple(
        part._replace(share=part.share * weight, contribution=part.contribution * weight)
        for part in found.parts
    )
    return Alignment(found.score * weight, parts)
