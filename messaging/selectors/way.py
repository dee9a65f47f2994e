"""Whether the way from here to the phones is open: gateway, pace, reports."""

from __future__ import annotations

import math
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Connection
from messaging import breaker
from messaging.models import Campaign
from messaging.pacing import PacingUnavailable
from messaging.states import CampaignState
from seven_dashboard.formatting import duration_text, number_text, relative_time


class WayFact(NamedTuple):
    """One thing that holds now; ``tone`` names its colour."""

    icon: str
    tone: str
    text: str


def of(campaign: Campaign) -> list[WayFact]:
    """Return what lies between a campaign and its recipients, nearest first."""
    connection = Connection.objects.filter(workspace=campaign.workspace_id).first()
    if connection is None:
        return [WayFact("plug-x", "danger", _("No gateway account is connected."))]
    facts = [_gateway(campaign, connection)]
    if campaign.state == CampaignState.SENDING:
        facts.append(_pace(campaign, connection))
    return [*facts, _reports(connection)]


def _gateway(campaign: Campaign, connection: Connection) -> WayFact:
    channel = {"channel": campaign.get_channel_display()}
    if connection.is_broken:
        text = _("%(channel)s: the gateway does not take our key.") % channel
        return WayFact("plug-x", "danger", text)
    try:
        wait_s = breaker.closes_in_s(connection.pk)
    except PacingUnavailable:
        text = _("%(channel)s: Redis is away, so nothing is sent for now.") % channel
        return WayFact("clock-pause", "warning", text)
    if wait_s is not None:
        text = _(
            "%(channel)s: the gateway does not answer. It is tried again in %(time)s, "
            "and sending goes on by itself."
        )
        time = duration_text(max(1, math.ceil(wait_s)))
        return WayFact("clock-pause", "warning", text % {**channel, "time": time})
    return WayFact(
        "plug-connected", "success", _("%(channel)s: the gateway answers.") % channel
    )


def _pace(campaign: Campaign, connection: Connection) -> WayFact:
    sharing = Campaign.objects.filter(
        workspace=campaign.workspace_id, state=CampaignState.SENDING
    ).count()
    text = ngettext(
        "The account sends up to %(rate)s a second.",
        "The account sends up to %(rate)s a second, shared by %(n)s campaigns.",
        sharing,
    )
    rate = number_text(connection.rate_per_s)
    return WayFact("gauge", "neutral", text % {"rate": rate, "n": number_text(sharing)})


def _reports(connection: Connection) -> WayFact:
    if connection.last_event_at is None:
        text = _("No report has come by webhook; the gateway is asked for them.")
        return WayFact("webhook", "warning", text)
    text = _("Reports come in, the last one %(ago)s.")
    ago = relative_time(connection.last_event_at)
    return WayFact("webhook", "success", text % {"ago": ago})
