"""What stands for a customer in a log: the same in all of a region, and nothing to who has only the logs."""

from __future__ import annotations

import hashlib

from engine.privacy.keys import Keys

_TOKEN_BYTES = 8


def subject_token(keys: Keys, subject_key: str) -> str:
    """The token of a customer: BLAKE2b (RFC 7693), keyed with a key of the region. Raises `LedgerError`."""
    digest = hashlib.blake2b(subject_key.encode(), key=keys.named("log"), digest_size=_TOKEN_BYTES)
    return f"s-{digest.hexdigest()}"
