"""Rent a number, and give it up."""

from __future__ import annotations

from typing import Final, Literal, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Errand, NumberOffer, OwnNumber
from accounts.services import number_lists
from accounts.services.acts.base import (
    Act,
    Facts,
    agreed,
    amount_of,
    balance_of,
    connection_of,
)
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.resources.numbers import ActiveNumber, AvailableNumber

_FEATURES: Final = ("has_sms", "has_a2p_sms", "has_voice")


def active(client: SevenClient, errand: Errand) -> ActiveNumber | None:
    """Return the errand's number as the account has it now; keep the whole list."""
    listed = client.numbers.active()
    number_lists.keep(connection_of(errand), listed)
    same = (n for n in listed if number_lists.digits_of(n.number) == errand.subject)
    return next(same, None)


def _before_order(client: SevenClient, errand: Errand) -> Facts:
    if active(client, errand) is not None:
        raise Refused(_("This number is yours already."), code="ours")
    _check_price(client, errand)
    balance = balance_of(client, errand)
    if balance < amount_of(errand.values, "cost"):
        raise Refused(_("The balance is not enough for this number."), code="credit")
    return {"balance": balance}


def _check_price(client: SevenClient, errand: Errand) -> None:
    country = str(errand.values.get("country") or "")
    listed = client.numbers.available(country=country or None)
    same = (n for n in listed if number_lists.digits_of(n.number) == errand.subject)
    offer = next(same, None)
    if offer is None:
        raise Refused(_("Somebody else has rented this number by now."), code="gone")
    if not _costs_what_was_agreed(offer, errand):
        raise Refused(
            _("Its price has changed. Look at the new one and order again."),
            code="price",
        )


def _costs_what_was_agreed(offer: AvailableNumber, errand: Errand) -> bool:
    is_monthly = errand.values["interval"] == "monthly"
    fees = offer.fees.monthly if is_monthly else offer.fees.annually
    charge = number_lists.price(fees.basic_charge)
    if charge is None:
        return False
    cost = charge + (number_lists.price(fees.setup) or 0)
    is_dearer_later = charge > amount_of(errand.values, "charge")
    return cost <= amount_of(errand.values, "cost") and not is_dearer_later


def _order(client: SevenClient, errand: Errand) -> Facts:
    interval = cast(Literal["monthly", "annually"], errand.values["interval"])
    client.numbers.order(errand.subject, payment_interval=interval)
    return {}


def _is_ordered(client: SevenClient, errand: Errand) -> bool:
    return active(client, errand) is not None


def _after_order(client: SevenClient, errand: Errand) -> Facts:
    active(client, errand)
    return {"balance": balance_of(client, errand)}


def _take_over(errand: Errand) -> None:
    """Make the number usable at once, whether or not the list could be read."""
    connection = connection_of(errand)
    offers = NumberOffer.objects.filter(connection=connection, number=errand.subject)
    offer, now = offers.first(), timezone.now()
    values: dict[str, object] = {
        "country": str(errand.values.get("country") or ""),
        "interval": errand.values["interval"],
        "charge": amount_of(errand.values, "charge"),
        "rented_at": now,
        "seen_at": now,
    }
    if offer is not None:
        values |= {name: getattr(offer, name) for name in _FEATURES}
    OwnNumber.objects.get_or_create(
        connection=connection, number=errand.subject, defaults=values
    )
    offers.delete()


def _before_end(client: SevenClient, errand: Errand) -> Facts:
    found = active(client, errand)
    if found is None:
        raise Refused(_("This number is not yours any more."), code="gone")
    if found.expires_at is not None and not _is_now(errand):
        raise Refused(_("It is given up already and ends by itself."), code="ending")
    return {"expires_at": found.expires_at}


def _is_now(errand: Errand) -> bool:
    return bool(errand.values["when"] == "now")


def _end(client: SevenClient, errand: Errand) -> Facts:
    client.numbers.delete(errand.subject, is_immediate=_is_now(errand))
    return {}


def _is_ended(client: SevenClient, errand: Errand) -> bool:
    found = active(client, errand)
    if found is None:
        return True
    return found.expires_at is not None and not _is_now(errand)


def _after_end(client: SevenClient, errand: Errand) -> Facts:
    found = active(client, errand)
    return {} if found is None else {"expires_at": found.expires_at}


def _let_go(errand: Errand) -> None:
    if _is_now(errand):
        mine = OwnNumber.objects.filter(connection=connection_of(errand))
        mine.filter(number=errand.subject).delete()


ORDER = Act(
    action="number.order",
    prepare=_before_order,
    call=_order,
    look=_is_ordered,
    measure=_after_order,
    apply=_take_over,
    told=agreed("cost", "interval"),
)
GIVE_UP = Act(
    action="number.give_up",
    prepare=_before_end,
    call=_end,
    look=_is_ended,
    measure=_after_end,
    apply=_let_go,
    told=agreed("when"),
)
