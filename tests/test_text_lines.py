"""Text files of lists, line by line: plain, compressed, damaged and hostile."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from lists.source import SourceError
from lists.text_lines import text_lines


def written(folder: Path, content: bytes) -> Path:
    path = folder / "list.json"
    path.write_bytes(content)
    return path


def test_lines_are_numbered_and_a_mark_of_utf8_is_no_text(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbfname\r\n\xd0\x90\nlast")
    assert list(text_lines("test", path)) == [(1, "name\r\n"), (2, "А\n"), (3, "last")]


def test_a_compressed_file_is_known_by_its_content(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress("name\nÄ\n".encode()))
    assert list(text_lines("test", path)) == [(1, "name\n"), (2, "Ä\n")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a\n\xff\n", ", line 1: holds bytes that are no text in UTF-8"),
        (b"a\nb\x00\n", ", line 2: holds bytes that no text has"),
        (b"a\n" + b"x" * 3_000_000, ", line 2: is longer than 2,000,000 characters"),
        (gzip.compress(b"a\n" * 1_000)[:-12], ": is damaged gzip"),
        (b"\x1f\x8brest", ": is damaged gzip"),
        (gzip.compress(b"a\n" * 5_000_000), ": goes on after"),
    ],
)
def test_a_damaged_or_hostile_file_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    with pytest.raises(SourceError) as refused:
        list(text_lines("test", written(tmp_path, content), longest=2_000_000))
    assert str(refused.value).startswith(f"test: list.json{expected}")


def test_a_file_that_is_larger_than_any_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="goes on after 100 bytes, as no list of its size does"):
        list(text_lines("test", written(tmp_path, b"a\n" * 100), most_bytes=100))
