"""What moves from one contact to another in a merge, and back when it is undone.

Each function moves one kind of thing and returns what ``Merge.trail`` keeps of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import ForeignObjectRel, Model, Q, QuerySet

from accounts.models import User
from contacts.models import (
    Contact,
    Duplicate,
    FormerNumber,
    Group,
    GroupMembership,
)

BATCH = 2_000
# Rows of higher apps (messages) that an undo can give back; there is hardly a person
# with more, and what is not given back is still found by its number.
MAX_MOVED = 20_000
Trail = dict[str, Any]


def groups(kept: Contact, other: Contact) -> Trail:
    """Put the one that stays into all groups of the one that goes."""
    theirs = list(
        GroupMembership.objects.filter(contact=other).values_list(
            "group_id", "added_at"
        )
    )
    mine = set(kept.memberships.values_list("group_id", flat=True))
    GroupMembership.objects.bulk_create(
        [
            GroupMembership(group_id=g, contact=kept)
            for g, _at in theirs
            if g not in mine
        ],
        ignore_conflicts=True,
    )
    added = kept.memberships.filter(group_id__in=[g for g, _at in theirs])
    return {
        "groups": [[str(group), at.isoformat()] for group, at in theirs],
        "memberships": list(
            added.exclude(group_id__in=mine).values_list("id", flat=True)
        ),
    }


def groups_back(kept: Contact | None, restored: Contact, trail: Trail) -> None:
    """Give a contact its groups back, as far as there still are such groups."""
    if kept is not None:
        kept.memberships.filter(id__in=trail["memberships"]).delete()
    added = {group: datetime.fromisoformat(at) for group, at in trail["groups"]}
    left = Group.objects.filter(workspace=restored.workspace_id, id__in=added)
    rows = GroupMembership.objects.bulk_create(
        GroupMembership(group=group, contact=restored) for group in left
    )
    for row in rows:
        row.added_at = added[str(row.group_id)]
    GroupMembership.objects.bulk_update(rows, ["added_at"])


def numbers(kept: Contact, other: Contact, *, phone: str) -> Trail:
    """Remember the numbers of both but ``phone``, which stays the contact's own."""
    moved = list(FormerNumber.objects.filter(contact=other).values_list("phone"))
    FormerNumber.objects.filter(contact=other).update(contact=kept)
    new = {number for number in (kept.phone, other.phone) if number} - {phone}
    for number in sorted(new):
        FormerNumber.objects.update_or_create(
            workspace_id=kept.workspace_id, phone=number, defaults={"contact": kept}
        )
    return {"former_moved": [row[0] for row in moved], "former_added": sorted(new)}


def numbers_back(kept: Contact | None, restored: Contact, trail: Trail) -> None:
    """Forget the numbers that the merge made former ones; give the others back."""
    workspace_id = restored.workspace_id
    if kept is not None:
        mine = FormerNumber.objects.filter(contact=kept)
        mine.filter(phone__in=trail["former_added"]).delete()
        mine.filter(phone__in=trail["former_moved"]).update(contact=restored)
        return
    FormerNumber.objects.bulk_create(
        (
            FormerNumber(workspace_id=workspace_id, contact=restored, phone=phone)
            for phone in trail["former_moved"]
        ),
        ignore_conflicts=True,
    )


def pairs(kept: Contact, other: Contact) -> Trail:
    """Let "not the same person" hold for the one that stays; drop other suggestions."""
    theirs = Duplicate.objects.filter(Q(first=other) | Q(second=other))
    told = [
        [
            pair.second_id if pair.first_id == other.pk else pair.first_id,
            pair.reason,
            pair.found_at.isoformat(),
            pair.dismissed_at.isoformat() if pair.dismissed_at else None,
            str(pair.dismissed_by_id) if pair.dismissed_by_id else None,
        ]
        for pair in theirs
    ]
    Duplicate.objects.bulk_create(
        _pairs(kept, [row for row in told if row[3] and row[0] != kept.pk]),
        ignore_conflicts=True,
    )
    return {"pairs": told}


def pairs_back(restored: Contact, trail: Trail) -> None:
    """Bring back the suggestions about a contact, with those who are still there."""
    others = [row[0] for row in trail["pairs"]]
    left = set(Contact.objects.filter(pk__in=others).values_list("pk", flat=True))
    found = _pairs(restored, [row for row in trail["pairs"] if row[0] in left])
    people = User.objects.in_bulk({pair.dismissed_by_id for pair in found} - {None})
    for pair in found:
        # Whoever told them apart may be gone by now.
        if pair.dismissed_by_id not in people:
            pair.dismissed_by = None
    Duplicate.objects.bulk_create(found, ignore_conflicts=True)


def references(kept: Contact, other: Contact) -> Trail:
    """Point the rows of higher apps at the one that stays."""
    moved: dict[str, list[Any]] = {}
    for name, rows in _references(other):
        ids: list[Any] = []
        while batch := list(rows.order_by("-pk").values_list("pk", flat=True)[:BATCH]):
            _point(rows.model, name, batch, kept)
            ids += batch
        if ids:
            moved[f"{rows.model._meta.label}.{name}"] = ids[:MAX_MOVED]
    return {"moved": moved}


def references_back(kept: Contact | None, restored: Contact, trail: Trail) -> None:
    """Point the rows that have moved back, unless they point elsewhere by now."""
    moved: Mapping[str, Sequence[Any]] = trail["moved"]
    for place, ids in moved.items():
        label, _dot, name = place.rpartition(".")
        model = apps.get_model(label)
        owner = {name: kept} if kept else {f"{name}__isnull": True}
        for start in range(0, len(ids), BATCH):
            rows = model._base_manager.filter(pk__in=ids[start : start + BATCH])
            rows.filter(**owner).update(**{name: restored})


def _references(contact: Contact) -> Iterator[tuple[str, QuerySet[Model]]]:
    """Yield the rows of higher apps that point at a contact, by their models.

    Contacts do not know who stands above them, so Django's registry is asked.
    """
    for relation in Contact._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str) or model._meta.app_label == "contacts":
            continue
        if isinstance(relation, ForeignObjectRel) and relation.one_to_many:
            name = relation.field.name
            yield name, model._base_manager.filter(**{name: contact})


def _point(model: type[Model], name: str, ids: Sequence[Any], at: Contact) -> None:
    model._base_manager.filter(pk__in=ids).update(**{name: at})


def _pairs(contact: Contact, told: Sequence[Sequence[Any]]) -> list[Duplicate]:
    return [
        Duplicate(
            workspace_id=contact.workspace_id,
            first_id=min(contact.pk, other),
            second_id=max(contact.pk, other),
            reason=reason,
            found_at=found_at,
            dismissed_at=dismissed_at,
            dismissed_by_id=UUID(dismissed_by) if dismissed_by else None,
        )
        for other, reason, found_at, dismissed_at, dismissed_by in told
    ]
