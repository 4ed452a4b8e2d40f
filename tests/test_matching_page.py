"""docs/matching.md says what the code does: its examples and its model table are made by the code."""

from __future__ import annotations

from benchmarks import matching_page


def part(name: str) -> str:
    page = matching_page.PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}: written by a benchmark -->", f"<!-- end of {name} -->"
    return page.partition(begin)[2].partition(end)[0].strip()


def test_the_examples_of_the_page_are_what_the_code_answers() -> None:
    assert part("examples") == matching_page.examples(), "run: make matching-page"


def test_the_model_table_of_the_page_is_the_model() -> None:
    assert part("model") == matching_page.model_table(), "run: make matching-page"
