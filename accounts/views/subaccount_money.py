"""Credit of a subaccount: move some now, or whenever it runs low."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import tasks
from accounts.access import WorkspaceRequest, member
from accounts.forms.subaccounts import TopUpForm, TransferForm
from accounts.models import Errand, Subaccount
from accounts.rights import Right
from accounts.selectors import errands as found_errands
from accounts.selectors import subaccounts as selected
from accounts.services import subaccounts
from accounts.views import refusals
from seven_dashboard.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MOVE_MONEY)
def subaccount_transfer(request: WorkspaceRequest, subaccount_id: UUID) -> HttpResponse:
    """Ask for an amount, then show what it leaves where, then move it."""
    one = selected.get(request.workspace, subaccount_id)
    if found_errands.of_token(request.workspace, request.POST.get("token", "")):
        return redirect("accounts:subaccount_detail", one.pk)
    form = TransferForm(request.POST or None)
    if request.method != "POST" or not form.is_valid() or _is_short(one, form):
        return _transfer_page(request, one, form)
    if not form.is_agreed:
        return _transfer_page(request, one, form, amount=form.cleaned_data["amount"])
    try:
        errand = subaccounts.transfer(
            subaccount=one,
            actor=request.user,
            amount=form.cleaned_data["amount"],
            token=form.cleaned_data["token"],
        )
    except Refused as refused:
        refusals.add_to(form, refused)
        return _transfer_page(request, one, form)
    return _on_its_way(one, errand)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MOVE_MONEY)
def subaccount_top_up(request: WorkspaceRequest, subaccount_id: UUID) -> HttpResponse:
    """Say when how much credit moves by itself, or that none does."""
    one = selected.get(request.workspace, subaccount_id)
    is_off = request.POST.get("act") == "off"
    initial: dict[str, Decimal | None] = {}
    if one.tops_up:
        initial = {"threshold": one.topup_threshold, "amount": one.topup_amount}
    form = TopUpForm(request.POST or None, initial=initial, is_off=is_off)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            errand = subaccounts.set_top_up(
                subaccount=one,
                actor=request.user,
                threshold=values["threshold"] or Decimal(0),
                amount=Decimal(0) if is_off else values["amount"],
                token=values["token"],
            )
        except Refused as refused:
            refusals.add_to(form, refused)
        else:
            return _on_its_way(one, errand)
    values = {"subaccount": one, "form": form}
    status = 422 if form.errors else 200
    return render(request, "accounts/subaccounts/top_up.html", values, status=status)


def _is_short(one: Subaccount, form: TransferForm) -> bool:
    """Refuse what the balance as last seen does not hold."""
    balance, amount = one.connection.balance, form.cleaned_data["amount"]
    if balance is None or amount <= balance:
        return False
    form.refuse_short()
    return True


def _transfer_page(
    request: WorkspaceRequest,
    one: Subaccount,
    form: TransferForm,
    *,
    amount: Decimal | None = None,
) -> HttpResponse:
    balance = one.connection.balance
    values = {
        "subaccount": one,
        "form": form,
        "amount": amount,
        "balance": balance,
        "left": balance - amount if balance is not None and amount else None,
        "then": one.balance + amount if amount else None,
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/subaccounts/transfer.html", values, status=status)


def _on_its_way(one: Subaccount, errand: Errand) -> HttpResponse:
    tasks.queue_errand(errand)
    return redirect("accounts:subaccount_detail", one.pk)
