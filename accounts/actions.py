"""What the audit trail calls each action: `noun.verb` to words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Final[dict[str, Promise]] = {
    "campaign.cancel": _("Campaign cancelled"),
    "campaign.delete": _("Campaign deleted"),
    "campaign.launch": _("Campaign launched"),
    "campaign.pause": _("Campaign paused"),
    "campaign.resume": _("Campaign resumed"),
    "campaign.retry": _("Failed messages sent again"),
    "connection.break": _("Connection stopped working"),
    "connection.connect": _("Gateway account connected"),
    "connection.disconnect": _("Gateway account disconnected"),
    "connection.recover": _("Connection works again"),
    "connection.set_rate": _("Pace changed"),
    "contact.create": _("Contact added"),
    "contact.delete": _("Contact deleted"),
    "contact.update": _("Contact changed"),
    "group.add": _("Contacts added to a group"),
    "group.create": _("Group added"),
    "group.delete": _("Group deleted"),
    "group.remove": _("Contacts removed from a group"),
    "group.rename": _("Group renamed"),
    "hooks.register": _("Webhooks connected"),
    "import.cancel": _("Import cancelled"),
    "import.finish": _("Import finished"),
    "import.start": _("Import started"),
    "member.invite": _("Member invited"),
    "member.join": _("Member joined"),
    "member.remove": _("Member removed"),
    "member.revoke_invitation": _("Invitation revoked"),
    "member.set_role": _("Role changed"),
    "message.send": _("Message sent"),
    "message.settle": _("Unclear message settled"),
    "opt_out.add": _("Opt-out added"),
    "opt_out.remove": _("Opt-out removed"),
    "workspace.create": _("Workspace created"),
    "workspace.update": _("Workspace changed"),
}


FIELDS: Final[dict[str, Promise]] = {
    "address": _("Address"),
    "added": _("Added"),
    "api_key_last4": _("API key ends in"),
    "code": _("Code"),
    "company": _("Company"),
    "country": _("Country"),
    "email": _("E-mail address"),
    "firstname": _("First name"),
    "lastname": _("Last name"),
    "name": _("Name"),
    "phone": _("Mobile number"),
    "rate_per_s": _("Messages a second"),
    "role": _("Role"),
    "signing_key_last4": _("Signing key ends in"),
    "time_zone": _("Time zone"),
}


def field_name(field: str) -> str:
    """Return the words for a field, or its own name where we have none."""
    return str(FIELDS.get(field, field.replace("_", " ").capitalize()))


def words_for(action: str) -> Promise | str:
    """Return the words of an action; an unknown one is shown by its own name."""
    return WORDS.get(action, action)
