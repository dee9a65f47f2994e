from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.http import require_http_methods as methods

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts import tasks as works_tasks
from contacts.selectors import works
from contacts.services import written_tables
from contacts.views import bulk_words, table_files
from messaging import journal_words
from messaging.forms.journals import JournalForm
from messaging.models import JournalExport
from messaging.services import journal_exports
from messaging.views import journals
from seven_dashboard.errors import Refused

Format = JournalExport.Format


@methods(["GET", "HEAD", "POST"])
@member(Right.EXPORT)
def journal_export(request: WorkspaceRequest, journal: str) -> HttpResponseBase:
    """Download one page of the gateway at once; offer to write more by a worker."""
    form = journals.form_of(request, journal)
    if not form.is_valid():
        return redirect(_back(request, journal))
    export = _prepared(request, journal, form)
    if request.method == "POST":
        journal_exports.start(export)
        transaction.on_commit(partial(works_tasks.ring_work, export))
        return redirect("messaging:journal_export_detail", export.pk)
    try:
        lines = journal_exports.all_at_once(export)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(_back(request, journal))
    if lines is None:
        values = {"export": export, "back": _back(request, journal), **_words(export)}
        return render(request, "messaging/journal_exports/create.html", values)
    journal_exports.record(export, rows=len(lines))
    is_csv = export.format == Format.CSV
    content = journal_exports.lines if is_csv else journal_exports.workbook
    return table_files.streamed(export, _name(export), content(export, lines))


@require_GET
@member(Right.EXPORT)
def journal_export_detail(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(JournalExport, request.workspace, export_id)
    return render(request, "messaging/journal_exports/detail.html", _state(export))


@require_GET
@member(Right.EXPORT)
def journal_export_progress(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(JournalExport, request.workspace, export_id)
    template = "messaging/journal_exports/_progress.html"
    return table_files.progress(request, export, template, _state(export))


@require_POST
@member(Right.EXPORT)
def journal_export_cancel(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(JournalExport, request.workspace, export_id)
    if journal_exports.cancel(export):
        messages.info(request, _("Export cancelled."))
    return redirect("messaging:journal_export_detail", export.pk)


@require_GET
@member(Right.EXPORT)
def journal_export_file(request: WorkspaceRequest, export_id: UUID) -> HttpResponseBase:
    export = works.get(JournalExport, request.workspace, export_id)
    return table_files.written(export, _name(export))


def _prepared(
    request: WorkspaceRequest, journal: str, form: JournalForm
) -> JournalExport:
    asked = request.GET.get("format", "")
    return journal_exports.prepare(
        workspace=request.workspace,
        actor=request.user,
        journal=journal,
        wanted=form.wanted(),
        format=asked if asked in Format.values else Format.CSV,
        language=get_language() or "en",
    )


def _back(request: WorkspaceRequest, journal: str) -> str:
    query = request.GET.copy()
    query.pop("format", None)
    address = reverse("messaging:journal_of", args=[journal])
    return f"{address}?{query.urlencode()}" if query else address


def _name(export: JournalExport) -> str:
    return _("Journal %(what)s") % {"what": export.get_journal_display()}


def _words(export: JournalExport) -> dict[str, object]:
    return {
        "facts": journal_words.described(export.criteria),
        "most": journal_exports.MOST_ROWS,
        "keep_days": written_tables.KEEP_FILES.days,
    }


def _state(export: JournalExport) -> dict[str, object]:
    failure = ""
    if export.error:
        own = journal_words.FAILURES.get(export.error)
        failure = str(own) if own else bulk_words.failure(export.error)
    return {**table_files.state(export, failure=failure), **_words(export)}
