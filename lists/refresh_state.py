"""What is known of the last refresh of each list: when, from where, with what result, and when to try again.

One small JSON file a list beside `lists.duckdb`, so that it can be read while a process writes the database.
All in it can be lost: the next refresh then fetches the list as if for the first time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from lists.durable import replace_file
from lists.home import Home

_NAME = "state.json"


class _Part(BaseModel):
    # What a later version adds is not for this one to stumble over.
    model_config = ConfigDict(frozen=True, extra="ignore")


class KnownFile(_Part):
    """A file that was fetched, and what its server wants to be asked with for it the next time."""

    name: str
    origin: str  # see `origin_of`
    size: int
    sha256: str
    etag: str | None = None
    last_modified: str | None = None
    asked_at: (
        AwareDatetime  # when its bytes last came: a server that always says "not modified" is not believed
    )


class BreakerState(_Part):
    """A circuit breaker between two runs; see `lists.fetch`."""

    state: str = "closed"
    failures: int = 0
    opened_at: AwareDatetime | None = None
    origins: tuple[str, ...] = ()  # of the files, see `origin_of`; others get a fresh start


class Reading(_Part):
    """What reading the files in use found: records of this digest, and what no field was found for."""

    content_digest: str
    not_understood: dict[str, int]


class RefreshState(_Part):
    """How the refreshes of one list went. Times are UTC; a digest is one of the records (`lists.digest`)."""

    attempted_at: AwareDatetime | None = None
    confirmed_at: AwareDatetime | None = None  # when the publisher's server last gave or confirmed the list
    confirmed_digest: str | None = None  # of the records it confirmed
    published_on: dt.date | None = None  # the date stated in the files it confirmed
    failed_at: AwareDatetime | None = None
    error: str | None = None  # of `failed_at`, also when a later refresh succeeded
    next_at: AwareDatetime | None = None
    not_before: AwareDatetime | None = None  # the server asked not to be asked again before
    files: tuple[KnownFile, ...] = ()  # of the refresh at `confirmed_at`
    read_by: str | None = None  # the version of Cordon that read them
    reading: Reading | None = None
    accepted: tuple[str, ...] = ()  # assertions that a person has seen broken and accepted
    breaker: BreakerState = BreakerState()

    @property
    def has_failed(self) -> bool:
        """Whether the last refresh failed."""
        return self.failed_at is not None and self.failed_at == self.attempted_at


def origin_of(address: str) -> str:
    """What tells one address from another without showing the token that may be in it."""
    return hashlib.sha256(address.encode()).hexdigest()


def folder_of(home: Home, list_id: str) -> Path:
    """Where a list's state and its official files are."""
    return home.refresh / list_id


def read_state(home: Home, list_id: str) -> RefreshState:
    """The state of a list; an empty one when there is none, or none that can be read."""
    try:
        return RefreshState.model_validate_json((folder_of(home, list_id) / _NAME).read_bytes())
    except (OSError, ValidationError):
        return RefreshState()


def write_state(home: Home, list_id: str, state: RefreshState) -> None:
    """Replace the state of a list in one step. Raises `HomeError`."""
    with home.writing():
        folder_of(home, list_id).mkdir(parents=True, exist_ok=True)
        content = state.model_dump_json(indent=2, exclude_defaults=True)
        replace_file(folder_of(home, list_id) / _NAME, content.encode())


def known_lists(home: Home) -> list[str]:
    """The lists a refresh was ever tried of, by id."""
    return sorted(path.parent.name for path in home.refresh.glob(f"*/{_NAME}"))


def fetched_at(
    loaded_at: dt.datetime, content_digest: str, state: RefreshState, now: dt.datetime
) -> dt.datetime:
    """When records that were loaded then were last known to be what their publisher publishes.

    Where a clock that was wrong has put the load into the future, a confirmation counts alone.
    """
    if state.confirmed_at is not None and state.confirmed_digest == content_digest:
        return state.confirmed_at if loaded_at > now else max(loaded_at, state.confirmed_at)
    return loaded_at
