"""Say whom a campaign goes to, in words, and what still needs a group or segment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Workspace
from contacts.models import Group, Segment
from contacts.segments import checking
from contacts.selectors import segments
from messaging.models import Campaign
from messaging.selectors import audience_parts, concerns
from messaging.selectors.audience_parts import Asked, Parts
from messaging.states import CampaignState
from seven_dashboard.formatting import number_text

MAX_USERS = 5
_BEFORE_LAUNCH = (CampaignState.DRAFT, CampaignState.SCHEDULED)


class Part(NamedTuple):
    """One part of an audience: what it is called, and what a segment asks."""

    name: str
    detail: str = ""


class Words(NamedTuple):
    """Who gets a campaign, and who of them does not."""

    included: list[Part]
    excluded: list[Part]


def of(campaign: Campaign) -> Words:
    """Return the audience of a campaign: of a draft as it is, else as it was."""
    return of_parts(campaign.workspace, audience_parts.of_launch(campaign))


def of_parts(workspace: Workspace, parts: Parts) -> Words:
    """Return the parts of an audience in words."""
    included = [Part(group.name) for group in parts.groups]
    excluded = [Part(group.name) for group in parts.excluded_groups]
    excluded += [
        Part(_("Everyone reached by %(name)s") % {"name": campaign.name})
        for campaign in parts.excluded_campaigns
    ]
    excluded += [Part(str(concerns.LABELS[word])) for word in parts.spared]
    listed = [Part(one.name, _numbers(one.numbers)) for one in parts.lists]
    return Words(
        included + _segments(workspace, parts.segments) + listed,
        excluded + _segments(workspace, parts.excluded_segments),
    )


def needing(subject: Group | Segment) -> list[str]:
    """Return the names of campaigns that would go to others without it.

    A draft that only goes *to* a group goes to fewer without it, which its check shows.
    """
    rows = Campaign.objects.filter(workspace=subject.workspace_id)
    if isinstance(subject, Segment):
        uses = Q(segments=subject) | Q(excluded_segments=subject)
        rows = rows.filter(uses, state__in=_BEFORE_LAUNCH)
    else:
        rows = _unfrozen(rows).filter(excluded_groups=subject)
    names = rows.order_by("name").values_list("name", flat=True)
    return list(names.distinct()[:MAX_USERS])


def _unfrozen(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Return campaigns whose audience is not wholly written down yet."""
    going = (*_BEFORE_LAUNCH, CampaignState.PREPARING, CampaignState.PAUSED)
    return rows.filter(state__in=going, prepared_at=None)


def _segments(workspace: Workspace, rows: Iterable[Asked]) -> list[Part]:
    rows = list(rows)
    if not rows:
        return []
    known = segments.catalog(workspace)
    return [
        Part(row.name, checking.check(row.definition, known).sentence()) for row in rows
    ]


def _numbers(count: int) -> str:
    return ngettext("%(count)s number", "%(count)s numbers", count) % {
        "count": number_text(count)
    }
