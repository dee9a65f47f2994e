"""Settle unclear errands by looking at the gateway: read, never asked again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Errand
from accounts.services import errands, gateway
from accounts.services.acts import ACTS
from accounts.services.acts.base import connection_of
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError

State = Errand.State

# A call that hung may still be carried out, so one absence proves nothing.
LOOKS_TO_BELIEVE: Final = 2
AGAIN_IN: Final = timedelta(minutes=2)
# So many looks without a verdict, and a person has to decide.
MOST_TRIES: Final = 6
_OTHER_ACCOUNT: Final = gettext_noop(
    "Another gateway account was connected since, so nobody can see from here what "
    "became of it. Look at the account that it was asked of, and say what you know."
)
_UNREAD: Final = gettext_noop(
    "The gateway could not be asked what became of it. Look there, and say what you "
    "know."
)
_NOT_DONE: Final = gettext_noop(
    "The gateway shows no trace of it, so it was not done. You can ask for it again."
)


def look(errand_id: UUID) -> str:
    """Look at the gateway for an unclear errand; return its state then.

    "taken" when it is not due or somebody else looks.
    """
    errand = _claim(errand_id)
    if errand is None:
        return "taken"
    if errands.is_of_other_account(errand, since=errand.asked_at):
        return _leave_to_person(errand, _OTHER_ACCOUNT)
    act = ACTS[errand.kind]
    try:
        client = gateway.client_for(connection_of(errand))
        verdict = act.look(client, errand)
        after = act.measure(client, errand) if verdict else {}
    except (GatewayError, Refused):
        return _again(errand, _UNREAD)
    if verdict:
        return errands.note_done(errand, after)
    return _again(errand, act.unsettled) if verdict is None else _absent(errand)


def _claim(errand_id: UUID) -> Errand | None:
    now = timezone.now()
    taken = Errand.objects.filter(
        pk=errand_id, state=State.UNCLEAR, due_at__lte=now
    ).update(due_at=now + errands.LEASE)
    if not taken:
        return None
    rows = Errand.objects.select_related("connection__parent", "workspace", "actor")
    return rows.get(pk=errand_id)


def _absent(errand: Errand) -> str:
    looks = errand.looks + 1
    if looks >= LOOKS_TO_BELIEVE:
        return errands.note_failed(errand, _NOT_DONE)
    _mine(errand).update(looks=looks, due_at=timezone.now() + AGAIN_IN)
    return str(State.UNCLEAR)


def _again(errand: Errand, reason: str) -> str:
    tries = errand.tries + 1
    if tries >= MOST_TRIES:
        return _leave_to_person(errand, reason)
    due_at = timezone.now() + AGAIN_IN * 2**errand.tries
    _mine(errand).update(tries=tries, due_at=due_at)
    return str(State.UNCLEAR)


def _leave_to_person(errand: Errand, reason: str) -> str:
    _mine(errand).update(due_at=None, reason=reason)
    return str(State.UNCLEAR)


def _mine(errand: Errand) -> QuerySet[Errand]:
    return Errand.objects.filter(pk=errand.pk, state=State.UNCLEAR)
