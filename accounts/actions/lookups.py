"""Lookups: the kinds of them, and why one was paused."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VALUES: Final[dict[str, dict[object, Promise]]] = {
    "kinds": {
        "format": _("Format"),
        "hlr": _("Reachability (HLR)"),
        "mnp": _("Network (MNP)"),
        "cnam": _("Caller name (CNAM)"),
        "rcs": _("RCS capability"),
    },
    "reason": {
        "cap": _("The spending limit is reached"),
        "too_long": _("Its segment takes too long to count"),
        "no_price": _("Nobody could see what a lookup costs"),
        "unclear": _("Several requests in a row ended unclear"),
        "broken_connection": _("The connection to the gateway does not work"),
        "real_gateway_in_debug": _("A development server does not talk to seven.io"),
        "unreadable_secret": _("The stored keys cannot be read"),
        "grant_ended": _("The permission of the gateway account has ended"),
        "broken": _("Something went wrong"),
        "list_gone": _("The list is no longer there"),
        "segment_changed": _("The segment was changed meanwhile"),
    },
}
