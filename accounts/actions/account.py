"""What happens to the account: `noun.verb` to words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Final[dict[str, Promise]] = {
    "connection.break": _("Connection stopped working"),
    "connection.connect": _("Gateway account connected"),
    "connection.disconnect": _("Gateway account disconnected"),
    "connection.permit": _("Gateway account connected by sign-in"),
    "connection.recover": _("Connection works again"),
    "connection.set_rate": _("Pace changed"),
    "connection.set_signing_key": _("Signing key changed"),
    "member.invite": _("Member invited"),
    "member.join": _("Member joined"),
    "member.remove": _("Member removed"),
    "member.revoke_invitation": _("Invitation revoked"),
    "member.set_role": _("Role changed"),
    "work.give_up": _("Work in the background given up"),
    "workspace.create": _("Workspace created"),
    "workspace.update": _("Workspace changed"),
}
FIELDS: Final[dict[str, Promise]] = {
    "account": _("Account"),
    "method": _("Connected by"),
    "scopes": _("Permissions"),
}
VALUES: Final[dict[str, dict[object, Promise]]] = {
    "method": {"key": _("API key"), "oauth": _("sign-in at seven.io")},
}
