"""Write the examples and the model table of docs/matching.md from the code; a test compares the two.

Run with `make matching-page` after a change of the model.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from benchmarks.report import PROJECT, table, write
from engine import DEFAULT_THRESHOLD, Subject, compare_names, features
from engine.explain import sentence_of
from engine.model import TABLE, VERSION
from lists.model import ListedEntity

PAGE = PROJECT / "docs" / "matching.md"


class Example(NamedTuple):
    """A customer and a listed entity, both invented."""

    title: str
    kind: str
    customer: dict[str, Any]
    listed: dict[str, Any]


EXAMPLES = (
    Example(
        "Spelled otherwise, in another order, with a title",
        "person",
        {"name": "Sheikh Dvessik Youssef"},
        {"name": "Yusuf DVESSIK"},
    ),
    Example(
        "A patronymic that the customer leaves out, and a birth date that agrees as far as it goes",
        "person",
        {"name": "Viktor Dvessik", "birth_date": "1962-03-01"},
        {"name": "Viktor Orlanovich DVESSIK", "birth_dates": ["1962"]},
    ),
    Example(
        "Another patronymic is another person",
        "person",
        {"name": "Viktor Tamsinovich Dvessik"},
        {"name": "Viktor Orlanovich DVESSIK"},
    ),
    Example(
        "The exact name, and a birth date that conflicts",
        "person",
        {"name": "Viktor Dvessik", "birth_date": "1991-07-14"},
        {"name": "Viktor DVESSIK", "birth_dates": ["1962-03-01"]},
    ),
    Example(
        "The same company with another spelling of its legal form",
        "company",
        {"name": "Orion Velm Shipping JOYNT STOCK COMPANY"},
        {"name": "Orion Velm Shipping PJSC"},
    ),
    Example(
        "Another activity is another company",
        "company",
        {"name": "Tigris Velm Textiles"},
        {"name": "Tigris Velm Fertilizers"},
    ),
    Example(
        "The same name in another script",
        "person",
        {"name": "קרים ולמני"},
        {"name": "Karim VELMANI"},
    ),
)  # fmt: skip


def main() -> int:
    write(PAGE, "examples", examples())
    write(PAGE, "model", model_table())
    return 0


def model_table() -> str:
    rows = ((f"`{row.name}`", row.role, f"{row.value:g}", row.why) for row in TABLE)
    return f"Version `{VERSION}`.\n\n{table(('row', 'role', 'value', 'why'), rows)}"


def examples() -> str:
    return "\n\n".join(_shown(example) for example in EXAMPLES)


def _shown(example: Example) -> str:
    rows = list(_rows(example))
    score = min(1.0, max(0.0, sum(added for _, _, added, _ in rows)))
    outcome = "alerts" if score >= DEFAULT_THRESHOLD else "does not alert"
    cells = [(own or "-", other or "-", f"{added:+.3f}", why) for own, other, added, why in rows]
    shown = table(("customer", "list", "adds", "reason"), cells)
    return f"**{example.title}.** The sum is {score:.3f}: it {outcome}.\n\n{shown}"


def _rows(example: Example) -> Iterator[tuple[str | None, str | None, float, str]]:
    subject = Subject.parse(kind=example.kind, **example.customer)
    name, dates = example.listed["name"], example.listed.get("birth_dates", [])
    for part in compare_names(subject.name, name, example.kind).parts:
        yield part.subject, part.listed, part.contribution, sentence_of(part)
    record = ListedEntity.model_validate(
        {
            "list_id": "xx_example",
            "entity_id": "1",
            "kind": example.kind,
            "names": [{"text": name}],
            "birth_dates": [Subject(names=(name,), birth_date=date).birth_date for date in dates],
        }
    )
    for feature in features.QUALIFIERS:
        if (found := feature(subject, record)) is not None:
            yield found.subject_value, found.listed_value, found.contribution, found.sentence


if __name__ == "__main__":
    sys.exit(main())
