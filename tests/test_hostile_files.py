"""Files made to exhaust whoever reads them: refused whole, in measured memory, and nothing is loaded."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest
from conftest import PROJECT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="peak memory is measured as Linux tells it")

# Over what Python and the libraries take. All real lists together take more.
MOST_MEGABYTES = 350
# Not how fast it must be, but how long to wait before it counts as hanging.
PATIENCE_SECONDS = 120

# Each load runs in a process forked for it, whose peak is its own; the first line is that of doing nothing.
_PROGRAM = """
import json, os, sys
from jobs.load import load_list
from lists.source import source

for line in sys.stdin:
    list_id, path, home = json.loads(line)
    source(list_id)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            load_list(home, list_id, path, accept=True)
            said = "loaded"
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writer, said.encode()[:4000])
        os._exit(0)
    os.close(writer)
    said = os.fdopen(reader).read()
    peak = os.wait4(child, 0)[2].ru_maxrss
    print(json.dumps([said, peak // 1024]), flush=True)
"""


class Loads:
    """Loads files, each in a process of its own; what it said and its peak memory in megabytes."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            env=os.environ | {"PYTHONPATH": str(PROJECT), "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=PATIENCE_SECONDS)

    def load(self, list_id: str, path: Path, home: Path) -> tuple[str, int]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([list_id, str(path), str(home)]), file=self._process.stdin, flush=True)
        said, peak = json.loads(self._process.stdout.readline())
        return said, peak


@pytest.fixture(scope="module")
def loads() -> Iterator[Loads]:
    with Loads() as running:
        yield running


HEAD = b'<?xml version="1.0"?>\n<CONSOLIDATED_LIST dateGenerated="2026-01-01"><INDIVIDUALS>'
TAIL = b"</INDIVIDUALS></CONSOLIDATED_LIST>"
MEGABYTE = b"x" * 1_000_000


def un_list(*parts: bytes) -> Iterator[bytes]:
    return itertools.chain([HEAD], parts)


def person(number: int, more: bytes = b"") -> bytes:
    reference = b"<REFERENCE_NUMBER>VLi.%d</REFERENCE_NUMBER>" % number
    return b"<INDIVIDUAL><FIRST_NAME>Orlan</FIRST_NAME>%s%s</INDIVIDUAL>" % (reference, more)


def with_doctype(declared: bytes) -> Iterator[bytes]:
    yield b'<?xml version="1.0"?>\n<!DOCTYPE CONSOLIDATED_LIST [%s]>' % declared
    yield b"<CONSOLIDATED_LIST><INDIVIDUALS>"
    yield person(1, b"<COMMENTS1>&x;</COMMENTS1>") + TAIL


def laughs() -> bytes:
    deeper = (b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 12))
    return b'<!ENTITY a0 "ha">' + b"".join(deeper) + b'<!ENTITY x "&a11;">'


def zipped(name: str, unpacked: Iterator[bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as file:
            for part in unpacked:
                file.write(part)

    return write


def gzipped(unpacked: Iterator[bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with gzip.open(path, "wb") as file:
            for part in unpacked:
                file.write(part)

    return write


def plain(parts: Iterator[bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.writelines(parts)

    return write


def of_a_gigabyte(path: Path) -> None:
    """An attribute of a gigabyte, which takes no room on the disk."""
    with path.open("wb") as file:
        file.write(HEAD + b'<INDIVIDUAL VERSIONNUM="')
        file.truncate(1_000_000_000)


OFAC_ROW = b'%d,"DVESSIK, Orlan","individual","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
OFSI_HEAD = b"Last Updated,01/01/2020\nName 6,Group Type,Regime,Group ID\n"

HOSTILE: dict[str, tuple[str, str, Callable[[], Callable[[Path], None]], str]] = {
    "an external entity": (
        "un_sc",
        "list.xml",
        lambda: plain(with_doctype(b'<!ENTITY x SYSTEM "file:///etc/passwd">')),
        "declares a DOCTYPE",
    ),
    "a parameter entity from the network": (
        "un_sc",
        "list.xml",
        lambda: plain(with_doctype(b'<!ENTITY % y SYSTEM "http://127.0.0.1:9/y"> %y;')),
        "declares a DOCTYPE",
    ),
    "an entity bomb": ("un_sc", "list.xml", lambda: plain(with_doctype(laughs())), "declares a DOCTYPE"),
    "absurd nesting": (
        "un_sc",
        "list.xml",
        lambda: plain(un_list(b"<INDIVIDUAL>", b"<a>" * 3_000_000)),
        "Excessive depth",
    ),
    "an attribute of a gigabyte": ("un_sc", "list.xml", lambda: of_a_gigabyte, "has 1,000,000,000 bytes"),
    "an attribute of 100 MB": (
        "un_sc",
        "list.xml",
        lambda: plain(un_list(b'<INDIVIDUAL VERSIONNUM="', *[MEGABYTE] * 100)),
        "goes on without an end of an entry for 8 MB",
    ),
    "a million attributes": (
        "un_sc",
        "list.xml",
        lambda: plain(un_list(b"<INDIVIDUAL ", *(b'a%d="" ' % n for n in range(1_000_000)))),
        "goes on without an end of an entry for 8 MB",
    ),
    "an element name of 100 MB": (
        "un_sc",
        "list.xml",
        lambda: plain(un_list(b"<", *[MEGABYTE] * 100)),
        "goes on without an end of an entry for 8 MB",
    ),
    "a text of 100 MB": (
        "un_sc",
        "list.xml",
        lambda: plain(un_list(b"<INDIVIDUAL><FIRST_NAME>", *[MEGABYTE] * 100)),
        "line 1: goes on without an end of an entry for 8 MB",
    ),
    "elements that are no entry": (
        "un_sc",
        "list.xml",
        lambda: plain(un_list(b"<OTHER>", b"<a/>" * 3_000_000)),
        "goes on without an end of an entry for 8 MB",
    ),
    "entries without end": (
        "un_sc",
        "list.xml",
        lambda: plain(un_list(*(person(number) for number in range(300_000)))),
        "goes on after 9,000 entries",
    ),
    "entries of a megabyte": (
        "un_sc",
        "list.xml",
        lambda: plain(un_list(*(person(n, b"<COMMENTS1>%s</COMMENTS1>" % MEGABYTE) for n in range(90)))),
        "as no list does, so nothing was loaded",
    ),
    "a ZIP bomb": (
        "us_ofac_sdn",
        "SDN_ENHANCED.ZIP",
        lambda: zipped("SDN_ENHANCED.XML", itertools.repeat(bytes(1_000_000), 1_000)),
        "as no list does; refused",
    ),
    "a bomb for a workbook": (
        "au_dfat",
        "list.xlsx",
        lambda: zipped("xl/worksheets/sheet1.xml", itertools.repeat(bytes(1_000_000), 1_000)),
        "as no list does; refused",
    ),
    "a gzip bomb": (
        "us_csl",
        "list.csv.gz",
        lambda: gzipped(itertools.repeat(b"\n" * 1_000_000, 1_000)),
        "as no list of its size does; refused",
    ),
    "a line of 100 MB": (
        "us_csl",
        "list.csv",
        lambda: plain(iter([b'_id,source,name\n"', *[MEGABYTE] * 99])),
        "has more than 1,000,000 characters",
    ),
    "rows without end": (
        "gb_ofsi",
        "ConList.csv",
        lambda: plain(iter([OFSI_HEAD, *(b"A,Individual,R,%d\n" % n for n in range(2_000_000))])),
        "is one of more than 200,000 rows",
    ),
    "rows of OFAC's without end": (
        "us_ofac_sdn",
        "sdn.csv",
        lambda: plain(OFAC_ROW % number for number in range(400_000)),
        "is one of more than 150,000 rows",
    ),
    "nesting in JSON": (
        "custom",
        "list.json",
        lambda: plain(iter([b"[" * 10_000_000])),
        "recursion limit exceeded",
    ),
    "a JSON array of 60 MB": (
        "custom",
        "list.json",
        lambda: plain(iter([b"[", b"{}," * 20_000_000, b"{}]"])),
        "goes on after 50,000,000 bytes",
    ),
    "a line of JSON of 100 MB": (
        "opensanctions",
        "entities.ftm.json",
        lambda: plain(iter([b'{"id":"', *[MEGABYTE] * 100])),
        "is longer than 30,000,000 characters",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_bounded_memory(loads: Loads, tmp_path: Path, name: str) -> None:
    list_id, file, made, sentence = HOSTILE[name]
    home, path = tmp_path / "home", tmp_path / file
    made()(path)
    _, at_rest = loads.load(list_id, tmp_path / "absent", home)
    said, peak = loads.load(list_id, path.parent if file == "sdn.csv" else path, home)
    path.unlink()
    assert said.startswith(("SourceError: ", "StoreError: ")), said
    assert sentence in said
    assert peak - at_rest < MOST_MEGABYTES
    assert not (home / "lists" / "CURRENT").exists()


def test_what_an_external_entity_names_is_never_read(loads: Loads, tmp_path: Path) -> None:
    secret, path = tmp_path / "secret", tmp_path / "list.xml"
    secret.write_text("Velm Secret")
    path.write_bytes(b"".join(with_doctype(b'<!ENTITY x SYSTEM "%s">' % secret.as_uri().encode())))
    said, _ = loads.load("un_sc", path, tmp_path / "home")
    assert "Velm Secret" not in said
