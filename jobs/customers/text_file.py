"""A text file of unknown encoding as numbered lines."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from jobs.errors import InputError

REPLACEMENT = "\ufffd"  # what a byte becomes that the encoding does not have; refused where a field is read

_BLOCK = 1 << 20
_SAMPLE = 1 << 14
# A line of a customer file has a few hundred characters; one this long is another format, or an attack.
_LONGEST_LINE = 1 << 20
# A text has next to no control characters beside white space; compressed formats have 10% and more. A few are
# the fault of one customer's row, which is rejected by itself.
_MOST_CONTROL_CHARACTERS = 0.02
_FEW_CONTROL_CHARACTERS = 64
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1a")) + b"\x7f"

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_EXPORT = "export it as CSV or Parquet"
_OTHER_FORMATS = (
    (b"PK\x03\x04", f"is an Excel workbook or another zip archive; {_EXPORT}"),
    (b"\xd0\xcf\x11\xe0", f"is an old Excel workbook or another Office file; {_EXPORT}"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it first"),
    (b"%PDF", f"is a PDF; {_EXPORT}"),
    (b"ARROW1", "is an Arrow file; write it as Parquet"),
    (b"SQLite format 3", f"is an SQLite database; {_EXPORT}"),
    (b"{", f"looks like JSON; {_EXPORT}"),
    (b"[", f"looks like JSON; {_EXPORT}"),
    (b"<", f"looks like XML or HTML; {_EXPORT}"),
)


@dataclass(frozen=True)
class Encoding:
    """The encoding to read a file in, and a sentence about it where it is not the expected one."""

    name: str
    note: str | None = None


def open_text(path: Path, encoding: str | None = None) -> tuple[TextIO, str | None]:
    """The file opened as text, and a note on its encoding. Raises `InputError` when it is no text.

    `encoding` overrules what the bytes suggest. Bytes that the encoding does not have become `REPLACEMENT`.
    """
    found = _declared(path.name, encoding) if encoding else _detect(path)
    return path.open(encoding=found.name, errors="replace", newline=""), found.note


def numbered_lines(text: TextIO, file: str) -> Iterator[tuple[int, str]]:
    """Each line with its ending, and its number from 1 as an editor shows it."""
    number = 0
    while line := text.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise InputError(
                f"{file}, line {number}: is longer than {_LONGEST_LINE:,} characters, so it is no CSV file; "
                f"{_EXPORT}."
            )
        yield number, line


def _declared(file: str, encoding: str) -> Encoding:
    try:
        "".encode(encoding)  # also refuses codecs that are not encodings of text
    except (LookupError, ValueError):
        raise InputError(
            f"{file}: --encoding takes the name of an encoding, such as utf-8 or cp1251."
        ) from None
    return Encoding(encoding)


def _detect(path: Path) -> Encoding:
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if not sample.strip():
        raise InputError(f"{path.name} is empty; it takes a line of headings and a line per customer.")
    start = sample.removeprefix(codecs.BOM_UTF8).lstrip()
    for magic, sentence in _OTHER_FORMATS:
        if start.startswith(magic):
            raise InputError(f"{path.name} {sentence}.")
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Encoding(name)
    if wide := _utf16_without_mark(sample):
        return Encoding(wide, "read as UTF-16: it does not say so, but its bytes do")
    control_characters = len(sample) - len(sample.translate(None, _CONTROL))
    if control_characters > max(_FEW_CONTROL_CHARACTERS, len(sample) * _MOST_CONTROL_CHARACTERS):
        raise InputError(f"{path.name} is not text but binary data; {_EXPORT}.")
    return Encoding("utf-8") if _is_utf8(path) else _utf8_or_windows(path)


def _utf16_without_mark(sample: bytes) -> str | None:
    """Half the bytes of Latin text in UTF-16 are NUL, all on the same side of each pair."""
    pairs = max(1, len(sample) // 2)
    first, second = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    mostly, hardly = 0.5, 0.05
    if second > mostly and first < hardly:
        return "utf-16-le"
    if first > mostly and second < hardly:
        return "utf-16-be"
    return None


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _utf8_or_windows(path: Path) -> Encoding:
    """Windows-1252, unless more lines are proper UTF-8 than not.

    One damaged line in a UTF-8 file must not turn every other accented name into garbage that matches nobody;
    and text in Windows-1252 practically never happens to be UTF-8.
    """
    proper, damaged, first_damaged = 0, 0, 0
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += line.endswith(b"\n")
            if line.isascii():
                continue
            try:
                line.decode()
                proper += 1
            except UnicodeDecodeError:
                damaged += 1
                first_damaged = first_damaged or max(1, number)
    if proper > damaged:
        return Encoding("utf-8", f"read as UTF-8, though line {first_damaged} holds bytes that are not")
    return Encoding(
        "cp1252",
        f"read as Windows-1252, because line {first_damaged} is not UTF-8; give --encoding if that is wrong",
    )


def size_in_bytes(path: Path) -> int:
    return path.stat().st_size


def position(text: TextIO) -> int:
    """How many bytes of the file have been read so far."""
    return os.lseek(text.fileno(), 0, os.SEEK_CUR)
