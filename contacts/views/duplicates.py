from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import tasks
from contacts.models import Duplicate
from contacts.selectors import duplicates as selected
from contacts.selectors import keyset, works
from contacts.services import duplicates as services

POLLING_ENDS = 286


@require_GET
@member(Right.READ)
def duplicate_list(request: WorkspaceRequest) -> HttpResponse:
    reason = request.GET.get("reason", "")
    is_dismissed = request.GET.get("state") == "dismissed"
    context = {
        **_search(request),
        "page": selected.page(
            request.workspace,
            reason=reason,
            is_dismissed=is_dismissed,
            before=keyset.cursor(request.GET.get("before")),
            after=keyset.cursor(request.GET.get("after")),
        ),
        "reasons": Duplicate.Reason.choices,
        "reason": reason,
        "is_dismissed": is_dismissed,
    }
    return render(request, "contacts/duplicates/list.html", context)


@require_GET
@member(Right.READ)
def duplicate_progress(request: WorkspaceRequest) -> HttpResponse:
    context = {**_search(request), "is_polled": True}
    status = 200 if context["is_running"] else POLLING_ENDS
    template = "contacts/duplicates/_progress.html"
    return render(request, template, context, status=status)


@require_POST
@member(Right.EDIT_CONTACTS)
def duplicate_search(request: WorkspaceRequest) -> HttpResponse:
    work = services.start(workspace=request.workspace, actor=request.user)
    transaction.on_commit(partial(tasks.ring_work, work), robust=True)
    return redirect("contacts:duplicate_list")


@require_POST
@member(Right.EDIT_CONTACTS)
def duplicate_dismiss(request: WorkspaceRequest, pair_id: int) -> HttpResponse:
    pair = selected.get(request.workspace, pair_id)
    services.dismiss(pair=pair, actor=request.user)
    messages.success(request, _("These two are not suggested any more."))
    return redirect("contacts:duplicate_list")


@require_POST
@member(Right.EDIT_CONTACTS)
def duplicate_recall(request: WorkspaceRequest, pair_id: int) -> HttpResponse:
    pair = selected.get(request.workspace, pair_id)
    services.recall(pair=pair, actor=request.user)
    messages.success(request, _("These two are suggested again."))
    return redirect("contacts:duplicate_list")


def _search(request: WorkspaceRequest) -> dict[str, object]:
    search = selected.latest_search(request.workspace)
    return {
        "search": search,
        "is_running": search is not None and not search.is_over,
        "progress": works.progress(search) if search else None,
        "can_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
    }
