"""What a person does to a campaign: launch, pause, resume, cancel, retry.

Every step locks the campaign's row first and messages after it, as claims do. The
steps of many rows (freezing the audience, winding up after a cancel) are left to
tasks; a sweep finds a campaign whose task was lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Connection, User
from accounts.services import audit
from messaging import pauses, senders, text_checks
from messaging.models import Campaign, Message
from messaging.outcomes import RETRYABLE_CODES
from messaging.pause_reasons import (
    ASK_FOR_COST,
    FAILURES,
    OF_THE_DAY,
    country_of,
    word_of,
)
from messaging.services import (
    audience_checks,
    audiences,
    checks,
    failures,
    prerequisites,
)
from messaging.services.checks import Check
from messaging.services.settling import settle_by_person
from messaging.services.singles import send as send_single
from messaging.states import UNSETTLED, CampaignState, MessageState
from seven_dashboard.errors import Refused

__all__ = [
    "cancel",
    "finish_if_settled",
    "hand_over",
    "hold",
    "launch",
    "locked",
    "pause",
    "pause_if_disconnected",
    "record",
    "require_ready",
    "require_state",
    "resume",
    "retry_failed",
    "send_single",
    "settle_by_person",
]

UNDER_WAY = (CampaignState.PREPARING, CampaignState.SENDING)


@transaction.atomic
def launch(
    *,
    campaign_id: UUID,
    actor: User | None,
    cost_agreed: Decimal | None,
    seen: str | None = None,
    checked: Check | None = None,
) -> Campaign:
    """Check a draft once more and hand it to the engine, which freezes its audience.

    `cost_agreed` (EUR) is what sending stops at; None sets no bound. `seen` is the
    fingerprint of what the person agreed to, `checked` a check made just now, which is
    not made again while the draft is the same. Raises Refused with what is wrong with
    the text, sender, audience or connection.
    """
    campaign = locked(campaign_id)
    require_state(
        campaign, (CampaignState.DRAFT,), _("This campaign was launched already.")
    )
    require_ready(campaign, seen=seen, checked=checked)
    campaign.cost_agreed = cost_agreed
    campaign.cost_expected = checked.cost_expected if checked else None
    hand_over(campaign)
    after = {"cost_agreed": None if cost_agreed is None else str(cost_agreed)}
    record(campaign, actor, "campaign.launch", after=after)
    return campaign


def require_ready(
    campaign: Campaign, *, seen: str | None = None, checked: Check | None = None
) -> None:
    """Raise Refused with what is wrong with text, sender, audience or connection."""
    if seen is not None:
        found = checked or checks.of(campaign)
        if found.fingerprint != seen or found.mark != checks.mark_of(campaign):
            raise Refused(
                _(
                    "The draft or its groups have changed since. Look at the new "
                    "figures."
                ),
                code="changed",
            )
        if found.problems:
            raise Refused(found.problems[0], code="not_ready")
    prerequisites.working_connection(campaign.workspace)
    senders.check(campaign.channel, campaign.sender)
    text_checks.check_label(campaign.label)
    if seen is None:
        # It is part of every check, and goes through the whole audience.
        audience_checks.check(campaign)


def hand_over(campaign: Campaign) -> None:
    """Let the audience of a locked campaign be frozen, as it is at this moment."""
    campaign.state = CampaignState.PREPARING
    campaign.launched_at = timezone.now()
    campaign.audience_until = audiences.newest_membership()
    campaign.audience = audiences.at_launch(campaign).as_json()
    campaign.save(
        update_fields=[
            "state",
            "cost_agreed",
            "cost_expected",
            "launched_at",
            "audience_until",
            "audience",
            "updated_at",
        ]
    )


def hold(campaign: Campaign, reason: str, *, actor: User | None = None) -> None:
    """Stop a locked campaign for a reason that somebody has to look at."""
    campaign.state = CampaignState.PAUSED
    campaign.pause_reason = reason
    campaign.paused_at = timezone.now()
    campaign.save(update_fields=["state", "pause_reason", "paused_at", "updated_at"])
    after = {"reason": word_of(reason)}
    if country := country_of(reason):
        after["country"] = country
    record(campaign, actor, "campaign.pause", after=after)


@transaction.atomic
def pause(*, campaign_id: UUID, actor: User | None, reason: str = "person") -> Campaign:
    """Stop claiming at once; what is under way at this moment still arrives.

    `reason` is a word of `pause_reasons` or `pauses`, or a gateway code as text.
    """
    campaign = locked(campaign_id)
    if campaign.state == CampaignState.PAUSED:
        if actor is not None and word_of(campaign.pause_reason) in OF_THE_DAY:
            # A limit of the day may end by itself; what a person has stopped does not.
            hold(campaign, reason, actor=actor)
        return campaign
    require_state(campaign, UNDER_WAY, _("This campaign is not running."))
    hold(campaign, reason, actor=actor)
    return campaign


@transaction.atomic
def pause_if_disconnected(campaign_id: UUID) -> bool:
    """Pause a campaign whose connection is gone or broken; say whether it had to."""
    campaign = locked(campaign_id)
    connection = Connection.objects.filter(workspace=campaign.workspace_id).first()
    reason = pauses.of_connection(connection)
    if not reason or campaign.state not in UNDER_WAY:
        return False
    pause(campaign_id=campaign_id, actor=None, reason=reason)
    return True


@transaction.atomic
def resume(
    *,
    campaign_id: UUID,
    actor: User | None,
    cost_agreed: Decimal | None = None,
    paused_for: str | None = None,
) -> Campaign:
    """Go on at the next unsent row; `cost_agreed` raises the bound that stopped it.

    With `paused_for` only if it is still paused for that reason. Raises Refused.
    """
    campaign = locked(campaign_id)
    require_state(campaign, (CampaignState.PAUSED,), _("This campaign is not paused."))
    if paused_for not in (None, campaign.pause_reason):
        raise Refused(_("This campaign is not paused."), code="state")
    prerequisites.working_connection(campaign.workspace)
    if campaign.pause_reason in ASK_FOR_COST and cost_agreed is None:
        raise Refused(
            _("The agreed cost is used up. Agree to a higher one to go on."),
            code="cost",
            field="cost_agreed",
        )
    if cost_agreed is not None:
        campaign.cost_agreed = cost_agreed
    if campaign.pause_reason == FAILURES:
        failures.forgive(campaign)
    campaign.pause_reason = ""
    if campaign.launched_at is None:
        # A start that was held: the audience is that of now.
        require_ready(campaign)
        hand_over(campaign)
    is_prepared = campaign.prepared_at is not None
    campaign.state = CampaignState.SENDING if is_prepared else CampaignState.PREPARING
    campaign.save(update_fields=["state", "pause_reason", "cost_agreed", "updated_at"])
    after = {} if cost_agreed is None else {"cost_agreed": str(cost_agreed)}
    record(campaign, actor, "campaign.resume", after=after)
    return campaign


@transaction.atomic
def cancel(*, campaign_id: UUID, actor: User | None) -> Campaign:
    """End a campaign for good; a task marks its rows and withdraws what it can."""
    campaign = locked(campaign_id)
    require_state(
        campaign,
        (CampaignState.SCHEDULED, *UNDER_WAY, CampaignState.PAUSED),
        _("This campaign is not running."),
    )
    campaign.state = CampaignState.CANCELLED
    campaign.pause_reason = ""
    campaign.finished_at = timezone.now()
    campaign.save(update_fields=["state", "pause_reason", "finished_at", "updated_at"])
    record(campaign, actor, "campaign.cancel")
    return campaign


@transaction.atomic
def retry_failed(*, campaign_id: UUID, actor: User | None) -> int:
    """Queue refused messages again, but those whose refusal is for good; return how
    many."""
    campaign = locked(campaign_id)
    require_state(
        campaign,
        # Whoever paused it decides when it goes on.
        (CampaignState.SENDING, CampaignState.FINISHED),
        _("This campaign is not running."),
    )
    prerequisites.working_connection(campaign.workspace)
    count = Message.objects.filter(
        campaign=campaign,
        state=MessageState.REFUSED,
        error_code__in=RETRYABLE_CODES,
    ).update(
        state=MessageState.QUEUED,
        due_at=timezone.now(),
        error_code=None,
        looks=0,
        doubts=0,
    )
    if not count:
        raise Refused(
            _("No message can be tried again: the refusals are for good."),
            code="nothing_to_retry",
        )
    campaign.state = CampaignState.SENDING
    campaign.pause_reason = ""
    campaign.finished_at = None
    campaign.save(update_fields=["state", "pause_reason", "finished_at", "updated_at"])
    record(campaign, actor, "campaign.retry", after={"messages": count})
    return count


def locked(campaign_id: UUID) -> Campaign:
    """Return the campaign with its row locked until the transaction ends."""
    return (
        Campaign.objects.select_for_update(of=("self",), no_key=True)
        .select_related("workspace")
        .get(pk=campaign_id)
    )


@transaction.atomic
def finish_if_settled(campaign_id: UUID) -> bool:
    """Mark a campaign finished once none of its rows is on the way any more.

    The campaign is locked before its rows are read by a statement of its own, so that
    rows queued by a retry of the same moment are seen.
    """
    campaign = locked(campaign_id)
    open_states = (CampaignState.SENDING, CampaignState.PAUSED)
    if campaign.state not in open_states or campaign.prepared_at is None:
        return False
    if Message.objects.filter(campaign=campaign, state__in=UNSETTLED).exists():
        return False
    campaign.state = CampaignState.FINISHED
    campaign.pause_reason = ""
    campaign.finished_at = timezone.now()
    campaign.save(update_fields=["state", "pause_reason", "finished_at", "updated_at"])
    return True


def require_state(campaign: Campaign, states: Iterable[str], sentence: str) -> None:
    """Raise Refused with the sentence for a campaign in any other state."""
    if campaign.state not in states:
        raise Refused(sentence, code="state")


def record(
    campaign: Campaign,
    actor: User | None,
    action: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write what was done to a campaign into the trail."""
    audit.record(
        workspace=campaign.workspace,
        actor=actor,
        action=action,
        subject=campaign.name,
        before=before,
        after={**(after or {}), "campaign": str(campaign.pk)},
    )
