"""Rows whose hours are over: they wait for the next, or are left out.

What is due when was worked out as the audience was frozen. A row may still come up
outside its hours: because sending took longer, it was paused over night, or tried once
more. The claim sees that and has all that is due put off, many rows in one statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from django.db import connection as database
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from messaging import hours as clock
from messaging import options, zones
from messaging.hours import Hours
from messaging.models import AfterHours, Campaign, Message
from messaging.selectors import rules, timetables, zone_sql
from messaging.states import MessageState

# Rows put off by one statement: few enough for a pause to be heard in between.
CHUNK = 20_000
# A claim has joins by hash turned off for its own statements. Here they find the zones
# of thousands of numbers; the messages are still found by their keys.
_PLAN = "SET LOCAL enable_hashjoin = on; SET LOCAL enable_seqscan = off"


class Row(Protocol):
    """A message as far as its clock goes."""

    @property
    def recipient(self) -> str: ...
    @property
    def country(self) -> str: ...


_PUT_OFF = f"""
WITH {zone_sql.tables()}, closed AS (
    SELECT * FROM unnest(%(closed)s::text[], %(opens)s::timestamptz[])
        AS c (zone, opens)
), due AS (
    SELECT m.id, m.recipient, m.country FROM messaging_message AS m
    WHERE m.campaign_id = %(campaign)s AND m.state = 'queued'
      AND m.due_at <= statement_timestamp()
    ORDER BY m.due_at, m.id LIMIT %(chunk)s FOR UPDATE OF m SKIP LOCKED
), late AS (
    SELECT due.id, closed.opens FROM due
    {zone_sql.joins(number="due.recipient", country="due.country")}
    JOIN closed ON closed.zone = {zone_sql.zone()}
)
UPDATE messaging_message AS m SET
    due_at = CASE WHEN %(leaves_out)s THEN m.due_at ELSE late.opens END,
    state = CASE WHEN %(leaves_out)s THEN 'skipped' ELSE m.state END,
    skip_reason = CASE WHEN %(leaves_out)s THEN 'out_of_hours' ELSE m.skip_reason END
FROM late WHERE m.id = late.id
"""


def is_any_closed(campaign: Campaign, hours: Hours, rows: Iterable[Row]) -> bool:
    """Say whether it may not be sent to any of the rows now."""
    home, now = campaign.workspace.time_zone, timezone.now()
    found = {zones.of_number(row.recipient, row.country, home=home) for row in rows}
    return any(not clock.is_open(hours, zone, now) for zone in found)


def with_due_rows(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Return those of the campaigns that have something to send now."""
    due = Message.objects.filter(
        campaign=OuterRef("pk"), state=MessageState.QUEUED, due_at__lte=Now()
    )
    return campaigns.filter(Exists(due))


def is_past(campaign: Campaign) -> bool:
    """Say whether a message misses the time it was meant for, and nobody knows yet.

    The gateway would send it at once. Whoever goes on after that time has been asked.
    """
    meant_for = options.read(campaign.channel, campaign.options).deliver_at
    if meant_for is None:
        return False
    if campaign.paused_at is not None and campaign.paused_at > meant_for:
        return False
    late_minutes = rules.of(campaign.workspace).late_minutes
    return timezone.now() - meant_for > timedelta(minutes=late_minutes)


def put_off(campaign: Campaign, hours: Hours) -> int:
    """Put off the rows that are due outside their hours; return how many."""
    closed = _closed(timetables.all_zones(campaign.workspace.time_zone), hours)
    params = {
        **zone_sql.params(campaign.workspace.time_zone),
        "closed": list(closed),
        "opens": list(closed.values()),
        "campaign": campaign.pk,
        "chunk": CHUNK,
        "leaves_out": campaign.after_hours == AfterHours.LEAVE_OUT,
    }
    with database.cursor() as cursor:
        cursor.execute(_PLAN)
        cursor.execute(_PUT_OFF, params)
        return int(cursor.rowcount)


def _closed(names: Iterable[str], hours: Hours) -> dict[str, datetime]:
    """Return the zones that are closed now, and when each opens."""
    now = timezone.now()
    found = {name: clock.current_or_next(hours, name, now).opens for name in names}
    return {name: opens for name, opens in found.items() if opens > now}
