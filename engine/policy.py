"""What a firm has decided about alerts: against what, from which score and by which evidence it screens.

A policy comes from `[screening]` of `cordon.toml`; a customer's segment may change parts of it. Its version,
a hash of all it says, is part of every screening, beside the versions of model and watchlist: the three
together repeat an answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from engine.model import DEFAULT_THRESHOLD
from engine.screening import WatchlistNotReady
from engine.subject import InvalidSubject, Subject
from lists.model import Kind, ListedEntity
from lists.settings import FeatureName, PolicySettings, ScreeningSettings, WeakAliases

# What the customers without a segment are screened by is called in reports.
DEFAULT = "default"


# By which evidence a field of a customer is looked at. All others are always: names are read by kind.
_LOOKED_AT_BY: Mapping[str, tuple[FeatureName, ...]] = {
    "birth_date": ("birth_date", "kind"),
    "gender": ("gender", "kind"),
    "countries": ("country",),
    "identifiers": ("identifier",),
    "addresses": ("address",),
}


class Policy(BaseModel):
    """The decisions for one segment of customers. None means all: every list, kind or feature."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float = Field(default=DEFAULT_THRESHOLD, ge=0, le=1)
    weak_aliases: WeakAliases = "several_words"
    lists: frozenset[str] | None = None
    kinds: frozenset[Kind] | None = None
    features: frozenset[FeatureName] | None = None

    @cached_property
    def version(self) -> str:
        """A hash of all that the policy says, the same in every process."""
        said = {name: _plain(getattr(self, name)) for name in sorted(type(self).model_fields)}
        return "p" + hashlib.sha256(repr(said).encode()).hexdigest()[:12]

    def covers(self, entity: ListedEntity) -> bool:
        """Whether this entity may alert. One whose kind its list does not tell may be of any kind."""
        if self.lists is not None and entity.list_id not in self.lists:
            return False
        return self.kinds is None or entity.kind in self.kinds or entity.kind is Kind.UNKNOWN

    def uses(self, feature: FeatureName) -> bool:
        """Whether this kind of evidence counts."""
        return self.features is None or feature in self.features

    @cached_property
    def unused(self) -> frozenset[str]:
        """The fields of a customer that no evidence which counts looks at: nothing would be other without."""
        return frozenset(
            field for field, features in _LOOKED_AT_BY.items() if not any(map(self.uses, features))
        )


class Policies:
    """The policy of every segment that a home knows."""

    def __init__(self, settings: ScreeningSettings, list_ids: Collection[str]) -> None:
        """Raises `WatchlistNotReady` when a policy wants a list that the watchlist does not hold."""
        self.default = _policy(settings)
        self.segments = {
            name: _policy(settings, segment) for name, segment in sorted(settings.segments.items())
        }
        everyone = (self.default, *self.segments.values())
        wanted = {list_id for policy in everyone for list_id in policy.lists or ()}
        if missing := sorted(wanted.difference(list_ids)):
            raise WatchlistNotReady(
                f"cordon.toml screens against {', '.join(missing)}, which the watchlist does not hold; "
                f"load it: cordon lists refresh {missing[0]}"
            )

    def all(self, threshold: float | None = None) -> dict[str, Policy]:
        """`default` and every segment, with its policy."""
        return {
            name: _with_threshold(policy, threshold)
            for name, policy in ((DEFAULT, self.default), *self.segments.items())
        }

    def of(self, subject: Subject, threshold: float | None = None) -> Policy:
        """The policy for a subject, with another threshold where a call wants one.

        Raises `InvalidSubject` for a segment that the home does not know.
        """
        policy = self.default if subject.segment is None else self.segments.get(subject.segment)
        if policy is None:
            raise InvalidSubject([("segment", segments_sentence(self.segments))])
        return _with_threshold(policy, threshold)


def _with_threshold(policy: Policy, threshold: float | None) -> Policy:
    if threshold is None or threshold == policy.threshold:
        return policy
    if not 0.0 <= threshold <= 1.0:
        raise ValueError(f"the threshold is a score from 0 to 1, not {threshold}")
    return Policy(**{**policy.model_dump(), "threshold": threshold})


def segments_sentence(known: Collection[str]) -> str:
    """What a segment takes, for whoever gave another."""
    if not known:
        return "is none that cordon.toml knows: it has no section [screening.segments.NAME]"
    return f"is none that cordon.toml knows; takes {', '.join(sorted(known))}, or nothing"


def _policy(base: PolicySettings, segment: PolicySettings | None = None) -> Policy:
    """What `[screening]` says, with what a segment says in its stead."""
    fields: dict[str, Any] = {}
    for name in Policy.model_fields:
        own = getattr(segment, name) if segment is not None else None
        value = own if own is not None else getattr(base, name)
        if value is not None:
            fields[name] = value
    return Policy(**fields)


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, frozenset) else value
