from __future__ import annotations

import json
from functools import partial
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
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.http import require_http_methods as methods
from django_htmx.http import HttpResponseStopPolling

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts import tasks as works_tasks
from contacts import xlsx_export
from contacts.models import Work
from contacts.selectors import works
from contacts.services import written_tables
from contacts.views import bulk_words
from contacts.views.exports import CONTENT_TYPES
from messaging.models import RecipientExport
from messaging.selectors import campaigns, recipient_words, recipients
from messaging.services import recipient_exports

Format = RecipientExport.Format


@methods(["GET", "HEAD", "POST"])
@member(Right.READ)
def message_export(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponseBase:
    """Download a small table at once; offer to write a large one in the background."""
    campaign = campaigns.get(request.workspace, campaign_id)
    asked = request.GET.get("format", "")
    export = recipient_exports.prepare(
        campaign=campaign,
        actor=request.user,
        wanted=recipients.read(request.GET.dict()),
        format=asked if asked in Format.values else Format.CSV,
        language=get_language() or "en",
    )
    if recipient_exports.is_small(export):
        recipient_exports.record(export)
        return _download(export)
    if request.method != "POST":
        values = {"export": export, "campaign": campaign, **_words(export)}
        return render(request, "messaging/recipient_exports/create.html", values)
    recipient_exports.start(export)
    transaction.on_commit(partial(works_tasks.ring_work, export))
    return redirect("messaging:recipient_export_detail", export.pk)


@require_GET
@member(Right.READ)
def recipient_export_detail(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(RecipientExport, request.workspace, export_id)
    template = "messaging/recipient_exports/detail.html"
    return render(request, template, _state(export))


@require_GET
@member(Right.READ)
def recipient_export_progress(
    request: WorkspaceRequest, export_id: UUID
) -> HttpResponse:
    """Return the part of the page that changes; the last answer ends the polling."""
    export = works.get(RecipientExport, request.workspace, export_id)
    template = "messaging/recipient_exports/_progress.html"
    answer = render(request, template, _state(export))
    if export.is_over:
        answer.status_code = HttpResponseStopPolling.status_code
        is_done = export.state == Work.State.FINISHED
        text = _("Your export is ready.") if is_done else export.get_state_display()
        level = "success" if is_done else "error"
        answer["HX-Trigger"] = json.dumps({"toast": {"level": level, "text": text}})
    return answer


@require_POST
@member(Right.READ)
def recipient_export_cancel(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(RecipientExport, request.workspace, export_id)
    if recipient_exports.cancel(export):
        messages.info(request, _("Export cancelled."))
    return redirect("messaging:recipient_export_detail", export.pk)


@require_GET
@member(Right.READ)
def recipient_export_file(
    request: WorkspaceRequest, export_id: UUID
) -> HttpResponseBase:
    """Serve a written file; it is nowhere else to be had."""
    export = works.get(RecipientExport, request.workspace, export_id)
    path = written_tables.path_of(export)
    if path is None:
        raise Http404
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=_filename(export),
        content_type=CONTENT_TYPES[Format(export.format)],
    )


def _download(export: RecipientExport) -> StreamingHttpResponse:
    is_csv = export.format == Format.CSV
    answer = StreamingHttpResponse(
        recipient_exports.lines(export)
        if is_csv
        else recipient_exports.workbook(export),
        content_type=CONTENT_TYPES[Format(export.format)],
    )
    answer["Content-Disposition"] = content_disposition_header(True, _filename(export))
    return answer


def _filename(export: RecipientExport) -> str:
    day = timezone.localdate(export.created_at) if export.created_at else None
    name = f"{export.campaign.name} {day or timezone.localdate():%Y-%m-%d}"
    return f"{name}.{export.format}"


def _words(export: RecipientExport) -> dict[str, object]:
    return {
        "facts": recipient_words.described(export.criteria),
        "keep_days": written_tables.KEEP_FILES.days,
    }


def _state(export: RecipientExport) -> dict[str, object]:
    keep = written_tables.KEEP_FILES
    return {
        "export": export,
        "campaign": export.campaign,
        "is_over": export.is_over,
        "progress": works.progress(export),
        "failure": bulk_words.failure(export.error) if export.error else "",
        "sheets": -(-export.done // xlsx_export.SHEET_ROWS),
        "kept_until": export.finished_at and export.finished_at + keep,
        **_words(export),
    }
