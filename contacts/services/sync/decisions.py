"""What a person decides: which value counts, what becomes of who was deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models import SyncGroup, SyncLink, SyncSetup
from contacts.models.sync import NO_TROUBLE
from contacts.services import contacts as one_by_one
from contacts.services.sync import deletions
from seven_dashboard.errors import Refused

OURS, THEIRS = "ours", "theirs"
DELETE, KEEP, RESTORE = "delete", "keep", "restore"
State, Todo = SyncLink.State, SyncLink.Todo
_GONE: Final = _("This was decided meanwhile. Look at the list again.")


def resolve(
    *,
    link: SyncLink,
    actor: User,
    choices: Mapping[str, str],
    seen: Mapping[str, list[str]],
) -> None:
    """Decide fields of a conflict; what is not chosen stays open.

    The side that gives in gets its present value as base: the other one then is the
    only one that has changed, and is carried over. Raises Refused when ``seen`` is no
    longer what stands there.
    """
    with transaction.atomic():
        fresh = _locked(link)
        if any(fresh.conflict.get(name) != seen.get(name) for name in choices):
            raise Refused(
                _("One of the values has changed since. Look at them again."),
                code="changed",
            )
        ours, theirs = dict(fresh.base_ours or {}), dict(fresh.base_theirs or {})
        told = {}
        for name, side in choices.items():
            mine, other = fresh.conflict.pop(name)
            told[name] = mine if side == OURS else other
            if side == OURS:
                theirs[name] = other
            else:
                ours[name] = mine
        fresh.base_ours, fresh.base_theirs = ours, theirs
        fresh.todo = Todo.UPDATE
        # At once, whatever the pause after earlier attempts.
        fresh.forget_trouble()
        names = ["base_ours", "base_theirs", "conflict", "todo", *NO_TROUBLE]
        fresh.save(update_fields=names)
        audit.record(
            workspace=fresh.workspace,
            actor=actor,
            action="sync.resolve",
            subject=str(fresh.contact.uuid) if fresh.contact else "",
            after={name.removeprefix("custom:"): value for name, value in told.items()},
        )


def resolve_all(*, workspace: Workspace, actor: User, side: str) -> int:
    """Decide every open conflict for one side; return how many contacts had one."""
    count = 0
    links = SyncLink.objects.filter(workspace=workspace).exclude(conflict={})
    for link in links.order_by("pk").iterator(chunk_size=500):
        choices = dict.fromkeys(link.conflict, side)
        try:
            resolve(link=link, actor=actor, choices=choices, seen=dict(link.conflict))
        except Refused:
            continue
        count += 1
    return count


def answer(
    *, workspace: Workspace, actor: User, ids: Collection[int], what: str
) -> int:
    """Settle contacts that one side has deleted; return how many it were.

    ``delete`` carries the deletion over, ``keep`` leaves the other side alone for
    good, ``restore`` brings the contact back with the next sync.
    """
    links = SyncLink.objects.filter(workspace=workspace, pk__in=list(ids))
    here = links.filter(state=State.DELETED_HERE, todo="")
    there = links.filter(state=State.DELETED_THERE, todo="")
    with transaction.atomic():
        list(links.select_for_update().order_by("pk"))
        count = here.count() + there.count()
        if what == KEEP:
            deletions.unlink(links.filter(pk__in=_ids(here) + _ids(there)))
        elif what == DELETE:
            # Edited or not: the person has seen it.
            _delete_here(workspace, actor, there)
            here.update(**NO_TROUBLE | {"todo": Todo.DELETE, "is_edited": True})
        elif what == RESTORE:
            here.delete()
            there.update(
                state=State.CREATING,
                todo=Todo.CREATE,
                remote_id=None,
                base_ours=None,
                base_theirs=None,
                groups=[],
                attempted_at=None,
                is_edited=False,
                **NO_TROUBLE,
            )
        else:
            raise Refused(_GONE, code="unknown")
        if count:
            audit.record(
                workspace=workspace,
                actor=actor,
                action="sync.answer",
                after={"decision": what, "selected": count},
            )
    return count


def sync_again(*, workspace: Workspace, ids: Collection[int]) -> int:
    """Let contacts that were left alone be linked anew by the next sync."""
    links = SyncLink.objects.filter(
        workspace=workspace, pk__in=list(ids), state=State.UNLINKED
    )
    return links.delete()[0]


def try_again(*, workspace: Workspace) -> int:
    """Tell the gateway again what came to nothing, with the next sync."""
    SyncGroup.objects.filter(workspace=workspace).update(retry_at=None)
    refused = SyncLink.objects.filter(workspace=workspace).exclude(error="")
    return refused.update(**NO_TROUBLE)


def start_over(*, setup: SyncSetup, actor: User) -> None:
    """Forget every link and all that was agreed on; no contact changes anywhere."""
    with transaction.atomic():
        SyncLink.objects.filter(workspace=setup.workspace).delete()
        SyncGroup.objects.filter(workspace=setup.workspace).delete()
        setup.approved, setup.is_automatic, setup.due_at = "", False, None
        setup.listed_at, setup.own_names = None, {}
        setup.failures, setup.error = 0, ""
        setup.save()
        audit.record(workspace=setup.workspace, actor=actor, action="sync.start_over")


def _locked(link: SyncLink) -> SyncLink:
    fresh = (
        SyncLink.objects.select_for_update(of=("self",))
        .select_related("contact", "workspace")
        .filter(pk=link.pk)
        .first()
    )
    if fresh is None or not fresh.conflict:
        raise Refused(_GONE, code="gone")
    return fresh


def _delete_here(workspace: Workspace, actor: User, links: QuerySet[SyncLink]) -> None:
    uuids = [
        link.contact.uuid for link in links.select_related("contact") if link.contact
    ]
    numbers = _ids(links)
    one_by_one.delete(workspace=workspace, uuids=uuids, actor=actor)
    SyncLink.objects.filter(pk__in=numbers).delete()


def _ids(links: QuerySet[SyncLink]) -> list[int]:
    return list(links.values_list("pk", flat=True))
