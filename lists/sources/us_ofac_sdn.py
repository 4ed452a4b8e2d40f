"""OFAC's list of Specially Designated Nationals and Blocked Persons (SDN), as the CSV set OFAC publishes."""

from __future__ import annotations

from pathlib import Path

from lists.model import Kind
from lists.ofac_csv import CsvSet, parse_csv_set
from lists.source import Count, ExpectedFile, Parsed, Share, Source

LIST_ID = "us_ofac_sdn"

_EXPORTS = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/"
_FILES = CsvSet("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")


def parse(path: Path) -> Parsed:
    """Read the folder that holds the CSV set. Raises `SourceError`; notes which of the files are missing."""
    return parse_csv_set(LIST_ID, path, _FILES)


SOURCE = Source(
    list_id=LIST_ID,
    title="Specially Designated Nationals and Blocked Persons List",
    publisher="Office of Foreign Assets Control (OFAC), U.S. Department of the Treasury",
    files=(
        ExpectedFile(_FILES.primary, f"{_EXPORTS}SDN.CSV"),
        ExpectedFile(_FILES.aliases, f"{_EXPORTS}ALT.CSV", required=False),
        ExpectedFile(_FILES.addresses, f"{_EXPORTS}ADD.CSV", required=False),
        ExpectedFile(_FILES.comments, f"{_EXPORTS}SDN_COMMENTS.CSV", required=False),
    ),
    format="CSV without a heading, four files",
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
    parse=parse,
)
