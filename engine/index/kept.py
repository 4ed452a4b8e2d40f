"""What the version before had read of its names and words: most of what an index costs, and a list changes by
a few dozen entries a week.

It is taken over only where the code that reads is the same to the byte, so that an index is the one that
would be built from nothing.
"""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import lists
from engine.index.hashing import Hashes
from engine.index.postings import mapped
from engine.names.arrays import distinct, ranges, starts
from engine.names.bulk import Lexicon, NameTokens
from engine.names.tokens import Token, TokenKind

_RULES, _TOKENS = "read_rules.txt", "read_tokens.json"


class TokenKeys(NamedTuple):
    """The keys of n tokens: those of token i are `hashes[start[i]:start[i + 1]]`."""

    start: NDArray[np.int64]
    hashes: Hashes

    def pairs(self) -> tuple[Hashes, NDArray[np.int64]]:
        """All of them as (hash, token)."""
        return self.hashes, np.arange(len(self.start) - 1).repeat(np.diff(self.start))


class Kept:
    """What the index in a folder says of the names and words it was made of."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @classmethod
    def of(cls, previous: Path | None) -> Kept | None:
        """What may be taken from the index of another version; None where it was read by other rules."""
        if previous is None or (previous / _RULES).read_text(encoding="ascii") != rules():
            return None
        return cls(previous)

    def names(
        self, texts: Sequence[str], kinds: NDArray[np.int8], lexicon: Lexicon
    ) -> tuple[NDArray[np.int64], NameTokens]:
        """The places of the names that were read before, and their tokens as `lexicon` numbers them."""
        known = self._name_places()
        near = np.array(
            [known.get(each, -1) for each in zip(kinds.tolist(), texts, strict=True)], dtype=np.int64
        )
        places = (near >= 0).nonzero()[0]
        start = mapped(self._directory, "name_token_start")
        read = NameTokens(start, mapped(self._directory, "name_read_token")).take(near[places])
        tokens = json.loads((self._directory / _TOKENS).read_bytes())
        numbers = np.zeros(len(tokens), dtype=np.int32)
        for old in distinct(read.token).tolist():
            kind, text, plain, aside = tokens[old]
            numbers[old] = lexicon.number_of(TokenKind(kind), text, plain, aside=aside)
        return places, NameTokens(read.start, numbers[read.token])

    def _name_places(self) -> dict[tuple[int, str], int]:
        text = mapped(self._directory, "name_text").tobytes()
        start = mapped(self._directory, "name_text_start").tolist()
        kinds = mapped(self._directory, "name_kind").tolist()
        return {
            (kind, text[start[place] : start[place + 1]].decode()): place for place, kind in enumerate(kinds)
        }

    def keys(self, tokens: Sequence[str]) -> tuple[NDArray[np.int64], TokenKeys]:
        """The places of the tokens that were listed before, and their keys."""
        listed = (self._directory / "tokens.txt").read_text(encoding="utf-8").split("\n")[:-1]
        known = {text: place for place, text in enumerate(listed)}
        near = np.array([known.get(text, -1) for text in tokens], dtype=np.int64)
        places = (near >= 0).nonzero()[0]
        start, hashes = mapped(self._directory, "token_key_start"), mapped(self._directory, "token_key")
        first = start[near[places]]
        counts = start[near[places] + 1] - first
        return places, TokenKeys(starts(counts), hashes[ranges(first, counts)])


def token_keys(
    tokens: Sequence[str],
    kept: Kept | None,
    found: Callable[[Sequence[str]], tuple[Hashes, NDArray[np.int64]]],
) -> TokenKeys:
    """The keys of tokens, of which those that were not kept are `found`, as (hash, place)."""
    hashes, places = [], []
    new = np.ones(len(tokens), dtype=np.bool_)
    if kept is not None:
        known, keys = kept.keys(tokens)
        new[known] = False
        own, token = keys.pairs()
        hashes.append(own)
        places.append(known[token])
    rest = new.nonzero()[0]
    own, token = found([tokens[place] for place in rest.tolist()])
    order = np.lexsort((own, token))  # some rules give their keys as a set, in no order
    hashes.append(own[order])
    places.append(rest[token[order]])
    place = np.concatenate(places)
    order = place.argsort(kind="stable")
    return TokenKeys(starts(np.bincount(place, minlength=len(tokens))), np.concatenate(hashes)[order])


def write_token_keys(directory: Path, keys: TokenKeys) -> None:
    np.save(directory / "token_key_start.npy", keys.start)
    np.save(directory / "token_key.npy", keys.hashes)


def write_read_names(directory: Path, tokens: Sequence[Token], names: NameTokens) -> None:
    """Write what `Kept.names` takes, in an order that does not tell what was kept before."""
    used = distinct(names.token).tolist()
    said = {number: tokens[number] for number in used}
    used.sort(
        key=lambda number: (said[number].text, said[number].plain, said[number].kind, said[number].aside)
    )
    numbers = np.zeros(len(tokens), dtype=np.int32)
    numbers[used] = np.arange(len(used))
    np.save(directory / "name_read_token.npy", numbers[names.token])
    lines = [[said[each].kind, said[each].text, said[each].plain, said[each].aside] for each in used]
    (directory / _TOKENS).write_text(json.dumps(lines), encoding="ascii")
    (directory / _RULES).write_text(rules(), encoding="ascii")


@cache
def rules() -> str:
    """The digest of all that decides how a name is read: this code, its tables, and what it builds on."""
    digest = hashlib.sha256(f"{sys.version} {unicodedata.unidata_version} {version('anyascii')}".encode())
    for root in (Path(__file__).parents[1], Path(str(lists.__file__)).parent):
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.relative_to(root).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
