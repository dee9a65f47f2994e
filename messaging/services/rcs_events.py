"""Show a person who wrote by RCS that we have read it, or that we write.

Each is told once for a message that came in, so never twice in a row: the mark is on
disk before the call and is taken off only when surely nothing was told.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.services import audit, gateway
from contacts.models import Channel
from messaging import presence
from messaging.models import InboundMessage, InboxSettings, WebhookEvent
from messaging.services import inbound, prerequisites
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.events import GatewayEvent, RcsStatus
from seven_dashboard.gateway.resources.rcs import RcsEvent

_MARKS = {RcsEvent.READ: "read_told_at", RcsEvent.IS_TYPING: "typing_told_at"}
_WISHES = {RcsEvent.READ: "tells_read", RcsEvent.IS_TYPING: "tells_typing"}


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


def tell_if_wanted(inbound_id: int, event: RcsEvent) -> bool:
    """Tell what an event says of a message, where the workspace wants that."""
    message = (
        InboundMessage.objects.select_related("workspace").filter(pk=inbound_id).first()
    )
    if message is None or not getattr(telling(message.workspace), _WISHES[event]):
        return False
    try:
        return tell(message, event)
    except Refused:
        return False


def hear(stored: WebhookEvent, event: GatewayEvent) -> bool:
    """Note that a person is typing, if an event says so; say whether it does."""
    data = event.data
    if not isinstance(data, RcsStatus) or data.status.upper() != RcsEvent.IS_TYPING:
        return False
    age = timezone.now() - stored.received_at
    if data.sender and age < timedelta(seconds=presence.TYPING_S):
        number = inbound.sender_of(stored.workspace, data.sender)
        presence.note_typing(stored.workspace_id, number)
    return True


def telling(workspace: Workspace) -> InboxSettings:
    """Return what people who write by RCS are told by itself."""
    found = InboxSettings.objects.filter(workspace=workspace).first()
    return found or InboxSettings(workspace=workspace)


@transaction.atomic
def set_telling(
    *, workspace: Workspace, actor: User, tells_read: bool, tells_typing: bool
) -> None:
    """Have people told by itself that we have read, and that we write, or not."""
    before = telling(workspace)
    after = {"tells_read": tells_read, "tells_typing": tells_typing}
    InboxSettings.objects.update_or_create(workspace=workspace, defaults=after)
    audit.record(
        workspace=workspace,
        actor=actor,
        action="inbox.update",
        before={name: getattr(before, name) for name in after},
        after=after,
    )
