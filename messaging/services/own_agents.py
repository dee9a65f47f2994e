"""The RCS agents that the account may send from, asked for at most every ten minutes.

The operation is newer than the specification. Where it does not answer, fields propose
the agents that were used before, as they did without it.
"""

from __future__ import annotations

from django.core.cache import cache

from accounts.models import Connection, Workspace
from accounts.services import gateway
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.rcs import Agent

CACHE_S = 600
# After trouble, so that a page that offers agents does not wait each time.
TROUBLE_S = 60


def of(workspace: Workspace) -> list[Agent]:
    """Return the account's agents; none while the gateway does not say."""
    connection = Connection.objects.filter(workspace=workspace).first()
    if connection is None:
        return []
    key = f"own_agents:{connection.pk}"
    known: list[Agent] | None = cache.get(key)
    if known is not None:
        return known
    try:
        agents = gateway.client_for(connection, is_waited_for=True).rcs.agents()
        found, keep_s = [agent for agent in agents if agent.can_send], CACHE_S
    except (GatewayError, Refused):
        found, keep_s = [], TROUBLE_S
    cache.set(key, found, timeout=keep_s)
    return found
