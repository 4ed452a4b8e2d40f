"""Alias fields with several names: each name can be found, and a note never becomes a name."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lists.aliases import enumerated, read_alias, read_alias_note


@pytest.mark.parametrize(
    ("text", "names", "original"),
    [
        ("Asim Adani", ["Asim Adani"], []),
        ("Asim Adani; Azim Adani", ["Asim Adani", "Azim Adani"], []),
        ("Asim Adani; Azim Adani b) A. Jawad Adani", ["Asim Adani", "Azim Adani", "A. Jawad Adani"], []),
        ("Amir Khan (original script: Амир Хан)", ["Amir Khan"], ["Амир Хан"]),
        ("Asim Adani (عاصم العدني)", ["Asim Adani"], ["عاصم العدني"]),
        ("عاصم العدني (Asim Adani; Azim Adani)", ["Asim Adani", "Azim Adani"], ["عاصم العدني"]),
        ("أنصار (Ansar in Test (AT))", ["Ansar in Test (AT)"], ["أنصار"]),
        (
            "Hay'at Test (HT) (هيئة (original script); Hayat Test)",
            ["Hay'at Test (HT)", "Hayat Test"],
            ["هيئة"],
        ),
        ("شبكة (Test Network - sub-unit name)", ["Test Network"], ["شبكة"]),
        (") Abdel Testi ,", ["Abdel Testi"], []),
        ("Test Trading (Hong Kong) Limited", ["Test Trading (Hong Kong) Limited"], []),
        ("Asim Adani (Adan)", ["Asim Adani (Adan)"], []),
        ("華信(香港)有限公司", [], ["華信(香港)有限公司"]),
    ],
)
def test_each_name_in_an_alias_field_is_found(text: str, names: list[str], original: list[str]) -> None:
    found = read_alias(text)
    assert (found.names, found.original) == (names, original)


@pytest.mark.parametrize(
    "text",
    ["Asim Adani, born in Aden on 01 Jan.1967", "Asim Adani born in 1963", "Asim Adani (birth name)"],
)
def test_a_note_behind_a_name_is_kept_and_is_no_part_of_it(text: str) -> None:
    found = read_alias(text)
    assert (found.names, found.notes) == (["Asim Adani"], [text])


def test_a_name_marked_as_previous_is_a_former_one() -> None:
    assert read_alias("Asim Adani (previously listed as)").former
    assert read_alias_note("formerly listed as").former
    assert not read_alias("Asim Adani").former


def test_names_in_the_note_on_an_alias_are_found() -> None:
    assert read_alias_note("original script: Асим").original == ["Асим"]
    note = read_alias_note("Previously listed as. In Arabic: عاصم")
    assert note.former and note.original == ["عاصم"] and note.notes == []
    assert read_alias_note("Asim Adani; Azim Adani").names == ["Asim Adani", "Azim Adani"]
    spellings = "Asim al-Adani, Azim al-Adani (transliterations of original script name)"
    assert read_alias_note(spellings).names == ["Asim al-Adani", "Azim al-Adani"]


@pytest.mark.parametrize(
    "note", ["nom de guerre", "DOB: 1948; POB: Aden, Yemen", "Passport number: B0515260"]
)
def test_a_note_that_is_no_name_stays_a_note(note: str) -> None:
    found = read_alias_note(note)
    assert (found.names, found.original, found.notes) == ([], [], [note])


def test_lettered_items_are_separated_only_in_alphabetical_order() -> None:
    assert enumerated("a) Minister of Tests b) Minister of Proofs") == [
        "Minister of Tests",
        "Minister of Proofs",
    ]
    assert enumerated("a) Director") == ["Director"]
    assert enumerated("vitamin c) or a) neither") == ["vitamin c) or a) neither"]


@given(st.text())
@example("a)\r")
def test_no_alias_field_loses_its_last_name(text: str) -> None:
    found = read_alias(text)
    if any(character.isalnum() for character in text.split("born", maxsplit=1)[0]):
        assert found.names or found.original


def test_a_hostile_field_is_one_name_and_takes_no_time() -> None:
    found = read_alias("Asim" + "(;" * 50_000)
    assert len(found.names) == 1
