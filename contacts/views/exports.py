from __future__ import annotations

import json
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)
from django_htmx.http import HttpResponseStopPolling

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts import tasks, xlsx_export
from contacts.forms.exports import ExportForm
from contacts.models import Export, Work
from contacts.selectors import choices, works
from contacts.selectors.choices import Choice
from contacts.services import exports, written_tables
from contacts.views import bulk_words, choosing, narrowing
from seven_dashboard.errors import Refused

CONTENT_TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
}
REMEMBERED = "export_columns"


@require_GET
@member(Right.EDIT_CONTACTS)
def export_list(request: WorkspaceRequest) -> HttpResponse:
    context = {"exports": works.newest(Export, request.workspace)}
    return render(request, "contacts/exports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def export_create(request: WorkspaceRequest) -> HttpResponseBase:
    """Ask for columns and format; then download at once, or write in the background."""
    choice = choosing.choice_of(request) or Choice(narrowing.wanted(request))
    form = _form(request)
    if not form.is_valid():
        return page(request, choice, form)
    request.session[REMEMBERED] = form.cleaned_data["columns"]
    export = exports.prepare(
        workspace=request.workspace,
        actor=request.user,
        choice=choice,
        language=get_language() or "en",
        **form.cleaned_data,
    )
    try:
        is_small = exports.is_small(export)
    except Refused as refused:
        form.add_error(None, str(refused))
        return page(request, choice, form)
    if is_small:
        exports.record(export)
        return _download(export)
    exports.start(export)
    transaction.on_commit(partial(tasks.ring_work, export))
    return redirect("contacts:export_detail", export.id)


def ask(request: WorkspaceRequest, choice: Choice) -> HttpResponse:
    """Show the page for contacts that were chosen in a list."""
    return page(request, choice, _form(request))


def page(request: WorkspaceRequest, choice: Choice, form: ExportForm) -> HttpResponse:
    count = choice.count(request.workspace)
    context = {
        "form": form,
        "choice": choice,
        "criteria": urlencode(choice.wanted.as_dict()),
        "facts": bulk_words.chosen(choices.words(choice.wanted)),
        "many": bulk_words.many(count),
        "is_small": count.n <= written_tables.MAX_AT_ONCE,
        "back": choosing.way_back(request),
        "keep_days": written_tables.KEEP_FILES.days,
    }
    status = 422 if form.is_bound else 200
    return render(request, "contacts/exports/create.html", context, status=status)


@require_GET
@member(Right.EDIT_CONTACTS)
def export_detail(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(Export, request.workspace, export_id)
    return render(request, "contacts/exports/detail.html", _state(export))


@require_GET
@member(Right.EDIT_CONTACTS)
def export_progress(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    """Return the part of the page that changes; the last answer ends the polling."""
    export = works.get(Export, request.workspace, export_id)
    answer = render(request, "contacts/exports/_progress.html", _state(export))
    if export.is_over:
        answer.status_code = HttpResponseStopPolling.status_code
        is_done = export.state == Work.State.FINISHED
        text = _("Your export is ready.") if is_done else export.get_state_display()
        level = "success" if is_done else "error"
        answer["HX-Trigger"] = json.dumps({"toast": {"level": level, "text": text}})
    return answer


@require_POST
@member(Right.EDIT_CONTACTS)
def export_cancel(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(Export, request.workspace, export_id)
    if exports.cancel(export=export):
        messages.info(request, _("Export cancelled."))
    return redirect("contacts:export_detail", export.id)


@require_GET
@member(Right.EDIT_CONTACTS)
def export_file(request: WorkspaceRequest, export_id: UUID) -> HttpResponseBase:
    """Serve a written file; it is nowhere else to be had."""
    export = works.get(Export, request.workspace, export_id)
    path = written_tables.path_of(export)
    if path is None:
        raise Http404
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=_filename(export),
        content_type=CONTENT_TYPES[Export.Format(export.format)],
    )


def _form(request: WorkspaceRequest) -> ExportForm:
    return ExportForm(
        request.POST if "format" in request.POST else None,
        workspace=request.workspace,
        remembered=request.session.get(REMEMBERED),
    )


def _download(export: Export) -> StreamingHttpResponse:
    is_csv = export.format == Export.Format.CSV
    answer = StreamingHttpResponse(
        exports.lines(export) if is_csv else exports.workbook(export),
        content_type=CONTENT_TYPES[Export.Format(export.format)],
    )
    answer["Content-Disposition"] = content_disposition_header(True, _filename(export))
    return answer


def _filename(export: Export) -> str:
    day = timezone.localdate(export.created_at) if export.created_at else None
    name = export.chosen_by.get("group") or _("contacts")
    return f"{name} {day or timezone.localdate():%Y-%m-%d}.{export.format}"


def _state(export: Export) -> dict[str, object]:
    keep = written_tables.KEEP_FILES
    return {
        "export": export,
        "title": _("Export of %(day)s")
        % {"day": f"{timezone.localtime(export.created_at):%d.%m.%Y, %H:%M}"},
        "facts": bulk_words.chosen(export.chosen_by),
        "is_over": export.is_over,
        "progress": works.progress(export),
        "failure": bulk_words.failure(export.error) if export.error else "",
        "sheets": -(-export.done // xlsx_export.SHEET_ROWS),
        "kept_until": export.finished_at and export.finished_at + keep,
    }
