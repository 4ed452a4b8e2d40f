"""Reading the sheets of an Excel workbook (.xlsx) as rows of text, one row at a time.

Format: ECMA-376, Office Open XML, SpreadsheetML. Only what a list needs is read: no formulas, no links, no
macros. The reader is our own because workbooks come from outside: openpyxl does not guard against entity
bombs, and calamine lays out a sheet in memory by the largest cell position it claims.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import cast

from lxml import etree

from lists.archive import Archive
from lists.source import SourceError
from lists.xml_stream import XmlDocument

# The largest real workbook unpacks to 17 MB, 4 MB of them shared texts, which are held in memory.
_MAX_BYTES = 300_000_000
_MAX_SHARED_BYTES = 50_000_000
_TEXT_OVERHEAD = 50  # bytes that a text takes in memory, however short it is
# The widest real sheet has 36 columns; a cell far to the right would make every row as wide.
_MAX_COLUMNS = 1_000

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # a compound file: Excel before 2007, or any workbook with a password
_MANY_DIGITS = 10  # of a number that is no place in a table
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_LETTERS = re.compile(r"[A-Z]{1,3}")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how the format writes what XML cannot hold
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')  # what a number format shows as it is, and colours
_WHOLE = re.compile(r"^(-?\d+)\.0*$", re.ASCII)
_RELATION_ID = re.compile(r"\{[^}]*/relationships\}id")

# Number formats every workbook knows without declaring them (ECMA-376, part 1, 18.8.30).
_BUILTIN_FORMATS = {14: "m/d/y", 15: "d-m-y", 16: "d-m", 17: "m-y", 22: "m/d/y h"} | dict.fromkeys(
    (*range(27, 32), 36, *range(50, 55), 57, 58), "y/m/d"
)
# Day 0 of each calendar. The first one counts 29 February 1900, which never was: earlier days are one off.
_DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's dates are of no time zone
_DAY_ZERO_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001
_FALSE_LEAP_DAY = 60


@dataclass(frozen=True)
class SheetRow:
    """A row of a sheet: its number as Excel shows it, and the text of each cell, "" where there is none."""

    number: int
    cells: tuple[str, ...]


@dataclass
class _Book:
    """What the parts beside the sheets say."""

    sheets: dict[str, str] = field(default_factory=dict)  # the part of each sheet, by the sheet's name
    shared: list[str] = field(default_factory=list)
    date_styles: dict[str, str] = field(default_factory=dict)  # of "dhmy", what each style shows of a date
    day_zero: dt.datetime = _DAY_ZERO


class Workbook:
    """An Excel workbook. `sheet_names` are in the order of the tabs.

    A cell comes as the text it holds: numbers without a trailing ".0", dates in ISO 8601 with the precision
    that the cell shows ("1968", "1968-05", "1968-05-12", with "T" and a time if it shows one), truth values
    as TRUE and FALSE. Raises `SourceError`, while iterating too, for what is no workbook, damaged or hostile.
    """

    def __init__(self, list_id: str, path: Path) -> None:
        self._list_id = list_id
        self._path = path
        with path.open("rb") as file:
            if file.read(len(_OLD_EXCEL)) == _OLD_EXCEL:
                raise self.error(
                    "is an Excel workbook of the old format or with a password; save it as .xlsx"
                )
        self._archive = Archive(list_id, path, most_bytes=_MAX_BYTES)
        self._book = self._read_book()
        self.sheet_names = tuple(self._book.sheets)

    def rows(self, sheet: str | None = None) -> Iterator[SheetRow]:
        """The rows of a sheet, the first one unless named, that have a cell with something in it.

        A row is as long as its last cell that is not empty.
        """
        if sheet is None:
            sheet = self.sheet_names[0]
        if sheet not in self._book.sheets:
            raise self.error(f"has no sheet {sheet!r}, only {', '.join(self.sheet_names)[:200]}")
        number = 0
        for row in self._elements(self._book.sheets[sheet], "worksheet", "row"):
            number = _int(row.get("r")) or number + 1
            if cells := self._cells(row, f"sheet {sheet}, row {number}"):
                yield SheetRow(number, tuple(cells))

    def error(self, sentence: str, where: str | None = None) -> SourceError:
        """A `SourceError` about this workbook."""
        return SourceError(self._list_id, self._path.name, where, sentence)

    def _cells(self, row: etree._Element, where: str) -> list[str]:
        cells: list[str] = []
        column = 0
        for cell in row.iterchildren("{*}c"):
            column = _column(cell.get("r", "")) or column + 1
            if column > _MAX_COLUMNS:
                raise self.error(f"has a cell in column {column:,}, as no list has; refused", where)
            if len(cell) and (
                text := self._text(cell, where).strip()
            ):  # most cells have a style and no value
                cells.extend([""] * (column - len(cells)))
                cells[column - 1] = text
        return cells

    def _text(self, cell: etree._Element, where: str) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(map(_rich_text, cell.iterchildren("{*}is")))
        value = _value(cell)
        if kind == "s":
            number = int(value) if value.isdecimal() and len(value) < _MANY_DIGITS else None
            if number is None or number >= len(self._book.shared):
                raise self.error(
                    f"refers to the text {value[:20]!r}, which is not there; fetch it again", where
                )
            return self._book.shared[number]
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if kind != "n":
            return _unescaped(value)
        shown = self._book.date_styles.get(cell.get("s", "0"))
        return (shown and _date(value, shown, self._book.day_zero)) or _WHOLE.sub(r"\1", value)

    def _read_book(self) -> _Book:
        main = next((part for kind, part in self._related("").values() if kind == "officeDocument"), None)
        if main is None:
            raise self.error("is a ZIP archive and no Excel workbook; fetch it again")
        book = _Book()
        related = self._related(main)
        for element in self._elements(main, "workbook", "sheet", "workbookPr"):
            if element.get("date1904") in ("1", "true"):
                book.day_zero = _DAY_ZERO_1904
            kind, part = related.get(_relation_id(element), ("", ""))
            if kind == "worksheet":
                book.sheets[element.get("name", part)] = part
        if not book.sheets:
            raise self.error("is a workbook without a sheet; fetch it again")
        parts = dict(related.values())
        if "styles" in parts:
            book.date_styles = self._date_styles(parts["styles"])
        if "sharedStrings" in parts:
            book.shared = self._shared_texts(parts["sharedStrings"])
        return book

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that a part refers to: by the reference's id, the kind and the name of the part."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self._archive.names:
            return {}
        return {
            relation.get("Id", ""): (
                relation.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/"),
            )
            for relation in self._elements(relations, "Relationships", "Relationship")
        }

    def _shared_texts(self, part: str) -> list[str]:
        texts: list[str] = []
        size = 0
        for item in self._elements(part, "sst", "si"):
            texts.append(_rich_text(item))
            size += len(texts[-1]) + _TEXT_OVERHEAD
            if size > _MAX_SHARED_BYTES:
                raise self.error(
                    f"holds more than {_MAX_SHARED_BYTES:,} bytes of text, as no list does; refused"
                )
        return texts

    def _date_styles(self, part: str) -> dict[str, str]:
        formats = dict(_BUILTIN_FORMATS)
        shown = {}
        for element in self._elements(part, "styleSheet", "numFmt", "cellXfs"):
            if (declared := _int(element.get("numFmtId"))) is not None:
                formats[declared] = element.get("formatCode", "")
            for number, style in enumerate(element.iterchildren("{*}xf")):
                code = formats.get(_int(style.get("numFmtId")) or 0, "")
                letters = set(_LITERAL.sub("", code).lower()) & set("dhmy")
                if letters & {"d", "y"}:
                    shown[str(number)] = "".join(sorted(letters))
        return shown

    def _elements(self, part: str, root: str, *tags: str) -> Iterator[etree._Element]:
        document = XmlDocument(
            self._list_id, self._path, root=root, entries=tags, opened=lambda: self._archive.open(part)
        )
        return document.elements()


def _int(text: str | None) -> int | None:
    return int(text) if text and _NUMBER.fullmatch(text) else None


def _column(position: str) -> int | None:
    """The number of a column, from 1, in a position such as "AB12"."""
    return _column_of(position.rstrip("0123456789"))


@lru_cache(maxsize=_MAX_COLUMNS)
def _column_of(letters: str) -> int | None:
    if _LETTERS.fullmatch(letters) is None:
        return None
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _value(cell: etree._Element) -> str:
    for child in cell:  # a large sheet has a third of a million cells
        tag = child.tag
        if tag[-1] == "v" and (len(tag) == 1 or tag[-2] == "}"):
            return child.text or ""
    return ""


def _local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _relation_id(element: etree._Element) -> str:
    attributes = cast("Mapping[str, str]", element.attrib)
    return next((value for name, value in attributes.items() if _RELATION_ID.fullmatch(name)), "")


def _rich_text(item: etree._Element) -> str:
    """The text of an item, without its formatting and without the phonetic guide beside it."""
    runs = (text for run in item.iterchildren("{*}t", "{*}r") for text in (run, *run.iterchildren("{*}t")))
    return _unescaped("".join(run.text or "" for run in runs if _local_name(run) == "t"))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n")


def _date(value: str, shown: str, day_zero: dt.datetime) -> str | None:
    """A day's number as a date in ISO 8601; None for a number that is no day."""
    try:
        days = float(value)
        early = 1 if day_zero == _DAY_ZERO and days < _FALSE_LEAP_DAY else 0
        moment = day_zero + dt.timedelta(days=days + early)
    except (OverflowError, ValueError):
        return None
    if "h" in shown:
        return moment.isoformat(timespec="seconds")
    form = "%Y-%m-%d" if "d" in shown else "%Y-%m" if "m" in shown else "%Y"
    return moment.strftime(form)
