"""Whether anything went out after the gateway's figures were fetched.

Asks campaigns and never their messages: those under way, or until a moment ago.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from accounts.models import Workspace
from messaging.models import Campaign
from messaging.states import CampaignState

_UNDER_WAY = (CampaignState.PREPARING, CampaignState.SENDING)


def sent_since(workspace: Workspace, moment: datetime) -> bool:
    """Whether a message may have been accepted after a moment."""
    ended = Campaign.objects.filter(workspace=workspace, finished_at__gte=moment)
    return ended.exists() or _is_under_way(workspace, moment)


def _is_under_way(workspace: Workspace, moment: datetime) -> bool:
    unfinished = Campaign.objects.filter(
        workspace=workspace, state__in=(*_UNDER_WAY, CampaignState.PAUSED)
    )
    going = Q(state__in=_UNDER_WAY) | Q(paused_at__gte=moment)
    return unfinished.filter(going).exists()
