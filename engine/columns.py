"""A frame of subjects as columns of numbers, without a `Subject` for each row.

A row is taken as it is where every cell is surely one that `Subject` takes: distinct values are looked at
once. Any other row becomes a `Subject`, which decides, so that a frame and a single call never disagree on
what is valid.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.frame import subject_of
from engine.index.layout import KINDS
from engine.index.profiles import GENDERS, Party, Profiles, country_bits, profiles_of
from engine.names.remarks import DATE_FIGURES, REMARK_WORDS
from engine.names.several import SEVERAL
from engine.names.tokens import MAX_TOKENS
from engine.policy import Policies
from engine.subject import EARLIEST_BIRTH_YEAR, MAX_NAMES, Subject, parse_birth_date
from lists.countries import is_alpha2
from lists.model import Kind, PartialDate

# A name this short has no more words than a subject may have.
_SURELY_FEW_WORDS = 2 * MAX_TOKENS - 1
_JOINT = "\0"
_LONGEST_ID = 200
_FIRST_DAY = dt.date(EARLIEST_BIRTH_YEAR, 1, 1)
_TEXTS = pl.List(pl.String)
_TAKEN = frozenset(
    {"subject_id", "name", "names", "kind", "birth_date", "gender", "countries", "residency", "segment"}
)

Taken = NDArray[np.bool_]  # the rows that are taken as they are


class SubjectColumns(NamedTuple):
    """n subjects. Their names are (`owner`, `name`), by the position of the subject, one or more for each."""

    owner: NDArray[np.int64]
    name: pl.Series
    profiles: Profiles
    policy: NDArray[np.int64]  # 0: the default, then the segments by their names
    subjects: Mapping[int, Subject]  # those that were not taken as they are
    frame: pl.DataFrame

    def subjects_at(self, places: Iterable[int]) -> Iterator[Subject]:
        """The subjects at some positions, in ascending order."""
        wanted = list(places)
        rows = self.frame[wanted].iter_rows(named=True)
        for place, row in zip(wanted, rows, strict=True):
            yield self.subjects.get(place) or subject_of(row, place)


def subject_columns(frame: pl.DataFrame, policies: Policies, first_row: int = 0) -> SubjectColumns:
    """The columns of a frame whose columns are fields of `Subject`; null means not given.

    Raises InvalidSubject, with the row's position in front of the field, for the first row that is not a
    subject.
    """
    taken = _nothing_else(frame) & _ids(frame)
    kind = _coded(frame, "kind", _KINDS.get, KINDS.index(Kind.UNKNOWN), taken)
    gender = _coded(frame, "gender", _GENDERS.get, 0, taken)
    _coded(frame, "residency", lambda code: 0 if is_alpha2(code) else None, 0, taken)
    order = {name: place for place, name in enumerate(policies.segments, 1)}
    policy = _coded(frame, "segment", order.get, 0, taken)
    earliest, latest = _birth_years(frame, taken)
    countries = _countries(frame, taken)
    owner, name = _names(frame, taken)
    profiles = Profiles(kind.astype(np.int8), gender.astype(np.int8), countries, earliest, latest)
    rest = np.flatnonzero(~taken)
    subjects = dict(_parsed(frame, rest, first_row))
    if len(rest):
        _fill_in(profiles, rest, [subjects[place] for place in rest.tolist()])
        for place, subject in subjects.items():
            policies.of(subject)
            policy[place] = 0 if subject.segment is None else order[subject.segment]
        kept = taken[owner]
        more = [(place, text) for place, subject in subjects.items() for text in subject.all_names]
        owner = np.concatenate([owner[kept], np.array([place for place, _ in more], dtype=np.int64)])
        name = pl.concat(
            [name.filter(pl.Series(kept)), pl.Series([text for _, text in more], dtype=pl.String)]
        )
    return SubjectColumns(owner, name, profiles, policy, subjects, frame)


def _parsed(frame: pl.DataFrame, places: NDArray[np.int64], first_row: int) -> Iterator[tuple[int, Subject]]:
    rows = frame[places].iter_rows(named=True) if len(places) else iter(())
    for place, row in zip(places.tolist(), rows, strict=True):
        yield place, subject_of(row, first_row + place)


def _fill_in(profiles: Profiles, places: NDArray[np.int64], subjects: list[Subject]) -> None:
    found = profiles_of([Party.of(subject) for subject in subjects])
    for name in Profiles._fields:
        getattr(profiles, name)[places] = getattr(found, name)


def _nothing_else(frame: pl.DataFrame) -> Taken:
    """Rows whose other cells (identifiers, addresses, what is no field at all) are empty."""
    taken = np.ones(frame.height, dtype=np.bool_)
    for name in frame.columns:
        if name not in _TAKEN:
            taken &= frame[name].is_null().to_numpy()
    return taken


def _ids(frame: pl.DataFrame) -> Taken:
    if "subject_id" not in frame.columns:
        return np.ones(frame.height, dtype=np.bool_)
    column = frame["subject_id"]
    if column.dtype != pl.String:
        return column.is_null().to_numpy()
    text = column.str.strip_chars()
    # A reference that begins so may have the form of a fingerprint.
    taken = text.str.len_chars().is_between(1, _LONGEST_ID) & ~text.str.starts_with("~")
    return taken.fill_null(value=True).to_numpy()


def _coded(
    frame: pl.DataFrame, name: str, code: Callable[[str], int | None], default: int, taken: Taken
) -> NDArray[np.int64]:
    """A number for each cell of a column of texts; `taken` loses the rows of cells that have none."""
    column = _column(frame, name, pl.String, taken)
    if column.null_count() == len(column):
        return np.full(len(column), default)
    distinct = column.unique().drop_nulls()
    codes = [-1 if (found := code(text)) is None else found for text in distinct.to_list()]
    numbers = column.replace_strict(distinct, pl.Series(codes, dtype=pl.Int64), default=None)
    filled: NDArray[np.int64] = numbers.fill_null(default).to_numpy()
    taken &= filled >= 0
    return np.maximum(filled, 0)


_KINDS = {kind.value: place for place, kind in enumerate(KINDS)}
_GENDERS = {gender.value: code for gender, code in GENDERS.items() if gender is not None}


def _birth_years(frame: pl.DataFrame, taken: Taken) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """The years that each birth date lies in, 0 where none is given."""
    written = frame
    if "birth_date" in frame.columns and frame["birth_date"].dtype in (pl.Date, pl.Int64, pl.Int32, pl.Int16):
        written = frame.select(pl.col("birth_date").cast(pl.String))
    column = _column(written, "birth_date", pl.String, taken)
    # Nearly all are whole days of the calendar, which need no look at each.
    day = column.str.to_date("%Y-%m-%d", strict=False)
    sure = column.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & day.is_between(
        _FIRST_DAY, dt.datetime.now(dt.UTC).date()
    )
    sure = sure.fill_null(value=False)
    dates: list[PartialDate | None] = [None]

    def add(text: str) -> int | None:
        try:
            dates.append(parse_birth_date(text))
        except ValueError:
            return None
        return len(dates) - 1

    rest = pl.select(birth_date=pl.when(~sure).then(column))
    place = _coded(rest, "birth_date", add, 0, taken)
    year = pl.select(pl.when(sure).then(day).dt.year().fill_null(0)).to_series().to_numpy().astype(np.int16)
    earliest = np.array([0 if date is None else date.earliest.year for date in dates], dtype=np.int16)
    latest = np.array([0 if date is None else date.latest.year for date in dates], dtype=np.int16)
    return np.where(year, year, earliest[place]), np.where(year, year, latest[place])


def _countries(frame: pl.DataFrame, taken: Taken) -> NDArray[np.uint64]:
    """The bits of the countries of each subject."""
    column = _column(frame, "countries", _TEXTS, taken)
    joined = column.list.join(_JOINT, ignore_nulls=False)
    # A list with a missing code in it, or with one that holds the joint, is for `Subject` to refuse.
    joints = joined.str.count_matches(_JOINT, literal=True) + 1
    whole = column.is_null() | (joints == column.list.len()) | (column.list.len() == 0)
    taken &= whole.fill_null(value=False).to_numpy()
    bits = [country_bits(frozenset())]

    def add(codes: str) -> int | None:
        found = [code.strip().upper() for code in codes.split(_JOINT) if codes]
        if not all(map(is_alpha2, found)):
            return None
        bits.append(country_bits(frozenset(found)))
        return len(bits) - 1

    place = _coded(pl.DataFrame({"countries": joined}), "countries", add, 0, taken)
    return np.array(bits, dtype=np.uint64)[place]


def _names(frame: pl.DataFrame, taken: Taken) -> tuple[NDArray[np.int64], pl.Series]:
    """The names of the rows that are taken, with the row of each."""
    single, several = _column(frame, "name", pl.String, taken), _column(frame, "names", _TEXTS, taken)
    taken &= (single.is_null() != several.is_null()).to_numpy()
    rows = pl.select(owner=pl.int_range(frame.height, dtype=pl.Int64), name=single)
    has_several = several.null_count() < len(several)
    if has_several:
        name = pl.when(single.is_not_null()).then(pl.concat_list(single)).otherwise(several)
        rows = rows.with_columns(name=name)
        taken &= rows["name"].list.len().is_between(1, MAX_NAMES).fill_null(value=False).to_numpy()
    rows = rows.filter(pl.Series(taken))
    names = (rows.explode("name") if has_several else rows).with_columns(pl.col("name").str.strip_chars())
    short = pl.col("name").str.len_chars().is_between(1, _SURELY_FEW_WORDS)
    one = ~(pl.col("name").str.contains(SEVERAL) | _may_hold_remarks(pl.col("name")))
    sure = (short & one & pl.col("name").str.contains(r"[\pL\pN]")).fill_null(value=False)
    taken[names.filter(~sure)["owner"].to_numpy()] = False
    names = names.filter(pl.Series(taken)[names["owner"]])
    return names["owner"].to_numpy(), names["name"]


def _may_hold_remarks(name: pl.Expr) -> pl.Expr:
    words = name.str.contains_any(list(REMARK_WORDS), ascii_case_insensitive=True)
    return words | name.str.contains(DATE_FIGURES)


def _column(frame: pl.DataFrame, name: str, dtype: Any, taken: Taken) -> pl.Series:
    """A column of a type; all of it missing where it is of another, which `taken` then leaves out."""
    if name in frame.columns:
        column = frame[name]
        if column.dtype == dtype:
            return column
        taken &= column.is_null().to_numpy()
    return pl.Series(name, [None], dtype=dtype).new_from_index(0, frame.height)
