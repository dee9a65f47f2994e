"""Open and close alerts, and plan the mails about them.

Alerts follow a state and not an event: whoever watches tells what is so now, again and
again, and what is told twice is one alert.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Alert, AlertMail, AlertReader, User, Workspace
from accounts.selectors import alerts

# What comes and goes is told of by mail once in so long.
MAILED_ONCE_IN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is so now about a subject, and where it can be seen to."""

    path: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def follow(*, workspace: Workspace, kind: str, now: Mapping[str, Seen]) -> list[Alert]:
    """Have exactly these subjects of a kind open; return the new alerts.

    What is known of an open one is kept up to date: a balance goes on falling.
    """
    open_ones = Alert.objects.filter(workspace=workspace, kind=kind, closed_at=None)
    known = {alert.subject: alert for alert in open_ones}
    if gone := set(known) - set(now):
        open_ones.filter(subject__in=gone).update(closed_at=timezone.now())
    opened = []
    for subject, seen in now.items():
        if subject in known:
            _keep_up(known[subject], seen)
        else:
            alert = _open(workspace, kind, subject, seen)
            opened += [alert] if alert else []
    return opened


def follow_everywhere(kind: str, now: Mapping[UUID, Mapping[str, Seen]]) -> int:
    """Do so in every workspace, by its id; return how many alerts are new."""
    told = Alert.objects.filter(kind=kind, closed_at=None)
    concerned = set(now) | set(told.values_list("workspace_id", flat=True))
    return sum(
        len(follow(workspace=one, kind=kind, now=now.get(one.pk, {})))
        for one in Workspace.objects.filter(pk__in=concerned)
    )


def tell(*, workspace: Workspace, kind: str, subject: str, seen: Seen) -> Alert | None:
    """Tell of something that happened and is over; None if it was told already."""
    with transaction.atomic():
        known = Alert.objects.filter(workspace=workspace, kind=kind, subject=subject)
        if known.exists():
            return None
        alert = _open(workspace, kind, subject, seen)
        if alert is not None:
            # Over in the moment of its telling: that is how its mail knows it.
            alert.closed_at = alert.opened_at
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


def _keep_up(alert: Alert, seen: Seen) -> None:
    facts = dict(seen.facts)
    if (alert.facts, alert.path) != (facts, seen.path):
        Alert.objects.filter(pk=alert.pk).update(facts=facts, path=seen.path)


def _plan_mails(alert: Alert) -> None:
    """Plan a mail to each who wants one; to whom was told lately, once that is over.

    An alert that closes before then needs no mail, and one that stays gets it.
    """
    now = timezone.now()
    never = now - MAILED_ONCE_IN
    recently = AlertMail.objects.filter(
        alert__workspace=alert.workspace_id,
        alert__kind=alert.kind,
        alert__subject=alert.subject,
        sent_at__gt=never,
    )
    last = recently.values("user_id").annotate(at=Max("sent_at"))
    told_at = {row["user_id"]: row["at"] for row in last}
    AlertMail.objects.bulk_create(
        AlertMail(
            alert=alert,
            user=user,
            due_at=max(now, told_at.get(user.pk, never) + MAILED_ONCE_IN),
        )
        for user in alerts.to_mail(alert.workspace, alert.kind)
    )
