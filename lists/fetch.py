"""Fetching a list's files: nothing twice, again when a server stumbles, not at all while it is down."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

from pybreaker import STATE_HALF_OPEN, STATE_OPEN, CircuitBreaker, CircuitBreakerError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_any
from tenacity.nap import sleep_using_event
from tenacity.stop import stop_when_event_set
from tenacity.wait import wait_exponential_jitter

from lists.breaker import Storage
from lists.download import Downloaded, Request, download
from lists.download_errors import DownloadError, Stopped
from lists.durable import sync_file, sync_folder
from lists.home import Home
from lists.refresh_state import BreakerState, KnownFile, RefreshState, folder_of, origin_of
from lists.settings import FetchSettings
from lists.source import ExpectedFile, Source

# A server that fails in this many refreshes on end, each of several attempts, is left alone for so long.
BREAKER_FAILURES = 3
BREAKER_SECONDS = 3_600

# Longer than this nobody waits inside a refresh; what a server asks for beyond it puts off the next one.
_LONGEST_WAIT_SECONDS = 120
_LONGEST_RETRY_AFTER = dt.timedelta(days=1)
# Some servers answer "not modified" for ever. After so long they are asked for the whole file again.
_NOT_MODIFIED_BELIEVED_FOR = dt.timedelta(days=1)
_FILES = "files"
_INCOMING = "incoming-"
# Some servers turn away whatever does not look like a browser at all.
_USER_AGENT = f"Mozilla/5.0 (compatible; Cordon/{version('cordon')})"

OnBytes = Callable[[int, int | None], None]


class FetchError(Exception):
    """A list that could not be fetched, in a sentence; `not_before` is when its server may be asked again."""

    def __init__(self, sentence: str, not_before: dt.datetime | None = None) -> None:
        self.not_before = not_before
        super().__init__(sentence)


class LeftAlone(FetchError):  # noqa: N818 - named for what is the case
    """A list whose server was not asked at all, because it asked for that or keeps failing."""


@dataclass(frozen=True)
class Fetched:
    """A list's files, complete, in a folder that is gone when the fetch is left.

    `is_same` when they are, byte for byte, those of the last refresh that was accepted.
    """

    folder: Path
    files: tuple[KnownFile, ...]
    is_same: bool


@dataclass
class Fetch:
    """One try to fetch one list. `breaker` is the state of its circuit breaker, before and after."""

    home: Home
    source: Source
    address: str | None  # instead of the official one
    state: RefreshState
    limits: FetchSettings
    insist: bool = False  # ask even a server that is being left alone
    stop: threading.Event = field(default_factory=threading.Event)
    on_bytes: OnBytes = lambda _received, _expected: None

    def __post_init__(self) -> None:
        self.addresses = {file.name: _address(file, self.source, self.address) for file in self.source.files}
        origins = tuple(map(origin_of, self.addresses.values()))
        self._has_moved = self.state.breaker.origins != origins
        opened = self.state.breaker.opened_at
        is_useless = self._has_moved or (opened is not None and opened > _now())  # a clock that was wrong
        self.breaker = BreakerState(origins=origins) if is_useless else self.state.breaker

    @contextmanager
    def run(self) -> Iterator[Fetched]:
        """The list's files. Raises `FetchError`, `Stopped`, and `HomeError`."""
        folder = folder_of(self.home, self.source.list_id)
        self._check_addresses()
        self._check_not_before()
        with self.home.writing():
            folder.mkdir(parents=True, exist_ok=True)
            for leftover in folder.glob(f"{_INCOMING}*"):  # of a run that was killed
                shutil.rmtree(leftover, ignore_errors=True)
            incoming = TemporaryDirectory(prefix=_INCOMING, dir=folder, ignore_cleanup_errors=True)
        with incoming as name:
            yield self._guarded(Path(name))

    def keep(self, fetched: Fetched) -> None:
        """Keep the files of a list that was accepted, in place of those before. Raises `HomeError`."""
        kept = self._kept
        if fetched.folder == kept:
            return
        with self.home.writing():
            kept.mkdir(exist_ok=True)
            for file in fetched.files:
                sync_file(fetched.folder / file.name)
                (fetched.folder / file.name).replace(kept / file.name)
            for other in {path.name for path in kept.iterdir()} - {file.name for file in fetched.files}:
                (kept / other).unlink()
            sync_folder(kept)

    @property
    def _kept(self) -> Path:
        return folder_of(self.home, self.source.list_id) / _FILES

    def _check_addresses(self) -> None:
        if not all(self.addresses.values()):
            section = f"[lists.sources.{self.source.list_id}]"
            raise FetchError(f"has no official address; give yours in cordon.toml: {section} address")

    def _check_not_before(self) -> None:
        until = self.state.not_before
        # Further off than a server may ask for, a clock that was wrong has set it.
        is_waiting = until is not None and _now() < until < _now() + 2 * _LONGEST_RETRY_AFTER
        if until and is_waiting and not self.insist and not self._has_moved:
            raise LeftAlone(f"its server asked to be left alone until {_shown(until)}", until)

    def _guarded(self, incoming: Path) -> Fetched:
        """The files, unless the server has failed so often lately that it is left alone."""
        storage = Storage(self.breaker)
        breaker = CircuitBreaker(
            BREAKER_FAILURES, BREAKER_SECONDS, state_storage=storage, throw_new_error_on_trip=False
        )
        if self.insist and self.breaker.state == STATE_OPEN:
            storage.state = STATE_HALF_OPEN
        try:
            fetched: Fetched = breaker.call(self._fetched, incoming)
        except CircuitBreakerError:
            raise self._left_alone() from None
        except DownloadError as error:
            if self.stop.is_set():  # which the server is not to blame for
                raise Stopped from None
            self.breaker = storage.known
            raise self._failed(error) from None
        self.breaker = storage.known
        return fetched

    @property
    def resumes_at(self) -> dt.datetime | None:
        """Until when the server is left alone because it keeps failing; None while it is not."""
        if self.breaker.state != STATE_OPEN or self.breaker.opened_at is None:
            return None
        return self.breaker.opened_at + dt.timedelta(seconds=BREAKER_SECONDS)

    def _left_alone(self) -> LeftAlone:
        sentence = f"its server failed in {self.breaker.failures} refreshes on end"
        until = f" and is left alone until {_shown(self.resumes_at)}" if self.resumes_at else ""
        return LeftAlone(f"{sentence}{until}; last error: {self.state.error}")

    def _failed(self, error: DownloadError) -> FetchError:
        if not error.retry_after:
            return FetchError(str(error))
        asked = min(dt.timedelta(seconds=error.retry_after), _LONGEST_RETRY_AFTER)
        until = _now() + asked
        return FetchError(f"{error}, and asks to be left alone until {_shown(until)}", until)

    def _fetched(self, incoming: Path) -> Fetched:
        files = tuple(self._file(file, incoming) for file in self.source.files)
        known = {file.name: file.sha256 for file in self.state.files}
        is_same = known == {file.name: file.sha256 for file in files}
        is_kept = not any((incoming / file.name).exists() for file in files)
        if not is_kept:
            self._complete(files, incoming)
        return Fetched(self._kept if is_kept else incoming, files, is_same)

    def _file(self, file: ExpectedFile, incoming: Path) -> KnownFile:
        address = self.addresses[file.name]
        known = self._known(file.name, address)
        is_believed = known and abs(_now() - known.asked_at) < _NOT_MODIFIED_BELIEVED_FOR
        request = Request(
            address,
            self.source.user_agent or _USER_AGENT,
            known.etag if known and is_believed else None,
            known.last_modified if known and is_believed else None,
        )
        downloaded = self._downloaded(request, incoming / file.name)
        if downloaded is None:
            assert known is not None  # noqa: S101 - without it there was nothing to ask "modified since" with
            return known
        return KnownFile(
            name=file.name,
            origin=origin_of(address),
            size=downloaded.size,
            sha256=downloaded.sha256,
            etag=downloaded.etag,
            last_modified=downloaded.last_modified,
            asked_at=_now(),
        )

    def _known(self, name: str, address: str) -> KnownFile | None:
        """What was kept from there the last time, if it is still what it was."""
        for known in self.state.files:
            if (known.name, known.origin) == (name, origin_of(address)) and _is_intact(
                self._kept / name, known
            ):
                return known
        return None

    def _downloaded(self, request: Request, to: Path) -> Downloaded | None:
        retrying = Retrying(
            stop=stop_any(stop_after_attempt(self.limits.attempts), stop_when_event_set(self.stop)),
            wait=self._pause,
            retry=retry_if_exception(_is_worth_repeating),
            sleep=sleep_using_event(self.stop),
            reraise=True,
        )
        with self.home.writing():
            return retrying(
                download,
                request,
                to,
                self.limits,
                stop=self.stop,
                on_bytes=self.on_bytes,
                max_bytes=self.source.max_bytes,
            )

    def _pause(self, retry: RetryCallState) -> float:
        wait = self.limits.wait_seconds
        backoff = wait_exponential_jitter(multiplier=wait, max=_LONGEST_WAIT_SECONDS, jitter=wait)(retry)
        error = retry.outcome.exception() if retry.outcome else None
        asked = error.retry_after if isinstance(error, DownloadError) else None
        return max(backoff, asked or 0)

    def _complete(self, files: tuple[KnownFile, ...], incoming: Path) -> None:
        """Put beside the new files those that have not changed, since a list is read as a whole."""
        with self.home.writing():
            for file in files:
                if not (incoming / file.name).exists():
                    shutil.copyfile(self._kept / file.name, incoming / file.name)


def _address(file: ExpectedFile, source: Source, instead: str | None) -> str:
    if instead is None:
        return file.address
    if len(source.files) == 1:
        return instead
    folder = urlsplit(instead)
    return urlunsplit(folder._replace(path=f"{folder.path.rstrip('/')}/{file.name}"))


def _is_intact(path: Path, known: KnownFile) -> bool:
    with suppress(OSError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == known.sha256
    return False


def _is_worth_repeating(error: BaseException) -> bool:
    return (
        isinstance(error, DownloadError)
        and error.is_passing
        and (error.retry_after or 0) <= _LONGEST_WAIT_SECONDS
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _shown(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
