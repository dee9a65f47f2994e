"""Whether a campaign can go to its audience, asked before every launch."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from messaging import contents, options
from messaging.models import Campaign
from messaging.selectors import audience_parts, gaps, variables
from messaging.selectors.audience_parts import Parts
from messaging.selectors.audiences import Audience
from messaging.services import campaign_files, number_lists
from messaging.states import CampaignState
from seven_dashboard.errors import Refused
from seven_dashboard.formatting import number_text

# Before its chunks are written, a campaign has not told whom it reaches.
_NOT_WRITTEN_DOWN = (
    CampaignState.DRAFT,
    CampaignState.SCHEDULED,
    CampaignState.PREPARING,
)


def check(campaign: Campaign) -> None:
    """Raise Refused for a text or an audience that a campaign cannot be sent with."""
    if campaign.typed:
        raise Refused(
            _("Something in the draft is not finished. Open it and look for the red."),
            code="unfinished",
        )
    known = variables.names(campaign.workspace, campaign)
    own = options.read(campaign.channel, campaign.options)
    used = contents.check(campaign.channel, campaign.text, own, known=known)
    campaign_files.check(campaign)
    parts = audience_parts.of_draft(campaign)
    _check_parts(campaign, parts)
    found = gaps.of(campaign, parts, used)
    if found.missing:
        sentence = _missing_sentence(found.missing, found.names)
        raise Refused(sentence, code="values_missing", field="text")
    most = contents.MAX_CHARACTERS[campaign.channel]
    whole = campaign_files.linked(campaign, campaign.text)
    longest = found.longest + max(0, len(whole) - len(campaign.text))
    if longest > most:
        raise Refused(
            _(
                "With the longest values the text has %(length)d characters. "
                "%(most)d are allowed."
            )
            % {"length": longest, "most": most},
            code="text_too_long",
            field="text",
        )


def _check_parts(campaign: Campaign, parts: Parts) -> None:
    if parts.is_empty:
        raise Refused(
            _("Choose the groups, segments or numbers that it goes to."),
            code="no_groups",
            field="groups",
        )
    number_lists.require_read(campaign)
    open_ones = campaign.excluded_campaigns.filter(state__in=_NOT_WRITTEN_DOWN)
    if other := open_ones.first():
        raise Refused(
            _(
                "Whom “%(name)s” reaches is not known yet, so nobody can be left out "
                "for it. Start it first, or wait until it is prepared."
            )
            % {"name": other.name},
            code="excluded_campaign_open",
            field="excluded_campaigns",
        )
    audience = Audience(campaign.workspace, parts, campaign.channel)
    if audience.recipient() is None:
        raise Refused(
            _("Nobody in these groups can be written to.")
            if parts.is_plain
            else _("Nobody in this audience can be written to."),
            code="no_recipients",
            field="groups",
        )


def _missing_sentence(count: int, names: tuple[str, ...]) -> str:
    return ngettext(
        "%(count)s contact has no value for %(names)s. Give a default, like "
        "{{ %(first)s|there }}.",
        "%(count)s contacts have no value for %(names)s. Give a default, like "
        "{{ %(first)s|there }}.",
        count,
    ) % {"count": number_text(count), "names": ", ".join(names), "first": names[0]}
