"""A development server does not spend real money by accident."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.addresses import is_real_gateway
from seven_dashboard.errors import Refused


def refuse_in_debug() -> None:
    """Raise Refused when a DEBUG server is about to spend real money."""
    may_spend = not settings.IS_TRIAL or settings.SEVEN_ALLOW_REAL_IN_DEBUG
    if is_real_gateway() and not may_spend:
        raise Refused(
            _(
                "This is a development server, so it does not talk to the real "
                "gateway. Set SEVEN_ALLOW_REAL_IN_DEBUG=1 to allow it."
            ),
            code="real_gateway_in_debug",
        )
