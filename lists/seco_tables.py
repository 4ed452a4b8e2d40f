"""What targets of the Swiss list refer to by number: sanctions programmes, places, and each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from lists.xml_stream import Node, XmlDocument


@dataclass(frozen=True)
class Programme:
    """The name of a programme, and the ordinance and article that a set of its sanctions rests on."""

    key: str | None
    legal_basis: str


@dataclass
class Tables:
    """Programmes by the number of a sanctions set, places and the names of targets by their numbers.

    A place is made of its elements `location`, `area` and `country` and, as `code`, the country's code.
    """

    programmes: dict[str, Programme] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def read_tables(document: XmlDocument) -> Tables:
    """The tables of a document, for which it is read once: targets come before the places they refer to."""
    tables = Tables()
    for element in document.elements():
        if is_entry(element, "target"):
            values = element.iterfind("*/identity/name[1]/name-part/value")
            name = " ".join(" ".join((value.text or "").split()) for value in values)
            tables.names[element.get("ssid", "")] = name
        elif is_entry(element, "place"):
            tables.places[element.get("ssid", "")] = _place(Node(element))
        elif is_entry(element, "sanctions-program"):
            tables.programmes.update(_programmes(Node(element)))
    return tables


def is_entry(element: etree._Element, tag: str) -> bool:
    """Whether it is an entry of the document, not a copy of one inside another entry's history."""
    parent = element.getparent()
    return etree.QName(element).localname == tag and parent is not None and parent.getparent() is None


def _place(node: Node) -> dict[str, str]:
    parts = {part: text for part in ("location", "area", "country") if (text := node.text(part))}
    for country in node.each("country"):
        if code := country.attribute("iso-code"):
            parts["code"] = code
    return parts


def _programmes(node: Node) -> dict[str, Programme]:
    key, name = _english(node.each("program-key")), _english(node.each("program-name"))
    origin = node.text("origin")
    sets: dict[str, list[Node]] = {}
    for sanctions in node.each("sanctions-set"):
        sets.setdefault(sanctions.attribute("ssid") or "", []).append(sanctions)
    return {
        number: Programme(
            key or name,
            ", ".join(filter(None, [name, _english(texts)])) + (f" (origin: {origin})" if origin else ""),
        )
        for number, texts in sets.items()
    }


def _english(nodes: list[Node]) -> str | None:
    """The text in English, else in the first language there is."""
    texts = {node.attribute("lang"): node.content for node in nodes if node.content}
    return texts.get("eng") or next(iter(texts.values()), None)
