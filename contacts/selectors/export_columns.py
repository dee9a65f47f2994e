"""The columns that an export can have: what they are called and hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Workspace
from contacts import field_kinds
from contacts.columns import CUSTOM
from contacts.csv_export import Cell
from contacts.models import Channel, CustomField, NumberFact
from contacts.selectors import fields
from contacts.xlsx_export import DATE, MOMENT, NUMBER, TEXT

# Read from the contact's row: name, heading, kind. In the order of the table.
OWN: tuple[tuple[str, str | Promise, str], ...] = (
    ("firstname", gettext_lazy("First name"), TEXT),
    ("lastname", gettext_lazy("Last name"), TEXT),
    ("company", gettext_lazy("Company"), TEXT),
    ("phone", gettext_lazy("Mobile number"), TEXT),
    ("home_phone", gettext_lazy("Home number"), TEXT),
    ("email", gettext_lazy("E-mail address"), TEXT),
    ("address", gettext_lazy("Street and number"), TEXT),
    ("postal_code", gettext_lazy("Postal code"), TEXT),
    ("city", gettext_lazy("City"), TEXT),
    ("birthday", gettext_lazy("Birthday"), DATE),
    ("notes", gettext_lazy("Notes"), TEXT),
)
# Read from elsewhere; an import leaves them out (`contacts.columns`).
ADDED: tuple[tuple[str, str | Promise, str], ...] = (
    ("groups", gettext_lazy("In groups"), TEXT),
    ("opted_out", gettext_lazy("Opted out of"), TEXT),
    ("created_at", gettext_lazy("Added here on"), MOMENT),
    ("updated_at", gettext_lazy("Changed here on"), MOMENT),
)
# Fields of a NumberFact, offered where there is one.
FACTS: tuple[tuple[str, str | Promise, str], ...] = (
    ("network_type", gettext_lazy("Lookup: kind of number"), TEXT),
    ("network", gettext_lazy("Lookup: network"), TEXT),
    ("reachable", gettext_lazy("Lookup: reachable"), TEXT),
    ("validity", gettext_lazy("Lookup: valid"), TEXT),
    ("roaming", gettext_lazy("Lookup: roaming"), TEXT),
    ("caller_name", gettext_lazy("Lookup: caller name"), TEXT),
    ("rcs", gettext_lazy("Lookup: RCS"), TEXT),
)
_ADDED = frozenset(name for name, _heading, _kind in ADDED)

# What a row of an export is made of; see `export_rows`.
Source = Mapping[str, Any]
Reader = Callable[[Source], Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key for forms and jobs, and how a cell is read."""

    key: str
    heading: str
    kind: str
    read: Reader


def offered(workspace: Workspace) -> list[Column]:
    """Return the columns that contacts of the workspace have, in order.

    Words are those of the language that is active now, moments are in the
    workspace's zone: cells may be read when the request is long over.
    """
    found = [
        Column(key, str(heading), kind, _reader(key)) for key, heading, kind in OWN
    ]
    found += [_own_field(field) for field in fields.custom(workspace)]
    readers = {"groups": _reader("groups"), "opted_out": _channels()}
    zone = ZoneInfo(workspace.time_zone)
    found += [
        Column(key, str(heading), kind, readers.get(key) or _moment(key, zone))
        for key, heading, kind in ADDED
    ]
    if NumberFact.objects.filter(workspace=workspace).exists():
        found += [
            Column(f"fact:{key}", str(heading), kind, _fact(key))
            for key, heading, kind in FACTS
        ]
    return found


def is_added(key: str) -> bool:
    """Say whether a column is not the contact's own: groups, dates, lookups."""
    return key in _ADDED or key.startswith("fact:")


def chosen(workspace: Workspace, keys: list[str]) -> list[Column]:
    """Return the columns of some keys; what is no longer there is left out."""
    wanted = set(keys)
    return [column for column in offered(workspace) if column.key in wanted]


def _reader(key: str) -> Reader:
    return lambda row: row[key]


def _moment(key: str, zone: ZoneInfo) -> Reader:
    return lambda row: row[key].astimezone(zone)


def _fact(key: str) -> Reader:
    yes, no = _("Yes"), _("No")

    def read(row: Source) -> Cell:
        fact = row["fact"]
        if fact is None:
            return ""
        if key != "rcs":
            return str(getattr(fact, key))
        return "" if fact.rcs_at is None else yes if fact.has_rcs else no

    return read


def _channels() -> Reader:
    words = {channel.value: str(channel.label) for channel in Channel}
    every = _("All channels")

    def read(row: Source) -> Cell:
        channels = row["opted_out"]
        if "" in channels:
            return every
        return ", ".join(words[channel] for channel in sorted(channels))

    return read


def _own_field(field: CustomField) -> Column:
    slug, convert = field.slug, _converter(field.kind)

    def read(row: Source) -> Cell:
        value = row["custom"].get(slug)
        return convert(str(value)) if value else ""

    kind = {field_kinds.NUMBER: NUMBER, field_kinds.DATE: DATE}.get(field.kind, TEXT)
    return Column(f"{CUSTOM}{slug}", field.label, kind, read)


def _converter(kind: str) -> Callable[[str], Cell]:
    if kind == field_kinds.NUMBER:
        return _number
    if kind == field_kinds.DATE:
        return _day
    if kind == field_kinds.BOOLEAN:
        words = {"1": _("Yes"), "0": _("No")}
        return lambda value: words.get(value, value)
    return str


# A value that is none of its kind, left from another one, is text.
def _number(value: str) -> Cell:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    return number if number.is_finite() else value


def _day(value: str) -> Cell:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return value
