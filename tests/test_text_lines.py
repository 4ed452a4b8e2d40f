"""Text files of lists, line by line: plain, compressed, damaged and hostile."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from lists.source import SourceError
from lists.text_lines import csv_rows, text_lines


def written(folder: Path, content: bytes) -> Path:
    path = folder / "list.csv"
    path.write_bytes(content)
    return path


def test_lines_are_numbered_and_a_mark_of_utf8_is_no_text(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbfname\r\n\xd0\x90\nlast")
    assert list(text_lines("test", path)) == [(1, "name\r\n"), (2, "А\n"), (3, "last")]


def test_a_compressed_file_is_known_by_its_content(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress("name\nÄ\n".encode()))
    assert list(csv_rows("test", path)) == [(1, ["name"]), (2, ["Ä"])]


def test_a_row_over_several_lines_has_the_number_of_its_first(tmp_path: Path) -> None:
    path = written(tmp_path, b'a;b\n"x\ny";"say ""z"""\n\n1;2\n')
    rows = list(csv_rows("test", path, delimiter=";"))
    assert rows == [(1, ["a", "b"]), (2, ["x\ny", 'say "z"']), (5, ["1", "2"])]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a\n\xff\n", "line 1: holds bytes that are no text in UTF-8"),
        (b"a\nb\x00\n", "line 2: holds bytes that no text has"),
        (b"a\n" + b"x" * 3_000_000, "line 2: is longer than 2,000,000 characters"),
        (b'a\n"' + b"x\n" * 100_000, "line 2: is not readable as CSV from here on (field larger than"),
        (b'a\n"b', "line 2: is not readable as CSV from here on (unexpected end of data)"),
        (gzip.compress(b"a\n" * 1_000)[:-12], "line 1: is damaged gzip"),
        (gzip.compress(b"a\n" * 5_000_000), ": goes on after"),
        (b"<html></html>", "line 1: holds a web page, not a CSV list"),
    ],
)
def test_a_damaged_or_hostile_file_is_refused_with_its_line(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    with pytest.raises(SourceError) as refused:
        list(csv_rows("test", written(tmp_path, content)))
    assert expected in str(refused.value) and str(refused.value).startswith("test: list.csv, line ")


def test_a_file_that_is_larger_than_any_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="goes on after 100 bytes, far more than any list"):
        list(text_lines("test", written(tmp_path, b"a\n" * 100), most_bytes=100))
