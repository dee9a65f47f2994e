"""Which bill a campaign waits for: without a price list, a first message goes alone.

Until it is billed nobody knows what the next one costs, so that one whose bill does not
come holds all the others (`services/spending.py`). The page says so, since when, and
what a person can do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Connection
from accounts.selectors import prices
from messaging import options
from messaging.models import Campaign, Message
from messaging.selectors import channel_prices, days, messages, rules, spending
from messaging.selectors.waits import LEAST
from messaging.states import AT_GATEWAY, CampaignState, MessageState

_OPEN = (MessageState.SENDING, MessageState.UNCLEAR)


class Bill(NamedTuple):
    """The message that has to be billed before others go out, and what to do."""

    message: Message
    advice: str


def awaited(campaign: Campaign) -> Bill | None:
    """Return the bill that a campaign waits for, if that is why nothing goes out."""
    if campaign.state != CampaignState.SENDING:
        return None
    connection = Connection.objects.filter(workspace=campaign.workspace_id).first()
    if connection is None or prices.by_country(connection):
        return None
    limits = rules.country_limits(campaign.workspace)
    is_shared = bool(limits) or rules.of(campaign.workspace).limit_per_day is not None
    if campaign.cost_agreed is None and not is_shared:
        return None
    found = [row for row in _oldest(campaign, is_shared=is_shared) if row]
    first = min(found, key=lambda row: row.attempted_at or row.created_at, default=None)
    if first is None or timezone.now() - _tried_at(first) < LEAST:
        return None
    return Bill(first, _advice(first))


def _oldest(campaign: Campaign, *, is_shared: bool) -> Iterator[Message | None]:
    """Yield the oldest message on its way, and the oldest that has no price yet."""
    rows = Message.objects.filter(workspace=campaign.workspace_id)
    if not is_shared:
        rows = rows.filter(campaign=campaign)
    rows = rows.filter(~_is_priced(campaign)).select_related("campaign", "workspace")
    yield rows.filter(state__in=_OPEN).order_by("attempted_at").first()
    since = timezone.now() - timedelta(days=spending.UNBILLED_DAYS)
    unbilled = rows.filter(state__in=AT_GATEWAY, price=None, accepted_at__gte=since)
    yield unbilled.order_by("accepted_at").first()


def _is_priced(campaign: Campaign) -> Q:
    """Say which messages go somewhere that something was billed for before."""
    billed = channel_prices.billed_parts(campaign.workspace)
    own = options.read(campaign.channel, campaign.options)
    known = channel_prices.of_message(campaign.workspace, campaign.channel, own)
    return Q(country__in=list(billed)) | Q(campaign=campaign, country__in=list(known))


def _tried_at(message: Message) -> datetime:
    return message.attempted_at or message.created_at


def _advice(message: Message) -> str:
    if message.state not in _OPEN:
        return _(
            "The gateway has taken it and is asked for its price. Should none come, it "
            "is waited for until %(day)s."
        ) % {"day": date_format(_last_day(message), "DATE_FORMAT")}
    if messages.for_person(message.campaign).filter(pk=message.pk).exists():
        return _("Nobody has told whether it was sent: decide about it.")
    at = messages.for_person_at(message.campaign, message)
    if message.state == MessageState.SENDING or at is None:
        return _("The gateway has not answered yet.")
    local = timezone.localtime(at)
    return _(
        "Nobody has told yet whether it was sent: the gateway's journal is asked, and "
        "from %(time)s on you can decide about it."
    ) % {"time": date_format(local, "TIME_FORMAT")}


def _last_day(message: Message) -> datetime:
    day = message.sent_on or days.today(message.workspace)
    return datetime.combine(day + timedelta(days=spending.UNBILLED_DAYS), time())
