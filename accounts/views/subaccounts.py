"""Subaccounts: the list with its chart, one of them, adding, deleting, acting as."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import tasks
from accounts.access import WorkspaceRequest, member
from accounts.forms.subaccounts import CreateForm, DeleteForm, OpenWorkspaceForm
from accounts.models import Connection, Poll, Subaccount
from accounts.rights import Right, allows
from accounts.selectors import errands as found_errands
from accounts.selectors import freshness, memberships
from accounts.selectors import subaccounts as selected
from accounts.selectors.usage import KeyUsage
from accounts.services import hooks, subaccounts
from accounts.views import errands, refusals
from seven_dashboard.errors import Refused

LIST, STATE = "accounts/subaccounts/list.html", "accounts/subaccounts/_list_state.html"


@require_GET
@member(Right.READ)
def subaccount_list(request: WorkspaceRequest) -> HttpResponse:
    values = _list_values(request)
    connection = values["connection"]
    if isinstance(connection, Connection):
        used = selected.usage_by_account(connection)
        values["chart"] = _chart(used, selected.names(connection))
        values["usage_fresh"] = freshness.of(connection, Poll.Kind.BREAKDOWN)
    return render(request, LIST, values)


@require_GET
@member(Right.READ)
def subaccount_list_state(request: WorkspaceRequest) -> HttpResponse:
    """Return what changes on the list by itself."""
    return render(request, STATE, _list_values(request))


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MOVE_MONEY)
def subaccount_create(request: WorkspaceRequest) -> HttpResponse:
    form = CreateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            errand = subaccounts.create(
                workspace=request.workspace, actor=request.user, **form.cleaned_data
            )
        except Refused as refused:
            refusals.add_to(form, refused)
        else:
            tasks.queue_errand(errand)
            return redirect("accounts:subaccount_list")
    status = 422 if form.errors else 200
    values = {"form": form}
    return render(request, "accounts/subaccounts/create.html", values, status=status)


@require_GET
@member(Right.READ)
def subaccount_detail(request: WorkspaceRequest, subaccount_id: UUID) -> HttpResponse:
    one = selected.get(request.workspace, subaccount_id)
    acting = selected.acting_workspace(one)
    values = {
        **_state_values(request, one),
        "fresh": freshness.of(one.connection, Poll.Kind.SUBACCOUNTS),
        "acting": acting,
        "is_member": selected.is_member(acting, request.user),
    }
    return render(request, "accounts/subaccounts/detail.html", values)


@require_GET
@member(Right.READ)
def subaccount_state(request: WorkspaceRequest, subaccount_id: UUID) -> HttpResponse:
    """Return what changes on the page of a subaccount by itself."""
    one = selected.get(request.workspace, subaccount_id)
    values = _state_values(request, one)
    return render(request, "accounts/subaccounts/_state.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MOVE_MONEY)
def subaccount_workspace(
    request: WorkspaceRequest, subaccount_id: UUID
) -> HttpResponse:
    """Make a workspace that acts as the subaccount, and go there."""
    one = selected.get(request.workspace, subaccount_id)
    form = OpenWorkspaceForm(request.POST or None, initial={"name": one.shown_name})
    if request.method == "POST" and form.is_valid():
        try:
            made = subaccounts.open_workspace(
                subaccount=one, actor=request.user, name=form.cleaned_data["name"]
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            memberships.choose(request, made)
            tasks.queue_all(made.connection)
            messages.success(
                request, _("You are in the new workspace %(name)s.") % {"name": made}
            )
            return redirect("accounts:overview")
    values = {"subaccount": one, "form": form}
    status = 422 if form.errors else 200
    return render(request, "accounts/subaccounts/workspace.html", values, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MOVE_MONEY)
def subaccount_workspace_end(
    request: WorkspaceRequest, subaccount_id: UUID
) -> HttpResponse:
    """Take the account from the workspace that acts as the subaccount."""
    one = selected.get(request.workspace, subaccount_id)
    if request.method != "POST":
        page = "accounts/subaccounts/workspace_end.html"
        return render(request, page, {"subaccount": one})
    child = selected.acting_connection(one)
    is_withdrawn = hooks.try_to_withdraw([child] if child else [])
    try:
        subaccounts.close_workspace(subaccount=one, actor=request.user)
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("The workspace is disconnected."))
        if not is_withdrawn:
            messages.warning(request, refusals.HOOK_LEFT)
    return redirect("accounts:subaccount_detail", one.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MOVE_MONEY)
def subaccount_delete(request: WorkspaceRequest, subaccount_id: UUID) -> HttpResponse:
    """Ask for the subaccount's id, and delete it."""
    if found_errands.of_token(request.workspace, request.POST.get("token", "")):
        return redirect("accounts:subaccount_list")
    one = selected.get(request.workspace, subaccount_id)
    form = DeleteForm(request.POST or None, word=one.gateway_id)
    if request.method == "POST" and form.is_valid():
        try:
            errand = subaccounts.delete(
                subaccount=one,
                actor=request.user,
                agreed=form.cleaned_data["agreed"],
                token=form.cleaned_data["token"],
            )
        except Refused as refused:
            refusals.add_to(form, refused)
        else:
            tasks.queue_errand(errand)
            return redirect("accounts:subaccount_list")
    acting = selected.acting_workspace(one)
    values = {
        "subaccount": one,
        "form": form,
        "acting": acting,
        "is_member": selected.is_member(acting, request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/subaccounts/delete.html", values, status=status)


def _list_values(request: WorkspaceRequest) -> dict[str, object]:
    connection = Connection.objects.filter(workspace=request.workspace).first()
    found = found_errands.shown(request.workspace, found_errands.OF_SUBACCOUNTS)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    values: dict[str, object] = {
        "connection": connection,
        "text": text,
        "can_move": allows(request.membership.role, Right.MOVE_MONEY),
        **errands.rows(found),
    }
    if connection is not None:
        values |= {
            "page": selected.listing(
                connection,
                sort=request.GET.get("sort", ""),
                after=request.GET.get("after", ""),
                text=text,
            ),
            "sums": selected.sums(connection),
            "fresh": freshness.of(connection, Poll.Kind.SUBACCOUNTS),
        }
    return values


def _state_values(request: WorkspaceRequest, one: Subaccount) -> dict[str, object]:
    found = found_errands.shown(
        request.workspace, found_errands.OF_SUBACCOUNTS, subject=one.gateway_id
    )
    return {
        "subaccount": one,
        "can_move": allows(request.membership.role, Right.MOVE_MONEY),
        **errands.rows(found),
    }


def _chart(used: list[KeyUsage], names: dict[str, str]) -> dict[str, object]:
    """Return what each account used in EUR, as a chart.

    The gateway names an account by its company, or by its id.
    """
    return {
        "type": "bar",
        "label_head": _("Account"),
        "labels": [names.get(row.key, row.key) for row in used],
        "series": [
            {
                "key": "cost",
                "label": _("Cost"),
                "values": [float(row.cost) for row in used],
            }
        ],
        "unit": "€",
        "decimals": 2,
    }
