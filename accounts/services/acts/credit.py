"""Move credit to a subaccount, and say when it moves by itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Errand
from accounts.services.acts.base import Act, Facts, agreed, amount_of, balance_of
from accounts.services.acts.subaccounts import existing, one
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.resources.subaccounts import AutoTopUp, Subaccount

_CROSSED: Final = gettext_noop(
    "Other credit moved at the same time, by an automatic top-up for example, so the "
    "balances do not tell whether this transfer was made. Look at the transfers of the "
    "account, and say what you know."
)


def _before_transfer(client: SevenClient, errand: Errand) -> Facts:
    found = existing(client, errand)
    balance = balance_of(client, errand)
    if balance < amount_of(errand.values, "amount"):
        raise Refused(_("The balance is not enough for this transfer."), code="credit")
    return {
        "balance": balance,
        "subaccount_balance": found.balance,
        "subaccount_usage": found.total_usage,
        "topup_below": _tops_up_below(found.auto_topup),
    }


def _transfer(client: SevenClient, errand: Errand) -> Facts:
    amount = amount_of(errand.values, "amount")
    client.subaccounts.transfer_credits(errand.subject, amount=amount)
    return {}


def _is_transferred(client: SevenClient, errand: Errand) -> bool | None:
    """Judge by both balances, with what the subaccount has used since taken out.

    Only figures that tell one story count: an automatic top-up that may have come
    between, a refill or a figure that lags behind leaves it to a person.
    """
    found = one(client, errand)
    if found is None:
        return None
    amount = amount_of(errand.values, "amount")
    used = found.total_usage - amount_of(errand.before, "subaccount_usage")
    came = found.balance - amount_of(errand.before, "subaccount_balance") + used
    went = amount_of(errand.before, "balance") - balance_of(client, errand)
    if _may_have_topped_up(found, errand, used):
        return None
    if came == amount and went >= amount:
        return True
    return False if came == 0 and went < amount else None


def _may_have_topped_up(found: Subaccount, errand: Errand, used: Decimal) -> bool:
    """Say whether credit may have moved by itself since the transfer was asked for.

    What comes in only adds, so that the credit was never less than what there was
    before without what was used since. While that is above both rules, the one of then
    and the one of now, no top-up was due.
    """
    rules = [_tops_up_below(found.auto_topup)]
    if (then := errand.before.get("topup_below")) is not None:
        rules.append(Decimal(str(then)))
    least = amount_of(errand.before, "subaccount_balance") - used
    return any(rule is not None and least <= rule for rule in rules)


def _tops_up_below(rule: AutoTopUp) -> Decimal | None:
    """Return the credit (EUR) below which more comes by itself; None when it is off."""
    return (rule.threshold or Decimal(0)) if rule.amount else None


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
    return {}


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
    told=agreed("amount"),
    unsettled=_CROSSED,
)
TOP_UP = Act(
    action="subaccount.set_top_up",
    prepare=_rule,
    call=_set_rule,
    look=_has_rule,
    measure=_rule,
    told=agreed("threshold", "amount"),
)
