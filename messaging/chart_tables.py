"""Charts and breakdowns as tables for files. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from messaging.charts import Chart
from messaging.difference_words import WORDS
from messaging.selectors.breakdowns import Breakdown
from messaging.selectors.day_facts import Compared
from messaging.volumes import Volume
from seven_dashboard.csv_text import Cell

Row = Sequence[Cell]


def table_of(chart: Chart) -> Iterator[Row]:
    """Yield the head and the rows of a chart, numbers as numbers."""
    unit = f" ({chart['unit']})" if chart.get("unit") else ""
    series = chart["series"]
    yield [chart.get("label_head", ""), *(f"{one['label']}{unit}" for one in series)]
    for at, label in enumerate(chart["labels"]):
        yield [_label(label), *(_number(one["values"][at]) for one in series)]


def breakdown(found: Breakdown, head: str) -> Iterator[Row]:
    """Yield every listed country, label or subaccount with all its figures."""
    yield [head, _("Code"), *_volume_head(), _("Period before"), _("Cost before")]
    lines = [*found.lines, *([found.others] if found.others else [])]
    for line in lines:
        name = _("Others") if line is found.others else line.name
        before = line.before
        yield [
            name,
            line.key,
            *_volume(line.shown),
            before.messages,
            before.cost,
        ]


def compared(found: Compared) -> Iterator[Row]:
    """Yield every day here and at the gateway, with the reasons of a difference."""
    yield [
        _("Day"),
        _("Sent here"),
        _("Gateway"),
        _("Difference"),
        _("Cost here (EUR)"),
        _("Gateway (EUR)"),
        _("Difference (EUR)"),
        _("Why"),
    ]
    for one in found.days:
        gateway = one.gateway
        yield [
            one.day,
            one.here.messages,
            gateway.messages if gateway else None,
            one.messages,
            one.here.cost,
            gateway.cost if gateway else None,
            one.cost,
            " ".join(str(WORDS[why]) for why in found.reasons.get(one.day, [])),
        ]


def _volume_head() -> list[str]:
    return ["SMS", _("Voice"), "RCS", _("Messages"), _("Lookups"), _("Cost (EUR)")]


def _volume(one: Volume) -> list[Cell]:
    return [one.sms, one.voice, one.rcs, one.messages, one.lookups, one.cost]


def _label(label: str) -> Cell:
    try:
        return date.fromisoformat(label)
    except ValueError:
        return label


def _number(value: int | float | None) -> Cell:
    return None if value is None else Decimal(str(value))
