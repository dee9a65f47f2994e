from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging.selectors import used_prices as selected


@require_GET
@member(Right.READ)
def used_prices(request: WorkspaceRequest) -> HttpResponse:
    """Show, within the page of prices, what changed where campaigns went lately."""
    since = timezone.now() - timedelta(days=selected.LOOK_BACK_DAYS)
    rows = selected.changed_since(request.workspace, since)
    return render(request, "messaging/analytics/_used_prices.html", {"rows": rows})
