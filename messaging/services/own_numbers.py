"""The numbers that the account has rented, asked for at most every ten minutes."""

from __future__ import annotations

from django.core.cache import cache

from accounts.models import Connection, Workspace
from accounts.services import gateway
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError

CACHE_S = 600
# After trouble, so that a page that offers numbers does not wait each time.
TROUBLE_S = 30


def of(workspace: Workspace) -> list[str]:
    """Return the account's numbers; none while the gateway does not say."""
    connection = Connection.objects.filter(workspace=workspace).first()
    if connection is None:
        return []
    key = f"own_numbers:{connection.pk}"
    known: list[str] | None = cache.get(key)
    if known is not None:
        return known
    try:
        active = gateway.client_for(connection).numbers.active()
        found, keep_s = [f"+{n.number.lstrip('+')}" for n in active], CACHE_S
    except (GatewayError, Refused):
        found, keep_s = [], TROUBLE_S
    cache.set(key, found, timeout=keep_s)
    return found
