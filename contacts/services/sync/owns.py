"""Contacts of ours as a run sees them: fields as texts, pairs of groups."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from contacts.models import Contact, GroupMembership
from contacts.services.sync.books import Book
from contacts.sync_fields import BUILT_IN, COMPANY, CUSTOM

COLUMNS = (*BUILT_IN, COMPANY)


@dataclass(slots=True)
class Own:
    """One contact of ours; ``values`` leave empty fields out."""

    id: int
    uuid: UUID
    values: dict[str, str]
    # Pairs of groups that are kept in step.
    pairs: frozenset[int] = frozenset()
    has_groups: bool = False
    custom: dict[str, str] = field(default_factory=dict)


def load(
    book: Book, ids: Collection[int], *, is_locked: bool = False
) -> dict[int, Own]:
    """Return contacts of the workspace by id, locked against changes if asked."""
    rows = Contact.objects.filter(workspace=book.workspace, id__in=list(ids))
    if is_locked:
        rows = rows.select_for_update(no_key=True)
    owns = {row.pk: of(row) for row in rows.defer("search_text").order_by("id")}
    _place(book, owns)
    return owns


def of(row: Contact) -> Own:
    """Return a contact by our field names, without its groups."""
    values = {name: text for name in COLUMNS if (text := _text(getattr(row, name)))}
    values |= {f"{CUSTOM}{slug}": str(v) for slug, v in row.custom.items() if v}
    return Own(row.pk, row.uuid, values, custom=dict(row.custom))


def _place(book: Book, owns: dict[int, Own]) -> None:
    members = GroupMembership.objects.filter(contact__in=list(owns))
    for contact_id, group_id in members.values_list("contact_id", "group_id"):
        own = owns[contact_id]
        own.has_groups = True
        pair = book.by_group.get(group_id)
        if pair:
            own.pairs |= {pair.pk}


def plain(values: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return fields by the names that the audit trail uses."""
    return {name.removeprefix(CUSTOM): text for name, text in values}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
