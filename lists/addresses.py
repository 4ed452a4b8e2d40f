"""Web addresses of lists: which may be fetched from, and how one is shown without the secrets in it."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit


def is_trusted(address: str) -> bool:
    """Whether a list may come from there: over https, or over http from this very machine.

    Over plain http anybody on the way could strike a name from a list.
    """
    parts = _split(address)
    if parts is None or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(address))


def is_this_machine(address: str) -> bool:
    """Whether the host of an address is this very machine."""
    parts = _split(address)
    host = parts.hostname if parts else None
    if host is None or host == "localhost":
        return host is not None
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def masked(address: str) -> str:
    """The address without user, password, query and fragment, any of which may hold a token."""
    parts = _split(address)
    if parts is None or not parts.hostname:
        return "an address that cannot be read"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}{'?***' if parts.query else ''}"


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # the one part that is only checked when it is asked for
    except ValueError:
        return None
    return parts
