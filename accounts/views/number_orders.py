"""Numbers to rent: search them, and order one."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import countries, tasks
from accounts.access import WorkspaceRequest, member
from accounts.forms.numbers import OrderForm, new_token
from accounts.models import Connection, Interval, NumberOffer, Poll
from accounts.rights import Right, allows
from accounts.selectors import errands as found_errands
from accounts.selectors import freshness
from accounts.selectors import numbers as selected
from accounts.selectors.numbers import Wanted
from accounts.sentences import Trouble
from accounts.services import asking, number_lists, numbers
from accounts.views import refusals
from seven_dashboard.errors import Refused

FEATURES = ("has_sms", "has_a2p_sms", "has_voice")


@require_GET
@member(Right.READ)
def number_search(request: WorkspaceRequest) -> HttpResponse:
    """Show what is to be had, as last listed; the rows come anew while one looks."""
    connection = Connection.objects.filter(workspace=request.workspace).first()
    values: dict[str, object] = {"connection": connection}
    if connection is not None:
        values |= _found(request, connection)
        codes = selected.offered_countries(connection)
        values["countries"] = sorted(
            ((code, countries.name_of(code)) for code in codes), key=lambda one: one[1]
        )
        values["fresh"] = freshness.of(connection, Poll.Kind.OFFERS)
    return render(request, "accounts/numbers/search.html", values)


@require_GET
@member(Right.READ)
def number_search_live(request: WorkspaceRequest) -> HttpResponse:
    """Ask the gateway for one country and return the rows; the old ones if it fails."""
    connection = Connection.objects.filter(workspace=request.workspace).first()
    values: dict[str, object] = {"connection": connection}
    if connection is not None:
        values["trouble"] = _fetch(connection, _wanted(request.GET).country)
        values |= _found(request, connection)
        values["is_stale"] = False
    return render(request, "accounts/numbers/_offers.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MOVE_MONEY)
def number_order(request: WorkspaceRequest, number: str) -> HttpResponse:
    """Say what a number costs, and order it for just that."""
    if found_errands.of_token(request.workspace, request.POST.get("token", "")):
        return redirect("accounts:number_list")
    mine = selected.of_workspace(request.workspace, number)
    if mine is not None:
        messages.info(request, _("This number is yours already."))
        return redirect("accounts:number_detail", mine.pk)
    offer = selected.offer(request.workspace, number)
    given = request.POST if request.method == "POST" else request.GET
    interval = given.get("interval", "")
    if interval not in Interval.values:
        interval = Interval.ANNUALLY if offer.monthly_now is None else Interval.MONTHLY
    form = OrderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            errand = numbers.order(
                offer=offer,
                actor=request.user,
                interval=form.cleaned_data["interval"],
                agreed=form.cleaned_data["cost"],
                token=form.cleaned_data["token"],
            )
        except Refused as refused:
            refusals.add_to(form, refused)
        else:
            tasks.queue_errand(errand)
            return redirect("accounts:number_list")
    return _order_page(request, offer, interval, form)


def _order_page(
    request: WorkspaceRequest, offer: NumberOffer, interval: str, form: OrderForm
) -> HttpResponse:
    cost = offer.cost_now(interval)
    balance = offer.connection.balance
    values = {
        "offer": offer,
        "form": form,
        "interval": interval,
        "cost": cost,
        "charge": offer.charge(interval),
        "setup": cost - (offer.charge(interval) or 0) if cost is not None else None,
        "token": form.data.get("token") or new_token(),
        "country_name": countries.name_of(offer.country),
        "balance": balance,
        "is_short": cost is not None and balance is not None and balance < cost,
        "left": _left(balance, cost),
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/numbers/order.html", values, status=status)


def _left(balance: Decimal | None, cost: Decimal | None) -> Decimal | None:
    return None if balance is None or cost is None else balance - cost


def _wanted(given: QueryDict) -> Wanted:
    country = given.get("country", "").upper()
    is_country = len(country) == 2 and country.isascii() and country.isalpha()
    return Wanted(
        country if is_country else "",
        **{name: given.get(name) == "1" for name in FEATURES},
    )


def _found(request: WorkspaceRequest, connection: Connection) -> dict[str, object]:
    wanted = _wanted(request.GET)
    page = selected.offers(
        connection,
        wanted,
        sort=request.GET.get("sort", ""),
        after=request.GET.get("after", ""),
    )
    seen_at = selected.offers_seen_at(connection, wanted.country)
    is_old = seen_at is None or timezone.now() - seen_at > selected.FRESH_FOR
    # Everything is a long list: that one comes by polling.
    is_stale = bool(wanted.country) and is_old and not connection.is_broken
    return {
        "wanted": wanted,
        "page": page,
        "seen_at": seen_at,
        "is_stale": is_stale,
        "can_order": allows(request.membership.role, Right.MOVE_MONEY),
    }


def _fetch(connection: Connection, country: str) -> Trouble | None:
    """Keep what is offered now; return what is in the way if nobody says."""
    asked = asking.ask(
        connection, lambda client: client.numbers.available(country=country or None)
    )
    if asked.value is not None:
        number_lists.keep_offers(connection, asked.value, country=country)
    return asked.trouble
