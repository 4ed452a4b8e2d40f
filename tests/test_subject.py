"""Customers as given: what is malformed is refused with the field and what it takes, never with the data."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from cases import subject_fields
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine import InvalidSubject, Subject
from engine.subject import MAX_NAME_LENGTH, MAX_NAMES
from lists.model import DatePrecision, Gender, IdentifierType, Kind


def problems(**fields: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidSubject) as error:
        Subject.parse(**fields)
    return error.value.problems


EVERYTHING: dict[str, Any] = {
    "subject_id": "c-1",
    "name": "Orlan Dvessik",
    "kind": "person",
    "birth_date": "1961-04-03",
    "gender": "male",
    "countries": ["sy", " DE "],
    "identifiers": [
        {"type": "passport", "value": " N 123 ", "country": "SY"},
        {"type": "email", "value": "a@b.example"},
    ],
    "addresses": ["4 Quay, Port Velm"],
    "residency": "DE",
}


def test_a_customer_with_everything_is_read() -> None:
    subject = Subject.parse(**EVERYTHING)
    assert (subject.subject_id, subject.name, subject.names) == ("c-1", "Orlan Dvessik", ("Orlan Dvessik",))
    assert (subject.kind, subject.gender, subject.residency) == (Kind.PERSON, Gender.MALE, "DE")
    assert subject.countries == ("SY", "DE")
    assert subject.birth_date is not None
    assert subject.birth_date.earliest == dt.date(1961, 4, 3)
    assert [identifier.value for identifier in subject.identifiers] == ["N 123", "a@b.example"]
    assert subject.identifiers[0].type is IdentifierType.PASSPORT


def test_only_a_name_is_needed() -> None:
    subject = Subject.parse(name="  Orlan Dvessik ")
    assert subject.names == ("Orlan Dvessik",)
    assert (subject.kind, subject.birth_date, subject.countries) == (Kind.UNKNOWN, None, ())
    assert subject == Subject.parse(names=["Orlan Dvessik"], name=None, birth_date=None)


def test_the_first_of_several_names_is_the_one_the_customer_goes_by() -> None:
    assert Subject.parse(name="Orlan", names=["Dvessik", "Орлан"]).names == ("Orlan", "Dvessik", "Орлан")


@pytest.mark.parametrize(
    ("written", "earliest", "latest", "precision"),
    [
        ("1961-04-03", (1961, 4, 3), (1961, 4, 3), DatePrecision.DAY),
        ("1961-4-3", (1961, 4, 3), (1961, 4, 3), DatePrecision.DAY),
        ("1960-02", (1960, 2, 1), (1960, 2, 29), DatePrecision.MONTH),
        ("1961", (1961, 1, 1), (1961, 12, 31), DatePrecision.YEAR),
        (1961, (1961, 1, 1), (1961, 12, 31), DatePrecision.YEAR),
        (dt.date(1961, 4, 3), (1961, 4, 3), (1961, 4, 3), DatePrecision.DAY),
        (dt.datetime(1961, 4, 3, 12, tzinfo=dt.UTC), (1961, 4, 3), (1961, 4, 3), DatePrecision.DAY),
    ],
)
def test_a_birth_date_is_read_as_far_as_it_is_known(
    written: Any, earliest: tuple[int, int, int], latest: tuple[int, int, int], precision: DatePrecision
) -> None:
    found = Subject.parse(name="Orlan", birth_date=written).birth_date
    assert found is not None
    assert (found.earliest, found.latest) == (dt.date(*earliest), dt.date(*latest))
    assert found.precision is precision


SECRET = "Zyxwv"

MALFORMED: list[tuple[dict[str, Any], str, str]] = [
    # the fields beside a good name, the field that is named, what it says
    ({"birth_date": f"1961-{SECRET}"}, "birth_date", "takes a date as YYYY, YYYY-MM or YYYY-MM-DD"),
    ({"birth_date": "03.04.1961"}, "birth_date", "takes a date as YYYY, YYYY-MM or YYYY-MM-DD"),
    ({"birth_date": "1961-13-45"}, "birth_date", "is not a day of the calendar"),
    ({"birth_date": "1961-02-29"}, "birth_date", "is not a day of the calendar"),
    ({"birth_date": "0000-01-01"}, "birth_date", "is not a day of the calendar"),
    ({"birth_date": "1799"}, "birth_date", "must lie between 1800 and today"),
    ({"birth_date": "9999-12-31"}, "birth_date", "must lie between 1800 and today"),
    ({"birth_date": 61}, "birth_date", "takes a date as YYYY, YYYY-MM or YYYY-MM-DD"),
    ({"birth_date": True}, "birth_date", "takes a date as YYYY, YYYY-MM or YYYY-MM-DD"),
    ({"birth_date": 1961.5}, "birth_date", "takes a date as YYYY, YYYY-MM or YYYY-MM-DD"),
    ({"birth_date": [1961]}, "birth_date", "takes a date as YYYY, YYYY-MM or YYYY-MM-DD"),
    ({"birth_date": {"text": SECRET}}, "birth_date", "takes a date as YYYY, YYYY-MM or YYYY-MM-DD"),
    ({"birth_date": "١٩٦١"}, "birth_date", "takes a date as YYYY, YYYY-MM or YYYY-MM-DD"),
    (
        {"kind": SECRET},
        "kind",
        "takes 'person', 'company', 'organization', 'vessel', 'aircraft' or 'unknown'",
    ),
    ({"kind": 5}, "kind", "takes 'person'"),
    ({"gender": SECRET}, "gender", "takes 'male', 'female' or 'other'"),
    (
        {"countries": ["SY", SECRET]},
        "countries.1",
        "takes a country as its two-letter ISO 3166-1 code, such as DE",
    ),
    ({"countries": ["XX"]}, "countries.0", "takes a country as its two-letter ISO 3166-1 code"),
    ({"countries": SECRET}, "countries", "takes a list"),
    ({"residency": SECRET}, "residency", "takes a country as its two-letter ISO 3166-1 code"),
    (
        {"identifiers": [{"type": SECRET, "value": "1"}]},
        "identifiers.0.type",
        "takes 'passport', 'national_id'",
    ),
    ({"identifiers": [{"type": "passport", "value": " "}]}, "identifiers.0.value", "at least 1 character"),
    (
        {"identifiers": [{"type": "passport", "value": "9" * 201}]},
        "identifiers.0.value",
        "at most 200 characters",
    ),
    ({"identifiers": [{"type": "passport"}]}, "identifiers.0.value", "required"),
    (
        {"identifiers": [{"type": "tax", "value": "1", "country": SECRET}]},
        "identifiers.0.country",
        "two-letter",
    ),
    (
        {"identifiers": [{"type": "tax", "value": "1", "issuer": SECRET}]},
        "identifiers.0.issuer",
        "is not a field of",
    ),
    (
        {"identifiers": [{"type": "imo", "value": "123"}]},
        "identifiers.0",
        "takes a number of 7 digits as imo",
    ),
    (
        {"identifiers": [{"type": "mmsi", "value": SECRET}]},
        "identifiers.0",
        "takes a number of 9 digits as mmsi",
    ),
    (
        {"identifiers": [{"type": "passport", "value": "--"}]},
        "identifiers.0",
        "has no letter and no digit; takes",
    ),
    ({"identifiers": SECRET}, "identifiers", "takes a list"),
    ({"identifiers": [SECRET]}, "identifiers.0", ""),
    ({"addresses": SECRET}, "addresses", "takes a list"),
    ({"addresses": [5]}, "addresses.0", "string"),
    ({"subject_id": ""}, "subject_id", "at least 1 character"),
    ({"subject_id": SECRET * 41}, "subject_id", "at most 200 characters"),
    ({"subject_id": 5}, "subject_id", "string"),
    ({"subject_id": " ~" + "0a" * 16}, "subject_id", "as the ledger calls a customer without a reference"),
    ({"subject_id": "~" + "0A" * 16}, "subject_id", "give a reference of another form, or none"),
    ({"birthdate": SECRET}, "birthdate", "is not a field of a subject; it has name, subject_id, names, kind"),
]


@pytest.mark.parametrize(("fields", "field", "says"), MALFORMED)
def test_a_malformed_field_is_named_with_what_it_takes_and_never_its_value(
    fields: dict[str, Any], field: str, says: str
) -> None:
    (problem,) = problems(name="Orlan Dvessik", **fields)
    assert problem[0] == field
    assert says in problem[1]
    assert SECRET not in problem[1]
    assert "\n" not in problem[1]
    assert "pydantic" not in problem[1]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "has no letter and no digit; takes a name as its bearer writes it"),
        (" \t ", "has no letter and no digit"),
        ("\x00\x1f", "has no letter and no digit"),
        ("\u200b\u202e", "has no letter and no digit"),
        ("... --", "has no letter and no digit"),
        ("★", "has no letter and no digit"),
        ("a" * 10_000, f"is 10,000 characters long; a name has at most {MAX_NAME_LENGTH:,}"),
        ("a " * 300, "has more than 100 words; takes one name"),
        (5, "string"),
        (["Orlan"], "string"),
        ("\ud800Orlan", "unicode"),
    ],
)
def test_what_is_no_name_is_refused(name: Any, says: str) -> None:
    ((field, sentence),) = problems(name=name)
    assert field == "name"
    assert says in sentence
    assert problems(names=["Orlan", name]) == [("names.1", sentence)]


@pytest.mark.parametrize(
    "fields", [{}, {"name": None}, {"names": []}, {"names": None, "name": None}, {"names": ()}]
)
def test_a_customer_without_a_name_is_refused(fields: dict[str, Any]) -> None:
    assert problems(**fields) in (
        [("name", "is missing; a subject needs at least one name")],
        [("names", "takes a list")],
    )


@pytest.mark.parametrize("reference", ["~", "~" + "0" * 31, "~" + "0" * 33, "~" + "g" * 32, "0" * 32])
def test_a_reference_that_only_looks_like_a_fingerprint_is_taken(reference: str) -> None:
    assert Subject.parse(name="Orlan Dvessik", subject_id=reference).subject_id == reference


@pytest.mark.parametrize("names", ["Orlan Dvessik", 5, {"Orlan": 1}, b"Orlan"])
def test_names_that_are_no_list_are_refused_beside_a_name_too(names: Any) -> None:
    for beside in ({}, {"name": "Orlan"}):
        ((field, sentence),) = problems(names=names, **beside)
        assert (field, sentence) == ("names", "takes a list")


def test_too_many_names_are_refused() -> None:
    ((field, sentence),) = problems(names=["Orlan"] * (MAX_NAMES + 1))
    assert field in ("name", "names")
    assert str(MAX_NAMES) in sentence


def test_a_name_of_the_greatest_length_is_taken() -> None:
    assert Subject.parse(name="a" * MAX_NAME_LENGTH).name == "a" * MAX_NAME_LENGTH
    assert len(Subject.parse(names=["Orlan"] * MAX_NAMES).names) == MAX_NAMES


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = problems(name="Orlan", kind="parson", birth_date="1961-13", countries=["XX"], shoe_size=44)
    assert [field for field, _ in found] == ["kind", "birth_date", "countries.0", "shoe_size"]
    with pytest.raises(
        InvalidSubject, match=r"^kind: takes .*; birth_date: .*; countries\.0: .*; shoe_size: "
    ):
        Subject.parse(name="Orlan", kind="parson", birth_date="1961-13", countries=["XX"], shoe_size=44)


def test_a_subject_made_directly_hides_its_data_in_errors_too() -> None:
    with pytest.raises(ValidationError) as error:
        Subject(names=("Orlan",), birth_date=SECRET)
    assert SECRET not in str(error.value)


def test_a_customer_cannot_be_changed() -> None:
    subject = Subject.parse(name="Orlan")
    with pytest.raises(ValidationError, match="frozen"):
        subject.kind = Kind.PERSON  # type: ignore[misc]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*Subject.model_fields, "name", "other"]), values, max_size=4))
@settings(max_examples=300)
def test_whatever_is_given_is_a_customer_or_refused_with_a_sentence(fields: dict[str, Any]) -> None:
    try:
        subject = Subject.parse(**fields)
    except InvalidSubject as error:
        assert error.problems
        assert all(field and sentence for field, sentence in error.problems)
    else:
        assert subject.names


names = st.text(max_size=20).map("O".__add__)


@given(st.lists(names, min_size=1, max_size=3), st.sampled_from(Kind), subject_fields())
def test_a_customer_written_as_json_is_read_as_the_same(
    names: list[str], kind: Kind, fields: dict[str, Any]
) -> None:
    subject = Subject(names=tuple(names), kind=kind, **fields)
    written = subject.model_dump_json()
    assert Subject.model_validate_json(written) == subject
    assert Subject.parse(**json.loads(written)) == subject


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Orlan Dvessik DOB 03.04.1961", "1961-04-03"),
        ("Orlan Dvessik 1961-04-03", "1961-04-03"),
        ("Orlan Dvessik 04/13/1961", "1961-04-13"),
        ("Orlan Dvessik, 3 Apr 1961", "1961-04-03"),
        ("Orlan Dvessik (born 1961)", "1961"),
        ("Orlan Dvessik 03/04/61", None),
        ("Orlan Dvessik 40.13.1961", None),
        ("Orlan Dvessik 1961", None),
        ("Orlan Dvessik b. 2961", None),
    ],
)
def test_a_birth_date_in_a_persons_name_is_theirs_where_none_is_given(
    name: str, expected: str | None
) -> None:
    found = Subject.parse(name=name, kind="person").birth_date
    assert (found and found.text) == expected
    given = Subject.parse(name=name, kind="person", birth_date="1970").birth_date
    assert given is not None
    assert given.text == "1970"
    assert Subject.parse(name=name, kind="company").birth_date is None
    assert Subject.parse(name=name).birth_date is None
