"""Lists that are tables: the heading is found, and a damaged file is refused with its line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import workbooks

from lists.source import Parsed, SourceError
from lists.tables import Table, column_key, read_table


def table(path: Path, content: str | bytes, *, encoding: str = "utf-8") -> tuple[Table, Parsed]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    parsed = Parsed(iter(()), ())
    return read_table("test", path, parsed, ["Name 6", "D.O.B"]), parsed


def test_the_heading_is_found_whatever_stands_before_it_and_however_it_is_written(tmp_path: Path) -> None:
    content = 'Report Date: 13-Feb-2026\n"name 6",DOB,New column,\nVelm,1961,,\n"Dvessik,\nO. ",,x,y\n,,,\n'
    read, parsed = table(tmp_path / "list.csv", content)
    assert read.preamble == ("Report Date: 13-Feb-2026",)
    assert read.columns == {
        "name6": "name 6",
        "dob": "DOB",
        "newcolumn": "New column",
        "column4": "column 4",
    }
    assert [(row.where, row.values) for row in read.rows] == [
        ("line 3", {"name6": "Velm", "dob": "1961"}),
        ("line 4", {"name6": "Dvessik, O.", "newcolumn": "x", "column4": "y"}),
    ]
    assert parsed.notes == []


def test_a_workbook_is_read_like_a_csv_file_whatever_its_name(tmp_path: Path) -> None:
    rows = [["Last Updated", "10/04/2025"], ["Name 6", "DOB"], ["Velm"], ["Dvessik", "1961", "more"]]
    file = workbooks.write_rows(tmp_path / "list.csv", rows)
    read = read_table("test", file, Parsed(iter(()), ()), ["Name 6", "DOB"])
    assert read.preamble == ("Last Updated", "10/04/2025")
    assert [(row.where, row["name6"], row["dob"], row["column3"]) for row in read.rows] == [
        ("row 3", "Velm", "", ""),
        ("row 4", "Dvessik", "1961", "more"),
    ]


def test_a_file_that_is_not_in_utf_8_is_taken_when_a_person_accepts_it(tmp_path: Path) -> None:
    read, parsed = table(tmp_path / "list.csv", "Name 6,DOB\nMüller – Søn,1961\n", encoding="cp1252")
    assert [row["name6"] for row in read.rows] == ["Müller – Søn"]
    assert parsed.doubts == ["list.csv is not in UTF-8; it was read as Windows-1252"]


def test_a_compressed_csv_file_is_read_like_a_plain_one(tmp_path: Path) -> None:
    read, _ = table(tmp_path / "list.csv.gz", gzip.compress(b"Name 6,DOB\nA,1961\n"))
    assert [(row.where, row.values) for row in read.rows] == [("line 2", {"name6": "A", "dob": "1961"})]


def test_a_byte_order_mark_is_no_part_of_the_heading(tmp_path: Path) -> None:
    read, _ = table(tmp_path / "list.csv", "\ufeffName 6,DOB\r\nA,1961\r\n")
    assert [row.values for row in read.rows] == [{"name6": "A", "dob": "1961"}]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<html>maintenance</html>", ", line 1: holds a web page, not a table"),
        ('{"error":"Forbidden"}', ", line 1: holds JSON, not a table"),
        ("<?xml version='1.0'?><a/>", ", line 1: holds XML, not a table"),
        ("a,b\n1,2\n", ": has no heading with the columns Name 6, D.O.B"),
        ("Name 6,b\n1,2\n", ": has no heading with the columns D.O.B;"),
        ("Name 6,DOB\nA,1961\nB\n", ", line 3: has 1 columns instead of 2; the file may be cut"),
        ("Name 6,DOB\nA,1961,1\n", ", line 2: has 3 columns instead of 2"),
        ("Name 6,DOB\nA,1961\nname 6,DOB\n", ", line 3: repeats the heading"),
        ('Name 6,DOB\nA,"1961', ", line 2: is not readable as CSV from here on"),
        ("Name 6,DOB\nA," + "1" * 200_000, ", line 2: is not readable as CSV from here on"),
        ("Name 6,DOB\n" + "A" * 1_000_001, ", line 2: has more than 1,000,000 characters"),
        ("Name 6,DOB\nA\x00,1961\n", ", line 2: holds bytes that no text has"),
        (b"Name 6,DOB\n\x81,\xff\n", ": holds bytes that are text neither in UTF-8 nor in Windows-1252"),
        (b"PK\x03\x04rest", ": is not readable as a ZIP archive"),
        (b"\xd0\xcf\x11\xe0rest", ": is an Excel workbook of the old format"),
        ("x\n" * 100_000, ": has no heading"),
        (gzip.compress(b"Name 6,DOB\n" + b"A,1961\n" * 100)[:-12], ": is damaged gzip"),
        (gzip.compress(b"Name 6,DOB\n" + b"A,1961\n" * 2_000_000), ": goes on after"),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) and value.startswith((",", ":")) else "",
)
def test_a_damaged_or_hostile_table_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, expected: str
) -> None:
    with pytest.raises(SourceError) as refused:
        list(table(tmp_path / "list.csv", content)[0].rows)
    assert str(refused.value).startswith(f"test: list.csv{expected}")


def test_a_table_far_larger_than_any_list_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    with file.open("wb") as content:
        content.truncate(100_000_001)  # takes no room on the disk
    with pytest.raises(SourceError, match=r"list\.csv: is a table of 100,000,001 bytes"):
        read_table("test", file, Parsed(iter(()), ()), ["Name 6"])


def test_columns_are_the_same_column_whatever_their_punctuation() -> None:
    assert {column_key(text) for text in ("D.O.B", "dob", "D O B ", "D_O_B")} == {"dob"}
