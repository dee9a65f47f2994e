"""Jobs on many contacts: started from a page, watched, cancelled, undone."""

from __future__ import annotations

import json
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseStopPolling

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import tasks
from contacts.models import BulkJob, BulkUndo, Work
from contacts.selectors import choices, groups, works
from contacts.selectors.choices import Choice
from contacts.services import bulk_jobs, bulk_runs
from contacts.views import bulk_words, narrowing
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def bulk_list(request: WorkspaceRequest) -> HttpResponse:
    jobs = works.newest(BulkJob, request.workspace)
    undone = set(BulkUndo.objects.filter(job__in=jobs).values_list("job_id", flat=True))
    rows = [(job, bulk_words.title(job), job.pk in undone) for job in jobs]
    context = {"jobs": rows}
    return render(request, "contacts/bulk/list.html", context)


@require_GET
@member(Right.EDIT_CONTACTS)
def bulk_create(request: WorkspaceRequest) -> HttpResponse:
    """Ask what is to be done with all that match: the bar of the list as a page."""
    wanted = narrowing.wanted(request)
    context = {
        "wanted": wanted,
        "facts": bulk_words.chosen(choices.words(wanted)),
        "many": bulk_words.many(Choice(wanted).count(request.workspace)),
        "groups": groups.all(request.workspace),
        "back": f"{reverse('contacts:contact_list')}?{wanted.query}",
    }
    return render(request, "contacts/bulk/create.html", context)


@require_GET
@member(Right.EDIT_CONTACTS)
def bulk_count(request: WorkspaceRequest) -> HttpResponse:
    """Say how many match, for the bar of the list."""
    wanted = narrowing.wanted(request)
    many = bulk_words.many(Choice(wanted).count(request.workspace))
    return HttpResponse(f"({many})", content_type="text/plain; charset=utf-8")


@require_GET
@member(Right.READ)
def bulk_detail(request: WorkspaceRequest, job_id: UUID) -> HttpResponse:
    job = works.get(BulkJob, request.workspace, job_id)
    return render(request, "contacts/bulk/detail.html", _state(request, job))


@require_GET
@member(Right.READ)
def bulk_progress(request: WorkspaceRequest, job_id: UUID) -> HttpResponse:
    """Return the part of the page that changes; the last answer ends the polling."""
    job = works.get(BulkJob, request.workspace, job_id)
    state = _state(request, job)
    answer = render(request, "contacts/bulk/_progress.html", state)
    if state["is_over"]:
        answer.status_code = HttpResponseStopPolling.status_code
        level = "error" if job.state == Work.State.FAILED else "success"
        toast = {"toast": {"level": level, "text": state["sentence"]}}
        answer["HX-Trigger"] = json.dumps(toast)
    return answer


@require_POST
@member(Right.EDIT_CONTACTS)
def bulk_cancel(request: WorkspaceRequest, job_id: UUID) -> HttpResponse:
    job = works.get(BulkJob, request.workspace, job_id)
    if bulk_jobs.cancel(job=job, actor=request.user):
        messages.info(request, _("Cancelled. What was done before can be undone."))
    return redirect("contacts:bulk_detail", job.id)


@require_POST
@member(Right.EDIT_CONTACTS)
def bulk_undo(request: WorkspaceRequest, job_id: UUID) -> HttpResponse:
    """Take a job back: at once when rows were ticked, otherwise in the background."""
    job = works.get(BulkJob, request.workspace, job_id)
    try:
        undo = bulk_jobs.undo(job=job, actor=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return _to_job(request, job)
    if not job.uuids:
        transaction.on_commit(partial(tasks.ring_work, undo))
        return _to_job(request, job)
    bulk_runs.run_undo(undo.id)
    undo.refresh_from_db()
    messages.success(request, f"{bulk_words.undone(undo)} {bulk_words.kept(undo)}")
    return _to_job(request, job)


def _to_job(request: WorkspaceRequest, job: BulkJob) -> HttpResponse:
    page = reverse("contacts:bulk_detail", args=[job.id])
    if request.htmx:
        # From the notice on a list: that list again, as it is now.
        now = request.htmx.current_url_abs_path if job.uuids else page
        return HttpResponseClientRedirect(now or page)
    return redirect(page)


def _state(request: WorkspaceRequest, job: BulkJob) -> dict[str, object]:
    undo = BulkUndo.objects.filter(job=job).first()
    watched: Work = undo or job
    if undo:
        undo.job = job
    sentence = bulk_words.undone(undo) if undo else bulk_words.outcome(job)
    reason = bulk_words.kept(undo) if undo else bulk_words.untouched(job)
    if watched.error:
        sentence = bulk_words.failure(watched.error)
    return {
        "job": job,
        "undo": undo,
        "title": bulk_words.title(job),
        "facts": bulk_words.facts(job),
        "is_over": watched.is_over,
        "watched": watched,
        "progress": works.progress(watched),
        "sentence": sentence,
        "reason": reason,
        "may_be_undone": bulk_jobs.may_be_undone(job),
        "undo_until": job.finished_at and job.finished_at + bulk_jobs.UNDO_FOR,
        "can_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
    }
