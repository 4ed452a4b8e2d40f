"""Which listed names can reach a score with a customer's name: all of them, by a proven bound, and few others.

With `x` the weight that a pair's likeness passes on, the coverages c of the two names are at most X/Wq and X/Wl, where X
is the entry of the sparse product customer × item × name. The score of an alignment is at most

    max over the two sides (a, b) of  (1 - k + k*a + b + o*b*(1 - b)) / 2        k: credit.unlikeness, o: credit.omitted

which grows with both coverages: the better covered side is best when every token of it found a counterpart, the other
when what lacks is omitted and nothing contradicts. `docs/design/candidates.md` has the derivation, and a property test
compares with scoring every pair.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from engine.index.build import letter_bit
from engine.index.vocabulary import Vocabulary
from engine.model import MODEL
from engine.names.alignment import OMITTED, PreparedName, mask_weight
from engine.names.tokens import CORE, TokenKind

# Candidates kept a customer in the first pass; a customer that has more is computed again without a limit.
_FIRST_PASS = 64
# Below float32's last digits: never lets rounding drop a candidate.
_SLACK = 1e-4
_K = MODEL["credit.unlikeness"]
_INITIAL = MODEL["likeness.initial"]


class Candidates(NamedTuple):
    """Pairs that may reach the score: position of the subject name, position of the listed name."""

    subjects: NDArray[np.int64]
    names: NDArray[np.int64]


class _Row(NamedTuple):
    """One subject name as a row of the product."""

    ids: list[int]
    values: list[float]
    total: float  # the least its core can weigh in an alignment
    initials: tuple[int, ...]  # letter bits
    words: int


class CandidateIndex:
    """The mapped arrays of one published index. Safe to share between threads."""

    def __init__(self, directory: Path) -> None:
        def array(name: str) -> NDArray[np.generic]:
            # Copy on write: shared with other processes as long as nobody writes, and the product, which only
            # takes writable arrays, never does.
            return np.load(directory / f"{name}.npy", mmap_mode="c", allow_pickle=False)

        self._directory = directory
        tokens, joined = _read_lines(directory / "tokens.txt"), _read_lines(directory / "joined.txt")
        self.vocabulary = Vocabulary(tokens, joined)
        self.token_rarity = array("token_rarity")
        self.name_entity = array("name_entity")
        self.name_number = array("name_number")
        self._total = array("name_total")
        self._letters = array("name_letters")
        self._heaviest = array("name_heaviest")
        self._words = array("name_words")
        self._least = array("item_least").tolist()
        shape = (len(self.vocabulary), len(self.name_entity))
        parts = (array("item_value"), array("item_name"), array("item_start"))
        self._matrix = sparse.csr_matrix(parts, shape=shape, copy=False)

    def find(self, names: Sequence[PreparedName], needed: float, threads: int = 1) -> Candidates:
        """All listed names whose alignment with one of `names` may score `needed` (0..1) or more, and few others."""
        rows = [self._row(name) for name in names]
        plain = [place for place, row in enumerate(rows) if row.ids and not row.initials]
        with_initials = [place for place, row in enumerate(rows) if row.ids and row.initials]
        found = [
            self._product(rows, plain, least_product(needed), threads),
            self._product(rows, with_initials, 0.0, threads),
        ]
        subjects = np.concatenate([part[0] for part in found])
        columns = np.concatenate([part[1] for part in found])
        passed = np.concatenate([part[2] for part in found])
        kept = self._bound(rows, subjects, columns, passed) >= needed - _SLACK
        order = np.lexsort((columns[kept], subjects[kept]))
        return Candidates(subjects[kept][order], columns[kept][order])

    def entities_by_identifier(self) -> dict[str, list[int]]:
        """Positions of the entities that hold an identifier, by its key (`engine.identifiers.identifier_key`)."""
        found: dict[str, list[int]] = {}
        keys = _read_lines(self._directory / "identifiers.txt")
        entities = np.load(self._directory / "identifier_entity.npy", allow_pickle=False).tolist()
        for key, entity in zip(keys, entities, strict=True):
            found.setdefault(key, []).append(entity)
        return found

    def _row(self, name: PreparedName) -> _Row:
        values: dict[int, float] = {}
        least = list(name.weights)
        for item in name.items:
            own = mask_weight(name.weights, item.mask)
            size = item.mask.bit_count()
            floor = math.inf
            for place, alike in self.vocabulary.neighbours(item.text, item.joined).items():
                value = alike.score
                text = self.vocabulary.text_of(place)
                if len(text) == 1:  # a listed initial weighs what the subject has across from it
                    value *= own / MODEL["weight.initial"]
                else:
                    floor = min(floor, self._least[place])
                values[place] = values.get(place, 0.0) + value
            if floor < math.inf:
                for token in _bits(item.mask):
                    least[token] = min(least[token], floor / size)
        core = [place for place, token in enumerate(name.tokens) if token.kind in CORE]
        initials = [name.tokens[place] for place in core if name.tokens[place].kind is TokenKind.INITIAL]
        total = sum(least[place] for place in core if name.tokens[place].kind is not TokenKind.INITIAL)
        words = sum(token.kind in (TokenKind.WORD, TokenKind.NUMBER) for token in name.tokens)
        return _Row(
            list(values),
            list(values.values()),
            max(total, 1e-6),
            tuple(letter_bit(token.text) for token in initials),
            words,
        )

    def _product(
        self, rows: list[_Row], places: list[int], threshold: float, threads: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Subject, name and X/sqrt(Wq*Wl) of all pairs above the threshold."""
        if not places:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64)
        start = np.cumsum([0] + [len(rows[place].ids) for place in places])
        ids = np.concatenate([rows[place].ids for place in places])
        scale = np.repeat([1.0 / math.sqrt(rows[place].total) for place in places], np.diff(start))
        values = np.concatenate([rows[place].values for place in places]) * scale
        left = sparse.csr_matrix(
            (values.astype(np.float32), ids.astype(np.int32), start.astype(np.int32)),
            shape=(len(places), len(self.vocabulary)),
        )
        if threshold > 0.0:
            product = self._thresholded(left, threshold, threads)
        else:
            product = left @ self._matrix
        product = product.tocoo()
        subjects = np.asarray(places, dtype=np.int64)[product.row]
        return subjects, product.col.astype(np.int64), product.data.astype(np.float64)

    def _thresholded(self, left: sparse.csr_matrix, threshold: float, threads: int) -> sparse.csr_matrix:
        first = sp_matmul_topn(left, self._matrix, top_n=_FIRST_PASS, threshold=threshold, n_threads=threads)
        full = np.flatnonzero(np.diff(first.indptr) >= _FIRST_PASS)
        if not len(full):
            return first
        again = (left[full] @ self._matrix).tocoo()
        kept = again.data >= threshold
        rest = first.tocoo()
        other = ~np.isin(rest.row, full)
        return sparse.coo_matrix(
            (
                np.concatenate([rest.data[other], again.data[kept]]),
                (
                    np.concatenate([rest.row[other], full[again.row[kept]]]),
                    np.concatenate([rest.col[other], again.col[kept]]),
                ),
            ),
            shape=first.shape,
        )

    def _bound(
        self,
        rows: list[_Row],
        subjects: NDArray[np.int64],
        columns: NDArray[np.int64],
        passed: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """The most that the alignment of each pair can score."""
        own_total = np.array([row.total for row in rows])[subjects]
        other_total = np.asarray(self._total[columns], dtype=np.float64)
        reached = passed * np.sqrt(own_total * np.maximum(other_total, 1e-6))
        reached += self._by_initials(rows, subjects, columns)
        own = np.minimum(1.0, reached / own_total)
        other = np.minimum(1.0, reached / np.maximum(other_total, 1e-6))
        words = np.minimum(np.array([row.words for row in rows])[subjects], self._words[columns])
        omitted = np.array(OMITTED)[np.minimum(words, len(OMITTED) - 1)]
        return best_score(own, other, omitted)

    def _by_initials(
        self, rows: list[_Row], subjects: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """What the subject's initials can pass on: each at most the heaviest token, where the letter begins one."""
        most = max((len(row.initials) for row in rows), default=0)
        added = np.zeros(len(subjects))
        for place in range(most):
            bits = np.array([row.initials[place] if place < len(row.initials) else 0 for row in rows], dtype=np.uint64)
            has_letter = (bits[subjects] & self._letters[columns]) != 0
            added += np.where(has_letter, _INITIAL * self._heaviest[columns], 0.0)
        return added


def best_score(
    own: NDArray[np.float64], other: NDArray[np.float64], omitted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The bound of the module's first paragraph, for coverages 0..1 of the two names."""

    def when_complete(complete: NDArray[np.float64], rest: NDArray[np.float64]) -> NDArray[np.float64]:
        return (1.0 - _K + _K * complete + rest + omitted * rest * (1.0 - rest)) / 2.0

    return np.maximum(when_complete(own, other), when_complete(other, own))


@lru_cache(maxsize=64)
def least_product(needed: float, steps: int = 1_000) -> float:
    """The least geometric mean of two coverages with which a name can score `needed`: X/sqrt(Wq*Wl) is at least that."""
    grid = np.linspace(0.0, 1.0, steps + 1)
    omitted = np.array(max(OMITTED))
    table = best_score(grid[1:, None], grid[None, 1:], omitted)
    # A cell's bound is that of its upper corner; the product of its lower corner is the least in it.
    lower = np.sqrt(grid[:-1, None] * grid[None, :-1])
    return float(np.min(lower[table >= needed - _SLACK], initial=1.0)) - _SLACK


def _bits(mask: int) -> list[int]:
    return [place for place in range(mask.bit_length()) if mask >> place & 1]


def _read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:-1]
