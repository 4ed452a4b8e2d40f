"""Why a listed entity did not alert for a customer, also one that was never a candidate."""

from __future__ import annotations

from collections.abc import Iterator

from engine.policy import Policy
from engine.screening import Answer, Evidence, Match
from lists.model import Kind, ListedEntity


class UnknownEntity(LookupError):  # noqa: N818 - named for what is the case
    """The watchlist holds no such entity: a sentence that says what to do."""


class WhyNot(Answer):
    """The comparison of one customer with one entity, however low it scores.

    `reasons` are sentences, the decisive one first; `match` has all evidence, as that of an alert would.
    """

    alerts: bool
    threshold: float
    reasons: tuple[str, ...]
    match: Match
    watchlist_version: str
    model_version: str
    policy_version: str


def reasons(match: Match, record: ListedEntity, policy: Policy) -> tuple[bool, tuple[str, ...]]:
    """Whether the entity alerts, and why it does not."""
    excluded = tuple(_excluded(record, policy))
    if excluded:
        return False, excluded
    if match.score >= policy.threshold:
        return True, (
            f"it does alert: {match.score:.2f} is not below the threshold of {policy.threshold:.2f}",
        )
    names = [each for each in match.evidence if each.feature.startswith("name.")]
    if not any(each.feature == "name.aligned" for each in names):
        count = "its name" if len(record.names) == 1 else f"any of its {len(record.names)} names"
        return False, (f"no word of the customer's name that says who somebody is, is like one of {count}",)
    return False, tuple(_too_little(match, names, policy))


def _excluded(record: ListedEntity, policy: Policy) -> Iterator[str]:
    if policy.lists is not None and record.list_id not in policy.lists:
        yield f"the policy screens against {', '.join(sorted(policy.lists))}, not against {record.list_id}"
    if policy.kinds is not None and record.kind not in {*policy.kinds, Kind.UNKNOWN}:
        kinds = ", ".join(sorted(kind.value for kind in policy.kinds))
        yield f"the policy lets only entities of the kind {kinds} alert; this is a {record.kind.value}"


def _too_little(match: Match, names: list[Evidence], policy: Policy) -> Iterator[str]:
    short = policy.threshold - match.score
    threshold = f"the threshold of {policy.threshold:.2f}"
    yield f"the score is {match.score:.2f}, which is {short:.2f} below {threshold}"
    added = sum(each.contribution for each in names)
    yield f"the name that fits best, ‘{match.matched_name}’, adds {added:.2f}"
    against = sorted(
        (each for each in match.evidence if each.contribution <= 0.0 or _is_lacking(each)),
        key=lambda each: each.contribution,
    )
    yield from (f"{each.sentence} ({each.contribution:+.2f})" for each in against)


def _is_lacking(evidence: Evidence) -> bool:
    return evidence.feature.startswith("name.") and None in (evidence.subject_value, evidence.listed_value)
