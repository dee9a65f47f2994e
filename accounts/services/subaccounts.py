"""What a person asks for about subaccounts, and workspaces that act as one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Connection, Errand, Subaccount, User, Workspace
from accounts.services import audit, connections, schedules, wishes, workspaces
from accounts.services.wishes import Wish
from seven_dashboard.errors import Refused

Kind = Errand.Kind

# One slip of a digit should not empty an account. EUR.
MOST_AT_ONCE: Final = Decimal(10_000)
LEAST: Final = Decimal("0.01")
# Credit that is on its way to a subaccount that is deleted would be lost.
MOVING_CREDIT: Final = (Kind.TRANSFER, Kind.TOP_UP)


def create(
    *, workspace: Workspace, actor: User, name: str, email: str, token: str
) -> Errand:
    """Ask for a new subaccount, without credit. Raises Refused."""
    if Connection.objects.filter(workspace=workspace, parent__isnull=False).exists():
        raise Refused(
            _("Subaccounts are added in the workspace of the main account."),
            code="of_main_account",
        )
    wish = Wish(
        kind=Kind.CREATE,
        subject=email,
        subject_name=name,
        token=token,
        values={"name": name},
    )
    return wishes.begin(workspace=workspace, actor=actor, wish=wish)


def transfer(
    *, subaccount: Subaccount, actor: User, amount: Decimal, token: str
) -> Errand:
    """Ask to move EUR from the account to the subaccount. Raises Refused."""
    _check_amount(amount)
    values = {"amount": _cents(amount)}
    return _begin(
        subaccount, actor, Kind.TRANSFER, token, values, not_beside=(Kind.DELETE,)
    )


def set_top_up(
    *,
    subaccount: Subaccount,
    actor: User,
    threshold: Decimal,
    amount: Decimal,
    token: str,
) -> Errand:
    """Ask that `amount` EUR move whenever the credit falls below `threshold`.

    An amount of 0 ends it. Raises Refused.
    """
    if amount:
        _check_amount(amount)
    if not 0 <= threshold <= MOST_AT_ONCE:
        raise Refused(
            _("Choose a threshold between 0 and 10,000 EUR."),
            code="threshold",
            field="threshold",
        )
    values = {"threshold": _cents(threshold), "amount": _cents(amount)}
    return _begin(
        subaccount, actor, Kind.TOP_UP, token, values, not_beside=(Kind.DELETE,)
    )


def delete(
    *, subaccount: Subaccount, actor: User, agreed: Decimal, token: str
) -> Errand:
    """Ask to delete the subaccount; the workspace that acts as it ends with it.

    `agreed` is the credit (EUR) that the person saw: it may be lost, and more than
    that is not given away. Raises Refused.
    """
    known = wishes.of_token(subaccount.connection.workspace, token)
    if known is None and subaccount.balance > agreed:
        raise Refused(
            _("Its credit has grown. Look at it and confirm again."), code="credit"
        )
    values = {"credit": str(agreed)}
    return _begin(
        subaccount, actor, Kind.DELETE, token, values, not_beside=MOVING_CREDIT
    )


@transaction.atomic
def open_workspace(*, subaccount: Subaccount, actor: User, name: str) -> Workspace:
    """Make a workspace that acts as the subaccount, with the keys of this account.

    It shares nothing else with the workspace of the account. Raises Refused.
    """
    rows = Connection.objects.select_for_update(of=("self",))
    parent = rows.select_related("workspace").get(pk=subaccount.connection_id)
    if parent.children.filter(subaccount_id=subaccount.gateway_id).exists():
        raise Refused(
            _("A workspace acts as this subaccount already."), code="open_already"
        )
    made = workspaces.create(
        actor=actor,
        name=name,
        country=parent.workspace.country,
        time_zone=parent.workspace.time_zone,
    )
    child = Connection.objects.create(
        workspace=made,
        parent=parent,
        subaccount_id=subaccount.gateway_id,
        keys_changed_at=timezone.now(),
    )
    schedules.begin(child)
    facts = {"subaccount": subaccount.gateway_id}
    audit.record(workspace=made, actor=actor, action="connection.act_as", after=facts)
    audit.record(
        workspace=parent.workspace,
        actor=actor,
        action="subaccount.open_workspace",
        subject=subaccount.shown_name,
        after=facts,
    )
    return made


@transaction.atomic
def close_workspace(*, subaccount: Subaccount, actor: User) -> None:
    """Take the account from the workspace that acts as the subaccount.

    Everything else of it stays. Raises Refused when there is none.
    """
    parent = subaccount.connection
    if not connections.end_subaccount(
        parent=parent, subaccount_id=subaccount.gateway_id
    ):
        raise Refused(_("No workspace acts as this subaccount."), code="none")
    audit.record(
        workspace=parent.workspace,
        actor=actor,
        action="subaccount.close_workspace",
        subject=subaccount.shown_name,
        after={"subaccount": subaccount.gateway_id},
    )


def _check_amount(amount: Decimal) -> None:
    if not LEAST <= amount <= MOST_AT_ONCE:
        raise Refused(
            _("Choose an amount between 0.01 and 10,000 EUR."),
            code="amount",
            field="amount",
        )


def _cents(amount: Decimal) -> str:
    return str(amount.quantize(LEAST))


def _begin(
    subaccount: Subaccount,
    actor: User,
    kind: str,
    token: str,
    values: Mapping[str, object],
    *,
    not_beside: tuple[str, ...],
) -> Errand:
    wish = Wish(
        kind=kind,
        subject=subaccount.gateway_id,
        subject_name=subaccount.shown_name,
        token=token,
        values=values,
        not_beside=not_beside,
    )
    workspace = subaccount.connection.workspace
    return wishes.begin(workspace=workspace, actor=actor, wish=wish)
