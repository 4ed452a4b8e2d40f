"""Countries: whatever sources and customers write becomes one code, or none, never a wrong one."""

from __future__ import annotations

import csv
import re
import subprocess
import sys

import pytest
from babel import Locale
from conftest import shared
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lists.countries import country_name, is_alpha2, to_alpha2
from lists.country_names import from_cldr, in_other_languages


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE", "DE"),
        (" de ", "DE"),
        ("DEU", "DE"),
        ("UK", "GB"),
        ("Russian Federation", "RU"),
        ("Burma", "MM"),
        ("Korea, North", "KP"),
        ("Korea, Democratic People's Republic of", "KP"),
        ("Democratic People’s Republic of Korea", "KP"),
        ("Korea, Republic of", "KR"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Cote d'Ivoire", "CI"),
        ("Cote d Ivoire", "CI"),
        ("CÔTE D’IVOIRE", "CI"),
        ("West Bank", "PS"),
        ("Region: Gaza", "PS"),
        ("Palestinian", "PS"),
        ("Palestine, State of", "PS"),
        ("Kosovo", "XK"),
        ("The Gambia", "GM"),
        ("Gambia, The", "GM"),
        ("United Kingdom of Great Britain and Northern Ireland", "GB"),
        ("Viet Nam", "VN"),
        ("Congo, Democratic Republic of the", "CD"),
        ("Congo, Republic of the", "CG"),
        ("Macedonia, The Former Yugoslav Republic of", "MK"),
        ("China, Hong Kong Special Administrative Region", "HK"),
        ("Taiwan, Province of China", "TW"),
        ("St. Kitts & Nevis", "KN"),
        ("U.S.A.", "US"),
        ("USSR", "SU"),
        ("former Soviet Union", "SU"),
        ("Yugoslavia", "YU"),
        ("Serbia and Montenegro", "CS"),
        ("Netherlands Antilles", "AN"),
        ("East Germany", "DE"),
        ("Zaire", "CD"),
        ("Deutschland", "DE"),
        ("Россия", "RU"),
        ("المملكة العربية السعودية", "SA"),
        ("中国", "CN"),
    ],
)
def test_a_country_is_understood_however_it_is_written(text: str, code: str) -> None:
    assert to_alpha2(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "00",
        "-",
        "unknown",
        "undetermined",
        "n.a.",
        "Atlantis",
        "Korea",
        "Virgin Islands",
        "Czechoslovakia",
    ],
)
def test_what_names_no_single_country_gets_no_code(text: str) -> None:
    assert to_alpha2(text) is None


def test_only_codes_in_capitals_are_codes() -> None:
    assert is_alpha2("FR") and is_alpha2("XK") and is_alpha2("SU")
    assert not any(map(is_alpha2, ["fr", "FRA", "UK", "EU", "ZZ", "XX", "", "F", "France"]))


def test_a_country_has_a_name_for_sentences() -> None:
    assert country_name("KP") == "North Korea"
    assert country_name("CD") == "Democratic Republic of the Congo"
    with pytest.raises(KeyError):
        country_name("ZZ")


def test_every_english_name_of_cldr_is_understood() -> None:
    names = {code: name for code, name in Locale.parse("en").territories.items() if is_alpha2(code)}
    assert len(names) == 250
    assert {name: to_alpha2(name) for name in names.values()} == {name: code for code, name in names.items()}
    assert [code for code in names if to_alpha2(country_name(code)) != code] == []


def test_the_table_of_names_in_other_languages_is_that_of_cldr() -> None:
    """If not, Babel has a newer CLDR: python -m lists.country_names"""
    assert in_other_languages() == from_cldr()


@given(st.text())
def test_any_text_gives_a_code_or_nothing(text: str) -> None:
    code = to_alpha2(text)
    assert code is None or is_alpha2(code)
    assert to_alpha2(f" {text} ") == code


def test_a_screening_starts_without_loading_the_language_data() -> None:
    program = (
        "import sys; from lists.countries import is_alpha2, to_alpha2, country_name;"
        "assert is_alpha2('DE') and to_alpha2('Burma') == 'MM' and country_name('DE');"
        "assert to_alpha2('Deutschland') == 'DE';"
        "print('babel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_nationality_of_the_customer_files_is_understood() -> None:
    for file in ["customers_clean_us.csv", "customers_clean_global.csv", "customers_listed_un.csv"]:
        with shared(f"bench/{file}").open(encoding="utf-8", newline="") as lines:
            nationalities = {row["nationality"] for row in csv.DictReader(lines)} - {""}
        assert nationalities
        assert {nationality for nationality in nationalities if to_alpha2(nationality) is None} == set()


def test_every_nationality_of_the_ofac_files_is_understood() -> None:
    stated = re.compile(r"(?:nationality|citizen|Nationality of Registration) ([^;.\"\r\n(]+)")
    values: set[str] = set()
    for file in shared("lists/us_ofac_sdn").glob("*/sdn.csv"):
        values.update(stated.findall(file.read_text(encoding="utf-8")))
    assert len(values) > 140
    unknown = {value for value in values if to_alpha2(value.removeprefix("possibly ")) is None}
    assert unknown == set()


def test_every_country_of_the_ofac_addresses_is_understood() -> None:
    values: set[str] = set()
    for file in shared("lists/us_ofac_sdn").glob("*/add.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            values.update(row[4].strip() for row in csv.reader(lines) if len(row) > 4)
    assert {value for value in values if to_alpha2(value) is None} == {
        "-0-",
        "undetermined",
        "Region: Commonwealth of Independent States",
        "Region: Kafia Kingi",  # claimed by two countries
    }


def test_every_country_of_the_un_files_is_understood() -> None:
    values: set[str] = set()
    for file in shared("lists/un_sc").glob("*.xml"):
        for element in etree.parse(file).iter(
            "COUNTRY", "ISSUING_COUNTRY", "COUNTRY_OF_ISSUE", "NATIONALITY"
        ):
            texts = [text.strip() for text in element.itertext()]
            values.update(text for text in texts if text)
    assert len(values) > 60
    assert {value for value in values if to_alpha2(value) is None} == set()
