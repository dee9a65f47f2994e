"""Open and close alerts, and plan the mails about them.

Alerts follow a state and not an event: whoever watches tells what is so now, again and
again, and what is told twice is one alert.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Alert, AlertMail, AlertReader, Membership, User, Workspace
from accounts.selectors import alerts

# What comes and goes is told of by mail once in so long.
MAILED_ONCE_IN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is so now about a subject, and where it can be seen to."""

    path: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def follow(*, workspace: Workspace, kind: str, now: Mapping[str, Seen]) -> list[Alert]:
    """Have exactly these subjects of a kind open; return the new alerts."""
    open_ones = Alert.objects.filter(workspace=workspace, kind=kind, closed_at=None)
    known = set(open_ones.values_list("subject", flat=True))
    if gone := known - set(now):
        open_ones.filter(subject__in=gone).update(closed_at=timezone.now())
    opened = []
    for subject, seen in now.items():
        if subject not in known:
            alert = _open(workspace, kind, subject, seen)
            opened += [alert] if alert else []
    return opened


def tell(*, workspace: Workspace, kind: str, subject: str, seen: Seen) -> Alert | None:
    """Tell of something that happened and is over; None if it was told already."""
    with transaction.atomic():
        known = Alert.objects.filter(workspace=workspace, kind=kind, subject=subject)
        if known.exists():
            return None
        alert = _open(workspace, kind, subject, seen)
        if alert is not None:
            alert.closed_at = timezone.now()
            alert.save(update_fields=["closed_at"])
        return alert


def mark_seen(*, workspace: Workspace, user: User, until: int) -> None:
    """Note that a person has read the alerts up to an id."""
    reader, _is_new = AlertReader.objects.get_or_create(workspace=workspace, user=user)
    AlertReader.objects.filter(pk=reader.pk, seen_until__lt=until).update(
        seen_until=until
    )


def _open(workspace: Workspace, kind: str, subject: str, seen: Seen) -> Alert | None:
    with transaction.atomic():
        alert, is_new = Alert.objects.get_or_create(
            workspace=workspace,
            kind=kind,
            subject=subject,
            closed_at=None,
            defaults={"facts": dict(seen.facts), "path": seen.path},
        )
        if not is_new:
            return None
        _plan_mails(alert)
    return alert


def _plan_mails(alert: Alert) -> None:
    recently = AlertMail.objects.filter(
        alert__workspace=alert.workspace_id,
        alert__kind=alert.kind,
        alert__subject=alert.subject,
        sent_at__gt=timezone.now() - MAILED_ONCE_IN,
    )
    told = set(recently.values_list("user_id", flat=True))
    members = Membership.objects.filter(workspace=alert.workspace_id)
    now = timezone.now()
    AlertMail.objects.bulk_create(
        AlertMail(alert=alert, user=member.user, due_at=now)
        for member in members.select_related("user")
        if member.user_id not in told
        and member.user.is_active
        and alerts.choice(member, alert.kind).by_mail
    )
