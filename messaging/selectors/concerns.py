"""What speaks against writing to a number, though it may be written to.

A concern is a word; it asks something of a number, so it holds for contacts and for
numbers of lists alike. A campaign that spares a concern (``Campaign.spares``) leaves
out whom it is about, judged as late as all who are left out (``services/audiences``).

Messages of today are asked for number by number, by the index of persons
(``message_person``): it holds state and time, so no message is read.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts import fact_words
from contacts.models import NumberFact
from contacts.selectors import number_facts
from messaging import hours
from messaging.models import Campaign, Message
from messaging.selectors import rules
from messaging.states import REACHED, SENT, CampaignState

INVALID, LANDLINE, UNREACHABLE = "invalid", "landline", "unreachable"
TODAY, SAME_TEXT = "today", "same_text"
# What a campaign can spare; the same text is spared by leaving out its campaigns.
SPARABLE: Final = (INVALID, LANDLINE, UNREACHABLE, TODAY)
ALL: Final = (*SPARABLE, SAME_TEXT)
LABELS: Final[dict[str, str | Promise]] = {
    INVALID: _("Number not valid"),
    LANDLINE: _("Landline"),
    UNREACHABLE: _("Not reachable"),
    TODAY: _("Already messaged today"),
    SAME_TEXT: _("Got the same text lately"),
}
MAX_TWINS: Final = 20
_FACTS: Final = {
    INVALID: fact_words.INVALID,
    LANDLINE: fact_words.LANDLINE,
    UNREACHABLE: fact_words.UNREACHABLE,
}


def about(workspace: Workspace, word: str, *, now: datetime | None = None) -> Q:
    """Return whose number, of rows with a ``phone``, a concern of SPARABLE is about."""
    of_number = {"workspace": workspace.pk, "phone": OuterRef("phone")}
    if word in _FACTS:
        known = NumberFact.objects.filter(**of_number)
        return Q(Exists(known.filter(number_facts.condition(_FACTS[word]))))
    sent = Message.objects.filter(
        workspace=workspace.pk,
        recipient=OuterRef("phone"),
        state__in=SENT,
        attempted_at__gte=start_of_day(workspace, now),
    )
    return Q(Exists(sent))


def reached_by(workspace: Workspace, twins: list[Campaign]) -> Q:
    """Return whose number any of some campaigns has reached, or is about to."""
    got = Message.objects.filter(
        workspace=workspace.pk,
        recipient=OuterRef("phone"),
        campaign__in=[twin.pk for twin in twins],
        state__in=REACHED,
    )
    return Q(Exists(got))


def is_possible(workspace: Workspace, word: str) -> bool:
    """Say whether a concern can be about anybody at all, at little cost."""
    if word in _FACTS:
        condition = number_facts.condition(_FACTS[word])
        return NumberFact.objects.filter(condition, workspace=workspace).exists()
    lately = Q(finished_at=None) | Q(finished_at__gte=start_of_day(workspace))
    launched = Campaign.objects.filter(workspace=workspace, launched_at__isnull=False)
    return launched.filter(lately).exists()


def twins_of(campaign: Campaign) -> list[Campaign]:
    """Return the newest campaigns with the same text that went out lately.

    How far back that is, is a rule of the workspace; without one there are none.
    """
    look_back = rules.of(campaign.workspace).same_text_days
    if not campaign.text or look_back is None:
        return []
    since = timezone.now() - timedelta(days=look_back)
    found = Campaign.objects.filter(
        workspace=campaign.workspace_id,
        kind=Campaign.Kind.BULK,
        channel=campaign.channel,
        text=campaign.text,
        launched_at__gte=since,
        prepared_at__isnull=False,
    ).exclude(state=CampaignState.DRAFT)
    return list(found.exclude(pk=campaign.pk).order_by("-launched_at")[:MAX_TWINS])


def start_of_day(workspace: Workspace, now: datetime | None = None) -> datetime:
    """Return when the day began for the workspace."""
    zone = hours.zone_of(workspace.time_zone)
    today = (now or timezone.now()).astimezone(zone).date()
    return datetime.combine(today, time(), zone)
