"""The audit trail: who did what to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.fields import Secret
from accounts.models import AuditEntry, User, Workspace

_HIDDEN = "…"
_BATCH = 2_000
_SUBJECT_LENGTH = AuditEntry._meta.get_field("subject").max_length


def record(
    *,
    workspace: Workspace,
    actor: User | None,
    action: str,
    subject: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write an entry; `actor` None means that the product did it by itself.

    `action` is `noun.verb`. Values are plain facts, never a key; a `Secret` that gets
    here by mistake is written as an ellipsis.
    """
    AuditEntry.objects.create(
        workspace=workspace,
        actor=actor,
        action=action,
        subject=subject[:_SUBJECT_LENGTH],
        before=_plain(before),
        after=_plain(after),
    )


class Fact(NamedTuple):
    """What was done to one thing of many; see `record`."""

    subject: str
    before: Mapping[str, object]
    after: Mapping[str, object]


def record_many(
    *, workspace: Workspace, actor: User | None, action: str, facts: Iterable[Fact]
) -> None:
    """Write an entry for each of many things that one act has changed."""
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                workspace=workspace,
                actor=actor,
                action=action,
                subject=fact.subject[:_SUBJECT_LENGTH],
                before=_plain(fact.before),
                after=_plain(fact.after),
            )
            for fact in facts
        ),
        batch_size=_BATCH,
    )


def _plain(values: Mapping[str, object] | None) -> dict[str, object]:
    return {name: _plain_value(value) for name, value in (values or {}).items()}


def _plain_value(value: object) -> object:
    if isinstance(value, Secret):
        return _HIDDEN
    if isinstance(value, models.Model):
        return str(value.pk)
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    try:
        return DjangoJSONEncoder().default(value)
    except TypeError:
        return str(value)
