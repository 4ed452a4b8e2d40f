"""The options that describe a person or company on the command line, turned into a subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.subject import InvalidSubject, Subject
from jobs.customers.cells import read_country, read_gender, read_identifier, read_kind

if TYPE_CHECKING:
    from engine.screening import Screening


@dataclass(frozen=True)
class SubjectOptions:
    """What was typed, before anything is checked."""

    names: tuple[str, ...]
    kind: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    countries: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    residency: str | None = None
    segment: str | None = None


def subject_from(options: SubjectOptions) -> Subject:
    """The subject. Raises `InvalidSubject`, which names each option at fault and what it takes."""
    problems: list[tuple[str, str]] = []
    fields: dict[str, Any] = {
        "names": options.names,
        "kind": _read(problems, "--kind", read_kind, options.kind),
        "birth_date": options.birth_date,
        "gender": _read(problems, "--gender", read_gender, options.gender),
        "countries": _read_all(problems, "--country", read_country, options.countries),
        "identifiers": _read_all(problems, "--id", read_identifier, options.identifiers),
        "addresses": options.addresses,
        "residency": _read(problems, "--residency", read_country, options.residency),
        "segment": options.segment,
    }
    try:
        subject = Subject.parse(**{name: value for name, value in fields.items() if value is not None})
    except InvalidSubject as invalid:
        problems += [(_option(field), sentence) for field, sentence in invalid.problems]
    if problems:
        raise InvalidSubject(problems)
    return subject


def screen_as_of(
    home: Path | None, subject: Subject, day: str, threshold: float | None, limit: int
) -> Screening:
    """Screen against the watchlist of a day. Raises `InvalidSubject` for what is no day, `HomeError`."""
    from engine.ledger.as_of import parse_moment, screener_at  # noqa: PLC0415 - most screenings are of today
    from lists.home import Home  # noqa: PLC0415

    try:
        moment = parse_moment(day)
    except ValueError as error:
        raise InvalidSubject([("--as-of", str(error))]) from None
    with screener_at(Home.locate(home), moment) as screener:
        return screener.screen(subject, threshold=threshold, limit=limit)


def _option(field: str) -> str:
    field, _, number = field.partition(".")
    if field == "names":
        return f"--also {number}"  # the first name is NAME itself
    return "NAME" if field == "name" else f"--{field.replace('_', '-')}"


def _read(
    problems: list[tuple[str, str]], option: str, read: Callable[[str], Any], text: str | None
) -> Any | None:
    if text is None:
        return None
    try:
        return read(text)
    except ValueError as error:
        problems.append((option, str(error)))
        return None


def _read_all(
    problems: list[tuple[str, str]], option: str, read: Callable[[str], Any], texts: Iterable[str]
) -> list[Any]:
    values = [_read(problems, option, read, text) for text in texts]
    return [value for value in values if value is not None]
