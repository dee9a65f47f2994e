"""Words for values of fields that are words of the code."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from seven_dashboard.statuses import STATUSES

# Values that are words of the code; every other value is shown as it is.
VALUES: Final[dict[str, dict[object, object]]] = {
    "channel": {
        "": _("All channels"),
        "sms": _("SMS"),
        "voice": _("Voice"),
        "rcs": _("RCS"),
    },
    "decision": {
        "sent": _("It was sent"),
        "send_again": _("Send again"),
        "delete": _("Delete on the other side too"),
        "keep": _("Keep on the other side, sync no more"),
        "restore": _("Bring back"),
    },
    "did": {
        "replied": _("Replied"),
        "stop": _("Opted out"),
        "clicked": _("Clicked"),
        "viewed": _("Viewed"),
        "read": _("Has read it"),
    },
    "answer": {"other": _("Another key"), "none": _("No key")},
    "format": {"csv": _("CSV"), "xlsx": _("Excel (XLSX)")},
    "outcome": {
        "finished": _("Finished"),
        "failed": _("Failed"),
        "cancelled": _("Cancelled"),
    },
    "kind_of_work": {
        "bulk": _("Change of many contacts"),
        "bulk_undo": _("Undo of a change of many contacts"),
        "duplicates": _("Search for duplicates"),
        "export": _("Export"),
        "import": _("Import"),
        "import_check": _("Check of a file"),
        "import_undo": _("Undo of an import"),
        "journal_export": _("Export of the journal"),
        "lookup": _("Lookup"),
        "number_list": _("List of numbers"),
        "opt_out_list": _("Import of opt-outs"),
        "recipient_export": _("Export of recipients"),
        "sync": _("Sync with seven.io"),
    },
    "kind": {
        "text": _("Text"),
        "number": pgettext_lazy("kind of field", "Number"),
        "date": pgettext_lazy("kind of field", "Date"),
        "boolean": _("Yes or no"),
        "choice": _("One of a list"),
    },
    "policy": {
        "update": _("Update with the values of the file"),
        "fill": _("Fill in only what is empty"),
        "skip": _("Leave as it is"),
    },
    "reason": {
        # Reasons of opt-outs, kept in English (`contacts.consent_words`).
        "Opted out with another number of the same person.": _(
            "Opted out with another number of the same person."
        ),
        "The merge was undone.": _("The merge was undone."),
        "The opt-out of many contacts was undone.": _(
            "The opt-out of many contacts was undone."
        ),
        "person": _("By hand"),
        "cost": _("The agreed cost is reached"),
        "no_connection": _("No gateway account is connected"),
        "grant_ended": _("The permission of the gateway account has ended"),
        "keys_unreadable": _("The stored keys cannot be read"),
        "audience": _("Its audience cannot be worked out"),
        "limit_day": _("The spending limit of the day is reached"),
        "limit_country_day": _("The limit of the day for a country is reached"),
        "limit_country": _("The limit of a campaign for a country is reached"),
        "failures": _("Too many messages failed"),
        "late": _("The planned start was missed"),
        "cost_grown": _("It would cost more than was agreed"),
        "start_refused": _("It could not be started as planned"),
        "files_gone": _("A file that the text links to is gone"),
    },
    "role": {
        "owner": _("Owner"),
        "manager": _("Manager"),
        "sender": pgettext_lazy("role", "Sender"),
        "reader": _("Reader"),
    },
    "state": {code: status.label for code, status in STATUSES.items()},
    "number": {"with": _("With a number"), "without": _("Without a number")},
    "how": {
        "is": pgettext_lazy("a field … a value", "is"),
        "contains": pgettext_lazy("a field … a value", "contains"),
    },
    "source": {
        "manual": _("Added by hand"),
        "import": _("Imported"),
        "merge": _("Carried over from a merged contact"),
        "reply": _("Reply"),
    },
}
