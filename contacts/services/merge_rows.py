"""A contact's row as plain values, for taking a merge back, and back into a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Field

from contacts.models import Contact

# Not of the contact itself, or set by saving.
_LEFT_OUT = frozenset({"workspace_id", "updated_at"})
# Never taken back: they name the row.
_FIXED = frozenset({"id", "uuid", "created_at"})
CUSTOM = "custom"

Row = Mapping[str, Any]


def snapshot(contact: Contact) -> dict[str, Any]:
    """Return every column of a contact as it fits into JSON."""
    return {f.attname: _plain(getattr(contact, f.attname)) for f in _columns()}


def restored(row: Row, *, workspace_id: UUID) -> Contact:
    """Return an unsaved contact with the columns of a snapshot, its id included."""
    columns = {
        f.attname: f.to_python(row[f.attname]) for f in _columns() if _in(f, row)
    }
    return Contact(workspace_id=workspace_id, **columns)


def put_back(contact: Contact, *, before: Row, after: Row) -> list[str]:
    """Give a contact the values from before a merge; return what was left alone.

    A column that is no longer as the merge has left it was changed since, and stays.
    """
    now, left = snapshot(contact), []
    for field in _columns():
        name = field.attname
        if name in _FIXED or name == CUSTOM or not _in(field, before):
            continue
        if before[name] == after.get(name):
            continue
        if now[name] == after.get(name):
            setattr(contact, name, field.to_python(before[name]))
        elif now[name] != before[name]:
            left.append(name)
    return left + _put_back_own(contact, before.get(CUSTOM, {}), after.get(CUSTOM, {}))


def _put_back_own(contact: Contact, before: Row, after: Row) -> list[str]:
    now, left = dict(contact.custom), []
    for slug in {**before, **after}:
        old, merged, current = before.get(slug), after.get(slug), now.get(slug)
        if old == merged or current == old:
            continue
        if current != merged:
            left.append(slug)
        elif old is None:
            del now[slug]
        else:
            now[slug] = old
    contact.custom = now
    return left


def _columns() -> list[Field[Any, Any]]:
    return [
        field
        for field in Contact._meta.concrete_fields
        if field.attname not in _LEFT_OUT and not getattr(field, "generated", False)
    ]


def _in(field: Field[Any, Any], row: Row) -> bool:
    """Say whether a snapshot, perhaps of an older release, has the column."""
    return field.attname in row


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
