"""Campaigns side by side: which of them did what better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Workspace
from messaging.models import Campaign
from messaging.selectors.campaign_report import Report
from messaging.selectors.campaigns import NOT_LAUNCHED
from messaging.selectors.progress import share
from seven_dashboard.formatting import (
    duration_text,
    money_text,
    number_text,
    percent_text,
)

LEAST, MOST = 2, 6
Figure = Decimal | int | float | None
Campaigns = QuerySet[Campaign]


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of each campaign, in their order."""

    label: str
    cells: list[Cell]


def chosen(workspace: Workspace, ids: Sequence[str]) -> list[Campaign]:
    """Return launched campaigns of the workspace by id, the oldest first.

    What is no id, or another workspace's, is left out; so is what is above MOST.
    """
    wanted = [known for text in ids[: 4 * MOST] if (known := _uuid(text))]
    rows = _launched(workspace).filter(pk__in=wanted)
    return list(rows.order_by("launched_at", "pk")[:MOST])


def same_text(campaign: Campaign) -> list[Campaign]:
    """Return the newest campaigns with the text of one, itself among them."""
    rows = _launched(campaign.workspace).filter(
        text=campaign.text, channel=campaign.channel
    )
    newest = list(rows.order_by("-launched_at", "-pk")[:MOST])
    if campaign not in newest:
        newest = [*newest[: MOST - 1], campaign]
    return sorted(newest, key=lambda one: one.launched_at or one.created_at)


def rows(reports: Sequence[Report]) -> list[Row]:
    """Return every figure that tells campaigns apart; the best of each is marked."""
    found = [
        _row(_("Started"), reports, _started, str),
        _row(_("Channel"), reports, lambda r: r.campaign.get_channel_display(), str),
        _row(_("Recipients"), reports, lambda r: r.recipients, number_text),
        _row(_("Sent"), reports, lambda r: r.sent, number_text),
        _row(_("Delivered"), reports, _delivered, percent_text, best=max),
        _row(_("Refused"), reports, lambda r: r.known.of("refused"), number_text),
        _row(_("Half arrived within"), reports, _median, duration_text, best=min),
        _row(_("Replied"), reports, lambda r: r.replied_share, percent_text, best=max),
        _row(
            _("Clicked"),
            reports,
            lambda r: r.clicked_share,
            percent_text,
            best=max,
            missing=_("not tracked"),
        ),
    ]
    if any(r.known.responses.people_read for r in reports):
        word = pgettext("message state", "Read")
        found.append(_row(word, reports, _read, percent_text, best=max))
    return [
        *found,
        _row(
            _("Opted out"), reports, lambda r: r.opted_out_share, percent_text, best=min
        ),
        _row(_("Cost"), reports, lambda r: r.known.cost, money_text),
        _row(
            _("Cost for each delivered"),
            reports,
            lambda r: r.cost_per_delivered,
            money_text,
            best=min,
        ),
    ]


def rates(report: Report) -> list[float | None]:
    """Return delivered, clicked, replied and opted out in percent, for a chart.

    None where it was not measured: no bar, and not one of nothing.
    """
    shares = (
        report.delivered_share,
        report.clicked_share,
        report.replied_share,
        report.opted_out_share,
    )
    return [None if one is None else round(float(one * 100), 1) for one in shares]


def rate_words() -> list[str]:
    """Return what the figures of ``rates`` are called."""
    return [_("Delivered"), _("Clicked"), _("Replied"), _("Opted out")]


def _launched(workspace: Workspace) -> Campaigns:
    rows = Campaign.objects.filter(workspace=workspace, kind=Campaign.Kind.BULK)
    # One whose start was held is paused, and has reached nobody.
    return rows.exclude(state__in=NOT_LAUNCHED).filter(launched_at__isnull=False)


def _row(
    label: str,
    reports: Sequence[Report],
    read: Callable[[Report], Figure | str],
    write: Callable[..., str],
    *,
    best: Callable[..., Figure] | None = None,
    missing: str = "–",
) -> Row:
    values = [read(report) for report in reports]
    texts = [missing if value is None else write(value) for value in values]
    known = [v for v in values if v is not None and not isinstance(v, str)]
    # What looks the same is not better, nor what has nothing to be compared with.
    is_open = len(known) > 1 and len(set(texts)) > 1
    leader = best(known) if best and is_open else None
    winner = None if leader is None else write(leader)
    return Row(label, [Cell(text, is_best=text == winner) for text in texts])


def _started(report: Report) -> str:
    at = report.campaign.launched_at
    return date_format(localtime(at), "DATE_FORMAT") if at else ""


def _delivered(report: Report) -> Decimal | None:
    return share(report.delivered, report.sent)


def _read(report: Report) -> Decimal | None:
    return report.read_share if report.is_rcs else None


def _median(report: Report) -> float | None:
    return None if report.is_call else report.known.delivery.median_s


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
