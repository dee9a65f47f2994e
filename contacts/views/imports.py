from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.conf import settings
from django.contrib import messages
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
from django_htmx.http import HttpResponseStopPolling

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import csv_export, sentences
from contacts.forms.imports import PasteForm, UploadForm
from contacts.models import Group, Import
from contacts.reading import pasted
from contacts.reading.tables import MAX_COLUMNS, MAX_ROWS, Layout
from contacts.selectors import groups as selected_groups
from contacts.selectors import imports as selected
from contacts.services import imports
from contacts.services.uploaded_files import FileRefused
from contacts.views.import_steps import columns_page

# How contacts come in: what it is called, and its page.
WAYS = {
    "import_create": (gettext_lazy("Upload a file"), "contacts/imports/upload.html"),
    "import_paste": (gettext_lazy("Paste"), "contacts/imports/paste.html"),
}
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
            "day": date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")
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


def _state(request: WorkspaceRequest, source: Import) -> dict[str, object]:
    is_over = source.state in OVER
    first = selected.first_refusals(source) if is_over and source.refused else []
    return {
        "source": source,
        "is_over": is_over,
        "progress": selected.progress(source),
        "groups": list(source.groups.all()[:5]),
        "failure": sentences.of_failure(source.error) if source.error else "",
        "refusals": [
            (row.row_number, sentences.of_row(row.reason), _filled(row.cells))
            for row in first
        ],
        "can_edit": _can_edit(request),
    }


def _filled(cells: list[str]) -> list[str]:
    return [cell for cell in cells if cell.strip()]


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
