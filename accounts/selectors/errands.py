"""Errands as a page shows them: what is open, and what became of the last ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import F, Q
from django.http import Http404
from django.utils import timezone

from accounts.models import Errand, Subaccount, Workspace

Kind = Errand.Kind

OF_NUMBERS: Final = (Kind.ORDER, Kind.GIVE_UP, Kind.RENAME, Kind.FORWARD)
OF_SUBACCOUNTS: Final = (Kind.CREATE, Kind.TRANSFER, Kind.TOP_UP, Kind.DELETE)
MOST: Final = 20
# How long the outcome of one stays on the page.
SHOWN_FOR: Final = timedelta(hours=24)


def shown(
    workspace: Workspace, kinds: Collection[str], *, subject: str = ""
) -> list[Errand]:
    """Return what is open, and behind it what ended within a day, newest first."""
    rows = Errand.objects.filter(workspace=workspace, kind__in=kinds)
    if subject:
        rows = rows.filter(subject=subject)
    since = timezone.now() - SHOWN_FOR
    rows = rows.filter(Q(state__in=Errand.OPEN) | Q(finished_at__gte=since))
    ended = F("finished_at").desc(nulls_first=True)
    rows = rows.select_related("actor", "connection")
    return list(rows.order_by(ended, "-created_at")[:MOST])


@dataclass(frozen=True, slots=True)
class Balances:
    """What account and subaccount had before a transfer and have now, in EUR."""

    before: Decimal
    now: Decimal
    subaccount_before: Decimal
    subaccount_now: Decimal


def balances(errand: Errand) -> Balances | None:
    """Return what helps a person to say whether an unclear transfer was made.

    None before both were read again: what was read before it was asked for would say
    that nothing came.
    """
    is_unclear = errand.state == Errand.State.UNCLEAR
    connection, asked_at = errand.connection, errand.asked_at
    if not is_unclear or errand.kind != Kind.TRANSFER or not (connection and asked_at):
        return None
    mine = Subaccount.objects.filter(connection=connection, seen_at__gt=asked_at)
    now = mine.filter(gateway_id=errand.subject).first()
    read_at = connection.balance_at
    if now is None or read_at is None or read_at <= asked_at:
        return None
    if connection.balance is None or "subaccount_balance" not in errand.before:
        return None
    return Balances(
        before=Decimal(errand.before["balance"]),
        now=connection.balance,
        subaccount_before=Decimal(errand.before["subaccount_balance"]),
        subaccount_now=now.balance,
    )


def under_way(workspace: Workspace, kind: str, *, subject: str) -> Errand | None:
    """Return the open errand of a kind for a thing; there is one at most."""
    rows = Errand.objects.filter(workspace=workspace, kind=kind, subject=subject)
    return rows.filter(state__in=Errand.OPEN).first()


def get(workspace: Workspace, errand_id: UUID) -> Errand:
    """Return an errand of the workspace; raises Http404 for any other."""
    rows = Errand.objects.select_related("workspace", "connection")
    found = rows.filter(workspace=workspace, pk=errand_id).first()
    if found is None:
        raise Http404
    return found


def of_token(workspace: Workspace, token: str) -> Errand | None:
    """Return the errand that a form has asked for already."""
    if not token or "\0" in token:
        return None
    return Errand.objects.filter(workspace=workspace, token=token[:64]).first()
