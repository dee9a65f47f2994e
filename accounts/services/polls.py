"""Do one polling and note how it went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Final

from django.utils import translation

from accounts import sentences
from accounts.models import Connection, Poll
from accounts.selectors import grants
from accounts.sentences import NOT_ALLOWED
from accounts.services import (
    connections,
    gateway,
    hooks,
    number_lists,
    prices,
    schedules,
    subaccount_lists,
    usage,
)
from accounts.services.schedules import Claim
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError, MissingPermission

Kind = Poll.Kind

# What a run could not finish goes on soon.
REST_IN: Final = timedelta(minutes=1)
# A worker has sixteen threads (supervisor/plans.py) for this and for events: while the
# gateway hangs, a STOP must find one free.
AT_ONCE: Final = 4
CROWDED: Final = "crowded"
_places = BoundedSemaphore(AT_ONCE)


def run(claim: Claim) -> str:
    """Fetch what was claimed, without a transaction open during the calls.

    Return "done", "more" (a rest is due soon), "failed", "left out" (the permission
    was not asked for it), "postponed" (the key is known to be refused), "gone", or
    CROWDED: then it is due again at once.
    """
    if not _places.acquire(blocking=False):
        schedules.put_back(claim)
        return CROWDED
    try:
        return _run(claim)
    finally:
        _places.release()


def _run(claim: Claim) -> str:
    connection = Connection.objects.filter(pk=claim.connection_id).first()
    if connection is None:
        return "gone"
    if connection.is_broken and claim.kind != Kind.BALANCE:
        schedules.postpone(claim)
        return "postponed"
    try:
        is_complete = _FETCHERS[claim.kind](connection)
    except MissingPermission as error:
        return _lacking(claim, connection, error)
    except GatewayError as error:
        return _failed(claim, error)
    except Refused as refused:
        return _refused(claim, refused)
    schedules.note_success(claim, again_in=None if is_complete else REST_IN)
    return "done" if is_complete else "more"


def _balance(connection: Connection) -> bool:
    balance = gateway.client_for(connection).balance.get()
    connections.note_balance(connection_id=connection.pk, amount=balance.amount)
    connections.mark_working(connection_id=connection.pk)
    return True


def _pricing(connection: Connection) -> bool:
    prices.refresh(connection=connection)
    return True


def _analytics(connection: Connection) -> bool:
    usage.refresh_days(connection=connection)
    return True


def _breakdown(connection: Connection) -> bool:
    return usage.refresh_breakdown(connection=connection)


def _hooks(connection: Connection) -> bool:
    hooks.refresh(connection=connection)
    return True


def _numbers(connection: Connection) -> bool:
    number_lists.refresh(connection=connection)
    return True


def _offers(connection: Connection) -> bool:
    number_lists.refresh_offers(connection=connection)
    return True


def _subaccounts(connection: Connection) -> bool:
    subaccount_lists.refresh(connection=connection)
    return True


_FETCHERS: Final[dict[str, Callable[[Connection], bool]]] = {
    Kind.BALANCE: _balance,
    Kind.PRICING: _pricing,
    Kind.ANALYTICS: _analytics,
    Kind.BREAKDOWN: _breakdown,
    Kind.HOOKS: _hooks,
    Kind.NUMBERS: _numbers,
    Kind.OFFERS: _offers,
    Kind.SUBACCOUNTS: _subaccounts,
}


def _lacking(claim: Claim, connection: Connection, error: MissingPermission) -> str:
    if not grants.leaves_out(connection, claim.kind):
        return _failed(claim, error)
    schedules.note_left_out(
        claim, sentence=sentences.of_reading(error), code=NOT_ALLOWED
    )
    return "left out"


def _failed(claim: Claim, error: GatewayError) -> str:
    code = connections.breaking_code(error)
    if code is not None:
        connections.mark_broken(connection_id=claim.connection_id, code=code)
    schedules.note_failure(
        claim,
        sentence=sentences.of_reading(error),
        code=NOT_ALLOWED if isinstance(error, MissingPermission) else error.code,
        retry_after_s=error.retry_after_s,
    )
    return "failed"


def _refused(claim: Claim, refused: Refused) -> str:
    if refused.code == "unreadable_secret":
        connections.mark_broken(
            connection_id=claim.connection_id, code=Connection.UNREADABLE
        )
    # The English sentence is kept; the page translates it.
    with translation.override("en"):
        schedules.note_failure(claim, sentence=str(refused))
    return "failed"
