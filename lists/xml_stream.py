"""Reading official XML safely, one entry at a time, without forgetting an element of it.

Lists come from outside: no entity is resolved, no DTD loaded, no network used, and a document with a DOCTYPE
is refused, because no official list has one and the known XML attacks need one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast

from lxml import etree

from lists.source import SourceError, sniff

_POSITION = re.compile(r", line \d+, column \d+$")
_DOCTYPE = "declares a DOCTYPE, which no official list does; refused: fetch it from the official address"


class Node:
    """An XML element that remembers which of its children were read, so that what was not read can be told.

    Texts come with white space collapsed, and as None where there is none. Namespaces do not matter.
    """

    def __init__(self, element: etree._Element) -> None:
        self.line = cast("int | None", element.sourceline) or 0
        self._text = " ".join((element.text or "").split())
        self._children: dict[str, list[Node]] = {}
        self._read: set[str] = set()
        self._skipped: set[str] = set()
        for child in element:
            if isinstance(child.tag, str):  # and no comment or processing instruction
                self._children.setdefault(_local(child.tag), []).append(Node(child))

    def each(self, tag: str) -> list[Node]:
        """The children of that name, in document order."""
        self._read.add(tag)
        return self._children.get(tag, [])

    def text(self, tag: str) -> str | None:
        """The text of the first child of that name that has one."""
        return next(iter(self.texts(tag)), None)

    def texts(self, tag: str) -> list[str]:
        """The texts of all children of that name that have one."""
        return [child._text for child in self.each(tag) if child._text]

    def skip(self, *tags: str) -> None:
        """Leave out children of which nothing is needed."""
        self._skipped.update(tags)

    def unread(self) -> Iterator[tuple[str, str]]:
        """Path and text of every element below that has a text and was not read."""
        for tag, children in self._children.items():
            for child in children if tag not in self._skipped else ():
                if tag not in self._read and child._text:
                    yield tag, child._text
                yield from ((f"{tag}/{path}", text) for path, text in child.unread())


class XmlDocument:
    """An XML list: the attributes of its root, and its entries as they are read.

    Raises `SourceError` on opening when the file is not XML or its root is not `root`, and while iterating
    when it breaks off in the middle.
    """

    def __init__(self, list_id: str, path: Path, *, root: str, entries: Collection[str]) -> None:
        self._list_id = list_id
        self._path = path
        self._entries = {f"{{*}}{entry}" for entry in entries}
        if (what := sniff(path)) and what != "XML":
            raise self.error("line 1", f"holds {what}, not an XML list; fetch it again")
        self.attributes = self._open(root)

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        """The name of each entry's element and the entry. Memory stays that of one entry."""
        with self._path.open("rb") as file:
            try:
                for _, element in _parse(file, "end", self._entries):
                    yield _local(str(element.tag)), Node(element)
                    _forget(element)
            except etree.XMLSyntaxError as error:
                raise self._broken(error) from None

    def error(self, where: str | None, sentence: str) -> SourceError:
        """A `SourceError` about this document."""
        return SourceError(self._list_id, self._path.name, where, sentence)

    def _open(self, root: str) -> Mapping[str, str]:
        with self._path.open("rb") as file:
            try:
                _, element = next(_parse(file, "start", None))
            except etree.XMLSyntaxError as error:
                raise self._broken(error) from None
        if element.getroottree().docinfo.internalDTD is not None:
            raise self.error("line 1", _DOCTYPE)
        if _local(str(element.tag)) != root:
            sentence = f"is XML with the root element {_local(str(element.tag))[:80]} instead of {root}"
            raise self.error(f"line {element.sourceline}", f"{sentence}; fetch it again")
        return {str(name): str(value) for name, value in element.attrib.items()}

    def _broken(self, error: etree.XMLSyntaxError) -> SourceError:
        line, column = error.position
        problem = _POSITION.sub("", error.msg or "it ends too early")
        where = f"line {line}, column {column}" if line else None
        return self.error(where, f"is not well-formed XML ({problem}); it may be cut: fetch it again")


def _parse(file: BinaryIO, event: str, tags: Collection[str] | None) -> Iterator[tuple[str, etree._Element]]:
    events: Iterator[tuple[str, etree._Element]] = etree.iterparse(
        file,
        events=(event,),
        tag=tags,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return events


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _forget(element: etree._Element) -> None:
    parent = element.getparent()
    element.clear()
    while parent is not None and parent[0] is not element:
        del parent[0]
