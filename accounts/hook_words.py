"""What webhooks are called, and why a test event did not arrive."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENTS: Final[dict[str, Promise]] = {
    "all": _("Everything"),
    "dlr": _("Delivery reports"),
    "sms_mo": _("Incoming SMS"),
    "rcs": _("RCS: messages, reports, typing"),
    "voice_call": _("Incoming calls"),
    "voice_status": _("States of calls"),
    "voice_dtmf": _("Digits pressed in a call"),
    "tracking": _("Clicks and views of links"),
}
METHODS: Final[dict[str, Promise]] = {
    "JSON": _("JSON"),
    "POST": _("Form (POST)"),
    "GET": _("Query (GET)"),
}
# Why our own post to our address was not taken in: reasons of `own_address` and of
# `services.hook_checks`, and the answers of the letterbox.
REASONS: Final[dict[str, Promise]] = {
    "no_signing_key": _("Without a signing key it cannot be signed. Add the key."),
    "certificate": _("The certificate of our address is not valid for this server."),
    "name": _("The name of our address is not known. Check PUBLIC_URL."),
    "refused": _("Nobody listens at our address. Check PUBLIC_URL and the proxy."),
    "timeout": _(
        "Our address did not answer in time. Where only the internet reaches it, wait "
        "for the gateway's first event instead."
    ),
    "lost": _("The connection to our address broke off."),
}
STATUSES: Final[dict[int, Promise]] = {
    401: _(
        "Our address answers, but the signature does not hold there. The proxy must "
        "not change the body, and PUBLIC_URL must be exactly the address it serves."
    ),
    403: _("Something before this dashboard refuses posts. Check the proxy."),
    404: _("Another server answers at our address. Check PUBLIC_URL and the proxy."),
}
OTHER_STATUS: Final = _(
    "Our address answered with %(status)s. Check the proxy before this dashboard."
)
NOT_SEEN: Final = _(
    "It was sent, but did not arrive here. Is the worker running, and does the address "
    "lead to this dashboard?"
)


def reason_of(reason: str, status: int | None) -> Promise | str:
    """Return why a test event failed, in a sentence with what to do."""
    if reason in REASONS:
        return REASONS[reason]
    if status is None:
        return NOT_SEEN
    return STATUSES.get(status) or OTHER_STATUS % {"status": status}
