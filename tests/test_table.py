"""Tables with headings: found below a title, whatever their case, and told from damaged ones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lists.source import SourceError
from lists.table import Table

TABLE = [("Some List", "today"), ("NAME", " Birth  Date", ""), ("A", "1960", "x"), ("", ""), ("B", "", "")]


def table(rows: Sequence[Sequence[str]], *, exact: bool = False) -> Table:
    def error(where: str, sentence: str) -> SourceError:
        return SourceError("test", "list.csv", where, sentence)

    return Table(
        list(enumerate(rows, 1)),
        error,
        required=("name", "birth date"),
        optional=("country",),
        unit="row",
        exact=exact,
    )


def test_headings_are_found_below_a_title_and_in_any_case() -> None:
    found = table(TABLE)
    assert found.headings == ("name", "birth date", "column 3")
    first, second = found
    assert (first.number, first["name"], first["birth date"]) == (3, "A", "1960")
    assert (second.number, second["name"], second["birth date"], second["country"]) == (5, "B", None, None)


def test_a_cell_that_was_not_read_can_be_told() -> None:
    row = next(iter(table(TABLE)))
    assert row["name"] == "A"
    assert list(row.unread()) == [("birth date", "1960"), ("column 3", "x")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], "row 1: does not begin with the headings of this list (name, birth date)"),
        ([["a"], ["b"]], "row 1: does not begin with the headings"),
        ([["title"], ["Name", "Country"]], "row 2: has no column 'birth date'"),
        ([["name", "birth date", "NAME"]], "row 1: has two columns 'name'"),
        ([["name", "birth date"], ["A", "1960", "x"]], "row 2: has 3 columns instead of 2"),
        ([["name", "birth date"], ["A", "1960"], ["Name", "Birth Date"]], "row 3: repeats the headings"),
    ],
)
def test_a_damaged_table_is_refused_with_its_row(rows: list[list[str]], expected: str) -> None:
    with pytest.raises(SourceError) as refused:
        list(table(rows))
    assert str(refused.value).startswith(f"test: list.csv, {expected}")


def test_a_row_that_is_cut_is_refused_where_rows_are_exact() -> None:
    rows = [["name", "birth date"], ["A"]]
    assert len(list(table(rows))) == 1
    with pytest.raises(SourceError, match=r"row 2: has 1 columns instead of 2; the file may be cut"):
        list(table(rows, exact=True))
