"""Find work that a lost queue message, or a killed worker, has left behind."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import connection as database
from django.db.models import Q

from messaging.models import Campaign
from messaging.pause_reasons import FAILURES, LIMIT_COUNTRY_DAY, LIMIT_DAY
from messaging.services import campaigns, days, failures
from messaging.states import CampaignState
from seven_dashboard.errors import Refused

# Connections with something to send now. The rate decides how many processes help.
_DUE = """
SELECT c.id, c.rate_per_s,
       bool_or(g.kind = 'single') AS has_single
FROM messaging_campaign AS g
JOIN accounts_connection AS c ON c.workspace_id = g.workspace_id
WHERE g.state = 'sending' AND c.state <> 'broken'
  AND EXISTS (SELECT 1 FROM messaging_message AS m
              WHERE m.campaign_id = g.id AND m.state = 'queued'
                AND m.due_at <= statement_timestamp())
GROUP BY c.id, c.rate_per_s
"""
_MAYBE_FINISHED = """
SELECT g.id FROM messaging_campaign AS g
WHERE g.state IN ('sending', 'paused') AND g.prepared_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM messaging_message AS m
                  WHERE m.campaign_id = g.id
                    AND m.state IN ('queued', 'sending', 'unclear'))
LIMIT 1000
"""
_TO_WIND_UP = """
SELECT g.id FROM messaging_campaign AS g
WHERE g.state = 'cancelled'
  AND g.finished_at > statement_timestamp() - interval '2 days'
  AND (g.wound_up_at IS NULL
       OR EXISTS (SELECT 1 FROM messaging_message AS m
                  WHERE m.campaign_id = g.id AND m.state = 'queued'))
LIMIT 100
"""
_WITHOUT_CONNECTION = """
SELECT g.id FROM messaging_campaign AS g
WHERE g.state IN ('preparing', 'sending')
  AND NOT EXISTS (SELECT 1 FROM accounts_connection AS c
                  WHERE c.workspace_id = g.workspace_id AND c.state <> 'broken')
LIMIT 1000
"""


def preparing() -> list[UUID]:
    """Return campaigns whose audience is not frozen yet."""
    found = Campaign.objects.filter(state=CampaignState.PREPARING)
    return list(found.order_by("launched_at").values_list("pk", flat=True)[:100])


def with_work() -> list[tuple[UUID, float, bool]]:
    """Return connections with messages due: id, messages a second, has a single."""
    with database.cursor() as cursor:
        cursor.execute(_DUE)
        return [(row[0], float(row[1]), bool(row[2])) for row in cursor.fetchall()]


def finish_settled() -> int:
    """Finish campaigns none of whose messages is on the way any more."""
    return sum(campaigns.finish_if_settled(pk) for pk in _ids(_MAYBE_FINISHED))


def pause_disconnected() -> int:
    """Pause campaigns whose connection is gone or broken; return how many.

    Whatever asks the gateway may find the key refused, and not only a call that sends.
    """
    found = _ids(_WITHOUT_CONNECTION)
    return sum(campaigns.pause_if_disconnected(pk) for pk in found)


def pause_failing() -> int:
    """Pause campaigns of which too many messages fail; return how many."""
    found = failures.suspects()
    for campaign_id in found:
        with suppress(Refused):
            campaigns.pause(campaign_id=campaign_id, actor=None, reason=FAILURES)
    return len(found)


def resume_next_day(*, now: datetime | None = None) -> int:
    """Let campaigns go on that a limit of an earlier day has stopped."""
    paused = Campaign.objects.filter(
        Q(pause_reason=LIMIT_DAY) | Q(pause_reason__startswith=LIMIT_COUNTRY_DAY),
        state=CampaignState.PAUSED,
        workspace__sending_rules__resumes_next_day=True,
    ).select_related("workspace")
    resumed = 0
    for campaign in paused[:1000]:
        stopped_on = days.day_in(campaign.workspace, campaign.paused_at)
        if stopped_on < days.day_in(campaign.workspace, now):
            with suppress(Refused):
                # Somebody may have stopped it for good since we looked.
                campaigns.resume(
                    campaign_id=campaign.pk,
                    actor=None,
                    paused_for=campaign.pause_reason,
                )
                resumed += 1
    return resumed


def to_wind_up() -> list[UUID]:
    """Return cancelled campaigns with messages to mark, or to ask back."""
    return _ids(_TO_WIND_UP)


def _ids(sql: str) -> list[UUID]:
    with database.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]
