"""The one place that speaks to the gateway's authorisation server."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.services import real_money
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.oauth import OAuth


def is_offered() -> bool:
    """Say whether this server is registered as an application at the gateway."""
    return bool(settings.SEVEN_OAUTH_CLIENT_ID)


def server(*, timeout_s: float | None = None) -> OAuth:
    """Return the authorisation server for our application.

    Raises Refused while no application is registered, and for the real gateway on a
    DEBUG server.
    """
    if not is_offered():
        raise Refused(
            _(
                "This server is not registered at seven.io as an application. Set "
                "SEVEN_OAUTH_CLIENT_ID, or connect with an API key."
            ),
            code="no_oauth_client",
        )
    real_money.refuse_in_debug()
    return OAuth(
        base_url=settings.SEVEN_OAUTH_URL,
        client_id=settings.SEVEN_OAUTH_CLIENT_ID,
        client_secret=settings.SEVEN_OAUTH_CLIENT_SECRET or None,
        timeout_s=timeout_s or settings.GATEWAY_TIMEOUT_S,
    )


def redirect_uri() -> str:
    """Return where the gateway sends a person back to."""
    return f"{settings.PUBLIC_URL}{reverse('accounts:connection_permitted')}"
