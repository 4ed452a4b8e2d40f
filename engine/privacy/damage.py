"""Whose keys are damaged: the files name nobody, so everybody the ledger knows is looked for in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.ledger.layout import Region
from engine.ledger.views import rows_of
from engine.privacy.keys import RECORD_CLASSES, Damage, Keys, RecordClass, keys_of


@dataclass(frozen=True)
class DamagedKey:
    """A key that cannot be opened, in a file of `keys/subjects`.

    Its id is in hexadecimal, None of one that is cut off; its owner is None where the record does not even
    say that any more.
    """

    file: str
    key_id: str | None
    subject: str | None
    records: RecordClass | None

    @property
    def described(self) -> str:
        """Which it is, in words."""
        if self.subject is not None:
            return f"{self.subject} ({self.records})"
        which = f"the key {self.key_id}" if self.key_id else "the last record, which is cut off,"
        return f"{which} in keys/subjects/{self.file}"


def named_damage(region: Region, damage: Iterable[Damage]) -> tuple[DamagedKey, ...]:
    """Each damaged key, with its owner where that can be found out. Raises `LedgerError`."""
    found = [each for each in damage if each.records or each.is_cut]
    if not found:
        return ()
    tags = {record.tag for each in found for record in each.records}
    owners = _owners(region, keys_of(region), tags) if tags and region.exists() else {}
    named = []
    for each in found:
        for record in each.records:
            subject, records = owners.get(record.tag, (None, None))
            named.append(DamagedKey(each.file, record.key_id.hex(), subject, records))
        if each.is_cut:
            named.append(DamagedKey(each.file, None, None, None))
    return tuple(named)


def _owners(region: Region, keys: Keys, tags: set[bytes]) -> dict[bytes, tuple[str, RecordClass]]:
    rows = rows_of(
        region,
        "select subject_key from screenings union "
        "select event->>'subject_key' from events where event->>'subject_key' is not null",
    )
    return {
        tag: (subject, records)
        for (subject,) in rows
        for records in RECORD_CLASSES
        if (tag := keys.tag_of(subject, records)) in tags
    }
