"""The account's credit."""

from __future__ import annotations

from typing import Final

from seven_dashboard.gateway.parsing import GatewayModel, Money, Text, decimal_or_none
from seven_dashboard.gateway.resources.base import Resource

_CURRENCY: Final = "EUR"


class AccountBalance(GatewayModel):
    """What is left to spend."""

    amount: Money
    currency: Text = _CURRENCY


class Balance(Resource):
    """Operations of /balance."""

    def get(self) -> AccountBalance:
        """Return the credit; plain text answers hold the bare amount in EUR."""
        answer = self._transport.read("Balance", "/balance")
        bare = decimal_or_none(answer.data)
        if bare is not None:
            return AccountBalance(amount=bare)
        balance = answer.one(AccountBalance)
        return balance.model_copy(update={"currency": balance.currency or _CURRENCY})
