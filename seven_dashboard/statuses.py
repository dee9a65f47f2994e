"""The one vocabulary of states: a word, a tone and an icon for each."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(NamedTuple):
    """How a state looks; ``tone`` names a CSS class ``tone-…`` and its colour."""

    label: object
    tone: str
    icon: str


STATUSES: dict[str, Status] = {
    # Campaigns.
    "draft": Status(_("Draft"), "neutral", "edit"),
    "scheduled": Status(_("Scheduled"), "info", "calendar-time"),
    "preparing": Status(_("Preparing"), "progress", "loader"),
    "sending": Status(_("Sending"), "progress", "send"),
    "paused": Status(_("Paused"), "warning", "player-pause"),
    "finished": Status(_("Finished"), "success", "circle-check"),
    "cancelled": Status(_("Cancelled"), "neutral", "ban"),
    # Messages.
    "queued": Status(_("Queued"), "neutral", "clock"),
    "accepted": Status(_("Accepted"), "info", "check"),
    "buffered": Status(_("Buffered"), "transit", "hourglass"),
    "transmitted": Status(_("Transmitted"), "transit", "antenna"),
    "delivered": Status(_("Delivered"), "success", "checks"),
    "read": Status(pgettext_lazy("message state", "Read"), "success", "eye"),
    "undelivered": Status(_("Not delivered"), "danger", "circle-x"),
    "expired": Status(_("Expired"), "expired", "clock-x"),
    "refused": Status(_("Refused"), "refused", "circle-minus"),
    "skipped": Status(_("Skipped"), "neutral", "user-off"),
    "unclear": Status(_("Unclear"), "warning", "help-circle"),
    "received": Status(_("Received"), "info", "arrow-back-up"),
    # Calls, where they differ from messages.
    "answered": Status(pgettext_lazy("of a call", "Answered"), "success", "phone-call"),
    "unanswered": Status(_("Not answered"), "danger", "circle-x"),
    "ringing": Status(_("Ringing"), "transit", "phone"),
    "in_call": Status(_("In progress"), "progress", "phone-call"),
    # Numbers that are proved to be ours.
    "caller_asking": Status(_("Being asked"), "progress", "loader"),
    "caller_waiting": Status(_("Waits for the code"), "info", "phone-call"),
    "caller_answered": Status(_("Being checked"), "progress", "list-check"),
    "caller_verified": Status(_("Verified"), "success", "shield-check"),
    "caller_failed": Status(_("Not verified"), "danger", "circle-x"),
    # Imports and other work in the background.
    "uploaded": Status(_("Uploaded"), "neutral", "upload"),
    "checking": Status(_("Checking"), "progress", "list-check"),
    "running": Status(_("Running"), "progress", "loader"),
    "failed": Status(_("Failed"), "danger", "alert-triangle"),
    "undoing": Status(_("Being undone"), "progress", "loader"),
    "undone": Status(_("Undone"), "neutral", "arrow-back-up"),
    # Connections, hooks, parts of the system.
    "connected": Status(_("Connected"), "success", "plug-connected"),
    "broken": Status(_("Not working"), "danger", "plug-x"),
    "unchecked": Status(_("Not checked yet"), "neutral", "circle-dashed"),
    "not_run": Status(_("Not run yet"), "neutral", "circle-dashed"),
    "ok": Status(_("Working"), "success", "circle-check"),
    "late": Status(_("Late"), "warning", "clock-pause"),
    "missing": Status(_("Missing"), "danger", "alert-circle"),
    "sandbox": Status(_("Sandbox"), "warning", "flask"),
    "silent": Status(_("Silent"), "warning", "clock-pause"),
    # Events of the gateway.
    "pending": Status(_("Waiting"), "neutral", "clock"),
    "applied": Status(_("Applied"), "success", "check"),
    "unmatched": Status(_("No message yet"), "transit", "hourglass"),
    "ignored": Status(_("Nothing to do"), "neutral", "circle-minus"),
    "arrived": Status(_("Arrived"), "success", "circle-check"),
    # People.
    "reachable": Status(_("Reachable"), "success", "user-check"),
    "opted_out": Status(_("Opted out"), "danger", "user-off"),
    "opted_in": Status(_("Opted in again"), "success", "user-check"),
    "invalid": Status(_("Not valid"), "danger", "user-x"),
    "invited": Status(_("Invited"), "info", "mail"),
    "active": Status(_("Active"), "success", "circle-check"),
    "inactive": Status(_("Inactive"), "neutral", "circle-minus"),
    "unknown": Status(_("Unknown"), "neutral", "circle-dashed"),
}


# The states of a message whose word for a call is another one: nobody delivers a call.
_OF_CALLS = {
    "buffered": "ringing",
    "transmitted": "in_call",
    "delivered": "answered",
    "undelivered": "unanswered",
    "expired": "unanswered",
}


def find(code: str, *, channel: str = "") -> Status:
    """Return the look of a state; an unknown one is shown under its own name.

    ``channel`` is that of a message, whose states are called otherwise for calls.
    """
    if channel == "voice":
        code = _OF_CALLS.get(code, code)
    known = STATUSES.get(code)
    return known or Status(code.replace("_", " ").capitalize(), "neutral", "circle")
