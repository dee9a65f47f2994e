"""Subaccounts and the credit they get."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from seven_dashboard.gateway.parsing import (
    GatewayModel,
    Money,
    MoneyOrNone,
    Section,
    Text,
    TextOrNone,
)
from seven_dashboard.gateway.resources.base import Confirmed, Resource


class AutoTopUp(GatewayModel):
    """Move `amount` EUR whenever the credit falls below `threshold`; 0 is off."""

    threshold: MoneyOrNone = None
    amount: MoneyOrNone = None


class Owner(GatewayModel):
    """Whom the subaccount belongs to."""

    name: TextOrNone = None
    email: TextOrNone = None


class Subaccount(GatewayModel):
    """One subaccount; both amounts are EUR."""

    id: Text
    username: TextOrNone = None
    company: TextOrNone = None
    balance: Money = Field(default=0, validate_default=True)
    total_usage: Money = Field(default=0, validate_default=True)
    auto_topup: Annotated[AutoTopUp, Section] = Field(default_factory=AutoTopUp)
    contact: Annotated[Owner, Section] = Field(default_factory=Owner)


class _Created(Confirmed):
    subaccount: Subaccount


class Subaccounts(Resource):
    """Operations of /subaccounts; a refusal raises InvalidRequest with its `detail`."""

    def all(self, *, subaccount_id: str | None = None) -> list[Subaccount]:
        """Return every subaccount, or the one asked for."""
        answer = self._transport.read(
            "SubaccountsList", "/subaccounts/list", query={"id": subaccount_id}
        )
        return answer.many(Subaccount)

    def create(self, *, name: str, email: str) -> Subaccount:
        """Add a subaccount and return it."""
        form = {"name": name, "email": email}
        answer = self._transport.write(
            "SubaccountsCreate", "POST", "/subaccounts/create", form=form
        )
        return answer.one(_Created).subaccount

    def set_auto_topup(
        self, subaccount_id: str, *, threshold: Decimal, amount: Decimal
    ) -> None:
        """Set when credit moves by itself; an amount of 0 ends it."""
        form = {"id": subaccount_id, "threshold": threshold, "amount": amount}
        self._done("SubaccountsAutomaticBalanceTransfer", "update", form)

    def transfer_credits(self, subaccount_id: str, *, amount: Decimal) -> None:
        """Move EUR from the main account now. Never repeated by itself."""
        form = {"id": subaccount_id, "amount": amount}
        self._done("SubaccountsManualBalanceTransfer", "transfer_credits", form)

    def delete(self, subaccount_id: str) -> None:
        """Remove a subaccount."""
        self._done("SubaccountsDeleteSubaccount", "delete", {"id": subaccount_id})

    def _done(self, operation: str, action: str, form: dict[str, Any]) -> None:
        path = f"/subaccounts/{action}"
        self._transport.write(operation, "POST", path, form=form).one(Confirmed)
