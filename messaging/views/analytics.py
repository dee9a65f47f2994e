from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import charts
from messaging.selectors import analytics as selector


@require_GET
@member(Right.READ)
def analytics(request: WorkspaceRequest) -> HttpResponse:
    days = _days(request.GET.get("days", ""))
    found = selector.of(request.workspace, days_shown=days)
    start, end = found.period.start, found.period.end
    values = {
        "analytics": found,
        "days": days,
        "shown_days": [line for line in reversed(found.lines) if not line.is_quiet],
        "periods": [
            (n, ngettext("%(n)d day", "%(n)d days", n) % {"n": n})
            for n in selector.PERIODS
        ],
        "messages_chart": charts.messages_by_day(found.by_day, start=start, end=end),
        "cost_chart": charts.cost_by_day(found.by_day, start=start, end=end),
        "outcome_chart": charts.outcomes(found.totals),
        "country_chart": charts.bars(
            [line.name for line in found.countries],
            [line.sent for line in found.countries],
            label=_("Messages"),
            head=_("Country"),
        ),
    }
    return render(request, "messaging/analytics/analytics.html", values)


def _days(value: str) -> int:
    wanted = int(value) if value.isdecimal() and len(value) < 4 else 0
    return wanted if wanted in selector.PERIODS else selector.DEFAULT_DAYS
