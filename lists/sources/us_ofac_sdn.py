"""OFAC's list of Specially Designated Nationals and Blocked Persons (SDN), in the formats OFAC publishes."""

from __future__ import annotations

from lists.model import Kind
from lists.ofac_csv import CsvSet
from lists.ofac_formats import OfacFormats
from lists.source import Count, Share, Source

LIST_ID = "us_ofac_sdn"

_FORMATS = OfacFormats(
    LIST_ID,
    own_list="SDN List",
    enhanced="SDN_ENHANCED.ZIP",
    advanced="SDN_ADVANCED.XML",
    classic="SDN.XML",
    csv=CsvSet("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"),
)


SOURCE = Source(
    list_id=LIST_ID,
    title="Specially Designated Nationals and Blocked Persons List",
    publisher="Office of Foreign Assets Control (OFAC), U.S. Department of the Treasury",
    files=_FORMATS.files,
    alternatives=_FORMATS.alternatives,
    format="enhanced XML in a ZIP archive; also advanced XML, classic XML, and CSV without a heading",
    cadence="no fixed days; several times a week",
    licence="public domain (work of the United States government)",
    # From 2019 to 2024 the list grew from 7,379 to 15,443 entries.
    assertions=(
        Count(at_least=6_000, at_most=40_000),
        Count(at_least=3_000, at_most=20_000, kind=Kind.PERSON),
        Count(at_least=200, at_most=3_000, kind=Kind.VESSEL),
        Count(at_least=150, at_most=2_000, kind=Kind.AIRCRAFT),
        Share(at_least=0.8, kind=Kind.PERSON, field="birth_dates"),
        Share(at_least=0.99, kind=Kind.ORGANIZATION, field="programmes"),
    ),
    parse=_FORMATS.parse,
)
