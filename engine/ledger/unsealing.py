"""What the ledger says of persons, in a query: what cannot be read of one stops nobody else's."""

from __future__ import annotations

import json

from engine.privacy.envelope import unseal
from engine.privacy.erased import ErasedKeys
from engine.privacy.keys import Keys
from engine.privacy.wrapping import Unreadable

UNREADABLE = "unreadable"  # in place of what tells of a person: why that cannot be read


class Unsealed:
    """The function `unsealed` of one connection, and what it could not read: by the subject's key, why."""

    def __init__(self, keys: Keys) -> None:
        self._keys, self._erased = keys, ErasedKeys(keys.region)
        self.unreadable: dict[str, str] = {}

    def of(self, sealed: str | None, key: str, place: str) -> str | None:
        """JSON that tells of a person; null where they were erased. Raises `LedgerError`."""
        try:
            return unseal(self._keys, self._erased, sealed, key, place)
        except Unreadable as error:
            self.unreadable[key] = str(error)
            return json.dumps({UNREADABLE: str(error)})

    def check(self) -> None:
        """Raises `LedgerError` where something could not be read."""
        for why in self.unreadable.values():
            raise Unreadable(why)
