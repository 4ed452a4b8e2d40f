"""The threat model names a test for what it says holds: each must be there."""

from __future__ import annotations

import re

from conftest import PROJECT


def test_every_test_that_the_threat_model_names_is_there() -> None:
    page = (PROJECT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tests").glob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", page)
    assert named
    assert [name for name in named if f"def {name}(" not in code] == []
    files = re.findall(r"`(tests/\w+\.py)`", page)
    assert [file for file in files if not (PROJECT / file).exists()] == []
    pages = re.findall(r"\]\(([\w/-]+\.md)\)", page)
    assert [name for name in pages if not (PROJECT / "docs" / name).exists()] == []
