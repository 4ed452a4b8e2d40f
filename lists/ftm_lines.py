"""Lines of a FollowTheMoney file, one entity each, checked to be what the format says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lists.source import SourceError
from lists.text_lines import text_lines

# OpenSanctions' whole collection, politically exposed persons included, has some 6 GB.
MAX_BYTES = 30_000_000_000

_Id = Annotated[str, Field(min_length=1)]


class FtmLine(BaseModel):
    """An entity as its line says it. `target` is None where the file does not say who is one."""

    model_config = ConfigDict(strict=True)

    entity_id: _Id = Field(alias="id")
    kind: _Id = Field(alias="schema")  # a schema of FollowTheMoney, such as Person
    caption: str | None = None
    properties: dict[str, list[str]]
    datasets: list[str] = []
    last_change: str | None = None
    target: bool | None = None

    @property
    def name(self) -> str:
        names = self.properties.get("name")
        return " ".join((self.caption or (names[0] if names else "")).split())

    @property
    def is_target(self) -> bool:
        """Whether the entity is on a list itself, and not only tied to one that is."""
        return bool(self.properties.get("topics")) if self.target is None else self.target


def read_lines(list_id: str, path: Path) -> Iterator[tuple[int, FtmLine]]:
    """The entities of a file with one JSON object a line, each with its line. Raises `SourceError`."""
    for number, text in text_lines(list_id, path, most_bytes=MAX_BYTES):
        if not text.isspace():
            try:
                yield number, FtmLine.model_validate_json(text)
            except ValidationError as error:
                sentence = (
                    f"is no entity of FollowTheMoney ({_problem(error)}); fetch entities.ftm.json again"
                )
                raise SourceError(list_id, path.name, f"line {number}", sentence) from None


def _problem(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, first["loc"]))[:80]
    return f"{place}: {first['msg']}"[:200] if place else first["msg"][:200]
