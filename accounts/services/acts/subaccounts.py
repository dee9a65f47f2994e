"""Add a subaccount, and delete one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import Errand
from accounts.models import Subaccount as Row
from accounts.services import connections, subaccount_lists
from accounts.services.acts.base import (
    Act,
    Facts,
    amount_of,
    balance_of,
    connection_of,
)
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import UnclearOutcome
from seven_dashboard.gateway.resources.subaccounts import Subaccount


def one(client: SevenClient, errand: Errand) -> Subaccount | None:
    """Return the errand's subaccount as it stands now, and keep it."""
    listed = client.subaccounts.all(subaccount_id=errand.subject)
    found = next((row for row in listed if row.id == errand.subject), None)
    if found is not None:
        subaccount_lists.keep_one(connection_of(errand), found)
    return found


def existing(client: SevenClient, errand: Errand) -> Subaccount:
    """Return the errand's subaccount, or raise Refused."""
    found = one(client, errand)
    if found is None:
        raise Refused(_("The gateway does not know this subaccount."), code="gone")
    return found


def _listed(client: SevenClient, errand: Errand) -> list[Subaccount]:
    listed = client.subaccounts.all()
    subaccount_lists.keep(connection_of(errand), listed)
    return listed


def _of_address(listed: list[Subaccount], errand: Errand) -> list[str]:
    """Return the ids of subaccounts of the address that the errand names."""
    wanted = errand.subject.casefold()
    return [row.id for row in listed if (row.contact.email or "").casefold() == wanted]


def _new(listed: list[Subaccount], errand: Errand) -> str | None:
    known = errand.before.get("known", [])
    return next((i for i in _of_address(listed, errand) if i not in known), None)


def _before_create(client: SevenClient, errand: Errand) -> Facts:
    return {"known": _of_address(_listed(client, errand), errand)}


def _create(client: SevenClient, errand: Errand) -> Facts:
    made = client.subaccounts.create(
        name=str(errand.values["name"]), email=errand.subject
    )
    if not subaccount_lists.is_id(made.id):
        raise UnclearOutcome
    subaccount_lists.keep_one(connection_of(errand), made)
    return {"subaccount": made.id}


def _is_created(client: SevenClient, errand: Errand) -> bool:
    return _new(_listed(client, errand), errand) is not None


def _after_create(client: SevenClient, errand: Errand) -> Facts:
    found = _new(_listed(client, errand), errand)
    return {"subaccount": found} if found else {}


def _before_delete(client: SevenClient, errand: Errand) -> Facts:
    found = existing(client, errand)
    agreed = errand.values.get("credit")
    if agreed is not None and found.balance > amount_of(errand.values, "credit"):
        raise Refused(_("Its credit has grown, so nothing was done."), code="credit")
    return {
        "subaccount_balance": found.balance,
        "balance": balance_of(client, errand),
    }


def _delete(client: SevenClient, errand: Errand) -> Facts:
    client.subaccounts.delete(errand.subject)
    return {}


def _is_deleted(client: SevenClient, errand: Errand) -> bool:
    return one(client, errand) is None


def _after_delete(client: SevenClient, errand: Errand) -> Facts:
    return {"balance": balance_of(client, errand)}


def _forget(errand: Errand) -> None:
    connection = connection_of(errand)
    Row.objects.filter(connection=connection, gateway_id=errand.subject).delete()
    connections.end_subaccount(parent=connection, subaccount_id=errand.subject)


CREATE = Act(
    action="subaccount.create",
    prepare=_before_create,
    call=_create,
    look=_is_created,
    measure=_after_create,
)
DELETE = Act(
    action="subaccount.delete",
    prepare=_before_delete,
    call=_delete,
    look=_is_deleted,
    measure=_after_delete,
    apply=_forget,
)
