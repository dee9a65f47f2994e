"""What the frame around every page shows of the account."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from django.http import HttpRequest
from django.utils.functional import Promise

from accounts import addresses, sentences
from accounts.models import Connection, Workspace
from accounts.selectors import memberships, usage

# The balance is shown as low when it lasts less than this.
LOW_DAYS = 3


class FrameFacts(TypedDict, total=False):
    """Facts for the top bar; empty for somebody without a workspace."""

    workspace: Workspace
    workspaces: list[Workspace]
    role: str
    role_label: str
    connection: Connection | None
    is_sandbox: bool
    currency: str
    balance: Decimal | None
    balance_at: datetime | None
    is_balance_low: bool
    days_left: int | None
    trouble: str | Promise


def for_request(request: HttpRequest) -> FrameFacts:
    """Return the facts of the workspace that the person works under."""
    membership = memberships.current(request)
    if membership is None:
        return {}
    workspace = membership.workspace
    connection: Connection | None = getattr(workspace, "connection", None)
    days_left = usage.days_left(connection) if connection else None
    return {
        "workspace": workspace,
        "workspaces": [m.workspace for m in memberships.of_person(request)],
        "role": membership.role,
        "role_label": membership.get_role_display(),
        "connection": connection,
        "is_sandbox": connection is not None and not addresses.is_real_gateway(),
        "currency": connection.currency if connection else "EUR",
        "balance": connection.balance if connection else None,
        "balance_at": connection.balance_at if connection else None,
        "is_balance_low": _is_low(connection, days_left),
        "days_left": days_left,
        "trouble": sentences.of_connection(connection) if connection else "",
    }


def _is_low(connection: Connection | None, days_left: int | None) -> bool:
    if connection is None or connection.balance is None:
        return False
    is_soon_gone = days_left is not None and days_left < LOW_DAYS
    return connection.balance <= 0 or is_soon_gone
