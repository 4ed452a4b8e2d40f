"""Two names side by side: what agrees, what is lacking and what contradicts add up to a fair score."""

from __future__ import annotations

from itertools import chain, combinations, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import DEFAULT_THRESHOLD, compare_names
from engine.model import MODEL
from engine.names.alignment import Alignment, Relation, align
from engine.names.assignment import Option, best, find_pairs, options
from engine.names.frequency import rarity
from engine.names.likeness import Why
from engine.names.prepared import PreparedName, prepare
from engine.names.tokens import CORE, tokenise
from lists.model import Kind

WEIGHT = MODEL["name.weight"]


def score(subject: str, listed: str, kind: Kind = Kind.PERSON) -> float:
    return compare_names(subject, listed, kind).score


def relations(
    subject: str, listed: str, kind: Kind = Kind.PERSON
) -> list[tuple[str, str | None, str | None]]:
    """What is said of each part that does not agree."""
    parts = compare_names(subject, listed, kind).parts
    return [
        (part.relation.value, part.subject, part.listed)
        for part in parts
        if part.relation not in (Relation.ALIGNED, Relation.COMMON)
    ]


def prepared(name: str, kind: Kind) -> PreparedName:
    return prepare(name, tokenise(name, kind), kind, rarity)


def aligned(subject: str, listed: str, kind: Kind, listed_kind: Kind | None = None) -> Alignment:
    own, other = prepared(subject, kind), prepared(listed, listed_kind or kind)
    return align(own, other, find_pairs(own, other))


# Invariants

FRAGMENTS = """
orlan orlann orlam dvessik dvesik velm viktor victor petrov petrova mohammed muhammad ali hassan karim ha ji
haji al bin van abu abdul rahman abdulrahman j. v. dr. sheikh ii iii jr 28 20 six ten llc gmbh ag co
group trading
international intl bank محمد الرحمن иван 王 伟 mv star s.a. b.s.k. s.a.s.u. and
""".split()
names = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=5).map(" ".join)
kinds = st.sampled_from(Kind)


def some(words: str, **sizes: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words.split()), **sizes)


@given(names, names, kinds, kinds)
@settings(max_examples=300)
def test_the_parts_add_up_to_the_score(subject: str, listed: str, kind: Kind, listed_kind: Kind) -> None:
    found = aligned(subject, listed, kind, listed_kind)
    total = sum(part.contribution for part in found.parts)
    assert found.score == pytest.approx(min(1.0, max(0.0, total)))
    assert total <= 1.0 + 1e-9
    assert all(part.share >= 0.0 and part.contribution <= part.share + 1e-9 for part in found.parts)


@given(names, names, kinds)
def test_every_word_of_both_names_is_in_one_part(subject: str, listed: str, kind: Kind) -> None:
    found = aligned(subject, listed, kind)
    if found.parts:
        for side, name in (("subject", subject), ("listed", listed)):
            said = " ".join(getattr(part, side) or "" for part in found.parts)
            core = [token.surface for token in tokenise(name, kind) if token.kind in CORE]
            assert all(set(surface.split()) <= set(said.split()) for surface in core)


@given(names, kinds)
@settings(max_examples=200)
def test_equal_names_score_the_whole_weight(name: str, kind: Kind) -> None:
    is_named = any(token.kind in CORE for token in tokenise(name, kind))
    assert score(name, name, kind) == pytest.approx(WEIGHT if is_named else 0.0)


@given(
    some("orlan velm viktor karimov zhora tamsin", min_size=2, max_size=4, unique=True),
    some("orlann velm victor karimova quenby", min_size=2, max_size=4, unique=True),
)
@settings(max_examples=50)
def test_the_order_of_a_persons_names_does_not_matter(own: list[str], other: list[str]) -> None:
    scores = {round(score(" ".join(order), " ".join(other)), 9) for order in permutations(own)}
    assert len(scores) == 1


def all_choices(options: list[Option]) -> list[tuple[Option, ...]]:
    """Every set of options of which no two use the same token."""

    def overlaps(chosen: tuple[Option, ...]) -> bool:
        pairs = list(combinations(chosen, 2))
        return any(
            one.subject_mask & two.subject_mask or one.listed_mask & two.listed_mask for one, two in pairs
        )

    subsets = chain.from_iterable(combinations(options, size) for size in range(len(options) + 1))
    return [chosen for chosen in subsets if not overlaps(chosen)]


@given(
    some("al rashid alrashid ali aly orlan orlann j o van 28", min_size=1, max_size=4),
    some("al rashid alrashid ali aly orlan orlam j or lan", min_size=1, max_size=4),
    kinds,
)
@settings(max_examples=200)
def test_the_best_of_all_alignments_is_found(own: list[str], other: list[str], kind: Kind) -> None:
    subject, listed = prepared(" ".join(own), kind), prepared(" ".join(other), kind)
    possible = options(subject, listed, find_pairs(subject, listed))[:12]
    most = max(sum(option.value for option in chosen) for chosen in all_choices(possible))
    found = best(subject, listed, possible)
    assert tuple(sorted(found)) in {tuple(sorted(chosen)) for chosen in all_choices(possible)}
    assert sum(option.value for option in found) == pytest.approx(most)


@pytest.mark.parametrize(
    "name",
    [
        "Institute of Velm Physics of the Orlan Branch of the Dvessik Academy of the Sciences of Zhora",
        "Federal State Unitary Enterprise Research and Production Company of the Velm Ministry of Orlan",
        "Ali Ali Ali Ali Ali Ali",
    ],
)
def test_a_long_name_scores_as_much_as_a_short_one(name: str) -> None:
    assert score(name, name, Kind.ORGANIZATION) == pytest.approx(WEIGHT)


def test_a_name_of_very_many_words_is_still_aligned() -> None:
    assert score("ali " * 48, "ali " * 48) >= DEFAULT_THRESHOLD
    assert score("ali aly " * 24, "aly ali " * 24) >= DEFAULT_THRESHOLD
    words = " ".join(f"orlan{letter}velm{letter}" for letter in "bcdfghjklmnpqrstvwxz")
    assert score(words, words) == pytest.approx(WEIGHT)


# What alerts and what does not


@pytest.mark.parametrize(
    ("subject", "listed"),
    [
        ("Viktor Petrovich Orlanov", "Viktor Petrovich Orlanov"),
        ("Orlanov Viktor", "Viktor Orlanov"),
        ("ORLANOV, Viktor Petrovich", "Viktor Petrovich Orlanov"),
        ("Viktor Orlanov", "Viktor Petrovich Orlanov"),  # a patronymic is often left out
        ("Viktor Petrovich Orlanov", "Viktor Orlanov"),
        ("Karim Hassan", "Karim Hassan al-Velmi"),  # and a nisba
        ("Karim Hassan al-Velmi", "Karim Hassan"),
        ("Karim bin Hassan", "Karim bin Hassan"),
        ("Karim ibn Hassan al-Velmi", "Karim bin Hassan al Velmi"),
        ("AlRashid Orlan", "Al-Rashid Orlan"),
        ("Orlandvessik", "Orlan Dvessik"),
        ("Dvessikorlan", "Orlan Dvessik"),
        ("Orlan Dves Sik", "Orlan Dvessik"),
        ("Orland Vessik", "Orlan Dvessik"),  # the space one letter too late
        ("V. Orlanov", "Viktor Orlanov"),
        ("V.P. Orlanov", "Viktor Petrovich Orlanov"),
        ("Viktor Orlanov", "V. P. Orlanov"),
        ("Viktor P. Orlanov", "Viktor Petrovich Orlanov"),
        ("Viktor Orlanow", "Viktor Orlanov"),
        ("Vikotr Orlanov", "Viktor Orlanov"),
        ("Viktor Orlanova", "Viktor Orlanov"),
        ("Виктор Орланов", "Viktor Orlanov"),
        ("محمد الرشيد", "Mohammed al-Rashid"),
        ("王伟明", "Wang Weiming"),
        ("김정은", "Kim Jong Un"),
        ("Dr. Viktor Orlanov", "Viktor Orlanov"),
        ("Sheikh Karim Hassan Velmi", "Karim Hassan Velmi"),
        ("Viktor Orlanov Jr.", "Viktor Orlanov"),
        ("Sasha Orlanov", "Alexander Orlanov"),
        ("Mehmet Orlan", "Muhammad Orlan"),
        ("Orlanov", "Orlanov"),
    ],
)
def test_a_name_of_the_same_person_alerts(subject: str, listed: str) -> None:
    assert score(subject, listed) >= DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    ("subject", "listed"),
    [
        ("Viktor Sergeevich Orlanov", "Viktor Petrovich Orlanov"),  # another patronymic
        ("Karim Hassan al-Dvessi", "Karim Hassan al-Velmi"),  # another nisba
        ("Karim bin Hassan", "Hassan bin Karim"),  # the father, not the son
        ("Karim Hassan bin Orlan", "Orlan Hassan bin Karim"),
        ("S. Orlanov", "Viktor Orlanov"),  # another initial
        ("S.P. Orlanov", "Viktor Petrovich Orlanov"),
        ("Viktor Orlanov", "Viktor Velmov"),
        ("Pavel Orlanov", "Viktor Orlanov"),
        ("Orlanov", "Viktor Orlanov"),  # one word of several
        ("Viktor", "Viktor Petrovich Orlanov"),
        ("Mohammed Ali", "Mohammed Hassan"),
        ("Ali Hassan", "Ali Hussein"),
        ("Karim Hassan", "Karim Hassan Orlan Dvessik Velm Zhora Tamsin"),
        ("V. O.", "Viktor Orlanov"),
        ("Dr.", "Dr. Viktor Orlanov"),
        ("Abu", "Abu Velm"),
        ("al", "al-Orlan"),
        ("Orlan Orlan", "Orlan Velm"),
        ("Viktor Orlanov", "Velm Trading"),
    ],
)
def test_the_name_of_another_person_does_not_alert(subject: str, listed: str) -> None:
    assert score(subject, listed) < DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    ("subject", "listed"),
    [
        ("Velm Trading", "Velm Trading LLC"),
        ("Velm Trading GmbH", "Velm Trading Ltd."),  # the same form, translated
        ("OOO Velm Trading", "Velm Trading Limited Liability Company"),
        ("ООО Велм Трейдинг", "OOO Velm Treyding"),
        ("Velm Intl Trading", "Velm International Trading"),
        ("Trading Velm", "Velm Trading"),
        ("BSK Velm", "B.S.K. Velm"),
        ("VelmTrading LLC", "Velm Trading LLC"),
        ("28th Velm Brigade", "Velm Brigade 28"),
        ("Velm Dvessik Holding AG", "Velm Dvessik Holding GmbH"),  # another form: near enough to look at
    ],
)
def test_a_name_of_the_same_company_alerts(subject: str, listed: str) -> None:
    assert score(subject, listed, Kind.COMPANY) >= DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    ("subject", "listed"),
    [
        ("Velm Shipping LLC", "Velm Trading LLC"),  # another activity
        ("Velm LLC", "Velm Trading LLC"),
        ("Dvessik Velm Shipping", "Dvessik Velm Trading"),
        ("Brigade 28", "Brigade 20"),
        ("Brigade 28", "Brigade"),
        ("28 Velm Brigade", "20 Velm Brigade"),
        ("Velm Brigade 28th", "Velm Brigade 20th"),
        ("Velm Trading 2", "Velm Trading 3"),
        ("International Trading LLC", "Velm International Trading LLC"),
        ("Bank LLC", "Velm Bank LLC"),
        ("LLC", "Velm LLC"),
        ("GmbH", "LLC"),
    ],
)
def test_the_name_of_another_company_does_not_alert(subject: str, listed: str) -> None:
    assert score(subject, listed, Kind.COMPANY) < DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    ("nearer", "farther", "kind"),
    [
        (("Zhora Orlan", "Zhora Petrovich Orlan"), ("Zhora S Orlan", "Zhora Petrovich Orlan"), Kind.PERSON),
        (("Zhora P Orlan", "Zhora Petrovich Orlan"), ("Zhora Orlan", "Zhora Petrovich Orlan"), Kind.PERSON),
        (("Orlanov", "Viktor Orlanov"), ("Viktor", "Viktor Orlanov"), Kind.PERSON),  # Viktor is common
        (("Karim Hassan", "Karim Hassan"), ("Karim Hasan", "Karim Hassan"), Kind.PERSON),
        (("Orlan Velm Jr", "Orlan Velm"), ("Orlan Velm Jr", "Orlan Velm Sr"), Kind.PERSON),
        (("Orlan Velm", "Orlan Velm"), ("Orlan Orlan Velm", "Orlan Velm"), Kind.PERSON),
        (("Velm Trading GmbH", "Velm Trading LLC"), ("Velm Trading AG", "Velm Trading LLC"), Kind.COMPANY),
        (("Velm Trading LLC", "Velm Trading LLC"), ("Velm Trading", "Velm Trading LLC"), Kind.COMPANY),
        (("Velm Trading", "Velm Trading LLC"), ("Velm Trading AG", "Velm Trading LLC"), Kind.COMPANY),
        (("Brigade", "Brigade 28"), ("Brigade 20", "Brigade 28"), Kind.COMPANY),
        (("Velm Star 6", "Velm Star 5"), ("Velm Moon 5", "Velm Star 5"), Kind.VESSEL),
        (("Velm Star", "MV Velm Star"), ("Velm Star 5", "Velm Star 6"), Kind.VESSEL),
    ],
)  # fmt: skip
def test_the_nearer_name_scores_higher(nearer: tuple[str, str], farther: tuple[str, str], kind: Kind) -> None:
    assert score(*nearer, kind) > score(*farther, kind)


def test_what_is_lacking_and_what_contradicts_are_told_apart() -> None:
    assert relations("Viktor Orlanov", "Viktor Petrovich Orlanov") == [
        ("lacking_in_subject", None, "Petrovich")
    ]
    assert relations("Viktor Petrovich Orlanov", "Viktor Orlanov") == [
        ("lacking_in_listed", "Petrovich", None)
    ]
    assert relations("Viktor Sergeevich Orlanov", "Viktor Petrovich Orlanov") == [
        ("contradicted", "Sergeevich", None),
        ("contradicted", None, "Petrovich"),
    ]
    assert relations("Velm AG", "Velm GmbH", Kind.COMPANY) == [("contradicted", "AG", "GmbH")]


def test_what_agrees_says_why() -> None:
    def reasons(subject: str, listed: str) -> list[tuple[str | None, str | None, Why]]:
        parts = compare_names(subject, listed, Kind.PERSON).parts
        return [(part.subject, part.listed, part.likeness.why) for part in parts if part.likeness]

    assert reasons("Orland Vessik", "Orlan Dvessik") == [("Orland Vessik", "Orlan Dvessik", Why.JOINED)]
    assert sorted(reasons("Mehmet V. Orlam", "Viktor Muhammad Orlan")) == [
        ("Mehmet", "Muhammad", Why.VARIANT),
        ("Orlam", "Orlan", Why.EDIT),
        ("V", "Viktor", Why.INITIAL),
    ]


def test_a_repeated_word_agrees_only_as_often_as_it_is_listed() -> None:
    assert relations("Orlan Orlan Velm", "Orlan Velm") == [("lacking_in_listed", "Orlan", None)]
    assert relations("Orlan Velm", "Velm Velm Orlan") == [("lacking_in_subject", None, "Velm")]


def test_a_title_written_as_two_words_is_no_evidence() -> None:
    assert score("Ha Ji", "Haji Orlan") < DEFAULT_THRESHOLD
    assert score("Mo Lla", "Molla Orlan") < DEFAULT_THRESHOLD


@pytest.mark.parametrize("name", ["", "...", "LLC", "\u200b"])
def test_a_name_without_words_is_like_nothing(name: str) -> None:
    for listed in ("Viktor Orlanov", "LLC", ""):
        assert compare_names(name, listed, Kind.COMPANY) == Alignment(0.0, ())


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="parson"):
        compare_names("Viktor Orlanov", "Viktor Orlanov", kind="parson")
