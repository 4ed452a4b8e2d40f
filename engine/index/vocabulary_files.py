"""The files of a vocabulary, apart from what reads them: whoever only screens needs no frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.index.hashing import VOWELLESS_BIT, by_length
from engine.index.kept import Kept, token_keys, write_token_keys
from engine.index.keys import filed_hashes, filed_token_hashes
from engine.index.postings import write_hash_set, write_postings
from engine.index.special import special_places
from engine.index.vocabulary import hashes_for_joined, item_letters


def write_vocabulary(
    directory: Path, tokens: Sequence[str], joined: Sequence[str], kept: Kept | None = None
) -> None:
    """Write what `Vocabulary` maps. Both sequences are in ascending order and hold no text twice."""
    keys = token_keys(tokens, kept, filed_token_hashes)
    write_token_keys(directory, keys)
    (directory / "tokens.txt").write_text("".join(text + "\n" for text in tokens), "utf-8", newline="\n")
    encoded = [text.encode() for text in joined]
    np.save(directory / "joined_text.npy", np.frombuffer(b"".join(encoded), dtype=np.uint8))
    np.save(directory / "joined_start.npy", np.cumsum([0, *map(len, encoded)]))
    own = by_length(joined)
    special = [(joined[place], len(tokens) + place) for place in special_places(joined, own)]
    together = [(len(tokens) + places, letters) for places, letters in own]
    items = [*by_length(tokens), *together]
    letters = item_letters(items, len(tokens) + len(joined))
    letters[[place for _, place in special]] |= np.uint32(1 << VOWELLESS_BIT)  # they tell little
    np.save(directory / "item_letters.npy", letters)
    for name, hashes in hashes_for_joined(tokens, items).items():
        write_hash_set(directory, name, hashes)
    write_postings(directory, "key", *filed_hashes(tokens, keys.pairs(), together, special))
