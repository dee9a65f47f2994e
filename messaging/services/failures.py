"""Campaigns of which too many messages fail: paused before the rest is wasted.

Counted from the tallies. What a person knew of when going on is forgiven: from then on
only messages that were attempted afterwards count, so that late reports on the earlier
ones do not pause it again.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection as database
from django.db.models import QuerySet, Sum
from django.utils import timezone

from messaging.models import Campaign, Message, SendingRules, Tally
from messaging.states import AT_GATEWAY, MessageState

FAILED = (MessageState.REFUSED, MessageState.UNDELIVERED, MessageState.EXPIRED)
# What came back with an answer of any kind.
ANSWERED = (*AT_GATEWAY, MessageState.REFUSED)

# Without a row of rules the defaults of the model hold, which are handed in.
_SUSPECTS = """
SELECT * FROM (
    SELECT g.id,
        sum(t.messages) FILTER (WHERE t.state = ANY(%(failed)s)) - g.failures_forgiven
            AS failed,
        sum(t.messages) FILTER (WHERE t.state = ANY(%(answered)s)) - g.answers_forgiven
            AS answered,
        CASE WHEN r.workspace_id IS NULL THEN %(share)s ELSE r.failure_share END
            AS share,
        coalesce(r.failure_after, %(after)s) AS after
    FROM messaging_campaign AS g
    JOIN messaging_tally AS t ON t.campaign_id = g.id
    LEFT JOIN messaging_sendingrules AS r ON r.workspace_id = g.workspace_id
    WHERE g.state = 'sending' AND g.kind = 'bulk'
    GROUP BY g.id, r.workspace_id) AS sums
WHERE answered >= after AND 100 * failed > share * answered
"""


def suspects() -> list[UUID]:
    """Return the campaigns of which more failed than their workspace allows."""
    usual = SendingRules()
    params = {
        "answered": [str(state) for state in ANSWERED],
        "failed": [str(state) for state in FAILED],
        "share": usual.failure_share,
        "after": usual.failure_after,
    }
    with database.cursor() as cursor:
        cursor.execute(_SUSPECTS, params)
        found = cursor.fetchall()
    return [pk for pk, _, count, share, _ in found if _is_guilty(pk, count, share)]


def forgive(campaign: Campaign) -> None:
    """Count only what is attempted from now on; the campaign's row is locked."""
    totals = Tally.objects.filter(campaign=campaign)
    campaign.failures_forgiven_at = timezone.now()
    campaign.failures_forgiven = _sum(totals.filter(state__in=FAILED))
    campaign.answers_forgiven = _sum(totals.filter(state__in=ANSWERED))
    campaign.save(
        update_fields=[
            "failures_forgiven_at",
            "failures_forgiven",
            "answers_forgiven",
            "updated_at",
        ]
    )


def _sum(totals: QuerySet[Tally]) -> int:
    return totals.aggregate(messages=Sum("messages"))["messages"] or 0


def _is_guilty(campaign_id: UUID, answered: int, share: int) -> bool:
    """Look at the rows themselves where some failures are forgiven."""
    campaign = Campaign.objects.get(pk=campaign_id)
    if campaign.failures_forgiven_at is None:
        return True
    most = share * answered // 100
    newer = Message.objects.filter(
        campaign=campaign,
        state__in=FAILED,
        attempted_at__gt=campaign.failures_forgiven_at,
    )
    return newer.values("pk")[: most + 1].count() > most
