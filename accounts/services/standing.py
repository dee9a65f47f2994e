"""How a connection stands: working or broken, and what is left on its account."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sentences
from accounts.models import BalanceReading, Connection, Grant, Workspace
from accounts.services import audit, schedules
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import (
    AddressNotAllowed,
    GatewayError,
    InvalidCredentials,
    SignatureRejected,
)

# Answers of send calls come many a second; the chart needs one in a while.
READING_EVERY: Final = timedelta(minutes=5)
WRONG_KEY: Final = 900
# Errors that no call with this key can get past, with their code. A missing right
# (902) concerns one operation only.
BREAKING: Final[dict[type[GatewayError], int]] = {
    InvalidCredentials: WRONG_KEY,
    SignatureRejected: 901,
    AddressNotAllowed: 903,
}
# So many fresh access tokens in a row may be refused before it is no accident.
MOST_REFUSALS: Final = 3
# A call waits for its answer for so long at most.
LATE_REFUSALS: Final = timedelta(seconds=20)


def working(workspace: Workspace, *, is_locked: bool = False) -> Connection:
    """Return the connection of a workspace; raise Refused if it cannot be used."""
    rows = Connection.objects.filter(workspace=workspace)
    if is_locked:
        rows = rows.select_for_update(no_key=True)
    found = rows.first()
    if found is None:
        raise Refused(
            _("Connect a seven.io account first, under Account."), code="no_connection"
        )
    if found.is_broken:
        raise Refused(sentences.of_connection(found), code="connection_broken")
    return found


def note_balance(*, connection_id: UUID, amount: Decimal) -> None:
    """Keep a balance (EUR) that an answer of the gateway told us."""
    now = timezone.now()
    found = Connection.objects.filter(pk=connection_id).update(
        balance=amount, balance_at=now
    )
    if not found:
        return
    is_fresh = BalanceReading.objects.filter(
        connection_id=connection_id, read_at__gt=now - READING_EVERY
    ).exists()
    if not is_fresh:
        BalanceReading.objects.create(
            connection_id=connection_id, amount=amount, read_at=now
        )


def mark_broken(*, connection_id: UUID, code: int) -> bool:
    """Note that the gateway refuses the key with `code`, once; say if it is broken.

    An access token of OAuth that is refused has run out, mostly: it is renewed before
    the next call, and the connection is broken only when that does not help.
    """
    if code == WRONG_KEY and _grants(connection_id).exists():
        if _has_new_token_coming(connection_id):
            return False
        code = Connection.GRANT_ENDED
    with transaction.atomic():
        changed = (
            Connection.objects.filter(pk=connection_id)
            .exclude(state=Connection.State.BROKEN, broken_code=code)
            .update(state=Connection.State.BROKEN, broken_code=code)
        )
        if changed:
            _record_by_itself(connection_id, "connection.break", {"code": code})
    return True


def mark_working(*, connection_id: UUID) -> None:
    """Note that the key works; a broken connection is whole again."""
    with transaction.atomic():
        Connection.objects.filter(pk=connection_id).update(checked_at=timezone.now())
        _grants(connection_id).filter(refusals__gt=0).update(refusals=0)
        changed = Connection.objects.filter(
            pk=connection_id, state=Connection.State.BROKEN
        ).update(state=Connection.State.CONNECTED, broken_code=None)
        if changed:
            schedules.make_all_due(connection_id=connection_id)
            _record_by_itself(connection_id, "connection.recover", {})


def breaking_code(error: GatewayError) -> int | None:
    """Return the code under which the error breaks the connection, if it does."""
    return next(
        (code for kind, code in BREAKING.items() if isinstance(error, kind)), None
    )


def _has_new_token_coming(connection_id: UUID) -> bool:
    """Let a refused access token run out; say whether another one may be got."""
    now = timezone.now()
    grants = _grants(connection_id).filter(refusals__lt=MOST_REFUSALS)
    grants = grants.exclude(refresh_token="")
    # Several calls with one token are refused together: that is one refusal. Those of
    # the token before come in for a while after a renewal, and say nothing of this one.
    grants.filter(expires_at__gt=now, renewed_at__lt=now - LATE_REFUSALS).update(
        expires_at=now, renew_at=now, refusals=F("refusals") + 1
    )
    return grants.exists()


def _grants(connection_id: UUID) -> QuerySet[Grant]:
    """Return the grant that a connection lives on: its own, or its parent's."""
    holder = Q(connection=connection_id) | Q(connection__children=connection_id)
    return Grant.objects.filter(holder)


def _record_by_itself(connection_id: UUID, action: str, after: dict[str, int]) -> None:
    workspace = Workspace.objects.get(connection=connection_id)
    audit.record(workspace=workspace, actor=None, action=action, after=dict(after))
