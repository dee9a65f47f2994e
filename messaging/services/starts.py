"""Campaigns that start at a time: agreed to now, begun by a sweep, held when in doubt.

What is frozen when:

- At the agreement: text, sender, options, timetable and the agreed cost. A scheduled
  campaign is not changed; it is made a draft again first.
- At the start: the audience, so whoever is in its groups then. If that would cost more
  than was agreed, it is held and a person is asked.
- At the claim, as always: opt-outs.

A start changes the state under the campaign's lock, so it happens once; killed before
that it is tried again, and killed after it the audience is frozen by the usual sweep.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Connection, User
from messaging import pause_reasons, pauses
from messaging.models import Campaign, StartClock
from messaging.selectors import plans
from messaging.selectors import rules as found_rules
from messaging.services import campaigns, forecasts
from messaging.services.campaigns import locked, require_state
from messaging.services.checks import Check
from messaging.states import CampaignState
from seven_dashboard.errors import Refused

# What an estimate may be off before it counts as costing more.
TOLERANCE = Decimal("1.01")
CENT = Decimal("0.01")


@transaction.atomic
def agree(
    *,
    campaign_id: UUID,
    actor: User | None,
    cost_agreed: Decimal | None,
    seen: str | None = None,
    checked: Check | None = None,
    now: datetime | None = None,
) -> Campaign:
    """Schedule a draft: what was agreed to is frozen, and a sweep starts it in time.

    Raises Refused for what cannot be sent, and for a start that is past.
    """
    campaign = locked(campaign_id)
    campaigns.require_ready(campaign, seen=seen, checked=checked)
    require_state(
        campaign, (CampaignState.DRAFT,), _("This campaign was launched already.")
    )
    if problem := plans.problem_of(campaign, now=now):
        raise Refused(problem, code="start", field="start_on")
    campaign.state = CampaignState.SCHEDULED
    campaign.cost_agreed = cost_agreed
    forecast = checked.forecast if checked else forecasts.estimate(campaign)
    campaign.cost_foreseen = forecast.worst_cost
    campaign.cost_expected = forecast.cost if forecast.is_priced else None
    campaign.starts_at = plans.starts_at(campaign)
    campaign.save(
        update_fields=[
            "state",
            "cost_agreed",
            "cost_foreseen",
            "cost_expected",
            "starts_at",
            "updated_at",
        ]
    )
    after = {
        "cost_agreed": None if cost_agreed is None else str(cost_agreed),
        "starts_at": campaign.starts_at,
    }
    campaigns.record(campaign, actor, "campaign.agree", after=after)
    return campaign


@transaction.atomic
def redraft(*, campaign_id: UUID, actor: User | None) -> Campaign:
    """Make a scheduled campaign, or one whose start was held, a draft again."""
    campaign = locked(campaign_id)
    if not is_waiting(campaign):
        raise Refused(_("This campaign has started already."), code="state")
    campaign.state = CampaignState.DRAFT
    campaign.pause_reason = ""
    campaign.cost_agreed = campaign.cost_foreseen = campaign.cost_expected = None
    campaign.starts_at = None
    campaign.save(
        update_fields=[
            "state",
            "pause_reason",
            "cost_agreed",
            "cost_foreseen",
            "cost_expected",
            "starts_at",
            "updated_at",
        ]
    )
    campaigns.record(campaign, actor, "campaign.redraft")
    return campaign


@transaction.atomic
def send_now(*, campaign_id: UUID, actor: User | None) -> Campaign:
    """Bring the start of a scheduled campaign forward to this moment.

    Hours and spread stay as they are. The sweep starts it, checks and all.
    """
    campaign = locked(campaign_id)
    require_state(
        campaign, (CampaignState.SCHEDULED,), _("This campaign has started already.")
    )
    before = {"starts_at": campaign.starts_at}
    campaign.start_clock = StartClock.NOW
    campaign.starts_at = timezone.now()
    campaign.save(update_fields=["start_clock", "starts_at", "updated_at"])
    after = {"starts_at": campaign.starts_at}
    campaigns.record(campaign, actor, "campaign.send_now", before=before, after=after)
    return campaign


def is_waiting(campaign: Campaign) -> bool:
    """Say whether nothing of it was begun: scheduled, or held at its start."""
    is_held = campaign.state == CampaignState.PAUSED and campaign.launched_at is None
    return is_held or campaign.state == CampaignState.SCHEDULED


def due(*, now: datetime | None = None) -> list[UUID]:
    """Return the scheduled campaigns whose time has come."""
    found = Campaign.objects.filter(
        state=CampaignState.SCHEDULED, starts_at__lte=now or timezone.now()
    )
    return list(found.order_by("starts_at").values_list("pk", flat=True)[:100])


def start(campaign_id: UUID, *, now: datetime | None = None) -> bool:
    """Start a campaign whose time has come, or hold it; return whether it started.

    May run twice and at any time. What takes long is worked out before the lock.
    """
    now = now or timezone.now()
    campaign = Campaign.objects.select_related("workspace").get(pk=campaign_id)
    if not _is_due(campaign, now):
        return False
    reason = _reason_to_hold(campaign, now)
    with transaction.atomic():
        fresh = locked(campaign_id)
        if not _is_due(fresh, now) or fresh.updated_at != campaign.updated_at:
            return False
        if reason:
            campaigns.hold(fresh, reason)
            return False
        campaigns.hand_over(fresh)
        campaigns.record(fresh, None, "campaign.begin")
    return True


def cost_needed(campaign: Campaign) -> Decimal | None:
    """Return the EUR that a held campaign would cost at most; None once it began."""
    if campaign.launched_at is not None:
        return None
    return forecasts.estimate(campaign).worst_cost.quantize(CENT, rounding=ROUND_UP)


def _is_due(campaign: Campaign, now: datetime) -> bool:
    if campaign.state != CampaignState.SCHEDULED or campaign.starts_at is None:
        return False
    return bool(campaign.starts_at <= now)


def _reason_to_hold(campaign: Campaign, now: datetime) -> str:
    if _is_late(campaign, now):
        return pause_reasons.LATE
    connection = Connection.objects.filter(workspace=campaign.workspace_id).first()
    if reason := pauses.of_connection(connection):
        return reason
    try:
        campaigns.require_ready(campaign)
        return _cost_grown(campaign)
    except Refused:
        return pause_reasons.START_REFUSED


def _is_late(campaign: Campaign, now: datetime) -> bool:
    tolerance = timedelta(minutes=found_rules.of(campaign.workspace).late_minutes)
    return campaign.starts_at is not None and now - campaign.starts_at > tolerance


def _cost_grown(campaign: Campaign) -> str:
    """Compare the worst case now with what was agreed, and with that of then.

    A person may agree to less than the worst case; that alone holds nothing.
    """
    if campaign.cost_agreed is None:
        return ""
    known = max(campaign.cost_agreed, campaign.cost_foreseen or Decimal(0))
    worst = forecasts.estimate(campaign).worst_cost
    return pause_reasons.COST_GROWN if worst > known * TOLERANCE else ""
