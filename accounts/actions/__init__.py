"""What the audit trail calls each action, field and value.

A module for each room, found by being here: `WORDS`, and what else it needs in `FIELDS`
and `VALUES`.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime

from seven_dashboard.formatting import day_text, phone_parts

_ROOMS = [
    import_module(f"{__name__}.{module.name}")
    for module in sorted(iter_modules(__path__), key=lambda module: module.name)
]


def _joined(name: str) -> dict[str, Any]:
    """Return what the rooms say together; a room need not say anything."""
    return {k: v for room in _ROOMS for k, v in getattr(room, name, {}).items()}


WORDS: Final[dict[str, Promise]] = _joined("WORDS")
FIELDS: Final[dict[str, Promise]] = _joined("FIELDS")
VALUES: Final[dict[str, dict[object, Promise]]] = _joined("VALUES")

# Kept for whoever searches the trail; it says nothing to a reader.
HIDDEN: Final = frozenset({"campaign", "known", "subaccount_usage", "topup_below"})
MOMENTS: Final = frozenset({"created_at", "expires_at", "snoozed_until", "starts_at"})
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
    return None if value in ("", {}, []) else value


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def words_for(action: str) -> Promise | str:
    """Return the words of an action; an unknown one is shown by its own name."""
    return WORDS.get(action, action)
