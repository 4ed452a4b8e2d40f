"""What can go wrong with a download: sentences that say what to do, without the secrets of the address."""

from __future__ import annotations

import contextlib
import json
import ssl
from collections.abc import Iterable, Iterator
from http import HTTPStatus

import urllib3
from requests import exceptions

from lists.addresses import masked
from lists.settings import FetchSettings

_SHOWN_CHARACTERS = 120  # of a server's own words
_KEYS_OF_WORDS = ("message", "detail", "error_description", "error", "title")

# Worth asking again in a moment: the server is busy, restarting, or somebody between it and us is.
_PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})


class DownloadError(Exception):
    """A download that failed. `is_passing` when the same request may succeed in a moment.

    `retry_after` are the seconds for which the server asked to be left alone.
    """

    def __init__(
        self, address: str, sentence: str, *, is_passing: bool = False, retry_after: float | None = None
    ) -> None:
        self.is_passing = is_passing
        self.retry_after = retry_after
        super().__init__(f"{masked(address)} {sentence}")


class Stopped(Exception):  # noqa: N818 - named for what is the case
    """Whoever asked for it does not want it any more."""


def after_status(
    address: str, status: int, body: bytes, content_type: str, retry_after: float | None
) -> DownloadError:
    """The error for a status other than 200."""
    words = _words(body, content_type)
    sentence = f"answers {_phrase(status)}" + (f" ({words})" if words else "")
    return DownloadError(
        address,
        f"{sentence}; {advice}" if (advice := _advice(status)) else sentence,
        is_passing=status in _PASSING_STATUSES,
        retry_after=retry_after,
    )


def translated(address: str, error: Exception, limits: FetchSettings) -> DownloadError:
    """The error for one that requests or urllib3 has raised, whose own text holds the whole address."""
    if isinstance(error, exceptions.InvalidURL | exceptions.InvalidSchema | exceptions.InvalidHeader):
        return DownloadError(address, "is not an address that can be fetched; check it")
    chain = list(_chain(error))
    for untrusted in chain:
        if isinstance(untrusted, ssl.SSLCertVerificationError):
            return DownloadError(
                address,
                f"has a certificate that is not trusted ({untrusted.verify_message}); check the address and "
                "this machine's clock, or name your own authority in REQUESTS_CA_BUNDLE",
            )
    sentence = next((said for kind, said in _causes(chain, limits).items() if _holds(chain, kind)), None)
    return DownloadError(address, sentence or f"breaks off{_reason(chain)}", is_passing=True)


def _causes(chain: Iterable[BaseException], limits: FetchSettings) -> dict[type[BaseException], str]:
    """A sentence for each kind of failure; the first that fits is the closest to the cause."""
    silent = f"sends nothing for {limits.read_seconds:g} seconds"
    slow = f"does not accept a connection within {limits.connect_seconds:g} seconds"
    return {
        exceptions.ProxyError: "cannot be reached through the proxy that HTTPS_PROXY or HTTP_PROXY names",
        urllib3.exceptions.NameResolutionError: (
            "has a host name that cannot be found; check the address and this machine's network"
        ),
        urllib3.exceptions.NewConnectionError: f"cannot be reached{_reason(chain)}",
        urllib3.exceptions.ConnectTimeoutError: slow,
        urllib3.exceptions.ReadTimeoutError: silent,
        TimeoutError: silent,
        ssl.SSLError: "breaks off the encrypted connection",
    }


def _reason(chain: Iterable[BaseException]) -> str:
    """The operating system's word for it, in brackets; the empty text where it has none."""
    reasons = (one.strerror for one in chain if isinstance(one, OSError))
    return next((f" ({reason.lower()})" for reason in reasons if reason), "")


def _holds(chain: Iterable[BaseException], kind: type[BaseException]) -> bool:
    return any(isinstance(one, kind) for one in chain)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those it was made from, which requests and urllib3 keep in different places."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        parts = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting.extend(part for part in parts if isinstance(part, BaseException))


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _advice(status: int) -> str | None:
    match status:
        case 401 | 403:
            return "check the token or the address in cordon.toml, and whether this machine may ask"
        case 404 | 410:
            return "look for the list's new address and set it in cordon.toml"
        case _:
            return None


def _words(body: bytes, content_type: str) -> str | None:
    """A few of a server's own words, where its answer is JSON or text; a web page says nothing short."""
    text = body.decode("utf-8", errors="replace").strip()
    if "html" in content_type.lower() or text.startswith("<"):
        return None
    with contextlib.suppress(ValueError):
        said = json.loads(text)
        found = [said.get(key) for key in _KEYS_OF_WORDS] if isinstance(said, dict) else []
        text = next((word for word in found if isinstance(word, str)), text)
    text = " ".join(text.split())
    return f"{text[:_SHOWN_CHARACTERS]} ..." if len(text) > _SHOWN_CHARACTERS else text or None
