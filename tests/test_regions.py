"""Regions as cordon.toml declares them: what is refused before anybody is screened, and with which line."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st

from engine.ledger import LedgerError
from engine.ledger.layout import Region
from engine.residency.groups import EEA, EU
from engine.residency.regions import Regions, regions_of
from jobs.load import load_list
from jobs.refresh import refresh
from jobs.scheduler import Scheduler
from lists.home import Home
from lists.settings import SettingsError
from lists.toml_lines import line_of

THREE = """
[regions.eu]
countries = ["EEA"]
address = "https://eu.example"

[regions.uk]
countries = ["GB", "JE"]

[regions.ch]
countries = [
    "CH",
    "LI"
]

[residency]
default = "eu"
"""
SOUND = THREE.replace('"CH",\n    "LI"', '"CH"')
TRANSFER = """
[transfers.adequate]
basis = "adequacy"
from = "uk"
to = "eu"
purpose = "screening"
approved_by = "Officer"
since = 2026-01-01
until = 2026-12-31
"""


def read(folder: Path, content: str) -> Regions:
    (folder / "cordon.toml").write_text(content, encoding="utf-8")
    return regions_of(folder)


def refusal(folder: Path, content: str) -> str:
    with pytest.raises(SettingsError) as error:
        read(folder, content)
    return str(error.value).removeprefix(str(folder / "cordon.toml"))


def test_a_home_that_declares_no_regions_has_one_for_everybody(tmp_path: Path) -> None:
    regions = regions_of(tmp_path)
    assert not regions.is_declared
    assert regions.served == ("default",)
    assert Region.of(tmp_path).path == tmp_path / "regions" / "default"


def test_eu_uk_and_switzerland_are_three_things(tmp_path: Path) -> None:
    regions = read(tmp_path, SOUND)
    assert {country: regions.of_country[country] for country in ("DE", "NO", "GB", "CH")} == {
        "DE": "eu",
        "NO": "eu",
        "GB": "uk",
        "CH": "ch",
    }
    assert {"IS", "LI", "NO"} == EEA - EU
    assert not EEA & {"GB", "CH", "GG", "JE", "IM", "GI", "GL", "FO", "SJ"}
    assert len(EU) == 27 + 7


def test_a_country_in_two_regions_is_refused_with_its_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, THREE) == (
        ", line 12: [regions.ch] countries: LI is already in [regions.eu]; a country belongs to one region"
    )


def test_a_country_in_no_region_is_refused_unless_there_is_a_default_or_a_refusal(tmp_path: Path) -> None:
    without = SOUND.replace('default = "eu"', "").strip()

    said = refusal(tmp_path, without)
    assert said.startswith(", line 1: ")
    assert "countries (AD, AE, AF, AG, AI, ...) are in no region, and there is no default" in said
    assert read(tmp_path, without + '\nunlisted = "refuse"').refuses_unlisted
    assert "takes default or unlisted, not both" in refusal(tmp_path, SOUND + 'unlisted = "refuse"')


@pytest.mark.parametrize(
    ("said", "line", "sentence"),
    [
        ('home = "regions/eu/uk"', 8, "[regions.uk] home is inside that of [regions.eu]"),
        ('home = "regions/ch/../eu"', 8, "[regions.uk] home is that of [regions.eu]"),
        ('home = "."', 8, "[regions.uk] home is where the lists are"),
        ('home = "lists/uk"', 8, "[regions.uk] home is where the lists are"),
        ("home = 3", 8, "[regions.uk] home takes the path of a folder; it begins at the home, not 3"),
        ('place = "x"', 8, "[regions.uk] place is not a key Cordon knows; it takes countries, home, address"),
        ("key = 3", 8, "[regions.uk] key takes a section, written [regions.ID.key], not 3"),
        (
            'key = {provider = "paper"}',
            8,
            '[regions.uk.key] provider takes "file", "environment" or "pkcs11", not "paper"',
        ),
        (
            'key = {provider = "environment"}',
            8,
            "[regions.uk.key] variable is missing; it takes the name of an environment variable",
        ),
    ],
)
def test_a_wrong_region_setting_is_refused_with_its_line(
    tmp_path: Path, said: str, line: int, sentence: str
) -> None:
    found = refusal(tmp_path, SOUND.replace('"JE"]', f'"JE"]\n{said}'))
    assert found.startswith(f", line {line}: {sentence}")


def test_a_home_that_a_link_leads_into_another_is_refused(tmp_path: Path) -> None:
    (tmp_path / "regions" / "eu").mkdir(parents=True)
    (tmp_path / "linked").symlink_to(tmp_path / "regions" / "eu")
    content = SOUND.replace('"JE"]', '"JE"]\nhome = "linked/uk"')
    assert "home is inside that of [regions.eu]" in refusal(tmp_path, content)


@pytest.mark.parametrize(
    ("entry", "hint"),
    [("UK", "; write GB"), ("EL", "; write GR"), ("Germany", "; write DE"), ("EFTA", ""), ("ZZ", "")],
)
def test_what_is_no_country_is_refused_with_the_line_it_is_on(tmp_path: Path, entry: str, hint: str) -> None:
    found = refusal(tmp_path, SOUND.replace('"CH"\n', f'"CH",\n    "{entry}"\n'))
    groups = "is neither an ISO 3166-1 alpha-2 code nor one of the groups EU and EEA"
    assert found == f", line 12: [regions.ch] countries: {entry!r} {groups}{hint}"


@pytest.mark.parametrize(
    ("before", "after", "line", "sentence"),
    [
        (
            'from = "uk"',
            'from = "us"',
            17,
            "[transfers.adequate] from takes the id of a region, of eu, uk, ch",
        ),
        ('to = "eu"', 'to = "uk"', 18, "[transfers.adequate] goes from uk to uk, which needs no basis"),
        ("2026-12-31", "2025-12-31", 22, "[transfers.adequate] until is before since"),
        ('"adequacy"', '"consent"', 16, '[transfers.adequate] basis takes "adequacy", "safeguard" or'),
        ('approved_by = "Officer"', "", 15, "[transfers.adequate] approved_by is missing; it takes who"),
        ("2026-01-01", '"soon"', 21, "[transfers.adequate] since takes the first day"),
    ],
)
def test_a_wrong_transfer_is_refused_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, sentence: str
) -> None:
    found = refusal(tmp_path, SOUND.strip() + "\n" + TRANSFER.strip().replace(before, after))
    assert found.startswith(f", line {line}: {sentence}")


def test_transfers_need_a_ledger(tmp_path: Path) -> None:
    content = "[ledger]\nrecord = false\n" + SOUND + TRANSFER
    assert "needs [ledger] record = true" in refusal(tmp_path, content)


@pytest.mark.parametrize("said", ["eu,,uk", "eu,", ",", " , eu"])
def test_an_empty_entry_among_the_regions_served_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("CORDON_REGIONS", said)
    with pytest.raises(SettingsError, match=r"CORDON_REGIONS is .*, which has an empty entry; name each"):
        read(tmp_path, SOUND)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ('provider = "vault"', 'provider takes "file", "environment" or "pkcs11", not "vault"'),
        ("provider = 3", 'provider takes "file", "environment" or "pkcs11", not 3'),
        ('variable = "KEY"', 'provider is missing; it takes "file", "environment" or "pkcs11"'),
    ],
)
def test_a_key_provider_that_is_none_is_told_which_there_are(tmp_path: Path, key: str, sentence: str) -> None:
    for section in ("key", "previous_key"):
        said = refusal(tmp_path, f"[regions.eu]\n[regions.eu.{section}]\n{key}\n")
        assert said.endswith(f": [regions.eu.{section}] {sentence}")


def test_a_process_is_told_which_regions_it_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(tmp_path, SOUND).served == ()
    with pytest.raises(
        SettingsError, match=r"3 regions \(eu, uk, ch\).* set CORDON_REGIONS to one of eu, uk, ch"
    ):
        Region.of(tmp_path)
    monkeypatch.setenv("CORDON_REGIONS", " ch, uk ")
    assert regions_of(tmp_path).served == ("uk", "ch")
    home = Home.locate(tmp_path)
    with pytest.raises(LedgerError, match="this process serves uk, ch; name one: --region uk"):
        Region.of(tmp_path)
    assert Region.of(home.in_region("ch")) == Region(tmp_path / "regions" / "ch", "ch")
    with pytest.raises(
        LedgerError, match=r"serves uk, ch, not the region 'eu'; it is at https://eu\.example"
    ):
        Region.of(home.in_region("eu"))
    monkeypatch.setenv("CORDON_REGIONS", "us")
    with pytest.raises(SettingsError, match=r"no region 'us' to serve; .* declares eu, uk, ch"):
        regions_of(tmp_path)
    (tmp_path / "cordon.toml").unlink()
    with pytest.raises(SettingsError, match=r"CORDON_REGIONS is us, and .* declares no regions"):
        regions_of(tmp_path)


def test_a_sole_region_is_everybodys_and_needs_no_telling(tmp_path: Path) -> None:
    regions = read(tmp_path, '[regions.eu]\naddress = "here"\nhome = "elsewhere"\n')
    assert regions.served == ("eu",)
    assert Region.of(tmp_path) == Region(tmp_path / "elsewhere", "eu")


def test_a_key_is_read_for_each_region(tmp_path: Path) -> None:
    said = '[regions.eu.key]\nprovider = "environment"\nvariable = "CORDON_KEY_EU"\n'
    key = read(tmp_path, f"[regions.eu]\n{said}").declared["eu"].settings.key
    assert key is not None
    assert key.model_dump() == {"provider": "environment", "variable": "CORDON_KEY_EU"}


@given(
    st.lists(st.sampled_from(["", "# text", "b = 1", "c = [\n1,\n2]", 'd = """\nx = 1\n"""']), max_size=4),
    st.sampled_from(["wanted = 1", "wanted = [\n1,\n\n2\n]", 'wanted = """\nwanted = 2\n"""']),
)
def test_a_line_is_found_however_the_file_is_written(before: list[str], value: str) -> None:
    lines = [f"[t{number}]\n{text}" for number, text in enumerate(before)]
    text = "\n".join([*lines, "[a.b]", value, "z = 1"])
    assert text.splitlines()[(line_of(text, ["a", "b", "wanted"]) or 0) - 1].startswith("wanted = ")
    assert line_of(text, ["a", "c"]) is None


def test_regions_that_do_not_fit_together_are_refused_before_a_list_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "cordon.toml").write_text(THREE, encoding="utf-8")
    with pytest.raises(SettingsError, match="line 12"):
        load_list(tmp_path, "un_sc", PROJECT / "fixtures" / "un_sc", accept=True)
    with pytest.raises(SettingsError, match="line 12"):
        refresh(tmp_path)
    with pytest.raises(SettingsError, match="line 12"):
        Scheduler(Home.locate(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"cordon.toml"}
