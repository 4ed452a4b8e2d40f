"""A master key in a hardware security module, through PKCS#11 (OASIS, version 2.40): it never leaves it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from engine.privacy.masters import NONCE_BYTES, MasterKeyError

if TYPE_CHECKING:
    from engine.privacy.settings import Pkcs11Key

_TAG_BITS = 128


class HardwareMaster:
    """An AES-256 key of a token. Each use opens a session and ends it: a process needs few."""

    def __init__(self, settings: Pkcs11Key) -> None:
        try:
            import pkcs11  # noqa: PLC0415 - an extra
        except ImportError:
            raise MasterKeyError(
                'a hardware security module needs an extra; in a checkout of Cordon: pip install ".[pkcs11]"'
            ) from None
        self._pkcs11, self._settings = pkcs11, settings
        self.name = f"the key {settings.label} of the token {settings.token}"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        wrapped: bytes = self._used("encrypt", key, nonce, context)
        return nonce + wrapped

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes | None:
        errors = self._pkcs11.exceptions
        try:
            key: bytes = self._used("decrypt", wrapped[NONCE_BYTES:], wrapped[:NONCE_BYTES], context)
        except _Refused as refused:
            # What modules answer when the tag of GCM is not right differs.
            wrong = (
                errors.EncryptedDataInvalid,
                errors.EncryptedDataLenRange,
                errors.GeneralError,
                errors.FunctionFailed,
            )
            if isinstance(refused.error, wrong):
                return None
            raise self._problem(refused.error) from refused.error
        return key

    def create(self) -> None:
        """Make the key in the token, where there is none. Raises `MasterKeyError`."""
        kinds, attribute = self._pkcs11.KeyType, self._pkcs11.Attribute
        try:
            with self._token().open(user_pin=self._pin(), rw=True) as session:
                found = list(session.get_objects({attribute.LABEL: self._settings.label}))
                if found:
                    raise MasterKeyError(f"{self.name} is there already")
                session.generate_key(
                    kinds.AES,
                    256,
                    label=self._settings.label,
                    store=True,
                    template={attribute.SENSITIVE: True, attribute.EXTRACTABLE: False},
                )
        except self._pkcs11.exceptions.PKCS11Error as error:
            raise self._problem(error) from error

    def _used(self, use: str, content: bytes, nonce: bytes, context: bytes) -> Any:
        pkcs11 = self._pkcs11
        try:
            with self._token().open(user_pin=self._pin()) as session:
                key = session.get_key(object_class=pkcs11.ObjectClass.SECRET_KEY, label=self._settings.label)
                parameters = pkcs11.GCMParams(nonce, context, _TAG_BITS)
                try:
                    return getattr(key, use)(
                        content, mechanism=pkcs11.Mechanism.AES_GCM, mechanism_param=parameters
                    )
                except pkcs11.exceptions.PKCS11Error as error:
                    raise _Refused(error) from error
        except pkcs11.exceptions.PKCS11Error as error:
            raise self._problem(error) from error

    def _token(self) -> Any:
        try:
            return self._pkcs11.lib(self._settings.module).get_token(token_label=self._settings.token)
        except (RuntimeError, OSError) as error:
            raise self._problem(error) from error

    def _pin(self) -> str:
        variable = self._settings.pin_variable
        pin = os.environ.get(variable)
        if not pin:
            raise MasterKeyError(f"the environment variable {variable}, the PIN of {self.name}, is not set")
        return pin

    def _problem(self, error: BaseException) -> MasterKeyError:
        why = type(error).__name__
        return MasterKeyError(
            f"{self.name} cannot be used through {self._settings.module} ({why}); check module, token, label "
            f"and PIN ({self._settings.pin_variable})"
        )


class _Refused(Exception):  # noqa: N818 - named for what is the case
    """The module has the key and refused to use it on this content."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        super().__init__()
