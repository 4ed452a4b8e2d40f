"""Many names taken apart at once: the tokens of `tokenise`, for all of them, as flat arrays of numbers.

A name is split at its spaces; each written piece is read once, however many names it is in. What its words
are depends on their neighbours only where one of them is in a table (titles, particles, legal forms,
numbers). So each *pattern* of such words, with a placeholder for every plain one, goes through `read_words`
once, and the names that have it take their tokens from there.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.names.arrays import Growing, ranges
from engine.names.text import IN_TWO_SCRIPTS, PLAINLY_CYRILLIC, fold_word, words
from engine.names.tokens import CORPORATE, MAX_TOKENS, Token, TokenKind, is_plain, read_words, tokenise
from lists.model import Kind

_PLACEHOLDER = "plainword"
_POWERS = np.cumprod(np.full(MAX_TOKENS + 1, 0x9E3779B97F4A7C15, dtype=np.uint64))
# Names that no pattern tells are kept up to this many; more only cost time.
_MOST_SINGLE = 200_000


class NameTokens(NamedTuple):
    """The tokens of n names: those of name i are `token[start[i]:start[i + 1]]`, by their number in the
    lexicon.
    """

    start: NDArray[np.int64]
    token: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def owner(self) -> NDArray[np.int64]:
        """The name of each token."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def take(self, places: NDArray[np.int64]) -> NameTokens:
        """The tokens of the names at some places."""
        counts = np.diff(self.start)[places]
        token = self.token[ranges(self.start[places], counts)]
        return NameTokens(np.concatenate([[0], np.cumsum(counts)]), token)

    def differs(self, other: NameTokens) -> NDArray[np.bool_]:
        """Which names have other tokens in another reading of the same names."""
        owner, counts = self.owner, np.diff(self.start)
        across = np.arange(len(self.token)) - self.start[owner] + other.start[owner]
        same = other.token[np.minimum(across, max(len(other.token) - 1, 0))] == self.token
        differs: NDArray[np.bool_] = counts != np.diff(other.start)
        return differs | (np.bincount(owner, ~same, len(self)) > 0)


def _is_read_as_a_whole(texts: pl.Series) -> NDArray[np.bool_]:
    """Names with parentheses, which their words do not show, and with words that may be in disguise."""
    found: NDArray[np.bool_] = texts.str.contains("(", literal=True).to_numpy().copy()
    cyrillic = np.flatnonzero(texts.str.contains("[\u0400-\u052f]").to_numpy())
    if len(cyrillic):
        some = texts.gather(cyrillic)
        mixed = some.str.contains("[A-Za-z\u00c0-\u024f]") & ~some.str.contains(PLAINLY_CYRILLIC)
        mixed |= some.str.contains(IN_TWO_SCRIPTS)
        found[cyrillic] |= mixed.to_numpy()
    return found


class Lexicon:
    """Every written piece, word and token met so far, numbered. Safe to share between threads."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self._lock = threading.Lock()
        self._token_ids: dict[tuple[str, TokenKind, str, bool], int] = {}
        self._word_ids: dict[str, int] = {}
        self._words: list[str] = []
        self._special = Growing(np.int32)  # 0 for a plain word, else a number of its own
        self._word_token = Growing(np.int32)  # of a plain word
        # Polars numbers the written pieces, by whether A.B.C. is one word, and forgets the numbers when
        # nothing that has these categories is held; `_pieces` has the piece of each of its numbers.
        self._categories = {joined: pl.Categories.random() for joined in (False, True)}
        self._held = [pl.Series([""], dtype=pl.Categorical(each)) for each in self._categories.values()]
        self._pieces = {joined: Growing(np.int64) for joined in (False, True)}
        self._piece_first = Growing(np.int64)
        self._piece_count = Growing(np.int64)
        self._piece_odd = Growing(np.bool_)
        self._piece_words = Growing(np.int32)
        self._single: dict[tuple[str, Kind], tuple[int, ...]] = {}  # names that no pattern tells
        self._patterns: dict[tuple[Kind, bytes], int] = {}
        self._pattern_first = Growing(np.int64)
        self._pattern_count = Growing(np.int64)
        self._pattern_token = Growing(np.int32)  # -1: the token of the plain word at `position`
        self._pattern_position = Growing(np.int64)
        self._pattern_first.append(0)  # pattern 0 has no tokens: that of names that are odd
        self._pattern_count.append(0)

    def read(self, texts: pl.Series, kind: Kind) -> NameTokens:
        """The tokens that `tokenise(text, kind)` gives for each of these names."""
        if not len(texts):
            return NameTokens(np.zeros(1, np.int64), np.empty(0, np.int32))
        pieces = texts.str.split(" ")
        counts = pieces.list.len().to_numpy().astype(np.int64)
        with self._lock:
            piece = self._numbered(pieces.explode(), join_dotted=kind in CORPORATE)
            owner = np.repeat(np.arange(len(counts)), counts)
            word_counts = self._piece_count.array[piece]
            word = self._piece_words.array[ranges(self._piece_first.array[piece], word_counts)]
            in_name = np.bincount(owner, word_counts, len(counts)).astype(np.int64)
            odd = np.bincount(owner, self._piece_odd.array[piece], len(counts)) > 0
            # A name that is a single word may be two that are not spaced (Chinese, Korean).
            beyond_ascii = (texts.str.len_bytes() != texts.str.len_chars()).to_numpy()
            may_be_two = (in_name == 1) & beyond_ascii
            odd |= (in_name > MAX_TOKENS) | may_be_two | _is_read_as_a_whole(texts)
            start = np.concatenate([[0], np.cumsum(in_name)])
            pattern, unlike = self._pattern_of(word, start, odd, kind)
            odd |= unlike
            return self._with_odd(self._filled(word, start, pattern, odd), odd, texts, kind)

    def _with_odd(self, read: NameTokens, odd: NDArray[np.bool_], texts: pl.Series, kind: Kind) -> NameTokens:
        """The names with the tokens of those that no pattern tells."""
        places = np.flatnonzero(odd)
        if not len(places):
            return read
        numbers = [self._one(text, kind) for text in texts.gather(places).to_list()]
        counts = np.diff(read.start)
        counts[places] = [len(each) for each in numbers]
        start = np.concatenate([[0], np.cumsum(counts)])
        token = np.empty(start[-1], dtype=np.int32)
        token[ranges(start[:-1], np.where(odd, 0, counts))] = read.token
        token[ranges(start[places], counts[places])] = [number for each in numbers for number in each]
        return NameTokens(start, token)

    def _one(self, text: str, kind: Kind) -> tuple[int, ...]:
        key = (text, kind)
        numbers = self._single.get(key)
        if numbers is None:
            tokens = tokenise(text, kind)
            numbers = tuple(
                self.number_of(token.kind, token.text, token.plain, aside=token.aside) for token in tokens
            )
            if len(self._single) < _MOST_SINGLE:
                self._single[key] = numbers
        return numbers

    def _numbered(self, pieces: pl.Series, *, join_dotted: bool) -> NDArray[np.int64]:
        known = self._pieces[join_dotted]
        categories = self._categories[join_dotted]
        code = pieces.cast(pl.Categorical(categories)).to_physical().to_numpy()
        if int(code.max(initial=0)) >= len(known):
            new = categories.to_series()[len(known) :].fill_null("")  # a number may have been left out
            self._add_pieces(new.to_list(), join_dotted)
        found: NDArray[np.int64] = known.array[code]
        return found

    def _add_pieces(self, texts: Sequence[str], join_dotted: bool) -> None:
        first = len(self._piece_first)
        # In company: a word that is a whole name is read otherwise, and is odd.
        read = [
            fold_word(text)
            if text.isascii() and text.isalpha()
            else words(f"{_PLACEHOLDER} {text}", join_dotted=join_dotted)[1:]
            for text in texts
        ]
        numbers = self._word_numbers([folded for own in read for folded, _ in own])
        counts = np.array([len(own) for own in read], dtype=np.int64)
        self._piece_first.extend(len(self._piece_words) + np.cumsum(counts) - counts)
        self._piece_count.extend(counts)
        self._piece_words.extend(numbers)
        self._piece_odd.extend(["/" in text for text in texts])  # "M/V" is a ship's prefix only in front
        self._pieces[join_dotted].extend(np.arange(first, first + len(texts)))

    def _word_numbers(self, folded: Sequence[str]) -> list[int]:
        new = [word for word in dict.fromkeys(folded) if word not in self._word_ids]
        first = len(self._words)
        self._word_ids.update(zip(new, range(first, first + len(new)), strict=True))
        self._words += new
        plain = list(map(is_plain, new))
        self._special.extend([0 if is_one else place for place, is_one in enumerate(plain, first + 1)])
        self._word_token.extend(
            [
                self.number_of(TokenKind.WORD, word, word) if is_one else -1
                for word, is_one in zip(new, plain, strict=True)
            ]
        )
        return [self._word_ids[word] for word in folded]

    def number_of(self, kind: TokenKind, text: str, plain: str, *, aside: bool = False) -> int:
        """The number of a token, which is new if it was never met."""
        key = (text, kind, plain, aside)
        number = self._token_ids.get(key)
        if number is None:
            number = self._token_ids[key] = len(self.tokens)
            self.tokens.append(Token(text, plain, kind, plain, aside=aside))
        return number

    def _pattern_of(
        self, word: NDArray[np.int32], start: NDArray[np.int64], odd: NDArray[np.bool_], kind: Kind
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The pattern of each name, and whether it only has the hash of that."""
        special = self._special.array[word]
        owner = np.repeat(np.arange(len(odd)), np.diff(start))
        position = np.arange(len(word)) - start[owner]
        terms = (special + 1).astype(np.uint64) * _POWERS[np.minimum(position, MAX_TOKENS)]
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(terms)])
        hashes = np.where(odd, np.uint64(0), sums[start[1:]] - sums[start[:-1]])
        _, examples, inverse = np.unique(hashes, return_index=True, return_inverse=True)
        numbers = np.array(
            [
                0 if odd[example] else self._pattern(special[start[example] : start[example + 1]], kind)
                for example in examples.tolist()
            ]
        )
        example = examples[inverse]
        same_length = np.diff(start)[example] == np.diff(start)
        across = np.minimum(start[example][owner] + position, max(len(special) - 1, 0))
        differs = np.bincount(owner, special[across] != special, len(odd)) > 0
        return numbers[inverse], differs | ~same_length | odd[example]

    def _pattern(self, special: NDArray[np.int32], kind: Kind) -> int:
        key = (kind, special.tobytes())
        number = self._patterns.get(key)
        if number is not None:
            return number
        folded = [self._words[number - 1] if number else _PLACEHOLDER for number in special.tolist()]
        pairs = [(word, f"{place} ") for place, word in enumerate(folded)]
        tokens = list(read_words(pairs, kind))
        self._pattern_first.append(len(self._pattern_token))
        self._pattern_token.extend(
            [
                -1 if token.text == _PLACEHOLDER else self.number_of(token.kind, token.text, token.plain)
                for token in tokens
            ]
        )
        self._pattern_position.extend([int(token.surface.split()[0]) for token in tokens])
        self._patterns[key] = self._pattern_count.append(len(tokens))
        return self._patterns[key]

    def _filled(
        self,
        word: NDArray[np.int32],
        start: NDArray[np.int64],
        pattern: NDArray[np.int64],
        odd: NDArray[np.bool_],
    ) -> NameTokens:
        counts = np.where(odd, 0, self._pattern_count.array[pattern])
        at = ranges(self._pattern_first.array[pattern], counts)
        token = self._pattern_token.array[at]
        plain = np.flatnonzero(token < 0)
        owner = np.repeat(np.arange(len(counts)), counts)[plain]
        token = token.copy()
        token[plain] = self._word_token.array[word[start[owner] + self._pattern_position.array[at[plain]]]]
        return NameTokens(np.concatenate([[0], np.cumsum(counts)]), token)
