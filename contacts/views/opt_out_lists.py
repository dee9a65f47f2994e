from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)
from django_htmx.http import HttpResponseStopPolling

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import csv_export, sentences, tasks
from contacts.forms.opt_outs import OptOutColumnsForm, OptOutListForm
from contacts.models import OptOutList
from contacts.reading.tables import Layout
from contacts.selectors import opt_outs as selected
from contacts.selectors import refused_rows, works
from contacts.services import opt_out_lists, uploaded_files
from seven_dashboard.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def opt_out_list_create(request: WorkspaceRequest) -> HttpResponse:
    form = OptOutListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        chunks, filename = _given(form)
        try:
            source = opt_out_lists.upload(
                workspace=request.workspace,
                actor=request.user,
                chunks=chunks,
                filename=filename,
            )
        except uploaded_files.FileRefused as error:
            place = "file" if form.cleaned_data["file"] else "pasted"
            form.add_error(place, str(error))
        else:
            return redirect("contacts:opt_out_list_detail", source.id)
    context = {"form": form, "lists": selected.lists(request.workspace)[:10]}
    status = 422 if form.errors else 200
    return render(request, "contacts/opt_outs/upload.html", context, status=status)


@require_GET
@member(Right.READ)
def opt_out_list_detail(request: WorkspaceRequest, list_id: UUID) -> HttpResponse:
    source = selected.get_list(request.workspace, list_id)
    if source.state == OptOutList.UPLOADED and _can_edit(request):
        return _check_page(request, source, OptOutColumnsForm(source=source))
    context = _state(request, source)
    return render(request, "contacts/opt_outs/imported.html", context)


@require_POST
@member(Right.EDIT_CONTACTS)
def opt_out_list_columns(request: WorkspaceRequest, list_id: UUID) -> HttpResponse:
    """Keep the columns, then start, or show again what would come of it."""
    source = selected.get_list(request.workspace, list_id)
    if source.state != OptOutList.UPLOADED:
        return redirect("contacts:opt_out_list_detail", source.id)
    form = OptOutColumnsForm(request.POST, source=source)
    if not form.is_valid():
        return _check_page(request, source, form, status=422)
    try:
        _keep(source, form)
        if request.POST.get("act") != "start":
            return redirect("contacts:opt_out_list_detail", source.id)
        opt_out_lists.start(source=source, actor=request.user)
    except Refused as error:
        form.add_error(None, str(error))
        return _check_page(request, source, form, status=422)
    transaction.on_commit(lambda: tasks.ring_work(source))
    return redirect("contacts:opt_out_list_detail", source.id)


@require_GET
@member(Right.READ)
def opt_out_list_progress(request: WorkspaceRequest, list_id: UUID) -> HttpResponse:
    """Return the part of the page that changes; the last answer ends the polling."""
    source = selected.get_list(request.workspace, list_id)
    answer = render(
        request, "contacts/opt_outs/_progress.html", _state(request, source)
    )
    if source.is_over:
        answer.status_code = HttpResponseStopPolling.status_code
    return answer


@require_POST
@member(Right.EDIT_CONTACTS)
def opt_out_list_cancel(request: WorkspaceRequest, list_id: UUID) -> HttpResponse:
    source = selected.get_list(request.workspace, list_id)
    if opt_out_lists.cancel(source=source, actor=request.user):
        messages.info(request, _("Import cancelled. What was imported before stays."))
    return redirect("contacts:opt_out_list_detail", source.id)


@require_GET
@member(Right.EDIT_CONTACTS)
def opt_out_list_refused(
    request: WorkspaceRequest, list_id: UUID
) -> StreamingHttpResponse:
    source = selected.get_list(request.workspace, list_id)
    layout = Layout(**source.layout)
    rows = refused_rows.rows(layout, selected.refusals(source))
    answer = StreamingHttpResponse(
        csv_export.lines(chain([refused_rows.headings(layout)], rows)),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer


def _given(form: OptOutListForm) -> tuple[Iterable[bytes], str]:
    file = form.cleaned_data["file"]
    if file:
        return file.chunks(), file.name
    return [form.cleaned_data["pasted"].encode()], _("Pasted numbers")


def _keep(source: OptOutList, form: OptOutColumnsForm) -> None:
    opt_out_lists.set_columns(
        source=source,
        mapping=form.mapping(),
        country=form.cleaned_data["country"],
        channel=form.cleaned_data["channel"],
        reason=form.cleaned_data["reason"],
    )


def _check_page(
    request: WorkspaceRequest,
    source: OptOutList,
    form: OptOutColumnsForm,
    status: int = 200,
) -> HttpResponse:
    check = opt_out_lists.check(source)
    layout = Layout(**source.layout)
    context = {
        "source": source,
        "form": form,
        "check": check,
        "header": layout.header,
        "preview": [(line, cells[: layout.width]) for line, cells in check.shown],
        "refusals": [
            (line, sentences.of_row(why), cell) for line, why, cell in check.refusals
        ],
    }
    return render(request, "contacts/opt_outs/check.html", context, status=status)


def _state(request: WorkspaceRequest, source: OptOutList) -> dict[str, object]:
    first = selected.first_refusals(source) if source.is_over else []
    return {
        "source": source,
        "progress": works.progress(source),
        "failure": sentences.of_failure(source.error) if source.error else "",
        "refusals": [(r.row_number, sentences.of_row(r.reason)) for r in first],
        "can_edit": _can_edit(request),
    }


def _can_edit(request: WorkspaceRequest) -> bool:
    return allows(request.membership.role, Right.EDIT_CONTACTS)
