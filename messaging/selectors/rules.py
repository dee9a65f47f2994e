"""The rules for sending of a workspace."""

from __future__ import annotations

from django.http import Http404

from accounts.models import Workspace
from messaging.models import CountryLimit, SendingRules


def of(workspace: Workspace) -> SendingRules:
    """Return the rules of a workspace; the defaults where nobody has set any."""
    found = SendingRules.objects.filter(workspace=workspace).first()
    return found or SendingRules(workspace=workspace)


def country_limits(workspace: Workspace) -> list[CountryLimit]:
    """Return the limits by country; that for every other country comes last."""
    found = CountryLimit.objects.filter(workspace=workspace).order_by("country")
    return sorted(found, key=lambda limit: (not limit.country, limit.country))


def country_limit(workspace: Workspace, limit_id: int) -> CountryLimit:
    """Return a limit of the workspace; raises Http404 for any other."""
    found = CountryLimit.objects.filter(workspace=workspace, pk=limit_id).first()
    if found is None:
        raise Http404
    return found
