"""What a person decides about a message that nothing could settle."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from messaging.models import Campaign, Message
from messaging.services import days
from messaging.states import CampaignState, MessageState
from seven_dashboard.errors import Refused

Decision = Literal["sent", "send_again"]


@transaction.atomic
def settle_by_person(
    *, message_id: int, campaign_id: UUID, actor: User | None, decision: Decision
) -> Message:
    """Settle an unclear message as sent, or queue it again at the person's word.

    Raises Refused while the journal is still being asked, because the answer may be
    there in a minute.
    """
    # The campaign first and its messages after it, as everywhere.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("workspace")
        .get(pk=message_id, campaign=campaign)
    )
    if message.state != MessageState.UNCLEAR:
        raise Refused(_("This message is settled already."), code="settled")
    if message.lease_until is not None:
        raise Refused(
            _("The gateway is still being asked. Try again in a few minutes."),
            code="still_asking",
        )
    if decision == "sent":
        _mark_sent(message)
    elif campaign.state == CampaignState.CANCELLED:
        raise Refused(_("This campaign is cancelled."), code="state")
    else:
        Message.objects.filter(pk=message.pk).update(
            state=MessageState.QUEUED,
            due_at=timezone.now(),
            error_code=None,
            looks=0,
            doubts=0,
        )
    audit.record(
        workspace=message.workspace,
        actor=actor,
        action="message.settle",
        subject=str(message.pk),
        after={"decision": decision},
    )
    message.refresh_from_db()
    return message


def _mark_sent(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.ACCEPTED,
        error_code=None,
        accepted_at=F("attempted_at"),
        sent_on=days.day_in(message.workspace, message.attempted_at),
        due_at=timezone.now(),
    )
