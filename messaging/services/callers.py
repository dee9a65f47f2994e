"""Prove that a number is ours, so that calls may come from it (gateway.md 3.3).

The gateway calls the number; who picks up types the code that we show; then the gateway
calls back at an address with a secret in it. Nobody signs that call, so it is a hint
only: the number is verified when the gateway says so itself.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import sentences
from accounts.models import User, Workspace
from accounts.services import audit, gateway
from messaging.models import Caller
from messaging.models.callers import new_token
from messaging.services import prerequisites
from messaging.services.singles import number_of
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.voice import NumberValidation

State = Caller.State
# So long after a call to a number, another one to it may begin.
PAUSE = timedelta(seconds=60)


def start(*, workspace: Workspace, actor: User | None, number: str) -> Caller:
    """Have the gateway call a number; the caller that comes back has the code.

    The try is on disk before the call. Raises Refused.
    """
    connection = prerequisites.working_connection(workspace)
    caller = _begun(workspace, actor, number_of(workspace, number).e164)
    path = reverse("messaging:caller_told", args=[caller.token])
    client = gateway.client_for(connection)
    try:
        found = client.voice.validate_number(
            caller.number.lstrip("+"), callback_url=f"{settings.PUBLIC_URL}{path}"
        )
    except GatewayError as error:
        sentence = str(sentences.of_error(error))
        _change(caller, state=State.FAILED, reason=sentence[:200])
        raise Refused(sentence, code="gateway", field="number") from None
    _apply(caller, found)
    return caller


def told(token: str, *, is_success: bool, reason: str) -> UUID | None:
    """Note what a callback claims; return the caller to be checked, if any.

    A token is good for one answer, so a forged one cannot make the gateway call on
    and on.
    """
    waiting = Caller.objects.filter(
        token=token, state__in=(State.WAITING, State.ASKING)
    )
    if not is_success:
        waiting.update(state=State.FAILED, reason=reason[:200], code="")
        return None
    changed = waiting.update(state=State.ANSWERED)
    found = Caller.objects.filter(token=token, state=State.ANSWERED).first()
    return found.pk if changed and found else None


def check(caller_id: UUID) -> bool:
    """Ask the gateway whether a number that claims to be verified is; return that.

    Asking about a number that is not would begin a new call, so it is asked once for
    each callback.
    """
    claimed = Caller.objects.filter(pk=caller_id, state=State.ANSWERED).update(
        state=State.ASKING
    )
    caller = Caller.objects.select_related("workspace").filter(pk=caller_id).first()
    if not claimed or caller is None:
        return False
    try:
        connection = prerequisites.working_connection(caller.workspace)
        found = gateway.client_for(connection).voice.validate_number(
            caller.number.lstrip("+")
        )
    except (GatewayError, Refused):
        _change(caller, state=State.FAILED, reason=_("The gateway did not answer."))
        return False
    _apply(caller, found)
    return bool(caller.state == State.VERIFIED)


@transaction.atomic
def remove(*, caller: Caller, actor: User | None) -> None:
    """Forget a number here; at the gateway it stays verified."""
    _record(caller, actor, "caller.remove")
    caller.delete()


def _begun(workspace: Workspace, actor: User | None, number: str) -> Caller:
    now = timezone.now()
    with transaction.atomic():
        caller, is_new = Caller.objects.select_for_update().get_or_create(
            workspace=workspace,
            number=number,
            defaults={"asked_at": now, "created_by": actor},
        )
        if not is_new:
            if caller.state == State.VERIFIED:
                raise Refused(
                    _("This number is verified already."), code="known", field="number"
                )
            if caller.is_open and now - caller.asked_at < PAUSE:
                raise Refused(
                    _("It is being called. Wait a minute before the next try."),
                    code="too_soon",
                    field="number",
                )
            _change(
                caller,
                state=State.ASKING,
                code="",
                reason="",
                token=new_token(),
                asked_at=now,
            )
        _record(caller, actor, "caller.ask")
    return caller


def _apply(caller: Caller, found: NumberValidation) -> None:
    if found.is_valid:
        _change(
            caller,
            state=State.VERIFIED,
            code="",
            reason="",
            verified_at=timezone.now(),
        )
        _record(caller, None, "caller.verify")
    elif found.is_success and found.code:
        _change(caller, state=State.WAITING, code=found.code[:12])
    else:
        reason = found.message or _("The gateway does not say why.")
        _change(caller, state=State.FAILED, code="", reason=reason[:200])


def _change(caller: Caller, **values: object) -> None:
    for name, value in values.items():
        setattr(caller, name, value)
    caller.save(update_fields=list(values))


def _record(caller: Caller, actor: User | None, action: str) -> None:
    audit.record(
        workspace=caller.workspace,
        actor=actor,
        action=action,
        subject=caller.number,
    )
