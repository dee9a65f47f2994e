"""What happens in the inbox: `noun.verb` to words, its fields and values."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS: Final[dict[str, Promise]] = {
    "conversation.assign": _("Conversation assigned"),
    "conversation.close": _("Conversation closed"),
    "conversation.reopen": _("Conversation opened again"),
    "conversation.snooze": _("Conversation snoozed"),
    "inbox.update": _("Settings of the inbox changed"),
    "saved_answer.create": _("Saved answer added"),
    "saved_answer.delete": _("Saved answer deleted"),
    "saved_answer.update": _("Saved answer changed"),
}
FIELDS: Final[dict[str, Promise]] = {
    "assigned_to": _("Assigned to"),
    "conversation": _("Conversation"),
    "snoozed_until": _("Snoozed until"),
    "tells_read": _("Tells that messages were read"),
    "tells_typing": _("Tells that somebody writes"),
}
VALUES: Final[dict[str, dict[object, Promise]]] = {
    "conversation": {
        "open": pgettext_lazy("conversation", "Open"),
        "snoozed": _("Snoozed"),
        "closed": pgettext_lazy("conversation", "Closed"),
    },
}
