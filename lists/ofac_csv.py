"""OFAC's CSV files: entries, aliases, addresses and continued remarks, joined into listed entities.

Format: OFAC, "Consolidated Sanctions List Data Specification" (the SDN files have the same columns). No
header, `-0-` for null, CRLF, an end mark (0x1A), and remarks cut at 1,000 characters that go on in the
comments file.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from lists.countries import to_alpha2
from lists.model import (
    Address,
    Craft,
    Identifier,
    IdentifierType,
    Kind,
    ListedEntity,
    Name,
    NameType,
    Relation,
    RelationType,
)
from lists.remarks import NO_FLAG, Remarks, name, read_remarks
from lists.source import Parsed, SourceError, find_file, fingerprint, sniff
from lists.titles import is_title

# "The fields ... will be truncated": what is longer goes on in the comments file.
REMARKS_LENGTH = 1_000

_NULL = "-0-"
_END_MARK = "\x1a"
_DETAILS = "https://sanctionssearch.ofac.treas.gov/Details.aspx?id="
_KINDS: dict[str | None, Kind] = {
    "individual": Kind.PERSON,
    "vessel": Kind.VESSEL,
    "aircraft": Kind.AIRCRAFT,
    None: Kind.ORGANIZATION,
}
_NAME_TYPES = {"aka": NameType.ALIAS, "fka": NameType.FORMER, "nka": NameType.ALIAS}
_POSITION_LABEL = re.compile(r"(?:alt\. )?position: ", re.IGNORECASE)
# "Springfield, IL 62799": OFAC has one column for city, state or province, and postal code.
_CITY = re.compile(r"(?P<city>[^,\d]+?)(?:, (?P<region>[^,\d]+?))?(?: (?P<postcode>(?:\S+ )?\S*\d\S*))?")

_LONGEST_CITY = 200  # the format allows 116

_PRIMARY_COLUMNS = 12
_ALIAS_COLUMNS = 5
_ADDRESS_COLUMNS = 6
_COMMENT_COLUMNS = 2


@dataclass(frozen=True)
class CsvSet:
    """The names of the four files of one list."""

    primary: str
    aliases: str
    addresses: str
    comments: str


@dataclass(frozen=True)
class _Row:
    line: int
    entity_id: str
    cells: list[str]  # raw: a remark continues with the very letter, so nothing is stripped

    def __getitem__(self, column: int) -> str | None:
        text = self.cells[column].strip()
        return None if text in ("", _NULL) else text


@dataclass
class _Tables:
    """The four files, each by entry number."""

    primary: dict[str, list[_Row]] = field(default_factory=dict)
    aliases: dict[str, list[_Row]] = field(default_factory=dict)
    addresses: dict[str, list[_Row]] = field(default_factory=dict)
    comments: dict[str, list[_Row]] = field(default_factory=dict)


def parse_csv_set(list_id: str, folder: Path, files: CsvSet) -> Parsed:
    """Read one of OFAC's CSV sets from a folder; only the primary file must be there.

    OFAC does not tell companies from other organisations: both become `Kind.ORGANIZATION`. Raises
    `SourceError` for a folder without the primary file, and for a file that is not such a CSV, is cut, or
    names an entry that the primary file does not have.
    """
    if not folder.is_dir():
        sentence = f"is not a folder; give the folder that holds {files.primary}"
        raise SourceError(list_id, folder.name, None, sentence)
    parsed = Parsed(iter(()), ())
    tables = _Tables()
    for file, columns, rows in (
        (files.primary, _PRIMARY_COLUMNS, tables.primary),
        (files.aliases, _ALIAS_COLUMNS, tables.aliases),
        (files.addresses, _ADDRESS_COLUMNS, tables.addresses),
        (files.comments, _COMMENT_COLUMNS, tables.comments),
    ):
        path = find_file(folder, file)
        if path is not None:
            parsed.files += (fingerprint(list_id, path),)
            rows.update(_read(list_id, path, columns, parsed))
        elif file == files.primary:
            raise SourceError(list_id, file, None, f"is missing from {folder.name}; fetch the whole list")
        else:
            parsed.notes.append(f"{file} is missing from {folder.name}; the list was read without it")
    _check_keys(list_id, files, tables, parsed)
    parsed.entities = _entities(list_id, files, tables, parsed)
    return parsed


def _read(list_id: str, path: Path, columns: int, parsed: Parsed) -> dict[str, list[_Row]]:
    """The rows of a file, by entry number."""
    if what := sniff(path):
        sentence = f"holds {what}, not the CSV that OFAC publishes; fetch it again"
        raise SourceError(list_id, path.name, "line 1", sentence)
    rows: dict[str, list[_Row]] = {}
    lines = csv.reader(io.StringIO(_text(list_id, path, parsed), newline=""), strict=True)
    while True:
        line = lines.line_num + 1
        try:
            cells = next(lines, None)
        except csv.Error as error:
            sentence = f"is not readable as CSV from here on ({error}); it may be cut: fetch it again"
            raise SourceError(list_id, path.name, f"line {line}", sentence) from None
        if cells is None:
            return rows
        if not cells:
            continue
        if len(cells) != columns:
            sentence = f"has {len(cells)} columns instead of {columns}; the file may be cut: fetch it again"
            raise SourceError(list_id, path.name, f"line {line}", sentence)
        entity_id = cells[0].strip()
        if not (entity_id.isascii() and entity_id.isdigit()):
            sentence = "does not begin with an entry number; OFAC's files have no heading: fetch it again"
            raise SourceError(list_id, path.name, f"line {line}, column 1", sentence)
        rows.setdefault(entity_id, []).append(_Row(line, entity_id, cells))


def _text(list_id: str, path: Path, parsed: Parsed) -> str:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            sentence = "holds bytes that are text neither in UTF-8 nor in Windows-1252; fetch it again"
            raise SourceError(list_id, path.name, f"line {line}", sentence) from None
        parsed.notes.append(f"{path.name} is not in UTF-8; it was read as Windows-1252")
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise SourceError(list_id, path.name, f"line {line}", "holds bytes that no text has; fetch it again")
    body, mark, rest = text.partition(_END_MARK)
    if not mark:
        parsed.notes.append(f"{path.name} has no end mark; whether it is complete cannot be seen from it")
    if rest.strip():
        line = body.count("\n") + 1
        raise SourceError(list_id, path.name, f"line {line}", "goes on after its end mark; fetch it again")
    return body


def _check_keys(list_id: str, files: CsvSet, tables: _Tables, parsed: Parsed) -> None:
    if not tables.primary:
        raise SourceError(list_id, files.primary, None, "holds no entry; fetch it again")
    for entity_id, rows in tables.primary.items():
        if len(rows) > 1:
            sentence = f"repeats entry {entity_id} of line {rows[0].line}; fetch it again"
            raise SourceError(list_id, files.primary, f"line {rows[1].line}", sentence)
    for file, table in ((files.aliases, tables.aliases), (files.addresses, tables.addresses)):
        for entity_id in table.keys() - tables.primary.keys():
            sentence = f"belongs to entry {entity_id}, which is not in {files.primary}; fetch all files again"
            raise SourceError(list_id, file, f"line {table[entity_id][0].line}", sentence)
    if strangers := len(tables.comments.keys() - tables.primary.keys()):
        parsed.notes.append(
            f"{files.comments} continues {strangers} entries that {files.primary} does not have; "
            "the two may be of different days"
        )


def _entities(list_id: str, files: CsvSet, tables: _Tables, parsed: Parsed) -> Iterator[ListedEntity]:
    ids_by_name = _ids_by_name(tables)
    for entity_id, (row,) in tables.primary.items():
        try:
            yield _entity(list_id, row, tables, ids_by_name, parsed)
        except ValidationError as error:
            problem = error.errors()[0]["msg"].removeprefix("Value error, ")
            sentence = f"entry {entity_id} cannot be read ({problem}); report it and keep the version in use"
            raise SourceError(list_id, files.primary, f"line {row.line}", sentence) from None


def _ids_by_name(tables: _Tables) -> dict[str, str | None]:
    """The entry each name belongs to; None for a name of several."""
    ids: dict[str, str | None] = {}
    named = [(row.entity_id, row[1]) for rows in tables.primary.values() for row in rows]
    named += [(row.entity_id, row[3]) for rows in tables.aliases.values() for row in rows]
    for entity_id, text in named:
        key = _name_key(text or "")
        ids[key] = entity_id if ids.get(key, entity_id) == entity_id else None
    return ids


def _name_key(text: str) -> str:
    return text.casefold().removesuffix(".")


def _entity(
    list_id: str, row: _Row, tables: _Tables, ids_by_name: dict[str, str | None], parsed: Parsed
) -> ListedEntity:
    kind = _KINDS.get(row[2], Kind.UNKNOWN)
    if kind is Kind.UNKNOWN:
        parsed.not_understood[f"type of entry {row[2]!r}"] += 1
    titles = [_POSITION_LABEL.sub("", title) for title in (row[4] or "").split("; ") if title]
    remarks = _remarks(row, kind, titles, tables)
    parsed.not_understood.update({f"remark: {what}": count for what, count in remarks.not_understood.items()})
    aliases = filter(None, (_alias(alias, kind, parsed) for alias in tables.aliases.get(row.entity_id, ())))
    addresses = filter(None, (_address(place, parsed) for place in tables.addresses.get(row.entity_id, ())))
    call_sign = [Identifier(type=IdentifierType.CALL_SIGN, value=sign) for sign in [row[5]] if sign]
    positions = dict.fromkeys([*(title for title in titles if not is_title(title)), *remarks.positions])
    return ListedEntity(
        list_id=list_id,
        entity_id=row.entity_id,
        kind=kind,
        names=(name(row[1], kind, NameType.PRIMARY), *aliases, *remarks.aliases) if row[1] else (),
        birth_dates=tuple(remarks.birth_dates),
        birth_places=tuple(remarks.birth_places),
        nationalities=tuple(remarks.nationalities),
        countries=tuple(remarks.countries),
        gender=remarks.gender,
        identifiers=(*call_sign, *remarks.identifiers),
        addresses=tuple(addresses),
        titles=tuple(title for title in titles if is_title(title)),
        positions=tuple(positions),
        craft=_craft(row, remarks, parsed),
        founded=tuple(remarks.founded),
        programmes=tuple((row[3] or "").split("] [")) if row[3] else (),
        legal_basis=tuple(remarks.legal_basis),
        remarks=(*remarks.other, *_notes_of_rows(row.entity_id, tables)),
        relations=_relations(remarks, ids_by_name),
        topics=("sanction",),
        url=f"{_DETAILS}{row.entity_id}",
    )


def _remarks(row: _Row, kind: Kind, titles: list[str], tables: _Tables) -> Remarks:
    text = row.cells[11] if row[11] else ""
    cut = len(text) >= REMARKS_LENGTH
    continued = "".join(comment.cells[1] for comment in tables.comments.get(row.entity_id, ()))
    whole = text + continued if cut else text
    remarks = read_remarks(whole, kind, cut=cut and not continued, titles=[*titles, *filter(None, [row[4]])])
    if continued and not cut:
        remarks.other.append(continued)
    return remarks


def _alias(row: _Row, kind: Kind, parsed: Parsed) -> Name | None:
    if row[3] is None:
        parsed.not_understood["alias without a name"] += 1
        return None
    if row[2] not in _NAME_TYPES:
        parsed.not_understood[f"type of alias {row[2]!r}"] += 1
    return name(row[3], kind, _NAME_TYPES.get(row[2] or "", NameType.ALIAS))


def _address(row: _Row, parsed: Parsed) -> Address | None:
    """An address; None for a row without one, which OFAC writes for an entry that has none."""
    street, local, stated = row[2], row[3], row[4]
    if not (street or local or stated):
        return None
    country = to_alpha2(stated) if stated else None
    if stated and not country:
        parsed.not_understood[f"country {stated!r}"] += 1
    text = ", ".join(part for part in (street, local, stated) if part)
    parts = _CITY.fullmatch(local) if local and len(local) <= _LONGEST_CITY else None
    if parts is None:
        return Address(text=text, city=local, country=country)
    return Address(text=text, country=country, **parts.groupdict())


def _craft(row: _Row, remarks: Remarks, parsed: Parsed) -> Craft | None:
    stated = row[9] if row[9] != NO_FLAG else None
    flag = to_alpha2(stated) if stated else None
    if stated and not flag:
        parsed.not_understood[f"flag {stated!r}"] += 1
        remarks.other.append(f"Vessel flag: {stated}")
    craft = Craft(
        type=row[6] or remarks.craft_type,
        flag=flag,
        former_flags=tuple(remarks.former_flags),
        owner=row[10],
        operator=remarks.operator,
        manufactured=remarks.manufactured,
        deadweight_tons=row[7],
        gross_registered_tons=row[8],
    )
    return craft if craft != Craft() else None


def _notes_of_rows(entity_id: str, tables: _Tables) -> list[str]:
    """The remarks on single aliases and addresses, which OFAC has columns for."""
    aliases = [f"{row[3]}: {row[4]}" for row in tables.aliases.get(entity_id, ()) if row[4]]
    addresses = [f"{row[2] or row[3]}: {row[5]}" for row in tables.addresses.get(entity_id, ()) if row[5]]
    return aliases + addresses


def _relations(remarks: Remarks, ids_by_name: dict[str, str | None]) -> tuple[Relation, ...]:
    return tuple(
        Relation(type=relation_type, name=party, entity_id=ids_by_name.get(_name_key(party)))
        for relation_type, parties in (
            (RelationType.LINKED_TO, remarks.linked_to),
            (RelationType.FAMILY, remarks.relatives),
        )
        for party in parties
    )
