"""Screening: the same answer one by one and in bulk, and evidence that says why, beside the name too."""

from __future__ import annotations

import datetime as dt
import gc
import random
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from cases import cases
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from watchlists import NOW, WATCHLIST, ids, listed, match_of, real_entities, score_of, screener_of

import engine.bulk
import engine.index.table
import engine.model
from engine import (
    DEFAULT_THRESHOLD,
    InvalidSubject,
    Match,
    Outcome,
    Screener,
    Subject,
)
from engine.frame import MATCH_SCHEMA
from engine.model import TABLE, VERSION
from engine.names.tokens import TokenKind, tokenise
from engine.screener import notes
from lists.model import Kind, ListedEntity
from lists.settings import Settings


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> Screener:
    return screener_of(tmp_path_factory.mktemp("watchlist"), WATCHLIST)


# One by one and in bulk


def singly(screener: Screener, customers: list[Subject]) -> list[list[Match]]:
    return [next(iter(screener.matches([customer], screener.threshold))) for customer in customers]


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_customer_gets_the_same_answer_alone_and_among_others_in_any_order(
    case: tuple[list[ListedEntity], list[Subject]], chance: random.Random
) -> None:
    watchlist, customers = case
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as another:
        expected = singly(screener_of(Path(one), watchlist), customers)
        order = chance.sample(range(len(customers)), len(customers))
        fresh = screener_of(Path(another), watchlist)
        found = list(fresh.matches([customers[place] for place in order], fresh.threshold))
    assert found == [expected[place] for place in order]


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_few_entities_are_found_as_they_are_among_the_whole_list(
    case: tuple[list[ListedEntity], list[Subject]], chance: random.Random
) -> None:
    watchlist, customers = case
    chosen = set(chance.sample(range(len(watchlist)), chance.randint(0, len(watchlist))))
    with tempfile.TemporaryDirectory() as folder:
        whole = screener_of(Path(folder), watchlist)
        keys = {(entity.list_id, entity.entity_id) for entity in map(whole.entity, chosen)}

        def of_chosen(screener: Screener) -> tuple[list[list[Match]], list[tuple[object, ...]]]:
            one_by_one = [
                [match for match in matches if (match.list_id, match.entity_id) in keys]
                for matches in singly(screener, customers)
            ]
            rows = screener.screen_frame(frame_of(customers)).drop("evidence").rows(named=True)
            wanted = [tuple(row.values()) for row in rows if (row["list_id"], row["entity_id"]) in keys]
            return one_by_one, wanted

        narrow = Screener(whole.published, Settings())
        narrow.restrict(chosen)
        assert of_chosen(narrow) == of_chosen(whole)
        for narrowly, wholly in zip(singly(narrow, customers), singly(whole, customers), strict=True):
            assert all(match in wholly for match in narrowly)  # an equal number also finds others
    del whole, narrow
    gc.collect()  # the files that they have mapped are let go of


def frame_of(customers: list[Subject]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "subject_id": [customer.subject_id for customer in customers],
            "names": [list(customer.names) for customer in customers],
            "kind": [customer.kind.value for customer in customers],
            "birth_date": [
                customer.birth_date.text if customer.birth_date else None for customer in customers
            ],
            "countries": [list(customer.countries) for customer in customers],
        }
    )


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Screener, list[Subject]]:
    """A part of the real list, and customers with its names, more or less."""
    chance = random.Random(11)
    watchlist = chance.sample(real_entities(), 1_500)
    customers = []
    for number, entity in enumerate(chance.sample(watchlist, 250)):
        words = chance.choice(entity.names).text.split()
        chance.shuffle(words)
        customers.append(
            Subject.parse(
                subject_id=str(number),
                name=" ".join(words[: chance.randint(len(words) // 2 + 1, len(words) + 1)]),
                kind=chance.choice([entity.kind, Kind.UNKNOWN]),
                birth_date=chance.choice([None, "1961", "1975-03-02"]),
                countries=chance.choice([[], ["SY"], ["RU", "DE"]]),
            )
        )
    return screener_of(tmp_path_factory.mktemp("real"), watchlist), customers


@pytest.mark.parametrize(("chunk", "threads"), [(5_000, 2), (5_000, 1), (7, 2), (1, 1)])
def test_a_frame_of_customers_gets_the_answers_each_gets_alone(
    real: tuple[Screener, list[Subject]], chunk: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    screener, customers = real
    monkeypatch.setattr(engine.bulk, "CHUNK", chunk)
    found = screener.screen_frame(frame_of(customers), threads=threads)
    expected = [
        (row, customer.subject_id, match)
        for row, customer in enumerate(customers)
        for match in screener.screen(customer, limit=10_000).matches
    ]
    assert len(expected) > 100
    assert dict(found.schema) == MATCH_SCHEMA
    for said, (row, subject_id, match) in zip(found.iter_rows(named=True), expected, strict=True):
        assert (said["row"], said["subject_id"], said["kind"]) == (row, subject_id, match.kind.value)
        assert said["evidence"] == [each.model_dump() for each in match.evidence]
        assert said["programmes"] == list(match.programmes)
        assert said["watchlist_version"] == screener.watchlist_version
        for field in ("score", "list_id", "entity_id", "matched_name", "subject_name"):
            assert said[field] == getattr(match, field)


def test_a_token_table_that_is_given_up_changes_no_answer(
    real: tuple[Screener, list[Subject]], monkeypatch: pytest.MonkeyPatch
) -> None:
    screener, customers = real
    expected = screener.screen_frame(frame_of(customers)), singly(screener, customers)
    monkeypatch.setattr(engine.index.table, "_MOST_ROWS", 3)
    monkeypatch.setattr(engine.index.table, "_MOST_KEPT", 3)
    monkeypatch.setattr(engine.bulk, "CHUNK", 20)
    found = screener.screen_frame(frame_of(customers)), singly(screener, customers)
    assert found[0].equals(expected[0])
    assert found[1] == expected[1]


def test_answers_do_not_depend_on_what_was_screened_before(
    real: tuple[Screener, list[Subject]], tmp_path: Path
) -> None:
    screener, customers = real
    screened_before = singly(screener, customers[::-1])[::-1]
    fresh = screener_of(tmp_path, list(screener.entities()))
    assert singly(fresh, customers[:60]) == screened_before[:60]


def test_threads_may_share_a_screener(real: tuple[Screener, list[Subject]], tmp_path: Path) -> None:
    screener, customers = real
    expected = singly(screener, customers)
    fresh = screener_of(tmp_path, list(screener.entities()))
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # threads take turns in the middle of everything
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: singly(fresh, customers), range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert found == [expected] * 4


@pytest.mark.parametrize("words", [60, 61, 62, 63, 64, 98])
def test_a_listed_name_of_very_many_words_is_compared_to_its_last(tmp_path: Path, words: int) -> None:
    names = [f"{first}{second}v" for first in "bdfgklmnpr" for second in ("ela", "iro", "uma")]
    long = " ".join((names * 4)[:words])
    screener = screener_of(tmp_path, [listed("1", f"Orlan {long} Dvessik")])
    whole = Subject(names=(f"Orlan {long} Dvessik",), kind=Kind.PERSON)
    other = Subject(names=(f"Orlan {long} Dvessk",), kind=Kind.PERSON)
    found = singly(screener, [whole, other])
    assert found[0][0].score >= found[1][0].score > DEFAULT_THRESHOLD
    frame = screener.screen_frame(frame_of([whole, other]))
    assert frame["score"].to_list() == [matches[0].score for matches in found]


def test_a_frame_without_customers_has_no_matches(screener: Screener) -> None:
    found = screener.screen_frame(pl.DataFrame({"names": []}, schema={"names": pl.List(pl.String)}))
    assert found.height == 0
    assert dict(found.schema) == MATCH_SCHEMA


def test_a_row_that_is_no_customer_is_named(screener: Screener) -> None:
    frame = pl.DataFrame({"name": ["Orlan Dvessik", "Velm Zhora"], "birth_date": ["1961", "1961-13-45"]})
    with pytest.raises(InvalidSubject, match=r"row 1, birth_date: is not a day of the calendar"):
        screener.screen_frame(frame)


# What an answer says


@pytest.mark.parametrize("title", ["", "Sheikh ", "Dr. "])
@pytest.mark.parametrize("kind", [Kind.PERSON, Kind.UNKNOWN])
def test_a_title_does_not_make_the_father_the_son(title: str, kind: Kind) -> None:
    entity = listed("1", "Hassan bin Karim")
    assert score_of(entity, name=f"{title}Hassan bin Karim", kind=kind) >= DEFAULT_THRESHOLD
    assert score_of(entity, name=f"{title}Karim bin Hassan", kind=kind) < DEFAULT_THRESHOLD


def test_a_listed_name_alerts_and_another_is_clear(screener: Screener) -> None:
    answer = screener.screen(Subject.parse(name="Dvessik, Orlan", subject_id="c-1", kind="person"))
    assert (answer.outcome, answer.subject_id, answer.threshold) == (Outcome.ALERT, "c-1", DEFAULT_THRESHOLD)
    (match,) = answer.matches
    assert (match.list_id, match.entity_id, match.kind) == ("xx_test", "person", Kind.PERSON)
    assert (match.matched_name, match.subject_name) == ("Orlan Dvessik", "Dvessik, Orlan")
    assert match.programmes == ("VELM",)
    assert answer.watchlist_version == screener.watchlist_version
    assert answer.model_version == screener.model_version == VERSION
    clear = screener.screen(Subject.parse(name="Pavel Morrow"))
    assert (clear.outcome, clear.matches, clear.truncated) == (Outcome.CLEAR, (), False)


def test_the_best_of_several_names_counts(screener: Screener) -> None:
    subject = Subject.parse(name="Pavel Morrow", names=["Orlan Dvesik", "Orlan Dvessik"])
    (match,) = screener.screen(subject).matches
    assert (match.subject_name, match.matched_name) == ("Orlan Dvessik", "Orlan Dvessik")


def test_matches_come_best_first_and_a_cut_is_said(tmp_path: Path) -> None:
    crowd = [listed(f"{number:02}", "Orlan Dvessik") for number in range(30)]
    near = listed("0-near", "Orlan Dvesik")
    screener, subject = screener_of(tmp_path, [near, *crowd]), Subject.parse(name="Orlan Dvessik")
    answer = screener.screen(subject)
    assert answer.truncated
    assert len(answer.matches) == 25
    assert [match.entity_id for match in answer.matches] == [f"{number:02}" for number in range(25)]
    everyone = screener.screen(subject, limit=31)
    assert not everyone.truncated
    assert everyone.matches[-1].entity_id == "0-near"


def test_a_threshold_can_be_chosen(screener: Screener) -> None:
    subject = Subject.parse(name="Dvessik", kind="person")
    assert screener.screen(subject, threshold=0.3).outcome is Outcome.ALERT
    assert screener.screen(subject, threshold=0.99).outcome is Outcome.CLEAR
    for nonsense in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="score from 0 to 1"):
            screener.screen(subject, threshold=nonsense)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        (
            "Orlan\u200b Dves\u202esik",
            "name: holds 2 invisible characters (zero-width, direction, control), ignored",
        ),
        ("Orlan \x00Dvessik", "name: holds 1 invisible character (zero-width, direction, control), ignored"),
        ("Dvessik", "name: has a single word; that is weak evidence, however exact"),
        ("GmbH & Co. KG", "name: is only a legal form, which matches nobody by itself"),
    ],
)
def test_what_is_unusual_in_a_customer_is_noted(screener: Screener, name: str, note: str) -> None:
    assert screener.screen(Subject.parse(name=name)).notes == (note,)


def test_an_ordinary_customer_has_no_notes_and_several_names_are_numbered(screener: Screener) -> None:
    assert screener.screen(Subject.parse(name="Orlan Dvessik")).notes == ()
    (note,) = screener.screen(Subject.parse(names=["Orlan Dvessik", "Dvessik"])).notes
    assert note.startswith("names 2: ")


def test_hidden_characters_do_not_hide_a_listed_name(screener: Screener) -> None:
    assert ids(screener, name="\u202eOr\u200blan D\u00advess\u2060ik") == ["person"]


def test_lists_that_nobody_renewed_are_named(tmp_path: Path) -> None:
    subject = Subject.parse(name="Pavel Morrow")
    hours = Settings().lists.stale_after_hours
    for folder, age, stale in ((tmp_path / "a", hours - 1, ()), (tmp_path / "b", hours + 1, ("xx_test",))):
        folder.mkdir()
        aged = screener_of(folder, WATCHLIST, loaded_at=NOW - dt.timedelta(hours=age))
        assert aged.screen(subject).stale_lists == aged.stale_lists == stale


@given(cases())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_the_evidence_explains_the_score_completely(case: tuple[list[ListedEntity], list[Subject]]) -> None:
    watchlist, customers = case
    with tempfile.TemporaryDirectory() as folder:
        found = list(screener_of(Path(folder), watchlist).matches(customers, 0.2))
    for match in (match for matches in found for match in matches):
        assert 0.0 <= match.score <= 1.0
        assert sum(each.contribution for each in match.evidence) == pytest.approx(match.score, abs=1e-9)
        assert all(each.sentence for each in match.evidence)
        rows = {row.name for row in TABLE}
        assert all(
            each.feature in rows or each.feature.partition(".")[0] in ("name", "limit")
            for each in match.evidence
        )


def test_every_sentence_quotes_what_was_compared(screener: Screener) -> None:
    subject = Subject.parse(
        name="Orlan Dvesik",
        kind="company",
        birth_date="1980",
        gender="female",
        countries=["DE"],
        identifiers=[{"type": "passport", "value": "X9999999", "country": "SY"}],
    )
    (match,) = next(iter(screener.matches([subject], 0.01)))
    for each in match.evidence:
        for value in (each.subject_value, each.listed_value):
            assert value is None or value in each.sentence or each.feature == "country.other"
    said = {each.feature for each in match.evidence}
    assert {
        "birth_date.conflict",
        "country.other",
        "gender.other",
        "kind.other",
        "identifier.conflict",
    } <= said


# Unchanged names

WORDS = "Orlan Dvessik Velm Ten Six Intl Bank Trading Star محمد 王 Иван".split()
OTHERS = (
    "Vi van den de al bin Abdul J. II Jr Dr. Sheikh General LLC S.A. S.A.S.U. Co Group A.B. 28 MV".split()
)
SOME_NAMES = st.builds(
    lambda words, others, chance: " ".join(chance.sample([*words, *others], len(words) + len(others))),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(OTHERS), max_size=3, unique=True),
    st.randoms(use_true_random=False),
)


@given(SOME_NAMES, st.sampled_from(Kind))
@settings(max_examples=150)
def test_an_unchanged_name_alerts_also_where_the_customers_kind_is_not_known(name: str, kind: Kind) -> None:
    entity = listed("1", name, kind=kind)
    # A person is not called like a firm, and a legal form alone is nobody.
    tokens = tokenise(name, Kind.COMPANY)
    assume(kind is not Kind.PERSON or all(token.kind is not TokenKind.LEGAL for token in tokens))
    assume(score_of(entity) >= DEFAULT_THRESHOLD)
    unknown = Subject.parse(name=name)
    assume(not any("only a legal form" in note for note in notes(unknown)))
    match = match_of(entity, unknown)
    assert match is not None
    assert match.score >= DEFAULT_THRESHOLD


def test_unchanged_real_names_alert_whatever_is_known_of_the_customer(tmp_path: Path) -> None:
    watchlist = random.Random(3).sample(real_entities(), 600)
    screener = screener_of(tmp_path, watchlist)
    names = [
        (entity, name.text) for entity in watchlist for name in entity.names if name.strength == "strong"
    ]
    missed = []
    for kinds in ([entity.kind for entity, _ in names], [Kind.UNKNOWN] * len(names)):
        customers = [Subject(names=(name,), kind=kind) for (_, name), kind in zip(names, kinds, strict=True)]
        for (entity, name), matches in zip(
            names, screener.matches(customers, DEFAULT_THRESHOLD), strict=True
        ):
            if entity.entity_id not in {match.entity_id for match in matches}:
                missed.append((name, entity.kind))
    assert missed == []
