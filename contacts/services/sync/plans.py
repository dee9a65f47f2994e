"""What one contact of the gateway needs on our side, and what its link becomes."""

from __future__ import annotations

from dataclasses import dataclass

from contacts.models import SyncLink
from contacts.services.sync.owns import Own
from contacts.sync_fields import Theirs
from contacts.sync_merge import Members, Merged

State, Todo = SyncLink.State, SyncLink.Todo


@dataclass(slots=True)
class Plan:
    """What one contact of the gateway needs on our side; ``link`` is as it will be."""

    theirs: Theirs
    link: SyncLink
    own: Own | None = None
    merged: Merged | None = None
    members: Members | None = None
    is_new_link: bool = False
    # Of a duplicate: the plan that creates the contact with its number.
    twin: Plan | None = None
    # An earlier link of the contact that this one takes the place of.
    replaces: int | None = None

    @property
    def creates(self) -> bool:
        """Say whether the contact is to be created here."""
        return self.own is None and self.merged is not None

    @property
    def pulls(self) -> bool:
        """Say whether a contact that we have changes here."""
        is_changed = bool(self.merged and self.merged.pull)
        joins = bool(self.members and self.members.pulls)
        return self.own is not None and (is_changed or joins)

    @property
    def pushes(self) -> bool:
        """Say whether the gateway has to be told something."""
        is_changed = bool(self.merged and self.merged.push)
        return is_changed or bool(self.members and self.members.pushes)


def settle(plan: Plan) -> None:
    """Give the link the base of the merge, its conflicts and what is left to do."""
    link, merged, members = plan.link, plan.merged, plan.members
    if merged is None or members is None:
        return
    link.base_ours, link.base_theirs = merged.base_ours, merged.base_theirs
    link.groups = sorted(members.base)
    link.conflict = {name: list(both) for name, both in merged.conflicts.items()}
    link.validation = plan.theirs.validation[:16]
    link.todo = Todo.UPDATE if plan.pushes else Todo.NOTHING
    if not plan.pushes:
        link.forget_trouble()
    link.is_edited = False
