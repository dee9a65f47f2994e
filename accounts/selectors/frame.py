"""What the frame around every page shows of the account."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypedDict

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise

from accounts import addresses, sentences
from accounts.models import Connection, Poll, Workspace
from accounts.selectors import alerts, memberships, polls, usage

# The balance is shown as low when it lasts less than this.
LOW_DAYS = 3
# A balance that is older than this is said to be: polls of it come every few minutes.
OLD_AFTER = timedelta(minutes=15)
# One failed call is no outage; the next one follows after half a minute.
AWAY_AFTER_FAILURES = 2


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
    is_balance_old: bool
    days_left: int | None
    # Why the connection is broken.
    trouble: str | Promise
    # Why the balance cannot be fetched although the connection is not broken.
    outage: str | Promise
    # Alerts that the person has not read.
    alerts: int
    # Which of them the strip above the page tells of.
    notice: str


def for_request(request: HttpRequest) -> FrameFacts:
    """Return the facts of the workspace that the person works under."""
    membership = memberships.current(request)
    if membership is None:
        return {}
    workspace = membership.workspace
    connection: Connection | None = getattr(workspace, "connection", None)
    return {
        "workspace": workspace,
        "workspaces": [m.workspace for m in memberships.of_person(request)],
        "role": membership.role,
        "role_label": membership.get_role_display(),
        "connection": connection,
        "is_sandbox": False,
        "balance": None,
        "trouble": "",
        "notice": "",
        "alerts": alerts.unseen(membership),
        **(of_connection(connection) if connection else {}),
    }


def of_connection(connection: Connection) -> FrameFacts:
    """Return what the frame shows of a connection: the balance, and what is wrong."""
    days_left = usage.days_left(connection)
    trouble = sentences.of_connection(connection)
    outage = "" if trouble else _outage(connection)
    is_sandbox = not addresses.is_real_gateway()
    at = connection.balance_at
    return {
        "connection": connection,
        "is_sandbox": is_sandbox,
        "currency": connection.currency,
        "balance": connection.balance,
        "balance_at": at,
        "is_balance_low": _is_low(connection, days_left),
        "is_balance_old": at is not None and timezone.now() - at > OLD_AFTER,
        "days_left": days_left,
        "trouble": trouble,
        "outage": outage,
        "notice": _notice(connection, is_away=bool(outage), is_sandbox=is_sandbox),
    }


def _outage(connection: Connection) -> str | Promise:
    poll = polls.get(connection, Poll.Kind.BALANCE)
    if poll is None or poll.failures < AWAY_AFTER_FAILURES:
        return ""
    return sentences.of_poll(poll, connection)


def _notice(connection: Connection, *, is_away: bool, is_sandbox: bool) -> str:
    if connection.is_broken:
        return f"broken-{connection.broken_code}"
    if is_away:
        return "away"
    return "sandbox" if is_sandbox else ""


def _is_low(connection: Connection, days_left: int | None) -> bool:
    if connection.balance is None:
        return False
    is_soon_gone = days_left is not None and days_left < LOW_DAYS
    return connection.balance <= 0 or is_soon_gone
