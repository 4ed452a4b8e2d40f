"""Master keys: who holds the key that wraps all other keys of a region, and how it is asked.

A provider wraps and unwraps 32 bytes, and nothing else leaves it: NIST SP 800-57's key-wrapping key.
"""

from __future__ import annotations

import binascii
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.ledger.layout import LedgerError
from lists.durable import sync_folder

if TYPE_CHECKING:
    from engine.privacy.settings import EnvironmentKey, FileKey, Pkcs11Key

KEY_BYTES = 32
NONCE_BYTES = 12  # as NIST SP 800-38D recommends for GCM
_GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class MasterKeyError(LedgerError):
    """The master key is missing, wrong or not safe: a sentence that names it and says what to do next."""


class Master(Protocol):
    """Something that holds a master key. `name` says in a sentence which it is, and nothing secret."""

    @property
    def name(self) -> str: ...

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """A key, encrypted and bound to a context. Raises `MasterKeyError`."""
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes | None:
        """What was wrapped; None where that was done with another key. Raises `MasterKeyError`."""
        ...


@dataclass(frozen=True)
class BytesMaster:
    """A master key that this process has in its memory."""

    name: str
    key: bytes

    def wrap(self, key: bytes, context: bytes) -> bytes:
        return wrap(self.key, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes | None:
        return unwrap(self.key, wrapped, context)


def wrap(key: bytes, content: bytes, context: bytes) -> bytes:
    """AES-256-GCM: a random nonce, the ciphertext and its tag."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - 30 ms to import

    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, context)


def unwrap(key: bytes, wrapped: bytes, context: bytes) -> bytes | None:
    """What `wrap` was given; None where it was another key or context, or was changed."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    try:
        return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        return None


def master_of(
    settings: FileKey | EnvironmentKey | Pkcs11Key, region: Path, *, create: bool = False
) -> Master:
    """The master key that the settings of a region name; `region` is its folder.

    With `create` a key file that is not there is made. Raises `MasterKeyError`.
    """
    match settings.provider:
        case "file":
            content = _read(key_file(settings, region), create=create)
            return BytesMaster(described(settings, region), content)
        case "environment":
            return _from_environment(settings.variable, described(settings, region))
        case "pkcs11":
            from engine.privacy.hardware import HardwareMaster  # noqa: PLC0415 - needs an extra

            return HardwareMaster(settings)


def described(settings: FileKey | EnvironmentKey | Pkcs11Key, region: Path) -> str:
    """Which master key the settings name, whether it is there or not."""
    match settings.provider:
        case "file":
            return f"the file {key_file(settings, region)}"
        case "environment":
            return f"the environment variable {settings.variable}"
        case "pkcs11":
            return f"the key {settings.label} of the token {settings.token}"


def create(settings: FileKey | EnvironmentKey | Pkcs11Key, region: Path) -> str:
    """Make the master key that the settings name; which it is. Raises OSError and `MasterKeyError`."""
    match settings.provider:
        case "file":
            write_key_file(key_file(settings, region), generate())
        case "environment":
            raise MasterKeyError(
                f"the environment variable {settings.variable} is yours to set; cordon keys generate prints "
                "a key for it"
            )
        case "pkcs11":
            from engine.privacy.hardware import HardwareMaster  # noqa: PLC0415 - needs an extra

            HardwareMaster(settings).create()
    return described(settings, region)


def key_file(settings: FileKey, region: Path) -> Path:
    """Where the key file of a region is: a path begins at the region's folder."""
    return region / Path(settings.path).expanduser()


def generate() -> str:
    """A new master key as a file and an environment variable hold it: 64 hexadecimal digits."""
    return secrets.token_hex(KEY_BYTES)


def write_key_file(path: Path, key: str) -> None:
    """Make a key file that only its owner reads, whole or not at all. Raises OSError, FileExistsError too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, key.encode("ascii") + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        if path.exists():
            raise FileExistsError(str(path))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


def _from_environment(variable: str, name: str) -> Master:
    text = os.environ.get(variable)
    if not text:
        raise MasterKeyError(f"{name}, which holds the master key, is not set; set it")
    return BytesMaster(name, _parsed(text, name))


def _read(path: Path, *, create: bool) -> bytes:
    try:
        if create and not path.exists():
            write_key_file(path, generate())
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            if os.name != "nt" and state.st_mode & _GROUP_AND_OTHERS:
                raise MasterKeyError(
                    f"{path} holds a master key and others than its owner may use it; run: chmod 600 {path}"
                )
            text = file.read(1024).decode("ascii", "replace")
    except FileNotFoundError:
        raise MasterKeyError(
            f"the master key {path} is missing; restore it: without it nothing that tells of a person can be "
            "read or recorded"
        ) from None
    except OSError as error:
        raise MasterKeyError(f"{path}: cannot be read ({(error.strerror or '').lower()})") from error
    return _parsed(text, str(path))


def _parsed(text: str, name: str) -> bytes:
    try:
        key = binascii.unhexlify(text.strip())
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise MasterKeyError(
            f"{name} does not hold a master key, which is {2 * KEY_BYTES} hexadecimal digits; "
            "make one with: cordon keys generate"
        )
    return key
