from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseStopPolling

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import report_charts, tasks
from messaging.models import Campaign, Summary
from messaging.selectors import campaign_report, campaigns, live
from messaging.selectors.campaign_report import Report
from messaging.selectors.live import Live
from messaging.services import summaries

AWAITED_POLL_S = 2


@require_GET
@member(Right.READ)
def campaign_report_fragment(
    request: WorkspaceRequest, campaign_id: UUID
) -> HttpResponse:
    """Return the report when it has changed; the last answer ends the polling."""
    campaign = campaigns.get(request.workspace, campaign_id)
    found = live.of(campaign)
    if not request.htmx or not found.is_over:
        return redirect("messaging:campaign_detail", campaign.pk)
    values = values_of(found)
    is_same = request.GET.get("seen") == values["report"].mark
    if is_same and values["report_poll_s"]:
        return HttpResponse(status=204)
    answer = render(request, "messaging/campaigns/report/_report.html", values)
    if not values["report_poll_s"]:
        answer.status_code = HttpResponseStopPolling.status_code
    return answer


@require_POST
@member(Right.READ)
def campaign_report_refresh(
    request: WorkspaceRequest, campaign_id: UUID
) -> HttpResponse:
    campaign = campaigns.get(request.workspace, campaign_id)
    found = live.of(campaign)
    if not found.is_over:
        return redirect("messaging:campaign_detail", campaign.pk)
    summary = summaries.refresh(campaign)
    if not request.htmx:
        _ring(summary)
        return redirect("messaging:campaign_detail", campaign.pk)
    values = values_of(found, summary=summary)
    return render(request, "messaging/campaigns/report/_report.html", values)


def values_of(found: Live, *, summary: Summary | None = None) -> dict[str, Any]:
    """Return what the report of an ended campaign shows; rings where it is old."""
    if summary is None:
        summary = summaries.of(found.campaign, found.progress)
    _ring(summary)
    report = campaign_report.of(found.campaign, summary)
    return {
        "campaign": found.campaign,
        "live": found,
        "progress": found.progress,
        "report": report,
        "report_poll_s": AWAITED_POLL_S if report.is_awaited else found.poll_s,
        **_charts(report),
    }


def _charts(report: Report) -> dict[str, Any]:
    channel = report.campaign.channel
    return {
        "funnel": report_charts.funnel(report.steps),
        "delivery_chart": report_charts.delivery(report.known.delivery),
        "calls_chart": report_charts.calls(report.known.calls),
        "answers_chart": report_charts.answers(report.answers),
        "country_chart": report_charts.outcomes(
            report.countries, head=_("Country"), channel=channel
        ),
        "network_chart": report_charts.outcomes(
            report.networks, head=_("Network"), channel=channel
        ),
    }


def _ring(summary: Summary) -> None:
    if summary.asked_at is not None:
        campaign: Campaign = summary.campaign
        transaction.on_commit(partial(tasks.ring_summary, campaign.pk))
