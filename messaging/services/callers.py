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
from django.utils.translation import gettext_noop

from accounts import sentences
from accounts.models import User, Workspace
from accounts.services import audit, gateway
from messaging import timing
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
# A bell that was lost: the callback is checked by the sweep.
UNHEARD_AFTER = timedelta(seconds=20)
# A code is typed within a minute or two; after this nobody will call back any more.
CODE_FOR = timedelta(minutes=10)
MOST_SWEPT = 50


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
    now = timezone.now()
    waiting = Caller.objects.filter(
        token=token, state__in=(State.WAITING, State.ASKING)
    )
    if not is_success:
        waiting.update(state=State.FAILED, reason=reason[:200], code="", changed_at=now)
        return None
    changed = waiting.update(state=State.ANSWERED, changed_at=now)
    found = Caller.objects.filter(token=token, state=State.ANSWERED).first()
    return found.pk if changed and found else None


def check(caller_id: UUID) -> bool:
    """Ask the gateway whether a number that claims to be verified is; return that.

    Asking about a number that is not would begin a new call, so it is asked once for
    each callback.
    """
    claimed = Caller.objects.filter(pk=caller_id, state=State.ANSWERED).update(
        state=State.ASKING, changed_at=timezone.now()
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
        _change(
            caller,
            state=State.FAILED,
            reason=gettext_noop("The gateway did not answer."),
        )
        return False
    _apply(caller, found)
    return bool(caller.state == State.VERIFIED)


def sweep() -> dict[str, int]:
    """Check callbacks whose bell was lost, and end tries that nobody answers.

    A process that died while asking leaves a try whose outcome nobody knows. The number
    is asked about again when a person says so, for that may begin a new call.
    """
    now = timezone.now()
    unheard = Caller.objects.filter(
        state=State.ANSWERED, changed_at__lte=now - UNHEARD_AFTER
    )
    ids = list(unheard.values_list("pk", flat=True)[:MOST_SWEPT])
    checked = sum(check(caller_id) for caller_id in ids)
    unanswered = Caller.objects.filter(
        state=State.WAITING, changed_at__lte=now - CODE_FOR
    ).update(
        state=State.FAILED,
        code="",
        changed_at=now,
        reason=gettext_noop(
            "We were not told whether the code was typed. If it was, ask again: the "
            "number is then verified at once."
        ),
    )
    asked_before = now - timedelta(seconds=2 * timing.longest_call_s())
    lost = Caller.objects.filter(
        state=State.ASKING, changed_at__lte=asked_before
    ).update(
        state=State.FAILED,
        code="",
        changed_at=now,
        reason=gettext_noop("The gateway's answer did not arrive. Ask again."),
    )
    return {"checked": checked, "ended": unanswered + lost}


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
        reason = found.message or gettext_noop("The gateway does not say why.")
        _change(caller, state=State.FAILED, code="", reason=reason[:200])


def _change(caller: Caller, **values: object) -> None:
    for name, value in values.items():
        setattr(caller, name, value)
    caller.changed_at = timezone.now()
    caller.save(update_fields=[*values, "changed_at"])


def _record(caller: Caller, actor: User | None, action: str) -> None:
    audit.record(
        workspace=caller.workspace,
        actor=actor,
        action=action,
        subject=caller.number,
    )
