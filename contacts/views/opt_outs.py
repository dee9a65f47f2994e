from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import csv_export
from contacts.forms.opt_outs import (
    CHANNELS,
    OptInForm,
    OptOutFilterForm,
    OptOutForm,
)
from contacts.models import ConsentEvent, OptOut
from contacts.selectors import contacts as selected_contacts
from contacts.selectors import keyset
from contacts.selectors import opt_outs as selected
from contacts.selectors.opt_outs import ALL_CHANNELS, Narrowed
from contacts.services import opt_outs as services


@require_GET
@member(Right.READ)
def opt_out_list(request: WorkspaceRequest) -> HttpResponse:
    wanted = _wanted(request)
    page = selected.page(
        request.workspace,
        wanted,
        before=keyset.cursor(request.GET.get("before")),
        after=keyset.cursor(request.GET.get("after")),
    )
    context = {"page": page, **_frame(request, wanted)}
    return render(request, "contacts/opt_outs/list.html", context)


@require_GET
@member(Right.READ)
def opt_out_history(request: WorkspaceRequest) -> HttpResponse:
    wanted = _wanted(request)
    page = selected.events(
        request.workspace,
        wanted,
        before=keyset.cursor(request.GET.get("before")),
        after=keyset.cursor(request.GET.get("after")),
    )
    context = {"page": page, **_frame(request, wanted)}
    return render(request, "contacts/opt_outs/history.html", context)


@require_GET
@member(Right.READ)
def opt_out_detail(request: WorkspaceRequest, opt_out_id: int) -> HttpResponse:
    entry = selected.get(request.workspace, opt_out_id)
    context = {
        "entry": entry,
        "contact": selected_contacts.by_phone(request.workspace, entry.phone),
        "events": selected.history(request.workspace, entry.phone),
        "can_edit": _can_edit(request),
    }
    return render(request, "contacts/opt_outs/detail.html", context)


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
    status = 422 if form.errors else 200
    return render(request, "contacts/opt_outs/form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def opt_out_delete(request: WorkspaceRequest, opt_out_id: int) -> HttpResponse:
    """Allow a number again; without a reason there is no proof, so it is asked for."""
    entry = selected.get(request.workspace, opt_out_id)
    form = OptInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.remove(
            workspace=request.workspace,
            phone=entry.phone,
            channel=entry.channel,
            reason=form.cleaned_data["reason"],
            actor=request.user,
        )
        messages.success(request, _("This number may get messages again."))
        return redirect("contacts:opt_out_list")
    status = 422 if form.errors else 200
    context = {"entry": entry, "form": form}
    return render(request, "contacts/opt_outs/delete.html", context, status=status)


@require_GET
@member(Right.EXPORT)
def opt_out_export(request: WorkspaceRequest) -> StreamingHttpResponse:
    rows = selected.stream(request.workspace, _wanted(request))
    services.record_export(
        workspace=request.workspace, actor=request.user, action="opt_out.export"
    )
    return _download(_list_rows(rows), "opt-outs")


@require_GET
@member(Right.EXPORT)
def opt_out_history_export(request: WorkspaceRequest) -> StreamingHttpResponse:
    rows = selected.stream_events(request.workspace, _wanted(request))
    services.record_export(
        workspace=request.workspace, actor=request.user, action="opt_out.export_history"
    )
    return _download(_history_rows(rows), "consent-history")


def _download(rows: Iterator[list[str]], name: str) -> StreamingHttpResponse:
    day = timezone.localdate().isoformat()
    answer = StreamingHttpResponse(
        csv_export.lines(rows), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    return answer


def _list_rows(rows: Iterator[OptOut]) -> Iterator[list[str]]:
    yield [
        _("Number"),
        _("Channel"),
        _("Since"),
        _("Source"),
        _("Reason"),
        _("Noted by"),
    ]
    for row in rows:
        yield [
            row.phone,
            row.channel or _("All channels"),
            timezone.localtime(row.created_at).isoformat(" ", "seconds"),
            str(row.get_source_display()),
            row.reason_text,
            row.added_by.email if row.added_by else "",
        ]


def _history_rows(rows: Iterator[ConsentEvent]) -> Iterator[list[str]]:
    yield [
        _("Number"),
        _("Channel"),
        _("When"),
        _("What"),
        _("Source"),
        _("Reason"),
        _("Evidence"),
        _("Noted by"),
    ]
    for row in rows:
        yield [
            row.phone,
            row.channel or _("All channels"),
            timezone.localtime(row.at).isoformat(" ", "seconds"),
            str(row.get_kind_display()),
            str(row.get_source_display()),
            row.reason_text,
            row.evidence,
            row.actor.email if row.actor else "",
        ]


def _wanted(request: WorkspaceRequest) -> Narrowed:
    form = OptOutFilterForm(request.GET)
    return Narrowed(
        text=form.value("q"), channel=form.value("channel"), source=form.value("source")
    )


def _frame(request: WorkspaceRequest, wanted: Narrowed) -> dict[str, object]:
    return {
        "wanted": wanted,
        "is_narrowed": wanted != Narrowed(),
        "channels": [(value or ALL_CHANNELS, word) for value, word in CHANNELS],
        "sources": OptOut.Source.choices,
        "can_edit": _can_edit(request),
    }


def _can_edit(request: WorkspaceRequest) -> bool:
    return allows(request.membership.role, Right.EDIT_CONTACTS)
