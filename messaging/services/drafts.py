"""What can be done to a campaign only before it is launched."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from messaging.models import Campaign
from messaging.states import CampaignState
from seven_dashboard.errors import Refused


@transaction.atomic
def delete(*, campaign_id: UUID, actor: User | None) -> None:
    """Delete a draft. Raises Refused once it was launched: messages are kept."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.state != CampaignState.DRAFT:
        raise Refused(_("Only a draft can be deleted."), code="state")
    audit.record(
        workspace=campaign.workspace,
        actor=actor,
        action="campaign.delete",
        subject=str(campaign.pk),
        before={"name": campaign.name},
    )
    campaign.delete()
