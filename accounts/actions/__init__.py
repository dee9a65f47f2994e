"""What the audit trail calls each action, field and value.

A module for each room: `WORDS`, and what else it needs in `FIELDS` and `VALUES`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime

from accounts.actions import (
    account,
    campaigns,
    contacts,
    fields,
    hooks,
    inbox,
    values,
)
from seven_dashboard.formatting import day_text, phone_parts

WORDS: Final[dict[str, Promise]] = {
    **account.WORDS,
    **campaigns.WORDS,
    **contacts.WORDS,
    **hooks.WORDS,
    **inbox.WORDS,
}
FIELDS: Final[dict[str, Promise]] = {
    **fields.FIELDS,
    **hooks.FIELDS,
    **inbox.FIELDS,
}
VALUES: Final[dict[str, dict[object, Promise]]] = {
    **values.VALUES,
    **inbox.VALUES,
}

# Kept for whoever searches the trail; it says nothing to a reader.
HIDDEN: Final = frozenset({"campaign"})
MOMENTS: Final = frozenset({"created_at", "snoozed_until", "starts_at"})
NUMBERS: Final = frozenset({"phone", "home_phone"})


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
