from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from messaging import charts, pauses
from messaging.selectors import home as selector
from messaging.selectors.home import Attention
from seven_dashboard.gateway.codes import meaning_of


@require_GET
@member(Right.READ)
def home(request: WorkspaceRequest) -> HttpResponse:
    found = selector.of(request.workspace)
    start, end = found.period.start, found.period.end
    role = request.membership.role
    values = {
        "home": found,
        "attention": [(one, _sentence(one)) for one in found.attention],
        "messages_chart": charts.messages_by_day(found.by_day, start=start, end=end),
        "cost_chart": charts.cost_by_day(found.by_day, start=start, end=end),
        "funnel": charts.delivery_funnel(found.totals),
        "may_send": allows(role, Right.SEND),
        "may_connect": allows(role, Right.MANAGE_CONNECTION),
        "may_import": allows(role, Right.EDIT_CONTACTS),
    }
    return render(request, "messaging/home/home.html", values)


def _sentence(item: Attention) -> str:
    if item.kind == "paused" and item.campaign:
        return pauses.explain(item.campaign.pause_reason).text
    return _(meaning_of(item.code).sentence) if item.code is not None else ""
