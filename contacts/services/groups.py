"""Change groups and who is in them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import usage
from contacts.models import BulkJob, Group
from contacts.selectors import own_keys
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter
from contacts.services import bulk_jobs
from seven_dashboard.errors import Refused

# With fewer contacts than this a group is deleted with them while the person waits.
BACKGROUND_FROM = 500
# With more members than this it is deleted in the background, though they stay: that
# takes two microseconds for each of them, and twenty on a busy machine.
AT_ONCE_UP_TO = 20_000
HOLD = "SELECT 1 FROM contacts_group WHERE id = %s FOR KEY SHARE"
ADD_MEMBERS = """
INSERT INTO contacts_groupmembership (group_id, contact_id)
SELECT %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING RETURNING contact_id
"""
REMOVE_MEMBERS = """
DELETE FROM contacts_groupmembership WHERE group_id = %s AND contact_id = ANY(%s)
RETURNING contact_id
"""


class NameTaken(Refused):
    """The workspace has a group of that name, whatever its case."""

    def __init__(self) -> None:
        super().__init__(
            _("A group of this name exists already."), code="name_taken", field="name"
        )


class GroupGone(Refused):
    """Somebody has deleted the group in this moment."""

    def __init__(self) -> None:
        super().__init__(
            _("The group was deleted meanwhile."), code="group_gone", field="group"
        )


def create(*, workspace: Workspace, name: str, actor: User | None) -> Group:
    """Add an empty group; raises ``NameTaken``."""
    group = Group(workspace=workspace, name=name.strip())
    with transaction.atomic():
        _save(group)
        _audit(group, actor, "group.create", after={"name": group.name})
    return group


def get_or_create(*, workspace: Workspace, name: str, actor: User | None) -> Group:
    """Return the group of that name, whatever its case; add it when missing."""
    mine = Group.objects.filter(workspace=workspace, name__iexact=name.strip())
    found = mine.first()
    if found:
        return found
    try:
        return create(workspace=workspace, name=name, actor=actor)
    except NameTaken:
        return mine.get()


def rename(*, group: Group, name: str, actor: User | None) -> None:
    """Give a group another name; raises ``NameTaken`` or ``GroupGone``."""
    with transaction.atomic():
        fresh = Group.objects.select_for_update().filter(pk=group.pk).first()
        if fresh is None:
            raise GroupGone
        before, fresh.name = fresh.name, name.strip()
        if fresh.name != before:
            _save(fresh)
            _audit(
                fresh,
                actor,
                "group.rename",
                before={"name": before},
                after={"name": fresh.name},
            )
    group.name = fresh.name


def delete(*, group: Group, actor: User | None) -> int:
    """Delete a group; its contacts stay. Return how many were in it.

    Raises Refused while a campaign that is not out leaves its members out. In one
    statement, however many they are: a draft that leaves the group out must never meet
    one that has lost half of them.
    """
    with transaction.atomic():
        fresh = Group.objects.select_for_update().filter(pk=group.pk).first()
        if fresh is None:
            # Somebody else was a moment faster.
            return 0
        usage.require_unused(fresh)
        before = {"name": fresh.name, "members": fresh.member_count}
        fresh.delete()
        _audit(group, actor, "group.delete", before=before)
    return fresh.member_count


def delete_later(*, group: Group, actor: User | None) -> BulkJob:
    """Return a job that deletes a group of very many; raises Refused as ``delete``."""
    usage.require_unused(group)
    return bulk_jobs.start(
        workspace=group.workspace,
        actor=actor,
        choice=Choice(Filter(group=group)),
        act=BulkJob.Act.REMOVE,
        group=group,
        takes_group=True,
    )


def delete_with_contacts(*, group: Group, actor: User | None) -> BulkJob:
    """Return a job that deletes a group's contacts, and then the group.

    They leave their other groups as well, and can be put back for a day; opt-outs stay,
    and so does who joins the group meanwhile. Raises Refused as ``delete`` does.
    """
    usage.require_unused(group)
    return bulk_jobs.start(
        workspace=group.workspace,
        actor=actor,
        choice=Choice(Filter(group=group)),
        act=BulkJob.Act.DELETE,
        group=group,
        takes_group=True,
    )


def add(*, group: Group, uuids: Collection[UUID], actor: User | None) -> int:
    """Put contacts of the group's workspace into it; return how many are new.

    Raises ``GroupGone``.
    """
    return _move(group, uuids, ADD_MEMBERS, actor, is_joining=True)


def remove(*, group: Group, uuids: Collection[UUID], actor: User | None) -> int:
    """Take contacts out of a group; return how many were in it."""
    return _move(group, uuids, REMOVE_MEMBERS, actor, is_joining=False)


def _move(
    group: Group,
    uuids: Collection[UUID],
    sql: str,
    actor: User | None,
    *,
    is_joining: bool,
) -> int:
    """Change who is in a group; the trail tells it by each contact."""
    with transaction.atomic(), connection.cursor() as cursor:
        if is_joining:
            _hold(group)
        # In the order of their ids, as everybody does who changes several contacts.
        mine = own_keys.by_uuid(group.workspace, uuids).order_by("id")
        held = dict(mine.select_for_update(no_key=True).values_list("id", "uuid"))
        cursor.execute(sql, [group.pk, list(held)])
        moved = [held[number] for (number,) in cursor.fetchall()]
        nothing: dict[str, object] = {}
        told: dict[str, object] = {"group": group.name}
        before, after = (nothing, told) if is_joining else (told, nothing)
        audit.record_many(
            workspace=group.workspace,
            actor=actor,
            action="contact.join" if is_joining else "contact.leave",
            facts=(audit.Fact(str(uuid), before, after) for uuid in moved),
        )
    return len(moved)


def _hold(group: Group) -> None:
    """Keep a group from being deleted until the transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [group.pk])
        if cursor.fetchone() is None:
            raise GroupGone


def _save(group: Group) -> None:
    try:
        with transaction.atomic():
            # The count belongs to the trigger.
            if group._state.adding:
                group.save(force_insert=True)
            else:
                group.save(update_fields=["name"])
    except IntegrityError:
        raise NameTaken from None


def _audit(
    group: Group,
    actor: User | None,
    action: str,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit.record(
        workspace=group.workspace,
        actor=actor,
        action=action,
        subject=group.name,
        before=before,
        after=after,
    )
