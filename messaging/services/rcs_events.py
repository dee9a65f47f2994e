"""Show a person who wrote by RCS that we have read it, or that we write.

Each is told once for a message that came in, so never twice in a row: the mark is on
disk before the call and is taken off only when surely nothing was told.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.services import audit, gateway
from contacts.models import Channel
from messaging.models import InboundMessage, InboxSettings
from messaging.services import prerequisites
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.rcs import RcsEvent

_MARKS = {RcsEvent.READ: "read_told_at", RcsEvent.IS_TYPING: "typing_told_at"}


def tell(message: InboundMessage, event: RcsEvent) -> bool:
    """Tell the sender of an RCS message; False when it was told already.

    Raises Refused for another channel and when the gateway does not take it.
    """
    if message.channel != Channel.RCS:
        raise Refused(_("Only RCS can show that."), code="channel")
    connection = prerequisites.working_connection(message.workspace)
    client = gateway.client_for(connection)
    mark = _MARKS[event]
    row = InboundMessage.objects.filter(pk=message.pk)
    if not row.filter(**{mark: None}).update(**{mark: timezone.now()}):
        return False
    try:
        client.rcs.send_event(
            event,
            to=message.sender.lstrip("+"),
            message_id=message.gateway_id if event is RcsEvent.READ else None,
            agent_id=message.recipient or None,
        )
    except GatewayError as error:
        if error.is_certainly_unsent:
            row.update(**{mark: None})
        raise Refused(
            _("The gateway could not tell the person."), code="not_told"
        ) from None
    return True


def tell_read_if_wanted(inbound_id: int) -> bool:
    """Tell that a message was read, where the workspace wants that by itself."""
    message = (
        InboundMessage.objects.select_related("workspace").filter(pk=inbound_id).first()
    )
    if message is None or not tells_read(message.workspace):
        return False
    try:
        return tell(message, RcsEvent.READ)
    except Refused:
        return False


def tells_read(workspace: Workspace) -> bool:
    """Say whether opening a conversation tells the person so."""
    return InboxSettings.objects.filter(workspace=workspace, tells_read=True).exists()


@transaction.atomic
def set_tells_read(*, workspace: Workspace, actor: User, is_on: bool) -> None:
    """Have opened conversations be marked as read for their senders, or not."""
    before = tells_read(workspace)
    InboxSettings.objects.update_or_create(
        workspace=workspace, defaults={"tells_read": is_on}
    )
    audit.record(
        workspace=workspace,
        actor=actor,
        action="inbox.set_tells_read",
        before={"tells_read": before},
        after={"tells_read": is_on},
    )
