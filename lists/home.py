"""The home directory: where everything Cordon keeps is, and nothing is outside it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lists.settings import Settings

ENVIRONMENT_VARIABLE = "CORDON_HOME"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class HomeError(RuntimeError):
    """Something in the home cannot be used: a sentence that names the file and says what to do next."""


@dataclass(frozen=True)
class Home:
    """A home directory and the places in it. Nothing is created or read until it is needed.

    `region` is the one region that is meant, where a process serves several of those in `cordon.toml`.
    """

    path: Path
    region: str | None = None

    @classmethod
    def locate(cls, path: Home | Path | str | None = None) -> Home:
        """The home at `path`, else the one `CORDON_HOME` names, else the platform's data directory."""
        if isinstance(path, Home):
            return path
        chosen = path or os.environ.get(ENVIRONMENT_VARIABLE)
        if not chosen:
            import platformdirs  # noqa: PLC0415 - a screening with a known home need not pay for it

            chosen = platformdirs.user_data_dir("cordon", appauthor=False)
        return cls(Path(chosen).expanduser().absolute())

    def in_region(self, region: str | None) -> Home:
        """The same home, with one region meant; None means all that are served."""
        return replace(self, region=region)

    @property
    def config(self) -> Path:
        return self.path / "cordon.toml"

    @property
    def lists(self) -> Path:
        return self.path / "lists"

    @property
    def store(self) -> Path:
        """Every snapshot ever loaded; see `lists.store`."""
        return self.lists / "lists.duckdb"

    @property
    def published(self) -> Path:
        """One immutable folder for each version of the watchlist; see `lists.publish`."""
        return self.lists / "published"

    @property
    def current(self) -> Path:
        """Names the version in use."""
        return self.lists / "CURRENT"

    @property
    def refresh(self) -> Path:
        """A folder for each list with the official files in use and how its last refresh went."""
        return self.lists / "refresh"

    def settings(self) -> Settings:
        """What `cordon.toml` says, and the default for what it does not. Raises `SettingsError`."""
        from lists.settings import read_settings  # noqa: PLC0415 - many uses of a home never read them

        return read_settings(self.config)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While something is written into the home: a file system's refusal becomes a `HomeError`."""
        try:
            yield
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            where = f"{error.filename}: " if error.filename else ""
            advice = "free some space" if error.errno in _FULL else "allow it"
            raise HomeError(
                f"cannot write to the home {self.path} ({where}{reason}); {advice}, or choose another home "
                f"with --home or {ENVIRONMENT_VARIABLE}"
            ) from error
