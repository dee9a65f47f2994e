"""Send a draft to oneself before anybody else gets it.

It is a single message on the road of all singles, marked as a test of the draft and
paid for like any other; it is no recipient of the campaign.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from messaging import contents, options
from messaging.models import Campaign
from messaging.rendering import MissingValue, TemplateError
from messaging.selectors import concerned
from messaging.services import campaign_files, quick_sends, singles
from messaging.services.quick_sends import Quote
from seven_dashboard.errors import Refused

MOST_SHOWN = 3


def remember_number(*, campaign: Campaign, actor: User, number: str) -> None:
    """Keep the number that a person's tests go to. Raises Refused for none."""
    found = singles.number_of(campaign.workspace, number)
    if actor.own_number != found.e164:
        actor.own_number = found.e164
        actor.save(update_fields=["own_number"])


def quote(*, campaign: Campaign, actor: User, at: int = 0) -> Quote | None:
    """Return the test as it would be sent: what recipient ``at`` would get.

    None without a number of one's own. Raises Refused for all that sending would be
    refused for.
    """
    if not actor.own_number:
        return None
    return quick_sends.quote(**_message(campaign, actor, at))


@transaction.atomic
def send(*, campaign: Campaign, actor: User, at: int, token: str) -> Campaign:
    """Send what a token of the quote agrees to, once; return the message's campaign."""
    sent = quick_sends.send(actor=actor, token=token, **_message(campaign, actor, at))
    if sent.test_of_id is None:
        sent.test_of = campaign
        sent.name = _("Test: %(name)s") % {"name": campaign.name[:100]}
        sent.save(update_fields=["test_of", "name"])
        # Files of its own: the draft may be changed before the test goes out.
        campaign_files.copy(campaign=campaign, to=sent)
        campaign_files.check(sent)
    return sent


def of(campaign: Campaign) -> list[Campaign]:
    """Return the newest tests of a draft."""
    return list(campaign.tests.order_by("-created_at")[:MOST_SHOWN])


def _message(campaign: Campaign, actor: User, at: int) -> dict[str, Any]:
    campaign_files.check(campaign)
    own = options.read(campaign.channel, campaign.options)
    who = concerned.audience_of(campaign).recipient(at=at)
    if who is None:
        raise Refused(_("Nobody in this audience can be written to."), code="nobody")
    try:
        text = contents.fill(campaign.channel, campaign.text, who.values, own)
        filled = options.filled(own, who.values)
    except (MissingValue, TemplateError):
        raise Refused(
            _("This recipient lacks a value. Choose another one for the test."),
            code="missing_value",
        ) from None
    return {
        "workspace": campaign.workspace,
        "recipient": actor.own_number,
        "text": text,
        "sender": campaign.sender,
        "channel": campaign.channel,
        "options": filled,
        "file_names": campaign_files.names_of(campaign),
    }
