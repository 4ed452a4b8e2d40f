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
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.index.layout import KINDS, LEAST_TOTAL, initials_of, letters_of, most_words
from engine.index.matrix import Found, Matrix
from engine.index.one import OneProduct
from engine.index.pair_bound import PairBound
from engine.index.postings import mapped
from engine.index.rows import Rows, rows_of, total_of, with_items
from engine.index.table import ItemFloors, TokenTable
from engine.index.vocabulary import Vocabulary
from engine.model import MODEL
from engine.names import frequency
from engine.names.alignment import OMITTED
from engine.names.arrays import spread, starts
from engine.names.prepared import PreparedName
from lists.model import Kind, Strength

# So many pairs of one name are bounded one by one.
_FEW_PAIRS = 30
# Below float32's last digits: never lets rounding drop a candidate.
_SLACK = 1e-4
# So many entries of the product are computed at once: they stay in a core's cache, and a step still costs
# little beside what it does.
_PART = 1 << 20
_OMITTED = np.maximum(OMITTED, 0.0)
_K = MODEL["credit.unlikeness"]
_INITIAL = MODEL["likeness.initial"]


class Candidates(NamedTuple):
    """Pairs that may reach the score: position of the subject name, position of the listed name, and the most
    that the alignment of the two can score.
    """

    subjects: NDArray[np.int64]
    names: NDArray[np.int64]
    most: NDArray[np.float64]


class _Own(NamedTuple):
    """What the bound needs of a customer's name: of one, or of each pair's."""

    total: NDArray[np.float64] | float
    letters: NDArray[np.uint64] | int
    heaviest: NDArray[np.float64] | float
    words: NDArray[np.int64] | int


class ListedName(NamedTuple):
    text: str
    kind: Kind  # the entity's
    strength: Strength


class CandidateIndex:
    """The mapped arrays of one published index. Safe to share between threads."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.vocabulary = Vocabulary(directory)
        self.token_rarity = mapped(directory, "token_rarity")
        self.floors = ItemFloors(mapped(directory, "item_least"), mapped(directory, "item_accompanies"))
        self._table = self._new_table(self.vocabulary)
        self._narrow: tuple[Vocabulary, TokenTable] | None = None  # what is searched, where not all is
        self.pair_bound = PairBound(directory, len(self.vocabulary))
        self.name_entity = mapped(directory, "name_entity")
        self._name_text = mapped(directory, "name_text")
        self._name_text_start = mapped(directory, "name_text_start")
        self._name_kind = mapped(directory, "name_kind")
        self._name_weak = mapped(directory, "name_weak")
        self._total = mapped(directory, "name_total")
        self._letters = mapped(directory, "name_letters")
        self._initials = mapped(directory, "name_initials")
        self._initial_count = mapped(directory, "name_initial_count")
        self._heaviest = mapped(directory, "name_heaviest")
        self._words = mapped(directory, "name_words")
        # Names with initials come last: what those can add is not in the product, so its threshold is not for
        # them.
        self._plain_names = int(np.searchsorted(self._initial_count, 1))
        self._plain = self._matrix("plain", self._plain_names)
        self._with_initials = self._matrix("initials", len(self.name_entity) - self._plain_names)
        self._one = OneProduct(self._plain, self._with_initials, self._table)

    @property
    def table(self) -> TokenTable:
        """The token table in use. To be asked for once for each piece of work: a full one is given up."""
        if self._table.is_full:
            self._table = self._new_table(self.vocabulary)
        return self._table

    @property
    def searched(self) -> tuple[Vocabulary, TokenTable]:
        """As `table`, of the items that are looked for, with the vocabulary of these: all, unless the index
        is restricted.
        """
        if self._narrow is None:
            return self.vocabulary, self.table
        vocabulary, table = self._narrow
        if table.is_full:
            self._narrow = vocabulary, self._new_table(vocabulary)
        return self._narrow

    def _new_table(self, vocabulary: Vocabulary) -> TokenTable:
        return TokenTable(vocabulary, self.floors, self.rarity)

    def rarity(self, text: str) -> float:
        """How rare a word is: by the lists where they have it, else by the table of common names."""
        place = self.vocabulary.token_ids.get(text)
        return frequency.rarity(text) if place is None else float(self.token_rarity[place])

    def _matrix(self, group: str, names: int) -> Matrix:
        values, columns, start = (
            mapped(self._directory, f"{group}_{part}") for part in ("value", "name", "start")
        )
        return Matrix(values, columns, start, names)

    def find(self, name: PreparedName, needed: float) -> list[tuple[int, float | None]]:
        """All listed names whose alignment with a name may score `needed` (0..1), and few others; with the
        most that it can score, where many are bounded at once.
        """
        _, table = self.searched
        one = self._one
        if one.table is not table:
            one = self._one = OneProduct(self._plain, self._with_initials, table)
        rows = table.rows_of_items(name.items)
        entries = one.of([row for row in rows if row])
        initials = initials_of(name)
        total = total_of(name, rows, table)
        least = 0.0 if initials else least_product(needed) * math.sqrt(total)
        enough = entries.values >= least
        enough[entries.names.searchsorted(self._plain_names) :] = True
        kept = enough.nonzero()[0]
        if not len(kept):
            return []
        names = entries.names[kept]
        own = _Own(total, letters_of(name), max(name.weights), most_words(name))
        added = sum([self._by_own_initial(bit, names) for bit in initials], np.zeros(len(names)))
        if names[-1] >= self._plain_names:
            added += self._by_listed_initials(own, names)
        most = self._bound(own, entries.values[kept] / math.sqrt(total), names, added)
        names = names[most >= needed - _SLACK]
        if len(names) > _FEW_PAIRS:
            read = with_items([name], *rows_of([name], table))
            most = self.pair_bound.most(read, table, np.zeros(len(names), np.int64), names)
            kept = (most >= needed - _SLACK).nonzero()[0]
            return list(zip(names[kept].tolist(), most[kept].tolist(), strict=True))
        return [(place, None) for place in names.tolist()]

    def find_rows(self, rows: Rows, needed: float) -> Iterator[Candidates]:
        """`find` for names that are rows of the product already: in parts, each bounded before the next,
        since a large watchlist has a hundred times as many pairs as are left.
        """
        some, initials = np.diff(rows.start) > 0, np.diff(rows.initial_start) > 0
        for which, least in (some & ~initials, least_product(needed)), (some & initials, 0.0):
            places = which.nonzero()[0]
            if len(places):
                own = rows if len(places) == len(initials) else rows.take(places)
                for found in self._found(own, least):
                    bounded = self._bounded(own, found, needed)
                    yield bounded._replace(subjects=places[bounded.subjects])

    def _found(self, rows: Rows, least: float) -> Iterator[Found]:
        """The entries of the products, in parts; of the names without initials, those from `least` on."""
        rows = rows.scaled()
        for first, last in self._parts(rows):
            plain = self._plain.product(rows, first, last, least)
            others = self._with_initials.product(rows, first, last, 0.0)
            others = others._replace(names=others.names + self._plain_names)
            yield Found._make(np.concatenate(both) for both in zip(plain, others, strict=True))

    def _parts(self, rows: Rows) -> Iterator[tuple[int, int]]:
        """The first and last rows of parts that cost about as much as one another."""
        entries = self._plain.entries_of(rows.item) + self._with_initials.entries_of(rows.item)
        before = starts(entries)[rows.start]
        ends = before.searchsorted(np.arange(_PART, before[-1], _PART)).tolist()
        return pairwise(sorted({0, *ends, len(rows.total)}))

    def _bounded(self, rows: Rows, found: Found, needed: float) -> Candidates:
        """What of the entries of a product may score `needed`."""
        subjects, names = found.subjects, found.names
        own = _Own._make(
            each.take(subjects) for each in (rows.total, rows.letters, rows.heaviest, rows.words)
        )
        added = self._by_own_initials(rows, found)
        added += self._by_listed_initials(own, names)
        most = self._bound(own, found.entries, names, added)
        kept = np.flatnonzero(most >= needed - _SLACK)
        return Candidates(subjects[kept], names[kept], most[kept])

    def listed_name(self, place: int) -> ListedName:
        """One listed name, as published."""
        begin, end = self._name_text_start[place : place + 2].tolist()
        return ListedName(
            self._name_text[begin:end].tobytes().decode(),
            KINDS[self._name_kind[place]],
            Strength.WEAK if self._name_weak[place] else Strength.STRONG,
        )

    def restrict(self, entities: Iterable[int]) -> None:
        """From now on find names of these entities only; words weigh what they weigh on the whole list."""
        kept = np.isin(self.name_entity, np.fromiter(entities, np.int64))
        vocabulary = self.vocabulary.only(self.pair_bound.items_of_names(kept.nonzero()[0]))
        table = self._new_table(vocabulary)
        self._narrow = vocabulary, table
        self._plain = self._plain.only(kept[: self._plain_names])
        self._with_initials = self._with_initials.only(kept[self._plain_names :])
        self._one = OneProduct(self._plain, self._with_initials, table)

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

    def _bound(
        self, own: _Own, entries: NDArray[np.float64], names: NDArray[np.int64], added: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The most that the alignment of each pair can score; `added` is what initials can pass on."""
        other_total = np.maximum(self._total.take(names).astype(np.float64), LEAST_TOTAL)
        reached = entries * np.sqrt(own.total * other_total) + added
        omitted = _OMITTED[np.minimum(np.minimum(own.words, self._words.take(names)), len(OMITTED) - 1)]
        return best_score(
            np.minimum(1.0, reached / own.total), np.minimum(1.0, reached / other_total), omitted
        )

    def _by_own_initials(self, rows: Rows, found: Found) -> NDArray[np.float64]:
        """What initials can pass on: at most the heaviest token across, where the letter begins one."""
        added = np.zeros(len(found.subjects))
        counts = np.diff(rows.initial_start)[found.subjects]
        if counts.any():
            pair, at = spread(rows.initial_start[found.subjects], counts)
            bits = rows.initial[at]
            added += np.bincount(pair, self._by_own_initial(bits, found.names[pair]), len(added))
        return added

    def _by_own_initial(
        self, bits: NDArray[np.uint64] | int, names: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        across = (self._letters[names] & np.asarray(bits, dtype=np.uint64)) != 0
        found: NDArray[np.float64] = across * _INITIAL * self._heaviest[names]
        return found

    def _by_listed_initials(self, own: _Own, names: NDArray[np.int64]) -> NDArray[np.float64]:
        across = (self._initials.take(names) & np.asarray(own.letters, dtype=np.uint64)) != 0
        found: NDArray[np.float64] = across * own.heaviest * self._initial_count.take(names)
        return found


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


def _read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:-1]
