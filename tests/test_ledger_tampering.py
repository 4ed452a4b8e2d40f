"""Whatever is done to a ledger's files, `cordon ledger verify` finds it."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import LISTED, forget, home_in, screen

from engine import Screener
from engine.ledger.layout import Region
from engine.ledger.verification import verify_region
from engine.ledger.writer import Writer


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """Two writers that have seen each other, a batch, and alerts."""
    home = home_in(tmp_path_factory.mktemp("tampering"))
    region = Region.of(home)
    screener = Screener.open(home)
    screener.screen_frame(pl.DataFrame({"subject_id": ["a", "b"], "name": [LISTED, "Nobody Atall"]}))
    other = Writer(region)
    for number in range(3):
        screen(home, subject_id=f"C{number}")
        other.append("job", f'"job":"test","number":{number}')
    forget()
    other.close()
    screen(home, "Nobody Atall", subject_id="C9")
    forget()
    assert verify_region(region).is_sound
    return region


def files(region: Region) -> list[Path]:
    """All that is evidence: not what is derived, nor a lock, nor a key, without which it verifies as well."""
    found = [path for path in sorted(region.path.rglob("*")) if path.is_file()]
    return [path for path in found if not {region.derived, region.keys} & set(path.parents)]


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def flip(path: Path, draw: st.DataObject) -> None:
    content = bytearray(path.read_bytes())
    place = draw.draw(st.integers(0, len(content) - 1), "byte")
    content[place] ^= draw.draw(st.integers(1, 255), "bits")
    path.write_bytes(bytes(content))


def truncate(path: Path, draw: st.DataObject) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: draw.draw(st.integers(0, len(content) - 1), "length")])


def delete_line(path: Path, draw: st.DataObject) -> None:
    lines = lines_of(path)
    del lines[draw.draw(st.integers(0, len(lines) - 1), "line")]
    path.write_bytes(b"".join(lines))


def swap_lines(path: Path, draw: st.DataObject) -> None:
    lines = lines_of(path)
    one, other = draw.draw(
        st.lists(st.integers(0, len(lines) - 1), min_size=2, max_size=2, unique=True), "lines"
    )
    lines[one], lines[other] = lines[other], lines[one]
    path.write_bytes(b"".join(lines))


def repeat_line(path: Path, draw: st.DataObject) -> None:
    lines = lines_of(path)
    place = draw.draw(st.integers(0, len(lines) - 1), "line")
    lines.insert(place, lines[place])
    path.write_bytes(b"".join(lines))


def remove(path: Path, _draw: st.DataObject) -> None:
    path.unlink()


def tampered(ledger: Region, draw: st.DataObject, ways: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        region = Region(Path(folder) / ledger.region_id)
        shutil.copytree(ledger.path, region.path)
        way = draw.draw(st.sampled_from(ways), "way")
        choice = files(region)
        if way in ("delete_line", "swap_lines", "repeat_line"):
            choice = [path for path in choice if path.suffix == ".ndjson"]
        path = draw.draw(st.sampled_from(choice), "file")
        before = path.read_bytes()
        globals()[way](path, draw)
        if path.exists() and path.read_bytes() == before:
            return
        found = verify_region(region)
        assert not found.is_sound
        # A line may be the first that another file contradicts; the finding is then about that one's claim.
        assert str(found.findings[0])


@settings(max_examples=150)
@given(st.data())
def test_any_flipped_byte_is_found(ledger: Region, draw: st.DataObject) -> None:
    tampered(ledger, draw, ["flip"])


@settings(max_examples=120)
@given(st.data())
def test_any_removed_swapped_or_repeated_line_truncation_or_missing_file_is_found(
    ledger: Region, draw: st.DataObject
) -> None:
    tampered(ledger, draw, ["truncate", "delete_line", "swap_lines", "repeat_line", "remove"])


def test_a_writer_that_is_removed_without_a_trace_is_known_to_the_others(
    ledger: Region, tmp_path: Path
) -> None:
    region = Region(tmp_path / ledger.region_id)
    shutil.copytree(ledger.path, region.path)
    for path in files(region):
        if path.stem == "w2":
            path.unlink()
    found = verify_region(region)
    assert "knows event" in str(found.findings[0])
    assert "of w2, which is gone" in str(found.findings[0])


def test_a_writer_that_is_set_back_with_its_head_is_known_to_the_others(
    ledger: Region, tmp_path: Path
) -> None:
    from engine.ledger.chain import Head, digest_of  # noqa: PLC0415

    region = Region(tmp_path / ledger.region_id)
    shutil.copytree(ledger.path, region.path)
    (journal,) = region.journal.glob("2*/w2.ndjson")
    lines = lines_of(journal)[:2]
    journal.write_bytes(b"".join(lines))
    head = Head(2, sum(map(len, lines)), json.loads(lines[-1])["at"], digest_of(lines[-1][:-1]))
    region.head("w2").write_bytes(head.written())
    assert "knows event 4 of w2, which is gone" in str(verify_region(region).findings[0])
