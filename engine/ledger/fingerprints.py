"""Fingerprints of what is screened of a customer and of a listed entity: equal as long as nothing that counts
changes.

Order says nothing. A customer's fingerprint is keyed, so that it means nothing outside its
ledger; a listed entity's is a plain SHA-256, since lists are public.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from engine.subject import Subject
from lists.digest import normalised
from lists.model import ListedEntity

FINGERPRINT_BYTES = 16

# Validated text never holds these control characters.
FIELD, ITEM, PART = "\x1e", "\x1f", "\x1d"

# What `engine.features` and the comparison of names look at. Programmes, reasons, remarks and dates of
# listing are for the analyst to read; they make nobody more or less likely to be the one.
SCREENED_OF_ENTITY = (
    "kind",
    "names",
    "birth_dates",
    "birth_places",
    "nationalities",
    "countries",
    "gender",
    "identifiers",
    "addresses",
    "craft",
)
SCREENED_OF_SUBJECT = (
    "names",
    "kind",
    "birth_date",
    "gender",
    "countries",
    "identifiers",
    "addresses",
    "segment",
)


def subject_text(subject: Subject) -> str:
    """The screened fields of a subject in one form, which `engine.ledger.frames` makes of columns too."""
    return FIELD.join(
        (
            _joined(subject.names),
            subject.kind,
            subject.birth_date.text if subject.birth_date else "",
            subject.gender or "",
            _joined(subject.countries),
            _joined(
                f"{each.type}{PART}{each.value}{PART}{each.country or ''}" for each in subject.identifiers
            ),
            _joined(subject.addresses),
            subject.segment or "",
        )
    )


def fingerprinter(key: bytes) -> Callable[[bytes], bytes]:
    """The function from such a text, in UTF-8, to its fingerprint: keyed BLAKE2b (RFC 7693), 16 bytes."""
    keyed = hashlib.blake2b(key=key, digest_size=FINGERPRINT_BYTES)

    def fingerprint(text: bytes) -> bytes:
        state = keyed.copy()  # a third cheaper than beginning with the key each time
        state.update(text)
        return state.digest()

    return fingerprint


def entity_fields(entity: ListedEntity) -> dict[str, Any]:
    """The screened fields of a listed entity as JSON values, defaults left out."""
    said: dict[str, Any] = entity.model_dump(
        mode="json", exclude_defaults=True, include=set(SCREENED_OF_ENTITY)
    )
    return said


def entity_fingerprint(entity: ListedEntity) -> str:
    """SHA-256 over the screened fields, the first 16 bytes in hexadecimal."""
    text = json.dumps(normalised(entity_fields(entity)), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[: 2 * FINGERPRINT_BYTES]


def _joined(texts: Iterable[str]) -> str:
    return ITEM.join(sorted(texts))


def match_id(subject_key: str, list_id: str, entity_id: str) -> str:
    """The name by which a customer and a listed entity are decided on: the same at every screening."""
    text = ITEM.join((subject_key, list_id, entity_id))
    return f"m{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def subject_key(subject_id: str | None, fingerprint: str) -> str:
    """Who a subject is to the ledger: the caller's reference, else the fingerprint."""
    return subject_id if subject_id is not None else f"~{fingerprint}"
