"""Days in the zone of a workspace."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import Workspace
from messaging import hours
from messaging.periods import Period


def today(workspace: Workspace) -> date:
    """Return the day that it is for the workspace."""
    zone = hours.zone_of(workspace.time_zone)
    return timezone.now().astimezone(zone).date()


def last(workspace: Workspace, days: int) -> Period:
    """Return the last so many days of a workspace, today included."""
    end = today(workspace)
    return Period(end - timedelta(days=days - 1), end)
