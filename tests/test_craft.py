"""Ships and aircraft: what their names carry beside the name, and the numbers that tell one from another."""

from __future__ import annotations

import pytest
from watchlists import VESSEL, ids, listed, score_of, screener_of

from engine import DEFAULT_THRESHOLD, Screener, compare_names
from lists.model import Kind

AIRCRAFT = listed(
    "aircraft",
    "EP-VLM",
    kind=Kind.AIRCRAFT,
    identifiers=[
        {"type": "aircraft_serial", "value": "MSN 550"},
        {"type": "aircraft_registration", "value": "EP-VLM"},
    ],
)
SISTER = listed(
    "sister", "Quenby Vint 2", kind=Kind.VESSEL, identifiers=[{"type": "imo", "value": "9074731"}]
)


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> Screener:
    return screener_of(tmp_path_factory.mktemp("craft"), [VESSEL, SISTER, AIRCRAFT])


def alerts(subject: str, listed_name: str, kind: Kind) -> bool:
    return compare_names(subject, listed_name, kind=kind).score >= DEFAULT_THRESHOLD


# Ships


@pytest.mark.parametrize("prefix", ["MV", "M/V", "M/T", "MT", "F/V", "S/S", "M.V.", "Motor Vessel", "Tanker"])
def test_a_ships_prefix_is_no_part_of_its_name(prefix: str) -> None:
    assert alerts(f"{prefix} Zhora Star", "Zhora Star", Kind.VESSEL)
    assert alerts(f"{prefix} Zhora Star", "MT Zhora Star", Kind.VESSEL)


def test_a_prefix_in_common_makes_no_ship_another(screener: Screener) -> None:
    assert ids(screener, name="MV Tamsin Moon", kind="vessel") == []


@pytest.mark.parametrize("number", ["2", "II", "Two", "No. 2", "02"])
def test_a_ships_number_is_the_same_however_it_is_written(number: str) -> None:
    written = compare_names(f"Quenby Vint {number}", "Quenby Vint 2", kind=Kind.VESSEL).score
    another = compare_names("Quenby Vint 3", "Quenby Vint 2", kind=Kind.VESSEL).score
    assert written > another


def test_a_sister_ship_is_told_by_its_imo_number(screener: Screener) -> None:
    sister = {"name": "Quenby Vint 3", "kind": "vessel"}
    assert ids(screener, **sister) == ["sister"]  # a number may be a typing error
    assert ids(screener, **sister, identifiers=[{"type": "imo", "value": "9074743"}]) == []


def test_an_equal_imo_number_is_the_ship_whatever_its_name_is_now(screener: Screener) -> None:
    number = [{"type": "imo", "value": "IMO 9074729"}]
    assert ids(screener, name="Tamsin Moon", kind="vessel", identifiers=number) == ["vessel"]
    assert score_of(VESSEL, name="Tamsin Moon", identifiers=number) == 1.0


def test_a_contradicting_imo_number_is_another_ship_of_the_name(screener: Screener) -> None:
    assert ids(screener, name="Zhora Star", kind="vessel") == ["vessel"]
    other = [{"type": "imo", "value": "9074743"}]
    assert ids(screener, name="Zhora Star", kind="vessel", identifiers=other) == []


def test_a_letter_wrong_in_a_ships_name_is_found() -> None:
    assert alerts("Zhora Satr", "Zhora Star", Kind.VESSEL)
    assert not alerts("Zhora Moon", "Zhora Star", Kind.VESSEL)


# Aircraft


@pytest.mark.parametrize("written", ["EP-VLM", "EP VLM", "EPVLM", "ep-vlm"])
def test_an_aircraft_is_found_by_its_registration_however_written(screener: Screener, written: str) -> None:
    assert ids(screener, name=written, kind="aircraft") == ["aircraft"]
    number = [{"type": "aircraft_registration", "value": written}]
    assert ids(screener, name="Tamsin Air 1", kind="aircraft", identifiers=number) == ["aircraft"]


@pytest.mark.parametrize("other", ["EP-VLN", "EP-VLMM", "EP-VL", "5Y-VLM", "EP-LVM"])
def test_another_registration_is_another_aircraft(screener: Screener, other: str) -> None:
    assert ids(screener, name=other, kind="aircraft") == []


def test_an_aircraft_is_found_by_its_serial_under_another_registration(screener: Screener) -> None:
    number = [{"type": "aircraft_serial", "value": "msn-550"}]
    assert ids(screener, name="5Y-TMS", kind="aircraft", identifiers=number) == ["aircraft"]


def test_a_contradicting_serial_lowers_the_score_and_hides_nobody() -> None:
    other = [{"type": "aircraft_serial", "value": "MSN 551"}]  # registers write serials in several ways
    assert DEFAULT_THRESHOLD <= score_of(AIRCRAFT, identifiers=other) < score_of(AIRCRAFT)
