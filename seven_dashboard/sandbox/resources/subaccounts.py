"""Subaccounts, in all three spellings of their paths (gateway.md 3.10)."""

from __future__ import annotations

import re
from collections.abc import Callable

from seven_dashboard.sandbox.accounts import Account, Profile
from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.http import Response, json_response
from seven_dashboard.sandbox.routing import operation

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FIRST_ID = 1_000_000_000


def _refused(why: str) -> Response:
    return json_response({"success": False, "error": why})


def _done() -> Response:
    return json_response({"success": True, "error": None})


def _listed(account: Account) -> dict[str, object]:
    """Spell a subaccount as lists do: everything as text."""
    profile = account.profile
    return {
        "id": profile.id,
        "username": None,
        "company": profile.company,
        "balance": f"{profile.balance:.4f}",
        "total_usage": f"{profile.total_usage:.4f}",
        "auto_topup": {
            "threshold": f"{profile.topup_threshold:g}",
            "amount": f"{profile.topup_amount:g}",
        },
        "contact": {"name": profile.name, "email": profile.email},
    }


def _created(account: Account) -> dict[str, object]:
    """Spell a subaccount as its creation does: money as numbers."""
    return {
        **_listed(account),
        "balance": 0,
        "total_usage": 0,
        "auto_topup": {"threshold": 0, "amount": 0},
    }


@operation("GET", "/subaccounts/list", scope="subaccounts")
@operation("GET", "/subaccounts/read", scope="subaccounts")
def index(call: Call) -> Response:
    """List the subaccounts, or the one whose ``id`` is given."""
    wanted = call.text("id")
    return json_response(
        [
            _listed(account)
            for account in call.world.subaccounts_of(call.account)
            if wanted in ("", "undefined", account.id)
        ]
    )


@operation("POST", "/subaccounts/create", scope="subaccounts")
def create(call: Call) -> Response:
    """Add a subaccount without credit."""
    name, email = call.text("name").strip(), call.text("email").strip()
    if not _EMAIL.fullmatch(email):
        return _refused("Please enter a valid email address for the subaccount.")
    if not name:
        return _refused("Invalid request")
    profile = Profile(
        id=str(_FIRST_ID + call.world.next_serial()),
        alias=name,
        key="",
        signing_key=call.account.profile.signing_key,
        balance=0.0,
        email=email,
        name=name,
        parent_id=call.account.id,
    )
    account = call.world.open_account(profile)
    return json_response(
        {"success": True, "error": None, "subaccount": _created(account)}
    )


def _find(call: Call) -> Account | None:
    wanted = call.text("id")
    family = call.world.subaccounts_of(call.account)
    return next((account for account in family if account.id == wanted), None)


def _amount(call: Call, name: str) -> float | None:
    try:
        amount = float(call.text(name))
    except ValueError:
        return None
    return amount if 0 <= amount < float("inf") else None


@operation("POST", "/subaccounts/update", scope="subaccounts")
def update(call: Call) -> Response:
    """Set the automatic top-up; an amount of 0 switches it off."""
    account = _find(call)
    if account is None:
        return _refused("Subaccount not found")
    threshold, amount = _amount(call, "threshold"), _amount(call, "amount")
    if threshold is None or amount is None:
        return _refused("Invalid amount")
    account.profile.topup_threshold = threshold
    account.profile.topup_amount = amount
    call.world.store.put(account.profile)
    return _done()


@operation("POST", "/subaccounts/transfer_credits", scope="subaccounts")
def transfer(call: Call) -> Response:
    """Move credit from the main account to a subaccount."""
    account = _find(call)
    if account is None:
        return _refused("Subaccount not found")
    amount = _amount(call, "amount")
    if not amount or not call.world.transfer(call.account, account, amount=amount):
        return _refused("Invalid amount")
    return _done()


@operation("POST", "/subaccounts/delete", scope="subaccounts")
def delete(call: Call) -> Response:
    """Close a subaccount; what credit is left goes back to the main account."""
    account = _find(call)
    if account is None:
        return _refused("Subaccount not found")
    left = account.profile.balance
    if left > 0:
        call.world.transfer(account, call.account, amount=left)
    account.profile.is_deleted = True
    call.world.store.put(account.profile)
    return _done()


_ACTIONS: dict[str, Callable[[Call], Response]] = {
    "read": index,
    "create": create,
    "update": update,
    "transfer_credits": transfer,
    "delete": delete,
}


@operation("GET", "/subaccounts", scope="subaccounts")
@operation("POST", "/subaccounts", scope="subaccounts")
def subaccounts(call: Call) -> Response:
    """Answer the old form ``/subaccounts?action=…``."""
    action = _ACTIONS.get(call.text("action") or "read")
    return _refused("Invalid request") if action is None else action(call)
