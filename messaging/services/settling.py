"""What a person decides about a message that nothing has settled.

The journal may still be asked at this moment. What it does not show changes nothing any
more, because that counts for an unclear row only; what it shows is the truth and keeps
a row from being sent again that nobody has claimed since (`verdicts.py`). A claim gives
the row a foreign id of its own, which no earlier look is about.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from messaging.models import Campaign, Message
from messaging.selectors import messages
from messaging.services import days
from messaging.states import CampaignState, MessageState
from seven_dashboard.errors import Refused

Decision = Literal["sent", "send_again"]
_STATES: dict[Decision, str] = {
    "sent": MessageState.ACCEPTED.value,
    "send_again": MessageState.QUEUED.value,
}


@transaction.atomic
def settle_by_person(
    *, message_id: int, campaign_id: UUID, actor: User | None, decision: Decision
) -> Message:
    """Settle an unclear message as sent, or queue it again at the person's word.

    Raises Refused while the journal is asked and may well tell in a minute.
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
    if not messages.for_person(campaign).filter(pk=message.pk).exists():
        raise Refused(
            _("The gateway is still being asked. Try again in a few minutes."),
            code="still_asking",
        )
    if decision == "sent":
        _mark_sent(message)
    elif campaign.state == CampaignState.CANCELLED:
        raise Refused(_("This campaign is cancelled."), code="state")
    else:
        Message.objects.filter(pk=message.pk).update(**_queued_again())
    audit.record(
        workspace=message.workspace,
        actor=actor,
        action="message.settle",
        subject=str(message.pk),
        before={"state": MessageState.UNCLEAR.value},
        after={"state": _STATES[decision], "decision": decision},
    )
    message.refresh_from_db()
    return message


@transaction.atomic
def settle_all(
    *, campaign_id: UUID, actor: User | None, decision: Decision, seen: int
) -> int:
    """Settle every message of a campaign that waits for a person; return how many.

    `seen` is the number the person was shown. Raises Refused when it is another one by
    now: what was decided was not about those.
    """
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    if decision == "send_again" and campaign.state == CampaignState.CANCELLED:
        raise Refused(_("This campaign is cancelled."), code="state")
    # In one order, as everywhere, and none that a report moves at this moment.
    rows = messages.for_person(campaign).order_by("pk").select_for_update(of=("self",))
    ids = list(rows.values_list("pk", flat=True))
    if len(ids) != seen:
        raise Refused(
            _("By now it is another number of messages. Look at them again."),
            code="changed",
        )
    found = Message.objects.filter(pk__in=ids)
    if decision == "sent":
        zone = days.zone_of(campaign.workspace)
        found.update(
            state=MessageState.ACCEPTED,
            error_code=None,
            accepted_at=F("attempted_at"),
            sent_on=TruncDate("attempted_at", tzinfo=zone),
            due_at=timezone.now(),
            lease_until=None,
        )
    else:
        found.update(**_queued_again())
    audit.record(
        workspace=campaign.workspace,
        actor=actor,
        action="message.settle_all",
        subject=campaign.name,
        before={"state": MessageState.UNCLEAR.value},
        after={
            "state": _STATES[decision],
            "decision": decision,
            "messages": len(ids),
        },
    )
    return len(ids)


def _queued_again() -> dict[str, object]:
    return {
        "state": MessageState.QUEUED,
        "due_at": timezone.now(),
        "error_code": None,
        "looks": 0,
        "doubts": 0,
        "lease_until": None,
    }


def _mark_sent(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.ACCEPTED,
        error_code=None,
        accepted_at=F("attempted_at"),
        sent_on=days.day_in(message.workspace, message.attempted_at),
        due_at=timezone.now(),
        lease_until=None,
    )
