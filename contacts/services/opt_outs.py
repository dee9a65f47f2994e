"""Numbers that must not be written to any more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models import Contact, OptOut


def add(
    *,
    workspace: Workspace,
    phone: str,
    channel: str = "",
    source: str,
    reason: str = "",
    actor: User | None = None,
) -> bool:
    """Put a number (E.164) on the list; True when it was not there before.

    An empty channel means every channel. ``source`` is one of ``OptOut.Source``.
    A list that already holds the number keeps its first reason and time.
    """
    with transaction.atomic():
        _entry, is_new = OptOut.objects.get_or_create(
            workspace=workspace,
            phone=phone,
            channel=channel,
            defaults={"source": source, "reason": reason[:200], "added_by": actor},
        )
        if is_new:
            after = {"channel": channel, "source": source, "reason": reason[:200]}
            audit.record(
                workspace=workspace,
                actor=actor,
                action="opt_out.add",
                subject=phone,
                after=after,
            )
    return is_new


def remove(
    *, workspace: Workspace, phone: str, channel: str = "", actor: User | None = None
) -> bool:
    """Take a number off the list of one channel; True when it was there."""
    return _remove(OptOut.objects.filter(channel=channel), workspace, phone, actor)


def remove_all(*, workspace: Workspace, phone: str, actor: User | None = None) -> bool:
    """Allow a number again on every channel; True when it was on the list."""
    return _remove(OptOut.objects.all(), workspace, phone, actor)


def add_contacts(
    *, workspace: Workspace, uuids: Iterable[object], actor: User | None
) -> int:
    """Opt out the numbers of contacts on every channel; return how many are new."""
    phones = (
        Contact.objects.filter(workspace=workspace, uuid__in=list(uuids))
        .exclude(phone="")
        .order_by("phone")
        .values_list("phone", flat=True)
    )
    with transaction.atomic():
        return sum(
            add(
                workspace=workspace,
                phone=phone,
                source=OptOut.Source.MANUAL,
                actor=actor,
            )
            for phone in phones
        )


def _remove(
    entries: QuerySet[OptOut], workspace: Workspace, phone: str, actor: User | None
) -> bool:
    with transaction.atomic():
        found = list(
            entries.filter(workspace=workspace, phone=phone).select_for_update()
        )
        for entry in found:
            audit.record(
                workspace=workspace,
                actor=actor,
                action="opt_out.remove",
                subject=phone,
                before={
                    "channel": entry.channel,
                    "source": entry.source,
                    "reason": entry.reason,
                    "created_at": entry.created_at.isoformat(),
                },
            )
        OptOut.objects.filter(id__in=[entry.id for entry in found]).delete()
    return bool(found)
