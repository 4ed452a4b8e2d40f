"""Whether a version of a list may replace the one in use: complete, not older, and not suddenly smaller."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from lists.source import Parsed, Source, Summary, check_assertions
from lists.store import Snapshot

# In half a year the OFAC and the UN list lost about 1 % of their entries; a missing file takes far more.
USUAL_SHRINKAGE = 0.1


class Refused(Exception):  # noqa: N818 - named for what is the case
    """A version that may not replace the one in use unless a person says so."""


@dataclass(frozen=True)
class Objection:
    """Why a person should look first. `assertion` is the one it breaks, as the code writes it, if any."""

    sentence: str
    assertion: str | None = None


@dataclass
class Decision:
    """Whether a version is used in spite of what speaks against it.

    `accepted_before` are the assertions that the version in use breaks as well, which a person has accepted
    then; `accept` is that person's word on all others.
    """

    list_id: str
    accept: bool
    accepted_before: Collection[str] = ()
    accepted: list[Objection] = field(default_factory=list)  # for the first time

    def __call__(self, found: Collection[Objection]) -> None:
        """Raises `Refused`."""
        new = [objection for objection in found if objection.assertion not in self.accepted_before]
        if new and not self.accept:
            sentences = "; ".join(objection.sentence for objection in new)
            advice = "look at the list, and take it with --accept if it is right"
            raise Refused(f"{self.list_id}: {sentences}; {advice}")
        self.accepted.extend(new)


def objections(
    declared: Source,
    parsed: Parsed,
    summary: Summary,
    before: Snapshot | None,
    published_before: dt.date | None,
) -> list[Objection]:
    """What speaks against a version that was read whole.

    `before` is the snapshot it would replace, and `published_before` the newest date stated in files that
    held the records of that snapshot.
    """
    found = [
        Objection(sentence, repr(assertion))
        for assertion in declared.assertions
        for sentence in check_assertions(replace(declared, assertions=(assertion,)), summary)
    ]
    found.extend(map(Objection, parsed.doubts))
    if parsed.published_on and published_before and parsed.published_on < published_before:
        found.append(
            Objection(
                f"these files are of {parsed.published_on}, older than those of {published_before} that they "
                "replace"
            )
        )
    return found + (_shrinkage(before, summary) if before else [])


def _shrinkage(before: Snapshot, summary: Summary) -> list[Objection]:
    counts = (
        ("entities", summary.entities.total(), before.entities),
        ("names", summary.names, before.names),
    )
    return [
        Objection(f"these files hold {now:,} {what}; those they replace held {then:,}")
        for what, now, then in counts
        if now < then * (1 - USUAL_SHRINKAGE)
    ]
