"""Prices that changed and that recent campaigns used: what an alert is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Sum

from accounts.models import Connection, Workspace
from accounts.selectors import price_history
from accounts.selectors.price_history import Difference
from contacts.models import Channel
from messaging.models import DayTally
from messaging.selectors import days
from messaging.states import AT_GATEWAY

LOOK_BACK_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class UsedPrice:
    """A changed price of a country that was written to, and how many parts went there.

    ``extra`` is how much more as many parts cost now, EUR; None where the price is one
    network's, whose part of the country's messages is not known.
    """

    difference: Difference
    parts: int
    extra: Decimal | None

    @property
    def saved(self) -> Decimal | None:
        return None if self.extra is None else -self.extra


def changed_since(workspace: Workspace, moment: datetime) -> list[UsedPrice]:
    """Return the changes since a moment to countries of the last 30 days, by name.

    Nothing changed for a workspace whose campaigns went elsewhere. Price lists name
    SMS alone, so only SMS count.
    """
    connection = Connection.objects.filter(workspace=workspace).first()
    if connection is None:
        return []
    used = _parts(workspace)
    return [
        UsedPrice(one, used[one.country], _extra(one, used[one.country]))
        for one in price_history.changed(connection, since=moment)
        if used.get(one.country)
    ]


def _parts(workspace: Workspace) -> dict[str, int]:
    since = days.today(workspace) - timedelta(days=LOOK_BACK_DAYS)
    rows = DayTally.objects.filter(
        workspace=workspace,
        day__gte=since,
        channel=Channel.SMS,
        state__in=AT_GATEWAY,
    )
    return dict(rows.order_by().values_list("country").annotate(Sum("parts")))


def _extra(one: Difference, parts: int) -> Decimal | None:
    if one.mcc or one.was is None or one.now is None:
        return None
    return (one.now - one.was) * parts
