"""Subaccounts: who has how much, who uses how much, who acts as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.http import Http404

from accounts.models import (
    Connection,
    Membership,
    Subaccount,
    Usage,
    User,
    Workspace,
)
from accounts.selectors import usage
from accounts.selectors.clock import gateway_today
from accounts.selectors.sorted_pages import SortedPage, Sorting, page
from accounts.selectors.usage import KeyUsage

SORTINGS: Final = {
    "name": Sorting("name"),
    "balance": Sorting("balance", is_amount=True),
    "usage": Sorting("total_usage", is_amount=True),
}
USAGE_DAYS: Final = 30
# More bars than this say no more.
MOST_BARS: Final = 12
MOST_NAMES: Final = 1000


@dataclass(frozen=True, slots=True)
class Sums:
    """All subaccounts together; amounts are EUR."""

    count: int
    balance: Decimal
    total_usage: Decimal
    topping_up: int


def listing(
    connection: Connection, *, sort: str = "", after: str = "", text: str = ""
) -> SortedPage[Subaccount]:
    """Return a page of subaccounts, those that fit `text` alone."""
    rows = Subaccount.objects.filter(connection=connection)
    if text:
        names = ("name", "company", "email", "gateway_id")
        fits = [Q(**{f"{name}__icontains": text}) for name in names]
        rows = rows.filter(fits[0] | fits[1] | fits[2] | fits[3])
    return page(rows, sortings=SORTINGS, sort=sort, after=after)


def get(workspace: Workspace, subaccount_id: UUID) -> Subaccount:
    """Return a subaccount of the workspace; raises Http404 for any other."""
    rows = Subaccount.objects.select_related("connection__workspace")
    found = rows.filter(connection__workspace=workspace, pk=subaccount_id).first()
    if found is None:
        raise Http404
    return found


def sums(connection: Connection) -> Sums:
    """Return what all subaccounts have and use."""
    found = Subaccount.objects.filter(connection=connection).aggregate(
        count=Count("pk"),
        balance=Sum("balance"),
        total_usage=Sum("total_usage"),
        topping_up=Count("pk", filter=Q(topup_amount__gt=0)),
    )
    return Sums(
        count=found["count"],
        balance=found["balance"] or Decimal(0),
        total_usage=found["total_usage"] or Decimal(0),
        topping_up=found["topping_up"],
    )


def usage_by_account(connection: Connection) -> list[KeyUsage]:
    """Return what each account used in the last 30 days, dearest first."""
    end = gateway_today()
    start = end - timedelta(days=USAGE_DAYS - 1)
    rows = usage.by_key(
        connection, Usage.Dimension.SUBACCOUNT, start, end, limit=MOST_BARS
    )
    return [row for row in rows if row.key]


def names(connection: Connection) -> dict[str, str]:
    """Return what to call each subaccount, by the gateway's id."""
    rows = Subaccount.objects.filter(connection=connection)[:MOST_NAMES]
    return {row.gateway_id: row.shown_name for row in rows}


def acting_connection(subaccount: Subaccount) -> Connection | None:
    """Return the connection of the workspace that acts as the subaccount."""
    children = Connection.objects.filter(parent=subaccount.connection_id)
    found = children.filter(subaccount_id=subaccount.gateway_id)
    return found.select_related("workspace", "parent").first()


def acting_workspace(subaccount: Subaccount) -> Workspace | None:
    """Return the workspace that acts as the subaccount."""
    child = acting_connection(subaccount)
    return child.workspace if child else None


def is_member(workspace: Workspace | None, person: User) -> bool:
    if workspace is None:
        return False
    return Membership.objects.filter(workspace=workspace, user=person).exists()
