"""What is known beside the name raises a score where it agrees, lowers it where not, and else is silent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import cases, subject_fields
from hypothesis import given, settings
from hypothesis import strategies as st
from watchlists import (
    COMPANY,
    HOLDER,
    PERSON,
    VESSEL,
    WATCHLIST,
    evidence_of,
    ids,
    listed,
    match_of,
    score_of,
    screener_of,
)

from engine import DEFAULT_THRESHOLD, Screener, Subject, features
from engine.index.profiles import Party, most_added, profiles_of
from engine.model import MODEL
from lists.model import Kind, ListedEntity, PartialDate
from lists.settings import ScreeningSettings, Settings


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> Screener:
    return screener_of(tmp_path_factory.mktemp("watchlist"), WATCHLIST)


# Identifiers

PASSPORT = {"type": "passport", "value": "n-1234567"}


def test_an_equal_passport_alone_alerts_with_the_full_score(screener: Screener) -> None:
    answer = screener.screen(Subject.parse(name="Pavel Morrow", identifiers=[{**PASSPORT, "country": "SY"}]))
    (match,) = answer.matches
    assert (match.entity_id, match.score) == ("person", 1.0)
    (evidence,) = [each for each in match.evidence if each.feature == "identifier.equal"]
    assert evidence.sentence == "passport N 1234567 of Syria is the listed one's"
    assert (evidence.subject_value, evidence.listed_value) == ("n-1234567", "N 1234567")


def test_an_equal_passport_of_another_country_is_another_passport(screener: Screener) -> None:
    assert ids(screener, name="Pavel Morrow", identifiers=[{**PASSPORT, "country": "DE"}]) == []


def test_a_passport_without_a_country_may_be_of_any(screener: Screener) -> None:
    assert ids(screener, name="Pavel Morrow", identifiers=[PASSPORT]) == ["person"]


@pytest.mark.parametrize("value", ["9074729", "IMO 9074729", "imo9074729", "IMO-9074729", " IMO: 9074729 "])
def test_a_ship_is_found_by_its_imo_number_however_written(screener: Screener, value: str) -> None:
    assert ids(screener, name="Other Name", kind="vessel", identifiers=[{"type": "imo", "value": value}]) == [
        "vessel"
    ]


def test_a_wallet_is_found_in_any_case_where_case_means_nothing(tmp_path: Path) -> None:
    bitcoin = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
    watchlist = [HOLDER, listed("btc", "Velm Zhora", identifiers=[{"type": "wallet", "value": bitcoin}])]
    screener = screener_of(tmp_path, watchlist)

    def found(value: str) -> list[str]:
        return ids(screener, name="Pavel Morrow", identifiers=[{"type": "wallet", "value": value}])

    hexadecimal = HOLDER.identifiers[0].value
    assert (
        found(hexadecimal)
        == found(hexadecimal.lower())
        == found(f" 0X{hexadecimal[2:].upper()}")
        == ["holder"]
    )
    assert found(bitcoin) == ["btc"]
    assert found(bitcoin.lower()) == []  # base58 tells cases apart


def test_a_tax_number_is_also_found_as_a_registration(screener: Screener) -> None:
    number = {"type": "registration", "value": "7701 234 567", "country": "RU"}
    assert ids(screener, name="Other Name", identifiers=[number]) == ["company"]


@pytest.mark.parametrize("value", ["12", "N1", "12345"])
def test_a_short_number_of_an_unknown_issuer_proves_nothing(tmp_path: Path, value: str) -> None:
    holder = listed("1", "Orlan Dvessik", identifiers=[{"type": "passport", "value": value}])
    screener = screener_of(tmp_path, [holder])
    for country in ({}, {"country": "SY"}):
        number = {"type": "passport", "value": value, **country}
        assert ids(screener, name="Pavel Morrow", identifiers=[number]) == []


def test_a_person_does_not_hold_a_companys_number(screener: Screener) -> None:
    number = {"type": "tax", "value": "7701234567", "country": "RU"}
    assert ids(screener, name="Pavel Morrow", kind="person", identifiers=[number]) == []
    assert ids(screener, name="Pavel Morrow", kind="organization", identifiers=[number]) == ["company"]


def test_digits_and_letters_of_other_scripts_are_part_of_a_number(tmp_path: Path) -> None:
    holder = listed(
        "1", "Orlan Dvessik", identifiers=[{"type": "passport", "value": "МК 1234567", "country": "SY"}]
    )
    screener = screener_of(tmp_path, [holder])

    def found(value: str) -> list[str]:
        number = {"type": "passport", "value": value, "country": "SY"}
        return ids(screener, name="Pavel Morrow", identifiers=[number])

    assert found("МК１２３４５６７") == found("мк-١٢٣٤٥٦٧") == ["1"]
    assert found("1234567") == found("АВ1234567") == []


@pytest.mark.parametrize("type_", ["email", "phone", "website", "call_sign", "other"])
def test_what_changes_hands_supports_a_name_and_proves_nothing_alone(type_: str) -> None:
    entity = listed("1", "Orlan Dvesik Velm", identifiers=[{"type": type_, "value": "velm-12345"}])
    same = {"identifiers": [{"type": type_, "value": "VELM-12345"}]}
    assert score_of(entity, name="Orlan Dvessik Velm", **same) > score_of(entity, name="Orlan Dvessik Velm")
    assert score_of(entity, name="Pavel Morrow", **same) == 0.0


def test_another_number_of_the_same_kind_and_country_lowers_the_score() -> None:
    def score(**identifier: str) -> float:
        return score_of(PERSON, identifiers=[identifier])

    without = score_of(PERSON)
    assert score(type="passport", value="X9999999", country="SY") < without
    assert score(type="passport", value="X9999999", country="DE") == without
    assert score(type="passport", value="X9999999") == without
    assert score(type="national_id", value="X9999999", country="SY") == without


def test_another_imo_number_or_lei_is_another_party() -> None:
    assert score_of(VESSEL, identifiers=[{"type": "imo", "value": "9074730"}]) < DEFAULT_THRESHOLD
    assert (
        score_of(COMPANY, identifiers=[{"type": "lei", "value": "529900T8BM49AURSDO55"}]) < DEFAULT_THRESHOLD
    )


def test_one_equal_number_outweighs_another_that_differs() -> None:
    both = [{**PASSPORT, "country": "SY"}, {"type": "passport", "value": "X9999999", "country": "SY"}]
    assert score_of(PERSON, identifiers=both) == 1.0


# Birth dates

YEAR_1970, RANGE = PartialDate.of(1970), PartialDate.of(1958, until_year=1962)
CIRCA_1970 = PartialDate.of(1970, circa=True)
DAY = PartialDate.of(1961, 4, 3)


@pytest.mark.parametrize(
    ("listed_date", "customers_date", "row"),
    [
        (DAY, "1961-04-03", "equal"),
        (DAY, "1961-04", "compatible"),
        (DAY, "1961", "compatible"),
        (DAY, "1961-03-04", "swapped"),
        (DAY, "1961-09-28", "same_year"),
        (DAY, "1961-05", "same_year"),
        (DAY, "1962-04-03", "near_year"),
        (DAY, "1960", "near_year"),
        (DAY, "1962-03-04", "near_year"),
        (DAY, "1963-04-03", "conflict"),
        (DAY, "1980", "conflict"),
        (YEAR_1970, "1970", "compatible"),
        (YEAR_1970, "1970-12-31", "compatible"),
        (YEAR_1970, "1971-01-01", "near_year"),
        (YEAR_1970, "1969", "near_year"),
        (YEAR_1970, "1972", "conflict"),
        (CIRCA_1970, "1970-05-01", "compatible"),
        (CIRCA_1970, "1972", "estimate"),
        (CIRCA_1970, "1968-01-01", "estimate"),
        (CIRCA_1970, "1973", "conflict"),
        (RANGE, "1958", "compatible"),
        (RANGE, "1962-12-31", "compatible"),
        (RANGE, "1963", "near_year"),
        (RANGE, "1957-06", "near_year"),
        (RANGE, "1956", "conflict"),
    ],
)
def test_birth_dates_agree_as_far_as_both_are_known(
    listed_date: PartialDate, customers_date: str, row: str
) -> None:
    entity = listed("1", "Orlan Dvessik", birth_dates=[listed_date])
    found = evidence_of(entity, "birth_date", birth_date=customers_date)
    assert found is not None
    assert found.feature == f"birth_date.{row}"
    assert found.contribution == MODEL[f"birth_date.{row}"]
    assert (found.subject_value, found.listed_value) == (customers_date, listed_date.text)


def test_the_better_a_birth_date_agrees_the_higher_the_score() -> None:
    rows = ["equal", "compatible", "swapped", "same_year", "conflict"]
    values = [MODEL[f"birth_date.{row}"] for row in rows]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.0 > values[-1]


def test_the_listed_birth_date_that_fits_best_counts() -> None:
    entity = listed("1", "Orlan Dvessik", birth_dates=[YEAR_1970, DAY, CIRCA_1970])
    found = evidence_of(entity, "birth_date", birth_date="1961-04-03")
    assert found is not None
    assert found.feature == "birth_date.equal"


def test_an_exact_name_with_a_conflicting_birth_date_drops_by_the_margin_of_the_model() -> None:
    exact = score_of(PERSON)
    conflicting = score_of(PERSON, birth_date="1994-11-20")
    assert conflicting == pytest.approx(exact + MODEL["birth_date.conflict"])
    assert DEFAULT_THRESHOLD - conflicting == pytest.approx(0.02)


def test_an_exact_name_with_another_country_alerts_and_a_looser_one_does_not() -> None:
    assert score_of(PERSON, countries=["DE"]) >= DEFAULT_THRESHOLD
    loose = {"name": "Orlin Dvesxik"}
    assert score_of(PERSON, **loose) >= DEFAULT_THRESHOLD > score_of(PERSON, **loose, countries=["DE"])


def test_a_namesake_of_another_age_does_not_alert() -> None:
    assert score_of(PERSON, birth_date="1961-04-03") > score_of(PERSON) >= DEFAULT_THRESHOLD
    assert score_of(PERSON, birth_date="1994-11-20") < DEFAULT_THRESHOLD


# Country, gender, kind, address


def test_a_country_in_common_raises_and_none_lowers() -> None:
    shared, without, other = (score_of(PERSON, countries=codes) for codes in (["DE", "SY"], [], ["DE", "FR"]))
    assert shared > without > other


@pytest.mark.parametrize(
    "fields",
    [
        {"nationalities": ["SY"]},
        {"countries": ["SY"]},
        {"addresses": [{"text": "Port Velm", "country": "SY"}]},
        {"birth_places": [{"text": "Port Velm", "country": "SY"}]},
        {"craft": {"flag": "SY"}},
    ],
)
def test_every_tie_to_a_country_counts(fields: dict[str, Any]) -> None:
    found = evidence_of(listed("1", "Orlan Dvessik", **fields), "country", countries=["SY"])
    assert found is not None
    assert found.feature == "country.shared"
    assert "Syria" in found.sentence


def test_another_gender_lowers_and_the_same_changes_nothing() -> None:
    assert score_of(PERSON, gender="male") == score_of(PERSON) > score_of(PERSON, gender="female")


def test_who_was_born_is_hardly_a_ship_though_nobody_said_so_but_an_exact_name_still_alerts() -> None:
    named = score_of(COMPANY, kind=Kind.UNKNOWN)
    for born in ({"birth_date": "1970-05-01"}, {"gender": "female"}):
        assert score_of(COMPANY, kind=Kind.UNKNOWN, **born) == pytest.approx(named + MODEL["kind.born"])
        assert score_of(COMPANY, kind=Kind.UNKNOWN, **born) >= DEFAULT_THRESHOLD
    assert score_of(PERSON, kind=Kind.UNKNOWN, gender="male") >= score_of(PERSON, kind=Kind.UNKNOWN)


def test_another_kind_lowers_but_a_company_may_be_an_organization() -> None:
    organization, unknown = (score_of(COMPANY, kind=kind) for kind in (Kind.ORGANIZATION, Kind.UNKNOWN))
    assert organization == score_of(COMPANY) >= DEFAULT_THRESHOLD
    assert unknown >= DEFAULT_THRESHOLD
    for kind in (Kind.PERSON, Kind.VESSEL, Kind.AIRCRAFT):
        assert score_of(COMPANY, kind=kind) < DEFAULT_THRESHOLD
    assert score_of(PERSON, kind=Kind.VESSEL) < DEFAULT_THRESHOLD


def test_an_address_in_common_supports_the_name() -> None:
    near = {"name": "Orlan Dvesik"}
    assert score_of(PERSON, **near, addresses=["Port Velm, Quay 4"]) > score_of(PERSON, **near)
    assert score_of(PERSON, **near, addresses=["Port Velm"]) == score_of(PERSON, **near)
    assert score_of(PERSON, name="Pavel Morrow", addresses=["4 Quay, Port Velm"]) == 0.0


# Missing is neutral


@given(
    subject_fields(), st.sampled_from(["Orlan Dvessik", "Orlan Dvesik", "O. Dvessik", "Dvessik Orlan Velm"])
)
@settings(max_examples=60)
def test_what_the_list_does_not_state_changes_nothing(fields: dict[str, Any], name: str) -> None:
    bare = listed("1", "Orlan Dvessik")
    assert match_of(bare, Subject.parse(name=name, **fields)) == match_of(bare, Subject.parse(name=name))


@pytest.mark.parametrize("name", ["Orlan Dvessik", "Orlan Dvesik", "O. Dvessik"])
def test_what_the_customer_does_not_state_changes_nothing(name: str) -> None:
    assert score_of(PERSON, name=name) == score_of(listed("1", "Orlan Dvessik"), name=name)


def added(compared: Sequence[features.Feature], customer: Subject, entity: ListedEntity) -> float:
    found = [feature(customer, entity) for feature in compared]
    return sum(each.contribution for each in found if each is not None)


@given(cases())
@settings(max_examples=100)
def test_evidence_beside_the_name_adds_no_more_than_candidates_allow_for(
    case: tuple[list[ListedEntity], list[Subject]],
) -> None:
    watchlist, customers = case
    for customer in customers:
        most = features.most_that_qualifiers_add(customer)
        for entity in watchlist:
            assert added(features.QUALIFIERS, customer, entity) <= most + 1e-12


@given(cases())
@settings(max_examples=100)
def test_birth_date_country_kind_and_gender_add_no_more_than_is_known_of_many_at_once(
    case: tuple[list[ListedEntity], list[Subject]],
) -> None:
    watchlist, customers = case
    pairs = [(customer, entity) for customer in customers for entity in watchlist]
    own, other = (profiles_of([Party.of(pair[side]) for pair in pairs]) for side in (0, 1))
    most = most_added(own, other, lambda _: True)
    compared = (features.birth_date, features.country, features.kind, features.gender)
    for (customer, entity), bound in zip(pairs, most.tolist(), strict=True):
        assert added(compared, customer, entity) <= bound + 1e-12


def test_a_country_of_many_at_once_is_one_by_its_two_letters() -> None:
    people = [Party(Kind.PERSON, None, frozenset(codes), ()) for codes in ({"RU"}, {"DE", "RU"}, {"IR"}, ())]
    profiles = profiles_of(people)
    shared, other = MODEL["country.shared"], MODEL["country.other"]
    first = profiles.take(np.zeros(len(people), dtype=np.int64))
    assert most_added(first, profiles, lambda _: True).tolist() == [shared, shared, other, 0.0]


# Weak aliases


def weak(*texts: str) -> ListedEntity:
    names = [{"text": "Tamsin Quenby"}, *({"text": text, "strength": "weak"} for text in texts)]
    return listed("1", names=names)


@pytest.mark.parametrize(
    ("policy", "single", "several"),
    [("alert", True, True), ("several_words", False, True), ("support", False, False)],
)
def test_a_weak_alias_alerts_as_the_policy_says(policy: str, single: bool, several: bool) -> None:
    chosen = Settings(screening=ScreeningSettings.model_validate({"weak_aliases": policy}))
    for name, alerts in (("Dvess", single), ("Orlan Dvess", several), ("Tamsin Quenby", True)):
        match = match_of(weak("Dvess", "Orlan Dvess"), Subject.parse(name=name), settings=chosen)
        assert match is not None
        assert (match.score >= DEFAULT_THRESHOLD) is alerts, name


@pytest.mark.parametrize("policy", ["alert", "several_words", "support"])
def test_a_weak_alias_always_supports_a_match_by_another_name(policy: str) -> None:
    chosen = Settings(screening=ScreeningSettings.model_validate({"weak_aliases": policy, "features": []}))

    def score(*names: str) -> float:
        match = match_of(weak("Dvess"), Subject(names=names), settings=chosen)
        return match.score if match else 0.0

    assert score("Tamsin Quenby", "Dvess") == pytest.approx(score("Tamsin Quenby") + 0.01)
    assert score("Tamsin Quenby", "Velm") == score("Tamsin Quenby")
    match = match_of(weak("Dvess"), Subject(names=("Tamsin Quenby", "Dvess")), settings=chosen)
    assert match is not None
    assert match.evidence[-1].sentence == "‘Dvess’ is a weak alias on the list: no proof, but support"


def test_a_weak_alias_scores_less_than_a_strong_one_and_says_so() -> None:
    strong = listed("1", "Tamsin Quenby", "Orlan Dvess")
    assert score_of(weak("Orlan Dvess"), name="Orlan Dvess") < score_of(strong, name="Orlan Dvess")
    match = match_of(weak("Orlan Dvess"), Subject.parse(name="Orlan Dvess"))
    assert match is not None
    (said,) = [each for each in match.evidence if each.feature.startswith("weak_alias.")]
    assert said.sentence == "‘Orlan Dvess’ is a weak alias: the list's publisher does not vouch for it"
