"""What a member may do, by role. The one table of rights."""

from __future__ import annotations

from enum import StrEnum

from accounts.models.workspaces import Role


class Right(StrEnum):
    """One thing a view may ask of a member."""

    READ = "read"
    SEND = "send"
    EDIT_CONTACTS = "edit_contacts"
    MANAGE_CAMPAIGNS = "manage_campaigns"
    # Take lists of people out of the house as files; each is in the audit trail.
    EXPORT = "export"
    MANAGE_CONNECTION = "manage_connection"
    # Rent numbers, move credit, add and delete subaccounts.
    MOVE_MONEY = "move_money"
    MANAGE_TEAM = "manage_team"
    MANAGE_WORKSPACE = "manage_workspace"
    SEE_AUDIT = "see_audit"


_READER = frozenset({Right.READ})
_SENDER = _READER | {Right.SEND}
_MANAGER = _SENDER | {Right.EDIT_CONTACTS, Right.MANAGE_CAMPAIGNS, Right.EXPORT}

RIGHTS: dict[str, frozenset[Right]] = {
    Role.READER: _READER,
    Role.SENDER: _SENDER,
    Role.MANAGER: _MANAGER,
    Role.OWNER: frozenset(Right),
}


def allows(role: str, right: Right) -> bool:
    """Say whether `role` holds `right`; an unknown role holds none."""
    return right in RIGHTS.get(role, frozenset())
