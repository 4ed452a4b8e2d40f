"""Admitting the rows of a frame: decided once for each residency, however many rows have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.residency.receipt import Receipt
from engine.residency.routing import Refusal, WrongRegion
from engine.subject import InvalidSubject, country_code

if TYPE_CHECKING:
    from engine.residency.admission import Admission, Residency
    from engine.residency.regions import Transfer

REJECTED_SCHEMA: dict[str, Any] = {
    "row": pl.UInt32,
    "subject_id": pl.String,
    "region": pl.String,
    "reason": pl.String,
}
OnRejected = Callable[[pl.DataFrame], None]
"""Gets the rows that were refused, with the columns of `REJECTED_SCHEMA`: nothing else of them is kept."""


@dataclass(frozen=True)
class Part:
    """The rows of one region, by their places among the admitted, and their receipts with how many each has.

    `places` is None where it is all of them.
    """

    region: str
    places: NDArray[np.int64] | None
    receipts: list[tuple[Receipt, int]]


@dataclass(frozen=True)
class Admitted:
    """The rows that may be processed, in their order, and the parts of them, one a region.

    `rows` are their places in the frame they came from, None where it is all of it.
    """

    frame: pl.DataFrame
    rows: pl.Series | None
    parts: tuple[Part, ...]

    def as_given(self, matches: pl.DataFrame) -> pl.DataFrame:
        """Matches with the `row` of the frame that was given."""
        if self.rows is None:
            return matches
        return matches.with_columns(row=self.rows.gather(matches["row"]))

    @contextmanager
    def errors_as_given(self) -> Iterator[None]:
        """While the rows are read: an `InvalidSubject` names the row of the frame that was given."""
        try:
            yield
        except InvalidSubject as error:
            if self.rows is None:
                raise
            raise InvalidSubject([(self._named(field), each) for field, each in error.problems]) from None

    def _named(self, field: str) -> str:
        row, comma, rest = field.removeprefix("row ").partition(",")
        if self.rows is None or not comma or not row.isdigit():
            return field
        return f"row {self.rows[int(row)]},{rest}"


def admit_frame(residency: Residency, frame: pl.DataFrame, on_rejected: OnRejected | None) -> Admitted:
    """See `Residency.admit_frame`."""
    if not residency.regions.is_declared:
        receipt = residency.admit(None)
        return Admitted(frame, None, (Part(receipt.region, None, [(receipt, frame.height)]),))
    found, which = _decided(residency, frame)
    is_refused = np.array([isinstance(each, Refusal) for each in found])[which]
    rows: pl.Series | None = None
    if is_refused.any():
        _reject(frame, found, which, np.flatnonzero(is_refused), on_rejected)
        kept = np.flatnonzero(~is_refused)
        frame, which, rows = frame[kept], which[kept], pl.Series("row", kept, pl.UInt32)
    admissions = {place: each for place, each in enumerate(found) if not isinstance(each, Refusal)}
    _cross(residency, admissions, which)
    return Admitted(frame, rows, tuple(_parts(admissions, which)))


def of_region(
    residency: Residency, frame: pl.DataFrame, region: str, on_rejected: OnRejected
) -> pl.DataFrame:
    """The rows of a frame that are processed in a region; nothing is recorded. Those of others are left out.

    Rows that are refused are handed to `on_rejected`. Raises `InvalidSubject` for a residency that is none.
    """
    if not residency.regions.is_declared:
        return frame
    found, which = _decided(residency, frame)
    is_refused = np.array([isinstance(each, Refusal) for each in found])[which]
    if is_refused.any():
        _reject(frame, found, which, np.flatnonzero(is_refused), on_rejected)
    own = [not isinstance(each, Refusal) and each.receipt.region == region for each in found]
    return frame.filter(pl.Series(np.array(own)[which]))


def _decided(
    residency: Residency, frame: pl.DataFrame
) -> tuple[list[Admission | Refusal], NDArray[np.int64]]:
    """What was decided of each distinct residency, and which of them each row has."""
    if "residency" not in frame.columns or frame["residency"].null_count() == frame.height:
        return [residency.decide(None)], np.zeros(frame.height, dtype=np.int64)
    column = frame["residency"]
    if column.dtype != pl.String:
        raise _invalid(column.is_not_null())
    distinct = column.unique().drop_nulls()
    found: list[Admission | Refusal] = [residency.decide(None)]
    for text in distinct.to_list():
        try:
            found.append(residency.decide(country_code(text)))
        except ValueError:
            raise _invalid(column == text) from None
    numbers = pl.Series(range(1, len(found)), dtype=pl.Int64)
    return found, column.replace_strict(distinct, numbers, default=None).fill_null(0).to_numpy()


def _invalid(rows: pl.Series) -> InvalidSubject:
    first = rows.fill_null(value=False).arg_max()
    sentence = "takes a country as its two-letter ISO 3166-1 code, such as DE"
    return InvalidSubject([(f"row {first}, residency", sentence)])


def _reject(
    frame: pl.DataFrame,
    found: list[Admission | Refusal],
    which: NDArray[np.int64],
    places: NDArray[np.int64],
    on_rejected: OnRejected | None,
) -> None:
    refusals = [each if isinstance(each, Refusal) else None for each in found]
    if on_rejected is None:
        first = refusals[int(which[places[0]])]
        assert first is not None  # noqa: S101 - it is one of the refused
        more = f" ({len(places):,} of {frame.height:,} rows are refused)" if len(places) > 1 else ""
        raise WrongRegion(f"row {places[0]}: {first.sentence}{more}", first.region, first.address)
    own = [refusals[place] for place in which[places].tolist()]
    ids = (
        frame["subject_id"].cast(pl.String)[places]
        if "subject_id" in frame.columns
        else pl.Series([None] * len(places), dtype=pl.String)
    )
    on_rejected(
        pl.DataFrame(
            {
                "row": places,
                "subject_id": ids,
                "region": [each and each.region for each in own],
                "reason": [each and each.sentence for each in own],
            },
            schema_overrides=REJECTED_SCHEMA,
        )
    )


def _cross(residency: Residency, admissions: dict[int, Admission], which: NDArray[np.int64]) -> None:
    """Record what crosses, one event a basis."""
    counts = np.bincount(which, minlength=max(admissions, default=0) + 1).tolist()
    customers: Counter[Transfer] = Counter()
    for place, admission in admissions.items():
        if admission.transfer is not None and counts[place]:
            customers[admission.transfer] += counts[place]
    for transfer, count in customers.items():
        residency.record_crossing(transfer, count)


def _parts(admissions: dict[int, Admission], which: NDArray[np.int64]) -> Iterator[Part]:
    counts = np.bincount(which, minlength=max(admissions, default=0) + 1).tolist()
    receipts: dict[str, Counter[Receipt]] = {}
    members: dict[str, list[int]] = {}
    for place, admission in admissions.items():
        if counts[place]:
            region = admission.receipt.region
            receipts.setdefault(region, Counter())[admission.receipt] += counts[place]
            members.setdefault(region, []).append(place)
    for region, own in members.items():
        places = None if len(members) == 1 else np.flatnonzero(np.isin(which, own))
        yield Part(region, places, list(receipts[region].items()))
