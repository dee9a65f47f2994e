from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import addresses, countries, sentences
from accounts.access import WorkspaceRequest, member
from accounts.models import Connection, Membership, Poll
from accounts.rights import Right, allows
from accounts.selectors import audit as trail
from accounts.selectors import freshness, hooks, usage
from accounts.selectors.clock import gateway_today


@require_GET
@member(Right.READ)
def overview(request: WorkspaceRequest) -> HttpResponse:
    """Show the account at a glance: connection, money, team, what runs."""
    connection = Connection.objects.filter(workspace=request.workspace).first()
    context: dict[str, object] = {
        "connection": connection,
        "country": countries.name_of(request.workspace.country),
        "member_count": Membership.objects.filter(workspace=request.workspace).count(),
        "can_manage": allows(request.membership.role, Right.MANAGE_CONNECTION),
        "can_see_audit": allows(request.membership.role, Right.SEE_AUDIT),
        "is_real": addresses.is_real_gateway(),
    }
    if connection is not None:
        end = gateway_today()
        days = usage.by_day(connection, end - timedelta(days=29), end)
        context |= {
            "broken_sentence": sentences.of_connection(connection),
            "days_left": usage.days_left(connection),
            "mean_cost": usage.mean_daily_cost(connection),
            "cost_30_days": sum((day.cost for day in days), start=0),
            "sms_30_days": sum(day.sms for day in days),
            "usage_at": days[-1].fetched_at if days else None,
            "hooks": hooks.health(connection),
            "fresh": freshness.of(connection, Poll.Kind.BALANCE),
        }
    return render(request, "accounts/overview/page.html", context)


@require_GET
@member(Right.SEE_AUDIT)
def audit(request: WorkspaceRequest) -> HttpResponse:
    cursor = request.GET.get("after", "")
    # A cursor is the id of the last entry that was shown.
    before = int(cursor) if cursor.isdecimal() and len(cursor) < 19 else None
    page = trail.page(request.workspace, before=before)
    return render(request, "accounts/audit/list.html", {"page": page})
