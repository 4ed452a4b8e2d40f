"""Screen one subject, or a frame of them, against the published watchlist: one code, the same answers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engine import features
from engine.explain import name_evidence
from engine.identifiers import identifier_keys
from engine.index.candidates import CandidateIndex
from engine.index.layout import FORMAT
from engine.ledger.recording import Recorder, recorder_of
from engine.model import MODEL, VERSION
from engine.names import frequency
from engine.names.alignment import Alignment, Pair, PreparedName, align, prepare
from engine.names.likeness import likeness
from engine.names.text import invisible_characters
from engine.names.tokens import CORE, TokenKind, tokenise
from engine.policy import Policies, Policy
from engine.screening import Evidence, Match, Outcome, Screening, WatchlistNotReady
from engine.subject import Subject
from lists.freshness import Freshness
from lists.home import Home
from lists.model import Kind, ListedEntity, Strength
from lists.publish import NotPublished, Published, open_published
from lists.settings import Settings

if TYPE_CHECKING:
    import polars as pl

# Listed names kept ready to be aligned; beyond this the least recently used is prepared again when it is
# needed.
_MOST_PREPARED = 20_000
# Contributions are rounded to this many digits, and the score is the sum of what is shown.
_DIGITS = 6
# More than rounding the contributions of one match can add up to.
_ROUNDING = 1e-4
DEFAULT_LIMIT = 25
DEFAULT_THREADS = 2
# Subjects taken through the sparse product at once: enough to keep it busy, few enough to stay small in
# memory.
_CHUNK = 5_000


class _ListedName(NamedTuple):
    entity: int
    strength: Strength
    prepared: PreparedName
    item_ids: tuple[int | None, ...]


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


NO_NAME = _Scored(Alignment(0.0, ()), "", "", None)


class Screener:
    """A published watchlist, ready to screen. Safe to share between threads; open it once and keep it."""

    def __init__(self, published: Published, settings: Settings, home: Home | None = None) -> None:
        """A version that lies in no home has no refreshes: its lists are as old as their loads."""
        self._published = published
        self._freshness = Freshness(published.manifest, settings.lists.stale_after_hours, home)
        self._policies = Policies(settings.screening, self.list_ids)
        self._index = CandidateIndex(published.path)
        self._listed: OrderedDict[int, _ListedName] = OrderedDict()
        self._lock = threading.Lock()
        self.recorder: Recorder | None = None

    @classmethod
    def open(cls, home: Home | Path | str | None = None, *, record: bool = True) -> Screener:
        """The watchlist that is published in a home (default: `CORDON_HOME`, else the platform's data
        directory). Answers are recorded in its ledger, unless its settings or `record` say otherwise.

        Raises WatchlistNotReady, with what to do next, when there is none or it cannot be used.
        """
        located = Home.locate(home)
        try:
            published = open_published(located)
            if published.manifest.index_format != FORMAT:
                raise NotPublished(
                    "another version of Cordon has published the watchlist; do it anew: cordon lists refresh"
                )
            settings = located.settings()
            screener = cls(published, settings, located)
            screener.recorder = recorder_of(located, settings.ledger, published) if record else None
            return screener
        except NotPublished as error:
            raise WatchlistNotReady(str(error)) from None
        except (OSError, ValueError, TypeError) as error:
            raise WatchlistNotReady(f"the watchlist in {located.path} cannot be read: {error}") from error

    @property
    def watchlist_version(self) -> str:
        return self._published.version

    @property
    def list_ids(self) -> tuple[str, ...]:
        """The lists of the watchlist, in alphabetical order."""
        return tuple(sorted(part.list_id for part in self._published.manifest.lists))

    def entities(self) -> Iterator[ListedEntity]:
        """Every listed entity, in the order of the watchlist."""
        return (self._entity(place) for place in range(len(self._published)))

    @property
    def threshold(self) -> float:
        """The score from which a match alerts in this home, for a customer of no segment."""
        return self._policies.default.threshold

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments of customers that the home knows, in alphabetical order."""
        return tuple(self._policies.segments)

    def policies(self, threshold: float | None = None) -> dict[str, Policy]:
        """What is screened by: `default`, and the policy of each segment by its name."""
        return self._policies.all(threshold)

    @property
    def model_version(self) -> str:
        return VERSION

    @property
    def stale_lists(self) -> tuple[str, ...]:
        """The lists that nobody has loaded, or found unchanged, for longer than the home allows: a *clear*
        does not speak for them.
        """
        return self._freshness.stale_lists()

    def screen(
        self, subject: Subject, *, threshold: float | None = None, limit: int = DEFAULT_LIMIT
    ) -> Screening:
        """Who on the lists this subject may be: matches from `threshold` on, best first, at most `limit`.

        The answer is in the ledger before it is given: raises `LedgerError` where it cannot be recorded.
        """
        policy = self._policies.of(subject, threshold)
        matches = next(iter(self.matches([subject], threshold)))
        screening = Screening(
            subject_id=subject.subject_id,
            outcome=Outcome.ALERT if matches else Outcome.CLEAR,
            matches=tuple(matches[:limit]),
            threshold=policy.threshold,
            watchlist_version=self.watchlist_version,
            model_version=VERSION,
            policy_version=policy.version,
            stale_lists=self.stale_lists,
            truncated=len(matches) > limit,
            notes=tuple(notes(subject)),
        )
        if self.recorder is None:
            return screening
        return self.recorder.screened(subject, screening, matches, limit)

    def screen_frame(
        self,
        frame: pl.DataFrame,
        *,
        threshold: float | None = None,
        threads: int = DEFAULT_THREADS,
        record: bool = True,
    ) -> pl.DataFrame:
        """Screen a frame of subjects, one a row, in columns named like the fields of `Subject`.

        Returns one row a match with the columns of `engine.frame.MATCH_SCHEMA`, by the subject's position in
        the
        frame and then best first. Raises InvalidSubject for the first row that is not a subject. The frame is
        recorded as a batch of the ledger, unless the caller records it (`record`).
        """
        from engine.frame import match_frame, subjects_of  # noqa: PLC0415 - one name needs no Polars

        found: list[tuple[int, str | None, Match, str]] = []
        for start in range(0, frame.height, _CHUNK):
            subjects = subjects_of(frame.slice(start, _CHUNK), start)
            for row, (subject, matches) in enumerate(
                zip(subjects, self.matches(subjects, threshold, threads), strict=True), start
            ):
                version = self._policies.of(subject, threshold).version
                found.extend((row, subject.subject_id, match, version) for match in matches)
        answer = match_frame(found, self.watchlist_version)
        if record and self.recorder is not None:
            from engine.ledger.batch import record_frame  # noqa: PLC0415

            record_frame(self.recorder, frame, answer, self.watchlist_version)
        return answer

    def matches(
        self, subjects: Sequence[Subject], threshold: float | None = None, threads: int = 1
    ) -> Iterator[list[Match]]:
        """For each subject its matches, best first, from `threshold` (0..1) on, else from its policy's.

        Raises InvalidSubject for a segment that the home does not know.
        """
        policies = [self._policies.of(subject, threshold) for subject in subjects]
        prepared = [list(self._readings(subject)) for subject in subjects]
        names = [name for readings in prepared for name in readings]
        owners = [place for place, readings in enumerate(prepared) for _ in readings]
        most = max((features.most_that_qualifiers_add(subject) for subject in subjects), default=0.0)
        least = min((policy.threshold for policy in policies), default=1.0)
        found = self._index.find(names, (least - most) / MODEL["name.weight"], threads)
        candidates: list[dict[int, list[tuple[int, int]]]] = [{} for _ in subjects]
        for name, listed in zip(found.subjects.tolist(), found.names.tolist(), strict=True):
            entity = int(self._index.name_entity[listed])
            candidates[owners[name]].setdefault(entity, []).append((name, listed))
        first = 0
        for place, subject in enumerate(subjects):
            own_names = range(first, first + len(prepared[place]))
            first += len(prepared[place])
            yield self._judge(subject, names, own_names, candidates[place], policies[place])

    def _judge(
        self,
        subject: Subject,
        names: Sequence[PreparedName],
        own_names: Sequence[int],
        candidates: dict[int, list[tuple[int, int]]],
        policy: Policy,
    ) -> list[Match]:
        matches = []
        same_identifier = self._with_identifier(subject) if policy.uses("identifier") else set()
        needed = policy.threshold - features.most_that_qualifiers_add(subject) - _ROUNDING
        for entity in same_identifier.union(candidates):
            pairs = candidates.get(entity, ())
            if entity in same_identifier:
                pairs = [(name, place) for name in own_names for place in self._index.names_of(entity)]
            best = self._best_alignment(names, pairs, policy)
            if best.score < needed and entity not in same_identifier:
                continue
            record = self._entity(entity)
            if not policy.covers(record):
                continue
            match = _match(subject, record, best, policy)
            if match.score >= policy.threshold:
                matches.append(match)
        matches.sort(key=lambda match: (-match.score, match.list_id, match.entity_id))
        return matches

    def _best_alignment(
        self, names: Sequence[PreparedName], pairs: Iterable[tuple[int, int]], policy: Policy
    ) -> _Scored:
        best = NO_NAME
        for name, listed_place in pairs:
            listed = self._listed_name(listed_place)
            alignment = align(names[name], listed.prepared, self._pairs(names[name], listed))
            weakness = (
                features.weak_alias(listed.prepared, policy.weak_aliases)
                if listed.strength is Strength.WEAK
                else None
            )
            scored = _Scored(alignment, names[name].text, listed.prepared.text, weakness)
            if alignment.parts and scored.score > best.score:
                best = scored
        return best

    def _pairs(self, name: PreparedName, listed: _ListedName) -> Iterator[Pair]:
        """The pairs of items that are alike, from the token table: no two words are compared here."""
        vocabulary = self._index.vocabulary
        for place, item in enumerate(name.items):
            initial = not item.joined and len(item.text) == 1
            neighbours = vocabulary.neighbours(item.text, item.joined)
            for other_place, other_id in enumerate(listed.item_ids):
                other = listed.prepared.items[other_place]
                found = neighbours.get(other_id) if other_id is not None else None
                if (
                    found is None
                    and not other.joined
                    and not item.joined
                    and (initial or len(other.text) == 1)
                ):
                    found = likeness(item.text, other.text)
                if found is not None and not (item.joined and other.joined and item.text != other.text):
                    yield Pair(place, other_place, found)

    def _readings(self, subject: Subject) -> Iterator[PreparedName]:
        """The subject's names, taken apart; of unknown kind also as a company's, where that differs."""
        for text in subject.names:
            tokens = tokenise(text, subject.kind)
            yield prepare(text, tokens, subject.kind, self._rarity)
            if subject.kind is Kind.UNKNOWN and (others := tokenise(text, Kind.COMPANY)) != tokens:
                yield prepare(text, others, Kind.COMPANY, self._rarity)

    def _rarity(self, text: str) -> float:
        place = self._index.vocabulary.token_ids.get(text)
        return frequency.rarity(text) if place is None else float(self._index.token_rarity[place])

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
        entity_place = int(self._index.name_entity[place])
        entity = self._entity(entity_place)
        name = entity.names[int(self._index.name_number[place])]
        prepared = prepare(name.text, tokenise(name.text, entity.kind), entity.kind, self._rarity)
        ids = tuple(self._index.vocabulary.id_of(item.text, item.joined) for item in prepared.items)
        return _ListedName(entity_place, name.strength, prepared, ids)

    def _entity(self, place: int) -> ListedEntity:
        try:
            return self._published.entity(place)
        except NotPublished as error:
            raise WatchlistNotReady(str(error)) from None

    @cached_property
    def _entities_by_identifier(self) -> dict[str, list[int]]:
        return self._index.entities_by_identifier()

    def _with_identifier(self, subject: Subject) -> set[int]:
        """The entities that hold one of the subject's numbers, whatever their names."""
        if not subject.identifiers:
            return set()
        keys = identifier_keys(subject.identifiers)
        return {entity for key in keys for entity in self._entities_by_identifier.get(key, ())}


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
        yield each.model_copy(update={"contribution": contribution})


def _limit(total: float) -> Evidence:
    bound = 0.0 if total < 0.0 else 1.0
    return Evidence(
        feature="limit",
        contribution=bound - total,
        subject_value=None,
        listed_value=None,
        sentence=f"a score does not go {'below 0' if bound == 0.0 else 'above 1'}",
    )


def notes(subject: Subject) -> Iterator[str]:
    """What was unusual in the subject, and what was made of it."""
    for number, name in enumerate(subject.names, 1):
        field = "name" if len(subject.names) == 1 else f"names {number}"
        hidden = invisible_characters(name)
        if hidden:
            characters = "character" if hidden == 1 else "characters"
            yield f"{field}: holds {hidden} invisible {characters} (zero-width, direction, control), ignored"
        tokens = tokenise(name, subject.kind)
        if tokens and all(token.kind is TokenKind.LEGAL for token in tokens):
            yield f"{field}: is only a legal form, which matches nobody by itself"
        elif sum(token.kind in CORE for token in tokens) == 1:
            yield f"{field}: has a single word; that is weak evidence, however exact"
