"""Find campaigns of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import Workspace
from messaging.models import Campaign
from messaging.selectors import pages, progress
from messaging.selectors.pages import Page
from messaging.selectors.progress import Progress
from messaging.states import CampaignState

NOT_LAUNCHED = (CampaignState.DRAFT, CampaignState.SCHEDULED)
# A list of check boxes with more than that helps nobody.
MOST_LAUNCHED = 100
RUNNING = (CampaignState.PREPARING, CampaignState.SENDING, CampaignState.PAUSED)


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign in a list, with how far it is."""

    campaign: Campaign
    progress: Progress


def get(workspace: Workspace, campaign_id: UUID) -> Campaign:
    """Return a campaign of the workspace; raises Http404 for any other."""
    campaign = (
        Campaign.objects.filter(workspace=workspace, pk=campaign_id)
        .select_related("created_by")
        .first()
    )
    if campaign is None:
        raise Http404
    return campaign


def page(
    workspace: Workspace,
    *,
    state: str = "",
    search: str = "",
    before: str = "",
    after: str = "",
) -> Page:
    """Return a page of the workspace's campaigns, newest first."""
    return pages.by_time(
        _filtered(workspace, state=state, search=search), before=before, after=after
    )


def lines(campaigns: list[Campaign]) -> list[Line]:
    """Return the campaigns with their totals, read once for all."""
    found = progress.of(campaigns)
    return [Line(campaign, found[campaign.pk]) for campaign in campaigns]


def running(workspace: Workspace, *, most: int = 6) -> list[Line]:
    """Return the campaigns under way, newest first."""
    rows = _filtered(workspace).filter(state__in=RUNNING).order_by("-created_at")
    return lines(list(rows[:most]))


def latest(workspace: Workspace, *, most: int = 5) -> list[Line]:
    """Return the newest campaigns that were launched."""
    rows = _filtered(workspace).exclude(state__in=[CampaignState.DRAFT])
    return lines(list(rows.order_by("-created_at")[:most]))


def launched(workspace: Workspace, *, also: Sequence[str] = ()) -> QuerySet[Campaign]:
    """Return the newest campaigns that may have reached somebody, and some others.

    ``also`` are ids of older ones that are chosen already. The query can be narrowed
    further, as fields of a form do.
    """
    rows = _filtered(workspace).exclude(state__in=NOT_LAUNCHED)
    # One whose start was held is paused, and has reached nobody.
    rows = rows.filter(launched_at__isnull=False)
    newest = rows.order_by("-created_at").values("pk")[:MOST_LAUNCHED]
    return rows.filter(Q(pk__in=newest) | Q(pk__in=also)).order_by("-created_at")


def _filtered(
    workspace: Workspace, *, state: str = "", search: str = ""
) -> QuerySet[Campaign]:
    rows = Campaign.objects.filter(workspace=workspace, kind=Campaign.Kind.BULK)
    if state in CampaignState.values:
        rows = rows.filter(state=state)
    if search:
        rows = rows.filter(name__icontains=search)
    return rows
