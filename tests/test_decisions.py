"""Matches are decided once: by whom, with whose approval, and quiet until one of the two records changes."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import PROJECT
from ledgers import LISTED, ask, home_in, screen
from watchlists import COMPANY, PERSON, VESSEL, WATCHLIST, listed, publish_in

from engine import Screener
from engine.ledger import decisions, verify
from engine.ledger.decisions import DecisionConflict, DecisionRefused, approve, decide, reject
from engine.ledger.layout import LedgerError, Region
from engine.ledger.matches import MatchFilter, matches
from engine.ledger.reasons import REASONS
from engine.ledger.reopening import close_delisted
from engine.ledger.writer import writer_of
from engine.screening import Outcome
from jobs.cli import main
from lists.home import Home

ONE_PAIR = "[decisions]\nfour_eyes = false\n"


pytestmark = pytest.mark.usefixtures("released")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_in(tmp_path, ONE_PAIR)


@pytest.fixture
def strict_home(tmp_path: Path) -> Home:
    return home_in(tmp_path)


def the_match(home: Home) -> Any:
    (found,) = matches(home=home)
    return found


def clear_false_positive(home: Home, **more: Any) -> decisions.Decision:
    match = the_match(home)
    given = {"actor": "alice", "reason": "different_birth_date", "seen": match.last_event, **more}
    return decide(match.match_id, "false_positive", home=home, **given)


def test_a_false_positive_is_not_alerted_again_and_still_recorded(home: Home) -> None:
    assert screen(home, subject_id="C1").outcome is Outcome.ALERT
    decision = clear_false_positive(home, note="born forty years later")
    again = screen(home, subject_id="C1")
    assert again.outcome is Outcome.CLEAR
    assert [match.suppressed_by for match in again.matches] == [decision.event_id]
    assert ask(home, "select suppressed_by from matches order by recorded_at") == [
        (None,),
        (decision.event_id,),
    ]
    assert ask(home, "select outcome, actor, reason, note, state from decisions") == [
        ("false_positive", "alice", "different_birth_date", "born forty years later", "false_positive")
    ]
    assert matches(home=home) == []
    assert verify(home).is_sound


def test_another_customer_with_the_same_name_still_alerts(home: Home) -> None:
    screen(home, subject_id="C1")
    clear_false_positive(home)
    assert screen(home, subject_id="C2").outcome is Outcome.ALERT


def test_somebody_without_a_reference_is_known_by_what_was_screened(home: Home) -> None:
    screen(home)
    clear_false_positive(home)
    assert screen(home).outcome is Outcome.CLEAR
    assert screen(home, birth_date="1961").outcome is Outcome.ALERT


def test_a_customer_that_changes_reopens_with_what_changed(home: Home) -> None:
    screen(home, subject_id="C1", countries=["DE"])
    clear_false_positive(home)
    again = screen(home, subject_id="C1", countries=["SY"], addresses=["4 Quay"])
    assert again.outcome is Outcome.ALERT
    match = the_match(home)
    assert (match.state, match.reason) == ("reopened", "subject_changed")
    assert list(match.changes) == [
        {"record": "customer", "field": "countries", "old": ["DE"], "new": ["SY"]},
        {"record": "customer", "field": "addresses", "old": [], "new": ["4 Quay"]},
    ]
    screen(home, subject_id="C1", countries=["SY"], addresses=["4 Quay"])
    assert len(ask(home, "from events where type = 'reopened'")) == 1, "it reopens once"


def changed(**fields: Any) -> list[Any]:
    """The watchlist with another record of the person."""
    return [PERSON.model_copy(update=fields), *WATCHLIST[1:]]


def test_a_listed_entity_that_changes_reopens_with_what_changed(home: Home) -> None:
    screen(home, subject_id="C1")
    clear_false_positive(home)
    publish_in(home, changed(nationalities=("SY", "IR")))
    assert screen(home, subject_id="C1").outcome is Outcome.ALERT
    match = the_match(home)
    assert (match.state, match.reason) == ("reopened", "entity_changed")
    assert list(match.changes) == [{"record": "list", "field": "nationalities", "old": [], "new": ["IR"]}]


def test_what_nobody_screens_by_reopens_nothing(home: Home) -> None:
    screen(home, subject_id="C1")
    clear_false_positive(home)
    publish_in(home, changed(programmes=("VELM", "OTHER"), remarks=("seen in Port Velm",)))
    assert screen(home, subject_id="C1").outcome is Outcome.CLEAR


def test_a_false_positive_expires(tmp_path: Path) -> None:
    home = home_in(tmp_path, "[decisions]\nfour_eyes = false\nexpire_days = 0.000000001\n")
    screen(home, subject_id="C1")
    clear_false_positive(home)
    assert screen(home, subject_id="C1").outcome is Outcome.ALERT
    assert (the_match(home).state, the_match(home).reason) == ("reopened", "expired")


def test_a_false_positive_lasts_a_year_unless_set_otherwise(home: Home) -> None:
    screen(home)
    until = dt.datetime.fromisoformat(clear_false_positive(home).expires_at or "")
    assert dt.timedelta(days=364) < until - dt.datetime.now(dt.UTC) <= dt.timedelta(days=365)


def test_a_true_match_alerts_at_every_screening_and_is_decided_once(home: Home) -> None:
    screen(home, subject_id="C1")
    decision = decide(
        the_match(home).match_id, "true_match", actor="alice", reason="same_identifier", home=home
    )
    assert decision.expires_at is None
    assert screen(home, subject_id="C1").outcome is Outcome.ALERT
    assert matches(home=home) == []


def test_a_closing_decision_is_proposed_until_somebody_else_approves(strict_home: Home) -> None:
    home = strict_home
    screen(home, subject_id="C1")
    proposal = clear_false_positive(home)
    assert (proposal.action, proposal.state, the_match(home).proposed_outcome) == (
        "propose",
        "proposed",
        "false_positive",
    )
    assert screen(home, subject_id="C1").outcome is Outcome.ALERT
    with pytest.raises(DecisionRefused, match="nobody approves their own"):
        approve(proposal.match_id, actor=" Alice", seen=proposal.event_id, home=home)
    decision = approve(proposal.match_id, actor="bob", seen=proposal.event_id, home=home)
    assert (decision.state, decision.outcome) == ("false_positive", "false_positive")
    assert screen(home, subject_id="C1").outcome is Outcome.CLEAR


def test_a_proposal_that_is_rejected_leaves_the_match_open(strict_home: Home) -> None:
    home = strict_home
    screen(home, subject_id="C1")
    proposal = clear_false_positive(home)
    reject(proposal.match_id, actor="bob", seen=proposal.event_id, note="look at the passport", home=home)
    assert the_match(home).state == "open"
    with pytest.raises(DecisionRefused, match="no decision that waits for an approval"):
        approve(proposal.match_id, actor="bob", seen=the_match(home).last_event, home=home)


def test_a_question_back_needs_no_second_pair_of_eyes(strict_home: Home) -> None:
    screen(strict_home, subject_id="C1")
    match = the_match(strict_home)
    decide(match.match_id, "needs_information", actor="alice", reason="missing_information", home=strict_home)
    assert the_match(strict_home).state == "needs_information"


def test_two_people_who_decide_at_once_get_one_decision_and_one_conflict(home: Home) -> None:
    screen(home, subject_id="C1")
    match, results = the_match(home).match_id, []
    together = threading.Barrier(2)

    def one(actor: str, outcome: str, reason: str) -> None:
        together.wait()
        try:
            results.append(decide(match, outcome, actor=actor, reason=reason, home=home))
        except DecisionConflict as conflict:
            results.append(conflict)

    threads = [
        threading.Thread(target=one, args=given)
        for given in (
            ("alice", "true_match", "same_identifier"),
            ("bob", "false_positive", "few_similarities"),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (decision,) = [each for each in results if isinstance(each, decisions.Decision)]
    (conflict,) = [each for each in results if isinstance(each, DecisionConflict)]
    assert conflict.last_event == decision.event_id
    assert f"by {decision.actor}" in str(conflict)
    assert len(ask(home, "from decisions")) == 1


def test_a_decision_can_be_revised_by_who_has_seen_it(home: Home) -> None:
    screen(home, subject_id="C1")
    first = clear_false_positive(home)
    with pytest.raises(DecisionConflict, match=f"decide with --seen {first.event_id}"):
        decide(first.match_id, "true_match", actor="bob", reason="same_identifier", home=home)
    decide(
        first.match_id,
        "true_match",
        actor="bob",
        reason="same_identifier",
        seen=first.event_id,
        home=home,
    )
    assert screen(home, subject_id="C1").outcome is Outcome.ALERT
    assert ask(home, "select revision, state from decisions order by 1") == [
        (1, "false_positive"),
        (2, "true_match"),
    ]


def test_an_alert_is_open_as_long_as_one_of_its_matches_is(tmp_path: Path) -> None:
    twin = listed("twin", "Orlan Dvessik", birth_dates=[{**PERSON.birth_dates[0].model_dump()}])
    home = home_in(tmp_path, ONE_PAIR, [PERSON, twin])
    screen(home, subject_id="C1")
    first, second = matches(home=home)
    decide(first.match_id, "false_positive", actor="a", reason="few_similarities", home=home)
    assert ask(home, "select state, matches, open_matches, closed_at from alerts") == [("open", 2, 1, None)]
    assert screen(home, subject_id="C1").outcome is Outcome.ALERT
    decide(second.match_id, "true_match", actor="a", reason="same_identifier", home=home)
    ((state, closed_at),) = ask(home, "select state, closed_at from alerts")
    assert state == "closed"
    assert closed_at is not None


def test_delisting_closes_open_matches_and_leaves_the_history(home: Home) -> None:
    frame = pl.DataFrame(
        {"subject_id": ["C1", "C2"], "name": [LISTED, "Tamsin Trading LLC"], "kind": ["person", "company"]}
    )
    Screener.open(home).screen_frame(frame)
    version = publish_in(home, [VESSEL, COMPANY])
    screener = Screener.open(home)
    region = Region.of(home)
    listed_now = {(each.list_id, each.entity_id) for each in screener.entities()}

    def is_listed(*key: str) -> bool:
        return key in listed_now

    assert close_delisted(region, writer_of(region), is_listed, version) == 1
    assert close_delisted(region, writer_of(region), is_listed, version) == 0
    assert [match.subject_id for match in matches(home=home)] == ["C2"]
    assert ask(home, "select state, reason from decisions") == [("delisted", "delisted")]
    assert ask(home, "select count(*) from matches") == [(2,)]
    (gone,) = matches(MatchFilter(state="delisted"), home)
    with pytest.raises(DecisionRefused, match="went off the list"):
        decide(gone.match_id, "escalated", actor="a", reason="beyond_my_mandate", home=home)


def test_an_entity_that_is_listed_again_reopens_its_match(home: Home) -> None:
    screen(home, subject_id="C1")
    version = publish_in(home, [VESSEL, COMPANY])
    region = Region.of(home)
    close_delisted(region, writer_of(region), lambda *_: False, version)
    publish_in(home, WATCHLIST)
    assert screen(home, subject_id="C1").outcome is Outcome.ALERT
    assert (the_match(home).state, the_match(home).reason) == ("reopened", "listed_again")


def test_what_is_settled_is_made_anew_from_the_journal(home: Home) -> None:
    screen(home, subject_id="C1")
    decision = clear_false_positive(home)
    settled = Region.of(home).derived / "settled.json"
    before = json.loads(settled.read_bytes())
    settled.unlink()
    assert [match.suppressed_by for match in screen(home, subject_id="C1").matches] == [decision.event_id]
    assert json.loads(settled.read_bytes()) == before


def test_a_decision_in_a_batch_counts_in_the_next(home: Home) -> None:
    frame = pl.DataFrame({"subject_id": ["C1", "C2"], "name": [LISTED, LISTED]})
    Screener.open(home).screen_frame(frame)
    first = matches(MatchFilter(subject_id="C1"), home)[0]
    decide(first.match_id, "false_positive", actor="a", reason="few_similarities", home=home)
    Screener.open(home).screen_frame(frame)
    query = "select subject_id, count(*) filter (outcome = 'clear') from screenings group by 1 order by 1"
    assert ask(home, query) == [
        ("C1", 1),
        ("C2", 0),
    ]
    changed_frame = frame.with_columns(birth_date=pl.lit("1961-04-03"))
    Screener.open(home).screen_frame(changed_frame)
    (again,) = matches(MatchFilter(state="reopened"), home)
    assert list(again.changes) == [
        {"record": "customer", "field": "birth_date", "old": [], "new": ["1961-04-03"]}
    ]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"actor": "  "}, "needs an actor"),
        ({"reason": "because"}, "because is no reason for false_positive; it takes one of not_a_sanction,"),
        ({"reason": "same_identifier"}, "is no reason for false_positive"),
        ({"seen": "w1-99"}, "nobody has decided it yet"),
    ],
)
def test_a_decision_without_what_it_needs_is_refused(home: Home, given: dict[str, Any], problem: str) -> None:
    screen(home)
    with pytest.raises(LedgerError, match=re.escape(problem)):
        clear_false_positive(home, **given)
    assert ask(home, "from decisions") == []


def test_an_unknown_match_or_outcome_is_refused(home: Home) -> None:
    screen(home)
    with pytest.raises(DecisionRefused, match="there is no match m12; see: cordon matches"):
        decide("m12", "escalated", actor="a", reason="beyond_my_mandate", home=home)
    with pytest.raises(DecisionRefused, match="maybe is no outcome; it takes one of true_match"):
        decide("m12", "maybe", actor="a", reason="beyond_my_mandate", home=home)


def test_every_reason_code_is_documented_with_its_step() -> None:
    page = (PROJECT / "docs" / "ledger.md").read_text(encoding="utf-8")
    for code, reason in REASONS.items():
        outcomes = ", ".join(sorted(f"`{outcome}`" for outcome in reason.outcomes))
        assert f"| `{code}` | {reason.step} | {outcomes} | {reason.meaning} |" in page, code


def test_an_analyst_works_through_the_command_line(
    strict_home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDON_HOME", str(strict_home.path))

    def cordon(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    assert cordon("screen", LISTED)[0] == 1
    code, out, _ = cordon("matches", "--json")
    (match,) = json.loads(out)
    assert code == 0
    assert match["state"] == "open"
    assert match["first_seen_at"].endswith("Z")
    match_id = match["match_id"]
    assert match_id in cordon("matches", "--list", "xx_test", "--kind", "person", "--score", "0.5")[1]
    assert cordon("matches", "--list", "un_sc") == (0, "", "note: no match is like that\n")
    assert cordon("matches", "--older", "3")[1] == ""
    assert match_id in cordon("matches", "--newer", "3")[1]
    assert cordon("matches", "--csv")[1].splitlines()[1].startswith(f"{match_id},,{LISTED},xx_test,person,")
    code, _, err = cordon("decide", match_id, "false_positive", "--reason", "few_similarities")
    assert (code, err) == (
        2,
        "cordon: a decision needs an actor: the name or the id of who decides.\n",
    )
    code, out, _ = cordon(
        "decide", match_id, "false_positive", "--reason", "few_similarities", "--actor", "alice"
    )
    assert code == 0
    command = out.strip().split("approves it: cordon ")[1].replace("NAME", "bob").split()
    assert "proposed: false positive, by alice" in cordon("matches")[1]
    assert cordon(*command)[0] == 0
    assert cordon("matches")[2] == "note: no match is open\n"
    assert cordon("screen", LISTED)[0] == 0
    assert "false positive" in cordon("matches", "--all")[1]
    assert cordon("ledger", "verify")[0] == 0
    assert "bob" in cordon("ledger", "sql", "select actor from decisions")[1]
    assert json.loads(cordon("ledger", "sql", "from alerts", "--json")[1])[0]["state"] == "closed"
    assert cordon("ledger", "seal") == (0, "", "note: no day is over that is not sealed\n")
