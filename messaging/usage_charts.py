"""Volumes as the dicts that components/chart.html draws. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from contacts.models import Channel
from messaging import period_words
from messaging.charts import Chart
from messaging.month_costs import MonthForecast
from messaging.periods import Chosen, Period
from messaging.selectors.breakdowns import Breakdown
from messaging.volumes import Volume

# Colours of things that have none of their own.
PALETTE: Final = ("sms", "voice", "rcs", "delivered", "refused", "unclear")
MOST_BARS: Final = 12
EUR: Final = {"unit": "€", "decimals": 2}


def messages(chosen: Chosen, now: Sequence[Volume], before: Sequence[Volume]) -> Chart:
    """Return messages by channel, with the sum of the period before as a line."""
    series = _by_channel(now, "{}")
    values = [one.messages for one in before]
    return _timed(chosen, [*series, *_line_before(values, chosen)], stacked=True)


def costs(
    chosen: Chosen, now: Sequence[Volume], before: Sequence[Volume], *, by_channel: bool
) -> Chart:
    """Return EUR, by channel where that is known, beside the period before."""
    whole = [_series("sms", _("Cost"), [one.cost for one in now])]
    series = _by_channel(now, "{}_cost") if by_channel else whole
    line = _line_before([one.cost for one in before], chosen)
    return {**_timed(chosen, [*series, *line], stacked=True), **EUR}


def bars(found: Breakdown, *, by_cost: bool, head: str) -> Chart:
    """Return the greatest countries, labels or subaccounts, beside the time before."""
    lines = sorted(found.lines, key=lambda line: -_measure(line.shown, by_cost))
    shown = [line for line in lines if _measure(line.shown, by_cost)][:MOST_BARS]
    now = [_measure(line.shown, by_cost) for line in shown]
    before = [_measure(line.before, by_cost) for line in shown]
    series = [_series("sms", _("This period"), now)]
    if any(before):
        series.append(_series("queued", _("Period before"), before))
    chart: Chart = {
        "type": "rows",
        "label_head": head,
        "labels": [line.name for line in shown],
        "series": series,
    }
    return {**chart, **EUR} if by_cost else chart


def trend(found: Breakdown, chosen: Chosen, *, by_cost: bool) -> Chart:
    """Return the dearest ones over time, stacked."""
    series = [
        _series(
            PALETTE[at % len(PALETTE)],
            found.name_of(key),
            [_measure(one, by_cost) for one in values],
        )
        for at, (key, values) in enumerate(found.trend.items())
    ]
    chart = _timed(chosen, series, stacked=True)
    return {**chart, **EUR} if by_cost else chart


def month(forecast: MonthForecast) -> Chart:
    """Return the cost of the month adding up: so far, foreseen, and last month."""
    lines = [
        ("sms", _("This month"), forecast.so_far, False),
        ("voice", _("Forecast"), forecast.foreseen, True),
        ("rcs", _("With campaigns to come"), forecast.with_campaigns, True),
        ("queued", _("Last month"), forecast.before, False),
    ]
    return {
        "type": "line",
        "label_head": _("Day"),
        "labels": [day.isoformat() for day in forecast.month],
        "series": [
            {**_series(key, label, values), "dash": is_dashed}
            for key, label, values, is_dashed in lines
            if values
        ],
        **EUR,
    }


def balance(period: Period, values: Sequence[Decimal | None]) -> Chart:
    """Return the balance at the end of each day."""
    has_any = any(value is not None for value in values)
    return {
        "type": "line",
        "label_head": _("Day"),
        "labels": [day.isoformat() for day in period] if has_any else [],
        "series": [{**_series("sms", _("Balance"), values), "fill": True}],
        **EUR,
    }


def side_by_side(
    period: Period, here: Sequence[int], gateway: Sequence[int | None]
) -> Chart:
    """Return the messages of each day here and at the gateway."""
    series = [
        _series("sms", _("Here"), here),
        _series("voice", _("Gateway"), gateway),
    ]
    has_any = any(here) or any(gateway)
    return {
        "type": "bar",
        "label_head": _("Day"),
        "labels": [day.isoformat() for day in period] if has_any else [],
        "series": series,
    }


def _timed(
    chosen: Chosen, series: list[dict[str, Any]], *, stacked: bool = False
) -> Chart:
    has_any = any(value for one in series for value in one["values"])
    return {
        "type": "stacked" if stacked else "bar",
        "label_head": period_words.head(chosen.cut),
        "labels": period_words.labels(chosen) if has_any else [],
        "series": series,
    }


def _by_channel(now: Sequence[Volume], name: str) -> list[dict[str, Any]]:
    """Return a series for each channel that was used."""
    found = []
    for channel in Channel:
        values = [getattr(one, name.format(channel)) for one in now]
        if any(values) or channel == Channel.SMS:
            found.append(_series(str(channel), str(channel.label), values))
    return found


def _line_before(
    values: Sequence[int | Decimal], chosen: Chosen
) -> list[dict[str, Any]]:
    """Return the line of the period before, as long as this one; none of nothing."""
    if not any(values):
        return []
    missing: list[None] = [None] * (len(chosen.pieces) - len(values))
    one = _series("queued", _("Period before"), [*values, *missing])
    return [{**one, "as": "line", "dash": True}]


def _measure(volume: Volume, by_cost: bool) -> int | Decimal:
    return volume.cost if by_cost else volume.messages


def _series(
    key: str, label: str, values: Sequence[int | Decimal | None]
) -> dict[str, Any]:
    return {"key": key, "label": label, "values": [_plain(value) for value in values]}


def _plain(value: int | Decimal | None) -> int | float | None:
    return round(float(value), 4) if isinstance(value, Decimal) else value
