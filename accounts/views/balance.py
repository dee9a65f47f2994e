from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right


@require_GET
@member(Right.READ)
def balance(request: WorkspaceRequest) -> HttpResponse:
    """Refresh the balance of the frame; the strip only where it says something else.

    A strip that is swapped in again is read out again.
    """
    context = {"shown_notice": request.GET.get("notice", "")}
    return render(request, "frame/_balance_refreshed.html", context)
