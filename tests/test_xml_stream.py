"""Reading official XML: nothing that was not read is forgotten, and no document takes the memory there is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from lists.source import SourceError
from lists.xml_stream import Node, XmlDocument


def document(path: Path, text: str) -> XmlDocument:
    path.write_text(text, encoding="utf-8")
    return XmlDocument("test", path, root="list", entries=["entry"])


def entries(path: Path, text: str) -> Iterator[Node]:
    return (node for _, node in document(path, text))


def test_what_was_not_read_can_be_told_attributes_included(tmp_path: Path) -> None:
    (entry,) = entries(
        tmp_path / "list.xml",
        """<list xmlns:x="urn:x"><entry id=" 7 " colour="red" kind="" x:type="t">
        <name part="first" script="Latn">Orlan  Dvessik</name><age unit="years">7</age></entry></list>""",
    )
    (name,) = entry.each("name")
    entry.skip("@colour")
    assert (entry.attribute("id"), entry.attribute("kind"), entry.text("name")) == (
        "7",
        None,
        "Orlan Dvessik",
    )
    assert name.attribute("part") == "first"
    assert list(entry.unread()) == [("name/@script", "Latn"), ("age", "7"), ("age/@unit", "years")]


def test_an_element_is_found_however_deep_its_publisher_wraps_it(tmp_path: Path) -> None:
    (entry,) = entries(
        tmp_path / "list.xml",
        "<list><entry><phone>1</phone><more><phones><phone>2<phone>3</phone></phone></phones></more>"
        "<other>x</other></entry></list>",
    )
    assert [phone.content for phone in entry.every("phone")] == ["1", "2"]
    assert [(node.tag, node.content) for node in entry.every("other", "phones")] == [
        ("phones", None),
        ("other", "x"),
    ]
    assert list(entry.unread()) == [("more/phones/phone/phone", "3")]


def test_a_document_inside_an_archive_is_read_like_a_file(tmp_path: Path) -> None:
    inside = XmlDocument(
        "test",
        tmp_path / "list.zip",
        root="list",
        entries=["entry"],
        opened=lambda: io.BytesIO(b"<list date='2026'><entry><name>A</name></entry></list>"),
    )
    assert inside.attributes == {"date": "2026"}
    assert [node.text("name") for _, node in inside] == ["A"]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<entry>{}</entry>".format("<a/>" * 300_000), r"line 3: is an entry of 300,001 elements"),
        (
            "<other>{}</other>".format("<a/>" * 5_000_000),
            r"line 2: goes on without an end of an entry for 8 MB",
        ),
    ],
    ids=["too many elements", "too many bytes"],
)
def test_an_entry_that_would_take_the_memory_there_is_gets_refused(
    tmp_path: Path, inside: str, expected: str
) -> None:
    read = entries(tmp_path / "list.xml", f"<list>\n<entry><name>A</name></entry>\n{inside}</list>")
    assert next(read).text("name") == "A"
    with pytest.raises(SourceError, match=rf"^test: list\.xml, {expected}, as no list does; refused"):
        next(read)
