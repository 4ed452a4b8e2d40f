"""The kinds of evidence beside the name, one function each: what agrees, what conflicts, and a sentence that
says so.

A feature takes the subject and the listed entity and returns its evidence, or None: what either side does
not state
neither raises nor lowers a score.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from engine.identifiers import HARD, WORLDWIDE, canonical, identifier_key
from engine.model import MODEL
from engine.names.prepared import PreparedName
from engine.names.tokens import CORE, tokenise
from engine.policy import Policy
from engine.screening import Evidence
from engine.subject import Subject, SubjectIdentifier
from lists.countries import country_name
from lists.model import (
    DatePrecision,
    Gender,
    Identifier,
    IdentifierType,
    Kind,
    ListedEntity,
    PartialDate,
    Strength,
)
from lists.settings import FeatureName, WeakAliases

Feature = Callable[[Subject, ListedEntity], Evidence | None]

# Years either side of a listed "circa" that it still covers.
ESTIMATE_YEARS = 2
# Digits and letters from which a number tells its holder without its issuer.
_TELLING_LENGTH = 6
# Assigned once, to a hull or a legal person, and kept: another number is another party.
_KEPT_FOR_LIFE = frozenset({IdentifierType.IMO, IdentifierType.LEI})
_CORPORATE = frozenset({Kind.COMPANY, Kind.ORGANIZATION})
_MAY_BE_BORN = (Kind.PERSON, Kind.UNKNOWN)


def birth_date(subject: Subject, listed: ListedEntity) -> Evidence | None:
    """The subject's birth date against the listed one that fits it best."""
    if subject.birth_date is None or not listed.birth_dates:
        return None
    judged = [(_compare_dates(subject.birth_date, other), other) for other in listed.birth_dates]
    row, best = max(judged, key=lambda each: MODEL[each[0]])
    words = "as far as both go, the same" if _same_text(subject.birth_date, best) else _DATE_WORDS[row]
    sentence = f"born {subject.birth_date.text}, listed {best.text}: {words}"
    return _evidence(row, subject.birth_date.text, best.text, sentence)


_DATE_WORDS = {
    "birth_date.equal": "the same day",
    "birth_date.compatible": "one lies within the other",
    "birth_date.swapped": "the same with day and month swapped",
    "birth_date.estimate": "within what the list's estimate covers",
    "birth_date.same_year": "the same year, another day",
    "birth_date.near_year": "one year apart",
    "birth_date.conflict": "they conflict",
}


def _same_text(own: PartialDate, other: PartialDate) -> bool:
    same_precision = own.precision is other.precision is not DatePrecision.DAY
    return same_precision and (own.earliest, own.latest) == (other.earliest, other.latest)


def _compare_dates(own: PartialDate, other: PartialDate) -> str:
    if own.precision is other.precision is DatePrecision.DAY:
        return _compare_days(own.earliest, other.earliest)
    if own.earliest <= other.latest and other.earliest <= own.latest:
        return "birth_date.compatible"
    if other.precision is DatePrecision.CIRCA and _years_apart(own, other) <= ESTIMATE_YEARS:
        return "birth_date.estimate"
    apart = _years_apart(own, other)
    return {0: "birth_date.same_year", 1: "birth_date.near_year"}.get(apart, "birth_date.conflict")


def _compare_days(own: dt.date, other: dt.date) -> str:
    if own == other:
        return "birth_date.equal"
    if own.year == other.year:
        swapped = (own.day, own.month) == (other.month, other.day)
        return "birth_date.swapped" if swapped else "birth_date.same_year"
    return "birth_date.near_year" if abs(own.year - other.year) == 1 else "birth_date.conflict"


def _years_apart(own: PartialDate, other: PartialDate) -> int:
    if own.latest < other.earliest:
        return other.earliest.year - own.latest.year
    return max(0, own.earliest.year - other.latest.year)


def country(subject: Subject, listed: ListedEntity) -> Evidence | None:
    """Nationality and residence against every country the list ties the entity to."""
    theirs = tied_countries(listed)
    if not subject.countries or not theirs:
        return None
    mine = list(dict.fromkeys(subject.countries))
    shared = [code for code in mine if code in theirs]
    own, other = _country_names(mine), _country_names(sorted(theirs))
    if shared:
        return _evidence("country.shared", own, other, f"both are tied to {_country_names(shared)}")
    return _evidence("country.other", own, other, f"tied to {own}; the listed one to {other}")


def tied_countries(listed: ListedEntity) -> set[str]:
    """Every country that the list ties an entity to."""
    theirs = {*listed.nationalities, *listed.countries}
    theirs.update(place.country for place in (*listed.addresses, *listed.birth_places) if place.country)
    if listed.craft and listed.craft.flag:
        theirs.add(listed.craft.flag)
    return theirs


def _country_names(codes: Sequence[str]) -> str:
    return ", ".join(country_name(code) for code in codes)


def gender(subject: Subject, listed: ListedEntity) -> Evidence | None:
    """Male against female. Other contradicts neither: registers hold what a passport of another year said."""
    own, other = subject.gender, listed.gender
    if own is None or other is None or {own, other} != {Gender.MALE, Gender.FEMALE}:
        return None
    return _evidence("gender.other", own, other, f"recorded as {own}; the listed one as {other}")


def kind(subject: Subject, listed: ListedEntity) -> Evidence | None:
    """A company and an organisation may be one party: lists do not keep them apart. A subject of unknown kind
    is a person for all that is known where it was born or has a gender.
    """
    own, other = subject.kind, listed.kind
    said = subject.birth_date.text if subject.birth_date else subject.gender
    if own is Kind.UNKNOWN and said and other not in _MAY_BE_BORN:
        what = "birth date" if subject.birth_date else "gender"
        sentence = f"the listed entity is a {other}, and the subject has a {what}: {said}"
        return _evidence("kind.born", said, other, sentence)
    if not is_other_kind(subject, listed):
        return None
    return _evidence("kind.other", own, other, f"the subject is a {own}, the listed entity a {other}")


def is_other_kind(subject: Subject, listed: ListedEntity) -> bool:
    """Whether the two are said to be of kinds that are never one party."""
    own, other = subject.kind, listed.kind
    return own is not other and Kind.UNKNOWN not in (own, other) and not {own, other} <= _CORPORATE


def identifier_conflict(subject: Subject, listed: ListedEntity) -> Evidence | None:
    """Another number of the same type, by the same issuer, where no number agrees."""
    if not subject.identifiers or same_identifier(subject, listed) is not None:
        return None
    for own in subject.identifiers:
        rivals = [other for other in listed.identifiers if other.type is own.type and own.type in HARD]
        same_issuer = [
            other
            for other in rivals
            if own.type in WORLDWIDE or (own.country and own.country == other.country)
        ]
        if same_issuer:
            value = same_issuer[0].value
            row = "identifier.conflict_worldwide" if own.type in _KEPT_FOR_LIFE else "identifier.conflict"
            return _evidence(row, own.value, value, f"{_type_words(own.type)} {own.value} is not {value}")
    return None


def identifier_support(subject: Subject, listed: ListedEntity) -> Evidence | None:
    """An e-mail address, telephone, website or call sign in common."""
    if not subject.identifiers:
        return None
    soft = {
        (other.type, canonical(other.type, other.value)): other
        for other in listed.identifiers
        if other.type not in HARD
    }
    for own in subject.identifiers:
        other = soft.get((own.type, canonical(own.type, own.value)))
        if other is not None:
            sentence = f"{_type_words(own.type)} {other.value} is the listed one's too"
            return _evidence("identifier.support", own.value, other.value, sentence)
    return None


def address(subject: Subject, listed: ListedEntity) -> Evidence | None:
    if not subject.addresses:
        return None
    theirs = {_address_words(other.text): other.text for other in listed.addresses}
    for own in subject.addresses:
        words = _address_words(own)
        if len(words) > 1 and words in theirs:
            return _evidence(
                "address.shared", own, theirs[words], f"the address {theirs[words]} is the listed one's too"
            )
    return None


def _address_words(text: str) -> frozenset[str]:
    return frozenset(token.plain for token in tokenise(text, Kind.PERSON))


def weak_alias(listed: PreparedName, policy: WeakAliases) -> Evidence:
    """What speaks against a match with a weak alias: one for which the list's publisher does not vouch.

    `policy` is what a policy says of weak aliases.
    """
    words = sum(token.kind in CORE for token in listed.tokens)
    allowed = policy == "alert" or (policy == "several_words" and words > 1)
    row = "weak_alias.allowed" if allowed else "weak_alias.not_allowed"
    sentence = f"‘{listed.text}’ is a weak alias: the list's publisher does not vouch for it"
    return Evidence(
        feature=row, contribution=MODEL[row], subject_value=None, listed_value=listed.text, sentence=sentence
    )


def weak_alias_support(subject: Subject, listed: ListedEntity) -> Evidence | None:
    """A further name of the subject that is, word for word, a weak alias: support, whatever the policy."""
    if len(subject.all_names) == 1:
        return None
    own = {_words(name, subject.kind): name for name in subject.all_names}
    for name in listed.names:
        if name.strength is Strength.WEAK and (mine := own.get(_words(name.text, subject.kind))) is not None:
            sentence = f"‘{mine}’ is a weak alias on the list: no proof, but support"
            return _evidence("weak_alias.support", mine, name.text, sentence)
    return None


def _words(name: str, kind: Kind) -> tuple[str, ...]:
    return tuple(sorted(token.text for token in tokenise(name, kind)))


# By the names that a policy knows them by.
FEATURES: dict[FeatureName, tuple[Feature, ...]] = {
    "birth_date": (birth_date,),
    "country": (country,),
    "gender": (gender,),
    "kind": (kind,),
    "identifier": (identifier_conflict, identifier_support),
    "address": (address,),
}
# What the publisher itself calls weak is not for a policy to leave out.
_ALWAYS: tuple[Feature, ...] = (weak_alias_support,)
QUALIFIERS = (*(feature for features in FEATURES.values() for feature in features), *_ALWAYS)


def qualifiers_of(policy: Policy) -> tuple[Feature, ...]:
    """The evidence beside the name that counts under a policy."""
    if policy.features is None:
        return QUALIFIERS
    chosen = (feature for name, several in FEATURES.items() if policy.uses(name) for feature in several)
    return (*chosen, *_ALWAYS)


def most_that_qualifiers_add(subject: Subject) -> float:
    """The most that the evidence beside the name can raise this subject's score."""
    most = 0.0
    if subject.birth_date is not None:
        most += MODEL["birth_date.equal"]
    if subject.countries:
        most += MODEL["country.shared"]
    if subject.identifiers:
        most += MODEL["identifier.support"]
    if subject.addresses:
        most += MODEL["address.shared"]
    if len(subject.all_names) > 1:
        most += MODEL["weak_alias.support"]
    return most


def same_identifier(subject: Subject, listed: ListedEntity) -> tuple[str, Identifier] | None:
    """The subject's value and the listed identifier that is the same document or number; None without one.

    Numbers are the issuing country's own: equal ones of two stated countries are two documents, and a person
    does not hold a company's.
    """
    if not subject.identifiers:
        return None
    other_kind = is_other_kind(subject, listed)
    theirs = [(identifier_key(other), other) for other in listed.identifiers]
    for own in subject.identifiers:
        key = None if other_kind and own.type not in WORLDWIDE else identifier_key(own)
        for other_key, other in theirs:
            if key is not None and key == other_key and _same_issuer(own, other):
                return own.value, other
    return None


def _same_issuer(own: SubjectIdentifier, other: Identifier) -> bool:
    """Short numbers are issued everywhere: they are the same only where both say by whom."""
    if own.type in WORLDWIDE:
        return True
    if own.country and other.country:
        return own.country == other.country
    return len(canonical(own.type, own.value)) >= _TELLING_LENGTH


def identifier_equal(subject: Subject, listed: ListedEntity, score: float) -> Evidence | None:
    """An equal hard identifier: it lifts the score to its full value, whatever the other evidence came to."""
    found = same_identifier(subject, listed)
    if found is None:
        return None
    value, other = found
    issuer = f" of {country_name(other.country)}" if other.country else ""
    return Evidence(
        feature="identifier.equal",
        contribution=MODEL["identifier.equal"] - score,
        subject_value=value,
        listed_value=other.value,
        sentence=f"{_type_words(other.type)} {other.value}{issuer} is the listed one's",
    )


def _type_words(type_: str) -> str:
    words = {
        "imo": "IMO number",
        "lei": "LEI",
        "bic": "BIC",
        "mmsi": "MMSI",
        "isin": "ISIN",
        "wallet": "wallet address",
    }
    return words.get(type_, type_.replace("_", " "))


def _evidence(row: str, own: str, other: str, sentence: str) -> Evidence:
    return Evidence(
        feature=row,
        contribution=MODEL[row],
        subject_value=str(own),
        listed_value=str(other),
        sentence=sentence,
    )
