"""The UK's consolidated list of financial sanctions targets (OFSI's "ConList"), as a workbook or CSV.

The list was closed on 28 January 2026, when the UK Sanctions List (`gb_fcdo`) became the only one; it is
read for history. Files from before 2021 have fewer columns.
"""

from __future__ import annotations

import re
from pathlib import Path

from lists.dates import parse_date
from lists.model import Kind
from lists.reading import find_document
from lists.source import Count, ExpectedFile, Parsed, Share, Source, fingerprint
from lists.uk_entry import Field, Group, UkEntry
from lists.uk_rows import Layout, read_rows

LIST_ID = "gb_ofsi"

_ADDRESS = "https://ofsistorage.blob.core.windows.net/publishlive/2022format/"
_FILE = ExpectedFile("ConList.xlsx", f"{_ADDRESS}ConList.xlsx")
_TABLE = ExpectedFile("ConList.csv", f"{_ADDRESS}ConList.csv")

# What the column of other information holds before each text, and what is behind it.
_LABELS = {
    "UK Sanctions List Ref": (Field.REMARK, "UK Sanctions List reference"),
    "UN Ref": (Field.REMARK, "UN reference"),
    "UK Statement of Reasons": (Field.REASONS, ""),
    "Gender": (Field.GENDER, ""),
    "Phone number": (Field.PHONE, ""),
    "Fax": (Field.PHONE, ""),
    "Tel": (Field.PHONE, ""),
    "Email address": (Field.EMAIL, ""),
    "Website": (Field.WEBSITE, ""),
    "Type of entity": (Field.REMARK, "Type of entity"),
    "Business Reg No": (Field.REGISTRATION, ""),
    "Parent company": (Field.PARENT, ""),
    "Subsidiaries": (Field.SUBSIDIARY, ""),
    "IMO number": (Field.IMO, ""),
    "Current owners": (Field.OWNER, ""),
    "Flag of ship": (Field.FLAG, ""),
    "Previous flags": (Field.FORMER_FLAG, ""),
    "Type of ship": (Field.SHIP_TYPE, ""),
    "Tonnage of ship": (Field.REMARK, "Tonnage"),
    "Length of ship": (Field.REMARK, "Length"),
    "Year built": (Field.BUILT, ""),
}
_LABEL = re.compile(rf"\(({'|'.join(map(re.escape, _LABELS))})\)\s*:")
_UK_REFERENCE = re.compile(r"([A-Z]{3}\d{4}|[A-Z]{2,4}[ie]\.\d{3})\.?\s*")  # RUS0068, and the UN's QDi.404


def _read_other_information(entry: UkEntry, text: str) -> None:
    marks = list(_LABEL.finditer(text))
    entry.add(Field.REMARK, text[: marks[0].start()].strip() if marks else text)
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True) if marks else ():
        name, label = _LABELS[mark[1]]
        value = text[mark.end() : end].strip()
        reference = _UK_REFERENCE.match(value) if mark[1].endswith("Ref") else None
        if reference:  # what else there is to say follows it
            entry.add(name, reference[1], label)
            entry.add(Field.REMARK, value[reference.end() :])
        else:
            entry.add(name, value, label)


_LAYOUT = Layout(
    reference="Group ID",
    required=("Name 6", "Group Type", "Regime"),
    fields=(
        ("Group Type", Field.KIND, ""),
        ("Title", Field.TITLE, ""),
        ("Position", Field.POSITION, ""),
        ("DOB", Field.BIRTH_DATE, ""),
        ("Nationality", Field.NATIONALITY, ""),
        ("Regime", Field.REGIME, ""),
        ("Listed On", Field.LISTED_ON, ""),
        ("UK Sanctions List Date Designated", Field.LISTED_ON, ""),
        ("Last Updated", Field.UPDATED_ON, ""),
    ),
    groups=(
        (
            ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6", "Alias Type", "Alias Quality"),
            Group.NAME,
        ),
        (
            ("Name Non-Latin Script", "Non-Latin Script Type", "Non-Latin Script Language"),
            Group.ORIGINAL_NAME,
        ),
        (("Passport Number", "Passport Details"), Group.PASSPORT),
        (("National Identification Number", "National Identification Details"), Group.NATIONAL_ID),
        (("", "NI Number"), Group.NATIONAL_ID),  # until 2020, number and details in one
        (("Town of Birth", "Country of Birth"), Group.BIRTH_PLACE),
        (
            (*(f"Address {number}" for number in range(1, 7)), "Post/Zip Code", "Country"),
            Group.ADDRESS,
        ),
    ),
    texts={"Other Information": _read_other_information},
)


def parse(path: Path) -> Parsed:
    """Read the workbook or CSV, or the folder that holds it. Raises `SourceError`, also while iterating."""
    file = find_document(LIST_ID, path, _FILE.name, (".xlsx", ".csv"))
    parsed = Parsed(iter(()), (fingerprint(LIST_ID, file),))
    table = read_rows(LIST_ID, file, parsed, _LAYOUT, lambda _entry, _reference: None, windows=True)
    for cell in table.preamble:
        if date := parse_date(cell.strip(), day_first=True):
            parsed.published_on = date.earliest
    if parsed.published_on is None:
        parsed.notes.append(f"{file.name} does not say when it was last updated")
    return parsed


SOURCE = Source(
    list_id=LIST_ID,
    title="Consolidated List of Financial Sanctions Targets in the UK (closed)",
    publisher="Office of Financial Sanctions Implementation (OFSI), HM Treasury, United Kingdom",
    files=(_FILE,),
    format="xlsx, or CSV with a heading",
    cadence="closed on 28 January 2026",
    licence="Open Government Licence v3.0",
    # In April 2025 the list had 4,686 targets; in 2018, when EU lists were no part of UK law yet, some 1,900.
    assertions=(
        Count(at_least=1_200, at_most=10_000),
        Count(at_least=800, at_most=8_000, kind=Kind.PERSON),
        Count(at_least=300, at_most=4_000, kind=Kind.ORGANIZATION),
        Share(at_least=0.6, kind=Kind.PERSON, field="birth_dates"),
        Share(at_least=0.99, kind=Kind.PERSON, field="programmes"),
    ),
    parse=parse,
    is_default=False,
    alternatives=((_TABLE,),),
)
