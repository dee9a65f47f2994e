from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import countries
from accounts.access import WorkspaceRequest, member
from accounts.models import Connection, Poll
from accounts.rights import Right
from accounts.selectors import polls
from accounts.selectors import prices as selected


@require_GET
@member(Right.READ)
def prices(request: WorkspaceRequest) -> HttpResponse:
    connection = Connection.objects.filter(workspace=request.workspace).first()
    text = request.GET.get("q", "").strip()[:60]
    context: dict[str, object] = {"connection": connection, "text": text}
    if connection is not None:
        codes = countries.found_by_name(text) if text else []
        context |= {
            "rows": selected.listing(connection, codes=codes, text=text),
            "poll": polls.get(connection, Poll.Kind.PRICING),
        }
    return render(request, "accounts/prices/list.html", context)


@require_GET
@member(Right.READ)
def price_networks(request: WorkspaceRequest, key: str) -> HttpResponse:
    """Show the networks of one country: unfolded in the list, or as a page."""
    connection = Connection.objects.filter(workspace=request.workspace).first()
    if connection is None:
        raise Http404
    rows = selected.networks(connection, key)
    context = {
        "rows": rows,
        "country": rows[0],
        "country_name": countries.name_of(
            rows[0].country, fallback=rows[0].country_name
        ),
        "key": key,
        "is_folded": "fold" in request.GET,
    }
    page, fragment = "accounts/prices/networks.html", "accounts/prices/_networks.html"
    return render(request, fragment if request.htmx else page, context)
