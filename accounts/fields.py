"""Secrets in the database are ciphertext: Fernet with rotating keys.

Reading a row never fails on a secret that no key opens: the ciphertext is opened
when somebody asks for the value, and only then can it turn out unreadable.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn, Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.query_utils import DeferredAttribute


class UnreadableSecret(Exception):
    """No key of FIELD_KEYS opens the stored value."""

    def __init__(self) -> None:
        super().__init__("A stored secret cannot be read with any key of FIELD_KEYS.")


@lru_cache(maxsize=16)
def _fernet(key: str) -> Fernet:
    # Keys may be any text; Fernet wants 32 bytes.
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


def cipher() -> MultiFernet:
    """Return the cipher: the first key of FIELD_KEYS encrypts, all decrypt."""
    return MultiFernet([_fernet(key) for key in settings.FIELD_KEYS])


def is_current(ciphertext: str) -> bool:
    """Say whether the first key of FIELD_KEYS opens the text."""
    try:
        _fernet(settings.FIELD_KEYS[0]).decrypt(ciphertext.encode())
    except InvalidToken:
        return False
    return True


class Secret:
    """A secret that has to be asked for its value and never prints it."""

    __slots__ = ("_ciphertext", "_value")

    def __init__(self, value: str) -> None:
        self._value: str | None = value
        self._ciphertext: str | None = None

    @classmethod
    def stored(cls, ciphertext: str) -> Self:
        """Return the secret that a row holds, still closed."""
        secret = cls("")
        if ciphertext:
            secret._value, secret._ciphertext = None, ciphertext
        return secret

    def reveal(self) -> str:
        """Return the value, or raise UnreadableSecret."""
        if self._value is None and self._ciphertext is not None:
            try:
                self._value = cipher().decrypt(self._ciphertext.encode()).decode()
            except InvalidToken:
                raise UnreadableSecret from None
        return self._value or ""

    def ciphertext(self) -> str:
        """Return what the row holds; a secret that was not changed keeps its text."""
        if self._ciphertext is None and self._value:
            self._ciphertext = cipher().encrypt(self._value.encode()).decode()
        return self._ciphertext or ""

    @property
    def is_readable(self) -> bool:
        try:
            self.reveal()
        except UnreadableSecret:
            return False
        return True

    def __bool__(self) -> bool:
        return bool(self._value or self._ciphertext)

    def __repr__(self) -> str:
        return "Secret(...)"

    __str__ = __repr__

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written to a cache or a queue")


if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    # Django's fields take type parameters only in its stubs.
    _TextField = models.TextField


class _SecretAttribute(DeferredAttribute):
    """A row's attribute that is a ``Secret`` also right after a text was assigned."""

    def __set__(self, instance: models.Model, value: Secret | str | None) -> None:
        secret = Secret(value) if isinstance(value, str) else value
        instance.__dict__[self.field.attname] = secret


class EncryptedField(_TextField):
    """Text that is encrypted at rest and read back as a ``Secret``."""

    descriptor_class = _SecretAttribute

    def get_prep_value(self, value: Secret | str | None) -> str | None:
        if value is None:
            return None
        secret = value if isinstance(value, Secret) else Secret(value)
        return secret.ciphertext()

    def from_db_value(
        self,
        value: str | None,
        expression: Expression,
        connection: BaseDatabaseWrapper,
    ) -> Secret | None:
        return None if value is None else Secret.stored(value)

    def to_python(self, value: Any) -> Any:
        return value
