"""Wrapping one key with another that is ready for use: AES-256-GCM (NIST SP 800-38D), bound to a context."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from engine.ledger.layout import LedgerError
from engine.privacy.masters import NONCE_BYTES

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Unreadable(LedgerError):  # noqa: N818 - named for what is the case
    """What is recorded of one person cannot be read, although nobody has erased them. Says why."""


class NotUnwrapped(Unreadable):
    """A wrapped key that is not as it was written."""

    def __init__(self) -> None:
        super().__init__(
            "a key of the region was changed; restore its folder keys from a backup (whose it is: "
            "cordon keys status)"
        )


def aead_of(key: bytes) -> AESGCM:
    """A key, ready for use."""
    return _aesgcm()(key)


@cache
def _aesgcm() -> type[AESGCM]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - 30 ms to import

    return AESGCM


def wrap(aead: AESGCM, content: bytes, context: bytes) -> bytes:
    """A random nonce, the ciphertext and its tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + aead.encrypt(nonce, content, context)


def unwrap(aead: AESGCM, content: bytes, context: bytes) -> bytes:
    """What `wrap` was given. Raises `NotUnwrapped` where it was another key or context, or was changed."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415

    try:
        return aead.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise NotUnwrapped from None
