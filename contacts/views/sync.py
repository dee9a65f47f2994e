from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)
from django_htmx.http import HttpResponseStopPolling

from accounts import sentences
from accounts.access import WorkspaceRequest, member
from accounts.models import Connection
from accounts.rights import Right, allows
from accounts.services import gateway
from contacts import sync_words, tasks
from contacts.forms.sync import PairForm, RulesForm, ScheduleForm
from contacts.models import SyncRun
from contacts.selectors import contacts as selected_contacts
from contacts.selectors import groups as selected_groups
from contacts.selectors import sync as selected
from contacts.selectors import works
from contacts.services.sync import decisions, group_step, pairs, setups
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError

OVERVIEW = "contacts:sync_overview"


@require_GET
@member(Right.READ)
def sync_overview(request: WorkspaceRequest) -> HttpResponse:
    return _overview(request, _forms(request))


@require_POST
@member(Right.EDIT_CONTACTS)
def sync_settings(request: WorkspaceRequest) -> HttpResponse:
    """Keep the rules and which group goes which ways; a new preview is due then."""
    forms = _forms(request, request.POST)
    if not (forms.rules.is_valid() and all(form.is_valid() for form in forms.pairs)):
        return _overview(request, forms, status=422)
    setup = setups.of(request.workspace)
    try:
        with transaction.atomic():
            pairs.change(
                workspace=request.workspace,
                actor=request.user,
                wanted=[(form.row, form.cleaned_data) for form in forms.pairs],
            )
            setups.change(
                setup=setup, actor=request.user, values=forms.rules.cleaned_data
            )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(OVERVIEW)
    if not setups.is_on(setup):
        messages.success(request, _("Saved. Nothing is synced."))
        return redirect(OVERVIEW)
    if request.POST.get("act") == "preview":
        return _begin(request, is_preview=True)
    messages.success(request, _("Saved. Look at a preview, then switch the sync on."))
    return redirect(OVERVIEW)


@require_POST
@member(Right.EDIT_CONTACTS)
def sync_schedule(request: WorkspaceRequest) -> HttpResponse:
    form = ScheduleForm(request.POST)
    if form.is_valid():
        setups.schedule(
            setup=setups.of(request.workspace),
            actor=request.user,
            is_on=form.cleaned_data["is_automatic"],
            minutes=form.cleaned_data["every_minutes"],
        )
        messages.success(request, _("Schedule saved."))
    return redirect(OVERVIEW)


@require_POST
@member(Right.EDIT_CONTACTS)
def sync_groups(request: WorkspaceRequest) -> HttpResponse:
    """Fetch the gateway's groups; a person waits for it."""
    try:
        connection = setups.connection_of(request.workspace)
        client = gateway.client_for(connection, is_waited_for=True)
        group_step.refresh(setups.of(request.workspace), client)
    except GatewayError as error:
        messages.error(request, str(sentences.of_error(error)))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(OVERVIEW)


@require_POST
@member(Right.EDIT_CONTACTS)
def sync_preview(request: WorkspaceRequest) -> HttpResponse:
    return _begin(request, is_preview=True)


@require_POST
@member(Right.EDIT_CONTACTS)
def sync_start(request: WorkspaceRequest) -> HttpResponse:
    """Start a run; `release` says what of the brake a person has agreed to.

    `1`: more deletions than it lets through, `missing`: many that are not there.
    """
    release = request.POST.get("release")
    return _begin(
        request, is_released=release == "1", accepts_missing=release == "missing"
    )


@require_POST
@member(Right.EDIT_CONTACTS)
def sync_approve(request: WorkspaceRequest, run_id: UUID) -> HttpResponse:
    """Switch the sync on as the preview has shown it, and do the first run."""
    run = works.get(SyncRun, request.workspace, run_id)
    setup = setups.of(request.workspace)
    try:
        setups.approve(setup=setup, run=run, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(OVERVIEW)
    return _begin(request)


@require_GET
@member(Right.READ)
def sync_run(request: WorkspaceRequest, run_id: UUID) -> HttpResponse:
    run = works.get(SyncRun, request.workspace, run_id)
    return render(request, "contacts/sync/run.html", _state(request, run))


@require_GET
@member(Right.READ)
def sync_run_progress(request: WorkspaceRequest, run_id: UUID) -> HttpResponse:
    """Return the part of the page that changes; the last answer ends the polling."""
    run = works.get(SyncRun, request.workspace, run_id)
    answer = render(request, "contacts/sync/_progress.html", _state(request, run))
    if run.is_over:
        answer.status_code = HttpResponseStopPolling.status_code
    return answer


@require_POST
@member(Right.EDIT_CONTACTS)
def sync_run_cancel(request: WorkspaceRequest, run_id: UUID) -> HttpResponse:
    run = works.get(SyncRun, request.workspace, run_id)
    if setups.cancel(run):
        messages.info(request, _("Stopped. What was synced before stays."))
    return redirect("contacts:sync_run", run.id)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def sync_start_over(request: WorkspaceRequest) -> HttpResponse:
    if request.method == "POST":
        decisions.start_over(setup=setups.of(request.workspace), actor=request.user)
        messages.success(request, _("All links are forgotten. No contact has changed."))
        return redirect(OVERVIEW)
    return render(request, "contacts/sync/start_over.html")


@require_GET
@member(Right.READ)
def sync_contact(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    """Return how a contact is linked, for its page."""
    contact = selected_contacts.get(request.workspace, contact_id)
    link = selected.of_contact(contact)
    validation = sync_words.VALIDATION.get(link.validation) if link else None
    context = {"link": link, "contact": contact, "validation": validation}
    return render(request, "contacts/sync/_contact.html", context)


class _Forms:
    """The rules and the lines of the table, filled or empty."""

    def __init__(self, request: WorkspaceRequest, data: object = None) -> None:
        self.setup = selected.setup_of(request.workspace)
        # The copy keeps what is stored apart from what was typed.
        self.rules = RulesForm(data, instance=selected.setup_of(request.workspace))  # type: ignore[arg-type]
        rows = selected.rows(request.workspace)
        taken = {row.group_id for row in rows if row.pair}
        free = [g for g in selected_groups.all(request.workspace) if g.id not in taken]
        self.pairs = [PairForm(data, row=row, free=free) for row in rows]


def _forms(request: WorkspaceRequest, data: object = None) -> _Forms:
    return _Forms(request, data)


def _overview(
    request: WorkspaceRequest, forms: _Forms, status: int = 200
) -> HttpResponse:
    setup, workspace = forms.setup, request.workspace
    preview = selected.last(workspace, is_preview=True)
    digest = setups.digest(setup)
    is_approved = setups.is_approved(setup)
    values = {"is_automatic": setup.is_automatic, "every_minutes": setup.every_minutes}
    context = {
        "setup": setup,
        "rules": forms.rules,
        "pairs": forms.pairs,
        "schedule": ScheduleForm(initial=values),
        "is_connected": Connection.objects.filter(workspace=workspace).exists(),
        "is_approved": is_approved,
        "is_on": setups.is_on(setup),
        "preview": preview if preview and preview.digest == digest else None,
        "running": selected.running(workspace),
        "last_run": selected.last(workspace, is_preview=False),
        "runs": works.newest(SyncRun, workspace, most=10),
        "questions": selected.questions(workspace),
        "error": sync_words.sentence(setup.error),
        "can_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
    }
    return render(request, "contacts/sync/overview.html", context, status=status)


def _begin(request: WorkspaceRequest, **options: bool) -> HttpResponse:
    try:
        run = setups.begin(
            setup=setups.of(request.workspace), actor=request.user, **options
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(OVERVIEW)
    transaction.on_commit(lambda: tasks.ring_work(run))
    return redirect("contacts:sync_run", run.id)


def _state(request: WorkspaceRequest, run: SyncRun) -> dict[str, object]:
    setup = setups.of(request.workspace)
    is_current = run.digest == setups.digest(setup)
    return {
        "run": run,
        "progress": works.progress(run),
        "quiet_since": works.quiet_since(run),
        "failure": sync_words.sentence(run.error),
        "here": sync_words.counts(run.tally, sync_words.HERE),
        "there": sync_words.counts(run.tally, sync_words.THERE),
        "other": sync_words.counts(run.tally, sync_words.OTHER),
        "samples": sync_words.samples(run.samples),
        "may_approve": is_current and not setups.is_approved(setup),
        "questions": selected.questions(request.workspace) if run.is_over else None,
        "can_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
    }
