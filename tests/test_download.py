"""One download: what servers do, good and bad, and the sentence each gets."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import hashlib
import threading
import time
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest
from server import (
    Answer,
    Handler,
    Server,
    content,
    cut,
    dripping,
    dripping_head,
    gzipped,
    redirect,
    self_signed,
    serving,
    stalled,
    status,
)

from lists.download import Downloaded, Request, download, retry_after
from lists.download_errors import DownloadError, Stopped
from lists.settings import FetchSettings

BODY = b"<list>" + bytes(range(256)) * 400 + b"</list>"
QUICK = FetchSettings(connect_seconds=2, read_seconds=0.3, total_seconds=5)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "list.xml"


def get(address: str, to: Path, limits: FetchSettings = QUICK, **more: str) -> Downloaded | None:
    return download(Request(address, "Cordon/test", **more), to, limits)


def refused(address: str, to: Path, limits: FetchSettings = QUICK) -> DownloadError:
    """The error for a download, which leaves no file behind."""
    with pytest.raises(DownloadError) as error:
        get(address, to, limits)
    assert list(to.parent.iterdir()) == []
    return error.value


def test_a_body_is_downloaded_with_its_hash_and_validators(server: Server, target: Path) -> None:
    modified = "Wed, 01 Jul 2026 10:00:00 GMT"
    address = server.serve("/list", status(200, BODY, ETag='"a"', Last_Modified=modified))
    assert get(address, target) == Downloaded(len(BODY), hashlib.sha256(BODY).hexdigest(), '"a"', modified)
    assert target.read_bytes() == BODY
    assert server.requests[0].headers["User-Agent"] == "Cordon/test"


def test_what_has_not_changed_is_not_sent_again(server: Server, target: Path) -> None:
    modified = "Wed, 01 Jul 2026 10:00:00 GMT"
    address = server.serve("/list", content(BODY, etag='"a"'))
    assert get(address, target, etag='"a"') is None
    assert not target.exists()
    assert get(address, target, etag='"b"') is not None
    address = server.serve("/list", content(BODY, modified=modified))
    assert get(address, target, last_modified=modified) is None


def test_not_modified_without_having_asked_is_an_error(server: Server, target: Path) -> None:
    error = refused(server.serve("/list", status(304)), target)
    assert "answers 304 Not Modified" in str(error)


def test_a_gzipped_body_is_unpacked(server: Server, target: Path) -> None:
    address = server.serve("/list", gzipped(BODY))
    downloaded = get(address, target)
    assert downloaded is not None
    assert downloaded.sha256 == hashlib.sha256(BODY).hexdigest()
    assert target.read_bytes() == BODY
    assert server.requests[0].headers["Accept-Encoding"] == "gzip"
    two = gzip.compress(BODY) + gzip.compress(BODY)
    get(server.serve("/two", status(200, two, Content_Encoding="gzip")), target)
    assert target.read_bytes() == BODY * 2


@pytest.mark.parametrize("repeats", [1, 300_000])
@pytest.mark.parametrize("kept", [10, -1])
def test_a_gzipped_body_that_is_cut_is_incomplete(
    server: Server, target: Path, repeats: int, kept: int
) -> None:
    packed = gzip.compress(b"a list of nobody" * repeats)
    address = server.serve("/list", status(200, packed[:kept], Content_Encoding="gzip"))
    error = refused(address, target)
    assert str(error).endswith("broke off in the middle of a packed answer")
    assert error.is_passing


def test_a_body_that_is_no_gzip_is_not_taken_for_one(server: Server, target: Path) -> None:
    error = refused(server.serve("/list", status(200, BODY, Content_Encoding="gzip")), target)
    assert str(error).endswith("sends a packed answer that cannot be unpacked")
    error = refused(server.serve("/list", status(200, BODY, Content_Encoding="br")), target)
    assert str(error).endswith("sends its answer packed as 'br', which was not asked for")


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(server: Server, target: Path) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    address = server.serve("/list", status(200, bomb, Content_Encoding="gzip"))
    with pytest.raises(DownloadError, match=r"sends 1,\d+,\d+ bytes or more, far more than any list has"):
        download(Request(address, "x"), target, QUICK, max_bytes=1_000_000)
    assert not target.exists()


def test_a_body_that_is_too_large_is_refused_when_it_is_announced(server: Server, target: Path) -> None:
    address = server.serve("/list", stalled(bytes(2_000_000), sent=0))
    with pytest.raises(DownloadError, match=r"sends 2,000,000 bytes or more, far more than any list has"):
        download(Request(address, "x"), target, QUICK, max_bytes=1_000_000)


def test_a_body_that_is_too_large_is_refused_where_nothing_announces_it(server: Server, target: Path) -> None:
    def answer(handler: Handler) -> None:
        handler.head(200, Connection="close")
        handler.wfile.write(bytes(4_000_000))

    with pytest.raises(DownloadError, match="far more than any list has; refused"):
        download(Request(server.serve("/list", answer), "x"), target, QUICK, max_bytes=1_000_000)


def test_a_body_shorter_than_its_length_is_incomplete(server: Server, target: Path) -> None:
    error = refused(server.serve("/list", cut(BODY, sent=5_000)), target)
    assert str(error).endswith(f"broke off after 5,000 of {len(BODY):,} bytes")
    assert error.is_passing


def test_a_chunked_body_that_breaks_off_is_incomplete(server: Server, target: Path) -> None:
    def answer(handler: Handler) -> None:
        handler.head(200, Transfer_Encoding="chunked")
        handler.wfile.write(b"5\r\n<list\r\n")
        handler.close_connection = True

    error = refused(server.serve("/list", answer), target)
    assert str(error).endswith("breaks off")
    assert error.is_passing


def test_a_chain_of_redirects_is_followed(server: Server, target: Path) -> None:
    codes = [301, 302, 303, 307, 308]
    for step, code in enumerate(codes):
        server.serve(f"/{step}", redirect(f"/{step + 1}", code))
    server.serve(f"/{len(codes)}", content(BODY))
    get(server.address("/0"), target)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ([redirect("/b"), redirect("/a")], r"redirects in a circle, back to http://127\.0\.0\.1:\d+/a$"),
        ([redirect("/a")], r"redirects in a circle"),
        (
            [redirect("http://example.com/list?token=x")],
            r"redirects to http://example\.com/list\?\*\*\*, which is not https; refused",
        ),
        (
            [redirect("ftp://127.0.0.1/list")],
            "redirects to ftp://127.0.0.1/list, which is not https; refused",
        ),
        ([redirect("file:///etc/passwd")], "which is not https; refused"),
        ([redirect("https://[/")], "which is not https; refused"),
        ([status(302)], r"redirects \(status 302\) to nowhere"),
    ],
)
def test_a_redirect_that_leads_nowhere_good_is_refused(
    server: Server, target: Path, answers: list[Answer], sentence: str
) -> None:
    for path, answer in zip(["/a", "/b"], answers, strict=False):
        server.serve(path, answer)
    with pytest.raises(DownloadError, match=sentence) as error:
        get(server.address("/a"), target)
    assert not error.value.is_passing


def test_what_a_redirect_sends_beside_is_not_read(server: Server, target: Path) -> None:
    def answer(handler: Handler) -> None:
        handler.head(302, Location="/list", Content_Length="1000000000000")

    server.serve("/list", content(BODY))
    get(server.serve("/here", answer), target)
    assert target.read_bytes() == BODY


def test_redirects_without_end_are_refused(server: Server, target: Path) -> None:
    for step in range(20):
        server.serve(f"/{step}", redirect(f"/{step + 1}"))
    assert str(refused(server.address("/0"), target)).endswith("redirects more than 10 times")
    assert len(server.requests) == 11


def test_a_server_that_falls_silent_is_given_up(server: Server, target: Path) -> None:
    error = refused(server.serve("/list", stalled(BODY, sent=5_000)), target)
    assert str(error).endswith("sends nothing for 0.3 seconds")
    assert error.is_passing


@pytest.mark.parametrize("answer", [dripping(BODY, 0.05), dripping_head(0.05)])
def test_a_server_that_sends_a_byte_now_and_then_is_given_up(
    server: Server, target: Path, answer: Answer
) -> None:
    limits = QUICK.model_copy(update={"total_seconds": 0.6})
    error = refused(server.serve("/list", answer), target, limits)
    assert str(error).endswith("did not finish within 0.6 seconds")
    assert error.is_passing


def test_a_download_ends_when_it_is_told_to(server: Server, target: Path) -> None:
    address = server.serve("/list", stalled(BODY, sent=5_000))
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    begun = time.monotonic()
    with pytest.raises(Stopped):
        download(Request(address, "x"), target, FetchSettings(), stop=stop)
    assert time.monotonic() - begun < 10  # not after a minute, when the server would be given up


@pytest.mark.parametrize(
    ("code", "body", "kind", "sentence", "is_passing"),
    [
        (500, b"<html>oops</html>", "text/html", "answers 500 Internal Server Error", True),
        (503, b"", "text/plain", "answers 503 Service Unavailable", True),
        (429, b"slow down", "text/plain", "answers 429 Too Many Requests (slow down)", True),
        (
            404,
            b"<html>",
            "text/html",
            "answers 404 Not Found; look for the list's new address and set it in cordon.toml",
            False,
        ),
        (
            403,
            b'{"error":"Forbidden","status":403}',
            "application/json",
            "answers 403 Forbidden (Forbidden); check the token or the address in cordon.toml, and",
            False,
        ),
        (
            403,
            b'{"message":"Token has\\n expired"}',
            "application/json",
            "answers 403 Forbidden (Token has expired); check",
            False,
        ),
        (206, b"", "text/plain", "answers 206 Partial Content", False),
        (299, b"", "text/plain", "answers 299", False),
    ],
)
def test_a_status_that_is_not_a_list_is_said_with_the_servers_words(
    server: Server, target: Path, code: int, body: bytes, kind: str, sentence: str, is_passing: bool
) -> None:
    error = refused(server.serve("/list", status(code, body, Content_Type=kind)), target)
    assert sentence in str(error)
    assert error.is_passing == is_passing


def test_a_token_in_an_address_is_in_no_error(server: Server, target: Path) -> None:
    for answer in (
        status(403),
        cut(BODY, sent=10),
        redirect("/list?token=s3cret"),
        redirect("/other?key=s3cret"),
    ):
        server.serve("/list", answer)
        error = refused(server.address("/list?token=s3cret"), target)
        assert "s3cret" not in str(error)
        assert "/list?***" in str(error)
    gone = f"http://u:s3cret@127.0.0.1:{server.server_address[1]}/gone?token=s3cret"
    assert "s3cret" not in str(refused(gone, target))


def test_a_server_that_is_not_there_is_said_so(target: Path) -> None:
    with serving(Server()) as gone:
        address = gone.address("/list")
    error = refused(address, target)
    assert str(error).endswith("cannot be reached (connection refused)")
    assert error.is_passing


def test_a_host_that_does_not_exist_is_said_so(target: Path) -> None:
    error = refused("https://lists.invalid/list?token=s3cret", target)
    assert str(error) == (
        "https://lists.invalid/list?*** has a host name that cannot be found; check the address and this "
        "machine's network"
    )


def test_a_certificate_nobody_vouches_for_is_refused(
    server: Server, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tls"
    folder.mkdir()
    server.serve("/list", content(BODY))
    server.socket = self_signed(folder).wrap_socket(server.socket, server_side=True)
    server.scheme = "https"
    with pytest.raises(DownloadError) as error:
        get(server.address("/list"), target)
    assert "has a certificate that is not trusted (self-signed certificate); check" in str(error.value)
    assert not error.value.is_passing
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "certificate.pem"))
    get(server.address("/list"), target)
    assert target.read_bytes() == BODY
    server.serve("/list", redirect(server.address("/list").replace("https", "http") + "2"))
    with pytest.raises(DownloadError, match="which is not https; refused"):
        get(server.address("/list"), target)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "missing.pem"))
    with pytest.raises(DownloadError, match=r"cannot be asked .*missing\.pem"):
        get(server.address("/list"), target)


def test_a_disk_that_is_full_is_no_fault_of_the_server(server: Server, tmp_path: Path) -> None:
    address = server.serve("/list", content(BODY))
    with pytest.raises(OSError, match="No such file or directory"):
        get(address, tmp_path / "missing" / "list.xml")


def test_progress_tells_what_has_come_and_what_is_to_come(server: Server, target: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    address = server.serve("/list", content(BODY))
    download(Request(address, "x"), target, QUICK, on_bytes=lambda *step: seen.append(step))
    assert seen[-1] == (len(BODY), len(BODY))


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Wed, 01 Jul 2026 10:05:00 GMT", 300),
        ("Wed, 01 Jul 2026 09:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("٣", None),
        ("9" * 400, None),
        ("Wed, 01 Jul 99999 10:05:00 GMT", None),
        ("Wed, 01 Jul 2026 10:05:00 +9999", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(stated: str, seconds: float | None) -> None:
    now = dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC)
    assert retry_after({"Retry-After": stated}, now) == seconds


def test_headers_no_request_can_hold_are_not_kept(server: Server, target: Path) -> None:
    def answer(handler: Handler) -> None:
        handler.send(200, BODY, ETag='"\xe9"', Last_Modified="x" * 5_000)

    assert get(server.serve("/list", answer), target) == Downloaded(
        len(BODY), hashlib.sha256(BODY).hexdigest(), None, None
    )


def test_a_length_beyond_all_numbers_is_no_length(server: Server, target: Path) -> None:
    def answer(handler: Handler) -> None:
        handler.head(200, Content_Length="9" * 5_000, Connection="close")
        handler.wfile.write(BODY)
        handler.close_connection = True

    with contextlib.suppress(DownloadError):
        get(server.serve("/list", answer), target)


def test_no_proxy_is_asked_for_a_server_on_this_machine(
    server: Server, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.invalid:3128")
    assert get(server.serve("/list", content(BODY)), target) is not None
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    target.unlink()
    error = refused("https://lists.invalid/list", target)
    assert "cannot be reached through the proxy that HTTPS_PROXY or HTTP_PROXY names" in str(error)


def test_a_server_that_asks_for_patience_is_quoted(server: Server, target: Path) -> None:
    later = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5), usegmt=True)
    error = refused(server.serve("/list", status(503, Retry_After=later)), target)
    assert error.retry_after is not None
    assert 290 < error.retry_after <= 300
