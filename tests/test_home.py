"""Where Cordon keeps its files, and what its settings say when they are wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest
from conftest import PROJECT
from pydantic_core import PydanticUndefined

from engine.privacy.settings import EnvironmentKey, FileKey, Pkcs11Key
from engine.residency.settings import RegionSettings, ResidencySettings, TransferSettings
from lists.addresses import is_trusted, masked
from lists.home import Home
from lists.settings import (
    ListSettings,
    RetentionRule,
    RetentionSettings,
    Section,
    Settings,
    SettingsError,
    SourceSettings,
)


def test_the_home_given_comes_before_the_environment_and_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDON_HOME", str(tmp_path / "environment"))
    assert Home.locate(tmp_path / "given").path == tmp_path / "given"
    assert Home.locate(str(tmp_path / "given")).path == tmp_path / "given"
    assert Home.locate().path == tmp_path / "environment"
    assert Home.locate(Home.locate()) == Home.locate()
    for empty in (monkeypatch.delenv, lambda name: monkeypatch.setenv(name, "")):
        empty("CORDON_HOME")
        assert Home.locate().path == Path(platformdirs.user_data_dir("cordon", appauthor=False))


def test_a_home_is_the_same_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = Home.locate("place")
    monkeypatch.chdir("/")
    assert home.path == tmp_path / "place"
    assert Home.locate("~/place").path == Path.home() / "place"


def test_without_a_file_the_settings_are_the_defaults(tmp_path: Path) -> None:
    settings = Home.locate(tmp_path).settings()
    assert settings == Settings()
    assert settings.lists.stale_after_hours == 24
    assert settings.screening.threshold is None
    assert settings.screening.weak_aliases == "several_words"


@pytest.mark.parametrize("beginning", [b"", b"\xef\xbb\xbf"])
def test_settings_are_read_from_the_home(tmp_path: Path, beginning: bytes) -> None:
    home = Home.locate(tmp_path)
    home.config.write_bytes(
        beginning
        + b"[lists]\r\nstale_after_hours = 6\r\n[screening]\r\nthreshold = 1\r\nweak_aliases = 'support'\r\n"
    )
    settings = home.settings()
    assert settings.lists.stale_after_hours == 6
    assert settings.screening.threshold == 1
    assert settings.screening.weak_aliases == "support"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"region = 1", "region is not a section Cordon knows; it takes lists, screening"),
        (b"regions = 1", "regions takes a section for each region, written [regions.ID], not 1"),
        (
            b"[lists]\nstale_hours = 1",
            "[lists] stale_hours is not a key Cordon knows; "
            "it takes stale_after_hours, enabled, sources, fetch, keep_days",
        ),
        (b"lists = 3", "lists takes a section, written [lists], not 3"),
        (
            b'[lists]\nstale_after_hours = "soon"',
            '[lists] stale_after_hours takes a number of hours above 0, such as 24, not "soon"',
        ),
        (
            b"[lists]\nstale_after_hours = 0",
            "[lists] stale_after_hours takes a number of hours above 0, such as 24, not 0",
        ),
        (
            b"[screening]\nweak_aliases = 1",
            '[screening] weak_aliases takes "alert" (each may alert), "several_words" '
            '(single words do not) or "support" (none), not 1',
        ),
        (b"[screening]\nthreshold = 1.5", "[screening] threshold takes a score from 0 to 1"),
        (b"[screening]\nthreshold = nan", "[screening] threshold takes a score from 0 to 1"),
        (b"[screening]\nthreshold = true", "[screening] threshold takes a score from 0 to 1"),
        (
            b"[lists]\nenabled = [1]",
            '[lists] enabled takes a list of list ids, such as ["us_ofac_sdn", "un_sc"], not 1',
        ),
        (b"[lists.fetch]\nattempts = 0", "[lists.fetch] attempts takes a whole number from 1 to 20, not 0"),
        (
            b"[lists.sources]\nun_sc = 3",
            "[lists.sources] un_sc takes a section, written [lists.sources.un_sc]",
        ),
        (
            b"[lists.sources.un_sc]\nurl = 3",
            "[lists.sources.un_sc] url is not a key Cordon knows; it takes address, every_hours",
        ),
        (
            b"[lists.sources.un_sc]\naddress = 'http://me:secret@lists.example/un.xml?token=secret'",
            "[lists.sources.un_sc] address takes an https address, or an http address on this machine, "
            "not http://lists.example/un.xml?***",
        ),
        (b"[lists]\nstale_after_hours", "is not TOML: "),
        (b"[lists]\n# \xff", "is not UTF-8 from byte 10 on; save it as UTF-8"),
    ],
)
def test_a_wrong_setting_is_an_error_that_names_file_and_key_and_what_it_takes(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    home = Home.locate(tmp_path)
    home.config.write_bytes(content)
    with pytest.raises(SettingsError) as error:
        home.settings()
    assert str(error.value).startswith(f"{home.config}: {sentence}")


def test_every_wrong_setting_is_named_at_once(tmp_path: Path) -> None:
    home = Home.locate(tmp_path)
    home.config.write_text("[lists]\nstale_after_hours = -1\n[screening]\nthreshold = 2\n")
    with pytest.raises(SettingsError, match=r"stale_after_hours .*; .* threshold "):
        home.settings()


def test_settings_that_cannot_be_read_are_an_error(tmp_path: Path) -> None:
    home = Home.locate(tmp_path)
    home.config.mkdir()
    with pytest.raises(SettingsError, match=r"cordon\.toml: cannot be read \(is a directory\)"):
        home.settings()


def settings_in(section: Section, path: str = "") -> Iterator[tuple[str, object]]:
    """Every setting with its default, those of sections in it included."""
    names = {name: field.alias or name for name, field in type(section).model_fields.items()}
    for key, value in ((names[name], value) for name, value in section):
        if isinstance(value, Section):
            yield from settings_in(value, f"{path}{key}.")
        elif isinstance(value, dict):
            if not value:
                yield f"{path}{key}", None
            for name, inner in value.items():
                yield from settings_in(inner, f"{path}{key}.{name}.")
        else:
            yield f"{path}{key}", value


def test_the_reference_page_has_every_setting_with_its_default() -> None:
    page = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    documented = {row[0].strip("| `"): row[1] for row in rows}
    read_elsewhere = {"regions": {}, "residency": {}, "transfers": {}}
    lists = ListSettings(sources={"LIST": SourceSettings()})
    rule = RetentionRule.model_construct(
        **{name: field.default for name, field in RetentionRule.model_fields.items()}
    )
    retention = RetentionSettings(rules={"NAME": rule})
    known = dict(settings_in(Settings(lists=lists, retention=retention)))
    known = {setting: default for setting, default in known.items() if setting not in read_elsewhere}
    transfer = TransferSettings.model_construct(
        **{name: field.default for name, field in TransferSettings.model_fields.items()}
    )
    regions = ResidencySettings(regions={"ID": RegionSettings()}, transfers={"ID": transfer})
    known |= settings_in(regions)
    del known["regions.ID.key"]
    for section in (FileKey, EnvironmentKey, Pkcs11Key):  # one of them
        known |= {f"regions.ID.key.{name}": field.default for name, field in section.model_fields.items()}
    assert documented.keys() == known.keys()
    for setting, default in known.items():
        if default not in (None, PydanticUndefined):
            assert documented[setting] == json.dumps(default)


def test_a_list_may_have_its_own_address_and_cadence(tmp_path: Path) -> None:
    home = Home.locate(tmp_path)
    home.config.write_text(
        "[lists]\nenabled = ['un_sc']\n[lists.sources.un_sc]\n"
        "address = 'https://mirror.example/un.xml'\nevery_hours = 6\n[lists.fetch]\nattempts = 2\n"
    )
    lists = home.settings().lists
    assert lists.enabled == ["un_sc"]
    assert lists.sources["un_sc"] == SourceSettings(address="https://mirror.example/un.xml", every_hours=6)
    assert lists.fetch.attempts == 2


@pytest.mark.parametrize(
    ("address", "trusted", "shown"),
    [
        ("https://lists.example/a.xml", True, "https://lists.example/a.xml"),
        ("https://lists.example:8443/a.xml?token=x#y", True, "https://lists.example:8443/a.xml?***"),
        ("https://me:secret@lists.example/", True, "https://lists.example/"),
        ("http://lists.example/a.xml", False, "http://lists.example/a.xml"),
        ("http://localhost.example/a.xml", False, "http://localhost.example/a.xml"),
        ("http://localhost:80/a.xml", True, "http://localhost:80/a.xml"),
        ("http://127.0.0.9/a.xml", True, "http://127.0.0.9/a.xml"),
        ("http://[::1]:80/a.xml", True, "http://[::1]:80/a.xml"),
        ("ftp://127.0.0.1/a.xml", False, "ftp://127.0.0.1/a.xml"),
        ("file:///etc/passwd", False, "an address that cannot be read"),
        ("https://[/", False, "an address that cannot be read"),
        ("https://a:b/", False, "an address that cannot be read"),
        ("un.xml", False, "an address that cannot be read"),
    ],
)
def test_lists_come_over_https_and_addresses_are_shown_without_secrets(
    address: str, trusted: bool, shown: str
) -> None:
    assert is_trusted(address) == trusted
    assert masked(address) == shown
