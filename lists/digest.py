"""What counts as a change of a list: fingerprints of records, and the digest of a list's whole content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from lists.model import ListedEntity

# json.dumps with these settings would build an encoder at every call, of which there are dozens a record.
_canonical_json = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def fingerprint(entity: ListedEntity) -> str:
    """SHA-256, in hexadecimal, of what a record says.

    White space and the order of names, aliases, addresses and the like say nothing: publishers reorder and
    reindent freely, and that is not a change. How often a value is repeated does count, so does a letter's
    case. Fields at their default are left out, so that a new field in the model changes no fingerprint.
    """
    said = normalised(entity.model_dump(mode="json", exclude_defaults=True))
    return hashlib.sha256(_canonical_json(said).encode()).hexdigest()


def content_digest(parts: Iterable[tuple[str, str]]) -> str:
    """SHA-256, in hexadecimal, over (key, digest) pairs, whatever their order.

    Over (entity_id, fingerprint) it is the digest of a list; over (list_id, its digest) that of a watchlist.
    """
    return hashlib.sha256(_canonical_json(sorted(parts)).encode()).hexdigest()


def normalised(value: Any) -> Any:
    """A JSON value with white space collapsed and every list sorted: what two records are compared by."""
    # A large list has half a million values, nearly all of them texts.
    if isinstance(value, dict):
        return {
            key: _text(part) if isinstance(part, str) else normalised(part) for key, part in value.items()
        }
    if isinstance(value, list):
        parts = [_text(part) if isinstance(part, str) else normalised(part) for part in value]
        return sorted(parts, key=_canonical_json) if len(parts) > 1 else parts
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    return text if text.isalnum() else " ".join(text.split())
