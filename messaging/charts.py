"""Figures as the dicts that components/chart.html draws. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from messaging.selectors.progress import Progress
from messaging.selectors.tallies import Day

Chart = dict[str, Any]


def delivery_funnel(progress: Progress) -> Chart:
    """Return how far what was sent came."""
    steps = [
        (_("Sent"), "accepted", progress.sent),
        (_("Report in"), "queued", progress.sent - progress.awaiting),
        (_("Delivered"), "delivered", progress.delivered),
    ]
    return _slices("funnel", steps)


def outcomes(progress: Progress) -> Chart:
    """Return what became of the messages; outcomes that nobody had are left out."""
    slices = [
        (_("Delivered"), "delivered", progress.delivered),
        (_("On the way"), "accepted", progress.awaiting),
        (_("Not delivered"), "undelivered", progress.totals.of("undelivered")),
        (_("Expired"), "expired", progress.totals.of("expired")),
        (_("Refused"), "refused", progress.refused),
        (_("Unclear"), "unclear", progress.unclear),
    ]
    return _slices("doughnut", [one for one in slices if one[2]])


def messages_by_day(days: Sequence[Day], *, start: date, end: date) -> Chart:
    """Return delivered, on the way and failed for each day, zero for days without."""
    found = {day.day: day for day in days}
    every = _days(start, end)
    none = Day(start, 0, 0, 0, 0, Decimal(0))
    rows = [found.get(day, none) for day in every]
    series = [
        ("delivered", _("Delivered"), [row.delivered for row in rows]),
        (
            "accepted",
            _("On the way"),
            [row.sent - row.delivered - row.failed for row in rows],
        ),
        ("undelivered", _("Not delivered"), [row.failed for row in rows]),
    ]
    return {
        "type": "stacked",
        "label_head": _("Day"),
        "labels": [day.isoformat() for day in every]
        if any(r.sent for r in rows)
        else [],
        "series": [
            {"key": key, "label": label, "values": values}
            for key, label, values in series
        ],
    }


def cost_by_day(days: Sequence[Day], *, start: date, end: date) -> Chart:
    """Return EUR for each day, zero for days without."""
    found = {day.day: day.cost for day in days}
    every = _days(start, end)
    values = [round(float(found.get(day, 0)), 2) for day in every]
    return {
        "type": "bar",
        "label_head": _("Day"),
        "labels": [day.isoformat() for day in every] if any(values) else [],
        "series": [{"key": "sms", "label": _("Cost"), "values": values}],
        "unit": "€",
        "decimals": 2,
    }


def _slices(kind: str, slices: Sequence[tuple[str, str, int]]) -> Chart:
    has_any = any(count for _label, _key, count in slices)
    return {
        "type": kind,
        "labels": [label for label, _key, _count in slices] if has_any else [],
        "colors": [key for _label, key, _count in slices],
        "series": [
            {
                "key": "",
                "label": _("Messages"),
                "values": [count for _label, _key, count in slices],
            }
        ],
    }


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]
