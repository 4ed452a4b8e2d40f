"""One line of the journal, and the chain it is a link of.

A line is a JSON object that begins with `seq` (1, 2, 3, ... of its writer), `prev` (the SHA-256 of the line
before it, without its newline; zeros for the first), `at` (UTC) and `type`. A head is what a writer has
acknowledged: the number, the end in bytes, the time and the SHA-256 of its last line.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

NO_LINE = "0" * 64
# Fixed in width: a head is overwritten in place, and half of one must never look like a whole.
_HEAD = re.compile(rb"(\d{20}) (\d{20}) (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z) ([0-9a-f]{64})\n")


class BrokenChain(ValueError):  # noqa: N818 - named for what is the case
    """A line or a head that is not what its writer wrote; says what is wrong with it."""


@dataclass(frozen=True)
class Head:
    """The last line of a writer: its number, where it ends in its file, when it was written, its SHA-256."""

    seq: int
    end: int
    at: str
    digest: str

    @property
    def date(self) -> str:
        return self.at[:10]

    def written(self) -> bytes:
        return f"{self.seq:020d} {self.end:020d} {self.at} {self.digest}\n".encode("ascii")

    @classmethod
    def read(cls, content: bytes) -> Head:
        """Raises `BrokenChain`."""
        found = _HEAD.fullmatch(content)
        if found is None:
            raise BrokenChain("is not a head")
        return cls(int(found[1]), int(found[2]), found[3].decode(), found[4].decode())


def digest_of(line: bytes) -> str:
    """The SHA-256 of a line without its newline, in hexadecimal."""
    return hashlib.sha256(line).hexdigest()


def line_of(seq: int, prev: str, at: str, kind: str, members: str) -> bytes:
    """A line without its newline; `members` are further members of the object, as JSON text."""
    return f'{{"seq":{seq},"prev":"{prev}","at":"{at}","type":"{kind}",{members}}}'.encode()


def follow(line: bytes, seq: int, prev: str, not_before: str) -> dict[str, Any]:
    """The event of a line that must be the `seq`-th and follow the line with the digest `prev`.

    Raises `BrokenChain`.
    """
    try:
        event: dict[str, Any] = json.loads(line)
        found, before, at = event["seq"], event["prev"], event["at"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BrokenChain("is not an event") from None
    if found != seq:
        raise BrokenChain(f"is event {found} where event {seq} belongs")
    if before != prev:
        raise BrokenChain(f"does not follow event {seq - 1}: that one, or this one, was changed")
    if at < not_before:
        raise BrokenChain("is earlier than the event before it")
    return event
