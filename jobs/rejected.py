"""The rejected rows of a run over all customers: written with the reason, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import polars as pl

from jobs.customers.reader import RejectedRow
from jobs.outputs import RejectedWriter


class Rejections:
    """Rejected rows, `count` of them; of `other_regions` those that belong to a region that is not served."""

    def __init__(self, writer: RejectedWriter) -> None:
        self._writer = writer
        self._source = self._residency = ""
        self.count = 0
        self.other_regions: Counter[str] = Counter()

    def begin(self, source: str, residency: str) -> None:
        """What comes next is of this file or query, whose column of residencies has this heading."""
        self._source, self._residency = source, residency

    def add(self, rows: Sequence[RejectedRow]) -> None:
        self.count += len(rows)
        self.other_regions.update(row.region for row in rows if row.region)
        self._writer.add(rows, self._source)

    def refusing(self, numbers: Sequence[int]) -> Callable[[pl.DataFrame], None]:
        """What takes the rows that `admit_frame` refuses of a frame whose rows have these numbers.

        The reader has admitted them: midnight was between, and the basis on which they were to cross lapsed.
        """

        def refuse(refused: pl.DataFrame) -> None:
            self.add(
                [
                    RejectedRow(numbers[row], subject_id, self._residency, reason, region)
                    for row, subject_id, region, reason in refused.select(
                        "row", "subject_id", "region", "reason"
                    ).iter_rows()
                ]
            )

        return refuse
