"""Alerts as a person sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import (
    Alert,
    AlertChoice,
    AlertReader,
    AlertRules,
    Membership,
    Role,
    User,
    Workspace,
)

PAGE_SIZE = 50
# More than this are shown as "99+".
MOST_COUNTED = 100
Kind = Alert.Kind


class Choice(NamedTuple):
    """How somebody wants to hear of a kind."""

    in_app: bool
    by_mail: bool


# Without a choice: everybody sees everything, and mails go to who can do something.
_MAILED: dict[str, frozenset[str]] = {
    Role.OWNER: frozenset(Kind.values) - {Kind.PRICE},
    Role.MANAGER: frozenset({Kind.LOW_BALANCE, Kind.CONNECTION, Kind.PAUSED}),
    Role.SENDER: frozenset({Kind.PAUSED}),
}


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Alerts, newest first; ``after`` is the id to go on from, None at the end."""

    alerts: list[Alert]
    after: int | None
    seen_until: int


def page(membership: Membership, *, before: int | None = None) -> AlertPage:
    """Return a page of what the person wants to see in the app."""
    rows = _shown(membership)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    more = shown[-1].pk if len(found) > PAGE_SIZE else None
    return AlertPage(shown, more, seen_until(membership))


def unseen(membership: Membership) -> int:
    """Return how many alerts the person has not read; MOST_COUNTED means more."""
    # One question for the bell of every page.
    seen = Subquery(_reader(membership).values("seen_until"))
    rows = _shown(membership).filter(pk__gt=Coalesce(seen, 0))
    return len(rows.values_list("pk")[:MOST_COUNTED])


def seen_until(membership: Membership) -> int:
    """Return the id up to which the person has read."""
    return _reader(membership).values_list("seen_until", flat=True).first() or 0


def to_mail(workspace: Workspace, kind: str) -> list[User]:
    """Return the members who want mails about a kind."""
    own = AlertChoice.objects.filter(workspace=workspace, kind=kind)
    chosen = dict(own.values_list("user_id", "by_mail"))
    members = Membership.objects.filter(workspace=workspace, user__is_active=True)
    return [
        member.user
        for member in members.select_related("user")
        if chosen.get(member.user_id, kind in _MAILED.get(member.role, frozenset()))
    ]


def choices(membership: Membership) -> dict[str, Choice]:
    """Return a member's choice for every kind."""
    mailed = _MAILED.get(membership.role, frozenset())
    found = {kind: Choice(True, kind in mailed) for kind in Kind.values}
    rows = AlertChoice.objects.filter(
        workspace=membership.workspace_id, user=membership.user_id
    )
    found.update({row.kind: Choice(row.in_app, row.by_mail) for row in rows})
    return found


def rules(workspace: Workspace) -> AlertRules:
    """Return when the balance counts as low; unsaved defaults without a row."""
    known = AlertRules.objects.filter(workspace=workspace).first()
    return known or AlertRules(workspace=workspace)


def _shown(membership: Membership) -> QuerySet[Alert]:
    """Return what the person wants to see in the app: all that is not switched off."""
    off = AlertChoice.objects.filter(
        workspace=membership.workspace_id, user=membership.user_id, in_app=False
    )
    rows = Alert.objects.filter(workspace=membership.workspace_id)
    return rows.exclude(kind__in=off.values("kind"))


def _reader(membership: Membership) -> QuerySet[AlertReader]:
    return AlertReader.objects.filter(
        workspace=membership.workspace_id, user=membership.user_id
    )
