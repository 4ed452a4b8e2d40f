"""No match is lost on the way: the pruned search answers as comparing every name with every other does."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import exhaustive
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from watchlists import listed, real_entities, screener_of

from engine import DEFAULT_THRESHOLD, Screener, Subject
from engine.model import MODEL, TABLE
from engine.names.alignment import OMITTED
from engine.names.tokens import tokenise
from lists.model import Gender, Kind, ListedEntity, Strength

THRESHOLDS = (0.5, 0.6, 0.7, DEFAULT_THRESHOLD, 0.9)
# Scores are rounded piece by piece; nearer to a threshold than this, both answers are right.
ROUNDING = 1e-5

# Families of words that are nearly alike, that make one another when written together, that are a word in one
# name and an accompaniment in another, that weigh little, and that stand in scripts without vowels.
FAMILIES = [
    family.split()
    for family in """
orlan orlann orlna orlam orlanova orlanov dvessik dvesik dvessika orlandvessik or lan dves sik
mohammed muhammad mo md محمد محمود mahmoud ahmed hamada m
ha ji haji won hajiwon ha-ji hajji
mo lla molla omar mullah mol la o
al rashid alrashid ar rashed al-rashid rash id ra shid
abd ul abdul rahman abdulrahman عبدالرحمن الرحمن عبد ar
abu bin ibn omar van den ten de bint al
john jon johnny jack ivan иван jonathan j
general sheikh mr dr jr junior ii iii vi six sr prof
28 20 2 two second forty four 44 twenty 8 xii
b s k bs bsk b.s.k. sk bk company j a
group company trading co holding enterprise foundation firm
gmbh ltd llc o oo ooo sa saa s.a. ao limited liability
intl international bank int eng engineering gen general ind
mv ss star my m/v st ship s s
kim gim lee ri 김 王 王伟 wangwei wei wang wong li ء
""".strip().splitlines()
]
separators = st.sampled_from([" ", " ", " ", " ", "-", "", ". "])


@st.composite
def names(draw: st.DrawFn, words: list[str]) -> str:
    parts = draw(st.lists(st.sampled_from(words), min_size=1, max_size=5))
    return "".join(part + draw(separators) for part in parts)


def entities(number: int, name: st.SearchStrategy[str]) -> st.SearchStrategy[ListedEntity]:
    listed_name = st.fixed_dictionaries({"text": name, "strength": st.sampled_from(Strength)})
    return st.builds(
        ListedEntity,
        list_id=st.just("xx_test"),
        entity_id=st.just(str(number)),
        kind=st.sampled_from(Kind),
        names=st.lists(listed_name, min_size=1, max_size=3),
        nationalities=st.sampled_from([(), ("SY",), ("SY", "RU")]),
        gender=st.sampled_from([None, *Gender]),
    )


def subjects(name: st.SearchStrategy[str]) -> st.SearchStrategy[Subject]:
    return st.builds(
        Subject,
        names=st.lists(name.filter(tokenise), min_size=1, max_size=2),
        kind=st.sampled_from(Kind),
        countries=st.sampled_from([(), ("SY",), ("DE",)]),
        gender=st.sampled_from([None, *Gender]),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[ListedEntity], list[Subject]]:
    """A watchlist and customers whose names are made of the same few words, so that many nearly match."""
    invented = st.text("abo", min_size=1, max_size=3)
    family = st.sampled_from(draw(st.sampled_from(FAMILIES)) + draw(st.sampled_from(FAMILIES)))
    words = draw(st.lists(family | invented, min_size=2, max_size=7, unique=True))
    watchlist = [draw(entities(number, names(words))) for number in range(draw(st.integers(1, 8)))]
    return watchlist, draw(st.lists(subjects(names(words)), min_size=1, max_size=8))


def screened(screener: Screener, customers: Sequence[Subject], threshold: float) -> list[dict[str, float]]:
    found = screener.matches(customers, threshold, threads=2)
    return [{match.entity_id: match.score for match in matches} for matches in found]


def assert_equal_answers(
    screener: Screener, customers: Sequence[Subject], every: list[dict[str, float]]
) -> None:
    for threshold in THRESHOLDS:
        for customer, pruned, scores in zip(
            customers, screened(screener, customers, threshold), every, strict=True
        ):
            close = {key for key, score in scores.items() if abs(score - threshold) < ROUNDING}
            expected = {key: score for key, score in scores.items() if score >= threshold or key in close}
            found = pruned | {key: scores[key] for key in close}
            assert found == pytest.approx(expected, abs=ROUNDING), (customer.names, threshold)


def check(watchlist: list[ListedEntity], customers: list[Subject]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        screener = screener_of(Path(folder), watchlist)
        twin = exhaustive.Twin(watchlist, screener._rarity)
        every = [twin.scores(customer) for customer in customers]
        assert_equal_answers(screener, customers, every)


def customers_named(*texts: str, kind: Kind = Kind.UNKNOWN) -> list[Subject]:
    return [Subject(names=(text,), kind=kind) for text in texts]


@given(cases())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_pruned_search_finds_what_exhaustive_search_finds(
    case: tuple[list[ListedEntity], list[Subject]],
) -> None:
    check(*case)


@pytest.mark.parametrize(
    ("watchlist", "customers"),
    [
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
            [listed("1", "Orlan Hafiz Velm", kind=Kind.UNKNOWN), listed("2", "Hafiz Co", kind=Kind.COMPANY)],
            customers_named("Hafiz Orlan Velm", "Orlan Hafiz", kind=Kind.COMPANY),
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
    ],
)
def test_pruned_search_loses_nothing_of(watchlist: list[ListedEntity], customers: list[Subject]) -> None:
    check(watchlist, customers)


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
    assert all(MODEL[name] <= 0.0 for name in [*lowering, "credit.common", "country.other"])


def altered(name: str, chance: random.Random) -> str:
    """A name as a customer's record may have it: a letter or a word more, less or elsewhere."""
    parts = name.split()
    place = chance.randrange(len(parts))
    match chance.randrange(8):
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
    twin = exhaustive.Twin(watchlist, screener._rarity)
    # Names of which no word is like one of the customer's score nothing, and particles and legal forms are no
    # words; test_likeness.py holds the table of alike words to comparing all of them.
    holders, vocabulary = twin.holders(), screener._index.vocabulary
    every = []
    for customer in customers:
        (name,) = twin.prepare(customer)
        items = [item for item in name.items if item.text[0] not in "-="]
        alike = [place for item in items for place in vocabulary.neighbours(item.text, item.joined)]
        texts = [(vocabulary.text_of(place), place >= len(vocabulary.tokens)) for place in alike]
        every.append(twin.scores(customer, among=set().union(*(holders[text] for text in texts))))
    assert sum(score >= DEFAULT_THRESHOLD for scores in every for score in scores.values()) > 100
    assert_equal_answers(screener, customers, every)
