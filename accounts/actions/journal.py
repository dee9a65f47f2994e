"""The gateway's journal: `noun.verb` to words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS: Final[dict[str, Promise]] = {
    "journal.export": _("Journal of the gateway exported"),
}
FIELDS: Final[dict[str, Promise]] = {
    "id": _("Id at the gateway"),
    "journal": _("Journal"),
    "date_from": _("From day"),
    "date_to": _("Until day"),
    "missing": _("Only what is missing here"),
    "to": _("To"),
}
# States of the gateway, as an export is narrowed by them.
VALUES: Final[dict[str, dict[object, Promise]]] = {
    "journal": {
        "outbound": _("Sent"),
        "inbound": _("Received"),
        "replies": _("Replies"),
        "voice": _("Calls"),
    },
    "missing": {"1": _("Yes")},
    "state": {
        "ACCEPTED": _("Accepted"),
        "BUFFERED": _("Buffered"),
        "TRANSMITTED": _("Transmitted"),
        "DELIVERED": _("Delivered"),
        "NOTDELIVERED": _("Not delivered"),
        "REJECTED": _("Rejected"),
        "FAILED": _("Failed"),
        "EXPIRED": _("Expired"),
        "UNKNOWN": _("Unknown"),
        "completed": pgettext_lazy("of a call", "Answered"),
        "in-progress": _("In progress"),
        "no-answer": _("Not answered"),
        "busy": _("Busy"),
        "canceled": _("Cancelled"),
    },
}
