"""Workspaces and who is a member with which role."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User, Workspace
from accounts.services import audit
from seven_dashboard import seen as pages
from seven_dashboard.errors import Refused

DEFAULT_TIME_ZONE = "Europe/Berlin"
_SLUG_ROOM = 50


def create(
    *,
    actor: User | None,
    name: str,
    slug: str = "",
    country: str = "DE",
    time_zone: str = DEFAULT_TIME_ZONE,
) -> Workspace:
    """Create a workspace; its maker, if there is one, becomes the owner.

    Without a slug one is made of the name. Raises Refused when the slug is taken.
    """
    with transaction.atomic():
        workspace = Workspace(name=name, country=country, time_zone=time_zone)
        _save_with_slug(workspace, slug)
        if actor is not None:
            Membership.objects.create(workspace=workspace, user=actor, role=Role.OWNER)
        audit.record(
            workspace=workspace,
            actor=actor,
            action="workspace.create",
            subject=name,
        )
    return workspace


def update(
    *,
    workspace: Workspace,
    actor: User,
    name: str,
    country: str,
    time_zone: str,
    seen: str = "",
) -> None:
    """Change the settings of a workspace; what stays the same leaves no entry.

    ``seen`` is what the person's page showed (``pages``). Raises Overtaken.
    """
    wanted = {"name": name, "country": country, "time_zone": time_zone}
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        workspace.refresh_from_db(fields=list(wanted))
        before = shown_values(workspace)
        wanted = pages.merged(wanted, now=before, seen=seen)
        changed = [field for field in wanted if wanted[field] != before[field]]
        if not changed:
            return
        for field in changed:
            setattr(workspace, field, wanted[field])
        workspace.save(update_fields=changed)
        audit.record(
            workspace=workspace,
            actor=actor,
            action="workspace.update",
            subject=workspace.name,
            before={field: before[field] for field in changed},
            after={field: wanted[field] for field in changed},
        )


def shown_values(workspace: Workspace) -> dict[str, str]:
    """Return what the page of the settings shows."""
    return {
        "name": workspace.name,
        "country": workspace.country,
        "time_zone": workspace.time_zone,
    }


def set_role(*, membership: Membership, actor: User, role: str) -> None:
    """Give a member another role. Raises Refused for the last owner."""
    with transaction.atomic():
        _lock(membership)
        before = membership.role
        if before == role:
            return
        _keep_an_owner(membership)
        membership.role = role
        membership.save(update_fields=["role"])
        audit.record(
            workspace=membership.workspace,
            actor=actor,
            action="member.set_role",
            subject=membership.user.email,
            before={"role": before},
            after={"role": role},
        )


def remove(*, membership: Membership, actor: User) -> None:
    """End a membership, one's own or another's. Raises Refused for the last owner."""
    with transaction.atomic():
        _lock(membership)
        _keep_an_owner(membership)
        membership.delete()
        audit.record(
            workspace=membership.workspace,
            actor=actor,
            action="member.remove",
            subject=membership.user.email,
            before={"role": membership.role},
        )


def _lock(membership: Membership) -> None:
    """Read a membership as it is now, alone. Raises Refused when it has ended."""
    # Two owners who leave at the same time must not both be the last but one.
    places = Workspace.objects.select_for_update(no_key=True)
    places.get(pk=membership.workspace_id)
    try:
        membership.refresh_from_db()
    except Membership.DoesNotExist:
        raise Refused(
            _("This person is no longer a member."), code="no_member"
        ) from None


def _keep_an_owner(membership: Membership) -> None:
    if membership.role != Role.OWNER:
        return
    others = Membership.objects.filter(
        workspace=membership.workspace, role=Role.OWNER
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise Refused(
            _("A workspace needs an owner. Make somebody else owner first."),
            code="last_owner",
        )


def _save_with_slug(workspace: Workspace, slug: str) -> None:
    if slug:
        if not _is_saved(workspace, slug):
            raise Refused(
                _("Another workspace has this short name."),
                code="slug_taken",
                field="slug",
            )
        return
    base = slugify(workspace.name)[:_SLUG_ROOM].strip("-") or "workspace"
    number = 1
    while not _is_saved(workspace, base if number == 1 else f"{base}-{number}"):
        number += 1


def _is_saved(workspace: Workspace, slug: str) -> bool:
    workspace.slug = slug
    if Workspace.objects.filter(slug=slug).exists():
        return False
    try:
        with transaction.atomic():
            workspace.save(force_insert=True)
    except IntegrityError:
        return False
    return True
