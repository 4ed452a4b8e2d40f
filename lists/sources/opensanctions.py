"""OpenSanctions' collections of sanctions lists and politically exposed persons, for users with a licence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from lists.ftm_entity import KINDS, listed_entity
from lists.ftm_lines import MAX_BYTES, read_lines
from lists.ftm_links import ENDS, REFERRED_TO, Links
from lists.ftm_targets import read_targets
from lists.model import ListedEntity
from lists.reading import find_document, refusal
from lists.source import Count, ExpectedFile, Parsed, Source, SourceError, fingerprint, sniff
from lists.unpacked import is_json

LIST_ID = "opensanctions"

_LATEST = "https://data.opensanctions.org/datasets/latest/sanctions/"
_ENTITIES = ExpectedFile("entities.ftm.json", f"{_LATEST}entities.ftm.json")
_TARGETS = ExpectedFile("targets.simple.csv", f"{_LATEST}targets.simple.csv")


def parse(path: Path) -> Parsed:
    """Read `entities.ftm.json` or `targets.simple.csv`, plain or gzip, or the folder that holds one of them.

    Raises `SourceError`, also while iterating. The files do not say of which day they are.
    """
    file = find_document(LIST_ID, path, _ENTITIES.name, (".json", ".csv", ".json.gz", ".csv.gz"))
    parsed = Parsed(iter(()), (fingerprint(LIST_ID, file, most_bytes=MAX_BYTES),))
    what = sniff(file)
    if what not in (None, "JSON"):
        sentence = f"holds {what}, neither {_ENTITIES.name} nor {_TARGETS.name}; fetch it again"
        raise SourceError(LIST_ID, file.name, "line 1", sentence)
    parsed.shows_its_end = False
    has_entities = is_json(LIST_ID, file)
    parsed.entities = _entities(file, parsed) if has_entities else read_targets(LIST_ID, file, parsed)
    return parsed


def _entities(file: Path, parsed: Parsed) -> Iterator[ListedEntity]:
    """The targets of a file, which is read twice: an entity's documents and ties are on other lines."""
    with Links() as links:
        _read_links(file, parsed, links)
        empty = True
        for number, line in read_lines(LIST_ID, file):
            if line.kind in KINDS and line.is_target:
                empty = False
                try:
                    yield listed_entity(LIST_ID, line, links, parsed.not_understood)
                except ValidationError as error:
                    where = f"line {number}"
                    raise SourceError(LIST_ID, file.name, where, refusal(line.entity_id, error)) from None
        if empty:
            raise SourceError(LIST_ID, file.name, None, "holds no target; fetch it again")


def _read_links(file: Path, parsed: Parsed, links: Links) -> None:
    for number, line in read_lines(LIST_ID, file):
        if not links.name(line.entity_id, line.name or line.entity_id):
            sentence = f"repeats entity {line.entity_id[:80]}; fetch it again"
            raise SourceError(LIST_ID, file.name, f"line {number}", sentence)
        if line.kind in ENDS or line.kind in REFERRED_TO:
            links.add(line.entity_id, line.kind, line.properties)
        elif line.kind not in KINDS:
            parsed.not_understood[f"schema {line.kind}"] += 1
    links.complete()


SOURCE = Source(
    list_id=LIST_ID,
    title="OpenSanctions consolidated sanctions, and politically exposed persons",
    publisher="OpenSanctions Datenbanken GmbH",
    files=(_ENTITIES,),
    format="FollowTheMoney entities as JSON, one a line",
    cadence="several times a day",
    licence="CC BY-NC 4.0; a licence from OpenSanctions for use in business",
    # From the smallest single list to the whole collection with politically exposed persons.
    assertions=(Count(at_least=10, at_most=5_000_000),),
    parse=parse,
    is_default=False,
    max_bytes=MAX_BYTES,
    alternatives=((_TARGETS,),),
)
