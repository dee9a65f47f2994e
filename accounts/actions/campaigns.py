"""What happens to campaigns and messages: `noun.verb` to words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Final[dict[str, Promise]] = {
    "call.hang_up": _("Call hung up"),
    "caller.ask": _("Number called to prove it"),
    "caller.remove": _("Caller number removed"),
    "caller.verify": _("Caller number verified"),
    "campaign.agree": _("Campaign scheduled"),
    "campaign.begin": _("Scheduled campaign started"),
    "campaign.cancel": _("Campaign cancelled"),
    "campaign.create": _("Draft of a campaign begun"),
    "campaign.delete": _("Campaign deleted"),
    "campaign.export": _("Recipients of a campaign exported"),
    "campaign.launch": _("Campaign launched"),
    "campaign.leave_out": _("Recipients left out of a campaign"),
    "campaign.pause": _("Campaign paused"),
    "campaign.redraft": _("Scheduled campaign made a draft again"),
    "campaign.resume": _("Campaign resumed"),
    "campaign.retry": _("Failed messages sent again"),
    "campaign.send_now": _("Start of a campaign brought forward"),
    "campaign.update": _("Draft of a campaign changed"),
    "campaign_file.add": _("File to link to added to a campaign"),
    "campaign_file.insert": _("Place of a file put into a text"),
    "campaign_file.remove": _("File to link to taken from a campaign"),
    "inbox.set_tells_read": _("Telling that messages were read changed"),
    "message.send": _("Message sent"),
    "message.settle": _("Unclear message settled"),
    "message.settle_all": _("Unclear messages settled together"),
    "message.withdraw": _("Message withdrawn"),
    "number_list.add": _("Numbers of a file added to a campaign"),
    "number_list.read": _("File of a campaign read with other columns"),
    "number_list.remove": _("File taken from a campaign"),
    "rules.remove_country_limit": _("Spending limit of a country lifted"),
    "rules.set_country_limit": _("Spending limit of a country set"),
    "rules.update": _("Sending rules changed"),
    "template.archive": _("Template archived"),
    "template.create": _("Template added"),
    "template.delete": _("Template deleted"),
    "template.restore": _("Older version of a template brought back"),
    "template.unarchive": _("Template taken out of the archive"),
    "template.update": _("Template changed"),
}
