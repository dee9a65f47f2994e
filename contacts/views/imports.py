from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts.selectors import imports as selected


@require_GET
@member(Right.READ)
def import_list(request: WorkspaceRequest) -> HttpResponse:
    context = {
        "imports": selected.newest(request.workspace),
        "can_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
    }
    return render(request, "contacts/imports/list.html", context)
