"""Lists that end too early: refused, or taken with a word on why nothing in them shows it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from conftest import shared

from jobs.load import load_list
from lists.acceptance import Refused
from lists.home import Home
from lists.publish import open_published
from lists.source import SourceError, source

CSL = "lists/us_csl/csv-2022-05.csv.gz"
WHOLE = 14_160

# Every real file in a format that shows its end.
WITH_AN_END = [
    ("au_dfat", "au_dfat/xlsx-2026-07-23.xlsx"),
    ("ca_sema", "ca_sema/xml-2025-03-20.xml"),
    ("ch_seco", "ch_seco/xml-2026-08-27-excerpt3.xml"),
    ("eu_fsf", "eu_fsf/xml-1.1-2026-08-05-excerpt4.xml"),
    ("gb_fcdo", "gb_fcdo/xml-2026-08-14-excerpt4.xml"),
    ("gb_ofsi", "gb_ofsi/xlsx-2025-04-10.xlsx"),
    ("un_sc", "un_sc/xml-2026-02-27.xml"),
    ("us_csl", "us_csl/csv-2022-05.csv.gz"),
    ("us_ofac_cons", "us_ofac_cons/advanced-2020-03-17.xml"),
    ("us_ofac_cons", "us_ofac_cons/classic-2025-03-28.xml"),
    ("us_ofac_cons", "us_ofac_cons/enhanced-2025-01-10.zip"),
]


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    return gzip.decompress(shared(CSL).read_bytes()).splitlines(keepends=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home.locate(tmp_path_factory.mktemp("home"))
    load_list(home, "us_csl", shared(CSL))
    return home


def cut(lines: list[bytes], share: float, path: Path) -> Path:
    """The first rows of the list, to the end of one of them."""
    path.write_bytes(b"".join(lines[: round(len(lines) * share)]))
    return path


def in_use(home: Home) -> int:
    with open_published(home) as published:
        return len(published)


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.75, 0.89])
def test_a_table_cut_at_the_end_of_a_row_is_refused(
    home: Home, lines: list[bytes], tmp_path: Path, share: float
) -> None:
    with pytest.raises(
        Refused, match=r"those they replace held 14,160.*take it with --accept if it is right"
    ):
        load_list(home, "us_csl", cut(lines, share, tmp_path / "list.csv"))
    assert in_use(home) == WHOLE


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.7])
def test_a_table_cut_at_the_end_of_a_row_is_refused_as_the_first_of_its_list_too(
    lines: list[bytes], tmp_path: Path, share: float
) -> None:
    home = Home.locate(tmp_path / "home")
    with pytest.raises(Refused, match="a complete list has 10,000 to 60,000"):
        load_list(home, "us_csl", cut(lines, share, tmp_path / "list.csv"))
    assert not home.current.exists()


def test_a_table_that_lost_its_last_rows_is_taken_and_says_what_is_gone(
    home: Home, lines: list[bytes], tmp_path: Path
) -> None:
    report = load_list(home, "us_csl", cut(lines, 0.95, tmp_path / "list.csv"))
    said = [note for note in report.notes if "were removed" in note]
    assert said == [
        f"{report.removed:,} of 14,160 entities were removed, and a file of this format does not show "
        "whether its end was cut off; see which: cordon lists diff --list us_csl"
    ]
    load_list(home, "us_csl", shared(CSL))
    assert in_use(home) == WHOLE


@pytest.mark.parametrize(("list_id", "file"), WITH_AN_END)
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_file_in_a_format_that_shows_its_end_is_refused_wherever_it_was_cut(
    tmp_path: Path, list_id: str, file: str, share: float
) -> None:
    whole = shared(f"lists/{file}").read_bytes()
    path = tmp_path / Path(file).name
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(SourceError, match=r"cut|ZIP|well-formed|gzip"):
        list(source(list_id).parse(path))
