from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts.forms.opt_outs import OptOutForm
from contacts.models import OptOut
from contacts.selectors import keyset
from contacts.selectors import opt_outs as selected
from contacts.services import opt_outs as services


@require_GET
@member(Right.READ)
def opt_out_list(request: WorkspaceRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:40]
    page = selected.page(
        request.workspace,
        text=text,
        before=keyset.cursor(request.GET.get("before")),
        after=keyset.cursor(request.GET.get("after")),
    )
    context = {
        "page": page,
        "text": text,
        "can_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
    }
    return render(request, "contacts/opt_outs/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def opt_out_create(request: WorkspaceRequest) -> HttpResponse:
    form = OptOutForm(request.POST or None, workspace=request.workspace)
    if request.method == "POST" and form.is_valid():
        is_new = services.add(
            workspace=request.workspace,
            source=OptOut.Source.MANUAL,
            actor=request.user,
            **form.cleaned_data,
        )
        if is_new:
            messages.success(request, _("This number gets no more messages."))
        else:
            messages.info(request, _("This number is on the list already."))
        return redirect("contacts:opt_out_list")
    return render(request, "contacts/opt_outs/form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def opt_out_delete(request: WorkspaceRequest, opt_out_id: int) -> HttpResponse:
    entry = selected.get(request.workspace, opt_out_id)
    if request.method == "POST":
        services.remove(
            workspace=request.workspace,
            phone=entry.phone,
            channel=entry.channel,
            actor=request.user,
        )
        messages.success(request, _("This number may get messages again."))
        return redirect("contacts:opt_out_list")
    return render(request, "contacts/opt_outs/delete.html", {"entry": entry})
