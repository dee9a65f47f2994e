from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)
from django_htmx.http import HttpResponseStopPolling, trigger_client_event

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import csv_export, sentences, tasks, xlsx_export
from contacts.forms.imports import PasteForm, UploadForm
from contacts.models import Group, Import, ImportUndo
from contacts.reading import pasted
from contacts.reading.tables import MAX_COLUMNS, MAX_ROWS, Layout
from contacts.selectors import groups as selected_groups
from contacts.selectors import import_faults, refused_rows
from contacts.selectors import imports as selected
from contacts.selectors import works as selected_works
from contacts.services import import_undos, imports
from contacts.services.uploaded_files import FileRefused
from contacts.views.import_steps import columns_page
from seven_dashboard.errors import Refused

# How contacts come in: what it is called, and its page.
WAYS = {
    "import_create": (gettext_lazy("Upload a file"), "contacts/imports/upload.html"),
    "import_paste": (gettext_lazy("Paste"), "contacts/imports/paste.html"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OVER = (
    Import.State.FINISHED,
    Import.State.FAILED,
    Import.State.CANCELLED,
    Import.State.UNDONE,
)


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
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        source = _upload(request, form, "file", file.chunks(), file.name)
        if source:
            return redirect("contacts:import_detail", source.id)
    return _file_page(request, "import_create", form)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def import_paste(request: WorkspaceRequest) -> HttpResponse:
    """Take pasted text as the file; everything after is the same."""
    form = PasteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = _("Pasted on %(day)s") % {
            "day": date_format(timezone.localtime(), "DATETIME_FORMAT")
        }
        text = pasted.as_table(form.cleaned_data["text"]).encode()
        source = _upload(request, form, "text", [text], name)
        if source:
            return redirect("contacts:import_detail", source.id)
    return _file_page(request, "import_paste", form)


def _upload(
    request: WorkspaceRequest,
    form: Form,
    field: str,
    chunks: Iterable[bytes],
    filename: str,
) -> Import | None:
    group = _group(request)
    try:
        return imports.upload(
            workspace=request.workspace,
            actor=request.user,
            chunks=chunks,
            filename=filename,
            groups=[group] if group else [],
            uses_memory=True,
        )
    except FileRefused as error:
        form.add_error(field, str(error))
        return None


def _file_page(request: WorkspaceRequest, shown: str, form: Form) -> HttpResponse:
    query = request.GET.urlencode()
    tail = f"?{query}" if query else ""
    tabs = [
        {
            "label": label,
            "url": reverse(f"contacts:{name}") + tail,
            "current": name == shown,
        }
        for name, (label, _template) in WAYS.items()
    ]
    context = {
        "form": form,
        "group": _group(request),
        "tabs": tabs,
        "limits": {
            "megabytes": settings.IMPORT_MAX_BYTES >> 20,
            "rows": MAX_ROWS,
            "columns": MAX_COLUMNS,
        },
    }
    status = 422 if form.errors else 200
    return render(request, WAYS[shown][1], context, status=status)


@require_GET
@member(Right.READ)
def import_detail(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    source = selected.get(request.workspace, import_id)
    if source.state == Import.State.UPLOADED and _can_edit(request):
        return columns_page(request, source)
    return render(request, "contacts/imports/detail.html", _state(request, source))


@require_GET
@member(Right.READ)
def import_progress(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    """Return the part of the page that changes; the last answer ends the polling."""
    source = selected.get(request.workspace, import_id)
    answer = render(request, "contacts/imports/_progress.html", _state(request, source))
    if source.state in OVER:
        answer.status_code = HttpResponseStopPolling.status_code
        toast = {"level": _level(source), "text": sentences.of_import(source)}
        return trigger_client_event(answer, "toast", toast)
    return answer


def _level(source: Import) -> str:
    return "error" if source.state == Import.State.FAILED else "success"


@require_POST
@member(Right.EDIT_CONTACTS)
def import_cancel(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    source = selected.get(request.workspace, import_id)
    if imports.cancel(source=source, actor=request.user):
        messages.info(request, _("Import cancelled. What was imported before stays."))
    return redirect("contacts:import_detail", source.id)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def import_undo(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    """Ask whether to take the import back, then have a worker do it."""
    source = selected.get(request.workspace, import_id)
    if not import_undos.can_undo(source):
        messages.info(request, _("This import can no longer be undone."))
        return redirect("contacts:import_detail", source.id)
    if request.method == "POST":
        try:
            undo = import_undos.start(source=source, actor=request.user)
        except Refused as error:
            messages.error(request, str(error))
        else:
            transaction.on_commit(lambda: tasks.ring_work(undo))
        return redirect("contacts:import_detail", source.id)
    context = {"source": source, "until": _undo_until(source)}
    return render(request, "contacts/imports/undo.html", context)


def _undo_until(source: Import) -> datetime | None:
    return source.finished_at and source.finished_at + import_undos.WITHIN


@require_GET
@member(Right.EDIT_CONTACTS)
def import_refused(request: WorkspaceRequest, import_id: UUID) -> StreamingHttpResponse:
    source = selected.get(request.workspace, import_id)
    headings, rows = _refused(source)
    table = chain([headings], rows)
    answer = StreamingHttpResponse(
        csv_export.lines(table), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer


@require_GET
@member(Right.EDIT_CONTACTS)
def import_refused_xlsx(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    source = selected.get(request.workspace, import_id)
    if source.refused > refused_rows.MOST_AS_SPREADSHEET:
        raise Http404
    headings, rows = _refused(source)
    with NamedTemporaryFile(suffix=".xlsx") as target:
        xlsx_export.write(
            Path(target.name),
            [xlsx_export.Column(heading) for heading in headings],
            rows,
            name=_("Refused rows"),
            total=source.refused,
        )
        content = Path(target.name).read_bytes()
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="refused.xlsx"'
    return answer


def _refused(source: Import) -> tuple[list[str], Iterator[list[str]]]:
    layout = Layout(**source.layout)
    rows = refused_rows.rows(layout, selected.refusals(source))
    return refused_rows.headings(layout), rows


def _state(request: WorkspaceRequest, source: Import) -> dict[str, object]:
    is_over = source.state in OVER
    undo = ImportUndo.objects.filter(source=source).first()
    first = selected.first_refusals(source) if is_over and source.refused else []
    return {
        "source": source,
        "is_over": is_over,
        "progress": selected.progress(source),
        "groups": list(source.groups.all()[:5]),
        "failure": sentences.of_failure(source.error) if source.error else "",
        "faults": import_faults.faults(
            source, ((row.row_number, row.reason, row.cells) for row in first)
        ),
        "has_spreadsheet": source.refused <= refused_rows.MOST_AS_SPREADSHEET,
        "undo": undo,
        "undo_progress": selected_works.progress(undo) if undo else None,
        "can_undo": _can_edit(request) and import_undos.can_undo(source),
        "undo_until": _undo_until(source),
        "can_edit": _can_edit(request),
        "can_send": allows(request.membership.role, Right.SEND),
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
