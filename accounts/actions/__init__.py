"""What the audit trail calls each action, field and value.

A module for each room, found by being here: `WORDS`, and what else it needs in
`FIELDS`, `COLUMNS` and `VALUES`. How other values are written: `accounts.recorded`.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from django.utils.functional import Promise

_ROOMS = [
    import_module(f"{__name__}.{module.name}")
    for module in sorted(iter_modules(__path__), key=lambda module: module.name)
]


def _joined(name: str) -> dict[str, Any]:
    """Return what the rooms say together; a room need not say anything."""
    return {k: v for room in _ROOMS for k, v in getattr(room, name, {}).items()}


def _joined_values() -> dict[str, dict[object, object]]:
    """Return the words of each field's values; several rooms may share a field."""
    found: dict[str, dict[object, object]] = {}
    for room in _ROOMS:
        for field, words in getattr(room, "VALUES", {}).items():
            found.setdefault(field, {}).update(words)
    return found


WORDS: Final[dict[str, Promise]] = _joined("WORDS")
FIELDS: Final[dict[str, Promise]] = _joined("FIELDS")
COLUMNS: Final[dict[str, Promise]] = _joined("COLUMNS")
VALUES: Final = _joined_values()

# Kept for whoever searches the trail, or to do the same again; to a reader they say
# nothing.
HIDDEN: Final = frozenset(
    {"campaign", "known", "limit", "message", "subaccount_usage", "topup_below"}
)
_OWN_FIELD: Final = "custom:"


def field_name(field: str) -> str:
    """Return the words for a field, or its own name where we have none."""
    return str(FIELDS.get(field, field.replace("_", " ").capitalize()))


def column_name(column: str) -> str:
    """Return the words for a column of a table; of an own field its name."""
    return str(COLUMNS.get(column) or field_name(column.removeprefix(_OWN_FIELD)))


def value_word(field: str, value: object) -> str:
    """Return the words for a value that is a word of the code, "" for any other."""
    return str(VALUES.get(field, {}).get(value, ""))


def words_for(action: str) -> Promise | str:
    """Return the words of an action; an unknown one is shown by its own name."""
    return WORDS.get(action, action)
