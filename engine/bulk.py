"""Screen a frame of subjects: the same matches as one at a time, with work for a subject only where there may
be one.

Names are read and multiplied with the watchlist once each, however many subjects bear them. What is left,
about one pair for every subject, is bounded once more with what is known beside the names; the few that can
still reach the threshold are judged one by one, by the code that judges a single subject.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.columns import SubjectColumns, subject_columns
from engine.features import most_that_qualifiers_add
from engine.frame import FoundMatch
from engine.index.bulk_rows import BulkRows
from engine.index.candidates import CandidateIndex, Candidates
from engine.index.layout import KINDS
from engine.index.profiles import MOST_ADDED, Profiles, mapped_profiles, most_added
from engine.index.rows import ReadNames, rows_of, with_items
from engine.judge import ROUNDING, Judge, NamePair
from engine.model import MODEL
from engine.names.arrays import spread
from engine.names.bulk import NameTokens
from engine.names.cut import FIELD_FROM, fills_a_field
from engine.names.prepared import prepare
from engine.names.tokens import READINGS, tokenise
from engine.policy import Policies, Policy
from engine.screening import Match
from engine.subject import Subject
from lists.model import Kind
from lists.settings import FeatureName

# Subjects that are taken through all steps at once: enough that a step costs little beside what it does, few
# enough that its arrays stay in a core's cache.
CHUNK = 1 << 14
_AT_ONCE = 1 << 16  # pairs; a chunk has fewer, but not against a watchlist of a million names


class _Pairs(NamedTuple):
    """Candidates: the subject at a position, the place of its name among those read, and a listed name."""

    subject: NDArray[np.int64]
    name: NDArray[np.int64]
    listed: NDArray[np.int64]
    most: NDArray[np.float64]  # that the alignment of the two can score

    def kept(self, which: NDArray[np.bool_]) -> _Pairs:
        return _Pairs._make(column[which] for column in self)


class _Bearers(NamedTuple):
    """The subjects that bear each of some names: those of name i are `subject[first[i]:first[i + 1]]`."""

    subject: NDArray[np.int64]
    first: NDArray[np.int64]

    def pairs(self, found: Candidates, which: NDArray[np.int64]) -> _Pairs:
        """The candidates of some of the names, at the places `which`, for each who bears them."""
        name = which[found.subjects]
        each, at = spread(self.first[name], self.first[name + 1] - self.first[name])
        return _Pairs(
            self.subject.take(at), found.subjects.take(each), found.names.take(each), found.most.take(each)
        )


def _together(parts: Iterable[_Pairs]) -> Iterator[_Pairs]:
    """All pairs, enough at once that a step costs little beside what it does."""
    waiting: list[_Pairs] = []
    for pairs in parts:
        waiting.append(pairs)
        if sum(len(each.subject) for each in waiting) >= _AT_ONCE:
            yield _concatenated(waiting)
            waiting = []
    if waiting:
        yield _concatenated(waiting)


def _concatenated(parts: Sequence[_Pairs]) -> _Pairs:
    return _Pairs._make(np.concatenate(column) for column in zip(*parts, strict=True))


class BulkScreener:
    """One watchlist, ready to screen frames."""

    def __init__(self, index: CandidateIndex, judge: Judge, policies: Policies, directory: Path) -> None:
        self._index = index
        self._judge = judge
        self._policies = policies
        self._entities = mapped_profiles(directory)
        self._rows = BulkRows(*index.searched)

    def screen(self, frame: pl.DataFrame, threshold: float | None, threads: int) -> Iterator[FoundMatch]:
        """The matches of all subjects of a frame, by position and then best first."""
        policies = list(self._policies.all(threshold).values())

        def screened(start: int) -> list[FoundMatch]:
            columns = subject_columns(frame.slice(start, CHUNK), self._policies, start)
            return [
                FoundMatch(start + place, subject.subject_id, match, policies[columns.policy[place]].version)
                for place, subject, matches in self._chunk(columns, policies)
                for match in matches
            ]

        starts = range(0, frame.height, CHUNK)
        if threads == 1 or len(starts) == 1:
            yield from chain.from_iterable(map(screened, starts))
            return
        with ThreadPoolExecutor(threads) as pool:
            yield from chain.from_iterable(pool.map(screened, starts))

    def _chunk(
        self, columns: SubjectColumns, policies: Sequence[Policy]
    ) -> Iterator[tuple[int, Subject, list[Match]]]:
        listed_of: dict[int, set[int]] = defaultdict(set)
        for pairs in self._candidates(columns, policies):
            for place, listed in zip(pairs.subject.tolist(), pairs.listed.tolist(), strict=True):
                listed_of[place].add(listed)
        for place, subject in columns.subjects.items():
            if self._judge.with_identifier(subject):
                listed_of[place]  # judged whatever its name
        places = sorted(listed_of)
        for place, subject in zip(places, columns.subjects_at(places), strict=True):
            readings = self._judge.readings(subject)
            candidates: dict[int, list[NamePair]] = defaultdict(list)
            for reading in range(len(readings)):
                for listed in sorted(listed_of[place]):
                    entity = int(self._index.name_entity[listed])
                    candidates[entity].append(NamePair(reading, listed))
            policy = policies[columns.policy[place]]
            yield place, subject, self._judge.matches(subject, readings, candidates, policy)

    def _candidates(self, columns: SubjectColumns, policies: Sequence[Policy]) -> Iterator[_Pairs]:
        """The pairs that can reach their subject's threshold, kind by kind."""
        several = np.bincount(columns.owner, minlength=columns.frame.height) > 1
        added = np.where(several, MODEL["weak_alias.support"], 0.0)
        for place, subject in columns.subjects.items():
            added[place] = most_that_qualifiers_add(subject)
        reach = _Reach(columns, policies, added, self._entities, self._index.name_entity)
        most = MOST_ADDED + added.max(initial=0.0)
        needed = (min(policy.threshold for policy in policies) - most) / MODEL["name.weight"]
        kinds = columns.profiles.kind[columns.owner]
        bulk = self._rows_now()
        for code in np.unique(kinds).tolist():
            own = np.flatnonzero(kinds == code)
            names, places = _distinct(columns.name.gather(own))
            order = np.argsort(places, kind="stable")
            first = np.searchsorted(places[order], np.arange(len(names) + 1))
            bearers = _Bearers(columns.owner[own[order]], first)
            for read, which in self._readings(bulk, names, KINDS[code]):
                found = self._index.find_rows(read.rows, needed)
                parts = (reach.kept(bearers.pairs(part, which)) for part in found)
                for pairs in _together(parts):
                    most_now = self._index.pair_bound.most(read, bulk.table, pairs.name, pairs.listed)
                    yield reach.kept(pairs._replace(most=np.minimum(pairs.most, most_now)))

    def _rows_now(self) -> BulkRows:
        vocabulary, table = self._index.searched
        if self._rows.table is not table:
            self._rows = BulkRows(vocabulary, table)
        return self._rows

    def _readings(
        self, bulk: BulkRows, names: pl.Series, kind: Kind
    ) -> Iterator[tuple[ReadNames, NDArray[np.int64]]]:
        """The names as rows, with the place of each in `names`; of unknown kind in every way that differs."""
        read: list[NameTokens] = []
        for reading in READINGS[kind]:
            tokens = bulk.lexicon.read(names, reading)
            differs = np.ones(len(names), dtype=np.bool_)
            for other in read:
                differs &= tokens.differs(other)
            read.append(tokens)
            places = np.flatnonzero(differs)
            if len(places):
                own = names.gather(places)
                many, odd = bulk.of(tokens.take(places), reading, _fill_a_field(own))
                yield many, places
                if odd.any():
                    yield self._one_by_one(bulk, own.filter(pl.Series(odd)), reading), places[odd]

    def _one_by_one(self, bulk: BulkRows, names: pl.Series, kind: Kind) -> ReadNames:
        """Names that are read one at a time, as rows."""
        rarity = self._index.rarity
        prepared = [
            prepare(text, tokenise(text, kind), kind, rarity, is_subject=True) for text in names.to_list()
        ]
        return with_items(prepared, *rows_of(prepared, bulk.table))


class _Reach:
    """Which pairs can reach their subject's threshold, with the most that is known beside the names."""

    def __init__(
        self,
        columns: SubjectColumns,
        policies: Sequence[Policy],
        added: NDArray[np.float64],
        entities: Profiles,
        name_entity: NDArray[np.int32],
    ) -> None:
        self._profiles, self._entities, self._name_entity = columns.profiles, entities, name_entity
        self._needed = np.array([each.threshold for each in policies])[columns.policy] - added - ROUNDING
        self._policy = columns.policy
        self._policies = policies

    def kept(self, pairs: _Pairs) -> _Pairs:
        def counts(feature: FeatureName) -> NDArray[np.bool_] | bool:
            used = np.array([each.uses(feature) for each in self._policies])
            return True if used.all() else used[self._policy[pairs.subject]]

        entities = self._entities.take(self._name_entity[pairs.listed])
        added = most_added(self._profiles.take(pairs.subject), entities, counts)
        return pairs.kept(pairs.most * MODEL["name.weight"] + added >= self._needed[pairs.subject])


def _fill_a_field(names: pl.Series) -> NDArray[np.bool_]:
    """`fills_a_field` of each name."""
    found: NDArray[np.bool_] = (names.str.len_chars() >= FIELD_FROM).to_numpy().copy()
    long = found.nonzero()[0]
    found[long] = list(map(fills_a_field, names.gather(long).to_list()))
    return found


def _distinct(names: pl.Series) -> tuple[pl.Series, NDArray[np.int64]]:
    """The distinct names, and for each name its place among them."""
    distinct = names.unique()
    places = names.replace_strict(distinct, pl.int_range(len(distinct), eager=True, dtype=pl.Int64))
    return distinct, places.to_numpy()
