"""How alike two words are: for the right reason, both ways, and in the table as when compared in pairs."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from watchlists import real_entities

from engine.index.hashing import deletion_hashes, letters_of
from engine.index.keys import one_edit_hashes
from engine.index.vocabulary import Vocabulary
from engine.index.vocabulary_files import write_vocabulary
from engine.model import MODEL
from engine.names.assignment import alike, joined_likeness
from engine.names.cut import CUT
from engine.names.likeness import Likeness, Why, likeness
from engine.names.prepared import items
from engine.names.tokens import tokenise

# What the rules of likeness are about: on a line, words and typed tokens that may be taken for each other.
FAMILIES = [
    line.split()
    for line in """
mohammed muhammad mehmet md mo mohd magomed m ~mhmd ~mhmwd mahmoud mahmud ~mhd ~mhmrd ~mhmrdd ~mhwrd
~rdxa reza rida radha ~qasm ghasem kasim ~shmsaldyn shamsuddin ~syfalh saifullah ~thaqb saqib thaqib
yusuf youssef joseph joe giuseppe yoyo beppe pepe ~ywsf josef
alexander oleksandr sasha alexandra sandra alex alec aleksandr
karimov karimova karimow karymova dvesskaya dvesskaja dvessky navalny navalnaya orlina orlin
martin martina antonio antonia maria mario sa saa ss sss aa aaa s
ali alli aly lee li ri leo ~ly aali lli
khoury xuri xhuri rashid rasheed rached raschid ~rshyd ~rshd ~rshydd rashidd
zhukov jukov zukov wolff volf woolf wolf chen tschen tsen shen
kh kkh ff ph th tsch sch k kk hh h
=llc =group =company =jsc llc group company grp gmbh groups companny jsc
#28 #20 #6 six twenty 28a 28 ^jr ^iii jr iii vi #3 third siix
center centre centrw cenrte shipping shpg shgp services service srvice industria industrai industries
abdul abd avd abdel abdle badel abdull shaykh shaykhh shelkh hajj hjajj haj #2 il #4 lv -of ogf ofg off -and
fu fq fuq yu yy ly li lq
nilang nilanga sabett sabetta aghaa agha rashid rashida
-al -bin al bin /mv mv all bint ~b ~bn bn
orlan orlann orlna olran orla orlano orlam irlan orlans orl
orlandvessik orlandvesik dvessikorlan dvessik dvesik orlandvessikk orlandvesski rlandvessik
""".strip().splitlines()
]

pieces = st.sampled_from(
    "a a e e i o o u y aa sh kh ch s ss k kk m n nn r l z j v f d ov ova aya sky".split()
)
invented = st.lists(pieces, min_size=1, max_size=6).map("".join)


@st.composite
def misspelled(draw: st.DrawFn, words: st.SearchStrategy[str]) -> str:
    """A word with up to two slips: a letter lost, doubled, replaced or swapped with the next."""
    text = draw(words)
    mark, text = (text[0], text[1:]) if not text[0].isalnum() else ("", text)
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(text) - 1))
        head, letter, tail = text[:place], text[place], text[place + 1 :]
        text = draw(
            st.sampled_from(
                [
                    head + tail or letter,
                    head + letter * 2 + tail,
                    head + draw(st.sampled_from("aeks")) + tail,
                    head + tail[:1] + letter + tail[1:],
                ]
            )
        )
    return mark + text


specimens = st.sampled_from([word for family in FAMILIES for word in family])
tokens = misspelled(specimens | invented)


@st.composite
def vocabularies(draw: st.DrawFn) -> tuple[list[str], list[str], list[str], list[str]]:
    """Listed words, listed words written together, and such words of customers, that are nearly the same."""
    family = draw(st.sampled_from(FAMILIES)) + draw(st.lists(invented, max_size=3))
    words = misspelled(st.sampled_from(family))
    plain = st.sampled_from([word for word in family if word.isalnum()])
    together = misspelled(st.lists(plain, min_size=2, max_size=3).map("".join))
    joined = together | plain.filter(lambda text: len(text) >= 4)
    return (
        draw(st.lists(words | joined, min_size=1, max_size=25, unique=True)),
        draw(st.lists(joined, max_size=10, unique=True)),
        draw(st.lists(words, max_size=8)),
        draw(st.lists(joined, max_size=5)),
    )


@given(tokens, tokens)
def test_likeness_is_the_same_both_ways(first: str, second: str) -> None:
    assert likeness(first, second) == likeness(second, first)
    assert joined_likeness(first, second) == joined_likeness(second, first)


@given(tokens, tokens)
def test_likeness_lies_between_its_floor_and_one(first: str, second: str) -> None:
    found = likeness(first, second)
    if found is not None:
        assert MODEL["likeness.least"] <= found.score <= 1.0
        assert (found.why is Why.EQUAL) == (found.score == 1.0)


@given(tokens)
def test_a_word_is_equal_to_itself(text: str) -> None:
    assert likeness(text, text) == Likeness(1.0, Why.EQUAL)


@given(invented.filter(lambda text: len(text) > 1), invented.filter(lambda text: len(text) > 1))
def test_different_words_are_never_equal(first: str, second: str) -> None:
    found = likeness(first, second)
    assert (found is not None and found.why is Why.EQUAL) == (first == second)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("orlan", "orlan", Why.EQUAL),
        ("mohammed", "muhammad", Why.VARIANT),
        ("mohammed", "mehmet", Why.VARIANT),
        ("giuseppe", "youssef", Why.VARIANT),
        ("oleksandr", "alexander", Why.VARIANT),
        ("wong", "huang", Why.VARIANT),
        ("alexander", "sasha", Why.NICKNAME),
        ("oleksandr", "sasha", Why.NICKNAME),  # the pet name of another spelling
        ("robert", "bob", Why.NICKNAME),
        ("karimov", "karimova", Why.GENDERED),
        ("dvessky", "dvesskaya", Why.GENDERED),
        ("navalny", "navalnaya", Why.GENDERED),
        ("dvessky", "dvesskaja", Why.GENDERED),
        ("zhukov", "jukov", Why.ROMANISED),
        ("tschernov", "chernov", Why.ROMANISED),
        ("khadizov", "hadizov", Why.ROMANISED),
        ("schorow", "zhorov", Why.ROMANISED),
        ("zelmitsch", "tselmich", Why.ROMANISED),
        ("celmic", "tselmich", Why.ROMANISED),
        ("celmic", "chelmich", Why.ROMANISED),
        ("jorieff", "zhoryev", Why.ROMANISED),
        ("khourieva", "khuryeva", Why.ROMANISED),
        ("zelmicz", "zelmich", Why.ROMANISED),
        ("zhortsyn", "zjortsin", Why.ROMANISED),
        ("khoury", "houri", Why.ROMANISED),
        ("qarim", "karim", Why.SOUND),
        ("dvessik", "dvesik", Why.EDIT),
        ("orlan", "orlam", Why.EDIT),
        ("orlan", "olran", Why.EDIT),
        ("dvessik", "dwessiq", Why.SOUND),
        ("dvessik", "dvestik", Why.EDIT),
        ("~mhmwd", "mahmoud", Why.VOCALISED),
        ("~mhmwd", "mohammed", Why.CONSONANTS),
        ("~rshyd", "rashid", Why.VOCALISED),
        ("~rshyd", "rashad", Why.CONSONANTS),
        ("~rdxa", "reza", Why.VOCALISED),
        ("~qasmy", "ghasemi", Why.VOCALISED),
        ("~mzxhry", "mazhari", Why.VOCALISED),
        ("~thaqb", "saqib", Why.VOCALISED),
        ("~mhmwd", "~mhmd", Why.CONSONANTS),
        ("~mhmwd", "~mhmrd", Why.EDIT),
        ("m", "mohammed", Why.INITIAL),
        ("=group", "group", Why.EQUAL),
        ("=llc", "gmbh", Why.EQUAL),
        ("#6", "six", Why.EQUAL),
    ],
)
def test_two_words_are_alike_for_the_right_reason(first: str, second: str, why: Why) -> None:
    found = likeness(first, second)
    assert found is not None
    assert found.why is why
    if why is not Why.INITIAL:  # see `pair_by_pair`
        for listed, asked in ((second, first), (first, second)):
            with vocabulary_of([listed], []) as vocabulary:
                assert vocabulary.neighbours(asked, False) == {0: found}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("yang", "tang"),  # one letter apart, two families
        ("kim", "kil"),  # one letter apart, and both are names
        ("moore", "marie"),  # the same consonants, by chance
        ("maria", "mario"),
        ("hassan", "nassar"),
        ("m", "orlan"),
        ("#28", "#20"),
        ("#28", "28a"),
        ("=llc", "=jsc"),
        ("=llc", "jsc"),
        ("-al", "al"),
        ("^jr", "^sr"),
        ("/mv", "mv"),
        ("~mhmwd", "~ahmd"),
        ("~ly", "allawy"),
        ("orlan", "velm"),
    ],
)
def test_two_names_that_differ_are_not_alike(first: str, second: str) -> None:
    assert likeness(first, second) is None


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        (("dvessik", "dvesik"), ("dvessik", "dvestik")),  # a doubled letter, another letter
        (("orlanov", "orlaonv"), ("orlanov", "orlamov")),  # a swap, another letter
        (("velmar", "velman"), ("velmar", "delmar")),  # the last letter, the first
        (("yusuf", "yousuf"), ("alexander", "sasha")),
        (("youssef", "yusuf"), ("alexander", "alec")),
        (("~mhmwd", "mahmoud"), ("~ly", "aly")),  # three consonants, two
        (("dvessikov", "dvesikov"), ("dvessikov", "dwesikof")),
        (("antonio", "antonyo"), ("antonio", "antonia")),  # a vowel within, the one that tells the sex
    ],
)
def test_the_smaller_difference_is_the_likelier_one(
    nearer: tuple[str, str], farther: tuple[str, str]
) -> None:
    near, far = likeness(*nearer), likeness(*farther)
    assert near is not None
    assert far is None or near.score > far.score


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("alrashid", "alrashid", True),
        ("orlandvessik", "orlandvesik", True),  # one letter, in a long one
        ("orlandvessik", "orlandvesi", False),
        ("alrash", "alrush", False),  # too short for an edit
        ("~mhmdrshyd", "~mhmdrshyt", False),  # without vowels, a letter is much
    ],
)
def test_words_written_together_allow_one_slip_in_long_ones(first: str, second: str, alike: bool) -> None:
    found = joined_likeness(first, second)
    assert (found is not None) is alike
    if found is not None:
        assert found.why is Why.JOINED
        assert found.score < 1.0


def pair_by_pair(vocabulary: Vocabulary, text: str, joined: bool) -> dict[int, Likeness]:
    """What `find_pairs` pairs up, initials aside: candidates bound those, and the alignment pairs them."""
    found = {}
    for place in range(len(vocabulary)):
        other = vocabulary.text_of(place)
        other_joined = place >= len(vocabulary.tokens)
        if not joined and not other_joined and text != other and min(len(text), len(other)) == 1:
            continue
        each = alike(text, joined, other, other_joined)
        if each is not None:
            found[place] = each
    return found


@contextmanager
def vocabulary_of(singles: Sequence[str], joined: Sequence[str]) -> Iterator[Vocabulary]:
    with tempfile.TemporaryDirectory() as folder:
        write_vocabulary(Path(folder), singles, joined)
        yield Vocabulary(Path(folder))


@given(vocabularies())
@settings(max_examples=400)
def test_the_table_of_alike_words_is_complete(
    case: tuple[list[str], list[str], list[str], list[str]],
) -> None:
    singles, joined, asked, asked_joined = case
    with vocabulary_of(singles, joined) as vocabulary:
        tokens = sorted({*singles, *asked})
        found = [vocabulary.neighbours(text, False) for text in tokens]
        assert found == [pair_by_pair(vocabulary, text, False) for text in tokens]
        assert found == vocabulary.neighbours_of_tokens(tokens)
        for text in {*joined, *asked_joined, *asked}:
            near = vocabulary.neighbours(text, True)
            assert near == pair_by_pair(vocabulary, text, True), text
            if any(place < len(singles) for place in near) and text.isalnum():
                assert may_be_like_a_token(vocabulary, text), text
        for text in {CUT + text[: len(text) - left] for text in (*tokens, "company") for left in range(4)}:
            if text != CUT:
                assert vocabulary.neighbours(text, True) == pair_by_pair(vocabulary, text, True), text


def may_be_like_a_token(vocabulary: Vocabulary, text: str) -> bool:
    left = deletion_hashes(letters_of([text]), 1)[0]
    near = vocabulary.one_edit_set.holds(one_edit_hashes(left))
    return bool(len(near)) or bool(len(vocabulary.item_set.holds(left[:1])))


def test_the_table_of_alike_words_is_complete_for_the_real_list() -> None:
    chance = random.Random(7)
    everyone = real_entities()
    found = [
        item
        for entity in chance.sample(everyone, 2_000)
        for name in entity.names
        for item in items(tokenise(name.text, entity.kind), entity.kind)
    ]
    singles = sorted({item.text for item in found if not item.joined})
    joined = sorted({item.text for item in found if item.joined})
    with vocabulary_of(singles, joined) as vocabulary:
        for text in chance.sample(singles, 15):
            slip = chance.randrange(len(text))
            for asked in {text, text[:slip] + text[slip + 1 :], text[:slip] + "e" + text[slip + 1 :]} - {""}:
                assert vocabulary.neighbours(asked, False) == pair_by_pair(vocabulary, asked, False), asked
        for text in chance.sample(joined, 20):
            assert vocabulary.neighbours(text, True) == pair_by_pair(vocabulary, text, True), text
