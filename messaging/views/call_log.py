from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import keys
from messaging.selectors import call_filters, call_log
from messaging.selectors.call_filters import ANY_KEY, IN, NO_KEY, OUT
from seven_dashboard.statuses import find


@require_GET
@member(Right.READ)
def call_list(request: WorkspaceRequest) -> HttpResponse:
    wanted = call_filters.read(request.GET.dict())
    page = call_log.page(
        request.workspace,
        wanted,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    values = {
        "page": page,
        "wanted": wanted,
        "directions": [(OUT, _("Made by us")), (IN, _("Calls to us"))],
        "courses": [(word, _course(word)) for word in call_filters.COURSES],
        "keys": [
            (ANY_KEY, _("A key was pressed")),
            (NO_KEY, _("No key was pressed")),
            *((key, _("Key %(key)s") % {"key": key}) for key in keys.KEYS),
        ],
    }
    return render(request, "messaging/calls/list.html", values)


def _course(word: str) -> str:
    return _("Under way") if word == "under_way" else str(find(word).label)
