"""Numbers, subaccounts and their credit."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Final[dict[str, Promise]] = {
    "connection.act_as": _("Acts as a subaccount"),
    "errand.settle": _("Unclear act at the gateway settled"),
    "number.forward": _("Forwarding of a number changed"),
    "number.give_up": _("Number given up"),
    "number.order": _("Number rented"),
    "number.rename": _("Number renamed"),
    "subaccount.close_workspace": _("Workspace of a subaccount disconnected"),
    "subaccount.create": _("Subaccount added"),
    "subaccount.delete": _("Subaccount deleted"),
    "subaccount.open_workspace": _("Workspace made for a subaccount"),
    "subaccount.set_top_up": _("Automatic top-up changed"),
    "subaccount.transfer": _("Credit transferred"),
}
FIELDS: Final[dict[str, Promise]] = {
    "amount": _("Amount in EUR"),
    "balance": _("Balance in EUR"),
    "errand": _("Act"),
    "expires_at": _("Ends"),
    "forward_email": _("Forwarded by e-mail to"),
    "forward_slack": _("Forwarded to Slack"),
    "forward_sms": _("Forwarded by SMS to"),
    "interval": _("Paid"),
    "subaccount": _("Subaccount"),
    "subaccount_balance": _("Credit of the subaccount in EUR"),
    "threshold": _("When it falls below (EUR)"),
    "was_done": _("It was done"),
    "when": _("When it ends"),
}
VALUES: Final[dict[str, dict[object, Promise]]] = {
    "errand": {
        "order": _("Rent a number"),
        "give_up": _("Give a number up"),
        "rename": _("Rename a number"),
        "forward": _("Change forwarding"),
        "create": _("Add a subaccount"),
        "transfer": _("Transfer credit"),
        "top_up": _("Change the automatic top-up"),
        "delete": _("Delete a subaccount"),
    },
    "interval": {"monthly": _("Monthly"), "annually": _("Annually")},
    "when": {"now": _("Now"), "end": _("At the end of what is paid")},
}
