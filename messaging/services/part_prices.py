"""What a part of a message costs by country, for bounds that must hold beforehand."""

from __future__ import annotations

from contextlib import suppress

from accounts.models import Connection
from accounts.selectors import prices
from accounts.services import prices as price_lists
from messaging.models import Campaign, CountryLimit, SendingRules
from messaging.selectors.spending import Billed, PriceOf, worst_prices
from messaging.states import CampaignState
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError


def of(connection: Connection) -> PriceOf:
    """Return a function from a country to the EUR of a part, at worst.

    Fetches the price list if there is none yet, as on the first day. Where that brings
    nothing, each bound goes by what was billed so far.
    """
    if not prices.by_country(connection) and _is_bounded(connection):
        with suppress(GatewayError, Refused):
            price_lists.refresh(connection=connection)
    return worst_prices(connection) if prices.by_country(connection) else Billed({})


def _is_bounded(connection: Connection) -> bool:
    workspace = connection.workspace_id
    running = Campaign.objects.filter(workspace=workspace, state=CampaignState.SENDING)
    rules = SendingRules.objects.filter(workspace=workspace)
    return (
        running.filter(cost_agreed__isnull=False).exists()
        or rules.filter(limit_per_day__isnull=False).exists()
        or CountryLimit.objects.filter(workspace=workspace).exists()
    )
