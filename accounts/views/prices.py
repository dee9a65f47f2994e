from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import countries, price_charts, price_tables
from accounts.access import WorkspaceRequest, member
from accounts.forms.prices import CompareForm
from accounts.models import Connection, Poll
from accounts.rights import Right
from accounts.selectors import freshness, price_history
from accounts.selectors import prices as selected
from accounts.selectors.clock import gateway_today
from accounts.views.downloads import csv_answer


@require_GET
@member(Right.READ)
def prices(request: WorkspaceRequest) -> HttpResponseBase:
    """Answer: what does a message to there cost, and did that change?"""
    connection = _connection(request)
    if connection is not None and request.GET.get("format") == "csv":
        rows = price_tables.prices(selected.every_network(connection).iterator())
        return csv_answer(request.workspace, f"prices-{timezone.localdate()}", rows)
    text = request.GET.get("q", "").strip()[:60]
    context = {**_frame(connection, "prices"), "text": text}
    if connection is not None:
        codes = countries.found_by_name(text) if text else []
        context["rows"] = selected.listing(connection, codes=codes, text=text)
    return render(request, "accounts/prices/list.html", context)


@require_GET
@member(Right.READ)
def price_changes(request: WorkspaceRequest) -> HttpResponse:
    """Show what changed, newest first."""
    connection = _connection(request)
    context = _frame(connection, "price_changes")
    if connection is not None:
        page = price_history.newest(connection, after=request.GET.get("after", ""))
        context |= {
            "page": page,
            "rows": [price_history.as_difference(row) for row in page.rows],
            "known_since": price_history.known_since(connection),
        }
    return render(request, "accounts/prices/changes.html", context)


@require_GET
@member(Right.READ)
def price_compare(request: WorkspaceRequest) -> HttpResponseBase:
    """Show what costs something else on one day than on another."""
    connection = _connection(request)
    context = _frame(connection, "price_compare")
    since = price_history.known_since(connection) if connection else None
    if connection is None or since is None:
        return render(request, "accounts/prices/compare.html", context)
    form = CompareForm(request.GET, since=since, today=gateway_today())
    rows = []
    if form.is_valid():
        start, end = form.cleaned_data["from"], form.cleaned_data["to"]
        rows = price_history.between(connection, start, end)
        if request.GET.get("format") == "csv":
            table = price_tables.differences(rows)
            return csv_answer(request.workspace, f"prices-{start}-{end}", table)
    context |= {"form": form, "rows": rows, "known_since": since}
    return render(request, "accounts/prices/compare.html", context)


@require_GET
@member(Right.READ)
def price_networks(request: WorkspaceRequest, key: str) -> HttpResponse:
    """Show the networks of one country: unfolded in the list, or as a page."""
    connection = _connection(request)
    if connection is None:
        raise Http404
    rows = selected.networks(connection, key)
    country = rows[0]
    context = {
        "rows": rows,
        "country": country,
        "country_name": countries.name_of(
            country.country, fallback=country.country_name
        ),
        "key": key,
        "is_folded": "fold" in request.GET,
    }
    if request.htmx:
        return render(request, "accounts/prices/_networks.html", context)
    context |= _frame(connection, "")
    context |= {
        "now": selected.of_networks(rows),
        "network_count": sum(bool(row.mcc) for row in rows),
        "changes": price_history.of_country(connection, key),
        "history": price_charts.history(price_history.by_day(connection, rows, key)),
        "days": price_history.HISTORY_DAYS,
    }
    return render(request, "accounts/prices/networks.html", context)


def _connection(request: WorkspaceRequest) -> Connection | None:
    return Connection.objects.filter(workspace=request.workspace).first()


def _frame(connection: Connection | None, current: str) -> dict[str, object]:
    kind = Poll.Kind.PRICING
    tabs = (
        ("prices", _("Price list")),
        ("price_changes", _("Changes")),
        ("price_compare", _("Compare two days")),
    )
    return {
        "connection": connection,
        "fresh": freshness.of(connection, kind) if connection else None,
        "tabs": [
            {
                "label": label,
                "url": reverse(f"accounts:{name}"),
                "current": name == current,
            }
            for name, label in tabs
        ],
    }
