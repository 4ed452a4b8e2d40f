"""Excel workbooks: what a cell shows is what is read, and a hostile workbook is refused before it costs."""

from __future__ import annotations

import struct
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import workbooks
from conftest import shared
from hypothesis import given
from hypothesis import strategies as st

from lists.source import SourceError
from lists.workbook import Workbook

Parts = Mapping[str, str | bytes]


def opened(tmp_path: Path, parts: Parts) -> Workbook:
    return Workbook("test", workbooks.write(tmp_path / "list.xlsx", parts))


def refusal(tmp_path: Path, parts: Parts) -> str:
    with pytest.raises(SourceError) as refused:
        list(opened(tmp_path, parts).rows())
    return str(refused.value).removeprefix("test: list.xlsx")


STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd/MM/yyyy"/><numFmt numFmtId="165" formatCode="yyyy"/>'
    '<numFmt numFmtId="166" formatCode="&quot;day&quot; 0.0"/>'
    '<numFmt numFmtId="167" formatCode="[Red]yyyy\\-mm\\-dd hh:mm"/></numFmts><cellXfs>'
    + "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 17, 164, 165, 166, 167))
    + "</cellXfs>"
)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c t="s"><v>1</v></c>', "Orlan Dvessik"),
        ('<c t="inlineStr"><is><r><t>Orlan </t></r><r><t>D_x002E_</t></r></is></c>', "Orlan D."),
        ('<c t="str"><v>a_x000D_\nb</v></c>', "a\nb"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ("<c><v>2</v></c>", "2"),
        ('<c s="0"><v>1968.0</v></c>', "1968"),
        ("<c><v>134.5</v></c>", "134.5"),
        ('<c s="1"><v>46126</v></c>', "2026-04-14"),
        ('<c s="2"><v>25569</v></c>', "1970-01"),
        ('<c s="3"><v>1</v></c>', "1900-01-01"),
        ('<c s="3"><v>61</v></c>', "1900-03-01"),
        ('<c s="4"><v>24838</v></c>', "1968"),
        ('<c s="5"><v>24838</v></c>', "24838"),
        ('<c s="6"><v>25569.5</v></c>', "1970-01-01T12:00:00"),
        ('<c s="1"><v>1e300</v></c>', "1e300"),
        ('<c s="1"><v>long ago</v></c>', "long ago"),
    ],
)
def test_a_cell_comes_as_the_text_it_shows(tmp_path: Path, cell: str, text: str) -> None:
    shared_texts = "<si><t>a</t></si><si><t>Orlan </t><r><t>Dvessik</t></r><rPh><t>guide</t></rPh></si>"
    sheet = workbooks.worksheet(f"<row>{cell}</row>")
    workbook = opened(tmp_path, workbooks.parts({"Data": sheet}, shared=shared_texts, styles=STYLES))
    assert [row.cells for row in workbook.rows()] == [(text,)]


def test_dates_may_be_counted_from_1904(tmp_path: Path) -> None:
    sheet = workbooks.worksheet('<row><c s="1"><v>0</v></c></row>')
    parts = workbooks.parts({"Data": sheet}, styles=STYLES, settings='<workbookPr date1904="1"/>')
    assert [row.cells for row in opened(tmp_path, parts).rows()] == [("1904-01-01",)]


def test_rows_keep_their_numbers_and_cells_their_columns(tmp_path: Path) -> None:
    rows = (
        '<row r="2"><c r="B2" t="str"><v>b</v></c><c t="str"><v>c</v></c><c r="AA2"><v> </v></c></row>'
        '<row r="4"/><row r="7"><c r="A7" t="str"><v>a</v></c></row>'
        '<row><c r="AB8" t="str"><v>z</v></c></row>'
    )
    workbook = opened(tmp_path, workbooks.parts({"Data": workbooks.worksheet(rows)}))
    assert [(row.number, row.cells) for row in workbook.rows()] == [
        (2, ("", "b", "c")),
        (7, ("a",)),
        (8, ("",) * 27 + ("z",)),
    ]


def test_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    parts = workbooks.parts({"Notes": workbooks.sheet([["n"]]), "Data": workbooks.sheet([["d"]])})
    workbook = opened(tmp_path, parts)
    assert workbook.sheet_names == ("Notes", "Data")
    assert [row.cells for row in workbook.rows("Data")] == [("d",)]
    with pytest.raises(SourceError, match="has no sheet 'Old', only Notes, Data"):
        list(workbook.rows("Old"))


texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=5)


@given(st.lists(st.lists(texts.filter(lambda text: "_x" not in text), max_size=5), max_size=5))
def test_what_is_written_is_read(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workbook = Workbook("test", workbooks.write_rows(Path(folder) / "list.xlsx", rows))
        read = {row.number: list(row.cells) for row in workbook.rows()}
    for row in rows:
        while row and not row[-1]:
            row.pop()
    assert read == {number: row for number, row in enumerate(rows, 1) if row}


BOMB = "<!DOCTYPE l [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)
GOOD = workbooks.parts({"Data": workbooks.sheet([["a"]])})
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({SHEET: "<worksheet>{}".format(" " * 1_000_000)}, f": unpacks '{SHEET}' from "),
        ({SHEET: BOMB + "<worksheet>&a9;</worksheet>"}, ", line 1: declares a DOCTYPE"),
        ({"xl/sharedStrings.xml": BOMB + "<sst><si><t>&a9;</t></si></sst>"}, ", line 1: declares a DOCTYPE"),
        (
            {"xl/workbook.xml": "<!DOCTYPE w SYSTEM 'file:///etc/hostname'><workbook/>"},
            ", line 1: declares a DOCTYPE",
        ),
        (
            {SHEET: workbooks.worksheet('<row r="3"><c r="XFD3"/></row>')},
            ", sheet Data, row 3: has a cell in col",
        ),
        (
            {SHEET: workbooks.worksheet('<row><c t="s"><v>7</v></c></row>')},
            ", sheet Data, row 1: refers to the t",
        ),
        ({SHEET: workbooks.worksheet("<row>")}, ", line 1, column"),
        ({SHEET: "<chart/>"}, ", line 1: is XML with the root element chart instead of worksheet"),
        ({"_rels/.rels": "<Relationships/>"}, ": is a ZIP archive and no Excel workbook"),
        ({"xl/workbook.xml": "<workbook/>"}, ": is a workbook without a sheet"),
        ({f"other/{number}": "" for number in range(1_001)}, ": is an archive of 1,007 files"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_damaged_or_hostile_workbook_is_refused(tmp_path: Path, changed: Parts, expected: str) -> None:
    assert refusal(tmp_path, {**GOOD, **changed}).startswith(expected)


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    parts = {name: content for name, content in GOOD.items() if name != SHEET}
    assert refusal(tmp_path, parts) == f": has no {SHEET} in it; fetch it again"


def test_a_part_that_unpacks_to_more_than_it_declares_is_refused(tmp_path: Path) -> None:
    file = workbooks.write(
        tmp_path / "list.xlsx", {**GOOD, SHEET: " " * 5_000 + workbooks.sheet([["a"] * 200])}
    )
    with zipfile.ZipFile(file) as archive:
        size = archive.getinfo(SHEET).file_size
    lying = file.read_bytes().replace(struct.pack("<L", size), struct.pack("<L", 4_000))
    file.write_bytes(lying)
    with pytest.raises(SourceError, match=r"^test: list\.xlsx"):
        list(Workbook("test", file).rows())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"PK\x03\x04rest", "is not readable as a ZIP archive"),
        (b"", "is not readable as a ZIP archive"),
        (b"\xd0\xcf\x11\xe0rest", "is an Excel workbook of the old format or with a password"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    (tmp_path / "list.xlsx").write_bytes(content)
    with pytest.raises(SourceError, match=expected):
        Workbook("test", tmp_path / "list.xlsx")


def test_a_workbook_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = workbooks.write(tmp_path / "whole.xlsx", GOOD).read_bytes()
    for size in range(4, len(whole), 97):
        (tmp_path / "cut.xlsx").write_bytes(whole[:size])
        with pytest.raises(SourceError, match=r"cut\.xlsx: is not readable as a ZIP archive"):
            Workbook("test", tmp_path / "cut.xlsx")


@pytest.mark.parametrize(
    ("path", "rows", "widest"),
    [("gb_ofsi/xlsx-2025-04-10.xlsx", 18_798, 36), ("au_dfat/xlsx-2026-07-23.xlsx", 11_069, 19)],
)
def test_real_workbooks_are_read_row_by_row(path: str, rows: int, widest: int) -> None:
    workbook = Workbook("test", shared(f"lists/{path}"))
    lengths = [len(row.cells) for row in workbook.rows()]
    assert (len(lengths), max(lengths)) == (rows, widest)
