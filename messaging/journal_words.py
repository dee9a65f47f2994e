"""The gateway's journals in words: their entries' states, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import sentences
from messaging.states import FROM_REPORT
from seven_dashboard.formatting import day_text
from seven_dashboard.gateway.errors import (
    GatewayError,
    GatewayUnavailable,
    MissingPermission,
    Throttled,
    UnclearOutcome,
)
from seven_dashboard.gateway.resources.journal import (
    JournalEntry,
    OutboundEntry,
    VoiceEntry,
)

# The gateway's words for a call, in those of `statuses.py`.
CALL_STATES: Final = {
    "completed": "answered",
    "in-progress": "in_call",
    "ringing": "ringing",
    "queued": "ringing",
    "initiated": "ringing",
    "no-answer": "unanswered",
    "busy": "unanswered",
    "canceled": "unanswered",
    "failed": "failed",
}
BUSY: Final = _(
    "Others are reading the gateway's journal at this moment. Try again in a while."
)
NO_SCOPE: Final = _(
    "This connection has no permission for the journal. Connect the account again and "
    "allow the journal."
)
NO_RIGHT: Final = _(
    "The API key has no right to read the journal. Allow it in the key's settings at "
    "seven.io, then try again."
)
NOT_REACHED: Final = _("The gateway cannot be reached at this moment.")
NO_ANSWER: Final = _(
    "The gateway did not answer in time, or with something that cannot be read."
)
SLOWER: Final = _("The gateway asks us to slow down. Try again in a minute.")
FAILURES: Final[dict[str, Promise]] = {
    "journal_refused": _(
        "The gateway did not let us read its journal. Check the connection under "
        "Account."
    ),
    "no_connection": _("No gateway account is connected any more."),
}


def trouble(error: GatewayError) -> str:
    """Return why a journal could not be read, and what to do."""
    if isinstance(error, MissingPermission):
        return str(NO_SCOPE if error.http_status == 403 else NO_RIGHT)
    if isinstance(error, Throttled):
        return str(SLOWER)
    if isinstance(error, GatewayUnavailable):
        return str(NOT_REACHED)
    if isinstance(error, UnclearOutcome):
        return str(NO_ANSWER)
    return str(sentences.of_error(error))


def state_of(entry: JournalEntry) -> str:
    """Return the badge of an entry's state, "" where there is none."""
    if isinstance(entry, OutboundEntry):
        return str(FROM_REPORT.get((entry.status or "").upper(), "unknown"))
    if isinstance(entry, VoiceEntry):
        return CALL_STATES.get(entry.status, "failed" if entry.error else "unknown")
    return ""


def network_of(entry: JournalEntry, names: Mapping[str, str]) -> str:
    """Return what the network of an entry is called, its digits where nobody knows."""
    digits = getattr(entry, "mccmnc", None) or ""
    return names.get(digits, digits)


def described(criteria: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return name and words of what a journal is narrowed to."""
    names = {
        "id": _("Id at the gateway"),
        "to": _("To"),
        "state": _("State"),
        "date_from": _("From day"),
        "date_to": _("Until day"),
    }
    found = [
        (str(name), day_text(criteria[word]))
        for word, name in names.items()
        if criteria.get(word)
    ]
    if criteria.get("missing"):
        found.append((str(_("Entries")), str(_("only what is missing here"))))
    return found
