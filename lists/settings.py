"""What `cordon.toml` may say, each setting with its default, what it takes and why it is there."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from lists.addresses import is_trusted, masked
from lists.home import HomeError
from lists.model import Kind

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class SettingsError(HomeError):
    """`cordon.toml` says something Cordon does not take: a sentence with file, key and what it takes."""


class Section(BaseModel):
    """A table of `cordon.toml`. Every field's `description` completes the sentence "KEY takes ..."."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def _trusted(address: str) -> str:
    if not is_trusted(address):
        raise ValueError("not trusted")
    return address


class FetchSettings(Section):
    """`[lists.fetch]`: the patience with a publisher's server."""

    connect_seconds: float = Field(default=10, gt=0, description="a number of seconds above 0, such as 10")
    # Between two bytes. Some publishers make their file when it is asked for, which takes them half a minute.
    read_seconds: float = Field(default=60, gt=0, description="a number of seconds above 0, such as 60")
    # The largest official file, 120 MB, takes five minutes on a line of 3 Mbit/s.
    total_seconds: float = Field(default=600, gt=0, description="a number of seconds above 0, such as 600")
    attempts: int = Field(default=4, ge=1, le=20, description="a whole number from 1 to 20")
    # Doubled after each attempt, and jittered.
    wait_seconds: float = Field(default=2, ge=0, description="a number of seconds, 0 or more, such as 2")


class SourceSettings(Section):
    """`[lists.sources.LIST]`: one list."""

    address: Annotated[str, AfterValidator(_trusted)] | None = Field(
        default=None,  # the official one
        description="an https address, or an http address on this machine",
    )
    every_hours: float | None = Field(
        default=None,  # the list's own cadence
        gt=0,
        description="a number of hours above 0, such as 3",
    )


class ListSettings(Section):
    """`[lists]`"""

    # Publishers change their lists on any day and a refresh runs every few hours: a list that nobody has
    # renewed for a day has missed several, and a *clear* no longer speaks for it.
    stale_after_hours: float = Field(default=24, gt=0, description="a number of hours above 0, such as 24")
    enabled: list[str] | None = Field(
        default=None,  # those that declare themselves so
        description='a list of list ids, such as ["us_ofac_sdn", "un_sc"]',
    )
    sources: dict[str, SourceSettings] = Field(
        default={}, description="a section for each list, written [lists.sources.LIST]"
    )
    fetch: FetchSettings = Field(default=FetchSettings(), description="a section, written [lists.fetch]")
    # History answers what was known on a day, so it goes only where somebody says how long it is needed.
    keep_days: float | None = Field(
        default=None, ge=1, description="a number of days, 1 or more, such as 1826; left out, all is kept"
    )


WeakAliases = Literal["alert", "several_words", "support"]
FeatureName = Literal["birth_date", "country", "gender", "kind", "identifier", "address"]
_FEATURES = ", ".join(f'"{name}"' for name in get_args(FeatureName))


class PolicySettings(Section):
    """What may differ between segments of customers: `[screening.segments.NAME]`."""

    threshold: float | None = Field(
        default=None,  # the engine's own
        ge=0,
        le=1,
        description="a score from 0 to 1, such as 0.7; left out, the engine's own is used",
    )
    # OFAC and the UN publish weak aliases as a help, not as a duty to screen: a firm decides how far it goes.
    weak_aliases: WeakAliases | None = Field(
        default=None,
        description='"alert" (each may alert), "several_words" (single words do not) or "support" (none)',
    )
    lists: list[str] | None = Field(
        default=None,  # all that are published
        min_length=1,
        description='a list of list ids, such as ["us_ofac_sdn", "un_sc"]',
    )
    kinds: list[Annotated[Kind, Field(strict=False)]] | None = Field(
        default=None,  # all
        min_length=1,
        description=f"a list of kinds, of {', '.join(kind.value for kind in Kind)}",
    )
    features: list[FeatureName] | None = Field(
        default=None,  # all
        description=f"a list of what counts beside the name, of {_FEATURES}",
    )


class ScreeningSettings(PolicySettings):
    """`[screening]`: for everybody, unless a segment says otherwise."""

    weak_aliases: WeakAliases | None = Field(
        default="several_words", description=PolicySettings.model_fields["weak_aliases"].description
    )
    segments: dict[str, PolicySettings] = Field(
        default={}, description="a section for each segment, written [screening.segments.NAME]"
    )


class LedgerSettings(Section):
    """`[ledger]`"""

    record: bool = Field(default=True, description="true or false")
    # What was answered must be provable: by default no answer is given before its record is on the disk.
    sync: Literal["each", "batched"] = Field(
        default="each",
        description='"each" (on the disk before the answer) or "batched" (a power cut takes the last second)',
    )


class DecisionSettings(Section):
    """`[decisions]`"""

    four_eyes: bool = Field(default=True, description="true or false")
    expire_days: float = Field(default=365, gt=0, description="a number of days above 0, such as 365")


class CustomerSettings(Section):
    """`[customers]`: where the customers are that are rescreened. They are read there and never copied."""

    source: str | None = Field(
        default=None,
        min_length=1,
        description="a CSV or Parquet file, a folder of them, a DuckDB file, or the URL of a database",
    )
    query: str | None = Field(
        default=None, min_length=1, description="the SQL that gives the customers, a row each"
    )
    columns: dict[str, str] = Field(
        default={}, description='a section [customers.columns] with lines such as full_name = "name"'
    )
    dates: Literal["dmy", "mdy"] | None = Field(
        default=None, description='"dmy" or "mdy": what comes first in dates such as 03/04/1962'
    )
    encoding: str | None = Field(default=None, description="the encoding of CSV files, such as cp1251")


class RescreenSettings(Section):
    """`[rescreen]`: when the scheduler rescreens the customers."""

    nightly_at: str = Field(
        default="02:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description='a time of day in UTC, such as "02:00"',
    )
    full_every_days: float = Field(default=7, gt=0, description="a number of days above 0, such as 7")


RecordClass = Literal["screening", "alert"]


class RetentionRule(Section):
    """`[retention.rules.NAME]`: how long a jurisdiction wants records kept."""

    countries: list[str] | None = Field(
        default=None,  # every region
        min_length=1,
        description='a list of ISO 3166-1 alpha-2 codes and the groups EU and EEA, such as ["US"]',
    )
    records: list[RecordClass] = Field(
        default=["screening", "alert"],
        min_length=1,
        description='a list of "screening" (it found nobody) and "alert" (it found somebody)',
    )
    keep_years: int = Field(ge=0, le=1_000, description="a whole number of years, 0 to 1,000")
    then_delete: bool = Field(default=False, description="true or false")
    since: dt.date | None = Field(
        default=None, description="the day from which the rule is in force, such as 2025-03-12"
    )
    basis: str | None = Field(default=None, min_length=1, description="where the rule is written")


class RetentionSettings(Section):
    """`[retention]`: how long what tells of a person is kept."""

    defaults: bool = Field(default=True, description="true or false")
    prefer: list[str] = Field(
        default=[], description="a list of the names of rules: of two that contradict each other the first"
    )
    rules: dict[str, RetentionRule] = Field(
        default={}, description="a section for each rule, written [retention.rules.NAME]"
    )


LogLevel = Literal["debug", "info", "warning", "error"]


class LogSettings(Section):
    """`[logging]`: what `cordon run` writes to stderr."""

    format: Literal["text", "json"] = Field(default="text", description='"text" or "json"')
    level: LogLevel = Field(default="info", description='"debug", "info", "warning" or "error"')


class Settings(Section):
    """The whole file. A later part of Cordon adds its own section here, and nothing else changes."""

    lists: ListSettings = Field(default=ListSettings(), description="a section, written [lists]")
    screening: ScreeningSettings = Field(
        default=ScreeningSettings(), description="a section, written [screening]"
    )
    ledger: LedgerSettings = Field(default=LedgerSettings(), description="a section, written [ledger]")
    decisions: DecisionSettings = Field(
        default=DecisionSettings(), description="a section, written [decisions]"
    )
    customers: CustomerSettings = Field(
        default=CustomerSettings(), description="a section, written [customers]"
    )
    rescreen: RescreenSettings = Field(
        default=RescreenSettings(), description="a section, written [rescreen]"
    )
    retention: RetentionSettings = Field(
        default=RetentionSettings(), description="a section, written [retention]"
    )
    logging: LogSettings = Field(default=LogSettings(), description="a section, written [logging]")
    # What these say is read by `engine.residency`: lists know nothing of regions.
    regions: dict[str, Any] = Field(default={}, description="a section for each region, written [regions.ID]")
    residency: dict[str, Any] = Field(default={}, description="a section, written [residency]")
    transfers: dict[str, Any] = Field(
        default={}, description="a section for each basis, written [transfers.ID]"
    )


def read_settings(path: Path) -> Settings:
    """The settings in a file; the defaults where there is none. Raises `SettingsError`."""
    try:
        # Editors on Windows put a byte order mark before UTF-8, which TOML does not have.
        said = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({(error.strerror or 'unknown reason').lower()})"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 from byte {error.start:,} on; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not TOML: {error}") from None
    try:
        return Settings.model_validate(said)
    except ValidationError as error:
        raise SettingsError("; ".join(f"{path}: {each.sentence}" for each in mistakes(error))) from None


class Mistake(NamedTuple):
    """What is wrong, and the path of keys to where it is said."""

    keys: tuple[str, ...]
    sentence: str


def mistakes(error: ValidationError, root: type[Section] = Settings) -> list[Mistake]:
    """What is wrong in a file, or in the part of it that `root` describes."""
    details = error.errors(include_url=False, include_context=False)
    return [_explain(detail, root) for detail in details]


def _explain(detail: ErrorDetails, root: type[Section]) -> Mistake:
    """One mistake: the section and key it is in, and what that key takes."""
    section, names = root, [str(part) for part in detail["loc"]]
    depth = 0
    while depth < len(names) - 1 and (inner := _sections_in(section, names[depth])):
        # A section for each list is one level further down: its name comes between.
        depth += 2 if _is_table_of_sections(section, names[depth]) else 1
        if len(inner) > 1:  # one of several, by the word that pydantic puts in between
            word = names.pop(depth) if depth < len(names) else ""
            section = next((one for one in inner if word in _words_of(one)), inner[0])
        else:
            section = inner[0]
    path, key = names[:depth], names[min(depth, len(names) - 1)]
    where = f"[{'.'.join(path)}] {key}" if path else key
    if depth == len(names):
        return Mistake(tuple(names), _whole(detail, names))
    fields = {field.alias or name: field for name, field in section.model_fields.items()}
    if detail["type"] == "extra_forbidden":
        kind = "key" if path else "section"
        return Mistake((*path, key), f"{where} is not a {kind} Cordon knows; it takes {', '.join(fields)}")
    if detail["type"].startswith("union_tag"):
        return _unknown_word((*path, key), _sections_in(section, key), detail["input"])
    takes = fields[key].description
    if detail["type"] == "missing":
        return Mistake(tuple(path), f"{where} is missing; it takes {takes}")
    shown = masked(str(detail["input"])) if key == "address" else _shown(detail["input"])
    return Mistake((*path, key), f"{where} takes {takes}, not {shown}")


def _unknown_word(keys: tuple[str, ...], sections: list[type[Section]], said: Any) -> Mistake:
    """Of a section that is one of several: the word that says which is none that is known, or missing."""
    name, field = next(
        (name, field)
        for name, field in sections[0].model_fields.items()
        if get_origin(field.annotation) is Literal
    )
    where = f"[{'.'.join(keys)}] {name}"
    if not isinstance(said, dict) or name not in said:
        return Mistake(keys, f"{where} is missing; it takes {field.description}")
    return Mistake((*keys, name), f"{where} takes {field.description}, not {_shown(said[name])}")


def _whole(detail: ErrorDetails, names: list[str]) -> str:
    """Of a section as a whole: it is none, or does not say which of several it is."""
    where = f"[{'.'.join(names[:-1])}] {names[-1]}"
    if detail["type"].startswith("union_tag"):
        takes = detail.get("ctx", {})
        return f"{where} takes a {takes.get('discriminator', 'word')} that says what it is"
    return f"{where} takes a section, written [{'.'.join(names)}]"


def _sections_in(section: type[Section], name: str) -> list[type[Section]]:
    """The sections that a key holds, one of or many of; none for a key with a value."""
    fields = {field.alias or each: field for each, field in section.model_fields.items()}
    return list(_sections(fields[name].annotation)) if name in fields else []


def _sections(annotation: Any) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in get_args(annotation):
        yield from _sections(part)


def _words_of(section: type[Section]) -> tuple[str, ...]:
    """The words by which a section of several is told apart."""
    return tuple(
        word
        for field in section.model_fields.values()
        if get_origin(field.annotation) is Literal
        for word in get_args(field.annotation)
    )


def _is_table_of_sections(section: type[Section], name: str) -> bool:
    fields = {field.alias or each: field for each, field in section.model_fields.items()}
    return get_origin(fields[name].annotation) is dict


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
