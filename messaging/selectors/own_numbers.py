"""The numbers that the account has rented, as the fields for senders propose them."""

from __future__ import annotations

from accounts.models import Connection, Workspace
from accounts.selectors import numbers


def of(workspace: Workspace, *, has_sms: bool = False) -> list[str]:
    """Return the account's numbers as last seen, those for SMS alone if asked."""
    connection = Connection.objects.filter(workspace=workspace).first()
    if connection is None:
        return []
    rows = numbers.listing(connection)
    return [row.e164 for row in rows if row.has_sms or not has_sms]
