"""Countries in fields that hold several, adjectives, or history."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.countries import is_alpha2
from lists.country_texts import countries_in, country, country_today
from lists.demonyms import _by_word


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Russia", ("RU",)),
        ("RUSSIAN FEDERATION, UKRAINE", ("RU", "UA")),
        ("RUSSIAN FEDERATION, MOLDOVA, REPUBLIC OF", ("RU", "MD")),
        ("MOLDOVA, REPUBLIC OF, ISRAEL", ("MD", "IL")),
        ("CONGO, Democratic Republic of (was Zaire)", ("CD",)),
        ("Germany. Russia", ("DE", "RU")),
        ("Afghan; Pakistani / Iraq", ("AF", "PK", "IQ")),
        ("Mali, Mali", ("ML",)),
        ("Iraq (previous address)", ("IQ",)),
        ("Russia, Atlantis", ()),
        ("00", ()),
        ("UNKNOWN", ()),
        ("", ()),
    ],
)
def test_a_field_of_several_countries_gives_all_of_them_or_none(text: str, codes: tuple[str, ...]) -> None:
    assert countries_in(text) == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Russia", "RU"),
        ("Former USSR Currently Ukraine", "UA"),
        ("Former USSR, now Ukraine", "UA"),
        ("Ukrainian SSR (now Ukraine)", "UA"),
        ("Russian SFSR, (now Russian Federation)", "RU"),
        ("Moldovian SSR (now Republic of Moldovia)", "MD"),
        ("Yakut Autonomous SSR (now Russian Federation)", "RU"),
        ("Kazakh Soviet Socialist Republic", "KZ"),
        ("Russia. Former USSR", "RU"),
        ("Georgia (former USSR)", "GE"),
        ("Russia (now Belarus)", "BY"),
        ("Soviet Union", "SU"),
        ("-", None),
        ("Moscow", None),
    ],
)
def test_a_place_is_in_the_country_of_today(text: str, code: str | None) -> None:
    assert country_today(text) == code


def test_an_adjective_names_its_country() -> None:
    assert [country(word) for word in ("Afghan", "saudi arabian", "South Sudanese", "Congolese")] == [
        "AF",
        "SA",
        "SS",
        None,
    ]
    assert all(map(is_alpha2, _by_word().values()))


@given(st.text())
def test_any_text_gives_countries_or_none(text: str) -> None:
    assert all(map(is_alpha2, countries_in(text)))
    assert country_today(text) is None or is_alpha2(country_today(text) or "")


def test_a_very_long_text_is_no_list_of_countries() -> None:
    assert countries_in("Mali, " * 10_000) == () and country_today("now " * 10_000) is None
