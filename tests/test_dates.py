"""Dates in words: what a list states is kept with its precision, and no date is invented."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.dates import parse_date
from lists.model import DatePrecision


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("10 Dec 1948", "1948-12-10", "1948-12-10", "day"),
        ("3 September 1993", "1993-09-03", "1993-09-03", "day"),
        ("20 Dec.2003", "2003-12-20", "2003-12-20", "day"),
        ("March 22, 2018", "2018-03-22", "2018-03-22", "day"),
        ("2006-10-11", "2006-10-11", "2006-10-11", "day"),
        ("Nov. 1973", "1973-11-01", "1973-11-30", "month"),
        ("Feb 1980", "1980-02-01", "1980-02-29", "month"),
        ("1966-05", "1966-05-01", "1966-05-31", "month"),
        ("1962", "1962-01-01", "1962-12-31", "year"),
        ("circa 1951", "1951-01-01", "1951-12-31", "circa"),
        ("Approximately 1961", "1961-01-01", "1961-12-31", "circa"),
        ("1962 to 1964", "1962-01-01", "1964-12-31", "range"),
        ("circa 1979-1982", "1979-01-01", "1982-12-31", "range"),
        ("26 Sep 1946 to 07 Dec 1946", "1946-09-26", "1946-12-07", "range"),
    ],
)
def test_a_date_keeps_its_precision(text: str, earliest: str, latest: str, precision: str) -> None:
    date = parse_date(text)
    assert date is not None
    assert (date.earliest.isoformat(), date.latest.isoformat()) == (earliest, latest)
    assert date.precision is DatePrecision(precision)
    assert date.text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31 Feb 1990",
        "1962-13-45",
        "1980 to 1970",
        "decided 1990",
        "0000",
        "12/05/1960",
        "1960 or so",
        "to",
    ],
)
def test_what_is_no_date_of_the_calendar_gives_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("12/11/1967", "1967-11-12", "1967-11-12", "day"),
        ("7.1.2014", "2014-01-07", "2014-01-07", "day"),
        ("dd/04/1963", "1963-04-01", "1963-04-30", "month"),
        ("04/1963", "1963-04-01", "1963-04-30", "month"),
        ("dd/mm/1968", "1968-01-01", "1968-12-31", "year"),
        ("00/00/1968", "1968-01-01", "1968-12-31", "year"),
        ("12/mm/1968", "1968-01-01", "1968-12-31", "year"),
        ("circa 00/00/1968", "1968-01-01", "1968-12-31", "circa"),
        ("dd/mm/1968 to 31/03/1970", "1968-01-01", "1970-03-31", "range"),
        ("1968", "1968-01-01", "1968-12-31", "year"),
        ("12 Nov 1967", "1967-11-12", "1967-11-12", "day"),
    ],
)
def test_a_publisher_may_write_the_day_first(text: str, earliest: str, latest: str, precision: str) -> None:
    date = parse_date(text, day_first=True)
    assert date is not None
    assert (date.earliest.isoformat(), date.latest.isoformat()) == (earliest, latest)
    assert (date.precision, date.text) == (DatePrecision(precision), text)


@pytest.mark.parametrize("text", ["13/13/1967", "31/02/1967", "12/mm/0000", "12/11/67", "dd/mm/yyyy"])
def test_numbers_that_are_no_day_give_no_date(text: str) -> None:
    assert parse_date(text, day_first=True) is None


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_every_day_is_read_in_each_form(day: dt.date) -> None:
    for form in ("%d %b %Y", "%d %B %Y", "%B %d, %Y", "%Y-%m-%d"):
        date = parse_date(day.strftime(form))
        assert date is not None and date.earliest == date.latest == day


@given(st.text())
def test_any_text_gives_a_date_or_none(text: str) -> None:
    for date in (parse_date(text), parse_date(text, day_first=True)):
        assert date is None or date.earliest <= date.latest
