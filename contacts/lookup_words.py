"""Words for lookups: what a kind tells, and why a lookup does not go on."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seven_dashboard.formatting import money_text
from seven_dashboard.gateway.codes import meaning_of

# What each kind tells, for who chooses.
TELLS: Final[dict[str, str | Promise]] = {
    "format": _("Whether the number can exist, and whether it is a mobile number."),
    "hlr": _("Whether the handset is switched on and can be reached now."),
    "mnp": _("Which network the number belongs to now."),
    "cnam": _("The name that the number shows to those it calls."),
    "rcs": _("Whether the handset can show RCS messages."),
}
# By digits alone; nobody was asked (phonenumbers' kinds).
BY_DIGITS: Final[dict[str, str | Promise]] = {
    "mobile": _("Mobile"),
    "fixed_line": _("Landline"),
    "fixed_line_or_mobile": _("Mobile or landline"),
}
TYPES: Final[dict[str, str | Promise]] = {
    **BY_DIGITS,
    "voip": _("Internet telephony"),
    "toll_free": _("Free of charge"),
    "premium_rate": _("Premium rate"),
    "shared_cost": _("Shared cost"),
    "personal_number": _("Personal number"),
    "pager": _("Pager"),
    "uan": _("Number of a company"),
    "voicemail": _("Voicemail"),
}
REACHABLE: Final[dict[str, str | Promise]] = {
    "reachable": _("Reachable"),
    "absent": _("Switched off"),
    "undeliverable": _("Not reachable"),
    "bad_number": _("No such number"),
    "blacklisted": _("Blocked"),
}
UNKNOWN: Final = _("Unknown")

STOPS: Final[dict[str, str | Promise]] = {
    "": _("Somebody has paused it."),
    "cap": _("The spending limit is reached. Raise it to go on."),
    "too_long": _(
        "This segment takes too long to count. Add its contacts to a group, then look "
        "up the group."
    ),
    "no_price": _(
        "Nobody could see what a lookup costs: the gateway did not tell it, nor its "
        "balance. Set the price, or try again later."
    ),
    "unclear": _(
        "Several requests in a row ended without a clear answer. Look at the unclear "
        "numbers below, and go on when the gateway works again."
    ),
    "no_connection": _("No gateway account is connected. Connect one to go on."),
    "broken_connection": _(
        "The connection to the gateway does not work. Repair it to go on."
    ),
    "real_gateway_in_debug": _(
        "This is a development server, so it does not talk to the real gateway."
    ),
    "unreadable_secret": _(
        "The stored keys cannot be read. Enter the API key again to go on."
    ),
    "grant_ended": _(
        "The permission of the gateway account has ended. Connect the account again."
    ),
    "broken": _("Something went wrong. Please try again."),
    "list_gone": _("The list that was to be looked up is no longer there."),
    "segment_changed": _(
        "The segment was changed meanwhile. Look whom it finds now, then start again."
    ),
    "segment_broken": _(
        "The segment cannot be used as it is. Open it to see what is wrong."
    ),
}


def stop(reason: str) -> str:
    """Return why a lookup is held, and what to do."""
    if reason in STOPS:
        return str(STOPS[reason])
    # The client marks its sentences for translation; the catalogue is ours.
    return gettext(meaning_of(int(reason) if reason.isdigit() else None).sentence)


class Priced(Protocol):
    """A price (EUR) and where it is from."""

    @property
    def amount(self) -> Decimal | None: ...

    @property
    def source(self) -> str: ...


def price(known: Priced) -> str:
    """Return what one lookup costs, and how we know."""
    if known.source == "free":
        return gettext("free")
    if known.amount is None:
        return gettext("price unknown")
    shown = {"price": money_text(known.amount)}
    if known.source == "set":
        return gettext("%(price)s each, set by you") % shown
    return gettext("%(price)s each, last seen price") % shown
