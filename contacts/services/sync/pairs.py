"""Which groups of both sides belong together, and which ways they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models import Direction, Group, SyncGroup
from contacts.selectors.sync import Row
from contacts.services import groups
from seven_dashboard.errors import Refused


def change(
    *,
    workspace: Workspace,
    actor: User,
    wanted: Sequence[tuple[Row, Mapping[str, Any]]],
) -> None:
    """Switch every line of the table as chosen; raises Refused for a group used twice.

    Lines that are switched off come first: their groups are free for others.
    """
    ordered = sorted(wanted, key=lambda line: line[1]["direction"] != Direction.OFF)
    for row, values in ordered:
        direction = values["direction"]
        if row.pair is not None and row.pair.remote_id is not None:
            if row.pair.state in ("deleted_here", "deleted_there"):
                # Waits for an answer of its own.
                continue
            set_pair(
                pair=row.pair,
                actor=actor,
                direction=direction,
                group=_group(workspace, values.get("group", "")),
            )
        elif row.group is not None:
            set_own(
                workspace=workspace, actor=actor, group=row.group, direction=direction
            )


def set_pair(
    *, pair: SyncGroup, actor: User, direction: str, group: Group | None
) -> None:
    """Switch a group of the gateway: with which of ours, and which ways.

    Without a group one of the same name is made here. Raises Refused when the group
    belongs to another pair.
    """
    before, name = pair.direction, pair.remote_name
    if direction == Direction.OFF:
        switch_off(pair)
        _record(pair.workspace, actor, name, before, direction)
        return
    if group is None:
        group = groups.get_or_create(
            workspace=pair.workspace,
            # A group without a name is told by its id.
            name=pair.remote_name.strip()[:100] or f"seven.io {pair.remote_id}",
            actor=actor,
        )
    if (pair.group_id, pair.direction) == (group.pk, direction):
        return
    SyncGroup.objects.filter(group=group, remote_id=None).delete()
    if pair.group_id not in (None, group.pk):
        pair = _anew(pair)
        before = Direction.OFF
    pair.group, pair.direction, pair.state = group, direction, SyncGroup.State.LINKED
    try:
        with transaction.atomic():
            pair.save()
            _record(pair.workspace, actor, group.name, before, direction)
    except IntegrityError:
        raise Refused(
            _("The group %(name)s is linked to another group at seven.io already.")
            % {"name": group.name},
            code="group_taken",
        ) from None


def set_own(*, workspace: Workspace, actor: User, group: Group, direction: str) -> None:
    """Switch a group of ours that is to be created at the gateway."""
    pair = SyncGroup.objects.filter(workspace=workspace, group=group).first()
    if pair is not None and pair.remote_id is not None:
        return
    before = pair.direction if pair else Direction.OFF
    if direction in (Direction.PUSH, Direction.BOTH):
        SyncGroup.objects.update_or_create(
            workspace=workspace,
            group=group,
            defaults={"direction": direction, "state": SyncGroup.State.LINKED},
        )
    elif pair is not None:
        pair.delete()
        direction = Direction.OFF
    _record(workspace, actor, group.name, before, direction)


def switch_off(pair: SyncGroup) -> None:
    """Sync a pair of groups no more; both groups stay as they are."""
    if pair.remote_id is None:
        pair.delete()
        return
    if pair.direction != Direction.OFF or pair.group_id is not None:
        _anew(pair).save()


def _anew(pair: SyncGroup) -> SyncGroup:
    """Take the place of a pair: what its members agreed on is void by that."""
    pair.delete()
    return SyncGroup(
        workspace_id=pair.workspace_id,
        remote_id=pair.remote_id,
        remote_name=pair.remote_name,
        remote_count=pair.remote_count,
    )


def _group(workspace: Workspace, text: str) -> Group | None:
    return Group.objects.filter(workspace=workspace, id=text).first() if text else None


def _record(
    workspace: Workspace, actor: User, name: str, before: str, after: str
) -> None:
    if before == after:
        return
    audit.record(
        workspace=workspace,
        actor=actor,
        action="sync.update",
        subject=name,
        before={"direction": before},
        after={"direction": after},
    )
