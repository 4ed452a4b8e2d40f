"""No match is lost on the way: the pruned search answers as comparing every name with every other does."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import exhaustive
import numpy as np
import polars as pl
import pytest
from cases import cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from watchlists import listed, real_entities, screener_of

from engine import DEFAULT_THRESHOLD, Screener, Subject
from engine.index.hashing import by_length
from engine.index.keys import is_special
from engine.index.rows import rows_of, with_items
from engine.index.special import special_places
from engine.judge import NamePair
from engine.model import MODEL, TABLE
from engine.names.alignment import OMITTED, align
from jobs.customers.frame import FRAME_SCHEMA
from lists.model import Kind, ListedEntity

THRESHOLDS = (0.5, 0.6, 0.7, DEFAULT_THRESHOLD, 0.9)
# `make bench-speed` asks for more of them.
EXAMPLES = int(os.environ.get("CORDON_EXAMPLES", "200"))
# Scores are rounded piece by piece; nearer to a threshold than this, both answers are right.
ROUNDING = 1e-5


def screened(screener: Screener, customers: Sequence[Subject], threshold: float) -> list[dict[str, float]]:
    found = screener.matches(customers, threshold)
    return [{match.entity_id: match.score for match in matches} for matches in found]


def screened_as_frame(
    screener: Screener, customers: Sequence[Subject], threshold: float
) -> list[dict[str, float]]:
    rows = [customer.model_dump(mode="json") for customer in customers]
    for row in rows:
        row["birth_date"] = row["birth_date"] and row["birth_date"]["text"]
    frame = pl.DataFrame(rows, schema=FRAME_SCHEMA)
    answers: list[dict[str, float]] = [{} for _ in customers]
    found = screener.screen_frame(frame, threshold=threshold)
    for row, entity_id, score in found.select("row", "entity_id", "score").iter_rows():
        answers[row][entity_id] = score
    return answers


def assert_equal_answers(
    screener: Screener, customers: Sequence[Subject], every: list[dict[str, float]]
) -> None:
    as_frame = THRESHOLDS[sum(map(len, every)) % len(THRESHOLDS)]  # one of them: frames take longer
    for threshold in THRESHOLDS:
        one_by_one = screened(screener, customers, threshold)
        if threshold == as_frame:
            assert screened_as_frame(screener, customers, threshold) == one_by_one
        for customer, pruned, scores in zip(customers, one_by_one, every, strict=True):
            close = {key for key, score in scores.items() if abs(score - threshold) < ROUNDING}
            expected = {key: score for key, score in scores.items() if score >= threshold or key in close}
            found = pruned | {key: scores[key] for key in close}
            assert found == pytest.approx(expected, abs=ROUNDING), (customer.names, threshold)


def check(watchlist: list[ListedEntity], customers: list[Subject]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        screener = screener_of(Path(folder), watchlist)
        twin = exhaustive.Twin(watchlist, screener._index.rarity)
        every = [twin.scores(customer) for customer in customers]
        assert_equal_answers(screener, customers, every)


def customers_named(*texts: str, kind: Kind = Kind.UNKNOWN) -> list[Subject]:
    return [Subject(names=(text,), kind=kind) for text in texts]


@given(cases())
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
def test_pruned_search_finds_what_exhaustive_search_finds(
    case: tuple[list[ListedEntity], list[Subject]],
) -> None:
    check(*case)


@given(cases())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_no_two_names_score_more_than_both_bounds_on_the_pair_say(
    case: tuple[list[ListedEntity], list[Subject]],
) -> None:
    watchlist, customers = case
    with tempfile.TemporaryDirectory() as folder:
        screener = screener_of(Path(folder), watchlist)
        judge, index = screener._judge, screener._index
        listed_names = np.arange(len(index.name_entity))
        for name in (name for customer in customers for name in judge.readings(customer)):
            pairs = [NamePair(0, place) for place in listed_names.tolist()]
            (own,) = judge._read([name], pairs)
            read = with_items([name], *rows_of([name], index.table))
            at_once = index.pair_bound.most(read, index.table, np.zeros_like(listed_names), listed_names)
            for place in listed_names.tolist():
                across = judge._listed_name(place)
                score = align(name, across.prepared, own.pairs(across)).score
                one = index.pair_bound.most_of(own.side, name.items, own.alike, place)
                most = max(0.0, min(one, at_once[place]))  # no score is below zero
                assert score <= most + 1e-9, (name.text, across.prepared.text)


@pytest.mark.parametrize(
    ("watchlist", "customers"),
    [
        pytest.param(
            [
                listed("1", "Orlan Tamsin Jaro Velm Quay"),
                listed("2", "Sheikh Orlan Tamsin Jaro Velm al-Quay"),
                listed("3", "A Orlan Velm"),
                listed("4", "Kim Chun Gil Su Yong"),
            ],
            customers_named("Orlan Quay", "Orlann Qua", "Quay Orlan", "O Quay", "Maj Velm", "Kim Yong"),
            id="the first and the last of many words",
        ),
        pytest.param(
            [listed("1", "رضا رضا o"), listed("2", "shamsuddin", "م م", "O. Rida")],
            customers_named("shamsuddin رضا رضا ا", "Rida A", "ا رضا", "M. Rida ا", "م shamsuddin"),
            id="a single letter of a script without vowels",
        ),
        pytest.param(
            [listed("1", "Molla Omar"), listed("2", "Molla Trading", kind=Kind.COMPANY)],
            customers_named("Mo Lla Omar", "Mo Lla", "Molla", kind=Kind.PERSON),
            id="a title written as two words, which is a word of another name",
        ),
        pytest.param(
            [listed("1", "J. M. Orlan"), listed("2", "Jaro Orlan"), listed("3", "Orlan")],
            customers_named("J Orlan", "Orlan J. M.", "Jaro M. Orlan", "M. J.", "J"),
            id="initials on either side",
        ),
        pytest.param(
            [listed("1", "B A C"), listed("2", "J"), listed("3", "W S.A.", kind=Kind.COMPANY)],
            customers_named("B A C", "A B C", "J", "W SA", "C A", "J M"),
            id="initials and nothing else",
        ),
        pytest.param(
            [listed("1", "Mohammed Ali Khan"), listed("2", "Ahmed Hassan"), listed("3", "Ali")],
            customers_named("Muhammad Aly Han", "Khan Ali", "Ali", "Hassan Mohamed Ahmad", "Ali Ali Ali"),
            id="common names only",
        ),
        pytest.param(
            [listed("1", "Sheikh"), listed("2", "Sheikh al-Hajj"), listed("3", "Haji Sheikh Orlan")],
            customers_named("Sheikh", "Shaikh", "Haji", "Sheikh Orlan", "al"),
            id="titles only",
        ),
        pytest.param(
            [listed("1", "Orlan Hajji Velm", kind=Kind.UNKNOWN), listed("2", "Hajji Co", kind=Kind.COMPANY)],
            customers_named("Hajji Orlan Velm", "Orlan Hajji", kind=Kind.COMPANY),
            id="a word of the customer's that is a title on the list, and a word elsewhere on it",
        ),
        pytest.param(
            [listed("1", "B.S.K. Company LLC", kind=Kind.COMPANY), listed("2", "LLC", kind=Kind.COMPANY)],
            customers_named("BSK", "B S K Co", "OOO", "BSK LLC", "bs k"),
            id="abbreviations and legal forms",
        ),
        pytest.param(
            [listed("1", "ء"), listed("2", "عبد الرحمن محمود"), listed("3", "Orlan ء")],
            customers_named("Abdul Rahman Mahmoud", "عبدالرحمن محمود", "Orlan"),
            id="letters of which nothing is left, and scripts without vowels",
        ),
        pytest.param(
            [
                listed("1", "Svetlana Orlanova Karpenkova"),
                listed("2", "Orlan Dvessik Trading Company", kind=Kind.COMPANY),
                listed("3", "محمود عبد الرحمن الزهراني"),
            ],
            customers_named(
                "Svetlana Orlanova Karpen",
                "Orlan Dvessik Trading Comp",
                "محمود عبد الرحمن الزهر",
                "Orlan Dvess",
            ),
            id="names that a field cut off",
        ),
    ],
)
def test_pruned_search_loses_nothing_of(watchlist: list[ListedEntity], customers: list[Subject]) -> None:
    check(watchlist, customers)


_PARTS = "kim yong chol gun hye ali hasan mohammad reza x1 2 é ~abdul ~mhmd".split()


@given(st.lists(st.lists(st.sampled_from(_PARTS), min_size=1, max_size=3).map("".join), max_size=8))
@settings(max_examples=300)
def test_special_words_written_together_are_known_by_their_hashes(texts: list[str]) -> None:
    expected = [place for place, text in enumerate(texts) if is_special(text)]
    assert special_places(texts, by_length(texts)) == expected


def test_a_customer_with_a_very_common_name_gets_every_match() -> None:
    crowd = [
        listed(str(number), "Ali Hassan", f"Ali {'abcdefgh'[number % 8]}. Hassan") for number in range(90)
    ]
    check(
        crowd,
        customers_named("Ali Hassan", "Hassan Ali", "Aly Hasan", "Ali Omar Hassan", "Hassan", "A. Hassan"),
    )


def test_the_bound_on_candidates_holds_for_the_weights_of_the_model() -> None:
    """The conditions under which docs/design/candidates.md derives it."""
    unlikeness, contradicted = MODEL["credit.unlikeness"], MODEL["credit.contradicted"]
    assert unlikeness >= 1.0
    assert unlikeness - 1.0 <= -2.0 * contradicted
    assert unlikeness - 1.0 >= max(OMITTED)
    assert max(OMITTED) <= 1.0
    # The number of words that agree is bounded from above, so more of them must not earn less.
    assert list(OMITTED[1:]) == sorted(OMITTED[1:])
    assert MODEL["credit.other_number"] <= contradicted
    assert 0.0 <= MODEL["credit.other_role"] <= 1.0


def test_what_the_bound_on_candidates_leaves_out_only_lowers_a_score() -> None:
    lowering = [
        row.name
        for row in TABLE
        if row.name.startswith(("accompaniment.", "weak_alias.", "gender.", "kind.", "identifier.conflict"))
    ]
    assert len(lowering) >= 8
    lowering.remove("weak_alias.support")
    assert all(MODEL[name] <= 0.0 for name in [*lowering, "credit.common", "country.other"])


def altered(name: str, chance: random.Random) -> str:
    """A name as a customer's record may have it: a letter or a word more, less or elsewhere."""
    parts = name.split()
    place = chance.randrange(len(parts))
    match chance.randrange(9):
        case 0:
            chance.shuffle(parts)
        case 1:
            parts[place : place + 2] = ["".join(parts[place : place + 2])]
        case 2:
            parts[place] = (
                parts[place][: len(parts[place]) // 2] + " " + parts[place][len(parts[place]) // 2 :]
            )
        case 3:
            parts[place] = parts[place][0]
        case 4:
            del parts[place]
        case 5:
            parts[place] = parts[place][:1] + parts[place][2:]
        case 6:
            parts.append(chance.choice(parts))
        case 7:
            parts = [name[: max(20, len(name) - chance.randrange(2, 5))]]
        case _:
            letter = chance.randrange(len(parts[place]))
            parts[place] = parts[place][:letter] + "e" + parts[place][letter + 1 :]
    return " ".join(parts) or name


def test_pruned_search_loses_no_altered_name_of_the_real_list(tmp_path: Path) -> None:
    chance = random.Random(28)
    everyone = real_entities()
    watchlist = chance.sample(everyone, 2_000)
    chosen = [(chance.choice(entity.names).text, entity.kind) for entity in chance.sample(everyone, 150)]
    chosen += [(chance.choice(entity.names).text, Kind.UNKNOWN) for entity in chance.sample(watchlist, 150)]
    customers = [Subject.parse(name=altered(name, chance), kind=kind) for name, kind in chosen]
    screener = screener_of(tmp_path, watchlist)
    twin = exhaustive.Twin(watchlist, screener._index.rarity)
    # Names of which no word is like one of the customer's score nothing, and particles and legal forms are no
    # words; test_likeness.py holds the table of alike words to comparing all of them.
    holders, vocabulary = twin.holders(), screener._index.vocabulary
    every = []
    for customer in customers:
        readings = twin.prepare(customer)
        items = [item for name in readings for item in name.items if exhaustive.is_word(item)]
        alike = [place for item in items for place in vocabulary.neighbours(item.text, item.joined)]
        texts = [(vocabulary.text_of(place), place >= len(vocabulary.tokens)) for place in alike]
        every.append(twin.scores(customer, among=set().union(*(holders[text] for text in texts))))
    assert sum(score >= DEFAULT_THRESHOLD for scores in every for score in scores.values()) > 100
    assert_equal_answers(screener, customers, every)
