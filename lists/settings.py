"""What `cordon.toml` may say, each setting with its default, what it takes and why it is there."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lists.home import HomeError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class SettingsError(HomeError):
    """`cordon.toml` says something Cordon does not take: a sentence with file, key and what it takes."""


class Section(BaseModel):
    """A table of `cordon.toml`. Every field's `description` completes the sentence "KEY takes ..."."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class ListSettings(Section):
    """`[lists]`"""

    # Publishers change their lists on any day and a refresh runs every few hours: a list that nobody has
    # renewed for a day has missed several, and a *clear* no longer speaks for it.
    stale_after_hours: float = Field(default=24, gt=0, description="a number of hours above 0, such as 24")


class ScreeningSettings(Section):
    """`[screening]`"""

    threshold: float | None = Field(
        default=None,  # the engine's own
        ge=0,
        le=1,
        description="a score from 0 to 1, such as 0.7; left out, the engine's own is used",
    )
    # OFAC and the UN publish weak aliases as a help, not as a duty to screen: a firm decides how far it goes.
    weak_aliases: Literal["alert", "several_words", "support"] = Field(
        default="several_words",
        description='"alert" (each may alert), "several_words" (single words do not) or "support" (none)',
    )


class Settings(Section):
    """The whole file. A later part of Cordon adds its own section here, and nothing else changes."""

    lists: ListSettings = Field(default=ListSettings(), description="a section, written [lists]")
    screening: ScreeningSettings = Field(
        default=ScreeningSettings(), description="a section, written [screening]"
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
        details = error.errors(include_url=False, include_context=False)
        raise SettingsError("; ".join(f"{path}: {_explain(detail)}" for detail in details)) from None


def _explain(detail: ErrorDetails) -> str:
    *sections, key = (str(part) for part in detail["loc"])
    section: Section = Settings()
    for name in sections:
        section = getattr(section, name)
    known = type(section).model_fields
    where = f"[{'.'.join(sections)}] {key}" if sections else key
    if detail["type"] == "extra_forbidden":
        kind = "key" if sections else "section"
        return f"{where} is not a {kind} Cordon knows; it takes {', '.join(known)}"
    return f"{where} takes {known[key].description}, not {_shown(detail['input'])}"


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
