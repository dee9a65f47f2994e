"""What is known of a permission by OAuth, for the Connection page."""

from __future__ import annotations

from dataclasses import dataclass

from accounts import scopes
from accounts.models import Connection, Grant, Poll
from accounts.sentences import NOT_ALLOWED


@dataclass(frozen=True, slots=True)
class Permission:
    """A grant in words: whose account, what it covers."""

    grant: Grant
    covered: list[scopes.Covered]

    @property
    def account(self) -> str:
        """Return what the account is called, as far as it said."""
        grant = self.grant
        return str(grant.company or grant.alias or grant.email or grant.account_id)


def of(connection: Connection) -> Permission | None:
    """Return the permission of a connection, None when it lives on an API key."""
    grant = Grant.objects.filter(connection=connection).first()
    if grant is None or not connection.is_by_oauth:
        return None
    return Permission(grant, scopes.covered(grant.scope_names))


def uses(connection: Connection | None) -> list[str]:
    """Return what to tick for the next permission: all, or what the present covers."""
    permission = of(connection) if connection else None
    if permission is None:
        return [name for name, _label in scopes.CHOICES]
    return [one.use.name for one in permission.covered if one.is_covered]


def lacks_right(connection: Connection) -> bool:
    """Say whether a polling was refused a right that was meant to be given.

    What somebody did not tick stands on the page and is no trouble.
    """
    refused = Poll.objects.filter(connection=connection, code=NOT_ALLOWED)
    kinds = set(refused.values_list("kind", flat=True))
    return any(not leaves_out(connection, kind) for kind in kinds)


def leaves_out(connection: Connection, kind: str) -> bool:
    """Say that a permission leaves out on purpose what a kind of polling asks for."""
    optional = {s for use in scopes.USES if not use.is_needed for s in use.scopes}
    scope = scopes.OF_POLLS.get(kind, "")
    if scope not in optional or not connection.is_by_oauth:
        return False
    grant = Grant.objects.filter(connection=connection.key_holder).first()
    return grant is not None and scope not in grant.scope_names
