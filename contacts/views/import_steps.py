"""The steps of an import before it starts: columns, check."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseStopPolling

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts import sentences, tasks
from contacts.forms.import_columns import ColumnsForm
from contacts.forms.imports import ReadingForm, StartForm
from contacts.models import Group, Import, ImportCheck
from contacts.selectors import import_faults, import_previews
from contacts.selectors import imports as selected
from contacts.selectors import works as selected_works
from contacts.selectors.import_shapes import shape_of
from contacts.services import groups, import_checks, imports
from contacts.services import import_columns as services
from seven_dashboard.errors import Refused

# The others can be downloaded afterwards.
SHOWN_FAULTS = 10
# What a run of consecutive numbers is made of.
RUN = ("first", "last", "count")


def columns_page(
    request: WorkspaceRequest,
    source: Import,
    form: ColumnsForm | None = None,
    reading: ReadingForm | None = None,
) -> HttpResponse:
    """Show how the file is read and what its columns become."""
    form = form or _columns_form(source)
    reading = reading or ReadingForm(source=source)
    is_wrong = form.errors or reading.errors
    context = {
        "source": source,
        "form": form,
        "reading": reading,
        "encoding": sentences.encoding(source.layout["encoding"]),
        "delimiter": sentences.delimiter(source.layout["delimiter"]),
        "sheet": source.sheets[source.sheet] if source.sheets else "",
    }
    status = 422 if is_wrong else 200
    return render(request, "contacts/imports/columns.html", context, status=status)


@require_POST
@member(Right.EDIT_CONTACTS)
def import_reading(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    """Read the file in another way than guessed."""
    source = selected.get(request.workspace, import_id)
    if source.state != Import.State.UPLOADED:
        return redirect("contacts:import_detail", source.id)
    reading = ReadingForm(request.POST, source=source)
    if reading.is_valid():
        try:
            services.read_again(source=source, **reading.cleaned_data)
        except Refused as error:
            reading.add_error(None, str(error))
        else:
            return redirect("contacts:import_detail", source.id)
    return columns_page(request, source, reading=reading)


@require_POST
@member(Right.EDIT_CONTACTS)
def import_guess(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    """Forget what the last file like it became, and guess."""
    source = selected.get(request.workspace, import_id)
    if source.state == Import.State.UPLOADED:
        services.guess_anew(source)
    return redirect("contacts:import_detail", source.id)


@require_POST
@member(Right.EDIT_CONTACTS)
def import_columns(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    """Keep what the columns become and go on to the check."""
    source = selected.get(request.workspace, import_id)
    if source.state != Import.State.UPLOADED:
        return redirect("contacts:import_detail", source.id)
    form = _columns_form(source, request)
    if form.is_valid():
        try:
            _choose(request, source, form)
        except services.TooManyChoices as error:
            form.add_error(f"kind-{error.column}", str(error))
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return redirect("contacts:import_check", source.id)
    return columns_page(request, source, form)


@require_GET
@member(Right.EDIT_CONTACTS)
def import_check(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    """Say what will happen, or how far the check of the file is."""
    source = selected.get(request.workspace, import_id)
    if source.state != Import.State.UPLOADED:
        return _lead_on(request, source)
    check = import_checks.start(source=source, actor=request.user)
    if check.state == ImportCheck.State.READY and not request.htmx:
        transaction.on_commit(lambda: tasks.ring_work(check))
    return _check_page(request, source, check, StartForm(has_runs=bool(check.runs)))


@require_POST
@member(Right.EDIT_CONTACTS)
def import_start(request: WorkspaceRequest, import_id: UUID) -> HttpResponse:
    source = selected.get(request.workspace, import_id)
    check = import_checks.current(source)
    if source.state != Import.State.UPLOADED or check is None or not check.is_over:
        return redirect("contacts:import_check", source.id)
    form = StartForm(request.POST, has_runs=bool(check.runs))
    if not form.is_valid():
        return _check_page(request, source, check, form)
    try:
        imports.start(source=source, actor=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("contacts:import_check", source.id)
    transaction.on_commit(lambda: tasks.ring(source.id))
    return redirect("contacts:import_detail", source.id)


def _lead_on(request: WorkspaceRequest, source: Import) -> HttpResponse:
    """Lead from the check of an import that has started, a polling page too."""
    address = reverse("contacts:import_detail", args=[source.id])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _columns_form(
    source: Import, request: WorkspaceRequest | None = None
) -> ColumnsForm:
    samples = import_previews.samples(source)
    return ColumnsForm(
        request.POST if request else None,
        source=source,
        kinds=samples.kinds,
        samples=samples.cells,
    )


def _choose(request: WorkspaceRequest, source: Import, form: ColumnsForm) -> None:
    values = form.cleaned_data
    chosen: list[Group] = list(values["groups"])
    with transaction.atomic():
        if values["new_group"].strip():
            new = groups.get_or_create(
                workspace=request.workspace,
                name=values["new_group"],
                actor=request.user,
            )
            chosen.append(new)
        services.choose(
            source=source,
            mapping=form.mapping(),
            new_fields=form.new_fields(),
            country=values["country"],
            policy=values["policy"],
            groups=chosen,
        )


def _check_page(
    request: WorkspaceRequest, source: Import, check: ImportCheck, form: StartForm
) -> HttpResponse:
    reasons = sorted(check.reasons.items(), key=lambda item: -item[1])
    context = {
        "source": source,
        "check": check,
        "is_polled": bool(request.htmx),
        "progress": selected_works.progress(check),
        "failure": sentences.of_file(check.error) if check.error else "",
        "form": form,
        "has_number": bool(shape_of(source).phone_columns),
        "faults": import_faults.faults(source, check.refusals[:SHOWN_FAULTS]),
        "reasons": [(sentences.of_row(why), count) for why, count in reasons],
        "runs": [dict(zip(RUN, run, strict=True)) for run in check.runs],
        "groups": list(source.groups.all()[:20]),
    }
    if request.htmx:
        answer = render(request, "contacts/imports/_check.html", context)
        if check.is_over:
            answer.status_code = HttpResponseStopPolling.status_code
        return answer
    context["preview"] = import_previews.first_contacts(source)
    status = 422 if form.errors else 200
    return render(request, "contacts/imports/check.html", context, status=status)
