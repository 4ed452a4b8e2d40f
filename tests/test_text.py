"""Names in any script become plain words: what the eye takes for the same is the same, and nothing breaks."""

from __future__ import annotations

import unicodedata

import pytest
from anyascii import anyascii
from hypothesis import given
from hypothesis import strategies as st

from engine.names.text import VOWELLESS, invisible_characters, words

# What a name may be hidden with: a zero-width space, joiners, direction marks and overrides, a soft hyphen, a
# byte order mark, a null, an escape.
INVISIBLE = "\u200b\u200c\u200d\u2060\u200e\u200f\u202a\u202e\u202c\u2066\u2069\u00ad\ufeff\x00\x1b"


def folded(text: str) -> list[str]:
    return [word for word, _ in words(text)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Виктор Орланов", "viktor orlanov"),
        ("Щербаков Юрий", "shcherbakov yuriy"),
        ("Ёлкин", "elkin"),
        ("Αλέξανδρος", "alexandros"),
        ("Müller Ñandú Łukasz Żółć Øystein", "muller nandu lukasz zolc oystein"),
        ("Þór Ægir Weiß", "thor aegir weiss"),
        ("İstanbul Vıktor", "istanbul viktor"),
        ("たなか ゆうき", "tanaka yuuki"),
        ("タナカ", "tanaka"),
        ("王伟", "wang wei"),
        ("欧阳修", "ouyang xiu"),
        ("김정은", "kim jongun"),
        ("김 정은", "kim jongun"),
        ("राम कुमार", "ram kumar"),
        ("მხერი", "mkheri"),
        ("Մհեր", "mher"),
    ],
)
def test_names_in_other_scripts_become_latin_words(written: str, expected: str) -> None:
    assert folded(written) == expected.split()


@pytest.mark.parametrize("written", ["สมชาย ใจดี", "ምኒልክ", "தமிழ்", "ᠮᠣᠩᠭᠣᠯ", "মমতা", "မြန်မာ"])
def test_every_script_leaves_words_to_compare(written: str) -> None:
    assert len(folded(written)) == len(written.split())
    assert all(word.isascii() and word.isalnum() for word in folded(written))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("محمد بن سلمان", "~mhmd ~bn ~slman"),
        ("حسین پژمان", "~hsyn ~pzhman"),  # Persian letters
        ("بنیامین گودرزی", "~bnyamyn ~gwdrzy"),
        ("משה כהן", "~mshh ~kehn"),
        ("ڈاکٹر", "~daktr"),  # Urdu letters
        ("ځواکمن", "~zwakmn"),  # Pashto letters
    ],
)
def test_scripts_without_vowels_become_marked_consonants(written: str, expected: str) -> None:
    assert folded(written) == expected.split()


def test_vowel_points_and_elongation_change_nothing() -> None:
    assert folded("مُحَمَّد") == folded("محمد")
    assert folded("محـــمد") == folded("محمد")
    assert folded("מֹשֶׁה") == folded("משה")


def test_the_arabic_article_is_a_word_of_its_own() -> None:
    assert folded("الرشيد")[0] == "al"
    assert folded("الرشيد")[1:] == folded("رشيد")


@pytest.mark.parametrize("character", INVISIBLE)
def test_invisible_characters_hide_nothing(character: str) -> None:
    hidden = f"{character}Vik{character}tor {character}Or{character}lan{character}"
    assert folded(hidden) == ["viktor", "orlan"]
    assert invisible_characters(hidden) == 5
    assert folded(f"م{character}حمد") == folded("محمد")


def test_characters_that_only_look_like_letters_count_as_those_letters() -> None:
    assert folded("Vіktоr Оrlаn") == ["viktor", "orlan"]  # Cyrillic і, о, О, а
    assert folded("Οrlαn") == ["orlan"]  # Greek omicron and alpha
    assert folded("Bиктор"[1:]) == folded("иктор")
    assert folded("Викторp Oрлaнов") == folded("Викторр Орланов")  # Latin p, O, a in Cyrillic words
    assert folded("V1ktor 0rlanov") == ["viktor", "orlanov"]
    assert folded("𝕍𝕚𝕜𝕥𝕠𝕣 Ｏｒｌａｎ Ⓑⓞⓑ") == ["viktor", "orlan", "bob"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Jean-Pierre Orlan", "jean pierre orlan"),
        ("Orlan–Dvessik", "orlan dvessik"),
        ("O'Velm", "ovelm"),
        ("O’Velm", "ovelm"),
        ("Sa`id Qa‘im Ra'd", "said qaim rad"),
        ("Orlan,Viktor", "orlan viktor"),
        ("Orlan/Dvessik (Velm)", "orlan dvessik velm"),
        ("Orlan\tDvessik\nVelm", "orlan dvessik velm"),
        ("Orlan_Dvessik", "orlan dvessik"),
        ("Velm & Sons", "velm and sons"),
        ("Velm+Dvessik", "velm and dvessik"),
        ("  Orlan   ", "orlan"),
    ],
)
def test_punctuation_separates_words_and_apostrophes_join_them(written: str, expected: str) -> None:
    assert folded(written) == expected.split()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Brigade 28", "brigade 28"),
        ("28th Brigade", "28th brigade"),
        ("Brigade28", "brigade 28"),
        ("Бригада28", "brigada 28"),
        ("Brigáda28", "brigada 28"),
        ("Brigade ２８", "brigade 28"),
        ("IL-76TD", "il 76 td"),
        ("1Orlan", "iorlan"),
    ],
)
def test_numbers_stay_numbers(written: str, expected: str) -> None:
    assert folded(written) == expected.split()


def test_dotted_letters_are_initials_of_a_person_and_one_word_of_a_company() -> None:
    assert folded("J.M. Orlan") == ["j", "m", "orlan"]
    assert [word for word, _ in words("A.B.C. Trading", join_dotted=True)] == ["abc", "trading"]
    assert [word for word, _ in words("A.B.C Trading S.A.", join_dotted=True)] == ["abc", "trading", "sa"]
    assert [word for word, _ in words("J. Orlan", join_dotted=True)] == ["j", "orlan"]


@pytest.mark.parametrize(
    "written", ["", " ", "...", "-- !?", "★★", "\u200b", "\x00\x1f", "''", "\u202e\u202c", "。"]
)
def test_a_text_without_letters_and_digits_has_no_words(written: str) -> None:
    assert words(written) == []


@pytest.mark.parametrize("letter", ["ء", "עױ", "𐘀", "ㆍ", "ﷲ", "々", "ʻa", "ꙮ", "𓀀", "𞤀"])
def test_a_letter_that_nobody_romanises_is_still_a_word(letter: str) -> None:
    assert words(letter)
    assert all(word for word, _ in words(letter))


def test_a_word_comes_with_what_was_written() -> None:
    assert words("Виктор ORLAN") == [("viktor", "Виктор"), ("orlan", "ORLAN")]


@pytest.mark.parametrize("length", [1_000, 100_000])
def test_very_long_texts_are_read(length: int) -> None:
    assert folded("a" * length) == ["a" * length]
    assert len(folded("ab " * length)) == length
    assert folded("ﷺ" * length)
    assert folded("王" * length)
    assert folded("." * length) == []


@given(st.text())
def test_no_text_breaks_reading_a_name(text: str) -> None:
    for join_dotted in (False, True):
        for word, written in words(text, join_dotted=join_dotted):
            assert word
            assert written
            for character in word:
                assert unicodedata.category(character)[0] in "LNM" or word[0] == character == VOWELLESS


def is_no_hidden_numeral(character: str) -> bool:
    """Letters that are romanised as numbers (tone six, Egyptian signs) stay with their word."""
    return character.isdecimal() or not any(letter.isdigit() for letter in anyascii(character))


@given(st.text(st.characters(codec="utf-8").filter(is_no_hidden_numeral)))
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    once = [word for word in folded(text) if word[0] != VOWELLESS]
    again = folded(" ".join(once))
    assert again == once


# One script a word: Р and р do not look like the same Latin letter.
ALPHABETS = ("abcxyzäçñøþłž", "абвгджиклмнопрстуфхцчшщъыьэюяєії", "αβγδεζηθικλμνξοπρστυφχψω")


@given(st.lists(st.sampled_from(ALPHABETS).flatmap(st.text), max_size=4).map(" ".join))
def test_case_does_not_matter(name: str) -> None:
    assert folded(name.upper()) == folded(name.lower()) == folded(name.title())


@given(st.text(), st.text(INVISIBLE, min_size=1))
def test_an_invisible_ending_changes_nothing(text: str, invisible: str) -> None:
    assert folded(text + invisible) == folded(text)


def test_a_colour_copied_from_a_terminal_is_no_part_of_a_name() -> None:
    assert words("Arkady Velm\x1b[31m") == words("Arkady \x1b[1;31mVelm") == words("Arkady Velm")
