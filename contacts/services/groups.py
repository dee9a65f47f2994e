"""Change groups and who is in them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import usage
from contacts.models import BulkJob, Contact, Group, GroupMembership
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter
from contacts.services import bulk_jobs
from seven_dashboard.errors import Refused

DELETE_BATCH = 2_000
# With fewer contacts than this a group is deleted while the person waits.
BACKGROUND_FROM = 500
ADD_MEMBERS = """
INSERT INTO contacts_groupmembership (group_id, contact_id)
SELECT %s, id FROM contacts_contact
WHERE (workspace_id = %s) IS TRUE AND uuid = ANY(%s) ORDER BY id
ON CONFLICT DO NOTHING
"""


class NameTaken(Refused):
    """The workspace has a group of that name, whatever its case."""

    def __init__(self) -> None:
        super().__init__(
            _("A group of this name exists already."), code="name_taken", field="name"
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
    """Give a group another name; raises ``NameTaken``."""
    before, group.name = group.name, name.strip()
    with transaction.atomic():
        _save(group)
        _audit(
            group,
            actor,
            "group.rename",
            before={"name": before},
            after={"name": group.name},
        )


def delete(*, group: Group, actor: User | None, with_contacts: bool = False) -> None:
    """Delete a group, and its contacts too when asked.

    Contacts that are deleted leave their other groups as well; opt-outs stay. Raises
    Refused while a campaign that is not out leaves its members out.
    """
    with transaction.atomic():
        fresh = Group.objects.select_for_update().get(pk=group.pk)
        usage.require_unused(fresh)
        before = {"name": fresh.name, "members": fresh.member_count}
        if with_contacts:
            _delete_members(group)
        Group.objects.filter(pk=group.pk).delete()
        _audit(
            group,
            actor,
            "group.delete",
            before=before,
            after={"contacts_deleted": with_contacts},
        )


def delete_with_contacts(*, group: Group, actor: User | None) -> BulkJob:
    """Start to delete a group's contacts, and then the group, in the background.

    The contacts can be put back for a day. Who joins the group meanwhile stays. Raises
    Refused as ``delete`` does.
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
    """Put contacts of the group's workspace into it; return how many are new."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ADD_MEMBERS, [group.pk, group.workspace_id, list(uuids)])
        added = int(cursor.rowcount)
        _audit(group, actor, "group.add", after={"added": added})
    return added


def remove(*, group: Group, uuids: Collection[UUID], actor: User | None) -> int:
    """Take contacts out of a group; return how many were in it."""
    members = GroupMembership.objects.filter(group=group, contact__uuid__in=uuids)
    with transaction.atomic():
        removed, _by_model = members.delete()
        _audit(group, actor, "group.remove", after={"removed": removed})
    return removed


def _delete_members(group: Group) -> None:
    """Delete the contacts of a group in batches, so that memory stays flat.

    Through Django and not by SQL: higher apps point at contacts, and its collector
    knows what becomes of their rows.
    """
    members = group.memberships.order_by("contact_id")
    while batch := list(members.values_list("contact_id", flat=True)[:DELETE_BATCH]):
        Contact.objects.filter(id__in=batch).delete()


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
