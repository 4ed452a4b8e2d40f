"""OFAC's Consolidated Sanctions List: all its lists of parties whose property is not blocked (non-SDN)."""

from __future__ import annotations

from lists.model import Kind
from lists.ofac_csv import CsvSet
from lists.ofac_formats import OfacFormats
from lists.source import Count, Share, Source

LIST_ID = "us_ofac_cons"

_FORMATS = OfacFormats(
    LIST_ID,
    own_list="Consolidated List",
    enhanced="CONS_ENHANCED.ZIP",
    advanced="CONS_ADVANCED.XML",
    classic="CONSOLIDATED.XML",
    csv=CsvSet("cons_prim.csv", "cons_alt.csv", "cons_add.csv", "cons_comments.csv"),
)


SOURCE = Source(
    list_id=LIST_ID,
    title="Consolidated Sanctions List (non-SDN)",
    publisher="Office of Foreign Assets Control (OFAC), U.S. Department of the Treasury",
    files=_FORMATS.files,
    alternatives=_FORMATS.alternatives,
    format="enhanced XML in a ZIP archive; also advanced XML, classic XML, and CSV without a heading",
    cadence="no fixed days; several times a year",
    licence="public domain (work of the United States government)",
    # 375 entries in 2020 and 442 in 2025: two directives on Russia, Chinese military companies, Palestinian
    # legislators.
    assertions=(
        Count(at_least=250, at_most=3_000),
        Count(at_least=50, at_most=1_000, kind=Kind.PERSON),
        Count(at_least=180, at_most=2_500, kind=Kind.ORGANIZATION),
        Share(at_least=0.8, kind=Kind.PERSON, field="birth_dates"),
        Share(at_least=0.99, kind=Kind.ORGANIZATION, field="programmes"),
        Share(at_least=0.75, kind=Kind.ORGANIZATION, field="identifiers"),
    ),
    parse=_FORMATS.parse,
)
