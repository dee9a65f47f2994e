"""What a call or an RCS message costs, as far as it can be known.

The gateway's price list names SMS alone. For calls and RCS there is what was billed to
this workspace: the price of a minute, or of a message, by country, over the last days.
A country that nothing went to yet has no price, and the pages say so. RCS that may
become an SMS costs at most what that SMS does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.core.cache import cache
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from accounts.models import Connection, Workspace
from accounts.selectors import prices
from contacts.models import Channel
from messaging import contents
from messaging.models import Message, Tally
from messaging.options import Options
from messaging.states import AT_GATEWAY, MessageState

LOOK_BACK = timedelta(days=60)
CACHE_S = 300
# Of each of the newest campaigns so many calls are looked at.
CAMPAIGNS, CALLS = 20, 50


class Price(Protocol):
    """What one unit costs in a country, EUR: a part, a minute or a message."""

    @property
    def default(self) -> Decimal: ...

    @property
    def highest(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Billed:
    """EUR for a minute or a message: the usual, and the most that was billed."""

    default: Decimal
    highest: Decimal


def cache_key(workspace_id: UUID, channel: str) -> str:
    return f"billed:{workspace_id}:{channel}"


def by_country(workspace: Workspace, channel: str) -> Mapping[str, Price]:
    """Return the known prices of a channel by ISO country code."""
    if channel == Channel.SMS:
        connection = Connection.objects.filter(workspace=workspace).first()
        return prices.by_country(connection) if connection else {}
    key = cache_key(workspace.pk, channel)
    known: Mapping[str, Price] | None = cache.get(key)
    if known is None:
        known = _minutes(workspace) if channel == Channel.VOICE else _rcs(workspace)
        cache.set(key, known, timeout=CACHE_S)
    return known


def of_message(workspace: Workspace, channel: str, own: Options) -> Mapping[str, Price]:
    """Return the same for a unit of a message: at most what a part of its fallback is.

    Without a price list nobody knows what that is, so nothing is known.
    """
    known = by_country(workspace, channel)
    if not contents.has_fallback(own):
        return known
    sms = by_country(workspace, Channel.SMS)
    if not sms:
        return {}
    dearest = max(price.highest for price in sms.values())

    def at_most(country: str, price: Price) -> Decimal:
        each = sms[country].highest if country in sms else dearest
        return max(price.highest, each)

    return {
        country: Billed(price.default, at_most(country, price))
        for country, price in known.items()
    }


def billed_parts(workspace: Workspace) -> dict[str, Decimal]:
    """Return the dearest part of an SMS that was billed lately, EUR by country.

    For bounds where there is no price list; asked anew each time, because the bill of
    the first message is what the second one waits for.
    """
    found: dict[str, Decimal] = {}
    for campaign_id in _newest(workspace, Channel.SMS):
        rows = Message.objects.filter(campaign=campaign_id, state__in=AT_GATEWAY)
        billed = rows.filter(price__isnull=False, parts__gt=0).order_by("-pk")
        for row in billed.only("country", "price", "parts")[:CALLS]:
            each = (row.price or Decimal(0)) / row.parts
            found[row.country] = max(found.get(row.country, each), each)
    return found


def _rcs(workspace: Workspace) -> dict[str, Price]:
    rows = (
        _tallies(workspace, Channel.RCS)
        # Others may be billed later.
        .filter(state=MessageState.DELIVERED)
        .values_list("country")
        .annotate(n=Sum("messages"), spent=Sum("cost"))
    )
    found: dict[str, Price] = {}
    for country, count, spent in rows:
        if count and spent:
            each = (spent / count).quantize(Decimal("0.00001"))
            found[country] = Billed(each, each)
    return found


def _minutes(workspace: Workspace) -> dict[str, Price]:
    seen: dict[str, list[Decimal]] = {}
    for campaign_id in _newest(workspace, Channel.VOICE):
        for country, price, duration_s in _calls(campaign_id):
            minutes = max(1, -(-duration_s // 60))
            seen.setdefault(country, []).append(price / minutes)
    return {country: Billed(each[0], max(each)) for country, each in seen.items()}


def _newest(workspace: Workspace, channel: str) -> Iterable[UUID]:
    """Return the campaigns of a channel in which something was sent last."""
    rows = _tallies(workspace, channel).values_list("campaign_id", flat=True)
    return rows.annotate(last=Max("day")).order_by("-last")[:CAMPAIGNS]


def _calls(campaign_id: UUID) -> Iterable[tuple[str, Decimal, int]]:
    rows = Message.objects.filter(campaign=campaign_id, state=MessageState.DELIVERED)
    billed = rows.filter(price__gt=0, duration_s__gt=0).order_by("-pk")
    for row in billed.only("country", "price", "duration_s")[:CALLS]:
        yield row.country, row.price or Decimal(0), row.duration_s or 0


def _tallies(workspace: Workspace, channel: str) -> QuerySet[Tally]:
    since = (timezone.now() - LOOK_BACK).date()
    return Tally.objects.filter(
        workspace=workspace, channel=channel, day__gte=since, state__in=AT_GATEWAY
    )
