"""A lookup that was started: watched, held, decided about, and used."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
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

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import fact_words, lookup_words, number_kind, tasks
from contacts.forms.lookups import PriceForm, ResumeForm
from contacts.models import BulkJob, Lookup
from contacts.selectors import contacts as selected_contacts
from contacts.selectors import criteria, number_facts, works
from contacts.selectors import lookups as selected
from contacts.selectors.choices import Choice
from contacts.services import bulk_jobs, groups, lookup_claims, lookup_prices, lookups
from contacts.views.lookups import got, may_start
from seven_dashboard.navigation import address

# What the acts on a result are about.
CLEAN = (fact_words.UNREACHABLE, fact_words.INVALID, fact_words.LANDLINE)


@require_GET
@member(Right.READ)
def lookup_detail(request: WorkspaceRequest, lookup_id: UUID) -> HttpResponse:
    lookup = got(request, lookup_id)
    return render(request, "contacts/lookups/detail.html", _state(request, lookup))


@require_GET
@member(Right.READ)
def lookup_progress(request: WorkspaceRequest, lookup_id: UUID) -> HttpResponse:
    """Return the part of the page that changes; the last answer ends the polling."""
    lookup = got(request, lookup_id)
    state = _state(request, lookup)
    answer = render(request, "contacts/lookups/_progress.html", state)
    if lookup.is_over or lookup.is_paused:
        answer.status_code = HttpResponseStopPolling.status_code
    return answer


@require_POST
@member(Right.EDIT_CONTACTS)
def lookup_pause(request: WorkspaceRequest, lookup_id: UUID) -> HttpResponse:
    lookup = got(request, lookup_id)
    lookups.pause(lookup=lookup, actor=request.user)
    return redirect("contacts:lookup_detail", lookup.pk)


@require_POST
@member(Right.EDIT_CONTACTS)
def lookup_resume(request: WorkspaceRequest, lookup_id: UUID) -> HttpResponse:
    lookup = _payable(request, lookup_id)
    form = ResumeForm(request.POST)
    if not form.is_valid():
        context = {**_state(request, lookup), "resume": form}
        return render(request, "contacts/lookups/detail.html", context, status=422)
    cap = form.cleaned_data["cap"]
    if lookups.resume(lookup=lookup, actor=request.user, cap=cap):
        transaction.on_commit(partial(tasks.ring_work, lookup))
    return redirect("contacts:lookup_detail", lookup.pk)


@require_POST
@member(Right.EDIT_CONTACTS)
def lookup_cancel(request: WorkspaceRequest, lookup_id: UUID) -> HttpResponse:
    lookup = got(request, lookup_id)
    if lookups.cancel(lookup=lookup, actor=request.user):
        messages.info(request, _("Lookup cancelled. What was found stays."))
    return redirect("contacts:lookup_detail", lookup.pk)


@require_POST
@member(Right.EDIT_CONTACTS)
def lookup_settle(request: WorkspaceRequest, lookup_id: UUID) -> HttpResponse:
    """Ask again what ended unclear, or give it up."""
    lookup = _payable(request, lookup_id)
    if request.POST.get("decision") == "again":
        lookups.ask_again(lookup=lookup, actor=request.user)
        transaction.on_commit(partial(tasks.ring_work, lookup))
    elif request.POST.get("decision") == "leave":
        lookups.leave_unclear(lookup=lookup, actor=request.user)
    return redirect("contacts:lookup_detail", lookup.pk)


@require_POST
@member(Right.EDIT_CONTACTS)
def lookup_clean(request: WorkspaceRequest, lookup_id: UUID) -> HttpResponse:
    """Put what was found into a group of its own, or out of the group looked up."""
    lookup = got(request, lookup_id)
    word = request.POST.get("fact", "")
    wanted = criteria.read(request.workspace, {**lookup.criteria, "fact": word})
    # One number is no list: its words would mean everybody.
    if lookup.phone or word not in CLEAN or wanted.fact != word:
        return redirect("contacts:lookup_detail", lookup.pk)
    act, group = BulkJob.Act.REMOVE, wanted.group
    if request.POST.get("act") != "remove":
        act, group = (
            BulkJob.Act.ADD,
            groups.get_or_create(
                workspace=request.workspace,
                name=fact_words.label(word),
                actor=request.user,
            ),
        )
    if group is not None:
        job = bulk_jobs.start(
            workspace=request.workspace,
            actor=request.user,
            choice=Choice(wanted),
            act=act,
            group=group,
        )
        transaction.on_commit(partial(tasks.ring_work, job))
        messages.success(request, _("Started. The group is right in a moment."))
    return redirect("contacts:lookup_detail", lookup.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MANAGE_WORKSPACE)
def lookup_prices_edit(request: WorkspaceRequest) -> HttpResponse:
    form = PriceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        lookup_prices.set_by_owner(
            workspace=request.workspace,
            kind=form.cleaned_data["kind"],
            amount=form.cleaned_data["amount"],
            actor=request.user,
        )
        messages.success(request, _("Price saved."))
        return redirect("contacts:lookup_prices")
    context = {"prices": selected.prices(request.workspace), "form": form}
    status = 422 if form.errors else 200
    return render(request, "contacts/lookups/prices.html", context, status=status)


@require_GET
@member(Right.READ)
def contact_facts(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    """Show what is known of a contact's number: a box, or a page without scripts."""
    contact = selected_contacts.get(request.workspace, contact_id)
    context = {
        "contact": contact,
        "known": selected.known(
            number_facts.of_number(request.workspace, contact.phone)
        ),
        "by_digits": lookup_words.BY_DIGITS.get(number_kind.by_digits(contact.phone)),
        "can_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
    }
    if request.htmx:
        return render(request, "contacts/lookups/_facts.html", context)
    return render(request, "contacts/lookups/facts.html", context)


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(selected.CENT)


def _payable(request: WorkspaceRequest, lookup_id: UUID) -> Lookup:
    lookup = got(request, lookup_id)
    if lookup.is_paid and not may_start(request):
        raise PermissionDenied
    return lookup


def _state(request: WorkspaceRequest, lookup: Lookup) -> dict[str, object]:
    fact = number_facts.of_number(request.workspace, lookup.phone)
    return {
        "lookup": lookup,
        "progress": works.progress(lookup),
        "asking_since": lookup_claims.asking_since(lookup),
        "results": selected.results(lookup),
        "known": selected.known(fact) if lookup.is_over else [],
        "unclear": selected.unclear(lookup) if lookup.unclear else [],
        "reason": lookup_words.stop(lookup.error),
        "resume": ResumeForm(initial={"cap": _cents(lookup.cap)}),
        "query": urlencode(lookup.criteria),
        "clean": CLEAN,
        "jobs_url": address("contacts:bulk_list"),
        "can_edit": may_start(request),
    }
