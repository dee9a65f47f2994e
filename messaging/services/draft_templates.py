"""A template chosen for a draft: its content taken over, and what was there kept."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from messaging.models import Campaign, TemplateVersion
from messaging.services import drafts
from seven_dashboard.errors import Refused


def use(*, campaign: Campaign, actor: User | None, version: TemplateVersion) -> None:
    """Give a draft the text and options of a version, and keep those of before.

    What is kept is brought back by ``undo``; of an empty draft there is nothing to
    keep. Raises Refused for a template of another channel, or once launched.
    """
    if version.template.channel != campaign.channel:
        raise Refused(
            _("This template is for another channel: %(channel)s.")
            % {"channel": version.template.get_channel_display()},
            code="other_channel",
        )
    is_same = (campaign.text, campaign.options) == (version.text, version.options)
    kept = _content(campaign) if campaign.text and not is_same else {}
    drafts.update(
        campaign=campaign,
        actor=actor,
        text=version.text,
        options=dict(version.options),
        template_version=version,
        before_template=kept,
    )


def undo(*, campaign: Campaign, actor: User | None) -> None:
    """Bring back what a draft had before the last choice of a template.

    What it has now is kept in turn, so that the undo can be undone. Raises Refused
    when there is nothing to bring back, or it is of another channel.
    """
    before = campaign.before_template
    if not before or before["channel"] != campaign.channel:
        raise Refused(_("There is no earlier text to bring back."), code="no_before")
    version = TemplateVersion.objects.filter(
        pk=before["template_version"], template__workspace=campaign.workspace_id
    ).first()
    drafts.update(
        campaign=campaign,
        actor=actor,
        text=before["text"],
        options=before["options"],
        template_version=version,
        before_template=_content(campaign),
    )


def _content(campaign: Campaign) -> dict[str, Any]:
    return {
        "channel": campaign.channel,
        "text": campaign.text,
        "options": campaign.options,
        "template_version": campaign.template_version_id,
    }
