from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts.forms import segments as builders
from contacts.forms.segments import Definition, SegmentForm
from contacts.models import Segment
from contacts.segments import checking
from contacts.selectors import segment_counts
from contacts.selectors import segments as selected
from contacts.services import segments as services
from seven_dashboard import seen
from seven_dashboard.errors import Refused

FIRST_ROWS = 8
# Tells the page that the figures beside the conditions are out of date.
CHANGED = "segmentChanged"


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def segment_create(request: WorkspaceRequest) -> HttpResponse:
    if request.method == "POST":
        return _acted(request, None)
    return _page(request, builders.blank(), SegmentForm(), None)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def segment_edit(request: WorkspaceRequest, segment_id: UUID) -> HttpResponse:
    segment = selected.get(request.workspace, segment_id)
    if request.method == "POST":
        return _acted(request, segment)
    form = SegmentForm(initial={"name": segment.name})
    definition = builders.readable(segment.definition)
    return _page(request, definition, form, segment, is_checked=True)


@require_POST
@member(Right.EDIT_CONTACTS)
def segment_build(request: WorkspaceRequest) -> HttpResponse:
    """Answer with the changed conditions, or with one row whose question changed."""
    definition, focus = builders.acted(
        builders.read(request.POST), request.POST.get("act", "")
    )
    builder = builders.build(
        definition, selected.catalog(request.workspace), focus=focus
    )
    path = request.POST.get("changed", "")
    row = builder.row(path)
    if path and row is not None:
        context: dict[str, Any] = {"builder": builder, "row": row}
        return render(request, "contacts/segments/_row.html", context)
    response = render(request, "contacts/segments/_builder.html", {"builder": builder})
    response["HX-Trigger-After-Settle"] = CHANGED
    return response


@require_POST
@member(Right.EDIT_CONTACTS)
def segment_preview(request: WorkspaceRequest) -> HttpResponse:
    context = _result(request, builders.read(request.POST))
    return render(request, "contacts/segments/_result.html", context)


def _acted(request: WorkspaceRequest, segment: Segment | None) -> HttpResponse:
    definition = builders.read(request.POST)
    act = request.POST.get("act", "look")
    form = SegmentForm(request.POST)
    if act == "save":
        return _saved(request, definition, form, segment)
    changed, focus = builders.acted(definition, act)
    # Only what was typed is shown again; what is missing is said when it is saved.
    shown = SegmentForm(initial={"name": request.POST.get("name", "")})
    is_checked = act == "look"
    return _page(request, changed, shown, segment, focus=focus, is_checked=is_checked)


def _saved(
    request: WorkspaceRequest,
    definition: Definition,
    form: SegmentForm,
    segment: Segment | None,
) -> HttpResponse:
    found = selected.checked(request.workspace, definition)
    if not form.is_valid() or not found.is_sound:
        if not found.is_sound:
            form.add_error(None, _("Please check the marked conditions."))
        return _page(request, definition, form, segment, is_checked=True, status=422)
    try:
        saved = _written(request, definition, form.cleaned_data["name"], segment)
    except seen.Overtaken as error:
        words = {"definition": _sentence(request, error.now.get("definition"))}
        seen.mark(form, error, words)
        return _page(
            request,
            definition,
            form,
            segment,
            is_checked=True,
            status=422,
            carried=error.seen,
        )
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
        return _page(request, definition, form, segment, is_checked=True, status=422)
    messages.success(request, _("Segment %(name)s saved.") % {"name": saved.name})
    return redirect("contacts:segment_detail", saved.pk)


def _written(
    request: WorkspaceRequest,
    definition: Definition,
    name: str,
    segment: Segment | None,
) -> Segment:
    if segment is None:
        return services.create(
            workspace=request.workspace,
            name=name,
            definition=definition,
            actor=request.user,
        )
    return services.update(
        segment=segment,
        name=name,
        definition=definition,
        actor=request.user,
        seen=request.POST.get(seen.FIELD, ""),
    )


def _sentence(request: WorkspaceRequest, definition: object) -> str:
    return selected.checked(request.workspace, definition).sentence()


def _page(
    request: WorkspaceRequest,
    definition: Definition,
    form: SegmentForm,
    segment: Segment | None,
    *,
    focus: str = "",
    is_checked: bool = False,
    status: int = 200,
    carried: str = "",
) -> HttpResponse:
    """Show the builder; ``is_checked`` also says what is wrong and who is found."""
    if segment and not carried:
        carried = seen.carried(request, services.shown_values(segment))
    catalog = selected.catalog(request.workspace)
    checked = checking.check(definition, catalog) if is_checked else None
    result = _result(request, definition) if request.method == "POST" else {}
    context = {
        "form": form,
        "segment": segment,
        "seen": carried,
        "builder": builders.build(definition, catalog, checked=checked, focus=focus),
        **result,
    }
    return render(request, "contacts/segments/form.html", context, status=status)


def _result(request: WorkspaceRequest, definition: Definition) -> dict[str, Any]:
    """Return the sentence of a definition, its count and its first contacts."""
    found = selected.checked(request.workspace, definition)
    if not found.is_sound:
        return {"checked": found}
    question = selected.question(found, selected.moment(request.workspace))
    return {
        "checked": found,
        "count": segment_counts.count(request.workspace, question),
        "rows": segment_counts.first(request.workspace, question, most=FIRST_ROWS),
    }
