"""What tells of a person, as it lies in an event or a row: encrypted, and bound to its place.

The text is `v1.RECORDS.KEY.BASE64`: the class of records, the id of the subject's key, and nonce, ciphertext
and tag of AES-256-GCM (NIST SP 800-38D). Its place, an event's id or a batch's row and match, is
authenticated with it, so that nothing can be put in another's place. Older ledgers hold plain JSON.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode
from binascii import b2a_base64
from typing import Any, NamedTuple

from engine.ledger.fingerprints import subject_key
from engine.privacy.erased import ErasedKeys
from engine.privacy.keys import RECORD_CLASSES, Cipher, Keys
from engine.privacy.masters import NONCE_BYTES
from engine.privacy.wrapping import Unreadable

_VERSION = "v1"


class Personal(NamedTuple):
    """JSON that tells of a person, and the key to encrypt it with once its place is known."""

    cipher: Cipher
    text: str

    def sealed(self, place: str) -> str:
        return seal(self.cipher, self.text, place)


def seal(cipher: Cipher, text: str, place: str) -> str:
    """A text, encrypted for a place."""
    nonce = os.urandom(NONCE_BYTES)
    content = nonce + cipher.aead.encrypt(nonce, text.encode(), _context(cipher, place))
    text = b2a_base64(content, newline=False).decode("ascii")
    return f"{_VERSION}.{cipher.records}.{cipher.key_id}.{text}"


def unseal(keys: Keys, erased: ErasedKeys, sealed: str | None, key: str, place: str) -> str | None:
    """What was sealed; None where the subject was erased.

    `key` is the subject's key to the ledger (`engine.ledger.fingerprints.subject_key`). Raises `Unreadable`
    where the subject's key is damaged or lost, or what was sealed was changed, and `LedgerError`.
    """
    if sealed is None or sealed.startswith("{"):  # nothing, or of a ledger from before there were keys
        return sealed
    version, name, key_id, text = (sealed.split(".") + [""] * 4)[:4]
    records = next((each for each in RECORD_CLASSES if each == name), None)
    if version != _VERSION or records is None:
        raise Unreadable(f"{place} was written by a newer Cordon, or changed; see: cordon ledger verify")
    cipher = keys.reading(key, records)
    if cipher is None or cipher.key_id != key_id:  # who comes back after an erasure has another key
        if erased.have(key, key_id):
            return None
        raise _not_decrypted(place)
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - 30 ms to import

    try:
        content = b64decode(text)
        nonce, encrypted = content[:NONCE_BYTES], content[NONCE_BYTES:]
        return cipher.aead.decrypt(nonce, encrypted, _context(cipher, place)).decode()
    except (InvalidTag, ValueError):
        raise _not_decrypted(place) from None


def _not_decrypted(place: str) -> Unreadable:
    return Unreadable(
        f"what {place} says of a person cannot be decrypted: it was changed, or is of another time than "
        "the keys; see: cordon ledger verify"
    )


def opened(keys: Keys, event_id: str, event: dict[str, Any]) -> dict[str, Any]:
    """An event with what it says of a person; `personal` is None where they were erased.

    Raises `Unreadable` and `LedgerError`.
    """
    personal = event.get("personal")
    if not isinstance(personal, str):
        return event
    text = unseal(keys, ErasedKeys(keys.region), personal, owner_of(event), event_id)
    return event | {"personal": json.loads(text) if text is not None else None}


def owner_of(event: dict[str, Any]) -> str:
    """Whose key an event is encrypted with."""
    return event.get("subject_key") or subject_key(event.get("subject_id"), event.get("fingerprint", ""))


def _context(cipher: Cipher, place: str) -> bytes:
    return f"cordon {cipher.records} {cipher.key_id} {place}".encode()
