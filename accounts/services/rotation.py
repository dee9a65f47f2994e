"""Encrypt every stored secret with the first key of FIELD_KEYS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import models, transaction

from accounts.fields import EncryptedField, Secret, UnreadableSecret, cipher, is_current

_MFA_SECRETS: Final = ("secret", "seed")


@dataclass(slots=True)
class Rotation:
    """How many secrets were encrypted anew, were current, or cannot be read."""

    changed: int = 0
    current: int = 0
    unreadable: int = 0


def rotate() -> Rotation:
    """Go through keys of connections and second factors; may run any number of times.

    Each row is changed in its own short transaction, so that it can be stopped.
    """
    done = Rotation()
    for model in apps.get_models():
        fields = [f for f in model._meta.fields if isinstance(f, EncryptedField)]
        if fields:
            for pk in list(model._default_manager.values_list("pk", flat=True)):
                _rotate_row(model, pk, [field.name for field in fields], done)
    for pk in list(Authenticator.objects.values_list("pk", flat=True)):
        _rotate_factor(pk, done)
    return done


def _rotate_row(
    model: type[models.Model], pk: object, names: list[str], done: Rotation
) -> None:
    with transaction.atomic():
        rows = model._default_manager.select_for_update().filter(pk=pk)
        row = rows.first()
        if row is None:
            return
        renewed: dict[str, Secret] = {}
        for name in names:
            _renew(getattr(row, name), name, renewed, done)
        if renewed:
            rows.update(**renewed)


def _renew(
    secret: Secret | None, name: str, renewed: dict[str, Secret], done: Rotation
) -> None:
    if not secret:
        return
    if is_current(secret.ciphertext()):
        done.current += 1
        return
    try:
        renewed[name] = Secret(secret.reveal())
    except UnreadableSecret:
        done.unreadable += 1
    else:
        done.changed += 1


def _rotate_factor(pk: int, done: Rotation) -> None:
    with transaction.atomic():
        factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
        if factor is None:
            return
        before = dict(factor.data)
        for name in _MFA_SECRETS:
            if isinstance(before.get(name), str):
                factor.data[name] = _renewed_text(before[name], done)
        codes = before.get("migrated_codes")
        if isinstance(codes, list):
            factor.data["migrated_codes"] = [_renewed_text(c, done) for c in codes]
        if factor.data != before:
            factor.save(update_fields=["data"])


def _renewed_text(ciphertext: Any, done: Rotation) -> str:
    text = str(ciphertext)
    if is_current(text):
        done.current += 1
        return text
    try:
        renewed = cipher().rotate(text.encode()).decode()
    except InvalidToken:
        done.unreadable += 1
        return text
    done.changed += 1
    return renewed
