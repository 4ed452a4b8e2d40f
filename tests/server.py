"""A server of lists on this machine that behaves, or misbehaves, as a test says."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request; the answers below say what is sent for it."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.requests.append(Seen(self.path, dict(self.headers.items())))
        answers = self.server.answers.get(path, [status(404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        with suppress(ConnectionError):
            answer(self)

    def send(self, code: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer. A header's name has `_` for `-`."""
        self.head(code, **{"Content_Length": str(len(body)), **headers})
        self.wfile.write(body)

    def head(self, code: int, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    path: str
    headers: dict[str, str]


@dataclass
class Server(ThreadingHTTPServer):
    """`answers` has for each path what is answered in turn; the last one stays."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    requests: list[Seen] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    scheme: str = "http"
    daemon_threads = True

    def __post_init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)

    def serve(self, path: str, *answers: Answer) -> str:
        """Answer requests for a path so from now on; the address."""
        self.answers[path] = list(answers)
        return self.address(path)

    def address(self, path: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}{path}"

    def handle_error(self, *_: object) -> None:
        pass  # a client that went away is what many of these tests are about


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server, running in a thread."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """An answer with that status."""
    return lambda handler: handler.send(code, body, **headers)


def content(body: bytes, *, etag: str | None = None, modified: str | None = None) -> Answer:
    """The body, or 304 for whoever has it already; with an ETag (default: of the body) or Last-Modified."""
    tag = etag or f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def answer(handler: Handler) -> None:
        asked = handler.headers
        is_known = asked["If-Modified-Since"] == modified if modified else asked["If-None-Match"] == tag
        headers = {"Last_Modified": modified} if modified else {"ETag": tag}
        handler.send(304, **headers) if is_known else handler.send(200, body, **headers)

    return answer


def redirect(location: str, code: int = 302) -> Answer:
    return status(code, Location=location)


def gzipped(body: bytes) -> Answer:
    return status(200, gzip.compress(body), Content_Encoding="gzip")


def cut(body: bytes, sent: int) -> Answer:
    """Announces the body and closes the connection after some of it."""

    def answer(handler: Handler) -> None:
        handler.head(200, Content_Length=str(len(body)))
        handler.wfile.write(body[:sent])
        handler.close_connection = True

    return answer


def stalled(body: bytes, sent: int) -> Answer:
    """Announces the body and falls silent after some of it."""

    def answer(handler: Handler) -> None:
        handler.head(200, Content_Length=str(len(body)))
        handler.wfile.write(body[:sent])
        handler.wfile.flush()
        handler.server.is_over.wait(30)
        handler.close_connection = True

    return answer


def dripping(body: bytes, seconds: float) -> Answer:
    """Sends a byte now and then, for ever."""

    def answer(handler: Handler) -> None:
        handler.head(200, Content_Length=str(len(body)))
        for place in range(len(body)):
            handler.wfile.write(body[place : place + 1])
            handler.wfile.flush()
            if handler.server.is_over.wait(seconds):
                break
        handler.close_connection = True

    return answer


def dripping_head(seconds: float) -> Answer:
    """Never ends the head of its answer."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not handler.server.is_over.wait(seconds):
            handler.wfile.write(b".")
            handler.wfile.flush()
        handler.close_connection = True

    return answer


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate that nobody has vouched for."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    kind = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split()
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [openssl, "req", *kind, *subject, "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
