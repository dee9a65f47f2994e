from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right

# What a page says that it shows.
SHOWN = ("notice", "alerts")


@require_GET
@member(Right.READ)
def balance(request: WorkspaceRequest) -> HttpResponse:
    """Refresh the balance of the frame; strip and bell where they say something else.

    A strip that is swapped in again is read out again.
    """
    context = {f"shown_{name}": request.GET.get(name, "") for name in SHOWN}
    return render(request, "frame/_balance_refreshed.html", context)
