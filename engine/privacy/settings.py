"""Where a region's master key is: `key` of `[regions.ID]` in `cordon.toml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lists.settings import Section


class FileKey(Section):
    """A file that holds the master key, for development."""

    provider: Literal["file"] = Field(description='"file", "environment" or "pkcs11"')
    path: str = Field(
        default="keys/master.key",
        min_length=1,
        description="the path of a file; it begins at the region's home",
    )


class EnvironmentKey(Section):
    """An environment variable that holds the master key."""

    provider: Literal["environment"] = Field(description='"file", "environment" or "pkcs11"')
    variable: str = Field(min_length=1, description="the name of an environment variable")


class Pkcs11Key(Section):
    """A key in a hardware module, which never leaves it."""

    provider: Literal["pkcs11"] = Field(description='"file", "environment" or "pkcs11"')
    module: str = Field(min_length=1, description="the path of the module's library")
    token: str = Field(min_length=1, description="the label of the token")
    label: str = Field(min_length=1, description="the label of the key, an AES key of 256 bits")
    pin_variable: str = Field(
        default="CORDON_PIN",
        min_length=1,
        description="the name of the environment variable that holds the PIN",
    )


KeySettings = Annotated[FileKey | EnvironmentKey | Pkcs11Key, Field(discriminator="provider")]

# What a region has that says nothing: a file of its own, made at first use.
DEFAULT_KEY = FileKey(provider="file")
