"""The United States' Consolidated Screening List, in the CSV that the Department of Commerce publishes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from lists.bracketed_names import names_in_brackets
from lists.countries import to_alpha2
from lists.dates import iso_day, parse_date
from lists.model import (
    Address,
    Craft,
    Identifier,
    IdentifierType,
    Kind,
    ListedEntity,
    Name,
    NameType,
    PartialDate,
    Relation,
    RelationType,
)
from lists.ofac_identifiers import SCHEMES
from lists.reading import find_document, refusal, unique
from lists.remarks import NO_FLAG, Remarks, name, place, read_document, read_statement
from lists.source import Count, ExpectedFile, Parsed, Share, Source, SourceError, fingerprint
from lists.tables import TableRow, column_key, read_table
from lists.titles import is_title

LIST_ID = "us_csl"

_FILE = ExpectedFile(
    "consolidated.csv",
    "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.csv",
)
_REQUIRED = ("_id", "source", "type", "name")
_KINDS = {
    "individual": Kind.PERSON,
    "entity": Kind.ORGANIZATION,
    "vessel": Kind.VESSEL,
    "aircraft": Kind.AIRCRAFT,
    "": Kind.UNKNOWN,  # the Departments of Commerce and State do not say what a party is
}
_ABBREVIATION = re.compile(r"\(([A-Z-]+)(?: List)?\)")
# Lists that restrict exports or defence trade and block no assets.
_TOPICS = {
    "DPL": "export.control",
    "EL": "export.control",
    "ISN": "export.control",
    "MEU": "export.control",
    "UVL": "export.control",
    "DTC": "debarment",
}
_WALLET = "Digital Currency Address -"
_CODE = re.compile(r"[A-Z]{2}")
_AND = re.compile(r"^and ")
_AFFILIATE = re.compile(r".+\bAffiliated Entity:\s*(.+)")
_SUCCESSORS = re.compile(
    r"(.+?),? and (?:its|any|all) (?:sub-?units?|successors?|subsidiar|entit).*", re.IGNORECASE
)
_NOTED = (
    "federal_register_notice", "end_date", "standard_order", "license_requirement", "license_policy",
)  # fmt: skip
_COLUMNS = (
    *_REQUIRED, *_NOTED, "entity_number", "programs", "title", "addresses", "start_date", "call_sign",
    "vessel_type", "gross_tonnage", "gross_registered_tonnage", "vessel_flag", "vessel_owner", "remarks",
    "source_list_url", "alt_names", "citizenships", "dates_of_birth", "nationalities",
    "places_of_birth", "source_information_url", "ids",
)  # fmt: skip
_KEYS = {column: column_key(column) for column in _COLUMNS}


def parse(path: Path) -> Parsed:
    """Read the CSV file, plain or gzip, or the folder that holds it.

    Raises `SourceError`, also while iterating. The file does not say of which day it is.
    """
    file = find_document(LIST_ID, path, _FILE.name, (".csv", ".csv.gz"))
    parsed = Parsed(iter(()), (fingerprint(LIST_ID, file),))
    parsed.entities = _entities(file, parsed)
    return parsed


def _entities(file: Path, parsed: Parsed) -> Iterator[ListedEntity]:
    table = read_table(LIST_ID, file, parsed, _REQUIRED)
    seen: Counter[str] = Counter()
    for row in table.rows:
        entry = _Entry(row, parsed, table.columns)
        reference = entry.reference
        if reference is None:
            sentence = "has no _id or no source; the file may be cut: fetch it again"
            raise SourceError(LIST_ID, file.name, row.where, sentence)
        seen[reference] += 1
        if seen[reference] > 1:
            reference = f"{reference}-{seen[reference]}"
        try:
            yield entry.read(reference)
        except ValidationError as error:
            raise SourceError(LIST_ID, file.name, row.where, refusal(reference, error)) from None
    if not seen:
        raise SourceError(LIST_ID, file.name, None, "holds no entry; fetch it again")
    if repeated := seen.total() - len(seen):
        parsed.notes.append(f"rows that repeat an entry of their list: {repeated:,}; each is an entry")


class _Entry:
    """One row of the list."""

    def __init__(self, row: TableRow, parsed: Parsed, headings: dict[str, str]) -> None:
        self._row = row
        self._parsed = parsed
        self._headings = headings
        self._source = self._text("source")
        self._list = abbreviation[1] if (abbreviation := _ABBREVIATION.search(self._source)) else None
        stated = self._text("type")
        self._kind = _KINDS.get(stated.casefold(), Kind.UNKNOWN)
        self._remarks = Remarks(self._kind)
        if stated.casefold() not in _KINDS:
            self._keep("type", stated)

    @property
    def reference(self) -> str | None:
        """The abbreviation of the list and the number of the entry in it; None where one is missing."""
        number = self._text("_id")
        return f"{self._list or self._source}-{number}" if number and self._source else None

    def read(self, reference: str) -> ListedEntity:
        titles = self._texts("title")
        self._read_remarks()
        for statement in self._texts("ids"):
            self._read_statement(statement)
        fields = {
            "names": unique(self._names()),
            "birth_dates": tuple(self._dates()),
            "birth_places": tuple(map(place, self._texts("places_of_birth"))),
            "nationalities": unique(self._countries("nationalities", "citizenships")),
            "addresses": tuple(map(_address, self._texts("addresses"))),
            "titles": tuple(title for title in titles if is_title(title)),
            "positions": tuple(title for title in titles if not is_title(title)),
            "craft": self._craft(),
            "programmes": (self._source, *self._texts("programs")),
            "listed_on": iso_day(self._text("start_date")),
            "url": self._text("source_information_url") or self._text("source_list_url") or None,
            "topics": (_TOPICS.get(self._list or "", "sanction"),),
        }
        self._keep_the_rest()
        remarks = self._remarks
        self._parsed.not_understood.update(
            {f"remark: {what}": count for what, count in remarks.not_understood.items()}
        )
        return ListedEntity(
            list_id=LIST_ID,
            entity_id=reference,
            kind=self._kind,
            gender=remarks.gender,
            identifiers=unique([*self._call_sign(), *remarks.identifiers]),
            countries=tuple(remarks.countries),
            founded=tuple(remarks.founded),
            legal_basis=(*self._texts_whole("federal_register_notice"), *remarks.legal_basis),
            relations=tuple(_relations(remarks)),
            remarks=unique(remarks.other),
            **fields,
        )

    def _text(self, column: str) -> str:
        return self._row[_KEYS[column]]

    def _texts(self, column: str) -> list[str]:
        stated = self._text(column)
        return [text for part in stated.split(";") if (text := part.strip())] if stated else []

    def _texts_whole(self, column: str) -> tuple[str, ...]:
        return (self._text(column),) if self._text(column) else ()

    def _names(self) -> Iterator[Name]:
        stated = self._text("name")
        if not stated:
            return
        yield name(stated, self._kind, NameType.PRIMARY)
        for pattern in (_AFFILIATE, _SUCCESSORS):
            if found := pattern.fullmatch(stated):
                yield Name(text=found[1])
        for text in self._texts("alt_names"):
            yield name(_AND.sub("", text), self._kind, NameType.ALIAS)
        if self._kind in (Kind.UNKNOWN, Kind.ORGANIZATION):
            for text in (stated, *self._texts("alt_names")):
                yield from names_in_brackets(text)

    def _dates(self) -> Iterator[PartialDate]:
        for text in self._texts("dates_of_birth"):
            if date := parse_date(text):
                yield date
            else:
                self._keep("dates_of_birth", text)

    def _countries(self, *columns: str) -> Iterator[str]:
        for column in columns:
            for text in self._texts(column):
                if code := to_alpha2(text):
                    yield code
                else:
                    self._keep(column, text)

    def _read_remarks(self) -> None:
        """The remarks: in OFAC's form ("(Linked To: ...)") where the entry is OFAC's, else free text."""
        if not self._text("entity_number"):
            self._remarks.other.extend(self._texts_whole("remarks"))
            return
        for text in self._texts("remarks"):
            bare = text[1:-1] if text.startswith("(") and text.endswith(")") else text
            read_statement(self._remarks, bare, None)

    def _read_statement(self, statement: str) -> None:
        """Read a number or another statement, whose keyword stands at the end: "MX, A0000001, Passport"."""
        *parts, word = statement.split(", ")
        code = to_alpha2(parts[0]) if len(parts) > 1 and _CODE.fullmatch(parts[0]) else None
        value = ", ".join(parts[1:] if code else parts)
        if word.startswith(_WALLET):
            word, value = _WALLET, f"{word.removeprefix(_WALLET).strip()} {value}"
        if word not in SCHEMES or not value:
            read_statement(self._remarks, f"{word} {value}".strip())
        elif not read_document(self._remarks, word, value, country=code):
            self._remarks.other.append(statement)

    def _call_sign(self) -> list[Identifier]:
        sign = self._text("call_sign")
        return [Identifier(type=IdentifierType.CALL_SIGN, value=sign)] if sign else []

    def _craft(self) -> Craft | None:
        stated = self._text("vessel_flag")
        flag = to_alpha2(stated) if stated and stated != NO_FLAG else None
        if stated and stated != NO_FLAG and not flag:
            self._keep("vessel_flag", stated)
        craft = Craft(
            type=self._text("vessel_type") or self._remarks.craft_type,
            flag=flag,
            former_flags=tuple(self._remarks.former_flags),
            owner=self._text("vessel_owner") or None,
            operator=self._remarks.operator,
            manufactured=self._remarks.manufactured,
            deadweight_tons=self._text("gross_tonnage") or None,
            gross_registered_tons=self._text("gross_registered_tonnage") or None,
        )
        return craft if craft != Craft() else None

    def _keep_the_rest(self) -> None:
        for column in _NOTED[1:]:
            if text := self._text(column):
                self._remarks.other.append(f"{column.replace('_', ' ').capitalize()}: {text}")
        for key in self._row.values.keys() - set(_KEYS.values()):
            self._keep(self._headings.get(key, key), self._row[key])

    def _keep(self, column: str, text: str) -> None:
        """Keep as text what could not be read into a field, and count it."""
        self._parsed.not_understood[column] += 1
        self._remarks.other.append(f"{column}: {text}")


def _relations(remarks: Remarks) -> Iterator[Relation]:
    for relation, parties in (
        (RelationType.LINKED_TO, remarks.linked_to),
        (RelationType.FAMILY, remarks.relatives),
    ):
        yield from (Relation(type=relation, name=party) for party in parties)


def _address(text: str) -> Address:
    """An address that ends with a country's code, if with one."""
    last = text.rpartition(", ")[2]
    return Address(text=text, country=to_alpha2(last) if _CODE.fullmatch(last) else None)


SOURCE = Source(
    list_id=LIST_ID,
    title="Consolidated Screening List",
    publisher="International Trade Administration, U.S. Department of Commerce",
    files=(_FILE,),
    format="CSV, plain or gzip",
    cadence="daily",
    licence="public domain (work of the United States government)",
    # In May 2022 the list had 14,160 entries of thirteen lists, 10,026 of them OFAC's SDN list.
    assertions=(
        Count(at_least=10_000, at_most=60_000),
        Count(at_least=4_000, at_most=25_000, kind=Kind.PERSON),
        Count(at_least=2_500, at_most=25_000, kind=Kind.UNKNOWN),
        Share(at_least=0.8, kind=Kind.PERSON, field="birth_dates"),
        Share(at_least=0.99, kind=Kind.UNKNOWN, field="programmes"),
    ),
    parse=parse,
    is_default=False,  # OFAC's lists, which are most of it, are refreshed themselves
)
