"""Reading the whole ledger again: every chain, head and sealed file, and what each says of the others.

What is found is an edit, a gap, another order, a truncation or a missing file. Somebody who may write every
file of the ledger can also write a new one that is sound; against that, keep the digest that `verify` gives
where they cannot write, and compare.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.ledger.chain import NO_LINE, BrokenChain, Head, digest_of, follow
from engine.ledger.layout import DATE, WRITER, LedgerError, Region
from engine.ledger.sealing import SealedDay, read_sealed
from engine.ledger.slots import identity
from lists.home import Home


@dataclass(frozen=True)
class Finding:
    """Something that is not as its writer left it: the file, the line (from 1), and what it is."""

    file: str
    line: int | None
    problem: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, line {self.line:,}"
        return f"{where}: {self.problem}"


@dataclass
class Verification:
    """What was read, and what is wrong with it. `notes` are harmless: what a killed process left behind.

    `digest` is over the heads of all writers: it stands for everything recorded so far.
    """

    events: int = 0
    writers: int = 0
    sealed_files: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    digest: str = ""

    @property
    def is_sound(self) -> bool:
        return not self.findings


_MISSING = "is missing"
# What a line raises that is JSON and yet not what a writer writes.
_NO_EVENT = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class _Line:
    file: str
    number: int
    text: bytes


def verify(home: Home | Path | str | None = None) -> Verification:
    """Verify a home's ledger, while writers write. Raises `LedgerError` where there is none to read."""
    return verify_region(Region.of(home))


def verify_region(region: Region) -> Verification:
    """As `verify`, for one region."""
    if not region.path.is_dir():
        raise LedgerError(f"nothing was ever recorded in {region.path}; screen somebody first")
    return _Verifier(region).run()


class _Verifier:
    def __init__(self, region: Region) -> None:
        self._region = region
        self._result = Verification()
        self._digests: dict[str, list[str]] = {}  # of each writer's lines
        self._claims: list[tuple[_Line, str, int, str]] = []  # line, writer, seq, digest
        self._named: set[str] = set()  # files that the journal names
        self._sealed: dict[str, SealedDay] = {}
        self._ledger: str | None = None

    def run(self) -> Verification:
        self._check_identity()
        # Before the journal, which only grows: each head is then of a line that can be read.
        heads = dict(self._heads())
        journal_dates = self._region.journal_dates()
        self._read_sealed_days(journal_dates)
        writers = {*heads, *(writer for day in self._sealed.values() for writer in day.lines)}
        for date in journal_dates:
            writers |= set(self._writers_of(date))
        for writer in sorted(writers, key=lambda name: int(name[1:])):
            self._check_writer(writer, heads.get(writer), journal_dates)
        self._check_claims()
        self._check_unnamed()
        self._result.writers = len(writers)
        # A file that is missing is the reason for a gap elsewhere, and so named first.
        unique = dict.fromkeys(self._result.findings)
        self._result.findings = sorted(unique, key=lambda each: not each.problem.startswith(_MISSING))
        self._result.notes = list(dict.fromkeys(self._result.notes))
        last = {writer: digests[-1] for writer, digests in self._digests.items() if digests}
        self._result.digest = hashlib.sha256(json.dumps(last, sort_keys=True).encode()).hexdigest()
        return self._result

    def _find(self, file: Path | str, line: int | None, problem: str) -> None:
        self._result.findings.append(Finding(self._shown(file), line, problem))

    def _note(self, file: Path | str, line: int | None, what: str) -> None:
        self._result.notes.append(Finding(self._shown(file), line, what))

    def _shown(self, file: Path | str) -> str:
        return file if isinstance(file, str) else file.relative_to(self._region.path).as_posix()

    def _check_identity(self) -> None:
        try:
            self._ledger = identity(self._region).digest
        except LedgerError:
            what = "is damaged" if self._region.identity.exists() else "is missing"
            self._find(self._region.identity, None, what)

    def _heads(self) -> Iterator[tuple[str, Head | None]]:
        for writer in self._region.writers():
            path = self._region.head(writer)
            try:
                yield writer, Head.read(path.read_bytes())
            except (OSError, BrokenChain):
                self._find(path, None, "is not as it was written: the head of a writer was changed")
                yield writer, None

    def _writers_of(self, date: str) -> list[str]:
        names = []
        for path in sorted((self._region.journal / date).iterdir()):
            if path.suffix == ".ndjson" and WRITER.fullmatch(path.stem):
                names.append(path.stem)
            else:
                self._find(path, None, "does not belong to the journal")
        return names

    def _read_sealed_days(self, journal_dates: list[str]) -> None:
        for path in self._region.sealed_files():
            date = path.parent.name.removeprefix("date=")
            self._named.add(self._shown(path))
            if date in journal_dates:
                self._note(path, None, "was left by an interrupted `cordon ledger seal`; run that again")
                continue
            try:
                self._sealed[date] = read_sealed(path)
            except LedgerError:
                self._find(path, None, "cannot be read: a sealed day was changed")

    def _check_writer(self, writer: str, head: Head | None, journal_dates: list[str]) -> None:
        digests = self._digests.setdefault(writer, [])
        previous, at, end, file = NO_LINE, "", 0, ""
        known = {0: Head(0, 0, "", NO_LINE)}
        for line in self._lines(writer, head, journal_dates):
            try:
                event = follow(line.text, len(digests) + 1, previous, at)
                if event["at"][:10] not in line.file:
                    raise BrokenChain(f"is of {event['at'][:10]}, a day with a file of its own")
            except BrokenChain as error:
                self._find(line.file, line.number, str(error))
                break
            previous, at = digest_of(line.text), event["at"]
            digests.append(previous)
            end = len(line.text) + 1 + (end if file == line.file else 0)
            file = line.file
            if head is not None and head.seq == len(digests):
                known[head.seq] = Head(head.seq, end, at, previous)
            self._result.events += 1
            try:
                self._take_note_of(line, event)
            except _NO_EVENT:
                self._find(line.file, line.number, "does not say what an event of its type says")
        else:
            self._check_head(writer, head, len(digests), known)
            return
        # What follows a break proves nothing, and yet names files that may be the reason for it.
        for line in self._lines(writer, None, journal_dates):
            with suppress(*_NO_EVENT):
                self._take_note_of(line, json.loads(line.text))

    def _lines(self, writer: str, head: Head | None, journal_dates: list[str]) -> Iterator[_Line]:
        for date in sorted({*journal_dates, *self._sealed}):
            if date in self._sealed:
                file = f"events/date={date}/journal.parquet"
                for number, text in self._sealed[date].lines.get(writer, ()):
                    yield _Line(file, number, text)
                continue
            path = self._region.journal_file(date, writer)
            if path.exists():
                yield from self._journal_lines(path, head)

    def _journal_lines(self, path: Path, head: Head | None) -> Iterator[_Line]:
        file = self._shown(path)
        with path.open("rb") as lines:
            end = 0
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n"):
                    acknowledged = head is not None and head.date == path.parent.name and head.end > end
                    if acknowledged or (head is not None and head.date > path.parent.name):
                        self._find(file, number, "is cut off")
                    else:
                        self._note(file, number, "is not complete: nobody was told of it")
                    return
                end += len(line)
                yield _Line(file, number, line[:-1])

    def _check_head(self, writer: str, head: Head | None, events: int, known: dict[int, Head]) -> None:
        path = self._region.head(writer)
        if head is None:
            if not path.exists():
                self._find(path, None, "is missing: the end of this writer's journal cannot be checked")
        elif head.seq > events:
            gone = f"the last {head.seq - events:,} events that were acknowledged are gone"
            self._find(self._region.journal_file(head.date, writer), None, f"is cut off or missing: {gone}")
        elif known[head.seq] != (head if head.seq else Head(0, head.end, "", head.digest)):
            self._find(path, None, f"is not of event {head.seq} as it stands: that or the head was changed")

    def _take_note_of(self, line: _Line, event: dict[str, Any]) -> None:
        match event["type"]:
            case "opened":
                if self._ledger is not None and event.get("ledger") != self._ledger:
                    self._find(line.file, line.number, "is of another ledger.json: that was changed")
                    self._ledger = None
                for writer, (seq, digest) in event.get("heads", {}).items():
                    self._claims.append((line, writer, seq, digest))
            case "part":
                for kind in ("screenings", "matches"):
                    if kind in event:
                        self._check_file(event[kind]["file"], event[kind]["sha256"])
            case "sealed":
                self._check_file(event["file"], event["sha256"])

    def _check_file(self, name: str, sha256: str) -> None:
        self._named.add(name)
        try:
            with (self._region.path / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            self._find(name, None, f"{_MISSING} or cannot be read")
            return
        self._result.sealed_files += 1
        if found != sha256:
            self._find(name, None, "was changed after it was sealed")

    def _check_claims(self) -> None:
        """Each writer names the heads of the others when it begins: what they had then they must have now."""
        for line, writer, seq, digest in self._claims:
            if not seq:
                continue
            digests = self._digests.get(writer, [])
            if len(digests) < seq and not any(f"/{writer}." in each.file for each in self._result.findings):
                self._find(line.file, line.number, f"knows event {seq} of {writer}, which is gone")
            elif len(digests) >= seq and digests[seq - 1] != digest:
                self._find(line.file, line.number, f"knows another event {seq} of {writer} than there is")

    def _check_unnamed(self) -> None:
        for folder in (self._region.screenings, self._region.matches, self._region.events):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and self._shown(path) not in self._named:
                    self._note(path, None, "is in no journal: an interrupted batch left it; no view reads it")
        for path in sorted(self._region.journal.iterdir() if self._region.journal.is_dir() else ()):
            if not DATE.fullmatch(path.name) and path.name != "heads":
                self._note(path, None, "is left of a day that was sealed; the next seal removes it")
