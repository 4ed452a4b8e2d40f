"""How the log is written: a line an event, as text or JSON, with nothing in it that tells of a person.

Names, birth dates, identifiers and addresses are in no message: whoever logs something of a customer logs the
token of `engine.privacy.tokens`. No traceback is logged, because the text of an error may quote a file.
"""

from __future__ import annotations

import json
import logging
import sys
import time

from jobs.terminal import printable
from lists.settings import LogSettings

_TIME = "%Y-%m-%dT%H:%M:%SZ"
# What a record has that is not one of its message's own fields.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def log_to_stderr(settings: LogSettings) -> None:
    """Write the log of Cordon, and the warnings of what it uses, to stderr from now on."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = JsonLine() if settings.format == "json" else TextLine()
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("cordon").setLevel(settings.level.upper())


class TextLine(logging.Formatter):
    """A line an event, whatever an error or a list has in its text, and never a traceback."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", _TIME)

    def format(self, record: logging.LogRecord) -> str:
        record.exc_info = record.exc_text = record.stack_info = None
        fields = "".join(f" {name}={value}" for name, value in _fields(record).items())
        return printable(super().format(record) + fields)


class JsonLine(logging.Formatter):
    """As `TextLine`, as an object of JSON: `at`, `level`, `message` and the fields of the message."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": self.formatTime(record, _TIME),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **_fields(record),
        }
        return json.dumps(said, default=str)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}
