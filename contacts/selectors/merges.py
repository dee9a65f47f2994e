"""Read merges: what one would bring, those of a contact, and former numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.actions import field_name
from accounts.models import Workspace
from contacts import columns, field_kinds, merging
from contacts.merging import Line
from contacts.models import Contact, FormerNumber, Group, Merge
from contacts.selectors import contacts, fields, groups
from seven_dashboard.formatting import phone_parts

# Fields of a contact in the order in which a person reads them.
FIELDS = (
    "phone",
    "firstname",
    "lastname",
    "company",
    "email",
    "home_phone",
    "address",
    "postal_code",
    "city",
    "birthday",
    "avatar",
    "notes",
)
_KINDS = {"birthday": field_kinds.DATE}
UNDO_DAYS = 30
MAX_SHOWN = 20
MAX_NUMBERS = 20


@dataclass(frozen=True, slots=True)
class Field:
    """A field of both contacts as a person reads it."""

    line: Line
    label: str
    kept: str
    other: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What merging ``other`` into ``kept`` would bring.

    ``seen`` names the values that the person looks at; a merge of anything else is
    refused.
    """

    kept: Contact
    other: Contact
    fields: list[Field]
    groups: list[Group]
    is_opted_out: bool
    seen: str


def get(workspace: Workspace, merge_id: UUID) -> Merge:
    """Return a merge of the workspace, or raise Http404."""
    found = Merge.objects.filter(workspace=workspace, id=merge_id).first()
    if found is None:
        raise Http404
    return found


def preview(
    kept: Contact, other: Contact, *, choices: Mapping[str, str] | None = None
) -> Preview:
    """Return both contacts side by side, each field with the value that would stay."""
    numbers = {*numbers_of(kept), *numbers_of(other)}
    return Preview(
        kept=kept,
        other=other,
        fields=_fields(kept.workspace, lines(kept, other, choices=choices)),
        groups=sorted(
            {*groups.of_contact(kept), *groups.of_contact(other)},
            key=lambda group: group.name.lower(),
        ),
        is_opted_out=bool(contacts.opted_out_channels(kept.workspace, numbers)),
        seen=fingerprint(kept, other),
    )


def lines(
    kept: Contact, other: Contact, *, choices: Mapping[str, str] | None = None
) -> list[Line]:
    """Return the fields of two contacts, each with the value that would stay."""
    return merging.lines(
        values_of(kept),
        values_of(other),
        other_is_newer=other.updated_at > kept.updated_at,
        choices=choices,
    )


def values_of(contact: Contact) -> dict[str, str]:
    """Return the fields of a contact as texts; own fields are ``custom:slug``."""
    values = {name: str(getattr(contact, name) or "") for name in FIELDS}
    own = {f"{columns.CUSTOM}{k}": str(v) for k, v in sorted(contact.custom.items())}
    return {**values, **own}


def fingerprint(kept: Contact, other: Contact) -> str:
    """Name the two contacts and their values, to see whether they have changed."""
    both = [[str(c.uuid), values_of(c)] for c in (kept, other)]
    return hashlib.sha256(json.dumps(both).encode()).hexdigest()[:32]


def of_contact(contact: Contact) -> list[Merge]:
    """Return the merges into a contact that still hold, newest first."""
    rows = _into(contact).select_related("actor").order_by("-created_at")
    return list(rows[:MAX_SHOWN])


def into(workspace: Workspace, removed: UUID) -> UUID | None:
    """Return the contact that one which is gone was merged into, or None."""
    rows = Merge.objects.filter(
        workspace=workspace, removed_uuid=removed, undone_at=None
    )
    return rows.order_by("-created_at").values_list("kept_uuid", flat=True).first()


def can_undo(merge: Merge) -> bool:
    """Say whether a merge is young enough to be taken back."""
    return (
        merge.undone_at is None
        and merge.forgotten_at is None
        and merge.created_at > timezone.now() - timedelta(days=UNDO_DAYS)
    )


def numbers_of(contact: Contact) -> list[str]:
    """Return a contact's number, then the former ones that nobody else has now."""
    former = list(
        FormerNumber.objects.filter(contact=contact)
        .order_by("-id")
        .values_list("phone", flat=True)[:MAX_NUMBERS]
    )
    taken = Contact.objects.filter(
        workspace_id=contact.workspace_id, phone__in=former
    ).values_list("phone", flat=True)
    gone = set(taken) if former else set()
    found = [contact.phone, *(number for number in former if number not in gone)]
    return list(dict.fromkeys(number for number in found if number))


def uuids_of(contact: Contact) -> list[UUID]:
    """Return the address ids of a contact and of those merged into it."""
    rows = _into(contact).order_by("-created_at")
    return [contact.uuid, *rows.values_list("removed_uuid", flat=True)[:MAX_SHOWN]]


def _into(contact: Contact) -> QuerySet[Merge]:
    return Merge.objects.filter(
        workspace=contact.workspace_id, kept_uuid=contact.uuid, undone_at=None
    )


def _fields(workspace: Workspace, found: list[Line]) -> list[Field]:
    own = {f"{columns.CUSTOM}{f.slug}": f for f in fields.custom(workspace)}
    shown = []
    for line in found:
        field = own.get(line.name)
        name = line.name.removeprefix(columns.CUSTOM)
        label = field.label if field else field_name(name)
        kind = field.kind if field else _KINDS.get(line.name, field_kinds.TEXT)
        texts = [_text(line.name, value, kind) for value in (line.kept, line.other)]
        shown.append(Field(line, label, *texts))
    return shown


def _text(name: str, value: str, kind: str) -> str:
    if name in merging.NUMBERS and value:
        return phone_parts(value)[0]
    return fields.value_text(value, kind)
