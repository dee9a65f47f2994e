"""What events are called, and why one was refused or could not be applied."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: Final[dict[str, Promise]] = {
    "": pgettext_lazy("kind of event", "Not read yet"),
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
}
# What the report desk notes on a row (`event_rows.close`).
ERRORS: Final[dict[str, Promise]] = {
    "no message of ours": _(
        "No message of this dashboard has this id. Perhaps another program sent it."
    ),
    "its data are incomplete": _("It does not say what it is about."),
    "it names no event": _("It does not say what kind of event it is."),
    "it is no JSON": _("What was posted is no readable JSON."),
    "it is no form": _("What was posted is no readable form."),
    "it is no object": _("What was posted is not in the form of an event."),
    "it is too long": _("What was posted is too long."),
    "it is too deep": _("What was posted is nested too deeply."),
}
OTHER_ERROR: Final = _("A mistake of ours kept it from being applied. Try it again.")
FLAWS: Final[dict[str, Promise]] = {
    "missing": _("It was not signed."),
    "mismatch": _(
        "The signature does not hold: forged, another signing key, or PUBLIC_URL is "
        "not the address that was called."
    ),
    "too_old": _("It was signed more than four days ago."),
    "from_the_future": _("It was signed with a time far ahead of ours."),
    "bad_timestamp": _("Its time is no time."),
    "bad_nonce": _("Its nonce is no nonce."),
    "no_signing_key": _("No signing key is stored here. The gateway tries again."),
    "unreadable_key": _("The signing key cannot be read. The gateway tries again."),
    "unlisted": _(
        "It was signed, but came from an address that WEBHOOK_SOURCES does not list. "
        "The gateway tries again."
    ),
}


def kind_of(kind: str) -> str:
    """Return the words for a kind; one we do not know keeps its own name."""
    return str(KINDS.get(kind, kind))


def error_of(error: str) -> str:
    """Return why an event was not applied, "" where there is nothing to say."""
    return str(ERRORS.get(error, OTHER_ERROR)) if error else ""


def flaw_of(flaw: str) -> str:
    """Return why a post was refused."""
    return str(FLAWS.get(flaw, flaw))
