from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
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
from messaging.models import RecipientExport
from messaging.selectors import campaigns, recipient_words, recipients
from messaging.services import recipient_exports

Format = RecipientExport.Format


@methods(["GET", "HEAD", "POST"])
@member(Right.EXPORT)
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
        is_csv = export.format == Format.CSV
        content = recipient_exports.lines if is_csv else recipient_exports.workbook
        return table_files.streamed(export, campaign.name, content(export))
    if request.method != "POST":
        values = {"export": export, "campaign": campaign, **_words(export)}
        return render(request, "messaging/recipient_exports/create.html", values)
    recipient_exports.start(export)
    transaction.on_commit(partial(works_tasks.ring_work, export))
    return redirect("messaging:recipient_export_detail", export.pk)


@require_GET
@member(Right.EXPORT)
def recipient_export_detail(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(RecipientExport, request.workspace, export_id)
    template = "messaging/recipient_exports/detail.html"
    return render(request, template, _state(export))


@require_GET
@member(Right.EXPORT)
def recipient_export_progress(
    request: WorkspaceRequest, export_id: UUID
) -> HttpResponse:
    export = works.get(RecipientExport, request.workspace, export_id)
    template = "messaging/recipient_exports/_progress.html"
    return table_files.progress(request, export, template, _state(export))


@require_POST
@member(Right.EXPORT)
def recipient_export_cancel(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(RecipientExport, request.workspace, export_id)
    if recipient_exports.cancel(export):
        messages.info(request, _("Export cancelled."))
    return redirect("messaging:recipient_export_detail", export.pk)


@require_GET
@member(Right.EXPORT)
def recipient_export_file(
    request: WorkspaceRequest, export_id: UUID
) -> HttpResponseBase:
    export = works.get(RecipientExport, request.workspace, export_id)
    return table_files.written(export, export.campaign.name)


def _words(export: RecipientExport) -> dict[str, object]:
    return {
        "facts": recipient_words.described(export.campaign, export.criteria),
        "keep_days": written_tables.KEEP_FILES.days,
    }


def _state(export: RecipientExport) -> dict[str, object]:
    failure = bulk_words.failure(export.error) if export.error else ""
    return {
        "campaign": export.campaign,
        **table_files.state(export, failure=failure),
        **_words(export),
    }
