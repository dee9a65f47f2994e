"""What the audit trail calls each action: `noun.verb` to words."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from seven_dashboard.formatting import day_text, phone_parts

WORDS: Final[dict[str, Promise]] = {
    "bulk.add": _("Contacts added to a group"),
    "bulk.delete": _("Many contacts deleted"),
    "bulk.opt_out": _("Many contacts opted out"),
    "bulk.remove": _("Contacts removed from a group"),
    "bulk.set": _("Field set for many contacts"),
    "bulk.undo_add": _("Adding to a group undone"),
    "bulk.undo_delete": _("Deleting many contacts undone"),
    "bulk.undo_opt_out": _("Opting out many contacts undone"),
    "bulk.undo_remove": _("Removing from a group undone"),
    "bulk.undo_set": _("Setting a field undone"),
    "campaign.agree": _("Campaign scheduled"),
    "campaign.begin": _("Scheduled campaign started"),
    "call.hang_up": _("Call hung up"),
    "caller.ask": _("Number called to prove it"),
    "caller.remove": _("Caller number removed"),
    "caller.verify": _("Caller number verified"),
    "campaign.cancel": _("Campaign cancelled"),
    "campaign.create": _("Draft of a campaign begun"),
    "campaign.delete": _("Campaign deleted"),
    "campaign.export": _("Recipients of a campaign exported"),
    "campaign.leave_out": _("Recipients left out of a campaign"),
    "campaign.launch": _("Campaign launched"),
    "campaign.pause": _("Campaign paused"),
    "campaign.resume": _("Campaign resumed"),
    "campaign.redraft": _("Scheduled campaign made a draft again"),
    "campaign.send_now": _("Start of a campaign brought forward"),
    "campaign.retry": _("Failed messages sent again"),
    "campaign.update": _("Draft of a campaign changed"),
    "connection.break": _("Connection stopped working"),
    "connection.connect": _("Gateway account connected"),
    "connection.disconnect": _("Gateway account disconnected"),
    "connection.recover": _("Connection works again"),
    "connection.set_rate": _("Pace changed"),
    "contact.create": _("Contact added"),
    "contact.delete": _("Contact deleted"),
    "contact.export": _("Contacts exported"),
    "contact.merge": _("Another contact merged in"),
    "contact.merged": _("Merged into another contact"),
    "contact.push": _("Contact changed at seven.io"),
    "contact.sync": _("Contact changed by the sync"),
    "contact.unmerge": _("Merge undone"),
    "contact.restore": _("Deleted contact put back"),
    "contact.update": _("Contact changed"),
    "duplicate.dismiss": _("Marked as two people"),
    "duplicate.recall": _("Mark as two people taken back"),
    "field.create": _("Own field added"),
    "field.delete": _("Own field deleted"),
    "field.update": _("Own field changed"),
    "group.add": _("Contacts added to a group"),
    "group.create": _("Group added"),
    "group.delete": _("Group deleted"),
    "group.remove": _("Contacts removed from a group"),
    "group.rename": _("Group renamed"),
    "hooks.register": _("Webhooks connected"),
    "inbox.set_tells_read": _("Telling that messages were read changed"),
    "import.cancel": _("Import cancelled"),
    "import.finish": _("Import finished"),
    "import.start": _("Import started"),
    "import.undo": _("Undoing an import started"),
    "import.undone": _("Import undone"),
    "lookup.ask_again": _("Unclear lookups asked again"),
    "lookup.cancel": _("Lookup cancelled"),
    "lookup.finish": _("Lookup finished"),
    "lookup.leave_unclear": _("Unclear lookups given up"),
    "lookup.pause": _("Lookup paused"),
    "lookup.resume": _("Lookup resumed"),
    "lookup.start": _("Lookup started"),
    "lookup_price.set": _("Price of a lookup set"),
    "member.invite": _("Member invited"),
    "member.join": _("Member joined"),
    "member.remove": _("Member removed"),
    "member.revoke_invitation": _("Invitation revoked"),
    "member.set_role": _("Role changed"),
    "message.send": _("Message sent"),
    "message.withdraw": _("Message withdrawn"),
    "message.settle": _("Unclear message settled"),
    "message.settle_all": _("Unclear messages settled together"),
    "campaign_file.add": _("File to link to added to a campaign"),
    "campaign_file.insert": _("Place of a file put into a text"),
    "campaign_file.remove": _("File to link to taken from a campaign"),
    "number_list.add": _("Numbers of a file added to a campaign"),
    "number_list.read": _("File of a campaign read with other columns"),
    "number_list.remove": _("File taken from a campaign"),
    "opt_out.add": _("Opt-out added"),
    "opt_out.remove": _("Opt-out removed"),
    "opt_out.withdraw": _("Opt-out undone"),
    "opt_out_list.cancel": _("Import of opt-outs cancelled"),
    "opt_out_list.finish": _("Opt-outs imported"),
    "opt_out_list.start": _("Import of opt-outs started"),
    "rules.remove_country_limit": _("Spending limit of a country lifted"),
    "rules.set_country_limit": _("Spending limit of a country set"),
    "rules.update": _("Sending rules changed"),
    "segment.create": _("Segment added"),
    "segment.delete": _("Segment deleted"),
    "segment.update": _("Segment changed"),
    "sync.approve": _("Sync switched on"),
    "sync.finish": _("Sync with seven.io finished"),
    "sync.resolve": _("Conflict of the sync decided"),
    "sync.start_over": _("Sync started over"),
    "sync.update": _("Rules of the sync changed"),
    "template.archive": _("Template archived"),
    "template.create": _("Template added"),
    "template.delete": _("Template deleted"),
    "template.restore": _("Older version of a template brought back"),
    "template.unarchive": _("Template taken out of the archive"),
    "template.update": _("Template changed"),
    "work.give_up": _("Work in the background given up"),
    "workspace.create": _("Workspace created"),
    "workspace.update": _("Workspace changed"),
}

# Kept for whoever searches the trail; it says nothing to a reader.
HIDDEN: Final = frozenset({"campaign"})
MOMENTS: Final = frozenset({"created_at", "starts_at"})
NUMBERS: Final = frozenset({"phone", "home_phone"})

FIELDS: Final[dict[str, Promise]] = {
    "hours_start": _("Sending hours from"),
    "hours_end": _("Sending hours until"),
    "weekdays": _("Days of the week"),
    "late_minutes": _("Start may be late by (minutes)"),
    "limit_per_day": _("Spending limit a day in EUR"),
    "resumes_next_day": _("Go on by itself the next day"),
    "failure_share": _("Pause when so many percent fail"),
    "failure_after": _("Failures judged after so many messages"),
    "confirm_above_eur": _("Confirmation above (EUR)"),
    "confirm_above_recipients": _("Confirmation above so many recipients"),
    "per_day": _("A day, in EUR"),
    "per_campaign": _("A campaign, in EUR"),
    "starts_at": _("Starts"),
    "changed": _("Changed"),
    "contacts_changed": _("Contacts changed"),
    "columns": _("Columns"),
    "fact": _("Lookup"),
    "segment": _("Segment"),
    "format": _("Format"),
    "left_out": _("Left out"),
    "group": _("Group"),
    "field": _("Own field"),
    "how": _("Comparison"),
    "number": pgettext_lazy("of a contact", "Number"),
    "new_value": _("New value"),
    "outcome": _("Outcome"),
    "q": _("Search"),
    "restored": _("Put back"),
    "selected": _("Selected"),
    "state": _("State"),
    "value": _("Value"),
    "address": _("Address"),
    "added": pgettext_lazy("to a group", "Added"),
    "answered": pgettext_lazy("lookup", "Answered"),
    "api_key_last4": _("API key ends in"),
    "avatar": _("Address of the picture"),
    "birthday": _("Birthday"),
    "cap": _("Spending limit in EUR"),
    "channel": _("Channel"),
    "choices": _("Choices"),
    "city": _("City"),
    "changed_here": _("Changed here"),
    "changed_there": _("Changed at seven.io"),
    "code": _("Code"),
    "company": _("Company"),
    "conflicts": _("Conflicts"),
    "contacts_deleted": _("Contacts deleted"),
    "cost": _("Cost in EUR"),
    "cost_agreed": _("Agreed cost in EUR"),
    "country": _("Country"),
    "created": _("Created"),
    "created_at": _("Since"),
    "created_here": _("Added here"),
    "created_there": _("Added at seven.io"),
    "decision": _("Decision"),
    "did": _("What they did"),
    "deleted": _("Deleted"),
    "deleted_here": _("Deleted here"),
    "deleted_there": _("Deleted at seven.io"),
    "duplicates": _("Duplicates"),
    "edited": _("Changed since, left so"),
    "every_minutes": _("Every so many minutes"),
    "email": _("E-mail address"),
    "groups": _("Groups"),
    "is_automatic": _("Sync by itself"),
    "linked": _("Known on both sides, linked"),
    "missing_here": _("Deleted here before"),
    "missing_there": _("Missing at seven.io"),
    "on_conflict": _("Both sides changed the same field"),
    "on_deleted_here": _("A contact was deleted here"),
    "on_deleted_there": _("A contact was deleted at seven.io"),
    "sends_own_fields": _("Send own fields that seven.io does not have yet"),
    "ungrouped": _("Contacts in no group"),
    "file": _("File"),
    "firstname": _("First name"),
    "home_phone": _("Home number"),
    "kept": _("Kept"),
    "kind": _("Kind"),
    "kinds": _("Kinds of lookup"),
    "kind_of_work": _("Kind of work"),
    "lastname": _("Last name"),
    "left_groups": _("Taken out of groups"),
    "members": _("Contacts"),
    "merged_with": _("Other contact"),
    "messages": _("Messages"),
    "name": _("Name"),
    "notes": _("Notes"),
    "numbers": _("Numbers"),
    "phone": _("Mobile number"),
    "policy": _("Known numbers"),
    "postal_code": _("Postal code"),
    "price": _("Price in EUR"),
    "rate_per_s": _("Messages a second"),
    "reason": _("Reason"),
    "refused": _("Refused"),
    "removed": _("Removed"),
    "reused": _("Used again"),
    "role": _("Role"),
    "rows": _("Rows"),
    "signing_key_last4": _("Signing key ends in"),
    "source": _("Source"),
    "text": _("Text"),
    "time_zone": _("Time zone"),
    "unchanged": _("Unchanged"),
    "unclear": _("Unclear"),
    "updated": _("Updated"),
}

# Values that are words of the code; every other value is shown as it is.
VALUES: Final[dict[str, dict[object, Promise]]] = {
    "channel": {
        "": _("All channels"),
        "sms": _("SMS"),
        "voice": _("Voice"),
        "rcs": _("RCS"),
    },
    "contacts_deleted": {True: _("Yes"), False: _("No")},
    "resumes_next_day": {True: _("Yes"), False: _("No")},
    "decision": {"sent": _("It was sent"), "send_again": _("Send again")},
    "outcome": {
        "finished": _("Finished"),
        "failed": _("Failed"),
        "cancelled": _("Cancelled"),
    },
    "kind_of_work": {
        "duplicates": _("Search for duplicates"),
        "export": _("Export"),
        "import": _("Import"),
        "import_check": _("Check of a file"),
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
        "person": _("By hand"),
        "cost": _("The agreed cost is reached"),
        "no_connection": _("No gateway account is connected"),
        "audience": _("Its audience cannot be worked out"),
        "limit_day": _("The spending limit of the day is reached"),
        "limit_country_day": _("The limit of the day for a country is reached"),
        "limit_country": _("The limit of a campaign for a country is reached"),
        "failures": _("Too many messages failed"),
        "late": _("The planned start was missed"),
        "cost_grown": _("It would cost more than was agreed"),
        "start_refused": _("It could not be started as planned"),
    },
    "role": {
        "owner": _("Owner"),
        "manager": _("Manager"),
        "sender": pgettext_lazy("role", "Sender"),
        "reader": _("Reader"),
    },
    "state": {"reachable": _("Reachable"), "opted_out": _("Opted out")},
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


def field_name(field: str) -> str:
    """Return the words for a field, or its own name where we have none."""
    return str(FIELDS.get(field, field.replace("_", " ").capitalize()))


def value_words(field: str, value: object) -> object:
    """Return the words for a value that is a word of the code, or the value.

    A moment is written out; None says that there is no value.
    """
    if field in VALUES and value in VALUES[field]:
        return VALUES[field][value]
    if field in MOMENTS and (moment := _moment(value)):
        return date_format(localtime(moment), "DATETIME_FORMAT")
    if field in NUMBERS and value:
        return phone_parts(str(value))[0]
    if field == "birthday" and value:
        return day_text(str(value))
    if field == "weekdays" and isinstance(value, int):
        return ", ".join(str(WEEKDAYS_ABBR[d]) for d in range(7) if value >> d & 1)
    return None if value == "" else value


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def words_for(action: str) -> Promise | str:
    """Return the words of an action; an unknown one is shown by its own name."""
    return WORDS.get(action, action)
