from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import BoundField
from django.http import Http404, HttpResponse, StreamingHttpResponse
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
from contacts.forms.imports import ColumnsForm, UploadForm
from contacts.models import Group, Import
from contacts.reading.tables import Layout
from contacts.selectors import groups as selected_groups
from contacts.selectors import imports as selected
from contacts.services import groups, imports, uploaded_files
from seven_dashboard.errors import Refused

OVER = (Import.State.FINISHED, Import.State.FAILED, Import.State.CANCELLED)


@require_GET
@member(Right.READ)
def import_list(request: WorkspaceRequest) -> HttpResponse:
    context = {
        "imports": selected.newest(request.workspace),
        "can_edit": _can_edit(request),
    }
    return render(request, "contacts/imports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def import_create(request: WorkspaceRequest) -> HttpResponse:
    group = _group(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            source = imports.upload(
                workspace=request.workspace,
                actor=request.user,
                chunks=file.chunks(),
                filename=file.name,
                groups=[group] if group else [],
            )
        except uploaded_files.FileRefused as error:
            form.add_error("file", str(error))
        else:
            return redirect("contacts:import_detail", source.id)
    status = 422 if form.errors else 200
    context = {"form": form, "group": group}
    return render(request, "contacts/imports/upload.html", context, status=status)


@require_GET
@member(Right.READ)
def import_detail(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    source = selected.get(request.workspace, import_id)
    if source.state == Import.State.UPLOADED and _can_edit(request):
        return _check_page(request, source, ColumnsForm(source=source))
    return render(request, "contacts/imports/detail.html", _state(request, source))


@require_POST
@member(Right.EDIT_CONTACTS)
def import_columns(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    """Keep the columns, then start, or show again what would come of it."""
    source = selected.get(request.workspace, import_id)
    if source.state != Import.State.UPLOADED:
        return redirect("contacts:import_detail", source.id)
    form = ColumnsForm(request.POST, source=source)
    if not form.is_valid():
        return _check_page(request, source, form, status=422)
    try:
        _keep(request, source, form)
        if request.POST.get("act") != "start":
            return redirect("contacts:import_detail", source.id)
        imports.start(source=source, actor=request.user)
    except Refused as error:
        form.add_error(None, str(error))
        return _check_page(request, source, form, status=422)
    transaction.on_commit(lambda: tasks.ring(source.id))
    return redirect("contacts:import_detail", source.id)


@require_GET
@member(Right.READ)
def import_progress(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    """Return the part of the page that changes; the last answer ends the polling."""
    source = selected.get(request.workspace, import_id)
    answer = render(request, "contacts/imports/_progress.html", _state(request, source))
    if source.state in OVER:
        answer.status_code = HttpResponseStopPolling.status_code
    return answer


@require_POST
@member(Right.EDIT_CONTACTS)
def import_cancel(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    source = selected.get(request.workspace, import_id)
    if imports.cancel(source=source, actor=request.user):
        messages.info(request, _("Import cancelled. What was imported before stays."))
    return redirect("contacts:import_detail", source.id)


@require_GET
@member(Right.EDIT_CONTACTS)
def import_refused(request: WorkspaceRequest, import_id: UUID) -> StreamingHttpResponse:
    source = selected.get(request.workspace, import_id)
    answer = StreamingHttpResponse(
        csv_export.lines(_refused_rows(source)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer


def _refused_rows(source: Import) -> Iterator[list[str]]:
    layout = Layout(**source.layout)
    width = layout.width
    column = _("Column")
    header = layout.header or [f"{column} {at + 1}" for at in range(width)]
    yield [*header, *[""] * (width - len(header)), _("Row"), _("Reason")]
    for refusal in selected.refusals(source):
        cells = [*refusal.cells, *[""] * (width - len(refusal.cells))]
        yield [*cells, str(refusal.row_number), sentences.of_row(refusal.reason)]


def _keep(request: WorkspaceRequest, source: Import, form: ColumnsForm) -> None:
    values = form.cleaned_data
    chosen: list[Group] = [values["group"]] if values["group"] else []
    if values["new_group"].strip():
        new = groups.get_or_create(
            workspace=request.workspace, name=values["new_group"], actor=request.user
        )
        chosen.append(new)
    imports.set_columns(
        source=source,
        mapping=form.mapping(),
        country=values["country"],
        policy=values["policy"],
        groups=chosen,
        has_header=values["has_header"],
    )


def _check_page(
    request: WorkspaceRequest, source: Import, form: ColumnsForm, status: int = 200
) -> HttpResponse:
    check = imports.check(source)
    layout = Layout(**source.layout)
    context = {
        "source": source,
        "layout": layout,
        "form": form,
        "check": check,
        "mapped": _with_samples(form, check),
        "preview": [(line, cells[: layout.width]) for line, cells in check.shown],
        "refusals": [(line, sentences.of_row(why)) for line, why in check.refusals],
    }
    return render(request, "contacts/imports/check.html", context, status=status)


def _with_samples(
    form: ColumnsForm, check: imports.Check
) -> list[tuple[BoundField, list[str]]]:
    """Return each column with what the first rows have in it."""
    return [
        (
            column,
            [cells[at] for _line, cells in check.shown[:3] if at < len(cells)],
        )
        for at, column in enumerate(form.column_fields())
    ]


def _state(request: WorkspaceRequest, source: Import) -> dict[str, object]:
    is_over = source.state in OVER
    first = selected.first_refusals(source) if is_over and source.refused else []
    return {
        "source": source,
        "is_over": is_over,
        "progress": selected.progress(source),
        "groups": list(source.groups.all()[:5]),
        "failure": sentences.of_failure(source.error) if source.error else "",
        "refusals": [(r.row_number, sentences.of_row(r.reason)) for r in first],
        "can_edit": _can_edit(request),
    }


def _group(request: WorkspaceRequest) -> Group | None:
    text = request.GET.get("group", "")
    if not text:
        return None
    try:
        return selected_groups.get(request.workspace, UUID(text))
    except ValueError:
        raise Http404 from None


def _can_edit(request: WorkspaceRequest) -> bool:
    return allows(request.membership.role, Right.EDIT_CONTACTS)
