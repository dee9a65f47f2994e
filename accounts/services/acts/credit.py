"""Move credit to a subaccount, and say when it moves by itself."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import Errand
from accounts.services.acts.base import Act, Facts, amount_of, balance_of
from accounts.services.acts.subaccounts import existing, one
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient


def _before_transfer(client: SevenClient, errand: Errand) -> Facts:
    found = existing(client, errand)
    balance = balance_of(client, errand)
    if balance < amount_of(errand.values, "amount"):
        raise Refused(_("The balance is not enough for this transfer."), code="credit")
    return {
        "balance": balance,
        "subaccount_balance": found.balance,
        "subaccount_usage": found.total_usage,
    }


def _transfer(client: SevenClient, errand: Errand) -> Facts:
    amount = amount_of(errand.values, "amount")
    client.subaccounts.transfer_credits(errand.subject, amount=amount)
    return {"amount": errand.values["amount"]}


def _is_transferred(client: SevenClient, errand: Errand) -> bool | None:
    """Judge by both balances, with what the subaccount has used since taken out.

    Only figures that tell one story count: an automatic top-up, a refill or a figure
    that lags behind leaves it to a person.
    """
    found = one(client, errand)
    if found is None:
        return None
    amount = amount_of(errand.values, "amount")
    used = found.total_usage - amount_of(errand.before, "subaccount_usage")
    came = found.balance - amount_of(errand.before, "subaccount_balance") + used
    went = amount_of(errand.before, "balance") - balance_of(client, errand)
    if found.auto_topup.amount:
        return None
    if came == amount and went >= amount:
        return True
    return False if came == 0 and went < amount else None


def _after_transfer(client: SevenClient, errand: Errand) -> Facts:
    found = one(client, errand)
    balances: Facts = {"balance": balance_of(client, errand)}
    if found is not None:
        balances["subaccount_balance"] = found.balance
    return balances


def _rule(client: SevenClient, errand: Errand) -> Facts:
    rule = existing(client, errand).auto_topup
    return {
        "threshold": rule.threshold or Decimal(0),
        "amount": rule.amount or Decimal(0),
    }


def _set_rule(client: SevenClient, errand: Errand) -> Facts:
    threshold = amount_of(errand.values, "threshold")
    amount = amount_of(errand.values, "amount")
    client.subaccounts.set_auto_topup(
        errand.subject, threshold=threshold, amount=amount
    )
    return {"threshold": threshold, "amount": amount}


def _has_rule(client: SevenClient, errand: Errand) -> bool:
    rule = _rule(client, errand)
    amount = amount_of(errand.values, "amount")
    is_same = rule["threshold"] == amount_of(errand.values, "threshold")
    # Off is off, whatever threshold is left.
    return rule["amount"] == amount and (is_same or not amount)


TRANSFER = Act(
    action="subaccount.transfer",
    prepare=_before_transfer,
    call=_transfer,
    look=_is_transferred,
    measure=_after_transfer,
)
TOP_UP = Act(
    action="subaccount.set_top_up",
    prepare=_rule,
    call=_set_rule,
    look=_has_rule,
    measure=_rule,
)
