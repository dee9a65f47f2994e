"""Numbers of the account: the list, one of them, its name, where its SMS go."""

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

from accounts import tasks
from accounts.access import WorkspaceRequest, member
from accounts.forms.numbers import ForwardForm, GiveUpForm, RenameForm
from accounts.models import Connection, Errand, OwnNumber, Poll
from accounts.rights import Right, allows
from accounts.selectors import errands as found_errands
from accounts.selectors import freshness
from accounts.selectors import numbers as selected
from accounts.services import numbers
from accounts.views import errands, refusals
from seven_dashboard.errors import Refused

LIST, STATE = "accounts/numbers/list.html", "accounts/numbers/_list_state.html"


@require_GET
@member(Right.READ)
def number_list(request: WorkspaceRequest) -> HttpResponse:
    return render(request, LIST, _list_values(request))


@require_GET
@member(Right.READ)
def number_list_state(request: WorkspaceRequest) -> HttpResponse:
    """Return what changes on the list by itself."""
    return render(request, STATE, _list_values(request))


@require_GET
@member(Right.READ)
def number_detail(request: WorkspaceRequest, number_id: UUID) -> HttpResponse:
    return _page(request, selected.get(request.workspace, number_id))


@require_GET
@member(Right.READ)
def number_state(request: WorkspaceRequest, number_id: UUID) -> HttpResponse:
    """Return what changes on the page of a number by itself."""
    number = selected.get(request.workspace, number_id)
    values = _state_values(request, number)
    return render(request, "accounts/numbers/_state.html", values)


@require_POST
@member(Right.MANAGE_CONNECTION)
def number_rename(request: WorkspaceRequest, number_id: UUID) -> HttpResponse:
    number = selected.get(request.workspace, number_id)
    form = RenameForm(request.POST)
    if not form.is_valid():
        return _page(request, number, status=422, rename=form)
    values = form.cleaned_data
    try:
        errand = numbers.rename(
            number=number,
            actor=request.user,
            name=values["name"],
            token=values["token"],
        )
    except Refused as refused:
        form.add_error("name", str(refused))
        return _page(request, number, status=422, rename=form)
    return _on_its_way(request, number, errand)


@require_POST
@member(Right.MANAGE_CONNECTION)
def number_forward(request: WorkspaceRequest, number_id: UUID) -> HttpResponse:
    number = selected.get(request.workspace, number_id)
    form = ForwardForm(request.POST, country=request.workspace.country)
    if not form.is_valid():
        return _page(request, number, status=422, forward=form)
    try:
        errand = numbers.forward(
            number=number,
            actor=request.user,
            targets=form.targets(),
            token=form.cleaned_data["token"],
        )
    except Refused as refused:
        refusals.add_to(form, refused)
        return _page(request, number, status=422, forward=form)
    return _on_its_way(request, number, errand)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MOVE_MONEY)
def number_give_up(request: WorkspaceRequest, number_id: UUID) -> HttpResponse:
    """Ask when a number ends and for its digits, and end it."""
    token = request.POST.get("token", "")
    if found_errands.of_token(request.workspace, token):
        return redirect("accounts:number_list")
    number = selected.get(request.workspace, number_id)
    form = GiveUpForm(request.POST or None, word=number.e164)
    if request.method == "POST" and form.is_valid():
        try:
            errand = numbers.give_up(
                number=number,
                actor=request.user,
                when=form.cleaned_data["when"],
                token=form.cleaned_data["token"],
            )
        except Refused as refused:
            refusals.add_to(form, refused)
        else:
            tasks.queue_errand(errand)
            return redirect("accounts:number_list")
    values = {"number": number, "form": form, "end": selected.period_end(number)}
    status = 422 if form.errors else 200
    return render(request, "accounts/numbers/give_up.html", values, status=status)


def _list_values(request: WorkspaceRequest) -> dict[str, object]:
    connection = Connection.objects.filter(workspace=request.workspace).first()
    found = found_errands.shown(request.workspace, found_errands.OF_NUMBERS)
    values = {
        "connection": connection,
        "can_order": allows(request.membership.role, Right.MOVE_MONEY),
        **errands.rows(found),
    }
    if connection is not None:
        rows = selected.listing(connection)
        values |= {
            "numbers": rows,
            "yearly_cost": selected.yearly_cost(rows),
            "fresh": freshness.of(connection, Poll.Kind.NUMBERS),
        }
    return values


def _state_values(request: WorkspaceRequest, number: OwnNumber) -> dict[str, object]:
    found = found_errands.shown(
        request.workspace, found_errands.OF_NUMBERS, subject=number.number
    )
    return {
        "number": number,
        "end": selected.period_end(number),
        "can_manage": allows(request.membership.role, Right.MANAGE_CONNECTION),
        "can_order": allows(request.membership.role, Right.MOVE_MONEY),
        **errands.rows(found),
    }


def _page(
    request: WorkspaceRequest,
    number: OwnNumber,
    *,
    status: int = 200,
    rename: RenameForm | None = None,
    forward: ForwardForm | None = None,
) -> HttpResponse:
    if forward is None and allows(request.membership.role, Right.MANAGE_CONNECTION):
        forward = ForwardForm.of(number, _under_way(number, Errand.Kind.FORWARD))
    renaming = _under_way(number, Errand.Kind.RENAME)
    name = renaming.values["name"] if renaming else number.friendly_name
    values = {
        **_state_values(request, number),
        "fresh": freshness.of(number.connection, Poll.Kind.NUMBERS),
        "rename": rename or RenameForm(initial={"name": name}),
        "forward": forward,
    }
    return render(request, "accounts/numbers/detail.html", values, status=status)


def _under_way(number: OwnNumber, kind: str) -> Errand | None:
    workspace = number.connection.workspace
    return found_errands.under_way(workspace, kind, subject=number.number)


def _on_its_way(
    request: WorkspaceRequest, number: OwnNumber, errand: Errand | None
) -> HttpResponse:
    if errand is None:
        messages.info(request, _("Nothing was changed."))
    else:
        tasks.queue_errand(errand)
    return redirect("accounts:number_detail", number.pk)
