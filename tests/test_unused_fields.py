"""A field that the policy leaves out is not recorded, and every answer can be repeated without it."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from ledgers import LISTED, ask, events, forget, home_in, screen
from watchlists import COMPANY, PERSON, WATCHLIST, screener_of

from engine import Screener, Subject
from engine.ledger import decide, verify
from engine.ledger.as_of import replay
from engine.ledger.layout import Region
from engine.ledger.matches import matches
from engine.privacy.envelope import opened
from engine.privacy.export import export
from engine.privacy.keys import keys_of
from lists.home import Home
from lists.settings import FeatureName, Settings

pytestmark = pytest.mark.usefixtures("released")

FIELDS: dict[str, Any] = {
    "kind": "person",
    "birth_date": "1961-04-03",
    "gender": "male",
    "countries": ["SY"],
    "identifiers": [{"type": "passport", "value": "N1234567", "country": "SY"}],
    "addresses": ["7 Marked Mews, Port Velm"],
}
COUNTRY_ALONE = '[screening]\nfeatures = ["country"]\n[decisions]\nfour_eyes = false\n'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_in(tmp_path, COUNTRY_ALONE)


def recorded(home: Home) -> list[dict[str, Any]]:
    """What is recorded of the customer of each match."""
    return [json.loads(text) for (text,) in ask(home, "select subject::varchar from matches order by 1")]


def test_only_what_is_looked_at_is_recorded_of_a_customer(home: Home) -> None:
    screen(home, subject_id="C1", **FIELDS)
    screen(home, "Tamsin Quillfeather", subject_id="C2", **FIELDS)
    frame = pl.DataFrame([{"subject_id": "C3", "name": LISTED, **FIELDS}])
    Screener.open(home).screen_frame(frame)
    for found in recorded(home):
        assert set(found) <= {"name", "names", "kind", "countries"}
        assert found["countries"] == ["SY"]
    assert len(recorded(home)) == 2
    (screening,) = export(home, "C2")["screenings"]
    assert set(screening["screened_fields"]) == {"names", "kind", "countries"}
    assert verify(home).is_sound


def test_a_segment_records_what_its_own_policy_looks_at(tmp_path: Path) -> None:
    home = home_in(
        tmp_path, '[screening]\nfeatures = []\n[screening.segments.vip]\nfeatures = ["birth_date"]\n'
    )
    for segment in (None, "vip"):
        screen(home, segment=segment, **FIELDS)
    frame = pl.DataFrame([{"name": LISTED, "segment": segment, **FIELDS} for segment in (None, "vip")])
    Screener.open(home).screen_frame(frame)
    found = {(each.get("segment"), "birth_date" in each, "countries" in each) for each in recorded(home)}
    assert found == {(None, False, False), ("vip", True, False)}


def test_a_policy_that_leaves_nothing_out_records_everything(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    screen(home, subject_id="C1", **FIELDS)
    (found,) = recorded(home)
    assert set(found) == {"names", *FIELDS}


@pytest.mark.parametrize("name", [LISTED, "Orlan Dvessyk", "Tamsin Quillfeather"])
def test_a_screening_without_the_unused_fields_is_repeated_with_the_same_answer(
    home: Home, name: str
) -> None:
    screen(home, name, subject_id="C1", **FIELDS)
    (screened,) = [event for event in events(home) if event["type"] == "screened"]
    forget()
    assert replay(f"w1-{screened['seq']}", home).same is True


SUBJECTS = [
    Subject.parse(name=name, **fields)
    for name in (LISTED, "Orlan Petrovich Dvessyk", "Tamsin Trading", "Somebody Else")
    for fields in (
        FIELDS,
        FIELDS | {"kind": "unknown", "gender": None, "birth_date": "1999-01-01", "countries": ["DE"]},
        FIELDS | {"kind": "unknown", "gender": "female", "birth_date": None},
        {"kind": "company", "identifiers": [{"type": "tax", "value": "7701234567", "country": "RU"}]},
    )
]
CHOICES = [chosen for size in range(7) for chosen in combinations(get_args(FeatureName), size)]


def test_no_answer_is_another_without_the_fields_that_no_chosen_feature_looks_at(tmp_path: Path) -> None:
    published = screener_of(tmp_path, WATCHLIST).published
    left_out = set()
    for features in CHOICES:
        settings = Settings.model_validate({"screening": {"features": list(features), "threshold": 0.3}})
        screener = Screener(published, settings)
        unused = screener.policies()["default"].unused
        left_out |= unused
        without = [
            each.model_copy(update={name: Subject.model_fields[name].default for name in unused})
            for each in SUBJECTS
        ]
        assert list(screener.matches(SUBJECTS)) == list(screener.matches(without)), features
    assert left_out == set(FIELDS) - {"kind"}
    assert {PERSON.entity_id, COMPANY.entity_id} <= {
        match.entity_id for found in screener.matches(SUBJECTS) for match in found
    }


def test_what_reopens_a_match_shows_no_field_that_is_left_out(home: Home) -> None:
    screen(home, subject_id="C1", **FIELDS)
    (match,) = matches(None, home)
    decide(match.match_id, "false_positive", actor="alice", reason="different_place", home=home)
    screen(home, subject_id="C1", **FIELDS | {"birth_date": "1962-01-01", "countries": ["SY", "DE"]})
    (again,) = matches(None, home)
    assert again.state == "reopened"
    assert again.changes == ({"record": "customer", "field": "countries", "old": [], "new": ["DE"]},)
    assert all("birth_date" not in found for found in recorded(home))
    (number,) = [each["seq"] for each in events(home) if each["type"] == "reopened"]
    event = json.loads(ask(home, f"select event from events where seq = {number}")[0][0])
    said = opened(keys_of(Region.of(home)), f"w1-{number}", event)["personal"]["subject"]
    assert set(said) == {"names", "kind", "countries"}
