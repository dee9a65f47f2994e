"""The prices of a country over time, as components/chart.html draws them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.selectors.price_history import PriceDay


def history(days: Sequence[PriceDay]) -> dict[str, Any]:
    """Return the usual, the cheapest and the dearest network day by day."""
    lines = [("sms", _("All other networks"), [float(day.usual) for day in days])]
    if any(day.lowest != day.highest for day in days):
        lines += [
            ("delivered", _("Cheapest"), [float(day.lowest) for day in days]),
            ("voice", _("Dearest"), [float(day.highest) for day in days]),
        ]
    return {
        "type": "line",
        "label_head": _("Day"),
        "labels": [day.day.isoformat() for day in days],
        "series": [
            {"key": key, "label": label, "values": values, "step": True}
            for key, label, values in lines
        ],
        "unit": "€",
        "decimals": 4,
    }
