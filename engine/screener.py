"""Screen one subject, or a frame of them, against the published watchlist: one code, the same answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.features import most_that_qualifiers_add
from engine.index.candidates import CandidateIndex
from engine.index.layout import FORMAT
from engine.judge import Judge, NamePair
from engine.model import MODEL, VERSION
from engine.names.text import invisible_characters
from engine.names.tokens import CORE, TokenKind, tokenise
from engine.policy import Policies, Policy
from engine.residency.opening import residency_of, unrouted
from engine.screening import Match, Outcome, Screening, WatchlistNotReady
from engine.subject import Subject
from engine.why_not import UnknownEntity, WhyNot, reasons
from lists.freshness import Freshness
from lists.home import Home
from lists.model import ListedEntity
from lists.publish import NotPublished, Published, open_published
from lists.settings import ScreeningSettings, Settings

if TYPE_CHECKING:
    import polars as pl

    from engine.bulk import BulkScreener
    from engine.residency.admission import Residency
    from engine.residency.frames import Admitted, OnRejected

DEFAULT_LIMIT = 25
DEFAULT_THREADS = 2


class Screener:
    """A published watchlist, ready to screen. Safe to share between threads; open it once and keep it."""

    def __init__(
        self,
        published: Published,
        settings: Settings,
        home: Home | None = None,
        residency: Residency | None = None,
    ) -> None:
        """A version that lies in no home has no refreshes: its lists are as old as their loads. Without a
        residency everybody is screened, and nobody recorded.
        """
        self.published = published
        self._freshness = Freshness(published.manifest, settings.lists.stale_after_hours, home)
        self._policies = Policies(settings.screening, self.list_ids)
        self._index = CandidateIndex(published.path)
        self._judge = Judge(published, self._index)
        self.residency = residency or unrouted(published)

    @classmethod
    def open(
        cls,
        home: Home | Path | str | None = None,
        *,
        record: bool = True,
        screening: ScreeningSettings | None = None,
    ) -> Screener:
        """The watchlist that is published in a home (default: `CORDON_HOME`, else the platform's data
        directory), for the regions that this process serves. Answers are recorded in their ledgers, unless
        the settings or `record` say otherwise. `screening` is a policy to try in place of the home's.

        Every file of it is hashed first, a second for a gigabyte or two. Raises SettingsError, and
        WatchlistNotReady, with what to do next, when there is none or it cannot be used.
        """
        located = Home.locate(home)
        try:
            published = open_published(located)
            if published.manifest.index_format != FORMAT:
                raise NotPublished(
                    "another version of Cordon has published the watchlist; do it anew: cordon lists refresh"
                )
            # An array of zeros would find nobody, and nobody would know.
            published.verify()
            settings = located.settings()
            if screening is not None:
                settings = settings.model_copy(update={"screening": screening})
            residency = residency_of(located, settings, published, record=record)
            return cls(published, settings, located, residency)
        except NotPublished as error:
            raise WatchlistNotReady(str(error)) from None
        except (OSError, ValueError, TypeError) as error:
            raise WatchlistNotReady(f"the watchlist in {located.path} cannot be read: {error}") from error

    @property
    def watchlist_version(self) -> str:
        return self.published.version

    @property
    def list_ids(self) -> tuple[str, ...]:
        """The lists of the watchlist, in alphabetical order."""
        return tuple(sorted(part.list_id for part in self.published.manifest.lists))

    def entities(self) -> Iterator[ListedEntity]:
        """Every listed entity, in the order of the watchlist."""
        return (self.entity(place) for place in range(len(self.published)))

    def entity(self, place: int) -> ListedEntity:
        """The entity at a place of the watchlist."""
        return self._judge.entity(place)

    def restrict(self, entities: Iterable[int]) -> None:
        """From now on look for few entities, by their places, in a fraction of the time.

        What is found is what the whole list gives; an equal identifier may still find others.
        """
        self._index.restrict(entities)

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
        Raises WrongRegion, before anything is made of the subject, where its region is not served.
        """
        receipt = self.residency.admit(subject.residency)
        policy = self._policies.of(subject, threshold)
        matches = next(iter(self._matches([subject], threshold)))
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
            receipt=receipt,
            notes=tuple(notes(subject)),
        )
        recorder = self.residency.recorders.get(receipt.region)
        if recorder is None:
            return screening
        return recorder.screened(subject, screening, matches, limit)

    def screen_frame(
        self,
        frame: pl.DataFrame,
        *,
        threshold: float | None = None,
        threads: int = DEFAULT_THREADS,
        record: bool = True,
        on_rejected: OnRejected | None = None,
    ) -> pl.DataFrame:
        """Screen a frame of subjects, one a row, in columns named like the fields of `Subject`.

        Returns one row a match with the columns of `engine.frame.MATCH_SCHEMA`, by the subject's position in
        the frame and then best first. Raises InvalidSubject for the first row that is not a subject. Rows of
        a region that is not served are handed to `on_rejected` (`engine.residency.frames.REJECTED_SCHEMA`);
        without it WrongRegion is raised for the first of them and nobody is screened. The frame is recorded
        as a batch of the ledger of each region in it, unless the caller says otherwise (`record`).
        """
        admitted = self.residency.admit_frame(frame, on_rejected)
        with admitted.errors_as_given():
            found = self.screen_admitted(admitted, threshold=threshold, threads=threads)
        if record and self.residency.recorders:
            from engine.residency.batches import record_frame  # noqa: PLC0415 - one name needs no Polars

            record_frame(self.residency, admitted, found, self.watchlist_version)
        return admitted.as_given(found)

    def screen_admitted(
        self, admitted: Admitted, *, threshold: float | None = None, threads: int = DEFAULT_THREADS
    ) -> pl.DataFrame:
        """As `screen_frame`, of rows that `residency` has admitted, by their places among them; the caller
        records it.
        """
        from engine.frame import match_frame  # noqa: PLC0415 - one name needs no Polars

        return match_frame(self._bulk.screen(admitted.frame, threshold, threads), self.watchlist_version)

    @cached_property
    def _bulk(self) -> BulkScreener:
        from engine.bulk import BulkScreener  # noqa: PLC0415 - one name needs no Polars

        return BulkScreener(self._index, self._judge, self._policies, self.published.path)

    def matches(self, subjects: Iterable[Subject], threshold: float | None = None) -> Iterator[list[Match]]:
        """For each subject its matches, best first, from `threshold` (0..1) on, else from its policy's.

        Nothing is recorded. Raises WrongRegion, and InvalidSubject for a segment that the home does not know.
        """
        subjects = list(subjects)
        for subject in subjects:
            self.residency.admit(subject.residency)
        return self._matches(subjects, threshold)

    def _matches(self, subjects: Iterable[Subject], threshold: float | None = None) -> Iterator[list[Match]]:
        for subject in subjects:
            policy = self._policies.of(subject, threshold)
            readings = self._judge.readings(subject)
            needed = (policy.threshold - most_that_qualifiers_add(subject)) / MODEL["name.weight"]
            candidates: dict[int, list[NamePair]] = {}
            for reading, name in enumerate(readings):
                for listed, most in self._index.find(name, needed):
                    entity = int(self._index.name_entity[listed])
                    candidates.setdefault(entity, []).append(NamePair(reading, listed, most))
            yield self._judge.matches(subject, readings, candidates, policy)

    def why_not(
        self,
        subject: Subject,
        entity_id: str,
        *,
        list_id: str | None = None,
        threshold: float | None = None,
    ) -> tuple[WhyNot, ...]:
        """Why an entity does not alert for a subject: for each list that has one of this id, or for one list.

        Nothing is recorded: it is a question about a screening, not a screening. Raises UnknownEntity and
        WrongRegion.
        """
        answers = [
            self.compared(subject, place, threshold=threshold)
            for place, record in enumerate(self.entities())
            if record.entity_id == entity_id and list_id in (None, record.list_id)
        ]
        if not answers:
            where = list_id or ", ".join(self.list_ids)
            raise UnknownEntity(
                f"no entity {entity_id} is in {where}; an entity's id is that of its list, such as 4106845"
            )
        return tuple(answers)

    def compared(self, subject: Subject, place: int, *, threshold: float | None = None) -> WhyNot:
        """As `why_not`, of the entity at a place of the watchlist."""
        self.residency.admit(subject.residency)
        policy = self._policies.of(subject, threshold)
        match = self._judge.compared(subject, place, policy)
        alerts, sentences = reasons(match, self.entity(place), policy)
        return WhyNot(
            alerts=alerts,
            threshold=policy.threshold,
            reasons=sentences,
            match=match,
            watchlist_version=self.watchlist_version,
            model_version=VERSION,
            policy_version=policy.version,
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
