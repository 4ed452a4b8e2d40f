"""Which listed names can reach a score with a customer's name: all of them, by a proven bound, and few
others.

With `x` the weight that a pair's likeness passes on, the coverages c of the two names are at most X/Wq and
X/Wl, where X
is the entry of the sparse product customer × item × name. The score of an alignment is at most

    max over the two sides (a, b) of  (1 - k + k*a + b + o*b*(1 - b)) / 2        k: credit.unlikeness, o:
    credit.omitted

which grows with both coverages: the better covered side is best when every token of it found a counterpart,
the other
when what lacks is omitted and nothing contradicts. `docs/design/candidates.md` has the derivation, and a
property test
compares with scoring every pair.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.index.layout import LEAST_TOTAL, initials_of, letters_of, most_words
from engine.index.matrix import NOTHING, Found, Matrix, Row, concatenated
from engine.index.vocabulary import Keys, Vocabulary
from engine.model import MODEL
from engine.names.alignment import OMITTED, PreparedName
from engine.names.likeness import Why
from engine.names.tokens import TokenKind

# Up to this many names the product is summed up directly: it takes less time than handing it to the threaded
# routine, and a process that screens one name need not import SciPy.
_FEW = 4
# Below float32's last digits: never lets rounding drop a candidate.
_SLACK = 1e-4
_K = MODEL["credit.unlikeness"]
_INITIAL = MODEL["likeness.initial"]


class Candidates(NamedTuple):
    """Pairs that may reach the score: position of the subject name, position of the listed name."""

    subjects: NDArray[np.int64]
    names: NDArray[np.int64]


class CandidateIndex:
    """The mapped arrays of one published index. Safe to share between threads."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        keys = [Keys(*line.split("\t")) for line in _read_lines(directory / "token_keys.txt")]
        self.vocabulary = Vocabulary(
            _read_lines(directory / "tokens.txt"), _read_lines(directory / "joined.txt"), keys
        )
        self.token_rarity = self._array("token_rarity")
        self.name_entity = self._array("name_entity")
        self.name_number = self._array("name_number")
        self._total = self._array("name_total")
        self._letters = self._array("name_letters")
        self._initials = self._array("name_initials")
        self._initial_count = self._array("name_initial_count")
        self._heaviest = self._array("name_heaviest")
        self._words = self._array("name_words")
        self._least = self._array("item_least").tolist()
        self._accompanies = self._array("item_accompanies").tolist()
        # Names with initials come last: what those can add is not in the product, so its
        # threshold is not for them.
        self._plain_names = int(np.searchsorted(self._initial_count, 1))
        self._plain = self._matrix("plain", self._plain_names)
        self._with_initials = self._matrix("initials", len(self.name_entity) - self._plain_names)

    def _array(self, name: str) -> NDArray[Any]:
        # Copy on write: shared with other processes as long as nobody writes, and the product,
        # which only takes
        # writable arrays, never does.
        array: NDArray[Any] = np.load(self._directory / f"{name}.npy", mmap_mode="c", allow_pickle=False)
        return array

    def _matrix(self, group: str, names: int) -> Matrix:
        values, columns, start = (self._array(f"{group}_{part}") for part in ("value", "name", "start"))
        return Matrix(values, columns, start, names)

    def find(self, names: Sequence[PreparedName], needed: float, threads: int = 1) -> Candidates:
        """All listed names whose alignment with one of `names` may score `needed` (0..1), and few others."""
        rows = [self._row(name) for name in names]
        plain = [place for place, row in enumerate(rows) if row.ids and not row.initials]
        with_initials = [place for place, row in enumerate(rows) if row.ids and row.initials]
        found = [
            self._product(rows, plain, self._plain, 0, least_product(needed), threads),
            self._product(rows, with_initials, self._plain, 0, 0.0, threads),
            self._product(rows, plain + with_initials, self._with_initials, self._plain_names, 0.0, threads),
        ]
        merged = concatenated(found)
        kept = self._bound(rows, merged) >= needed - _SLACK
        subjects, columns = merged.subjects[kept], merged.names[kept]
        order = np.lexsort((columns, subjects))
        return Candidates(subjects[order], columns[order])

    def names_of(self, entity: int) -> list[int]:
        """Positions of the names of one entity."""
        return np.flatnonzero(self.name_entity == entity).tolist()

    def entities_by_identifier(self) -> dict[str, list[int]]:
        """Positions of the entities that hold an identifier, by its `identifier_key`."""
        found: dict[str, list[int]] = {}
        keys = _read_lines(self._directory / "identifiers.txt")
        entities = np.load(self._directory / "identifier_entity.npy", allow_pickle=False).tolist()
        for key, entity in zip(keys, entities, strict=True):
            found.setdefault(key, []).append(entity)
        return found

    def _row(self, name: PreparedName) -> Row:
        values: dict[int, float] = {}
        least = list(name.weights)
        for item in name.items:
            floor = math.inf
            for place, alike in self.vocabulary.neighbours(item.text, item.joined).items():
                values[place] = values.get(place, 0.0) + alike.score
                accompanies = alike.why is Why.EQUAL and self._accompanies[place]
                floor = min(floor, 0.0 if accompanies else self._least[place])
            if floor < math.inf:
                for token in _bits(item.mask):
                    least[token] = min(least[token], floor / item.mask.bit_count())
        solid = [
            place
            for place, token in enumerate(name.tokens)
            if token.kind in (TokenKind.WORD, TokenKind.NUMBER)
        ]
        return Row(
            list(values),
            list(values.values()),
            max(sum(least[place] for place in solid), LEAST_TOTAL),
            letters_of(name),
            initials_of(name),
            max(name.weights, default=0.0),
            most_words(name),
        )

    def _product(
        self,
        rows: list[Row],
        places: list[int],
        matrix: Matrix,
        first_name: int,
        threshold: float,
        threads: int,
    ) -> Found:
        """All pairs of these rows with the names of a matrix whose entry is at least the threshold."""
        if not places or not matrix.names:
            return NOTHING
        if len(places) <= _FEW:
            found = concatenated([matrix.row(place, rows[place], threshold) for place in places])
        else:
            found = matrix.product(rows, places, threshold, threads)
        return found._replace(names=found.names + first_name)

    def _bound(self, rows: list[Row], found: Found) -> NDArray[np.float64]:
        """The most that the alignment of each pair can score."""
        own_total = np.array([row.total for row in rows])[found.subjects]
        other_total = np.maximum(self._total[found.names].astype(np.float64), LEAST_TOTAL)
        reached = found.entries * np.sqrt(own_total * other_total) + self._by_initials(rows, found)
        own = np.minimum(1.0, reached / own_total)
        other = np.minimum(1.0, reached / other_total)
        words = np.minimum(np.array([row.words for row in rows])[found.subjects], self._words[found.names])
        omitted = np.maximum(OMITTED, 0.0)[np.minimum(words, len(OMITTED) - 1)]
        return best_score(own, other, omitted)

    def _by_initials(self, rows: list[Row], found: Found) -> NDArray[np.float64]:
        """What initials can pass on: at most the heaviest token across, where the letter begins one."""
        added = np.zeros(len(found.subjects))
        for place in range(max((len(row.initials) for row in rows), default=0)):
            bits = np.array(
                [row.initials[place] if place < len(row.initials) else 0 for row in rows], dtype=np.uint64
            )
            across = (bits[found.subjects] & self._letters[found.names]) != 0
            added += np.where(across, _INITIAL * self._heaviest[found.names], 0.0)
        listed = np.flatnonzero(self._initial_count[found.names] > 0)
        subjects, names = found.subjects[listed], found.names[listed]
        across = (
            np.array([row.letters for row in rows], dtype=np.uint64)[subjects] & self._initials[names]
        ) != 0
        heaviest = np.array([row.heaviest for row in rows])[subjects]
        added[listed] += np.where(across, heaviest * self._initial_count[names], 0.0)
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
    """The least geometric mean of two coverages that can score `needed`: a bound on X/sqrt(Wq*Wl)."""
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
