"""The four formats in which OFAC publishes each of its lists: which files they are, and how one is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lists import ofac_advanced, ofac_classic, ofac_enhanced
from lists.ofac_csv import CsvSet, parse_csv_set
from lists.ofac_files import ARCHIVE, OfacFile
from lists.source import ExpectedFile, Parsed, SourceError, find_file, fingerprint, sniff

_EXPORTS = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/"
_READERS = {
    ofac_enhanced.ROOT: ofac_enhanced.parse_enhanced,
    ofac_advanced.ROOT: ofac_advanced.parse_advanced,
    ofac_classic.ROOT: ofac_classic.parse_classic,
}


@dataclass(frozen=True)
class OfacFormats:
    """One list in each of its formats, by the names of the files; `own_list` is its name inside them."""

    list_id: str
    own_list: str
    enhanced: str
    advanced: str
    classic: str
    csv: CsvSet

    @property
    def files(self) -> tuple[ExpectedFile, ...]:
        """The format that states everything, in the smallest file."""
        return (_exported(self.enhanced),)

    @property
    def alternatives(self) -> tuple[tuple[ExpectedFile, ...], ...]:
        """The other formats, the fullest first. The CSV set can be read without its smaller files."""
        csv = tuple(_exported(name, required=name == self.csv.primary) for name in self.csv.names)
        return ((_exported(self.advanced),), (_exported(self.classic),), csv)

    def parse(self, path: Path) -> Parsed:
        """Read the list from a file, or from the folder that holds it in one of its formats.

        What a file is, its content tells, not its name. Raises `SourceError`, also while iterating.
        """
        if path.is_dir():
            found = self._in_folder(path)
            if found is None:
                return parse_csv_set(self.list_id, path, self.csv)
            path = found
        if (what := self._look(path)) not in ("XML", ARCHIVE):
            sentence = f"holds {what} instead of OFAC's list; fetch it again" if what else self._not_alone
            raise SourceError(self.list_id, path.name, "line 1", sentence)
        file = OfacFile.at(self.list_id, path, self.own_list)
        return _READERS[file.document(_READERS, ()).root](file)

    @property
    def _not_alone(self) -> str:
        return (
            f"is neither XML nor a ZIP archive; give {self.enhanced}, {self.advanced} or {self.classic}, "
            f"or the folder that holds {self.csv.primary}"
        )

    def _look(self, path: Path) -> str | None:
        if not path.exists():
            where = f"give the folder that holds {self.enhanced} or {self.csv.primary}, or the file itself"
            raise SourceError(self.list_id, path.name, None, f"is not there; {where}")
        fingerprint(self.list_id, path)
        return sniff(path)

    def _in_folder(self, folder: Path) -> Path | None:
        """The XML file to read, in a ZIP archive or not; None where it is the CSV set."""
        for name in (
            self.enhanced,
            Path(self.enhanced).with_suffix(".xml").name,
            self.advanced,
            self.classic,
        ):
            if file := find_file(folder, name):
                return file
        if any(find_file(folder, name) for name in self.csv.names):
            return None
        files = [file for file in sorted(folder.iterdir()) if file.suffix.lower() in (".zip", ".xml")]
        if len(files) == 1:
            return files[0]
        known = f"{self.enhanced}, {self.advanced}, {self.classic} and {self.csv.primary}"
        raise SourceError(self.list_id, folder.name, None, f"holds none of {known}; give the file itself")


def _exported(name: str, *, required: bool = True) -> ExpectedFile:
    return ExpectedFile(name, f"{_EXPORTS}{name.upper()}", required)
