"""Webhooks and their events."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.hook_words import EVENTS, METHODS

WORDS: Final[dict[str, Promise]] = {
    "event.keep_for": _("Time that events are kept changed"),
    "event.replay": _("Event applied again"),
    "event.replay_failed": _("Failed events applied again"),
    "hook.check": _("Test event sent"),
    "hook.create": _("Webhook added"),
    "hook.delete": _("Webhook removed"),
    "hooks.register": _("Webhooks connected"),
}
FIELDS: Final[dict[str, Promise]] = {
    "days_kept": _("Days kept"),
    "event_filter": _("Only for"),
    "event_type": _("Events"),
    "events": _("Events"),
    "header_names": _("Names of headers"),
    "request_method": _("Form"),
}
VALUES: Final[dict[str, dict[str, Promise]]] = {
    "event_type": EVENTS,
    "request_method": METHODS,
    # Of an event that was applied again.
    "kind": {
        "dlr": _("Delivery report"),
        "sms_mo": _("Incoming SMS"),
        "rcs": _("RCS"),
        "rcs_dlr": _("RCS report"),
        "rcs_mo": _("RCS message"),
        "voice_status": _("State of a call"),
        "voice_call": _("Incoming call"),
        "voice_dtmf": _("Digit pressed"),
        "tracking": _("Click or view"),
        "dashboard_test": _("Test event"),
    },
}
