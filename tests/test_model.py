"""The model table: documented row by row, and never changed behind its version's back."""

from __future__ import annotations

import hashlib

from conftest import PROJECT

from engine.model import DEFAULT_THRESHOLD, RULES, TABLE, VERSION, Row


def _line(row: Row) -> str:
    return f"| `{row.name}` | {row.role} | {row.value:g} | {row.why} |"


def test_the_page_on_matching_has_every_row_of_the_model() -> None:
    page = (PROJECT / "docs" / "matching.md").read_text(encoding="utf-8").splitlines()
    documented = [line for line in page if line.startswith("| `")]
    assert documented == [_line(row) for row in TABLE]


def test_every_row_has_a_name_of_its_own_a_role_and_a_reason() -> None:
    assert len({row.name for row in TABLE}) == len(TABLE)
    assert all(row.role in {"main", "qualifier", "setting"} and row.why for row in TABLE)


def test_another_value_or_another_rule_is_another_version() -> None:
    def version(rules: int, table: tuple[Row, ...]) -> str:
        return "m" + hashlib.sha256(repr((rules, table)).encode()).hexdigest()[:12]

    assert version(RULES, TABLE) == VERSION
    changed = (TABLE[0]._replace(value=TABLE[0].value + 0.01), *TABLE[1:])
    assert len({VERSION, version(RULES, changed), version(RULES + 1, TABLE)}) == 3


def test_the_default_threshold_is_the_one_in_the_table() -> None:
    assert {row.name: row.value for row in TABLE}["threshold"] == DEFAULT_THRESHOLD
