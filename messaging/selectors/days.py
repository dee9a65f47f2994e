"""Days in the zone of a workspace."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

from accounts.models import Workspace
from messaging.periods import Period


def today(workspace: Workspace) -> date:
    """Return the day that it is for the workspace."""
    try:
        zone = ZoneInfo(workspace.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return timezone.now().astimezone(zone).date()


def last(workspace: Workspace, days: int) -> Period:
    """Return the last so many days of a workspace, today included."""
    end = today(workspace)
    return Period(end - timedelta(days=days - 1), end)
