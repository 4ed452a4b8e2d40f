"""Files of customers as people really send them: every row is screened or rejected with a reason."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import shared
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.subject import InvalidSubject, Subject
from jobs.customers.columns import parse_renames
from jobs.customers.dates import DateOrder, iso_birth_date
from jobs.customers.frame import FRAME_SCHEMA
from jobs.customers.reader import Chunk, CustomerFile, ReadOptions, RejectedRow
from jobs.errors import InputError
from lists.model import Gender, Kind


def read(path: Path, **options: Any) -> tuple[list[dict[str, Any]], list[RejectedRow], CustomerFile]:
    with CustomerFile(path, ReadOptions(**options)) as customers:
        chunks = list(customers.chunks())
    return (
        [row for chunk in chunks for row in chunk.frame.to_dicts()],
        [row for chunk in chunks for row in chunk.rejected],
        customers,
    )


def write(folder: Path, content: str | bytes, name: str = "customers.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def only_reason(path: Path, **options: Any) -> str:
    _, rejected, _ = read(path, **options)
    (row,) = rejected
    return row.reason


# Columns


def test_every_field_of_a_subject_is_read_from_csv(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "subject_id,name,names,kind,birth_date,gender,countries,identifiers,addresses,residency,segment\n"
        "c1,Ada Brunn,Ada Holm;Ада Брунн,person,1967-03,female,SY;Germany,"
        "passport:N12:SY;imo:9074729,Main St 5;Elm Rd 2,DE,retail\n",
    )
    rows, rejected, _ = read(path)
    assert rejected == []
    assert rows == [
        {
            "subject_id": "c1",
            "names": ["Ada Brunn", "Ada Holm", "Ада Брунн"],
            "kind": "person",
            "birth_date": "1967-03",
            "gender": "female",
            "countries": ["SY", "DE"],
            "identifiers": [
                {"type": "passport", "value": "N12", "country": "SY"},
                {"type": "imo", "value": "9074729", "country": None},
            ],
            "addresses": ["Main St 5", "Elm Rd 2"],
            "residency": "DE",
            "segment": "retail",
        }
    ]


def test_an_empty_cell_is_missing(tmp_path: Path) -> None:
    path = write(
        tmp_path, "subject_id,name,kind,birth_date,countries,identifiers\nc1,Ada Brunn,,NULL,N/A, \n"
    )
    rows, rejected, _ = read(path)
    assert rejected == []
    assert rows[0] == dict.fromkeys(FRAME_SCHEMA) | {"subject_id": "c1", "names": ["Ada Brunn"]}


def test_map_renames_columns_and_several_may_feed_one_field(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Full Name,maiden,nationality,Country,passport no\nAda Brunn,Ada Holm,German,Syria,X1:DE\n",
    )
    maps = ["Full Name=name", "maiden=names", "nationality=countries", "passport no=identifiers.passport"]
    rows, rejected, _ = read(path, renames=parse_renames(maps))
    assert [row.reason for row in rejected] == [
        "is not a country; takes its English name or its ISO 3166-1 code, such as Germany or DE"
    ]
    rows, rejected, _ = read(
        write(tmp_path, path.read_text().replace("German,", "Germany,")), renames=parse_renames(maps)
    )
    assert rejected == []
    assert rows[0]["names"] == ["Ada Brunn", "Ada Holm"]
    assert rows[0]["countries"] == ["DE", "SY"]
    assert rows[0]["identifiers"] == [{"type": "passport", "value": "X1", "country": "DE"}]


def test_a_column_with_another_meaning_can_be_ignored(tmp_path: Path) -> None:
    path = write(tmp_path, "name,kind\nAda Brunn,retail\n")
    assert "takes 'person'" in only_reason(path)
    rows, rejected, _ = read(path, renames={"kind": "ignore"})
    assert (len(rows), rejected) == (1, [])


def test_columns_that_are_not_read_are_named_and_not_kept(tmp_path: Path) -> None:
    path = write(tmp_path, "name,salary,notes\nAda Brunn,9000,likes tea\n")
    rows, _, customers = read(path)
    assert list(customers.ignored_columns) == ["salary", "notes"]
    assert set(rows[0]) == set(FRAME_SCHEMA)


def test_row_number_stands_in_for_a_missing_subject_id(tmp_path: Path) -> None:
    rows, rejected, customers = read(write(tmp_path, "name\nAda Brunn\n\nBo Lind\n ;\n"))
    assert [row["subject_id"] for row in rows] == ["2", "4"]
    assert [row.row for row in rejected] == [5]
    assert any("row number stands in" in note for note in customers.notes)
    assert any("1 blank line" in note for note in customers.notes)


@pytest.mark.parametrize(
    ("headings", "maps", "sentence"),
    [
        ("full_name,dob", [], "for example --map full_name=name"),
        ("Full name,dob", [], '--map "Full name"=name'),
        ("name,dob", ["birthday=birth_date"], "has no column birthday for --map; its columns are: name, dob"),
        ("name,dob", ["dob=birthdate"], "birthdate is not a field of a subject"),
        ("name,dob", ["dob=identifiers.library_card"], "is not a field of a subject"),
        ("name,dob,birth_date", ["dob=birth_date"], "all feed birth_date, which takes one"),
        ("name,dob,Name", [], "the heading name appears more than once"),
        ("17,Ada Brunn,1967", [], "looks like a customer rather than headings"),
        ("name,dob", ["dob=birth_date", "DOB=birth_date"], "names the column DOB twice"),
    ],
)
def test_wrong_columns_are_an_error_that_says_what_to_do(
    tmp_path: Path, headings: str, maps: list[str], sentence: str
) -> None:
    with pytest.raises(InputError) as error:
        read(write(tmp_path, f"{headings}\na,b,c\n"), renames=parse_renames(maps))
    assert sentence in str(error.value)
    assert "customers.csv" in str(error.value) or "--map" in str(error.value)


def test_a_file_without_headings_does_not_show_its_first_customer(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read(write(tmp_path, "17,Ada Brunn,1967-03-02\n18,Bo Lind,1970-01-01\n"))
    assert "Brunn" not in str(error.value)


@pytest.mark.parametrize("text", ["full_name", "=name", "full_name=", ""])
def test_map_takes_column_equals_field(text: str) -> None:
    with pytest.raises(InputError, match="COLUMN=FIELD"):
        parse_renames([text])


def test_a_heading_may_hold_an_equals_sign(tmp_path: Path) -> None:
    rows, _, _ = read(write(tmp_path, "a=b\nAda Brunn\n"), renames=parse_renames(["a=b=name"]))
    assert rows[0]["names"] == ["Ada Brunn"]


# Dates


@pytest.mark.parametrize(
    ("written", "order", "iso"),
    [
        ("1962-03-12", None, "1962-03-12"),
        ("1962", None, "1962"),
        ("1962-03", None, "1962-03"),
        ("1962/3/2", None, "1962-03-02"),
        ("19620312", None, "1962-03-12"),
        ("1962-03-12T00:00:00Z", None, "1962-03-12"),
        ("1962-03-12 00:00:00", None, "1962-03-12"),
        ("12.03.1962", None, "1962-03-12"),
        ("2.3.1962", None, "1962-03-02"),
        ("12.03.1962", DateOrder.MDY, "1962-03-12"),
        ("25/03/1962", None, "1962-03-25"),
        ("03/25/1962", None, "1962-03-25"),
        ("04/04/1962", None, "1962-04-04"),
        ("03/04/1962", DateOrder.DMY, "1962-04-03"),
        ("03/04/1962", DateOrder.MDY, "1962-03-04"),
        ("03-04-1962", DateOrder.DMY, "1962-04-03"),
        ("03/1962", None, "1962-03"),
        ("12 Mar 1962", None, "1962-03-12"),
        ("12-Mar-1962", None, "1962-03-12"),
        ("12th March, 1962", None, "1962-03-12"),
        ("March 12, 1962", None, "1962-03-12"),
        ("Sept. 2 1962", None, "1962-09-02"),
        ("May 1962", None, "1962-05"),
    ],
)
def test_a_birth_date_in_a_usual_form_is_understood(written: str, order: DateOrder | None, iso: str) -> None:
    assert iso_birth_date(written, order) == iso


@pytest.mark.parametrize(
    ("written", "order", "sentence"),
    [
        ("1962-13-45", None, "not a day of the calendar"),
        ("31.02.1962", None, "not a day of the calendar"),
        ("03/04/1962", None, "say which with --dates dmy or --dates mdy"),
        ("03/25/1962", DateOrder.DMY, "when read as --dates dmy"),
        ("25/03/1962", DateOrder.MDY, "when read as --dates mdy"),
        ("12.03.62", None, "four digits"),
        ("12-Mar-62", None, "four digits"),
        ("soon", None, "takes a date such as"),
        ("12 Foo 1962", None, "takes a date such as"),
        ("1700-01-01", None, "must lie between"),
        ("2999-01-01", None, "must lie between"),
        ("0000-01-01", None, "not a day of the calendar"),
    ],
)
def test_a_birth_date_that_may_mean_something_else_is_refused(
    written: str, order: DateOrder | None, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence) as error:
        iso_birth_date(written, order)
    assert written not in str(error.value)


def test_an_ambiguous_date_rejects_its_row_and_names_the_option(tmp_path: Path) -> None:
    path = write(tmp_path, "subject_id,name,birth_date\nc1,Ada Brunn,03/04/1962\n")
    _, rejected, _ = read(path)
    assert (rejected[0].row, rejected[0].subject_id, rejected[0].column) == (2, "c1", "birth_date")
    assert "--dates dmy" in rejected[0].reason
    rows, rejected, _ = read(path, date_order=DateOrder.DMY)
    assert (rows[0]["birth_date"], rejected) == ("1962-04-03", [])


# Cells


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("kind", "Individual", "person"),
        ("kind", "LEGAL ENTITY", "company"),
        ("kind", "Vessel", "vessel"),
        ("gender", "F", "female"),
        ("gender", "unknown", None),
        ("countries", "Syrian Arab Republic", ["SY"]),
        ("residency", "deu", "DE"),
        (
            "identifiers",
            "wallet:bitcoincash:qp0",
            [{"type": "wallet", "value": "bitcoincash:qp0", "country": None}],
        ),
        ("identifiers", "National ID:77:Iran", [{"type": "national_id", "value": "77", "country": "IR"}]),
    ],
)
def test_a_cell_is_understood_as_people_write_it(
    tmp_path: Path, column: str, cell: str, value: object
) -> None:
    rows, rejected, _ = read(write(tmp_path, f"name,{column}\nAda Brunn,{cell}\n"))
    assert rejected == []
    assert rows[0][column] == value


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("kind", "unicorn", "takes 'person', 'company'"),
        ("gender", "blue", "takes 'male'"),
        ("countries", "Atlantis", "is not a country"),
        ("countries", "DE;Atlantis", "is not a country"),
        ("residency", "ZZ", "is not a country"),
        ("birth_date", "1962-13-45", "not a day of the calendar"),
        ("identifiers", "N1234567", "takes type:value"),
        ("identifiers", "library_card:7", "takes type:value"),
        ("identifiers", "passport:", "at least 1 character"),
        ("name", "x" * 10_000, "10,000 characters long"),
        ("name", "   ", "is empty or blank"),
        ("name", "\x01\x02", "no letter and no digit"),
        ("name", "\u200b\u202e", "no letter and no digit"),
        ("name", "N/A", "placeholder"),
        ("name", "A\0B", "NUL byte"),
        ("name", "Jos\ufffd", "wrong encoding"),
        ("subject_id", "x" * 300, "at most 200 characters"),
    ],
)
def test_a_malformed_cell_rejects_its_row_without_repeating_it(
    tmp_path: Path, column: str, cell: str, sentence: str
) -> None:
    heading = column if column == "name" else f"name,{column}"
    path = write(tmp_path, f"{heading}\n{cell if column == 'name' else f'Ada Brunn,{cell}'}\n")
    rows, rejected, _ = read(path)
    assert rows == []
    assert [(row.row, row.column) for row in rejected] == [(2, column)]
    assert sentence in rejected[0].reason
    assert cell.strip() == "" or cell not in rejected[0].reason


def test_all_problems_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    _, rejected, _ = read(
        write(tmp_path, "subject_id,name,dob,kind\nc9,,soon,x\n"), renames={"dob": "birth_date"}
    )
    (row,) = rejected
    assert row.subject_id == "c9"
    assert set(row.column.split("; ")) == {"name", "dob", "kind"}
    assert "name: is empty" in row.reason
    assert "dob: takes a date" in row.reason


def test_invisible_characters_in_a_name_are_reported_with_their_rows(tmp_path: Path) -> None:
    path = write(tmp_path, "name\nAda Brunn\nA\u200bda Brunn\n\u202eAda Brunn\nعلی‌رضا\n")
    with CustomerFile(path) as customers:
        chunks = list(customers.chunks())
    assert [row for chunk in chunks for row in chunk.invisible] == [3, 4, 5]


def test_too_many_names_are_refused(tmp_path: Path) -> None:
    assert "at most 50" in only_reason(
        write(tmp_path, "names\n" + ";".join(f"Ada {n}" for n in range(51)) + "\n")
    )


# Rows


def test_a_ragged_row_is_rejected_with_its_number(tmp_path: Path) -> None:
    rows, rejected, _ = read(write(tmp_path, "name,country\nAda Brunn,DE\nLind, Bo,SE\nCy Moe\n"))
    assert len(rows) == 1
    assert [(row.row, row.reason.split(";")[0]) for row in rejected] == [
        (3, "has 3 cells where the headings have 2"),
        (4, "has 1 cell where the headings have 2"),
    ]


def test_a_quotation_mark_left_open_costs_only_its_own_row(tmp_path: Path) -> None:
    lines = ["subject_id,name", '1,"Ada Brunn', *(f"{n},Bo Lind" for n in range(2, 400))]
    rows, rejected, _ = read(write(tmp_path, "\n".join(lines)))
    assert [row.row for row in rejected] == [2]
    assert [row["subject_id"] for row in rows] == [str(n) for n in range(2, 400)]


def test_rows_inside_a_quoted_cell_are_rejected_one_by_one(tmp_path: Path) -> None:
    rows, rejected, _ = read(
        write(tmp_path, 'subject_id,name\n1,"Ada Brunn\n2,Bo Lind\n3,Cy Moe"\n4,Di Roe\n')
    )
    assert [row["subject_id"] for row in rows] == ["4"]
    assert [row.row for row in rejected] == [2, 3, 4]
    assert all("from line 2 to line 4" in row.reason for row in rejected)


@pytest.mark.parametrize(
    ("headings", "row", "swallowed"),
    [
        ("subject_id,name,country", 'c1,"Ada Brunn,DE', "c2,Bo Lind,SE,x"),  # a cell too many
        (
            "subject_id,name,country",
            'c1,"Ada Brunn,DE',
            "c2,Bo Lind",
        ),  # one too few, and an id like the others
        ("subject_id,name,country", '"c1,Ada Brunn,DE', "c2,Bo Lind"),
        ("subject_id,name,country", '17,"Ada Brunn,DE', ",Bo Lind"),
        ("name,dob,country,city,zip", '"Ada Brunn,1961,DE,Bonn,1', "Bo Lind,1962,SE,x"),
    ],
)
def test_a_ragged_row_inside_a_quoted_cell_is_not_swallowed(
    tmp_path: Path, headings: str, row: str, swallowed: str
) -> None:
    """The two stray quotation marks make one cell of three customers, of whom the second is ragged."""
    last = "c3,Cy Moe" + '"' + "," * (headings.count(",") - row.partition('"')[0].count(","))
    rows, rejected, _ = read(write(tmp_path, f"{headings}\n{row}\n{swallowed}\n{last}\n"))
    assert [row.row for row in rejected] == [2, 3, 4]
    assert rows == []


@pytest.mark.parametrize("inner", ["Springfield, Illinois", "12 Elm Rd, Flat 3", "c/o Brunn", ""])
def test_commas_in_the_lines_of_an_address_are_no_row(tmp_path: Path, inner: str) -> None:
    path = write(tmp_path, f'subject_id,name,address\nc1,Ada Brunn,"Elm Rd 2\n{inner}\nOslo"\nc2,Bo Lind,x\n')
    rows, rejected, _ = read(path)
    assert ([row["subject_id"] for row in rows], rejected) == (["c1", "c2"], [])


def test_an_address_over_several_lines_is_one_cell(tmp_path: Path) -> None:
    path = write(tmp_path, 'subject_id,name,address\r\n1,Ada Brunn,"Elm Rd 2\r\nOslo"\r\n2,Bo Lind,x\r\n')
    with CustomerFile(path) as customers:
        chunks = list(customers.chunks())
    assert [chunk.rows for chunk in chunks] == [[2, 4]]
    assert chunks[0].frame["addresses"].to_list() == [["Elm Rd 2\r\nOslo"], ["x"]]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_separator_and_line_ending_is_read(tmp_path: Path, delimiter: str, ending: str) -> None:
    lines = ["subject_id,name,countries", 'c1,"Brunn, Ada",DE', "c2,Bo Lind,SE"]
    lines = [delimiter.join(next(csv.reader([line]))) if delimiter != "," else line for line in lines]
    rows, rejected, _ = read(write(tmp_path, ending.join(lines)))
    assert rejected == []
    assert [row["names"] for row in rows] == [["Brunn, Ada"], ["Bo Lind"]]


def test_a_large_file_comes_in_chunks_with_growing_progress(tmp_path: Path) -> None:
    path = write(tmp_path, "name\n" + "Ada Brunn\n" * 2_500 + ",\n" * 10)
    with CustomerFile(path, ReadOptions(chunk_size=1_000)) as customers:
        chunks: list[Chunk] = list(customers.chunks())
    assert [chunk.read for chunk in chunks] == [1_000, 1_000, 510]
    assert sum(len(chunk.rejected) for chunk in chunks) == 10
    assert chunks[0].done <= chunks[1].done <= chunks[2].done == 1.0


# Encodings


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_a_file_in_a_usual_encoding_is_read_without_being_told(tmp_path: Path, encoding: str) -> None:
    text = "subject_id,name\n1,José Müller\n2,Åsa Çelik\n" + "3,Ada Brunn\n" * 20
    rows, rejected, customers = read(write(tmp_path, text.encode(encoding)))
    assert rejected == []
    assert [row["names"][0] for row in rows][:2] == ["José Müller", "Åsa Çelik"]
    assert any("Windows-1252" in note and "line 2" in note for note in customers.notes) == (
        encoding == "cp1252"
    )


def test_one_damaged_line_does_not_garble_the_other_names(tmp_path: Path) -> None:
    content = "name\nJosé Müller\nÅsa Çelik\n".encode() + "Zoë\n".encode("cp1252")
    rows, rejected, customers = read(write(tmp_path, content))
    assert [row["names"][0] for row in rows] == ["José Müller", "Åsa Çelik"]
    assert [row.row for row in rejected] == [4]
    assert any("line 4" in note for note in customers.notes)


def test_an_encoding_can_be_given(tmp_path: Path) -> None:
    path = write(tmp_path, "name\nВиктор Громов\n".encode("cp1251"))
    rows, _, _ = read(path, encoding="cp1251")
    assert rows[0]["names"] == ["Виктор Громов"]
    for wrong in ("klingon", "hex", "undefined"):
        with pytest.raises(InputError, match="--encoding"):
            read(path, encoding=wrong)


# Files that are something else


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "c.csv", "c.csv is empty"),
        (b" \r\n\n", "c.csv", "c.csv is empty"),
        (b"\xef\xbb\xbf", "c.csv", "c.csv is empty"),
        (b"", "c.parquet", "not a Parquet file"),
        (b"PAR1 and then nothing", "c.parquet", "not a Parquet file"),
        (b"name\nAda\n", "c.parquet", "not a Parquet file"),
        (b"PK\x03\x04....", "c.csv", "Excel"),
        (b"%PDF-1.7", "c.csv", "PDF"),
        (b'{"name": "Ada"}', "c.csv", "JSON"),
        (b"<html>maintenance</html>", "c.csv", "XML or HTML"),
        (b"\x1f\x8b\x08", "c.csv.gz", "gzip"),
        (bytes(range(256)) * 8, "c.csv", "binary"),
        (b"name," + b"x" * 1_100_000, "c.csv", "line 1"),
        (b'na"me,"x\n1,2', "c.csv", "line 1: a cell is not quoted properly"),
        (b"name,a\0b\n" + b"Ada,x\n" * 40, "c.csv", "NUL byte"),
    ],
)
def test_a_file_of_another_format_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, name: str, sentence: str
) -> None:
    with pytest.raises(InputError) as error:
        read(write(tmp_path, content, name))
    assert sentence in str(error.value)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_or_an_absent_file_is_refused(tmp_path: Path) -> None:
    for path, sentence in ((tmp_path, "is a folder"), (tmp_path / "no.csv", "cannot be read")):
        with pytest.raises(InputError, match=sentence):
            read(path)


# Parquet


def test_parquet_columns_of_every_sensible_type_are_read(tmp_path: Path) -> None:
    path = tmp_path / "customers.parquet"
    pl.DataFrame(
        {
            "subject_id": [1, 2, 3],
            "names": [["Ada Brunn", "Ada Holm"], ["Bo Lind"], ["Cy Moe"]],
            "birth_date": [dt.date(1962, 3, 12), None, dt.date(1970, 1, 1)],
            "kind": pl.Series(["person", "company", None], dtype=pl.Categorical),
            "countries": [["SY", "Germany"], [], None],
            "identifiers": [[{"type": "passport", "value": "N1", "country": "SY"}], None, []],
            "residency": ["DE", None, "FR"],
        }
    ).write_parquet(path)
    rows, rejected, customers = read(path)
    assert rejected == []
    assert "row of the file, from 1" in customers.numbering
    assert rows[0] == dict.fromkeys(FRAME_SCHEMA) | {
        "subject_id": "1",
        "names": ["Ada Brunn", "Ada Holm"],
        "birth_date": "1962-03-12",
        "kind": "person",
        "countries": ["SY", "DE"],
        "identifiers": [{"type": "passport", "value": "N1", "country": "SY"}],
        "residency": "DE",
    }
    assert (rows[1]["countries"], rows[2]["identifiers"]) == (None, None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1962.0, None, float("nan")], ["1962", None, None]),
        ([1962, None, None], ["1962", None, None]),
        ([dt.datetime(1962, 3, 12, 5), None, None], ["1962-03-12", None, None]),  # noqa: DTZ001 - as files hold it
    ],
)
def test_parquet_birth_years_and_times_are_dates(
    tmp_path: Path, values: list[Any], expected: list[str]
) -> None:
    path = tmp_path / "customers.parquet"
    pl.DataFrame({"name": ["Ada", "Bo", "Cy"], "birth_date": values}, strict=False).write_parquet(path)
    rows, rejected, _ = read(path)
    assert ([row["birth_date"] for row in rows], rejected) == (expected, [])


def test_a_parquet_column_that_is_no_text_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "customers.parquet"
    pl.DataFrame({"name": ["Ada"], "kind": [b"\x00"]}).write_parquet(path)
    with pytest.raises(InputError, match="the column kind holds Binary"):
        read(path)


def test_parquet_rows_keep_their_numbers_over_chunks(tmp_path: Path) -> None:
    path = tmp_path / "customers.parquet"
    names = [None if n % 7 == 0 else f"Ada {n}" for n in range(1, 1001)]
    pl.DataFrame({"name": names}).write_parquet(path, row_group_size=300)
    rows, rejected, _ = read(path, chunk_size=64)
    assert [row.row for row in rejected] == list(range(7, 1001, 7))
    assert [row["names"][0] for row in rows] == [name for name in names if name]


# For all inputs

_NASTY = st.text(st.sampled_from("ab1,;\"\t |\r'=é\0\ufeff\u202e\x1a"), max_size=12)


@settings(max_examples=150)
@given(st.lists(st.one_of(st.none(), _NASTY), max_size=25), st.sampled_from([1, 3, 100]))
def test_no_row_disappears_whatever_the_lines_around_it_hold(
    lines: list[str | None], chunk_size: int
) -> None:
    """`None` stands for a sound row: it must come out, screened or rejected, under its own number."""
    body = [f"{index},Ada Brunn" if line is None else line for index, line in enumerate(lines)]
    text = "\n".join(["subject_id,name", *body])
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), text)
        with CustomerFile(path, ReadOptions(chunk_size=chunk_size)) as customers:
            chunks = list(customers.chunks())
    screened = [row for chunk in chunks for row in chunk.rows]
    rejected = [row.row for chunk in chunks for row in chunk.rejected]
    assert sum(chunk.read for chunk in chunks) == len(screened) + len(rejected)
    assert [chunk.frame.height for chunk in chunks] == [len(chunk.rows) for chunk in chunks]
    assert len(set(screened + rejected)) == len(screened) + len(rejected)
    physical = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(physical, start=1):
        if line.endswith(",Ada Brunn") and line.split(",")[0].isdigit():
            assert number in screened or number in rejected


PLACEHOLDERS = {"null", "none", "nan", "n/a", "#n/a", "\\n", "-"}
_CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n\ufffd"), max_size=8)
_SUBJECTS = st.fixed_dictionaries(
    {"subject_id": st.text("abc-7 ", max_size=5), "name": _CELL},
    optional={
        "kind": st.sampled_from([*Kind, "unicorn"]),
        "birth_date": st.sampled_from(["1962", "1962-02", "1962-02-29", "1964-02-29", "1700", "x"]),
        "gender": st.sampled_from([*Gender, "blue"]),
        "residency": st.sampled_from(["DE", "de", "QQ"]),
    },
)


@settings(max_examples=150)
@given(st.lists(_SUBJECTS, min_size=1, max_size=8))
def test_a_file_accepts_exactly_what_a_single_subject_accepts(subjects: list[dict[str, str]]) -> None:
    fields = ["subject_id", "name", "kind", "birth_date", "gender", "residency"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "customers.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fields, quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(subjects)
        rows, rejected, _ = read(path)
    accepted = []
    for row in subjects:
        if row["name"].strip().casefold() in PLACEHOLDERS:  # an export's word for nothing, and nobody's name
            continue
        try:
            accepted.append(Subject.parse(**{name: cell for name, cell in row.items() if cell.strip()}))
        except InvalidSubject:
            continue
    assert len(rejected) == len(subjects) - len(accepted)
    # Python's white space has four control characters more than that of Unicode, which pydantic strips.
    assert [row["names"][0].strip() for row in rows] == [subject.name.strip() for subject in accepted]
    assert [row["subject_id"] for row in rows] == [subject.subject_id for subject in accepted]
    assert [row["birth_date"] for row in rows] == [
        subject.birth_date and subject.birth_date.text for subject in accepted
    ]
    assert [row["kind"] or "unknown" for row in rows] == [subject.kind for subject in accepted]


def test_25_000_real_customers_are_read_without_a_rejected_row() -> None:
    customers = _bench("customers_clean_global.csv")
    assert customers == (25_000, [])


def test_the_one_impossible_birth_date_among_listed_customers_is_rejected() -> None:
    screened, rejected = _bench("customers_listed_un.csv")
    assert screened == 341
    assert [(row.row, row.column) for row in rejected] == [(30, "date_of_birth")]


def _bench(name: str) -> tuple[int, list[RejectedRow]]:
    renames = parse_renames(["full_name=name", "date_of_birth=birth_date", "nationality=countries"])
    rows, rejected, _ = read(shared(f"bench/{name}"), renames=renames)
    return len(rows), rejected
