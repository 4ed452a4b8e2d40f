"""From candidates to matches: the best alignment with each listed entity, and the evidence beside it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from engine import features
from engine.explain import name_evidence
from engine.identifiers import identifier_keys
from engine.index.candidates import CandidateIndex
from engine.index.pair_bound import MOST_TOKENS
from engine.index.rows import side_of
from engine.index.table import TokenTable
from engine.model import MODEL
from engine.names.alignment import Alignment, align
from engine.names.assignment import Pair
from engine.names.likeness import Likeness, likeness
from engine.names.prepared import PreparedName, prepare
from engine.names.tokens import READINGS, Token, tokenise
from engine.policy import Policy
from engine.screening import Evidence, Match, WatchlistNotReady
from engine.subject import Subject
from lists.model import Kind, ListedEntity, Strength
from lists.publish import NotPublished, Published

# Listed names kept ready to be aligned; beyond this the least recently used is prepared again when it is
# needed.
_MOST_PREPARED = 20_000
# Contributions are rounded to this many digits, and the score is the sum of what is shown.
_DIGITS = 6
# More than rounding the contributions of one match can add up to.
ROUNDING = 1e-4


class _ListedName(NamedTuple):
    strength: Strength
    prepared: PreparedName
    items: list[int]  # their places in the vocabulary
    initials: tuple[int, ...]  # those among them that are a single letter


class _Reading:
    """One way in which a subject's name is read, and which of the wanted listed items its own are like."""

    def __init__(self, name: PreparedName, table: TokenTable, wanted: Container[int]) -> None:
        self.name = name
        self.side = side_of(name)
        self.initials = _initials_of(name)
        # By the place of a listed item: the items that are like it, and how.
        self.alike: dict[int, list[tuple[int, Likeness]]] = {}
        for place, other, found in table.alike(name.items, wanted):
            self.alike.setdefault(other, []).append((place, found))

    def pairs(self, listed: _ListedName) -> list[Pair]:
        """The pairs of items that are alike, from the token table: no two words are compared here."""
        found = [
            Pair(place, other_place, likeness)
            for other_place, other in enumerate(listed.items)
            for place, likeness in self.alike.get(other, ())
        ]
        if self.initials or listed.initials:
            found.extend(self._initial_pairs(listed, {(pair.subject, pair.listed) for pair in found}))
        found.sort()
        return found

    def _initial_pairs(self, listed: _ListedName, known: set[tuple[int, int]]) -> Iterator[Pair]:
        """Initials and what they may stand for: too many to be in a table."""
        own, others = self.name.tokens, listed.prepared.tokens  # a name's first items are its tokens
        for place, token in enumerate(own):
            across = range(len(others)) if place in self.initials else listed.initials
            for other_place in across:
                if (place, other_place) not in known:
                    alike = likeness(token.text, others[other_place].text)
                    if alike is not None:
                        yield Pair(place, other_place, alike)


def _initials_of(name: PreparedName) -> tuple[int, ...]:
    return tuple(place for place, item in enumerate(name.items) if not item.joined and len(item.text) == 1)


class _Scored(NamedTuple):
    """The best alignment of one subject with one entity, and what speaks against the alias it is with."""

    alignment: Alignment
    subject_name: str
    listed_name: str
    weakness: Evidence | None

    @property
    def score(self) -> float:
        return self.alignment.score * MODEL["name.weight"] + (
            self.weakness.contribution if self.weakness else 0.0
        )


class NamePair(NamedTuple):
    """A reading of a subject's names and a listed name, by their places, and the most that their alignment
    can score (0..1), where that is known already.
    """

    reading: int
    listed: int
    most: float | None = None


_NO_NAME = _Scored(Alignment(0.0, ()), "", "", None)
# By the entity, the listed names that are candidates for which of the subject's names.
NamePairs = Mapping[int, Sequence[NamePair]]


class Judge:
    """Scores candidates of one watchlist. Safe to share between threads."""

    def __init__(self, published: Published, index: CandidateIndex) -> None:
        self._published = published
        self._index = index
        self._listed: OrderedDict[int, _ListedName] = OrderedDict()
        self._lock = threading.Lock()

    def entity(self, place: int) -> ListedEntity:
        """The entity at a position of the watchlist."""
        try:
            return self._published.entity(place)
        except NotPublished as error:
            raise WatchlistNotReady(str(error)) from None

    def readings(self, subject: Subject) -> list[PreparedName]:
        """The subject's names, taken apart; of unknown kind in every way that differs."""
        return list(self._readings(subject))

    def _readings(self, subject: Subject) -> Iterator[PreparedName]:
        rarity = self._index.rarity
        for text in subject.all_names:
            read: set[tuple[Token, ...]] = set()
            for kind in READINGS[subject.kind]:
                if (tokens := tokenise(text, kind)) not in read:
                    read.add(tokens)
                    yield prepare(text, tokens, kind, rarity, is_subject=True)

    def with_identifier(self, subject: Subject) -> set[int]:
        """The entities that hold one of the subject's numbers, whatever their names."""
        if not subject.identifiers:
            return set()
        keys = identifier_keys(subject.identifiers)
        return {entity for key in keys for entity in self._entities_by_identifier.get(key, ())}

    @cached_property
    def _entities_by_identifier(self) -> dict[str, list[int]]:
        return self._index.entities_by_identifier()

    def matches(
        self, subject: Subject, readings: Sequence[PreparedName], candidates: NamePairs, policy: Policy
    ) -> list[Match]:
        """The matches of one subject that its policy wants, best first."""
        found = []
        same_identifier = self.with_identifier(subject) if policy.uses("identifier") else set()
        needed = policy.threshold - features.most_that_qualifiers_add(subject) - ROUNDING
        pairs_of = {entity: candidates.get(entity, ()) for entity in same_identifier.union(candidates)}
        pairs_of |= {entity: self._all_pairs(readings, entity) for entity in same_identifier}
        own = self._read(readings, chain.from_iterable(pairs_of.values()))
        aligned: dict[tuple[int, str, Kind], Alignment] = {}
        for entity, pairs in pairs_of.items():
            least = 0.0 if entity in same_identifier else needed
            best = self._best_alignment(own, pairs, policy, least, aligned)
            if best.score < needed and entity not in same_identifier:
                continue
            record = self.entity(entity)
            if not policy.covers(record):
                continue
            match = _match(subject, record, best, policy)
            if match.score >= policy.threshold:
                found.append(match)
        found.sort(key=lambda match: (-match.score, match.list_id, match.entity_id))
        return found

    def compared(self, subject: Subject, entity: int, policy: Policy) -> Match:
        """The comparison with one entity, by its place, however low it scores."""
        readings = self.readings(subject)
        pairs = self._all_pairs(readings, entity)
        own = self._read(readings, pairs)
        best = self._best_alignment(own, pairs, policy, 0.0, {})
        return _match(subject, self.entity(entity), best, policy)

    def _all_pairs(self, readings: Sequence[PreparedName], entity: int) -> list[NamePair]:
        names = self._index.names_of(entity)
        return [NamePair(reading, place) for reading in range(len(readings)) for place in names]

    def _read(self, readings: Sequence[PreparedName], pairs: Iterable[NamePair]) -> list[_Reading]:
        """The readings, ready for these pairs with listed names."""
        listed = {pair.listed for pair in pairs}
        if not listed:
            return []
        wanted = set(chain.from_iterable(map(self._index.pair_bound.items_of, listed)))
        return [_Reading(name, self._index.table, wanted) for name in readings]

    def _best_alignment(
        self,
        readings: Sequence[_Reading],
        pairs: Iterable[NamePair],
        policy: Policy,
        needed: float,
        aligned: dict[tuple[int, str, Kind], Alignment],
    ) -> _Scored:
        """The best of the alignments that can score what is needed; another where none can. One party stands
        on several lists by the same names: what they were `aligned` to is kept, by the reading and the name.
        """
        bounded = []
        for name, place, known in pairs:
            own = readings[name]
            most = known
            if most is None or most >= 1.0:  # what is not bounded among many is so by itself
                most = self._index.pair_bound.most_of(own.side, own.name.items, own.alike, place)
            most *= MODEL["name.weight"]
            if most >= needed - ROUNDING:
                bounded.append((most, name, place))
        bounded.sort(key=lambda each: -each[0])
        best = _NO_NAME
        for most, name, place in bounded:
            if most <= best.score:
                break
            own, listed = readings[name], self._listed_name(place)
            key = name, listed.prepared.text, listed.prepared.kind
            alignment = aligned.get(key)
            if alignment is None:
                alignment = aligned[key] = align(own.name, listed.prepared, own.pairs(listed))
            weakness = None
            if listed.strength is Strength.WEAK:
                weakness = features.weak_alias(listed.prepared, policy.weak_aliases)
            scored = _Scored(alignment, own.name.text, listed.prepared.text, weakness)
            if alignment.parts and scored.score > best.score:
                best = scored
        return best

    def _listed_name(self, place: int) -> _ListedName:
        with self._lock:
            listed = self._listed.get(place)
            if listed is not None:
                self._listed.move_to_end(place)
                return listed
        listed = self._read_listed_name(place)
        with self._lock:
            self._listed[place] = listed
            if len(self._listed) > _MOST_PREPARED:
                self._listed.popitem(last=False)
        return listed

    def _read_listed_name(self, place: int) -> _ListedName:
        """As `prepare` makes it, with the weights and items that the index has."""
        index, bound = self._index, self._index.pair_bound
        name, places = index.listed_name(place), bound.items_of(place)
        tokens = tokenise(name.text, name.kind)
        if len(tokens) > MOST_TOKENS:
            prepared = prepare(name.text, tokens, name.kind, index.rarity)
        else:
            items = map(index.vocabulary.item, places, bound.masks_of(place))
            weights = tuple(bound.weights_of(place))
            prepared = PreparedName(name.text, name.kind, tokens, weights, tuple(items))
        return _ListedName(name.strength, prepared, places, _initials_of(prepared))


def _match(subject: Subject, record: ListedEntity, best: _Scored, policy: Policy) -> Match:
    evidence = name_evidence(best.alignment)
    if best.weakness is not None:
        evidence.append(best.weakness)
    evidence += [
        found for feature in features.qualifiers_of(policy) if (found := feature(subject, record)) is not None
    ]
    total = sum(each.contribution for each in evidence)
    equal = features.identifier_equal(subject, record, total) if policy.uses("identifier") else None
    if equal is not None:
        evidence.insert(0, equal)
        total = MODEL["identifier.equal"]
    elif not 0.0 <= total <= 1.0:
        evidence.append(_limit(total))
        total = min(1.0, max(0.0, total))
    score = round(total, _DIGITS)
    return Match(
        score=score,
        list_id=record.list_id,
        entity_id=record.entity_id,
        kind=record.kind,
        matched_name=best.listed_name or record.names[0].text,
        subject_name=best.subject_name or subject.name,
        programmes=record.programmes,
        url=record.url,
        evidence=tuple(_rounded(evidence, score)),
    )


def _rounded(evidence: list[Evidence], score: float) -> Iterator[Evidence]:
    """The evidence with contributions that sum to the score: the largest takes what rounding left."""
    shown = [round(each.contribution, _DIGITS) for each in evidence]
    largest = max(range(len(shown)), key=lambda place: abs(shown[place]), default=None)
    if largest is not None:
        shown[largest] = round(shown[largest] + score - sum(shown), _DIGITS)
    for each, contribution in zip(evidence, shown, strict=True):
        yield Evidence(
            feature=each.feature,
            contribution=contribution,
            subject_value=each.subject_value,
            listed_value=each.listed_value,
            sentence=each.sentence,
        )


def _limit(total: float) -> Evidence:
    bound = 0.0 if total < 0.0 else 1.0
    return Evidence(
        feature="limit",
        contribution=bound - total,
        subject_value=None,
        listed_value=None,
        sentence=f"a score does not go {'below 0' if bound == 0.0 else 'above 1'}",
    )
