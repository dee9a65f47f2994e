"""Which groups go which ways, as a person has chosen it for all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import User, Workspace
from contacts.models import Direction, Group
from contacts.selectors.sync import Row
from contacts.services.sync import setups


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
            setups.set_pair(
                pair=row.pair,
                actor=actor,
                direction=direction,
                group=_group(workspace, values.get("group", "")),
            )
        elif row.group is not None:
            setups.set_own(workspace=workspace, group=row.group, direction=direction)


def _group(workspace: Workspace, text: str) -> Group | None:
    return Group.objects.filter(workspace=workspace, id=text).first() if text else None
