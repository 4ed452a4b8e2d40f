"""Test records of `cordon validate`: fair, of every family, and the same ones for the same seed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from engine import Screener
from engine.policy import Policy
from engine.validation import letters, records
from engine.validation.families import Original
from engine.validation.outcomes import screen_records
from engine.validation.recall import by_family, left_out, missed, wilson
from engine.validation.records import BY_NAME, FAMILIES, make_records
from lists.model import Kind, ListedEntity, Name, Strength


def _entity(*names: str, kind: Kind = Kind.PERSON, number: int = 1, **fields: object) -> ListedEntity:
    listed = tuple(Name(text=text) for text in names)
    return ListedEntity.model_validate(
        {"list_id": "xx_test", "entity_id": str(number), "kind": kind, "names": listed, **fields}
    )


def _made(*entities: ListedEntity, policy: Policy | None = None, size: int = 2_000) -> pl.DataFrame:
    return make_records(iter(entities), policy or Policy(), size=size)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_says_what_it_does_and_who_asks_for_it(family: records.Family) -> None:
    assert family.what.endswith(".")
    assert len(family.source) > 20
    assert "Source" not in family.source


def test_the_same_seed_makes_the_same_records(fixture_home: Path) -> None:
    screener = Screener.open(fixture_home, record=False)
    policy = screener.policies()["default"]
    one, other = (make_records(screener.entities(), policy, size=500, seed=7) for _ in range(2))
    assert one.equals(other)
    assert not one.equals(make_records(screener.entities(), policy, size=500, seed=8))


def test_a_family_that_runs_out_of_names_leaves_its_share_to_the_others() -> None:
    made = _made(*(_entity(f"Viktor Tamsin Dvessik{place}", number=place) for place in range(50)), size=400)
    assert made.height == 400
    assert made.filter(pl.col("family") == "as it stands").height == 50


def test_every_altered_name_differs_from_the_listed_one(fixture_home: Path) -> None:
    screener = Screener.open(fixture_home, record=False)
    made = make_records(screener.entities(), screener.policies()["default"], size=2_000)
    same = made.filter(pl.col("name") == pl.col("listed_name"))
    dated = [family.name for family in FAMILIES if family.group == "birth date"]
    allowed = {"as it stands", "in the original script", "a namesake of another age and country", *dated}
    assert set(same["family"]) <= allowed


def test_a_slip_that_makes_another_listed_name_is_left_out_by_rule_and_counted() -> None:
    entities = [_entity("Wen Tsang", number=place) for place in range(1, 40)]
    made = _made(*entities, _entity("Wen Tang", number=40))
    made = made.filter(pl.col("name") == "Wen Tang", pl.col("entity_id") != "40")
    assert made["left_out"].to_list() == [records.ANOTHER_NAME] * made.height
    assert made.height


def test_a_short_name_of_one_word_is_left_out_by_rule_but_screened_as_it_stands() -> None:
    made = _made(_entity("Orion", kind=Kind.VESSEL))
    by_rule = dict(made.group_by("left_out").agg(pl.col("family")).iter_rows())
    assert by_rule[None] == ["as it stands"]
    assert "a letter missing" in by_rule[records.TOO_SHORT]


def test_a_name_that_is_nobodys_has_its_reason() -> None:
    made = _made(_entity("OOO", kind=Kind.COMPANY))
    assert set(made["left_out"]) == {"only a legal form: OOO"}


def test_weak_aliases_are_tested_as_far_as_the_policy_lets_them_alert() -> None:
    weak = (Name(text="Viktor Dvessik"), Name(text="Musarion", strength=Strength.WEAK))
    entity = _entity("x").model_copy(update={"names": weak})
    for policy, reason in ((Policy(), records.WEAK), (Policy(weak_aliases="alert"), None)):
        made = _made(entity, policy=policy).filter(pl.col("name") == "Musarion")
        assert set(made["left_out"]) == {reason}
        assert set(made["family"]) == {"as it stands"}


def test_lists_that_the_policy_does_not_screen_against_are_not_tested(fixture_home: Path) -> None:
    screener = Screener.open(fixture_home, record=False)
    made = make_records(screener.entities(), Policy(lists=frozenset({"un_sc"})), size=200)
    assert set(made["list_id"]) == {"un_sc"}


def test_a_swapped_letter_is_swapped_and_nothing_else() -> None:
    class First:
        def choice(self, places: list[int]) -> int:
            return places[0]

    name = _entity("Anna").names[0]
    assert letters.swapped(Original(_entity("Anna"), name), First()) == "nAna"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "asked", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 10, 0.4902, 0.9433), (990, 1000, 0.9817, 0.9946)],
)
def test_intervals_are_wilsons(found: int, asked: int, low: float, high: float) -> None:
    assert wilson(found, asked) == pytest.approx((low, high), abs=5e-5)


@pytest.fixture(scope="module")
def outcomes(fixture_home: Path) -> pl.DataFrame:
    screener = Screener.open(fixture_home, record=False)
    made = make_records(screener.entities(), screener.policies()["default"], size=1_500)
    return made.join(screen_records(fixture_home, made), on="record", how="left")


def test_what_alerts_is_what_scores_at_least_the_threshold(outcomes: pl.DataFrame) -> None:
    screened = outcomes.filter(pl.col("found").is_not_null())
    assert screened.height
    assert (screened["found"] == (screened["score"] >= 0.75)).all()
    assert screened.filter(~pl.col("found"))["reason"].null_count() == 0


def test_every_listed_name_as_it_stands_is_found(outcomes: pl.DataFrame) -> None:
    exact = next(each for each in by_family(outcomes) if each.family.name == "as it stands")
    assert exact.share.found == exact.share.asked > 0


def test_misses_are_named_and_the_left_out_are_counted(outcomes: pl.DataFrame) -> None:
    wrong = missed(outcomes)
    traps = [name for name, family in BY_NAME.items() if family.is_trap]
    assert wrong.filter(~pl.col("family").is_in(traps))["found"].sum() == 0
    counted = sum(each.share.asked for each in by_family(outcomes))
    assert counted + sum(asked for _, asked, _ in left_out(outcomes)) == outcomes.height


def test_two_processes_find_what_one_finds(fixture_home: Path, outcomes: pl.DataFrame) -> None:
    made = outcomes.select(records.SCHEMA.keys())
    assert screen_records(fixture_home, made, processes=2).equals(screen_records(fixture_home, made))
