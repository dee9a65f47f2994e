from __future__ import annotations

from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import (
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts import tasks
from contacts.forms.exports import ExportForm
from contacts.models import Export
from contacts.selectors import choices, works
from contacts.selectors.choices import Choice
from contacts.services import exports, written_tables
from contacts.views import bulk_words, choosing, narrowing, table_files
from seven_dashboard.errors import Refused

REMEMBERED = "export_columns"


@require_GET
@member(Right.EXPORT)
def export_list(request: WorkspaceRequest) -> HttpResponse:
    context = {"exports": works.newest(Export, request.workspace)}
    return render(request, "contacts/exports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EXPORT)
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
        is_csv = export.format == Export.Format.CSV
        content = exports.lines(export) if is_csv else exports.workbook(export)
        return table_files.streamed(export, _name(export), content)
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
@member(Right.EXPORT)
def export_detail(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(Export, request.workspace, export_id)
    return render(request, "contacts/exports/detail.html", _state(export))


@require_GET
@member(Right.EXPORT)
def export_progress(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(Export, request.workspace, export_id)
    template = "contacts/exports/_progress.html"
    return table_files.progress(request, export, template, _state(export))


@require_POST
@member(Right.EXPORT)
def export_cancel(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    export = works.get(Export, request.workspace, export_id)
    if exports.cancel(export=export):
        messages.info(request, _("Export cancelled."))
    return redirect("contacts:export_detail", export.id)


@require_GET
@member(Right.EXPORT)
def export_file(request: WorkspaceRequest, export_id: UUID) -> HttpResponseBase:
    export = works.get(Export, request.workspace, export_id)
    return table_files.written(export, _name(export))


def _form(request: WorkspaceRequest) -> ExportForm:
    return ExportForm(
        request.POST if "format" in request.POST else None,
        workspace=request.workspace,
        remembered=request.session.get(REMEMBERED),
    )


def _name(export: Export) -> str:
    return str(export.chosen_by.get("group") or _("contacts"))


def _state(export: Export) -> dict[str, object]:
    failure = bulk_words.failure(export.error) if export.error else ""
    return {
        "title": _("Export of %(day)s")
        % {
            "day": date_format(
                timezone.localtime(export.created_at), "SHORT_DATETIME_FORMAT"
            )
        },
        "facts": bulk_words.chosen(export.chosen_by),
        **table_files.state(export, failure=failure),
    }
