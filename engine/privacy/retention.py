"""How long what is recorded of a customer must be kept, and when it must be destroyed.

Rules are of a jurisdiction (the countries of a region) and of classes of records. They count from the last
time a customer was screened, since whoever is screened is still a customer. Where one rule destroys what
another keeps, the settings say which holds, and every run records that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine.ledger.layout import Region
from engine.privacy.keys import RECORD_CLASSES, RecordClass
from engine.residency.groups import GROUPS
from engine.residency.regions import regions_of
from lists.home import Home
from lists.settings import RetentionRule, RetentionSettings, SettingsError

# What binds whoever says nothing else; docs/privacy.md says where it is written.
DEFAULT_RULES: Mapping[str, RetentionRule] = {
    "us_ofac": RetentionRule(
        countries=["US"],
        keep_years=10,
        since=dt.date(2025, 3, 12),
        basis="31 CFR 501.601: ten years after the transaction",
    ),
    "eu_amld": RetentionRule(
        countries=["EU"],
        keep_years=5,
        then_delete=True,
        basis="Directive (EU) 2015/849, article 40: five years after the relationship, then deletion",
    ),
}


class Choice(NamedTuple):
    """Which of two rules that contradict each other holds, for a class of records."""

    records: RecordClass
    holds: str
    yields: str


class Contradiction(NamedTuple):
    """Two rules that contradict each other for a class of records, and nothing says which holds."""

    records: RecordClass
    destroys: str
    keeps: str
    sentence: str


@dataclass(frozen=True)
class Policy:
    """What holds for a class of records in a region, with the name of the rule that says so."""

    records: RecordClass
    keep_years: int = 0
    keep_rule: str | None = None
    delete_years: int | None = None
    delete_rule: str | None = None


@dataclass(frozen=True)
class Retention:
    """The rules of a region, as they hold together."""

    rules: Mapping[str, RetentionRule]
    policies: Mapping[RecordClass, Policy]  # of no class of records whose rules contradict each other
    choices: tuple[Choice, ...]
    contradictions: tuple[Contradiction, ...] = ()

    def forbids(self, records: RecordClass, last_seen: dt.datetime, now: dt.datetime) -> str | None:
        """Why records of somebody last screened then may not be destroyed now; None where they may be."""
        policy = self.policies[records]
        until = years_after(last_seen, policy.keep_years)
        if policy.keep_rule is None or until <= now:
            return None
        basis = self.rules[policy.keep_rule].basis
        because = f" ({basis})" if basis else ""
        what = f"records of the class {records}"
        return f"the rule {policy.keep_rule} keeps {what} until {until:%Y-%m-%d}{because}"

    def demands(self, records: RecordClass, last_seen: dt.datetime, now: dt.datetime) -> str | None:
        """The rule by which records of somebody last screened then are to be destroyed now."""
        policy = self.policies[records]
        if policy.delete_rule is None or policy.delete_years is None:
            return None
        return policy.delete_rule if years_after(last_seen, policy.delete_years) <= now else None


def retention_of(home: Home, region: Region, now: dt.datetime) -> Retention:
    """The rules that hold in a region. Raises `SettingsError` where they contradict each other undecided."""
    found = rules_of(home, region, now)
    for contradiction in found.contradictions:
        raise SettingsError(contradiction.sentence)
    return found


def rules_of(home: Home, region: Region, now: dt.datetime) -> Retention:
    """As `retention_of`, with the contradictions that nothing decides. Raises `SettingsError`."""
    settings = home.settings().retention
    declared = regions_of(home).declared.get(region.region_id)
    countries = frozenset(declared.entries) if declared and declared.entries else frozenset()
    named = (dict(DEFAULT_RULES) if settings.defaults else {}) | settings.rules
    if unknown := [name for name in settings.prefer if name not in named]:
        raise SettingsError(
            f"{home.config}: [retention] prefer names {unknown[0]!r}; the rules are {', '.join(named)}"
        )
    rules = {name: rule for name, rule in named.items() if _applies(rule, countries, now.date())}
    policies, choices, contradictions = {}, [], []
    for records in RECORD_CLASSES:
        own = {name: rule for name, rule in rules.items() if records in rule.records}
        undecided = list(_undecided(own, records, settings, region.region_id))
        contradictions += undecided
        if not undecided:
            policies[records], chosen = _together(own, records, settings)
            choices += chosen
    return Retention(rules, policies, tuple(choices), tuple(contradictions))


def years_after(moment: dt.datetime, years: int) -> dt.datetime:
    """The same day so many years later; the day after 28 February, where that is a leap day."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)


def _applies(rule: RetentionRule, countries: frozenset[str], today: dt.date) -> bool:
    if rule.since is not None and rule.since > today:
        return False
    if rule.countries is None:
        return True
    own = {code for entry in rule.countries for code in GROUPS.get(entry.upper(), (entry.upper(),))}
    return bool(own & countries)


def _contradicting(rules: Mapping[str, RetentionRule]) -> Iterator[tuple[str, str]]:
    """The rules that destroy what another keeps, each with that one."""
    for shorter in sorted(name for name, rule in rules.items() if rule.then_delete):
        for longer in sorted(rules):
            if rules[longer].keep_years > rules[shorter].keep_years:
                yield shorter, longer


def _chosen(settings: RetentionSettings, pair: tuple[str, str]) -> str | None:
    return next((name for name in settings.prefer if name in pair), None)


def _undecided(
    rules: Mapping[str, RetentionRule], records: RecordClass, settings: RetentionSettings, region_id: str
) -> Iterator[Contradiction]:
    for shorter, longer in _contradicting(rules):
        if _chosen(settings, (shorter, longer)) is None:
            sentence = (
                f"in the region {region_id} the rule {shorter} destroys records of the class "
                f"{records} after {rules[shorter].keep_years} years, and {longer} keeps them for "
                f"{rules[longer].keep_years}; say which holds: [retention] prefer = "
                f'["{longer}"] or ["{shorter}"]'
            )
            yield Contradiction(records, shorter, longer, sentence)


def _together(
    rules: Mapping[str, RetentionRule], records: RecordClass, settings: RetentionSettings
) -> tuple[Policy, list[Choice]]:
    """What rules for one class of records mean together: the longest is kept, the first to delete deletes.

    Of two that contradict each other the settings have chosen one.
    """
    keeping, deleting = set(rules), {name for name, rule in rules.items() if rule.then_delete}
    choices: list[Choice] = []
    for shorter, longer in _contradicting(rules):
        yields = longer if _chosen(settings, (shorter, longer)) == shorter else shorter
        holds = longer if yields == shorter else shorter
        choices.append(Choice(records, holds, yields))
        (keeping if holds == shorter else deleting).discard(yields)
        if holds == longer:
            deleting.add(longer)  # kept for that one, and destroyed when it has ended
    keep = max(keeping, key=lambda name: (rules[name].keep_years, name), default=None)
    delete = min(deleting, key=lambda name: (rules[name].keep_years, name), default=None)
    policy = Policy(
        records,
        rules[keep].keep_years if keep else 0,
        keep,
        rules[delete].keep_years if delete else None,
        delete,
    )
    return policy, choices
