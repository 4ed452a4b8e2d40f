"""What the readers of all lists share: finding the one file of a list, and dropping what is said twice."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from lists.source import SourceError, find_file

_T = TypeVar("_T")


def find_document(list_id: str, path: Path, name: str, endings: tuple[str, ...]) -> Path:
    """The file of a list that has one: `path`, or in a folder the file of that name or the only one of its
    kind (`endings`, such as ".xml", the first of which names the kind). Raises `SourceError`.
    """
    if not path.is_dir():
        return path
    if file := find_file(path, name):
        return file
    files = sorted(file for file in path.iterdir() if file.name.lower().endswith(endings))
    if len(files) == 1:
        return files[0]
    kind = endings[0].lstrip(".").upper()
    sentence = f"has {len(files)} {kind} files and none is called {name}; give the file itself"
    raise SourceError(list_id, path.name, None, sentence)


def unique(items: Iterable[_T]) -> tuple[_T, ...]:
    """The items in their order, each once."""
    return tuple(dict.fromkeys(items))


def refusal(reference: str, error: ValidationError) -> str:
    """The sentence on an entry that the model refuses, for a `SourceError`."""
    problem = error.errors()[0]["msg"].removeprefix("Value error, ")
    return f"entry {reference} cannot be read ({problem}); report it and keep the version in use"
