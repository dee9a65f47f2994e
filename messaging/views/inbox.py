from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts.selectors import keyset
from messaging.selectors import inbound


@require_GET
@member(Right.READ)
def inbox(request: WorkspaceRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:40]
    kind = request.GET.get("kind", "")
    page = inbound.page(
        request.workspace,
        search=search,
        only_stops=kind == "stop",
        before=keyset.cursor(request.GET.get("before")),
        after=keyset.cursor(request.GET.get("after")),
    )
    values = {"page": page, "search": search, "kind": kind}
    return render(request, "messaging/inbox/list.html", values)
