"""Take messages for sending: the intent is on disk before the gateway is called.

One claim at a time for each campaign: its row is locked first, so that a pause or a
cancel that has committed is seen by every later claim, and so that the spending bound
holds over all processes. Opt-outs are asked for in the claim itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.models import Q, Sum

from messaging import contents, options, timing
from messaging.claims import Claim
from messaging.foreign_ids import ForeignId
from messaging.models import Campaign, Tally
from messaging.options import Options
from messaging.rendering import MissingValue
from messaging.services import campaigns
from messaging.states import CampaignState, MessageState, SkipReason

PriceOf = Callable[[str], Decimal]
# What an estimate may be off before it counts as spending more than agreed.
TOLERANCE = Decimal("1.01")

# The commit waits for the disk whatever the database is set to: it would forget the
# intent in a crash, and the message would be sent once more. Rows come in the order of
# their index: a planner without fresh statistics would sort a million of them instead.
_INSIST = """
SET LOCAL synchronous_commit = on;
SET LOCAL enable_sort = off;
SET LOCAL enable_bitmapscan = off
"""
_PICK = """
SELECT m.id, m.recipient, m.country, m.variables, m.attempts, m.doubts, m.error_code,
    EXISTS (SELECT 1 FROM contacts_optout AS o
            WHERE o.workspace_id = m.workspace_id AND o.phone = m.recipient
              AND o.channel IN ('', m.channel)) AS is_opted_out
FROM messaging_message AS m
WHERE m.campaign_id = %s AND m.state = 'queued'
  AND m.due_at <= statement_timestamp()
ORDER BY m.due_at, m.id LIMIT %s
FOR UPDATE OF m SKIP LOCKED
"""
_INTEND = """
UPDATE messaging_message AS m SET
    state = 'sending', text = c.text, parts = c.parts, foreign_id = c.foreign_id,
    attempts = c.attempt, attempted_at = statement_timestamp(), looks = 0,
    lease_until = statement_timestamp() + make_interval(secs => %s)
FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::text[], %s::int[])
    AS c (id, text, parts, foreign_id, attempt)
WHERE m.id = c.id
"""
_SKIP = """
UPDATE messaging_message AS m SET state = 'skipped', skip_reason = s.reason
FROM unnest(%s::bigint[], %s::text[]) AS s (id, reason)
WHERE m.id = s.id
"""


@dataclass(slots=True)
class _Sorted:
    """What becomes of the picked rows."""

    claims: list[Claim] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    skips: list[tuple[int, str]] = field(default_factory=list)
    is_over_budget: bool = False


@dataclass(frozen=True, slots=True)
class _Content:
    """What one recipient gets."""

    text: str
    options: Options


@dataclass(frozen=True, slots=True)
class Claimed:
    """The claims, and how many rows were taken off the queue without a message."""

    claims: list[Claim]
    skipped: int = 0


def claim(campaign_id: UUID, *, limit: int, price_of: PriceOf) -> Claimed:
    """Claim up to `limit` messages of a campaign that is sending.

    Renders each, writes the intent with a lease, and commits. `price_of` gives the EUR
    of one part to a country. Pauses the campaign when the next message could cost more
    than was agreed.
    """
    with transaction.atomic():
        campaign = campaigns.locked(campaign_id)
        if campaign.state != CampaignState.SENDING:
            return Claimed([])
        with database.cursor() as cursor:
            cursor.execute(_INSIST)
            cursor.execute(_PICK, [campaign_id, limit])
            columns = [column.name for column in cursor.description or ()]
            rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        budget = _budget_left(campaign, price_of)
        found = _sort(campaign, rows, budget=budget, price_of=price_of)
        _write(found)
        if found.is_over_budget and not found.claims:
            campaigns.pause(campaign_id=campaign_id, actor=None, reason="cost")
    return Claimed(found.claims, len(found.skips))


def _sort(
    campaign: Campaign,
    rows: list[dict[str, Any]],
    *,
    budget: Decimal | None,
    price_of: PriceOf,
) -> _Sorted:
    found = _Sorted()
    usual = options.read(campaign.channel, campaign.options)
    for row in rows:
        content, reason = _content_of(campaign, row, usual)
        if reason:
            found.skips.append((row["id"], reason))
            continue
        parts = contents.parts(campaign.channel, content.text)
        if budget is not None:
            budget -= price_of(row["country"]) * max(parts, 1)
            if budget < 0:
                found.is_over_budget = True
                break
        found.parts.append(parts)
        found.claims.append(_claim_of(campaign, row, content))
    return found


def _content_of(
    campaign: Campaign, row: dict[str, Any], usual: Options
) -> tuple[_Content, str]:
    """Return text and options for a recipient, or why there are none."""
    nothing = _Content("", usual)
    if row["is_opted_out"]:
        return nothing, SkipReason.OPTED_OUT
    values = json.loads(row["variables"])
    try:
        # A single message is sent as it stands; its checked text has no variables.
        text = contents.fill(campaign.channel, campaign.text, values)
        own = options.filled(usual, values)
    except MissingValue:
        return nothing, SkipReason.MISSING_VALUE
    if contents.is_too_long(campaign.channel, text):
        return nothing, SkipReason.TOO_LONG
    return _Content(text, own), ""


def _claim_of(campaign: Campaign, row: dict[str, Any], content: _Content) -> Claim:
    attempt = row["attempts"] + 1
    return Claim(
        message_id=row["id"],
        campaign_id=campaign.pk,
        foreign_id=str(ForeignId(campaign.pk, row["id"], attempt)),
        recipient=row["recipient"],
        text=content.text,
        channel=campaign.channel,
        sender=campaign.sender,
        label=campaign.label,
        options=content.options,
        attempt=attempt,
        doubts=row["doubts"],
        last_code=row["error_code"],
    )


def _write(found: _Sorted) -> None:
    with database.cursor() as cursor:
        if found.skips:
            ids, reasons = zip(*found.skips, strict=True)
            cursor.execute(_SKIP, [list(ids), [str(r) for r in reasons]])
        if not found.claims:
            return
        cursor.execute(
            _INTEND,
            [
                timing.lease_s(),
                [c.message_id for c in found.claims],
                [c.text for c in found.claims],
                found.parts,
                [c.foreign_id for c in found.claims],
                [c.attempt for c in found.claims],
            ],
        )


def _budget_left(campaign: Campaign, price_of: PriceOf) -> Decimal | None:
    """Return what may still be spent, EUR, counting what is on its way."""
    if campaign.cost_agreed is None:
        return None
    on_its_way = Q(state__in=(MessageState.SENDING, MessageState.UNCLEAR))
    rows = (
        Tally.objects.filter(campaign=campaign)
        .values_list("country")
        .annotate(spent=Sum("cost"), pending=Sum("parts", filter=on_its_way))
    )
    left = campaign.cost_agreed * TOLERANCE
    for country, cost, parts in rows:
        left -= (cost or Decimal(0)) + (parts or 0) * price_of(country)
    return left
