"""States of a message and of a campaign, and the steps between them.

The road is queued, sending, accepted, (buffered, transmitted), then one final
state. A report only moves a message forward: to a higher rank, never back and
never away from a final state.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    UNCLEAR = "unclear", _("Unclear")
    ACCEPTED = "accepted", _("Accepted")
    BUFFERED = "buffered", _("Buffered")
    TRANSMITTED = "transmitted", _("Transmitted")
    DELIVERED = "delivered", _("Delivered")
    UNDELIVERED = "undelivered", _("Undelivered")
    EXPIRED = "expired", _("Expired")
    REFUSED = "refused", _("Refused")
    SKIPPED = "skipped", _("Skipped")
    CANCELLED = "cancelled", _("Cancelled")


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    PREPARING = "preparing", _("Preparing")
    SENDING = "sending", _("Sending")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


class SkipReason(models.TextChoices):
    OPTED_OUT = "opted_out", _("Opted out")
    NO_NUMBER = "no_number", _("No number")
    # A second line of defence: the launch refuses such a text beforehand.
    MISSING_VALUE = "missing_value", _("A value is missing")
    TOO_LONG = "too_long", _("The text is too long")
    OUT_OF_HOURS = "out_of_hours", _("Outside the sending hours")


RANK: dict[str, int] = {
    MessageState.QUEUED: 0,
    MessageState.SENDING: 1,
    MessageState.UNCLEAR: 2,
    MessageState.ACCEPTED: 3,
    MessageState.BUFFERED: 4,
    MessageState.TRANSMITTED: 5,
    MessageState.UNDELIVERED: 9,
    MessageState.EXPIRED: 9,
    MessageState.DELIVERED: 9,
    MessageState.REFUSED: 9,
    MessageState.SKIPPED: 9,
    MessageState.CANCELLED: 9,
}

# The gateway has it: the row counts as sent and as cost.
AT_GATEWAY = (
    MessageState.ACCEPTED,
    MessageState.BUFFERED,
    MessageState.TRANSMITTED,
    MessageState.DELIVERED,
    MessageState.UNDELIVERED,
    MessageState.EXPIRED,
)
# The person has it or may have it, whatever became of it afterwards.
SENT = (*AT_GATEWAY, MessageState.SENDING, MessageState.UNCLEAR)
# Whom a campaign has reached, for those who leave them out of the next one: what still
# waits counts too, because it will go out. Refused, skipped and cancelled do not.
REACHED = (*SENT, MessageState.QUEUED)
# A campaign with rows in any of these is not finished.
UNSETTLED = (MessageState.QUEUED, MessageState.SENDING, MessageState.UNCLEAR)
# A report may still come for these.
AWAITING_REPORT = (
    MessageState.ACCEPTED,
    MessageState.BUFFERED,
    MessageState.TRANSMITTED,
)
FINAL = tuple(state for state, rank in RANK.items() if rank == 9)

# The gateway's delivery words in ours.
FROM_REPORT: dict[str, MessageState] = {
    "ACCEPTED": MessageState.ACCEPTED,
    "BUFFERED": MessageState.BUFFERED,
    "TRANSMITTED": MessageState.TRANSMITTED,
    "DELIVERED": MessageState.DELIVERED,
    "READ": MessageState.DELIVERED,
    "NOTDELIVERED": MessageState.UNDELIVERED,
    "REJECTED": MessageState.UNDELIVERED,
    "FAILED": MessageState.UNDELIVERED,
    "EXPIRED": MessageState.EXPIRED,
}
