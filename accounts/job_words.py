"""What the periodic jobs are called, by their names in the beat schedule."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Final[dict[str, Promise]] = {
    "apply-events": _("Apply events of the gateway"),
    "clean-expired": _("Remove what has expired"),
    "forget-events": _("Forget old events"),
    "forget-lists": _("Forget lists of numbers"),
    "forget-works": _("Forget finished work"),
    "heartbeat": _("Sign of the periodic worker"),
    "heartbeat-imports": _("Sign of the import worker"),
    "heartbeat-interactive": _("Sign of the interactive worker"),
    "heartbeat-jobs": _("Sign of the worker for jobs"),
    "heartbeat-sending": _("Sign of the sending worker"),
    "learn-from-journal": _("Learn from the journal"),
    "listen-inbound": _("Ask for replies that no event brought"),
    "mail-alerts": _("Send alerts by mail"),
    "poll-accounts": _("Fetch figures from the gateway"),
    "reconcile-reports": _("Ask for missing reports"),
    "release-conversations": _("Release conversations nobody works on"),
    "renew-grants": _("Renew permissions of gateway accounts"),
    "search-duplicates": _("Search for duplicates"),
    "settle-unclear": _("Settle unclear messages"),
    "squash-tallies": _("Sum up tallies"),
    "start-syncs": _("Start syncs that are due"),
    "sweep-callers": _("Look after caller numbers being proved"),
    "sweep-campaigns": _("Keep campaigns going"),
    "sweep-errands": _("Look after orders and credit under way"),
    "sweep-imports": _("Keep imports going"),
    "sweep-leases": _("Find calls that were cut short"),
    "sweep-summaries": _("Work out reports"),
    "sweep-works": _("Keep work in the background going"),
    "wake-conversations": _("Wake snoozed conversations"),
    "watch-accounts": _("Watch accounts for alerts"),
    "watch-campaigns": _("Watch campaigns for alerts"),
}


def of(name: str) -> Promise | str:
    """Return the words for a job; an unknown one is shown under its own name."""
    return WORDS.get(name) or name.replace("-", " ").capitalize()
