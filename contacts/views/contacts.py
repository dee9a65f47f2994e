from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts.forms.contacts import ContactForm
from contacts.forms.opt_outs import OptInForm
from contacts.models import BulkJob, OptOut
from contacts.selectors import contacts as selected
from contacts.selectors import fields
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter
from contacts.services import bulk_jobs, bulk_runs, opt_outs
from contacts.services import contacts as services
from contacts.views import bulk, bulk_words, list_words, narrowing, segments
from seven_dashboard import seen


@require_GET
@member(Right.READ)
def contact_list(request: WorkspaceRequest) -> HttpResponse:
    wanted, sort = narrowing.wanted(request), narrowing.sort(request)
    page = selected.page(
        request.workspace,
        wanted,
        sort=sort,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    choices = narrowing.choices(request.workspace, wanted)
    context = {
        "page": page,
        "wanted": wanted,
        "sort": sort,
        "choices": choices,
        "groups": choices.groups,
        "chips": narrowing.chips(wanted, sort=sort, own=choices.fields),
        "more": narrowing.count_more(wanted),
        "total": bulk_words.many(page.total),
        "segment_line": segments.ask_and_line(wanted.segment),
        "has_facts": list_words.tell_facts(page.rows),
        "can_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
        "can_send": allows(request.membership.role, Right.SEND),
    }
    return render(request, "contacts/contacts/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def contact_create(request: WorkspaceRequest) -> HttpResponse:
    form = _form(request)
    taken = None
    if request.method == "POST" and form.is_valid():
        try:
            contact = services.create(
                workspace=request.workspace,
                actor=request.user,
                phone=form.cleaned_data["phone"],
                custom=form.custom_values(),
                **form.built_in_values(),
            )
        except services.NumberTaken as error:
            form.add_error("phone", str(error))
            taken = error.existing
        else:
            messages.success(request, _("Contact saved."))
            return redirect("contacts:contact_detail", contact.uuid)
    context = {"form": form, "taken": taken}
    return render(request, "contacts/contacts/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def contact_edit(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    contact = selected.get(request.workspace, contact_id)
    form = _form(request, instance=selected.get(request.workspace, contact_id))
    taken, carried = None, seen.carried(request, services.shown_values(contact))
    if request.method == "POST" and form.is_valid():
        try:
            services.update(
                contact=contact,
                actor=request.user,
                phone=form.cleaned_data["phone"],
                custom=form.custom_values(),
                seen=carried,
                **form.built_in_values(),
            )
        except services.NumberTaken as error:
            form.add_error("phone", str(error))
            taken = error.existing
        except seen.Overtaken as error:
            form.overtaken(error)
            carried = error.seen
        except services.Gone as error:
            messages.error(request, str(error))
            return redirect("contacts:contact_list")
        else:
            messages.success(request, _("Contact saved."))
            return redirect("contacts:contact_detail", contact.uuid)
    context = {"form": form, "contact": contact, "taken": taken, "seen": carried}
    return render(request, "contacts/contacts/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def contact_delete(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    contact = selected.get(request.workspace, contact_id)
    if request.method == "POST":
        job = bulk_jobs.start(
            workspace=request.workspace,
            actor=request.user,
            choice=Choice(Filter(), (contact.uuid,)),
            act=BulkJob.Act.DELETE,
        )
        bulk_runs.run(job.id)
        bulk.tell(request, job)
        return redirect("contacts:contact_list")
    return render(request, "contacts/contacts/delete.html", {"contact": contact})


@require_POST
@member(Right.EDIT_CONTACTS)
def contact_opt_out(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    contact = selected.get(request.workspace, contact_id)
    if contact.phone:
        opt_outs.add(
            workspace=request.workspace,
            phone=contact.phone,
            source=OptOut.Source.MANUAL,
            actor=request.user,
        )
        messages.success(request, _("This number gets no more messages."))
    return redirect("contacts:contact_detail", contact.uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def contact_allow(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    contact = selected.get(request.workspace, contact_id)
    form = OptInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if contact.phone and opt_outs.remove_all(
            workspace=request.workspace,
            phone=contact.phone,
            reason=form.cleaned_data["reason"],
            actor=request.user,
        ):
            messages.success(request, _("This number may get messages again."))
        return redirect("contacts:contact_detail", contact.uuid)
    entries = selected.opt_outs_of(contact)
    context = {
        "contact": contact,
        "form": form,
        "is_reply": any(entry.is_reply for entry in entries),
    }
    status = 422 if form.errors else 200
    return render(request, "contacts/contacts/allow.html", context, status=status)


@require_POST
@member(Right.EDIT_CONTACTS)
def contact_bulk(request: WorkspaceRequest) -> HttpResponse:
    return bulk.respond(request)


def _form(request: WorkspaceRequest, **options: object) -> ContactForm:
    return ContactForm(
        request.POST or None,
        workspace=request.workspace,
        custom_fields=fields.custom(request.workspace),
        **options,
    )
