"""One download from one address: bounded in time, size and redirects, complete or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin

import requests
import urllib3

from lists.addresses import is_this_machine, is_trusted, masked
from lists.download_errors import DownloadError, Stopped, after_status, translated
from lists.settings import FetchSettings
from lists.source import MAX_FILE_BYTES

_MAX_REDIRECTS = 10  # OFAC takes two
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK_BYTES = 256 * 1024
_STOP_CHECKED_EVERY = 0.2  # seconds
_SHOWN_BODY_BYTES = 2_000  # of an error: enough for a server's own words
_LONGEST_VALIDATOR = 1_000
_DIGITS = re.compile(r"[0-9]{1,15}")
_GZIP = 16 + zlib.MAX_WBITS  # zlib's word for a gzip header and trailer, which hold a check sum


@dataclass(frozen=True)
class Request:
    """What to download. `etag` and `last_modified` ask for nothing where nothing has changed since."""

    address: str
    user_agent: str
    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        asked = {"User-Agent": self.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip"}
        if self.etag:
            asked["If-None-Match"] = self.etag
        if self.last_modified:
            asked["If-Modified-Since"] = self.last_modified
        return asked


@dataclass(frozen=True)
class Downloaded:
    """A complete body: its bytes as unpacked, their SHA-256 in hex, and what to ask with the next time."""

    size: int
    sha256: str
    etag: str | None
    last_modified: str | None


@dataclass
class _Watch:
    """Tells a download that nobody waits for it any more. `on_bytes` is called with received and expected."""

    on_bytes: Callable[[int, int | None], None]
    is_over: threading.Event = field(default_factory=threading.Event)


def download(
    request: Request,
    to: Path,
    limits: FetchSettings,
    *,
    stop: threading.Event | None = None,
    on_bytes: Callable[[int, int | None], None] = lambda _received, _expected: None,
    max_bytes: int = MAX_FILE_BYTES,
) -> Downloaded | None:
    """Download a body into a file; None when the server says that it has not changed.

    Raises `DownloadError` with a sentence, `Stopped` when `stop` is set meanwhile, and OSError when the file
    cannot be written. The file is complete when this returns and of no use when it raises.
    """
    watch = _Watch(on_bytes)
    result: Future[Downloaded | None] = Future()
    # A name of its own: the thread of an earlier attempt may not have noticed yet that it is over.
    unfinished = to.with_name(f".{to.name}.{uuid.uuid4().hex}")

    def work() -> None:
        try:
            result.set_result(_Download(request, unfinished, limits, watch, max_bytes).run())
        except BaseException as error:  # for whoever waits
            result.set_exception(error)

    # In a thread of its own, which is left alone when its time is over: a server that sends a byte now and
    # then can hold a name look-up, a handshake or a header for as long as it likes.
    threading.Thread(target=work, name=f"download {masked(request.address)}", daemon=True).start()
    try:
        downloaded = _wait(result, limits.total_seconds, stop or threading.Event(), request.address)
        if downloaded is not None:
            unfinished.replace(to)
    finally:
        watch.is_over.set()
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return downloaded


def _wait(
    result: Future[Downloaded | None], seconds: float, stop: threading.Event, address: str
) -> Downloaded | None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        wait([result], timeout=min(left, _STOP_CHECKED_EVERY))
        if result.done():
            return result.result()
        if stop.is_set():
            raise Stopped
    raise DownloadError(address, f"did not finish within {seconds:g} seconds", is_passing=True)


class _Session(requests.Session):
    """A session that leaves redirects alone; by itself it reads the body of one that it shall not follow."""

    def get_redirect_target(self, _resp: requests.Response) -> None:
        return None


@dataclass
class _Download:
    request: Request
    to: Path
    limits: FetchSettings
    watch: _Watch
    max_bytes: int

    def run(self) -> Downloaded | None:
        try:
            with _Session() as session, closing(self._opened(session)) as response:
                if response.status_code == requests.codes.not_modified and self._is_conditional():
                    return None
                if response.status_code != requests.codes.ok:
                    raise self._refused(response)
                return self._received(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise translated(self.request.address, error, self.limits) from None

    def _is_conditional(self) -> bool:
        return bool(self.request.etag or self.request.last_modified)

    def _opened(self, session: requests.Session) -> requests.Response:
        """The response at the end of the redirects, its body not yet read."""
        address, seen = self.request.address, {self.request.address}
        while True:
            response = self._asked(session, address)
            if response.status_code not in _REDIRECTS:
                return response
            with closing(response):
                address = self._target(response, seen)
            seen.add(address)

    def _asked(self, session: requests.Session, address: str) -> requests.Response:
        try:
            return session.get(
                address,
                headers=self.request.headers(),
                timeout=(self.limits.connect_seconds, self.limits.read_seconds),
                # No proxy stands between this machine and itself.
                proxies={"http": "", "https": ""} if is_this_machine(address) else None,
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException:
            raise
        except OSError as error:  # such as a REQUESTS_CA_BUNDLE that is not there
            raise self._error(f"cannot be asked ({error})") from error

    def _target(self, response: requests.Response, seen: set[str]) -> str:
        location = response.headers.get("Location")
        if not location:
            raise self._error(f"redirects (status {response.status_code}) to nowhere")
        try:
            target = urljoin(response.url, location)
        except ValueError:
            target = ""
        if target in seen:
            raise self._error(f"redirects in a circle, back to {masked(target)}")
        if len(seen) > _MAX_REDIRECTS:
            raise self._error(f"redirects more than {_MAX_REDIRECTS} times")
        was_encrypted = response.url.startswith("https:")
        if not is_trusted(target) or (was_encrypted and not target.startswith("https:")):
            raise self._error(f"redirects to {masked(target)}, which is not https; refused")
        return target

    def _refused(self, response: requests.Response) -> DownloadError:
        """The error for a response that has no list, with the server's own words where it has some."""
        body = b""
        with suppress(urllib3.exceptions.HTTPError):  # the status says enough
            body = response.raw.read(_SHOWN_BODY_BYTES, decode_content=True)
        return after_status(
            self.request.address,
            response.status_code,
            body,
            response.headers.get("Content-Type", ""),
            retry_after(response.headers),
        )

    def _received(self, response: requests.Response) -> Downloaded:
        digest, size = hashlib.sha256(), 0
        with self.to.open("wb") as file:
            for part in self._unpacked(response):
                size += len(part)
                if size > self.max_bytes:
                    raise self._too_large(size)
                digest.update(part)
                file.write(part)
        headers = response.headers
        return Downloaded(
            size, digest.hexdigest(), _validator(headers, "ETag"), _validator(headers, "Last-Modified")
        )

    def _unpacked(self, response: requests.Response) -> Iterator[bytes]:
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding in ("identity", ""):
            yield from self._body(response)
            return
        if encoding not in ("gzip", "x-gzip"):
            raise self._error(f"sends its answer packed as {encoding[:40]!r}, which was not asked for")
        try:
            yield from self._gunzipped(self._body(response))
        except zlib.error:
            raise self._error("sends a packed answer that cannot be unpacked", is_passing=True) from None

    def _gunzipped(self, body: Iterator[bytes]) -> Iterator[bytes]:
        """What a gzip body of one or several members holds, a chunk at a time however far it expands."""
        unpacker = zlib.decompressobj(_GZIP)
        for packed in body:
            left = packed
            while left:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(_GZIP)
                yield unpacker.decompress(left, _CHUNK_BYTES)
                left = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        yield unpacker.flush()
        if not unpacker.eof:
            raise self._error("broke off in the middle of a packed answer", is_passing=True)

    def _body(self, response: requests.Response) -> Iterator[bytes]:
        """The bytes as sent, all of them. Raises `DownloadError` when there are fewer than announced."""
        expected = self._length(response)
        response.raw.enforce_content_length = False  # checked below, with a sentence
        received = 0
        while data := response.raw.read1(_CHUNK_BYTES, decode_content=False):
            received += len(data)
            if received > self.max_bytes:
                raise self._too_large(received)
            if self.watch.is_over.is_set():
                raise Stopped
            self.watch.on_bytes(received, expected)
            yield data
        if expected is not None and received != expected:
            raise self._error(f"broke off after {received:,} of {expected:,} bytes", is_passing=True)

    def _length(self, response: requests.Response) -> int | None:
        stated = response.headers.get("Content-Length", "")
        if "Transfer-Encoding" in response.headers or not _DIGITS.fullmatch(stated):
            return None
        if int(stated) > self.max_bytes:
            raise self._too_large(int(stated))
        return int(stated)

    def _too_large(self, size: int) -> DownloadError:
        return self._error(f"sends {size:,} bytes or more, far more than any list has; refused")

    def _error(self, sentence: str, *, is_passing: bool = False) -> DownloadError:
        return DownloadError(self.request.address, sentence, is_passing=is_passing)


def retry_after(headers: Mapping[str, str], now: dt.datetime | None = None) -> float | None:
    """The seconds a server asks to be left alone (RFC 9110, section 10.2.3); None where it does not say."""
    stated = headers.get("Retry-After", "").strip()
    if _DIGITS.fullmatch(stated):
        return float(stated)
    try:
        moment = parsedate_to_datetime(stated)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        return max(0.0, (moment - (now or dt.datetime.now(dt.UTC))).total_seconds())
    except (ValueError, OverflowError):
        return None


def _validator(headers: Mapping[str, str], name: str) -> str | None:
    """A header that is to be sent back the next time; None for one that no request can hold."""
    value = headers.get(name, "")
    return value if 0 < len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else None
