"""Secrets in the database are ciphertext: Fernet with rotating keys."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression


class Secret:
    """A secret that has to be asked for its value and never prints it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(...)"

    __str__ = __repr__


class UnreadableSecret(Exception):
    """No key of FIELD_KEYS opens the stored value."""


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    # Keys may be any text; Fernet wants 32 bytes.
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
            for key in keys
        ]
    )


def cipher() -> MultiFernet:
    return _cipher(tuple(settings.FIELD_KEYS))


if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    # Django's fields take type parameters only in its stubs.
    _TextField = models.TextField


class EncryptedField(_TextField):
    """Text that is encrypted at rest and read back as a ``Secret``."""

    def get_prep_value(self, value: Secret | str | None) -> str | None:
        if value is None:
            return None
        plain = value.reveal() if isinstance(value, Secret) else value
        return cipher().encrypt(plain.encode()).decode() if plain else ""

    def from_db_value(
        self,
        value: str | None,
        expression: Expression,
        connection: BaseDatabaseWrapper,
    ) -> Secret | None:
        if value is None:
            return None
        if not value:
            return Secret("")
        try:
            return Secret(cipher().decrypt(value.encode()).decode())
        except InvalidToken:
            raise UnreadableSecret(
                "A stored secret cannot be read with any key of FIELD_KEYS."
            ) from None

    def to_python(self, value: Any) -> Any:
        return value
