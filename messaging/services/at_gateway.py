"""What can still be done to one message that the gateway has: hang up, take back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit, gateway
from contacts.models import Channel
from messaging.models import Message
from messaging.services import prerequisites, withdrawals
from messaging.states import FINAL, MessageState
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError, InvalidRequest

HELD = (MessageState.ACCEPTED, MessageState.BUFFERED)


def can_hang_up(message: Message) -> bool:
    """Say whether a call may be under way; the gateway knows it for sure."""
    is_call = message.channel == Channel.VOICE and bool(message.gateway_id)
    return is_call and message.state not in FINAL


def can_take_back(message: Message) -> bool:
    """Say whether the gateway may still hold a message."""
    is_held = message.state in HELD and bool(message.gateway_id)
    return is_held and message.channel != Channel.VOICE


def hang_up(*, message: Message, actor: User | None) -> None:
    """End a call that is under way; what it came to is told by its report."""
    if not can_hang_up(message):
        raise Refused(_("This call is over."), code="call_over")
    try:
        _client(message).voice.hang_up(message.gateway_id)
    except InvalidRequest:
        raise Refused(
            _("The gateway did not hang up: nobody has answered yet, or it is over."),
            code="call_not_running",
        ) from None
    except GatewayError:
        raise _no_answer() from None
    _record(message, actor, "call.hang_up")


def take_back(*, message: Message, actor: User | None) -> None:
    """Withdraw a message that was not sent on yet; raises Refused when it was."""
    if not can_take_back(message):
        raise Refused(_("This message was sent on already."), code="sent_on")
    try:
        is_gone = withdrawals.withdraw_one(_client(message), message)
    except GatewayError:
        raise _no_answer() from None
    if not is_gone:
        raise Refused(
            _("The gateway holds this message no longer, so it will arrive.")
            if message.channel == Channel.SMS
            else _(
                "The message could not be withdrawn: it was delivered, it has a "
                "fallback, or the handset does not allow it."
            ),
            code="not_withdrawn",
        )
    _record(message, actor, "message.withdraw")


def _client(message: Message) -> SevenClient:
    return gateway.client_for(prerequisites.working_connection(message.workspace))


def _no_answer() -> Refused:
    return Refused(
        _("The gateway did not answer. Look at the message in a moment."),
        code="no_answer",
    )


def _record(message: Message, actor: User | None, action: str) -> None:
    audit.record(
        workspace=message.workspace,
        actor=actor,
        action=action,
        subject=str(message.campaign_id),
        after={"message": message.pk},
    )
