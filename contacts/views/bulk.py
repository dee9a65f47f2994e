"""What is done to the selected rows of a list of contacts, or to all that match."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import WorkspaceRequest
from contacts import tasks
from contacts.forms import bulk as forms
from contacts.models import BulkJob
from contacts.selectors.choices import Choice
from contacts.selectors.counts import Count
from contacts.services import bulk_jobs, bulk_runs, groups
from contacts.views import bulk_words, choosing, exports


def look_up(request: WorkspaceRequest, choice: Choice) -> HttpResponse:
    """Lead to the price of looking up one contact, or all that match."""
    words = choice.wanted.query
    if choice.uuids:
        phones = choice.rows(request.workspace).values_list("phone", flat=True)[:2]
        if len(phones) != 1 or not phones[0]:
            messages.info(
                request,
                _(
                    "One number or a whole list can be looked up. Add these contacts "
                    "to a group, then look up the group."
                ),
            )
            return redirect(choosing.way_back(request))
        words = urlencode({"phone": phones[0]})
    return redirect(f"{reverse('contacts:lookup_create')}?{words}")


# From here on deleting asks for a word.
WORD_FROM = 1_000
FORMS: dict[str, type[forms.ActForm]] = {
    BulkJob.Act.ADD: forms.AddForm,
    BulkJob.Act.REMOVE: forms.RemoveForm,
    BulkJob.Act.SET: forms.SetForm,
    BulkJob.Act.OPT_OUT: forms.OptOutForm,
    BulkJob.Act.DELETE: forms.DeleteForm,
}
# Acts that have a page of their own.
PAGES: dict[str, Callable[[WorkspaceRequest, Choice], HttpResponse]] = {
    "export": exports.ask,
    "lookup": look_up,
}


def respond(request: WorkspaceRequest) -> HttpResponse:
    """Ask what the act still needs to know, or do it and say what was done."""
    act = request.POST.get("act", "")
    if act not in FORMS and act not in PAGES:
        raise Http404
    choice = choosing.choice_of(request)
    if choice is None:
        messages.warning(request, _("Select the contacts first."))
        return redirect(choosing.way_back(request))
    if act in PAGES:
        return PAGES[act](request, choice)
    count = choice.count(request.workspace)
    form = _form(request, act, count)
    if not form.is_valid():
        return _ask(request, act, choice, count, form)
    return _do(request, act, choice, form)


def _form(request: WorkspaceRequest, act: str, count: Count) -> forms.ActForm:
    # A group that was chosen beside the button is all that there is to ask.
    is_answered = "confirmed" in request.POST or (
        issubclass(FORMS[act], forms.RemoveForm) and request.POST.get("group")
    )
    data = request.POST if is_answered else None
    form = FORMS[act](data, workspace=request.workspace)
    if isinstance(form, forms.DeleteForm) and count.n >= WORD_FROM:
        form.word = pgettext("typed to confirm", "delete")
    return form


def _ask(
    request: WorkspaceRequest,
    act: str,
    choice: Choice,
    count: Count,
    form: forms.ActForm,
) -> HttpResponse:
    context = {
        "act": act,
        "form": form,
        "choice": choice,
        "criteria": urlencode(choice.wanted.as_dict()),
        "many": bulk_words.many(count),
        "title": bulk_words.TITLES[act],
        "label": bulk_words.label(act, count),
        "icon_name": bulk_words.ICONS[BulkJob.Act(act)],
        "is_delete": act == BulkJob.Act.DELETE,
        "back": choosing.way_back(request),
    }
    status = 422 if form.is_bound else 200
    return render(request, "contacts/bulk/ask.html", context, status=status)


def _do(
    request: WorkspaceRequest, act: str, choice: Choice, form: forms.ActForm
) -> HttpResponse:
    job = bulk_jobs.start(
        workspace=request.workspace,
        actor=request.user,
        choice=choice,
        act=act,
        **_with_group(request, form.options()),
    )
    if not choice.uuids:
        transaction.on_commit(partial(tasks.ring_work, job))
        return redirect("contacts:bulk_detail", job.id)
    bulk_runs.run(job.id)
    tell(request, job)
    return redirect(choosing.way_back(request))


def tell(request: WorkspaceRequest, job: BulkJob) -> None:
    """Say what a job that was done at once has done, or why it could not."""
    job.refresh_from_db()
    if job.error:
        messages.error(request, bulk_words.failure(job.error))
    else:
        messages.success(request, _said(job))


def _said(job: BulkJob) -> str | SafeString:
    """Return what a job has done, with a way to undo it."""
    if not bulk_jobs.may_be_undone(job):
        return bulk_words.outcome(job)
    # Without scripts the link leads to the page that has the button.
    return format_html(
        '{} <a href="{}" hx-post="{}" hx-swap="none">{}</a>',
        bulk_words.outcome(job),
        reverse("contacts:bulk_detail", args=[job.id]),
        reverse("contacts:bulk_undo", args=[job.id]),
        _("Undo"),
    )


def _with_group(request: WorkspaceRequest, options: dict[str, Any]) -> dict[str, Any]:
    name = options.pop("new_group", "")
    if name:
        options["group"] = groups.get_or_create(
            workspace=request.workspace, name=name, actor=request.user
        )
    return options
