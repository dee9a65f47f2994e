from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import report_charts, tasks
from messaging.charts import Chart
from messaging.models import Campaign
from messaging.selectors import campaign_report, campaigns, comparison, progress
from messaging.selectors.campaign_report import Report
from messaging.services import summaries

# A colour for each campaign, far enough from each other.
_COLOURS = ("sms", "voice", "rcs", "delivered", "unclear", "refused")


@require_GET
@member(Right.READ)
def campaign_compare(request: WorkspaceRequest) -> HttpResponse:
    """Show two to six campaigns side by side, or let a person choose them."""
    chosen = comparison.chosen(request.workspace, request.GET.getlist("c"))
    return _page(request, chosen)


@require_GET
@member(Right.READ)
def campaign_same_text(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    """Show how one text did, each time it was sent."""
    campaign = campaigns.get(request.workspace, campaign_id)
    return _page(request, comparison.same_text(campaign), text_of=campaign)


def _page(
    request: WorkspaceRequest,
    chosen: list[Campaign],
    *,
    text_of: Campaign | None = None,
) -> HttpResponse:
    is_enough = len(chosen) >= comparison.LEAST
    reports = _reports(chosen) if is_enough else []
    ids = [str(campaign.pk) for campaign in chosen]
    values = {
        "chosen": chosen,
        "ids": ids,
        "text_of": text_of,
        "reports": reports,
        "rows": comparison.rows(reports),
        "is_awaited": any(report.figures is None for report in reports),
        "offered": campaigns.launched(request.workspace, also=ids),
        "least": comparison.LEAST,
        "most": comparison.MOST,
        "rates_chart": _rates(reports),
        "cost_chart": _costs(reports),
        "time_chart": _over_time(reports) if text_of else None,
    }
    return render(request, "messaging/campaigns/compare.html", values)


def _reports(chosen: list[Campaign]) -> list[Report]:
    found = progress.of(chosen)
    reports = []
    for campaign in chosen:
        summary = summaries.of(campaign, found[campaign.pk])
        if summary.asked_at is not None:
            transaction.on_commit(partial(tasks.ring_summary, campaign.pk))
        reports.append(campaign_report.of(campaign, summary))
    return reports


def _rates(reports: list[Report]) -> Chart:
    return report_charts.columns(
        comparison.rate_words() if reports else [],
        [
            (colour, report.campaign.name, comparison.rates(report))
            for colour, report in zip(_COLOURS, reports, strict=False)
        ],
        unit="%",
        decimals=1,
        label_head=_("Share"),
    )


def _costs(reports: list[Report]) -> Chart:
    values = [round(float(report.cost_per_delivered or 0), 4) for report in reports]
    return report_charts.columns(
        [report.campaign.name for report in reports] if any(values) else [],
        [("sms", _("Cost for each delivered"), values)],
        unit="€",
        decimals=4,
        label_head=_("Campaign"),
    )


def _over_time(reports: list[Report]) -> Chart:
    """Return the rates of one text by the day it was sent."""
    words = comparison.rate_words()
    rates = [comparison.rates(report) for report in reports]
    days = [
        (report.campaign.launched_at or report.campaign.created_at).date().isoformat()
        for report in reports
    ]
    return {
        **report_charts.columns(
            days,
            [
                (colour, word, [rate[at] for rate in rates])
                for at, (colour, word) in enumerate(
                    zip(("delivered", "sms", "voice", "refused"), words, strict=True)
                )
            ],
            unit="%",
            decimals=1,
            label_head=_("Started"),
        ),
        "type": "line",
    }
