from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.models import Connection
from accounts.rights import Right
from accounts.selectors import polls
from accounts.selectors import system as selected


@require_GET
@member(Right.READ)
def system(request: WorkspaceRequest) -> HttpResponse:
    """Answer: is everything running?"""
    connection = Connection.objects.filter(workspace=request.workspace).first()
    state = selected.state()
    context = {
        "state": state,
        "polls": polls.all_of(connection) if connection else [],
        "connection": connection,
    }
    page, fragment = "accounts/system/page.html", "accounts/system/_parts.html"
    return render(request, fragment if request.htmx else page, context)
