"""Why a campaign that is sending sends nothing now, and when it goes on."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.zones import city_of
from messaging import hours as clock
from messaging import zones
from messaging.models import Campaign, Message
from messaging.selectors import plans, timetables
from messaging.states import CampaignState, MessageState

# A shorter wait is not worth a sentence.
LEAST = timedelta(seconds=20)


def sentence(campaign: Campaign) -> str:
    """Return what it waits for and until when, or nothing; one look at an index."""
    if campaign.state != CampaignState.SENDING:
        return ""
    now = timezone.now()
    waiting = Message.objects.filter(campaign=campaign, state=MessageState.QUEUED)
    first = waiting.order_by("due_at", "pk").only("recipient", "country", "due_at")
    message = first.first()
    if message is None or message.due_at is None or message.due_at - now < LEAST:
        return ""
    home = campaign.workspace.time_zone
    zone = zones.of_number(message.recipient, message.country, home=home)
    values = {
        "when": plans.in_zone(message.due_at, zone),
        "place": city_of(zone),
    }
    if not clock.is_open(timetables.hours_of(campaign), zone, now):
        text = _(
            "It waits for the sending hours of the recipients: the next message goes "
            "out %(when)s in %(place)s."
        )
    elif campaign.spread_minutes or campaign.start_clock:
        text = _("As planned, the next message goes out %(when)s in %(place)s.")
    else:
        text = _("The next try is %(when)s in %(place)s.")
    return text % values
