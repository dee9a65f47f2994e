"""Leave out of a draft whom a concern is about, or take them in again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from messaging.models import Campaign
from messaging.selectors import concerns
from messaging.services import drafts
from seven_dashboard.errors import Refused


@transaction.atomic
def leave_out(*, campaign: Campaign, actor: User, word: str) -> None:
    """Leave out of a draft whom a concern is about. Raises Refused once launched."""
    if word == concerns.SAME_TEXT:
        _leave_out_twins(campaign, actor)
        return
    _set(campaign, actor, word, is_spared=True)


@transaction.atomic
def take_in(*, campaign: Campaign, actor: User, word: str) -> None:
    """Take in again whom a draft left out for a concern."""
    _set(campaign, actor, word, is_spared=False)


def _leave_out_twins(campaign: Campaign, actor: User) -> None:
    kept = list(campaign.excluded_campaigns.all())
    known = {one.pk for one in kept}
    twins = [one for one in concerns.twins_of(campaign) if one.pk not in known]
    drafts.update(campaign=campaign, actor=actor, excluded_campaigns=[*kept, *twins])
    _record(campaign, actor, [one.name for one in kept], [c.name for c in kept + twins])


def _set(campaign: Campaign, actor: User, word: str, *, is_spared: bool) -> None:
    if word not in concerns.SPARABLE:
        raise Refused(_("Choose who is to be left out."), code="concern")
    before = list(campaign.spares)
    wanted = {*before, word} if is_spared else {*before} - {word}
    after = [one for one in concerns.SPARABLE if one in wanted]
    if after == before:
        return
    drafts.update(campaign=campaign, actor=actor, spares=after)
    _record(campaign, actor, _words(before), _words(after))


def _words(words: list[str]) -> list[str]:
    return [str(concerns.LABELS[word]) for word in words]


def _record(
    campaign: Campaign, actor: User, before: list[str], after: list[str]
) -> None:
    audit.record(
        workspace=campaign.workspace,
        actor=actor,
        action="campaign.leave_out",
        subject=campaign.name,
        before={"left_out": ", ".join(before)},
        after={"left_out": ", ".join(after), "campaign": str(campaign.pk)},
    )
