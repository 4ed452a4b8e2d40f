"""Policies: what a firm decides about alerts, for everybody or for a segment of its customers."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import PROJECT
from watchlists import COMPANY, PERSON, WATCHLIST, listed, publish_in, screener_of

from engine import InvalidSubject, Screener, Subject, WatchlistNotReady
from engine.policy import Policy
from jobs.cli import main
from jobs.failures import ExitCode
from lists.home import Home
from lists.settings import ScreeningSettings, Settings

NAME = "Orlan Petrovich Dvessik"
MISSPELLED = "Orlan Petrovich Dvessyk"


def screener(folder: Path, **screening: object) -> Screener:
    settings = Settings(screening=ScreeningSettings.model_validate(screening))
    published = Path(tempfile.mkdtemp(dir=folder))
    return screener_of(published, WATCHLIST, settings=settings)


def test_a_policy_says_which_kinds_of_entities_may_alert(tmp_path: Path) -> None:
    companies_only = screener(tmp_path, kinds=["company"])
    assert companies_only.screen(Subject(names=(NAME,))).matches == ()
    (match,) = companies_only.screen(Subject(names=("Tamsin Trading LLC",))).matches
    assert match.entity_id == COMPANY.entity_id


def test_an_entity_of_unknown_kind_alerts_whatever_kinds_a_policy_names(tmp_path: Path) -> None:
    settings = Settings(screening=ScreeningSettings.model_validate({"kinds": ["company"]}))
    unknown = listed("someone", NAME, kind="unknown")
    assert screener_of(tmp_path, [unknown], settings=settings).screen(Subject(names=(NAME,))).matches


def test_a_policy_says_against_which_lists_customers_are_screened(tmp_path: Path) -> None:
    publish_in(tmp_path, [PERSON])
    publish_in(tmp_path, [PERSON.model_copy(update={"list_id": "yy_test"})])
    (tmp_path / "cordon.toml").write_text("[screening]\nlists = ['yy_test']\n")
    found = Screener.open(tmp_path).screen(Subject(names=(NAME,))).matches
    assert [match.list_id for match in found] == ["yy_test"]


def test_a_policy_that_wants_a_list_nobody_loaded_is_never_clear(tmp_path: Path) -> None:
    with pytest.raises(WatchlistNotReady, match=r"un_sc, which the watchlist does not hold; load it"):
        screener(tmp_path, lists=["un_sc"])
    with pytest.raises(WatchlistNotReady, match="un_sc"):
        screener(tmp_path, segments={"retail": {"lists": ["un_sc"]}})


def test_evidence_that_a_policy_leaves_out_moves_no_score(tmp_path: Path) -> None:
    fields = {"birth_date": "1990-01-01", "countries": ["DE"], "gender": "female"}
    subject = Subject(names=(NAME,), **fields)  # type: ignore[arg-type]
    names_only = screener(tmp_path, features=[])
    (match,) = names_only.screen(subject).matches
    assert [each.feature for each in match.evidence] == ["name.aligned"] * 3
    assert not screener(tmp_path).screen(subject).matches


def test_a_number_alerts_only_where_the_policy_counts_numbers(tmp_path: Path) -> None:
    passport = [{"type": "passport", "value": "N1234567", "country": "SY"}]
    subject = Subject(names=("Somebody Else",), identifiers=passport)  # type: ignore[arg-type]
    assert screener(tmp_path).screen(subject).matches
    assert not screener(tmp_path, features=["birth_date"]).screen(subject).matches


def test_a_segment_has_its_own_policy_and_inherits_the_rest(tmp_path: Path) -> None:
    segments = {"strict": {"threshold": 0.5}, "lax": {"threshold": 0.99, "kinds": ["person"]}}
    mixed = screener(tmp_path, weak_aliases="support", segments=segments)
    said = {
        segment: mixed.screen(Subject(names=(MISSPELLED,), segment=segment))
        for segment in (None, "strict", "lax")
    }
    assert {segment: bool(answer.matches) for segment, answer in said.items()} == {
        None: True,
        "strict": True,
        "lax": False,
    }
    assert said["strict"].threshold == 0.5
    assert len({answer.policy_version for answer in said.values()}) == 3
    assert mixed.policies()["lax"].weak_aliases == "support"


def test_customers_of_several_segments_get_the_same_answers_in_one_frame(tmp_path: Path) -> None:
    import polars as pl  # noqa: PLC0415

    mixed = screener(tmp_path, segments={"strict": {"threshold": 0.3}, "lax": {"threshold": 0.99}})
    names, segments = (MISSPELLED, "Orlan Petrov", "Tamsin Trading"), (None, "strict", "lax")
    frame = pl.DataFrame(
        [{"name": name, "segment": segment} for name in names for segment in segments],
        schema={"name": pl.String, "segment": pl.String},
    )
    bulk = [
        (row["row"], row["entity_id"], row["score"], row["policy_version"])
        for row in mixed.screen_frame(frame).iter_rows(named=True)
    ]
    single = []
    for row, customer in enumerate(frame.iter_rows(named=True)):
        answer = mixed.screen(Subject(names=(customer["name"],), segment=customer["segment"]))
        single += [(row, match.entity_id, match.score, answer.policy_version) for match in answer.matches]
    assert bulk == single
    assert single


def test_a_segment_that_nobody_declared_is_refused_not_screened_by_another_policy(tmp_path: Path) -> None:
    with pytest.raises(InvalidSubject, match=r"segment: .*takes lax, strict, or nothing"):
        screener(tmp_path, segments={"strict": {}, "lax": {}}).screen(Subject(names=("A B",), segment="Lax"))
    with pytest.raises(InvalidSubject, match=r"has no section \[screening\.segments\.NAME\]"):
        screener(tmp_path).screen(Subject(names=("A B",), segment="retail"))


def test_a_policys_version_is_the_same_in_every_process_and_changes_with_anything_it_says() -> None:
    program = (
        "from engine.policy import Policy; "
        "print(Policy(lists=['b', 'a', 'c'], kinds=['person', 'company']).version)"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
    changed: list[dict[str, object]] = [
        {},
        {"threshold": 0.8},
        {"weak_aliases": "alert"},
        {"lists": ["a"]},
        {"kinds": ["person"]},
        {"features": []},
    ]
    assert set(changed[-1]) | {name for each in changed for name in each} == set(Policy.model_fields)
    assert len({Policy.model_validate(each).version for each in changed}) == len(changed)


def test_a_threshold_of_a_call_is_part_of_the_policys_version(tmp_path: Path) -> None:
    home = screener(tmp_path)
    subject = Subject(names=(NAME,))
    usual, other = home.screen(subject), home.screen(subject, threshold=0.9)
    assert usual.policy_version != other.policy_version
    assert usual.policy_version == home.screen(subject, threshold=usual.threshold).policy_version


def test_a_batch_writes_the_policy_of_every_match_and_rejects_unknown_segments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home.locate(tmp_path / "home")
    publish_in(home, WATCHLIST)
    home.config.write_text("[screening.segments.strict]\nthreshold = 0.5\n")
    customers, output = tmp_path / "customers.csv", tmp_path / "matches.csv"
    customers.write_text(f"subject_id,name,segment\na,{NAME},\nb,{NAME},strict\nc,{NAME},other\n")
    arguments = ["batch", str(customers), "-o", str(output), "--home", str(home.path), "--json"]
    assert main(arguments) == ExitCode.INCOMPLETE
    said = json.loads(capsys.readouterr().out)["policy_versions"]
    assert said.keys() == {"default", "strict"}
    with output.open(encoding="utf-8") as file:
        written = {row["subject_id"]: row["policy_version"] for row in csv.DictReader(file)}
    assert written == {"a": said["default"], "b": said["strict"]}
    rejected = (tmp_path / "matches.csv.rejected.csv").read_text(encoding="utf-8")
    assert "segment,is none that cordon.toml knows; takes strict, or nothing" in rejected.replace('"', "")


def test_a_mistake_in_a_segment_is_an_error_that_names_it(tmp_path: Path) -> None:
    home = Home.locate(tmp_path)
    home.config.write_text("[screening.segments.retail]\nthreshold = 3\n")
    with pytest.raises(Exception, match=r"\[screening\.segments\.retail\] threshold takes a score from 0"):
        home.settings()
    home.config.write_text("[screening]\nkinds = ['boat']\nfeatures = ['face']\n")
    with pytest.raises(Exception, match=r"\[screening\] kinds takes a list of kinds, of person, company"):
        home.settings()
