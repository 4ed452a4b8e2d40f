"""Which column of a customer file feeds which field of a subject."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.subject import Subject
from jobs.errors import InputError
from lists.model import IdentifierType

IGNORE = "ignore"  # `--map kind=ignore`: the column has another meaning here

_FIELDS = frozenset(Subject.model_fields)
_SAME_FIELD = {"name": "names", "country": "countries", "address": "addresses", "identifier": "identifiers"}
_TAKES_SEVERAL_COLUMNS = frozenset({"names", "countries", "identifiers", "addresses"})
_IDENTIFIER_TYPES = frozenset(IdentifierType)

# A wrong file may hold thousands of "columns"; a sentence that lists more than these helps nobody.
_MOST_COLUMNS_SHOWN = 20
_LONGEST_HEADING_SHOWN = 40

TARGETS = (
    "subject_id, name, names, kind, birth_date, gender, countries, identifiers, identifiers.TYPE (such as "
    "identifiers.passport), addresses, residency, segment or ignore"
)


@dataclass(frozen=True)
class Column:
    """One column that is read: `index` in the file, and the field it feeds.

    `splits` says whether a cell holds several values separated by semicolons; `identifier_type` is set where
    the column holds identifiers of one type.
    """

    heading: str
    index: int
    field: str
    splits: bool
    identifier_type: str | None = None


@dataclass(frozen=True)
class ColumnPlan:
    """The columns to read, and the headings of those that are not."""

    columns: tuple[Column, ...]
    ignored: tuple[str, ...]

    def feeds(self, field: str) -> bool:
        return any(column.field == field for column in self.columns)


def plan_columns(file: str, headings: Sequence[str], renames: Mapping[str, str]) -> ColumnPlan:
    """Match headings to fields; `renames` goes from heading to field and wins over the heading's own meaning.

    Headings are compared without regard to case, and with spaces and hyphens read as underscores.
    Raises `InputError`.
    """
    columns, ignored = _matched(file, headings, renames)
    _refuse_two_for_one(file, columns)
    # Whoever writes `name` and `names` means the first as the name the customer goes by.
    columns.sort(key=lambda column: (column.field, column.splits, column.index))
    plan = ColumnPlan(tuple(columns), tuple(ignored))
    if not plan.feeds("names"):
        raise InputError(_no_name(file, headings))
    return plan


def only_column(file: str, headings: Sequence[str], renames: Mapping[str, str], field: str) -> Column:
    """The one column that feeds a field that takes one. Raises `InputError` where there is none, or two."""
    columns, _ = _matched(file, headings, renames)
    own = [column for column in columns if column.field == field]
    _refuse_two_for_one(file, own)
    if not own:
        if _looks_like_data(headings):
            raise InputError(_no_name(file, headings))
        raise InputError(
            f"{file} has no column {field}; its columns are: {_show(headings)}. Say which one it is, for "
            f"example --map COLUMN={field}."
        )
    return own[0]


def _matched(
    file: str, headings: Sequence[str], renames: Mapping[str, str]
) -> tuple[list[Column], list[str]]:
    """The columns that feed a field, and the headings of those that feed none."""
    _refuse_duplicates(file, headings)
    targets = _renamed(file, headings, renames)
    columns, ignored = [], []
    for index, heading in enumerate(headings):
        target = targets.get(index, _folded(heading))
        column = _column(heading.strip(), index, target)
        if column is not None:
            columns.append(column)
        elif heading.strip() and target != IGNORE:
            ignored.append(heading.strip())
    return columns, ignored


def parse_renames(texts: Sequence[str]) -> dict[str, str]:
    """`["full_name=name"]` as a mapping. Raises `InputError` for anything but COLUMN=FIELD, once a column."""
    renames: dict[str, str] = {}
    for text in texts:
        heading, equals, target = text.rpartition("=")
        if not equals or not heading.strip() or not target.strip():
            raise InputError(f"--map takes COLUMN=FIELD, such as full_name=name; FIELD is {TARGETS}.")
        if heading.strip() in renames:
            raise InputError(f"--map names the column {heading.strip()} twice; map each column once.")
        renames[heading.strip()] = target.strip()
    return renames


def _column(heading: str, index: int, target: str) -> Column | None:
    field, dot, identifier_type = target.partition(".")
    field = _SAME_FIELD.get(field, field)
    if field not in _FIELDS or (dot and (field != "identifiers" or identifier_type not in _IDENTIFIER_TYPES)):
        return None
    splits = field in _TAKES_SEVERAL_COLUMNS and target != "name"
    return Column(heading, index, field, splits, identifier_type or None)


def _renamed(file: str, headings: Sequence[str], renames: Mapping[str, str]) -> dict[int, str]:
    exact = {heading.strip(): index for index, heading in enumerate(headings)}
    folded = {_folded(heading): index for index, heading in enumerate(headings)}
    targets: dict[int, str] = {}
    for heading, target in renames.items():
        index = exact.get(heading.strip(), folded.get(_folded(heading)))
        if index is None:
            raise InputError(
                f"{file} has no column {_show([heading])} for --map; its columns are: {_show(headings)}."
            )
        if index in targets:
            raise InputError(f"--map names the column {_show([heading])} twice; map each column once.")
        targets[index] = _checked_target(target)
    return targets


def _checked_target(target: str) -> str:
    folded = target.strip().casefold()
    field, _, identifier_type = folded.partition(".")
    known = folded == IGNORE or _SAME_FIELD.get(field, field) in _FIELDS
    if not known or ("." in folded and (field != "identifiers" or identifier_type not in _IDENTIFIER_TYPES)):
        raise InputError(f"--map: {_show([target])} is not a field of a subject; it takes {TARGETS}.")
    return folded


def _refuse_duplicates(file: str, headings: Sequence[str]) -> None:
    counts = Counter(_folded(heading) for heading in headings if heading.strip())
    repeated = [heading for heading in headings if counts.get(_folded(heading), 0) > 1]
    if repeated:
        raise InputError(
            f"{file}: the heading {_show(repeated[:1])} appears more than once; "
            "give every column its own heading."
        )


def _refuse_two_for_one(file: str, columns: Sequence[Column]) -> None:
    counts = Counter(column.field for column in columns if column.field not in _TAKES_SEVERAL_COLUMNS)
    for field, count in counts.items():
        if count > 1:
            both = [column.heading for column in columns if column.field == field]
            raise InputError(
                f"{file}: the columns {_show(both)} all feed {field}, which takes one; "
                f"leave one out, for example with --map {_show(both[-1:])}={IGNORE}."
            )


def _no_name(file: str, headings: Sequence[str]) -> str:
    if _looks_like_data(headings):
        # The first line is then somebody's record: it must not be repeated on a screen or in a log.
        return (
            f"{file}, line 1: looks like a customer rather than headings; "
            "put a line with the names of the columns on top, such as subject_id,name,birth_date,countries."
        )
    likely = [heading for heading in headings if "name" in heading.casefold()] or [
        heading for heading in headings if heading.strip()
    ]
    example = _show(likely[:1]) if likely else "full_name"
    return (
        f"{file} has no column for the name; its columns are: {_show(headings)}. "
        f"Say which one holds it, for example --map {_quoted(example)}=name."
    )


def _looks_like_data(headings: Sequence[str]) -> bool:
    """A record nearly always has an empty, dated or numbered cell; headings have none.

    Some programs leave the first or the last heading empty, so those two do not count.
    """
    cells = [heading.strip() for heading in headings]
    return not all(cells[1:-1]) or any(cell[:1].isdigit() for cell in cells)


def _quoted(text: str) -> str:
    return f'"{text}"' if re.search(r"\s", text) else text


def _folded(heading: str) -> str:
    return re.sub(r"[\s\-]+", "_", heading.strip().casefold())


def _show(headings: Sequence[str]) -> str:
    """The headings for an error sentence: few, short and without control characters."""
    shown = [_printable(heading.strip()[:_LONGEST_HEADING_SHOWN]) for heading in headings if heading.strip()]
    if not shown:
        return "none"
    hidden = len(shown) - _MOST_COLUMNS_SHOWN
    return ", ".join(shown[:_MOST_COLUMNS_SHOWN]) + (f" and {hidden} more" if hidden > 0 else "")


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)
