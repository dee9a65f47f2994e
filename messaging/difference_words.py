"""The reasons of a difference, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from messaging.differences import Reason

WORDS = {
    Reason.NOT_FETCHED: _("The gateway's figures of this day are not fetched yet."),
    Reason.SENDING: _(
        "Messages go out, or went out after the gateway's figures were fetched. Look "
        "again once the campaign is over and they were fetched anew."
    ),
    Reason.OTHER_KEY: _(
        "The connection had another key then, perhaps to another account."
    ),
    Reason.MIDNIGHT: _(
        "Days begin at another hour here than at the gateway (Berlin); the day beside "
        "it differs the other way."
    ),
    Reason.UNCLEAR: _(
        "Some messages are unclear here: the gateway may have sent them. Settle them."
    ),
    Reason.ELSEWHERE: _(
        "Sent with this account from elsewhere: another program, another workspace, or "
        "the pages of seven.io."
    ),
    Reason.NOT_COUNTED: _(
        "The gateway counts fewer than it took: it may still hold some, or have taken "
        "them back."
    ),
    Reason.LOOKUPS: _("Number lookups are in the gateway's cost and not in ours."),
    Reason.BILLED_LATER: _(
        "Calls and RCS messages are billed once they are over; a price may be missing "
        "here."
    ),
    Reason.ROUNDED: _("Prices are rounded."),
    Reason.OTHER_PRICES: _(
        "The gateway billed other prices than it answered when sending."
    ),
}
