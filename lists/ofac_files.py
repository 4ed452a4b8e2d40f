"""What OFAC's XML formats share: the file, plain or in its archive, and the checks of its entries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from lists.archive import Archive
from lists.model import ListedEntity
from lists.ofac_entry import Entry
from lists.reading import refusal
from lists.source import Parsed, SourceFile, fingerprint, sniff
from lists.xml_stream import XmlDocument

ARCHIVE = "a ZIP archive"  # what `sniff` calls one


@dataclass(frozen=True)
class OfacFile:
    """An XML file of OFAC, or the archive that holds it. `own_list` is what OFAC calls the list in it."""

    list_id: str
    path: Path
    own_list: str
    source_file: SourceFile
    opened: Callable[[], AbstractContextManager[IO[bytes]]] | None = None  # where it is inside an archive

    @classmethod
    def at(cls, list_id: str, path: Path, own_list: str) -> OfacFile:
        """Raises `SourceError` for a file that cannot be read, or holds more or less than one XML file."""
        source_file = fingerprint(list_id, path)
        if sniff(path) != ARCHIVE:
            return cls(list_id, path, own_list, source_file)
        archive = Archive(list_id, path)
        name = archive.only(".xml")
        return cls(list_id, path, own_list, source_file, lambda: archive.open(name))

    def document(self, roots: str | Collection[str], entries: Collection[str]) -> XmlDocument:
        """The document inside. Raises `SourceError` when it is no XML with such a root."""
        return XmlDocument(self.list_id, self.path, root=roots, entries=entries, opened=self.opened)

    def parsed(self) -> Parsed:
        """What reading the file gives, still without entities."""
        return Parsed(iter(()), (self.source_file,))

    def entities(self, document: XmlDocument, entries: Iterable[tuple[int, Entry]]) -> Iterator[ListedEntity]:
        """The listed entities of entries that are given with the lines they stand in.

        Raises `SourceError` for an entry without number or name, for a repeated one, and where there is none.
        """
        lines: dict[str, int] = {}
        for line, entry in entries:
            number = entry.entity_id
            if not (number.isascii() and number.isdigit()):
                raise document.error(f"line {line}", "is an entry without its number; fetch it again")
            if number in lines:
                sentence = f"repeats entry {number} of line {lines[number]}; fetch it again"
                raise document.error(f"line {line}", sentence)
            lines[number] = line
            try:
                yield entry.entity(self.list_id)
            except ValidationError as error:
                raise document.error(f"line {line}", refusal(number, error)) from None
        if not lines:
            raise document.error(None, "holds no entry; fetch it again")
