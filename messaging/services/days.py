"""The day that a moment counts for."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Workspace
from messaging import hours


def day_in(workspace: Workspace, moment: datetime | None = None) -> date:
    """Return the day of a moment (now if None) in the workspace's zone."""
    return (moment or timezone.now()).astimezone(zone_of(workspace)).date()


def zone_of(workspace: Workspace) -> ZoneInfo:
    """Return the workspace's time zone, UTC for one that nobody knows."""
    return hours.zone_of(workspace.time_zone)
