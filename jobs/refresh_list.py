"""Refreshing one list: what its server gives replaces the version in use, or says why it may not."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import version

from pydantic import AwareDatetime, BaseModel, ConfigDict

from jobs.recording import Recorded, Recording, accepted_assertions
from lists.acceptance import Decision, Objection, Refused
from lists.download_errors import Stopped
from lists.enabled import settings_of, time_between
from lists.fetch import Fetch, Fetched, FetchError, LeftAlone
from lists.home import Home, HomeError
from lists.manifest import PublishedList
from lists.refresh_state import Reading, RefreshState, read_state, write_state
from lists.settings import ListSettings
from lists.source import Source, SourceError
from lists.store import ListStore
from lists.store_file import StoreBusy, StoreError

# A list that is loaded by hand meanwhile takes some seconds; a refresh need not fail for that.
PATIENCE_SECONDS = 120.0

# A list that could not be fetched is tried again sooner than one that could.
_RETRY_AFTER = dt.timedelta(minutes=30)
# Up to a third earlier or later, so that not everybody asks a publisher in the same minute.
JITTER = 1 / 3
_MEGABYTE = 1_000_000

_VERSION = version("cordon")


class Outcome(StrEnum):
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class RefreshResult(BaseModel):
    """What the refresh of one list did. Counts are of the list in use afterwards, None where there is none.

    `version` is the watchlist version in use afterwards, `accepted` what spoke against a version that was
    accepted all the same, `error` a sentence on why the refresh failed.
    """

    model_config = ConfigDict(frozen=True)

    list_id: str
    title: str
    outcome: Outcome
    error: str | None = None
    published_on: dt.date | None = None  # the date stated in the files
    snapshot_id: int | None = None
    entities: int | None = None
    names: int | None = None
    added: int = 0
    removed: int = 0
    changed: int = 0
    version: str | None = None
    next_at: AwareDatetime | None = None
    accepted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class ListRefresh:
    """One refresh of one list. `in_use` is what is published of it; `report` gets a word and a share."""

    home: Home
    declared: Source
    settings: ListSettings
    in_use: PublishedList | None
    accept: bool
    insist: bool
    stop: threading.Event
    report: Callable[[str, float | None], None]
    _begun: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def run(self) -> RefreshResult:
        """Refresh, and remember how it went. Raises `Stopped`, `StoreBusy` and `HomeError`."""
        if self.stop.is_set():
            raise Stopped
        state = read_state(self.home, self.declared.list_id)
        fetch = Fetch(
            home=self.home,
            source=self.declared,
            address=settings_of(self.declared, self.settings).address,
            state=state,
            limits=self.settings.fetch,
            insist=self.insist,
            stop=self.stop,
            on_bytes=self._received,
        )
        self.report("asking", None)
        try:
            with fetch.run() as fetched:
                result, state = self._taken(state, fetched)
                fetch.keep(fetched)
            state = self._succeeded(state, fetch, fetched)
        except (Stopped, StoreBusy):
            raise
        except HomeError as error:
            if not isinstance(error, StoreError):  # the home cannot be written, for this list or any
                raise
            result, state = self._failed(state, fetch, error)
        except Exception as error:  # whatever one list does must not stop the others
            result, state = self._failed(state, fetch, error)
        write_state(self.home, self.declared.list_id, state)
        return result.model_copy(update={"next_at": state.next_at})

    def _taken(self, state: RefreshState, fetched: Fetched) -> tuple[RefreshResult, RefreshState]:
        """Use the files, unless they are those in use."""
        part = self.in_use
        if (
            part
            and fetched.is_same
            and state.read_by == _VERSION
            and state.confirmed_digest == part.content_digest
        ):
            return self._result(Outcome.UNCHANGED).model_copy(
                update={"published_on": state.published_on}
            ), state
        decision = Decision(self.declared.list_id, self.accept, state.accepted)
        with ListStore.open(self.home, patience=PATIENCE_SECONDS) as store:
            newest = store.newest().get(self.declared.list_id)
            is_known = newest is not None and newest.content_digest == state.confirmed_digest
            published_before = state.published_on if is_known else None
            recording = Recording(store, self.declared, decision, self._read, published_before)
            recorded = recording.run(fetched.folder)
        return self._recorded(recorded, decision.accepted), _after(state, recorded)

    def _recorded(self, recorded: Recorded, accepted: list[Objection]) -> RefreshResult:
        loaded = recorded.loaded
        return RefreshResult(
            list_id=self.declared.list_id,
            title=self.declared.title,
            outcome=Outcome.UPDATED if loaded.is_new else Outcome.UNCHANGED,
            published_on=recorded.published_on,
            snapshot_id=loaded.snapshot_id,
            entities=loaded.entities,
            names=loaded.names,
            added=loaded.added,
            removed=loaded.removed,
            changed=loaded.changed,
            accepted=tuple(objection.sentence for objection in accepted),
            notes=recorded.notes,
        )

    def _succeeded(self, state: RefreshState, fetch: Fetch, fetched: Fetched) -> RefreshState:
        return state.model_copy(
            update={
                "attempted_at": self._begun,
                "confirmed_at": self._begun,
                "next_at": _in_about(time_between(self.declared, self.settings)),
                "not_before": None,
                "files": fetched.files,
                "breaker": fetch.breaker,
            }
        )

    def _failed(
        self, state: RefreshState, fetch: Fetch, error: Exception
    ) -> tuple[RefreshResult, RefreshState]:
        sentence = self._sentence(error)
        not_before = error.not_before if isinstance(error, FetchError) else None
        times = (_in_about(_RETRY_AFTER), not_before, fetch.resumes_at)
        changes: dict[str, object] = {
            "next_at": max(time for time in times if time),
            "breaker": fetch.breaker,
        }
        if not isinstance(error, LeftAlone):
            changes |= {
                "attempted_at": self._begun,
                "failed_at": self._begun,
                "error": sentence,
                "not_before": not_before,
            }
        return self._result(Outcome.FAILED, sentence), state.model_copy(update=changes)

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, FetchError | SourceError | StoreError | Refused):
            return str(error).removeprefix(f"{self.declared.list_id}: ")
        return (
            f"internal error ({type(error).__name__}) while reading it; report it, and load the list by hand "
            "with --debug for details"
        )

    def _result(self, outcome: Outcome, error: str | None = None) -> RefreshResult:
        """A result without a change: the version in use stays."""
        part = self.in_use
        return RefreshResult(
            list_id=self.declared.list_id,
            title=self.declared.title,
            outcome=outcome,
            error=error,
            published_on=part.published_on if part else None,
            snapshot_id=part.snapshot_id if part else None,
            entities=part.entities if part else None,
            names=part.names if part else None,
        )

    def _received(self, received: int, expected: int | None) -> None:
        share = min(1.0, received / expected) if expected else None
        self.report(f"{received / _MEGABYTE:,.1f} MB", share)

    def _read(self, stage: str, count: int) -> None:
        if self.stop.is_set():
            raise Stopped
        self.report(f"{stage}, {count:,} entities", None)


def _after(state: RefreshState, recorded: Recorded) -> RefreshState:
    """The state once a version was recorded; what it breaks from now on is accepted."""
    return state.model_copy(
        update={
            "confirmed_digest": recorded.content_digest,
            "published_on": recorded.published_on,
            "read_by": _VERSION,
            "reading": Reading(
                content_digest=recorded.content_digest, not_understood=dict(recorded.not_understood)
            ),
            "accepted": accepted_assertions(recorded),
        }
    )


def _in_about(delay: dt.timedelta) -> dt.datetime:
    factor = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - nothing to guess
    return dt.datetime.now(dt.UTC) + delay * factor
