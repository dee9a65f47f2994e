from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.models import Poll, Usage
from accounts.rights import Right
from messaging import (
    chart_tables,
    charts,
    differences,
    usage_charts,
    volumes,
    world_map,
)
from messaging.difference_words import WORDS
from messaging.selectors import analytics as selected
from messaging.selectors import breakdowns, day_facts, money
from messaging.selectors.breakdowns import Breakdown
from messaging.views.analytics_frame import Frame

Dimension = Usage.Dimension


@require_GET
@member(Right.READ)
def analytics(request: WorkspaceRequest) -> HttpResponseBase:
    """Answer: what did we send, did it arrive, what did it cost, what changed?"""
    frame = Frame(request)
    found, chosen = selected.overview(frame.about), frame.chosen
    before = found.before if frame.about.is_before_known else []
    drawn = {
        "messages": usage_charts.messages(chosen, found.now, before),
        "cost": usage_charts.costs(
            chosen, found.now, before, by_channel=not frame.about.is_of_account
        ),
        "outcomes": charts.outcomes(found.outcomes),
    }
    values = {
        "found": found,
        "changes": _changes(frame, found),
        "money": money.of(frame.about),
    }
    return frame.answer("messaging/analytics/_overview.html", drawn, values)


@require_GET
@member(Right.READ)
def analytics_countries(request: WorkspaceRequest) -> HttpResponseBase:
    return _breakdown(request, Dimension.COUNTRY, _("Country"))


@require_GET
@member(Right.READ)
def analytics_labels(request: WorkspaceRequest) -> HttpResponseBase:
    return _breakdown(request, Dimension.LABEL, _("Label"))


@require_GET
@member(Right.READ)
def analytics_subaccounts(request: WorkspaceRequest) -> HttpResponseBase:
    return _breakdown(request, Dimension.SUBACCOUNT, _("Subaccount"))


@require_GET
@member(Right.READ)
def analytics_money(request: WorkspaceRequest) -> HttpResponseBase:
    """Answer: what will the month cost, and how long does the balance last?"""
    frame = Frame(request)
    found = money.of(frame.about)
    drawn = {"balance": usage_charts.balance(frame.chosen.period, found.balances)}
    if found.forecast:
        drawn["month"] = usage_charts.month(found.forecast)
    return frame.answer("messaging/analytics/_money.html", drawn, {"money": found})


@require_GET
@member(Right.READ)
def analytics_compared(request: WorkspaceRequest) -> HttpResponseBase:
    """Answer: does the gateway count what we count, and if not, why?"""
    frame = Frame(request)
    found = day_facts.of(frame.about)
    here = [one.here.messages for one in found.days]
    gateway = [one.gateway.messages if one.gateway else None for one in found.days]
    drawn = {
        "days": usage_charts.side_by_side(frame.chosen.period, here, gateway),
    }
    values = {"found": found, "days": _explained(found)}
    tables = {"table": chart_tables.compared(found)}
    return frame.answer(
        "messaging/analytics/_compared.html", drawn, values, tables=tables
    )


def _breakdown(
    request: WorkspaceRequest, dimension: str, head: str
) -> HttpResponseBase:
    frame = Frame(request, poll_kind=Poll.Kind.BREAKDOWN)
    key = request.GET.get("key", "")[:120] if "key" in request.GET else None
    found = breakdowns.of(frame.about, dimension, key=key)
    by_cost = request.GET.get("show") != "messages"
    names = {line.key: line.name for line in found.lines}
    drawn = {
        "bars": usage_charts.bars(found, by_cost=by_cost, head=head),
        "trend": usage_charts.trend(found, frame.chosen, names, by_cost=by_cost),
    }
    values = {
        "found": found,
        "head": head,
        "dimension": dimension,
        "by_cost": by_cost,
        "line": found.line(key) if key is not None else None,
        "world": _world(found, by_cost) if dimension == Dimension.COUNTRY else None,
        "is_only_account": dimension == Dimension.SUBACCOUNT,
    }
    tables = {"table": chart_tables.breakdown(found, head)}
    return frame.answer(
        "messaging/analytics/_breakdown.html", drawn, values, tables=tables
    )


def _world(found: Breakdown, by_cost: bool) -> dict[str, Any]:
    """Return the map, each place with the line that it stands for."""
    lines = {line.key: line for line in found.lines}
    amounts: dict[str, Decimal | int] = {
        key: line.shown.cost if by_cost else line.shown.messages
        for key, line in lines.items()
    }
    world = world_map.of(amounts)
    return {
        "places": [(place, lines[place.code]) for place in world.places],
        "floors": world.floors,
        "missing": [lines[code] for code in world.missing],
        "file": world_map.FILE,
    }


def _changes(frame: Frame, found: selected.Overview) -> dict[str, Decimal | None]:
    """Return how much more each figure is than in the period before."""
    if not frame.about.is_before_known:
        return {}
    now, before = found.total, found.total_before
    return {
        "messages": volumes.change(now.messages, before.messages),
        "cost": volumes.change(now.cost, before.cost),
        "mean_cost": volumes.change(
            now.mean_cost or volumes.ZERO_EUR, before.mean_cost or volumes.ZERO_EUR
        ),
    }


def _explained(
    found: day_facts.Compared,
) -> list[tuple[differences.DayFacts, list[str]]]:
    return [(one, [str(WORDS[why]) for why in some]) for one, some in found.shown]
