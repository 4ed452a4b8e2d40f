"""Recording a screening: the event, and what earlier decisions make of its matches."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import NamedTuple

from engine.ledger.fingerprints import fingerprinter, match_id, subject_key, subject_text
from engine.ledger.layout import Region
from engine.ledger.listed import ListedEntities
from engine.ledger.settled import FALSE_POSITIVE, SettledMatches, reason_to_reopen
from engine.ledger.writer import Writer, writer_of
from engine.policy import Policies
from engine.privacy.envelope import Personal
from engine.privacy.tokens import subject_token
from engine.screening import Match, Outcome, Screening
from engine.subject import Subject
from lists.publish import Published
from lists.settings import LedgerSettings, Settings

log = logging.getLogger("cordon.ledger")


class Sighting(NamedTuple):
    """A match of a subject with what the ledger knows of it. `reopens` says why it needs attention again."""

    match_id: str
    list_id: str
    entity_id: str
    entity_fingerprint: str
    suppressed_by: str | None
    reopens: str | None


class Recorder:
    """Records what a screener answers. Safe to share between threads; opens nothing before it is needed."""

    def __init__(
        self,
        region: Region,
        writer: Writer,
        published: Published,
        unused: Mapping[str | None, frozenset[str]],
    ) -> None:
        """`unused` are the fields that the policy of each segment (None: of none) leaves out."""
        self.region = region
        self._unused = unused
        self.writer = writer
        self.listed = ListedEntities(published)
        self.settled = SettledMatches(region)

    def screened(
        self, subject: Subject, screening: Screening, matches: Sequence[Match], limit: int
    ) -> Screening:
        """Record an answer with all its matches, before it is given; the answer, with what is quiet marked.

        Raises `LedgerError`: then it must not be given.
        """
        fingerprint = self.fingerprint(subject)
        sightings: list[Sighting] = []
        key = subject_key(subject.subject_id, fingerprint)
        if matches:
            sightings = [self.sight(key, fingerprint, match.list_id, match.entity_id) for match in matches]
            if any(each.suppressed_by for each in sightings):
                matches = [
                    match.model_copy(update={"suppressed_by": each.suppressed_by})
                    for match, each in zip(matches, sightings, strict=True)
                ]
                is_clear = all(each.suppressed_by for each in sightings)
                screening = screening.model_copy(
                    update={
                        "matches": tuple(matches[:limit]),
                        "outcome": Outcome.CLEAR if is_clear else Outcome.ALERT,
                    }
                )
        event = self.writer.append(
            "screened",
            _members(subject, screening, matches, sightings, fingerprint, limit),
            Personal(
                self.writer.key_of(key, "alert" if matches else "screening"),
                _personal(self.kept(subject), matches),
            ),
        )
        if log.isEnabledFor(logging.DEBUG):
            token = subject_token(self.writer.keys, key)
            told = {"subject": token, "outcome": screening.outcome.value, "event": event}
            log.debug("screened", extra=told)
        if any(each.reopens for each in sightings):
            from engine.ledger.reopening import Reopening, reopen  # noqa: PLC0415 - rare, needs the database

            reopen(self, [Reopening(each, event, subject, fingerprint) for each in sightings if each.reopens])
        return screening

    def unused(self, segment: str | None) -> frozenset[str]:
        """The fields of a subject of this segment that are not looked at, and so not recorded."""
        return self._unused.get(segment, frozenset())

    def kept(self, subject: Subject) -> Subject:
        """A subject with what is recorded of it: it is screened as the whole one is."""
        unused = self.unused(subject.segment)
        if not unused:
            return subject
        return subject.model_copy(update={name: Subject.model_fields[name].default for name in unused})

    def fingerprint(self, subject: Subject) -> str:
        """Of the screened fields of a subject, in hexadecimal."""
        make = _fingerprinter(self.writer.fingerprint_key)
        return make(subject_text(subject).encode()).hex()

    def sight(self, key: str, fingerprint: str, list_id: str, entity_id: str) -> Sighting:
        """What the ledger knows of a match of the subject with this key and fingerprint."""
        match, entity = match_id(key, list_id, entity_id), self.listed.fingerprint(list_id, entity_id)
        settled = self.settled.get(match)
        if settled is None:
            return Sighting(match, list_id, entity_id, entity, None, None)
        why = reason_to_reopen(settled, fingerprint, entity, dt.datetime.now(dt.UTC))
        is_quiet = why is None and settled.state == FALSE_POSITIVE
        return Sighting(match, list_id, entity_id, entity, settled.event if is_quiet else None, why)


_fingerprinter = lru_cache(maxsize=16)(fingerprinter)


def recorders_of(regions: Iterable[Region], settings: Settings, published: Published) -> dict[str, Recorder]:
    """The recorder of each region by its id; none where the settings say that nothing is recorded.

    Raises `WatchlistNotReady` when a policy wants a list that the watchlist does not hold.
    """
    if not settings.ledger.record:
        return {}
    policies = Policies(settings.screening, [part.list_id for part in published.manifest.lists])
    unused = {None: policies.default.unused} | {
        name: policy.unused for name, policy in policies.segments.items()
    }
    return {
        region.region_id: Recorder(region, ledger_writer(region, settings.ledger), published, unused)
        for region in regions
    }


def ledger_writer(region: Region, settings: LedgerSettings) -> Writer:
    """This process's writer in a region, which flushes as the settings say."""
    writer = writer_of(region)
    writer.is_batched = settings.sync == "batched"
    return writer


def _members(
    subject: Subject,
    screening: Screening,
    matches: Sequence[Match],
    sightings: Sequence[Sighting],
    fingerprint: str,
    limit: int,
) -> str:
    """The members of a `screened` event, but what tells of the person."""
    answer = screening.model_dump_json(exclude={"subject_id", "matches", "receipt"})
    listed = ",".join(_match(*each) for each in zip(matches, sightings, strict=True))
    return (
        f'"subject_id":{_text(subject.subject_id)},"fingerprint":"{fingerprint}",'
        f'"screening":{answer},"limit":{limit},'
        f'"receipt":{screening.receipt.as_json},'
        f'"matches":[{listed}]'
    )


def _personal(subject: Subject, matches: Sequence[Match]) -> str:
    """What tells of the person."""
    found = ",".join(match.model_dump_json(include={"subject_name", "evidence"}) for match in matches)
    return f'{{"subject":{subject_json(subject)},"matches":[{found}]}}'


def _text(value: str | None) -> str:
    return "null" if value is None else encode_basestring_ascii(value)


def subject_json(subject: Subject) -> str:
    """A subject's fields but its reference, from which `Subject.model_validate` makes it again."""
    return subject.model_dump_json(exclude={"subject_id"}, exclude_defaults=True)


def _match(match: Match, sighting: Sighting) -> str:
    # By hand: a serialiser that leaves fields out takes twice as long. Ids and digests need no escaping.
    programmes = ",".join(map(encode_basestring_ascii, match.programmes))
    return (
        f'{{"match_id":"{sighting.match_id}","list_id":{_text(match.list_id)},'
        f'"entity_id":{_text(match.entity_id)},"fingerprint":"{sighting.entity_fingerprint}",'
        f'"kind":"{match.kind.value}","score":{match.score!r},"matched_name":{_text(match.matched_name)},'
        f'"programmes":[{programmes}],"suppressed_by":{_text(sighting.suppressed_by)}}}'
    )
