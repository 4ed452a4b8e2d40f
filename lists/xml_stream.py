"""Reading official XML safely, one entry at a time, without forgetting an element of it.

Lists come from outside: no entity is resolved, no DTD loaded, no network used, and a document with a DOCTYPE
is refused, because no official list has one and the known XML attacks need one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, cast

from lxml import etree

from lists.source import SourceError, sniff

_POSITION = re.compile(r", line \d+, column \d+$")
_DOCTYPE = "declares a DOCTYPE, which no official list does; refused: fetch it from the official address"

# The largest real entry has less than 1 MB and 20,000 elements. An entry is held in memory as a whole, so one
# far beyond that is refused before it is: small elements take thirty times their length.
_MAX_ENTRY_BYTES = 8_000_000
_LARGE_ENTRY_BYTES = 1_000_000
_MAX_ENTRY_ELEMENTS = 200_000
# The largest real list has 60,000 entries, tables beside them included. What refers to each other among them
# is held in memory.
_MAX_ENTRIES = 300_000


_NO_ATTRIBUTES: dict[str, str] = {}
_NO_CHILDREN: dict[str, list[Node]] = {}


class Node:
    """An XML element that remembers which of its parts were read, so that what was not read can be told.

    Texts come with white space collapsed, and as None where there is none. Namespaces do not matter, except
    that attributes with one (`xsi:type`) are about the document and are left out.
    """

    __slots__ = ("_attributes", "_children", "_read", "_skipped", "_text", "line", "tag")

    # A large list has three million elements, most of them without attributes, or without children.
    def __init__(self, element: etree._Element) -> None:
        self.tag = _local(str(element.tag))
        self.line = cast("int | None", element.sourceline) or 0
        text = element.text
        self._text = " ".join(text.split()) if text else ""
        attributes = cast("list[tuple[str, str]]", element.items())
        self._attributes = _attributes(attributes) if attributes else _NO_ATTRIBUTES
        self._children = _NO_CHILDREN
        if len(element):
            self._children = {}
            for child in element:
                if isinstance(child.tag, str):  # and no comment or processing instruction
                    node = Node(child)
                    self._children.setdefault(node.tag, []).append(node)
        self._read: set[str] = set()
        self._skipped: set[str] = set()

    def each(self, tag: str) -> list[Node]:
        """The children of that name, in document order."""
        self._read.add(tag)
        return self._children.get(tag, [])

    def every(self, *tags: str) -> Iterator[Node]:
        """The elements of those names however deep, but none inside another of them; `tag` tells which."""
        for tag, children in self._children.items():
            if tag in tags:
                self._read.add(tag)
                yield from children
            else:
                for child in children:
                    yield from child.every(*tags)

    def text(self, tag: str) -> str | None:
        """The text of the first child of that name that has one."""
        return next(iter(self.texts(tag)), None)

    def texts(self, tag: str) -> list[str]:
        """The texts of all children of that name that have one."""
        return [child._text for child in self.each(tag) if child._text]

    @property
    def content(self) -> str | None:
        """The text that the element itself holds."""
        return self._text or None

    def attribute(self, name: str) -> str | None:
        """The value of an attribute."""
        self._read.add(f"@{name}")
        return self._attributes.get(name)

    def skip(self, *tags: str) -> None:
        """Leave out children, and attributes (`@name`), of which nothing is needed."""
        self._skipped.update(tags)

    def unread(self, ignored: Collection[str] = ()) -> Iterator[tuple[str, str]]:
        """Path and text of every element and attribute below that has a text and was not read.

        `ignored` names attributes (`@name`) that say nothing wherever they stand.
        """
        for name, value in self._attributes.items():
            if (path := f"@{name}") not in ignored and path not in self._read and path not in self._skipped:
                yield path, value
        for tag, children in self._children.items():
            if tag in self._skipped:
                continue
            is_read = tag in self._read
            for child in children:
                if not is_read and child._text:
                    yield tag, child._text
                if child._attributes or child._children:
                    yield from ((f"{tag}/{path}", text) for path, text in child.unread(ignored))


class XmlDocument:
    """An XML list: name, namespace and attributes of its root, and its entries as they are read.

    `root` is the name the root must have, or those of which it must have one. `opened` gives the document's
    bytes where they are not the file itself (a part of an archive); it is called for each reading. Raises
    `SourceError` on opening when the file is not XML or its root is not `root`, and while iterating when it
    breaks off in the middle or an entry is too large to be one.
    """

    def __init__(
        self,
        list_id: str,
        path: Path,
        *,
        root: str | Collection[str],
        entries: Collection[str],
        opened: Callable[[], AbstractContextManager[IO[bytes]]] | None = None,
    ) -> None:
        self._list_id = list_id
        self._path = path
        self._entries = {f"{{*}}{entry}" for entry in entries}
        self._opened: Callable[[], AbstractContextManager[IO[bytes]]] = opened or (lambda: path.open("rb"))
        if opened is None and (what := sniff(path)) and what != "XML":
            raise self.error("line 1", f"holds {what}, not an XML list; fetch it again")
        self.root, self.namespace, self.attributes = self._open([root] if isinstance(root, str) else root)

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        """The name of each entry's element and the entry. Memory stays that of one entry."""
        for element in self.elements():
            yield _local(str(element.tag)), Node(element)

    def elements(self) -> Iterator[etree._Element]:
        """Each entry's element, valid until the next one is asked for."""
        with self._opened() as opened:
            file = _Measured(opened, self)
            try:
                for number, (_, element) in enumerate(_parse(file, "end", self._entries), start=1):
                    file.end_entry(element)
                    if number > _MAX_ENTRIES:
                        raise self.error(
                            f"line {element.sourceline}",
                            f"holds more than {_MAX_ENTRIES:,} entries, as no list does; refused",
                        )
                    yield element
                    _forget(element)
            except etree.XMLSyntaxError as error:
                raise self._broken(error) from None

    def error(self, where: str | None, sentence: str) -> SourceError:
        """A `SourceError` about this document."""
        return SourceError(self._list_id, self._path.name, where, sentence)

    def _open(self, roots: Collection[str]) -> tuple[str, str, Mapping[str, str]]:
        with self._opened() as file:
            try:
                _, element = next(_parse(_Measured(file, self), "start", None))
            except etree.XMLSyntaxError as error:
                raise self._broken(error) from None
        if element.getroottree().docinfo.internalDTD is not None:
            raise self.error("line 1", _DOCTYPE)
        namespace, _, root = str(element.tag).rpartition("}")
        if root not in roots:
            sentence = f"is XML with the root element {root[:80]} instead of {' or '.join(roots)}"
            raise self.error(f"line {element.sourceline}", f"{sentence}; fetch it again")
        attributes = {str(name): str(value) for name, value in element.attrib.items()}
        return root, namespace.removeprefix("{"), attributes

    def _broken(self, error: etree.XMLSyntaxError) -> SourceError:
        line, column = error.position
        problem = _POSITION.sub("", error.msg or "it ends too early")
        where = f"line {line}, column {column}" if line else None
        return self.error(where, f"is not well-formed XML ({problem}); it may be cut: fetch it again")


class _Measured:
    """A file that is read only as long as its entries are of a size that entries have."""

    def __init__(self, file: IO[bytes], document: XmlDocument) -> None:
        self._file = file
        self._document = document
        self._line = 1
        self._bytes = 0

    def read(self, size: int) -> bytes:
        """The next bytes. Raises `SourceError` where no entry has ended for too long."""
        self._bytes += size
        if self._bytes > _MAX_ENTRY_BYTES:
            raise self._too_large(
                f"goes on without an end of an entry for {_MAX_ENTRY_BYTES // 1_000_000} MB"
            )
        return self._file.read(size)

    def end_entry(self, element: etree._Element) -> None:
        """Note that an entry was read. Raises `SourceError` where it has too many elements."""
        self._line = cast("int | None", element.sourceline) or self._line
        if self._bytes > _LARGE_ENTRY_BYTES:
            count = sum(1 for _ in element.iter())
            if count > _MAX_ENTRY_ELEMENTS:
                raise self._too_large(f"is an entry of {count:,} elements")
        self._bytes = 0

    def _too_large(self, what: str) -> SourceError:
        return self._document.error(f"line {self._line}", f"{what}, as no list does; refused: fetch it again")


def _parse(file: _Measured, event: str, tags: Collection[str] | None) -> Iterator[tuple[str, etree._Element]]:
    events: Iterator[tuple[str, etree._Element]] = etree.iterparse(
        cast("IO[bytes]", file),
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


def _attributes(stated: list[tuple[str, str]]) -> dict[str, str]:
    """Those that are not about the document and have a value, with white space collapsed."""
    return {name: text for name, value in stated if name[0] != "{" and (text := " ".join(value.split()))}


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _forget(element: etree._Element) -> None:
    parent = element.getparent()
    element.clear()
    while parent is not None and parent[0] is not element:
        del parent[0]
