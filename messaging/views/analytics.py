from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.models import Usage
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
from messaging.forms.periods import source_wanted
from messaging.selectors import analytics as selected
from messaging.selectors import breakdowns, day_facts, money
from messaging.selectors.analytics import Source
from messaging.selectors.breakdowns import Breakdown
from messaging.views.analytics_frame import Drawn, Frame

Dimension = Usage.Dimension


@require_GET
@member(Right.READ)
def analytics(request: WorkspaceRequest) -> HttpResponseBase:
    """Answer: what did we send, did it arrive, what did it cost, what changed?"""
    frame = Frame(request)
    return frame.answer("messaging/analytics/_overview.html", lambda: _overview(frame))


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
    # Only the gateway knows what other accounts sent.
    return _breakdown(
        request, Dimension.SUBACCOUNT, _("Subaccount"), only=Source.ACCOUNT
    )


@require_GET
@member(Right.READ)
def analytics_money(request: WorkspaceRequest) -> HttpResponseBase:
    """Answer: what will the month cost, and how long does the balance last?"""
    frame = Frame(request, only=source_wanted(request.GET) or Source.ACCOUNT)
    return frame.answer("messaging/analytics/_money.html", lambda: _money(frame))


@require_GET
@member(Right.READ)
def analytics_compared(request: WorkspaceRequest) -> HttpResponseBase:
    """Answer: does the gateway count what we count, and if not, why?"""
    frame = Frame(request, only=Source.ACCOUNT)
    return frame.answer("messaging/analytics/_compared.html", lambda: _compared(frame))


def _overview(frame: Frame) -> Drawn:
    about, chosen = frame.about, frame.chosen
    found = selected.overview(about)
    before = found.before if about.is_before_known else []
    charts_by_id = {
        "messages": usage_charts.messages(chosen, found.now, before),
        "cost": usage_charts.costs(
            chosen, found.now, before, by_channel=not about.is_of_account
        ),
        "outcomes": charts.outcomes(found.outcomes),
    }
    month = money.month_of(about)
    values = {"found": found, "changes": _changes(frame, found), "month": month}
    return Drawn(charts_by_id, values)


def _money(frame: Frame) -> Drawn:
    found = money.of(frame.about)
    drawn = {"balance": usage_charts.balance(frame.chosen.period, found.balances)}
    if found.month.forecast:
        drawn["month"] = usage_charts.month(found.month.forecast)
    return Drawn(drawn, {"money": found, "month": found.month})


def _compared(frame: Frame) -> Drawn:
    found = day_facts.of(frame.about)
    here = [one.here.messages for one in found.days]
    gateway = [one.gateway.messages if one.gateway else None for one in found.days]
    chart = usage_charts.side_by_side(frame.chosen.period, here, gateway)
    return Drawn(
        charts={"days": chart},
        values={"found": found, "days": _explained(found)},
        tables={"table": chart_tables.compared(found)},
    )


def _breakdown(
    request: WorkspaceRequest, dimension: str, head: str, *, only: Source | None = None
) -> HttpResponseBase:
    frame = Frame(request, dimension=dimension, only=only)
    return frame.answer(
        "messaging/analytics/_breakdown.html",
        lambda: _broken_down(frame, request.GET, dimension, head),
    )


def _broken_down(
    frame: Frame, query: Mapping[str, str], dimension: str, head: str
) -> Drawn:
    key = query["key"][:120] if "key" in query else None
    found = breakdowns.of(frame.about, dimension, key=key)
    by_cost = query.get("show") != "messages"
    charts_by_id = {
        "bars": usage_charts.bars(found, by_cost=by_cost, head=head),
        "trend": usage_charts.trend(found, frame.chosen, by_cost=by_cost),
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
    return Drawn(charts_by_id, values, {"table": chart_tables.breakdown(found, head)})


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
