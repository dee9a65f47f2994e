"""The gateway's calendar."""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone

# Days of the gateway's analytics begin and end in Berlin (recorded answers).
GATEWAY_ZONE: Final = ZoneInfo("Europe/Berlin")


def gateway_today() -> date:
    """Return the day that it is at the gateway."""
    return timezone.now().astimezone(GATEWAY_ZONE).date()
