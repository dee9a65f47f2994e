from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseStopPolling

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import tasks
from contacts.forms.fields import FieldForm
from contacts.models import CustomField, FieldWork
from contacts.selectors import fields as selected
from contacts.selectors import works as selected_works
from contacts.services import field_works
from contacts.services import fields as services
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def field_list(request: WorkspaceRequest) -> HttpResponse:
    filled = selected.filled(request.workspace)
    rows = [
        (field, None if filled is None else filled.get(field.slug, 0))
        for field in selected.custom(request.workspace)
    ]
    context = {
        "rows": rows,
        "is_counted": filled is not None,
        "works": _works(request),
        "can_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
    }
    return render(request, "contacts/fields/list.html", context)


@require_GET
@member(Right.READ)
def field_works_progress(request: WorkspaceRequest) -> HttpResponse:
    """Return how far the changes are; the last answer ends the polling."""
    context = {"works": _works(request), "is_polled": True}
    answer = render(request, "contacts/fields/_works.html", context)
    if not context["works"]:
        answer.status_code = HttpResponseStopPolling.status_code
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def field_create(request: WorkspaceRequest) -> HttpResponse:
    form = FieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            field = services.create(
                workspace=request.workspace,
                actor=request.user,
                label=form.cleaned_data["label"],
                kind=form.cleaned_data["kind"],
                choices=form.chosen(),
            )
        except Refused as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _("Field %(name)s added.") % {"name": field})
            return redirect("contacts:field_list")
    return _form_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def field_edit(request: WorkspaceRequest, slug: str) -> HttpResponse:
    field = selected.get(request.workspace, slug)
    form = FieldForm(request.POST or None, instance=field)
    if request.method == "POST" and form.is_valid():
        try:
            return _change(request, field, form)
        except Refused as error:
            form.add_error(error.field or None, str(error))
    return _form_page(request, form, field)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def field_delete(request: WorkspaceRequest, slug: str) -> HttpResponse:
    field = selected.get(request.workspace, slug)
    error = ""
    if request.method == "POST":
        if request.POST.get("confirm_word", "").strip() == field.label:
            try:
                _do(services.delete(field=field, actor=request.user))
            except Refused as refused:
                error = str(refused)
            else:
                messages.success(
                    request, _("Field %(name)s deleted.") % {"name": field}
                )
                return redirect("contacts:field_list")
        else:
            error = _("Type the name exactly as it is written.")
    context = {"field": field, "error": error}
    status = 422 if error else 200
    return render(request, "contacts/fields/delete.html", context, status=status)


def _change(
    request: WorkspaceRequest, field: CustomField, form: FieldForm
) -> HttpResponse:
    """Keep the name, then the kind; say when the values stand in the way of it."""
    services.rename(field=field, label=form.cleaned_data["label"], actor=request.user)
    work = services.change_kind(
        field=field,
        kind=form.cleaned_data["kind"],
        choices=form.chosen(),
        actor=request.user,
    )
    if work and _do(work) and work.state == FieldWork.State.FAILED:
        return redirect("contacts:field_edit", field.slug)
    messages.success(request, _("Field %(name)s saved.") % {"name": field})
    return redirect("contacts:field_list")


def _do(work: FieldWork) -> bool:
    """Do a small work now and tell True; ring a worker for a long one."""
    if not field_works.is_small(work):
        transaction.on_commit(lambda: tasks.ring_work(work))
        return False
    field_works.run(work.id)
    work.refresh_from_db()
    return True


def _form_page(
    request: WorkspaceRequest, form: FieldForm, field: CustomField | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "field": field,
        "misfit": selected.last_misfit(field) if field and not form.is_bound else None,
    }
    status = 422 if form.errors else 200
    return render(request, "contacts/fields/form.html", context, status=status)


def _works(request: WorkspaceRequest) -> list[tuple[FieldWork, object]]:
    running = selected.running_works(request.workspace)
    return [(work, selected_works.progress(work)) for work in running]
