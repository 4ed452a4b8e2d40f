"""Keeping lists fresh: what is new comes into use, and nothing that a server does harms what is in use."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import duckdb
import pytest
from conftest import PROJECT, shared
from killed import Loads
from listed import files_of, un_list
from server import (
    Answer,
    Handler,
    Server,
    content,
    cut,
    gzipped,
    redirect,
    self_signed,
    serving,
    stalled,
    status,
)

from engine import Screener
from jobs.load import load_list
from jobs.refresh import refresh
from jobs.refresh_list import Outcome, RefreshResult
from jobs.status import ListStatus, list_status
from lists.enabled import enabled_lists
from lists.home import Home
from lists.publish import NotPublished, open_published
from lists.refresh_state import RefreshState, read_state, write_state
from lists.settings import SettingsError
from lists.source import ExpectedFile, UnknownList, source, sources
from lists.store import ListStore
from lists.store_file import StoreBusy, only_refresher, only_writer

FIRST = un_list(["VLi.001", "VLi.002", "VLi.003"])
SECOND = un_list(["VLi.001", "VLi.002", "VLi.003", "VLi.004"], "2026-01-03")
OFAC_ROW = '{},"{}",-0- ,"SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: Server) -> Home:
    """A home that refreshes the UN list from the server, and is quick to lose patience."""
    home = Home.locate(tmp_path / "home")
    home.path.mkdir()
    configure(home, un_sc=server.address("/un"))
    return home


def configure(home: Home, **addresses: str) -> None:
    sections = "".join(
        f'[lists.sources.{list_id}]\naddress = "{address}"\n' for list_id, address in addresses.items()
    )
    home.config.write_text(
        f"[lists]\nenabled = {json.dumps(list(addresses))}\n{sections}"
        "[lists.fetch]\nwait_seconds = 0.01\nread_seconds = 0.3\ntotal_seconds = 5\nattempts = 3\n"
    )


def first_load(home: Home, server: Server, body: bytes = FIRST) -> RefreshResult:
    """Serve and accept a small list, whose size no later refresh objects to."""
    server.serve("/un", content(body))
    (result,) = refresh(home, accept=True)
    assert result.outcome is Outcome.UPDATED
    return result


def once(home: Home, **options: bool) -> RefreshResult:
    (result,) = refresh(home, **options)
    return result


def listed_ids(home: Home) -> list[str]:
    with open_published(home) as published:
        published.verify()
        return [published.entity(place).entity_id for place in range(len(published))]


def in_use(home: Home) -> dict[str, tuple[str, int]]:
    """Everything a screening reads."""
    return files_of(home.published) | {"CURRENT": (home.current.read_text(), 0)}


def un_status(home: Home, **options: dt.datetime) -> ListStatus:
    (found,) = list_status(home, **options)
    return found


# What is new comes into use


def test_a_list_is_fetched_and_used(home: Home, server: Server) -> None:
    result = first_load(home, server)
    assert (result.list_id, result.published_on) == ("un_sc", dt.date(2026, 1, 2))
    assert (result.entities, result.added, result.removed, result.changed) == (3, 3, 0, 0)
    assert listed_ids(home) == ["VLi.001", "VLi.002", "VLi.003"]
    with open_published(home) as published:
        assert published.version == result.version
        assert published.manifest.lists[0].files[0].name == "consolidated.xml"
    server.serve("/un", content(SECOND))
    result = once(home)
    assert (result.outcome, result.added, result.error) == (Outcome.UPDATED, 1, None)
    assert listed_ids(home)[-1] == "VLi.004"


def test_a_list_that_has_not_changed_is_not_sent_again(home: Home, server: Server) -> None:
    first_load(home, server)
    before = in_use(home)
    result = once(home)
    assert (result.outcome, result.entities, result.published_on) == (
        Outcome.UNCHANGED,
        3,
        dt.date(2026, 1, 2),
    )
    assert "If-None-Match" in server.requests[-1].headers
    assert in_use(home) == before


def test_last_modified_is_asked_with_where_there_is_no_etag(home: Home, server: Server) -> None:
    modified = "Fri, 02 Jan 2026 03:04:05 GMT"
    server.serve("/un", content(FIRST, modified=modified))
    refresh(home, accept=True)
    assert once(home).outcome is Outcome.UNCHANGED
    assert server.requests[-1].headers["If-Modified-Since"] == modified


def test_the_same_body_under_a_new_etag_is_nothing_new(home: Home, server: Server) -> None:
    first_load(home, server)
    before = in_use(home)
    server.serve("/un", content(FIRST, etag='"another"'))
    assert once(home).outcome is Outcome.UNCHANGED
    assert in_use(home) == before
    once(home)
    assert server.requests[-1].headers["If-None-Match"] == '"another"'


def test_the_same_entries_in_another_file_are_nothing_new(home: Home, server: Server) -> None:
    first_load(home, server)
    before = in_use(home)
    body = un_list(["VLi.003", "VLi.002", "VLi.001"], "2026-01-09")
    body = body.replace(b"<DATAID>0<", b"<DATAID>x<").replace(b"<DATAID>2<", b"<DATAID>0<")
    server.serve("/un", content(body.replace(b"<DATAID>x<", b"<DATAID>2<").replace(b"><", b">\n <")))
    result = once(home)
    assert (result.outcome, result.published_on) == (Outcome.UNCHANGED, dt.date(2026, 1, 9))
    assert in_use(home) == before
    assert un_status(home).published_on == dt.date(2026, 1, 9)


def test_a_server_that_always_says_not_modified_is_not_believed_for_ever(home: Home, server: Server) -> None:
    first_load(home, server)
    state = read_state(home, "un_sc")
    old = state.files[0].model_copy(update={"asked_at": dt.datetime.now(dt.UTC) - dt.timedelta(hours=25)})
    write_state(home, "un_sc", state.model_copy(update={"files": (old,)}))
    server.serve("/un", content(SECOND, etag=old.etag))
    assert once(home).outcome is Outcome.UPDATED
    assert "If-None-Match" not in server.requests[-1].headers


def test_a_kept_file_that_was_damaged_is_fetched_again(home: Home, server: Server) -> None:
    first_load(home, server)
    (home.refresh / "un_sc" / "files" / "consolidated.xml").write_bytes(b"damaged")
    assert once(home).outcome is Outcome.UNCHANGED
    assert "If-None-Match" not in server.requests[-1].headers
    assert (home.refresh / "un_sc" / "files" / "consolidated.xml").read_bytes() == FIRST


def test_a_state_that_was_damaged_is_built_anew(home: Home, server: Server) -> None:
    first_load(home, server)
    (home.refresh / "un_sc" / "state.json").write_bytes(b"{")
    assert once(home, accept=True).outcome is Outcome.UNCHANGED
    assert read_state(home, "un_sc").confirmed_at is not None


def test_a_damaged_watchlist_is_mended_by_a_refresh_that_finds_nothing_new(
    home: Home, server: Server
) -> None:
    version = first_load(home, server).version
    path = home.published / str(version) / "entities.ndjson"
    path.write_bytes(path.read_bytes().replace(b"VLi.001", b"VLi.009"))
    assert once(home).outcome is Outcome.UNCHANGED
    assert listed_ids(home) == ["VLi.001", "VLi.002", "VLi.003"]


def test_a_gzipped_list_behind_redirects_is_fetched(home: Home, server: Server) -> None:
    server.serve("/un", redirect("/moved"))
    server.serve("/moved", redirect("/moved/again"))
    server.serve("/moved/again", gzipped(FIRST))
    assert once(home, accept=True).outcome is Outcome.UPDATED
    assert listed_ids(home) == ["VLi.001", "VLi.002", "VLi.003"]


def test_a_list_of_several_files_is_used_as_a_whole(four_files: Home, server: Server) -> None:
    home = four_files
    serve_ofac(server, {"sdn.csv": OFAC_ROW.format(7, "VELM LINES") + "\x1a"})
    assert once(home, accept=True).added == 1
    server.requests.clear()
    serve_ofac(server, {"alt.csv": '7,1,"aka","VELM SHIPPING",-0- \r\n\x1a'}, only=True)
    result = once(home)
    assert (result.outcome, result.changed, result.names) == (Outcome.UPDATED, 1, 2)
    assert all("If-None-Match" in seen.headers for seen in server.requests)
    kept = home.refresh / "us_ofac_sdn" / "files"
    assert {path.name for path in kept.iterdir()} == {
        path.rpartition("/")[2] for path in (seen.path for seen in server.requests)
    }


@pytest.fixture
def four_files(monkeypatch: pytest.MonkeyPatch, home: Home, server: Server) -> Home:
    """A home whose OFAC list is fetched as its four CSV files."""
    names = ("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")
    files = tuple(ExpectedFile(name, f"https://lists.example/{name}") for name in names)
    declared = replace(source("us_ofac_sdn"), files=files)
    monkeypatch.setattr("lists.sources.us_ofac_sdn.SOURCE", declared)
    configure(home, us_ofac_sdn=server.address("/ofac"))
    return home


def serve_ofac(server: Server, files: dict[str, str], *, only: bool = False) -> None:
    empty = {"sdn.csv": "\x1a", "alt.csv": "\x1a", "add.csv": "\x1a", "sdn_comments.csv": "\x1a"}
    for name, text in (files if only else empty | files).items():
        server.serve(f"/ofac/{name}", content(text.encode()))


def test_a_missing_file_of_several_fails_the_list(four_files: Home, server: Server) -> None:
    home = four_files
    serve_ofac(server, {"sdn.csv": OFAC_ROW.format(7, "VELM LINES") + "\x1a"})
    server.serve("/ofac/alt.csv", status(404))
    result = once(home, accept=True)
    assert "/ofac/alt.csv answers 404 Not Found" in str(result.error)
    assert not home.current.exists()


# Servers that stumble


def test_a_server_that_stumbles_is_asked_again(home: Home, server: Server) -> None:
    server.serve("/un", status(500), cut(FIRST, 20), content(FIRST))
    assert once(home, accept=True).outcome is Outcome.UPDATED
    assert len(server.requests) == 3


def test_retry_after_is_waited_for(home: Home, server: Server) -> None:
    moments: list[float] = []

    def answer(handler: Handler) -> None:
        moments.append(time.monotonic())
        handler.send(503, Retry_After="1")

    server.serve("/un", answer, content(FIRST))
    assert once(home, accept=True).outcome is Outcome.UPDATED
    assert time.monotonic() - moments[0] >= 1


def test_a_server_that_asks_for_an_hour_is_left_alone_for_it(home: Home, server: Server) -> None:
    first_load(home, server)
    server.requests.clear()
    server.serve("/un", status(503, Retry_After="3600"))
    result = once(home)
    assert "answers 503 Service Unavailable, and asks to be left alone until 20" in str(result.error)
    assert result.next_at is not None
    assert dt.timedelta(minutes=50) < result.next_at - dt.datetime.now(dt.UTC) <= dt.timedelta(hours=1)
    assert len(server.requests) == 1
    server.serve("/un", content(SECOND))
    assert "its server asked to be left alone until 20" in str(once(home).error)
    assert len(server.requests) == 1
    assert "answers 503" in str(un_status(home).last_error)
    assert once(home, insist=True).outcome is Outcome.UPDATED


def test_a_server_that_asks_for_a_year_is_asked_again_tomorrow(home: Home, server: Server) -> None:
    first_load(home, server)
    server.serve("/un", status(503, Retry_After="31536000"))
    result = once(home)
    assert result.next_at is not None
    assert result.next_at - dt.datetime.now(dt.UTC) < dt.timedelta(days=1, minutes=1)


def test_a_server_that_keeps_failing_is_left_alone_for_a_while(home: Home, server: Server) -> None:
    first_load(home, server)
    server.requests.clear()
    server.serve("/un", status(500))
    for _ in range(3):
        assert "answers 500 Internal Server Error" in str(once(home).error)
    assert len(server.requests) == 9
    server.serve("/un", content(SECOND))
    error = str(once(home).error)
    assert "its server failed in 3 refreshes on end and is left alone until 20" in error
    assert "last error: http://127.0.0.1" in error
    assert len(server.requests) == 9
    state = read_state(home, "un_sc")
    opened = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1, seconds=1)
    breaker = state.breaker.model_copy(update={"opened_at": opened})
    write_state(home, "un_sc", state.model_copy(update={"breaker": breaker}))
    assert once(home).outcome is Outcome.UPDATED
    assert read_state(home, "un_sc").breaker.failures == 0


def test_a_clock_that_was_wrong_keeps_no_server_from_being_asked(home: Home, server: Server) -> None:
    first_load(home, server)
    state = read_state(home, "un_sc")
    far = dt.datetime.now(dt.UTC) + dt.timedelta(days=400)
    breaker = state.breaker.model_copy(update={"state": "open", "failures": 3, "opened_at": far})
    files = tuple(file.model_copy(update={"asked_at": far}) for file in state.files)
    wrong = {"breaker": breaker, "not_before": far, "files": files, "confirmed_at": far}
    write_state(home, "un_sc", state.model_copy(update=wrong))
    assert un_status(home).is_stale
    assert once(home).error is None
    assert "If-None-Match" not in server.requests[-1].headers
    assert not un_status(home).is_stale


def test_a_server_left_alone_is_asked_where_somebody_insists_or_its_address_is_another(
    home: Home, server: Server
) -> None:
    server.serve("/un", status(500))
    for _ in range(3):
        once(home)
    assert "answers 500" in str(once(home, insist=True).error)
    assert "left alone" in str(once(home).error)
    configure(home, un_sc=server.serve("/elsewhere", content(FIRST)))
    assert once(home, accept=True).outcome is Outcome.UPDATED


# What is not the list is refused, and what is in use stays


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (status(500), "answers 500 Internal Server Error"),
        (status(403, b'{"error":"Forbidden","status":403}', Content_Type="application/json"), "(Forbidden)"),
        (status(200, b"<html><body>Maintenance</body></html>"), "holds a web page, not an XML list"),
        (status(200, b'{"error": "quota"}'), "holds JSON, not an XML list"),
        (status(200, b""), "consolidated.xml, line 1: is empty"),
        (status(200, SECOND[:-30]), "is not well-formed XML"),
        (status(200, un_list([])), "holds no entry"),
        (status(200, un_list(["VLi.001", "VLi.001"])), "repeats entry VLi.001"),
        (
            status(200, un_list(["VLi.001"], "2026-02-01")),
            "these files hold 1 entities; those they replace held 3",
        ),
        (
            status(200, un_list(["VLi.001", "VLi.002", "VLi.003", "VLi.004"], "2025-12-31")),
            "are of 2025-12-31, older",
        ),
        (cut(SECOND, 50), f"broke off after 50 of {len(SECOND):,} bytes"),
        (stalled(SECOND, 50), "sends nothing for 0.3 seconds"),
        (redirect("/un"), "redirects in a circle"),
        (redirect("http://example.com/un"), "which is not https; refused"),
    ],
)
def test_what_is_not_a_newer_whole_list_is_refused_and_the_last_good_one_stays(
    home: Home, server: Server, answer: Answer, sentence: str
) -> None:
    first_load(home, server)
    before = in_use(home), home.store.read_bytes()
    server.serve("/un", answer)
    result = once(home)
    assert result.outcome is Outcome.FAILED
    assert sentence in str(result.error)
    assert (in_use(home), home.store.read_bytes()) == before
    assert result.entities == 3
    found = un_status(home)
    assert (found.is_failing, found.last_error, found.entities) == (True, result.error, 3)
    assert [path.name for path in (home.refresh / "un_sc").iterdir() if path.is_dir()] == ["files"]
    server.serve("/un", content(SECOND))
    assert once(home).outcome is Outcome.UPDATED
    assert not un_status(home).is_failing


def test_a_certificate_nobody_vouches_for_fails_the_refresh(
    home: Home, server: Server, tmp_path: Path
) -> None:
    server.socket = self_signed(tmp_path).wrap_socket(server.socket, server_side=True)
    server.scheme = "https"
    configure(home, un_sc=server.serve("/un", content(FIRST)))
    assert "has a certificate that is not trusted (self-signed certificate)" in str(once(home).error)


def test_a_list_that_shrank_is_used_when_a_person_accepts_it(home: Home, server: Server) -> None:
    first_load(home, server)
    server.serve("/un", content(un_list(["VLi.001"], "2026-02-01")))
    assert "take it with --accept if it is right" in str(once(home).error)
    result = once(home, accept=True)
    assert (result.outcome, result.removed) == (Outcome.UPDATED, 2)
    assert "these files hold 1 entities; those they replace held 3" in result.accepted
    assert once(home).error is None


def test_an_assertion_accepted_once_is_not_objected_to_again_until_it_held(
    home: Home, server: Server
) -> None:
    server.serve("/un", content(FIRST))
    assert "un_sc has 3 entries; a complete list has 600" in str(once(home).error)
    assert not home.current.exists()
    accepted = once(home, accept=True).accepted
    assert "un_sc has 3 entries; a complete list has 600 to 3,000" in accepted
    server.serve("/un", content(SECOND))
    assert once(home).accepted == ()


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("un-truncated.xml", "is not well-formed XML"),
        ("maintenance.html", "holds a web page, not an XML list"),
        ("eu-403-body.json", "holds JSON, not an XML list"),
        ("ofac-sdn-empty.csv", "is empty"),
        ("csl-truncated-2023-11-30.csv", "is not well-formed XML"),
    ],
)
def test_what_servers_really_sent_is_refused(home: Home, server: Server, broken: str, sentence: str) -> None:
    body = shared(f"lists/broken/{broken}").read_bytes()
    first_load(home, server)
    before = in_use(home), home.store.read_bytes()
    server.serve("/un", status(200, body))
    assert sentence in str(once(home, accept=True).error)
    assert (in_use(home), home.store.read_bytes()) == before


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("ofac-sdn-empty.csv", "sdn.csv, line 1: is empty"),
        ("csl-truncated-2023-11-30.csv", "sdn.csv, line 1: "),
    ],
)
def test_an_ofac_csv_as_servers_really_sent_it_is_refused(
    four_files: Home, server: Server, broken: str, sentence: str
) -> None:
    serve_ofac(server, {})
    server.serve("/ofac/sdn.csv", status(200, shared(f"lists/broken/{broken}").read_bytes()))
    assert sentence in str(once(four_files, accept=True).error)
    assert not four_files.current.exists()
    assert not list(four_files.path.rglob("sdn.csv"))


# One list and the others


def test_one_failing_list_does_not_stop_another(home: Home, server: Server) -> None:
    configure(home, us_ofac_sdn=server.address("/ofac"), un_sc=server.address("/un"))
    server.serve("/un", content(FIRST))
    failed, updated = refresh(home, accept=True)
    assert (failed.list_id, failed.outcome) == ("us_ofac_sdn", Outcome.FAILED)
    assert (updated.list_id, updated.outcome) == ("un_sc", Outcome.UPDATED)
    assert len(listed_ids(home)) == 3
    assert [(one.list_id, one.entities) for one in list_status(home)] == [("un_sc", 3), ("us_ofac_sdn", 0)]


def test_a_parser_that_breaks_down_fails_its_own_list_only(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_load(home, server)
    server.serve("/un", content(SECOND))
    monkeypatch.setattr("lists.sources.un_sc.parse_date", None)
    body = SECOND.replace(
        b"<UN_LIST_TYPE>",
        b"<INDIVIDUAL_DATE_OF_BIRTH><DATE>1961-04-04</DATE></INDIVIDUAL_DATE_OF_BIRTH><UN_LIST_TYPE>",
    )
    server.serve("/un", content(body))
    assert "internal error (TypeError) while reading it" in str(once(home).error)
    assert len(listed_ids(home)) == 3


def test_only_the_lists_that_are_named_are_refreshed(home: Home, server: Server) -> None:
    configure(home, us_ofac_sdn=server.address("/ofac"), un_sc=server.address("/un"))
    server.serve("/un", content(FIRST))
    (result,) = refresh(home, ["un_sc", "un_sc"], accept=True)
    assert result.list_id == "un_sc"
    with pytest.raises(UnknownList, match="did you mean un_sc"):
        refresh(home, ["un_cs"])


def test_the_official_lists_are_enabled_unless_somebody_says_otherwise(home: Home) -> None:
    home.config.unlink()
    enabled = [declared.list_id for declared in enabled_lists(home, home.settings().lists)]
    assert {"us_ofac_sdn", "un_sc"} <= set(enabled)
    assert enabled == [list_id for list_id, declared in sources().items() if declared.is_default]
    for text in ('[lists]\nenabled = ["un_cs"]', '[lists.sources.un_cs]\naddress = "https://x.example/"'):
        home.config.write_text(text)
        with pytest.raises(
            SettingsError, match=r"cordon\.toml: there is no list 'un_cs'; did you mean un_sc\?"
        ):
            refresh(home)


# Two at once, and kills


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked and killed")
def test_a_refresh_killed_at_any_moment_leaves_one_of_the_two_versions(home: Home, server: Server) -> None:
    references = [f"VLi.{number:03}" for number in range(200)]
    versions = {name: un_list(references, surname=name) for name in ("Dvessik", "Marroc")}
    first_load(home, server, versions["Dvessik"])
    server.serve("/un", content(versions["Marroc"]))
    begun = time.monotonic()
    assert once(home).outcome is Outcome.UPDATED
    duration = time.monotonic() - begun
    killed, moments = 0, Random(3)
    with Loads() as refreshes:
        for name in ["Dvessik", "Marroc"] * 10:
            server.serve("/un", content(versions[name]))
            killed += refreshes.refresh_killed_after(moments.uniform(0, duration), home)
            assert surnames(home) in [{"Dvessik"}, {"Marroc"}]
            assert once(home).error is None
            assert surnames(home) == {name}
            assert {path.name for path in (home.refresh / "un_sc").iterdir()} == {"files", "state.json"}
    assert killed > 5


def surnames(home: Home) -> set[str]:
    with open_published(home) as published:
        published.verify()
        assert len(published) == 200
        return {published.entity(place).names[0].text.split()[1] for place in range(200)}


def test_a_second_refresh_says_that_there_is_one_and_leaves(home: Home, server: Server) -> None:
    server.serve("/un", stalled(FIRST, 10))
    home.config.write_text(home.config.read_text().replace("read_seconds = 0.3", "read_seconds = 30"))
    arguments = [sys.executable, "-m", "jobs.cli", "lists", "refresh", "--home", str(home.path)]
    program = "import sys; from jobs.cli import main; sys.exit(main(sys.argv[1:]))"
    arguments = [sys.executable, "-c", program, *arguments[3:]]
    with subprocess.Popen(arguments, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as first:
        while not server.requests and first.poll() is None:
            time.sleep(0.02)
        second = subprocess.run(arguments, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert second.returncode == 2
        assert second.stderr == (
            f"cordon: another process is refreshing lists (pid {first.pid}); try again when it ends.\n"
        )
        assert len(server.requests) == 1
        server.is_over.set()
        server.serve("/un", content(FIRST))
        first.communicate()
    assert once(home, accept=True).error is None


def test_a_load_by_hand_and_a_refresh_wait_for_each_other(home: Home, server: Server, tmp_path: Path) -> None:
    server.serve("/un", content(FIRST))
    with only_refresher(home):  # downloading
        path = tmp_path / "un.xml"
        path.write_bytes(FIRST)
        load_list(home, "un_sc", path, accept=True)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with only_writer(home):
            held.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    threading.Timer(0.3, done.set).start()
    assert once(home, accept=True).outcome is Outcome.UNCHANGED
    holder.join()


def test_a_refresh_ends_when_it_is_told_to(home: Home, server: Server) -> None:
    server.serve("/un", stalled(FIRST, 10))
    home.config.write_text(home.config.read_text().replace("seconds = 0.3", "seconds = 60"))
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    assert refresh(home, stop=stop) == []
    assert read_state(home, "un_sc") == RefreshState()
    with only_refresher(home):
        pass


def test_history_that_nobody_needs_any_more_is_deleted_by_a_refresh(home: Home, server: Server) -> None:
    first_load(home, server)
    server.serve("/un", content(SECOND))
    once(home)
    with duckdb.connect(home.store) as connection:
        connection.execute("update snapshots set loaded_at = loaded_at - interval 40 day")
    server.serve("/un", content(un_list(["VLi.001", "VLi.002", "VLi.003", "VLi.005"], "2026-01-04")))
    once(home)
    with ListStore.read(home) as store:
        assert [snapshot.snapshot_id for snapshot in store.snapshots()] == [1, 2, 3]
    home.config.write_text(home.config.read_text().replace("[lists]\n", "[lists]\nkeep_days = 30\n"))
    working = server.answers["/un"]
    server.serve("/un", status(404))  # as when the clock is far ahead, and no certificate is valid
    assert once(home).error
    with ListStore.read(home) as store:
        assert [snapshot.snapshot_id for snapshot in store.snapshots()] == [1, 2, 3]
    server.answers["/un"] = working
    once(home)
    with ListStore.read(home) as store:
        assert [snapshot.snapshot_id for snapshot in store.snapshots()] == [2, 3]
    assert listed_ids(home)[-1] == "VLi.005"


# What can be seen of it


def test_a_list_that_is_confirmed_is_not_stale(home: Home, server: Server) -> None:
    first_load(home, server)
    home.config.write_text(home.config.read_text().replace("[lists]\n", "[lists]\nstale_after_hours = 5\n"))
    with open_published(home) as published:
        loaded = published.manifest.lists[0].loaded_at
    state = read_state(home, "un_sc")
    confirmed = loaded + dt.timedelta(hours=20)
    write_state(home, "un_sc", state.model_copy(update={"confirmed_at": confirmed}))
    found = un_status(home, now=loaded + dt.timedelta(hours=24))
    assert (found.age_hours, found.is_stale, found.loaded_at) == (4.0, False, loaded)
    assert found.fetched_at == confirmed
    assert un_status(home, now=loaded + dt.timedelta(hours=26)).is_stale


def test_a_list_loaded_by_a_clock_that_ran_ahead_is_not_stale_once_it_is_confirmed(
    home: Home, server: Server
) -> None:
    version = first_load(home, server).version
    manifest = home.published / str(version) / "manifest.json"
    said = json.loads(manifest.read_bytes())
    said["lists"][0]["loaded_at"] = "2061-01-01T00:00:00Z"
    manifest.write_text(json.dumps(said))
    assert not un_status(home).is_stale
    assert Screener.open(home).stale_lists == ()
    state = read_state(home, "un_sc")
    write_state(home, "un_sc", state.model_copy(update={"confirmed_digest": "of other records"}))
    assert un_status(home).is_stale


def test_a_screening_names_a_list_as_stale_until_a_refresh_confirms_it(home: Home, server: Server) -> None:
    manifest = home.published / str(first_load(home, server).version) / "manifest.json"
    said = json.loads(manifest.read_bytes())
    said["lists"][0]["loaded_at"] = (dt.datetime.now(dt.UTC) - dt.timedelta(hours=30)).isoformat()
    manifest.write_text(json.dumps(said))
    assert Screener.open(home).stale_lists == ()
    state = read_state(home, "un_sc")
    write_state(home, "un_sc", state.model_copy(update={"confirmed_digest": "of other records"}))
    assert Screener.open(home).stale_lists == ("un_sc",)


def test_the_status_tells_how_the_last_refresh_went_and_when_the_next_is_due(
    home: Home, server: Server
) -> None:
    before = dt.datetime.now(dt.UTC)
    body = FIRST.replace(b"<UN_LIST_TYPE>", b"<SHOE_SIZE>44</SHOE_SIZE><UN_LIST_TYPE>")
    first_load(home, server, body)
    found = un_status(home)
    assert found.not_understood == {"SHOE_SIZE": 3}
    assert (found.is_failing, found.last_error) == (False, None)
    assert found.next_refresh_at is not None
    hours = (found.next_refresh_at - before) / dt.timedelta(hours=1)
    assert 2 <= hours <= 4.01
    server.serve("/un", status(404))
    once(home)
    found = un_status(home)
    assert found.is_failing
    assert found.failed_at is not None
    assert found.failed_at >= before
    assert found.next_refresh_at is not None
    assert found.next_refresh_at - before < dt.timedelta(hours=1)
    home.config.write_text("[lists]\nenabled = []\n")
    assert un_status(home).next_refresh_at is None


def test_a_hand_load_shows_what_was_not_understood(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "un.xml"
    path.write_bytes(FIRST.replace(b"<UN_LIST_TYPE>", b"<SHOE_SIZE>44</SHOE_SIZE><UN_LIST_TYPE>"))
    load_list(home, "un_sc", path, accept=True)
    assert un_status(home).not_understood == {"SHOE_SIZE": 3}


def test_progress_tells_what_is_being_done(home: Home, server: Server) -> None:
    server.serve("/un", content(FIRST))
    seen: list[tuple[str, str, float | None]] = []
    refresh(home, accept=True, on_progress=lambda *step: seen.append(step))
    words = [word for _, word, _ in seen]
    assert words == ["asking", "0.0 MB", "reading, 0 entities", "storing, 3 entities", "publishing"]
    assert seen[1][2] == 1.0
    assert {list_id for list_id, _, _ in seen} == {"un_sc"}


def test_a_refresh_that_was_killed_before_it_published_is_completed_by_the_next(
    home: Home, server: Server, tmp_path: Path
) -> None:
    first_load(home, server)
    path = tmp_path / "un.xml"
    path.write_bytes(SECOND)
    with ListStore.open(home) as store:
        parsed = sources()["un_sc"].parse(path)
        store.load("un_sc", parsed.entities, files=parsed.files, published_on=parsed.published_on)
    assert len(listed_ids(home)) == 3
    server.serve("/un", status(500))  # even if the list cannot be fetched now
    assert once(home).error is not None
    assert len(listed_ids(home)) == 4


def test_a_home_in_use_by_another_program_is_an_error_for_all(home: Home, server: Server) -> None:
    server.serve("/un", content(FIRST))
    with only_refresher(home), pytest.raises(StoreBusy, match="another process is refreshing lists"):
        refresh(home)
    with pytest.raises(NotPublished):
        open_published(home)
