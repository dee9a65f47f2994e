from __future__ import annotations

import time

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.models import Connection
from accounts.rights import Right
from accounts.selectors import grants, jobs, polls
from accounts.selectors import system as selected
from accounts.services import asking, connections


@require_GET
@member(Right.READ)
def system(request: WorkspaceRequest) -> HttpResponse:
    """Answer: is everything running?"""
    connection = Connection.objects.filter(workspace=request.workspace).first()
    house = jobs.all_of_house()
    context = {
        "state": selected.state(),
        "jobs": house,
        "clock": jobs.clock_state(house),
        "failures": jobs.failures(),
        "polls": polls.all_of(connection) if connection else [],
        "permission": grants.of(connection) if connection else None,
        "connection": connection,
    }
    page, fragment = "accounts/system/page.html", "accounts/system/_parts.html"
    return render(request, fragment if request.htmx else page, context)


@require_GET
@member(Right.READ)
def gateway_check(request: WorkspaceRequest) -> HttpResponse:
    """Ask the gateway for the balance now, and say how long it took."""
    connection = Connection.objects.filter(workspace=request.workspace).first()
    if connection is None:
        raise Http404
    began = time.perf_counter()
    asked = asking.ask(connection, lambda client: client.balance.get())
    took_ms = round((time.perf_counter() - began) * 1000)
    if asked.value is not None:
        connections.note_balance(connection_id=connection.pk, amount=asked.value.amount)
    page, fragment = "accounts/system/gateway.html", "accounts/system/_gateway.html"
    context = {"asked": asked, "took_ms": took_ms}
    return render(request, fragment if request.htmx else page, context)
