"""Keep the subaccounts of the account as rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import Connection
from accounts.models import Subaccount as Row
from accounts.services import gateway
from seven_dashboard.gateway.resources.subaccounts import Subaccount

# An id goes into a header and into forms.
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_MAX_AMOUNT: Final = Decimal(10) ** 9


def refresh(*, connection: Connection) -> None:
    """Keep the list of subaccounts. Raises GatewayError, Refused.

    An account that is a subaccount itself has none.
    """
    if connection.subaccount_id:
        return
    keep(connection, gateway.client_for(connection).subaccounts.all())


def keep(connection: Connection, listed: Iterable[Subaccount]) -> None:
    """Make the rows what the gateway listed; what is not listed is gone."""
    found = {row.id: row for row in listed if is_id(row.id)}
    with transaction.atomic():
        # Two readers at once must not put back what one of them saw go.
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        mine = Row.objects.filter(connection=connection)
        mine.exclude(gateway_id__in=found).delete()
        known = {row.gateway_id: row for row in mine}
        for gateway_id, one in found.items():
            row = known.get(gateway_id) or Row(
                connection=connection, gateway_id=gateway_id
            )
            _take_over(row, one)


def keep_one(connection: Connection, listed: Subaccount) -> None:
    """Note what the gateway says of one subaccount."""
    if not is_id(listed.id):
        return
    mine = Row.objects.filter(connection=connection, gateway_id=listed.id)
    _take_over(mine.first() or Row(connection=connection, gateway_id=listed.id), listed)


def is_id(text: str) -> bool:
    """Say whether this can be the id of a subaccount."""
    return bool(_ID.fullmatch(text))


def _take_over(row: Row, listed: Subaccount) -> None:
    row.name = (listed.contact.name or "")[:120]
    row.company = (listed.company or listed.username or "")[:120]
    row.email = (listed.contact.email or "")[:254]
    row.balance = amount(listed.balance) or Decimal(0)
    row.total_usage = amount(listed.total_usage) or Decimal(0)
    row.topup_threshold = amount(listed.auto_topup.threshold)
    row.topup_amount = amount(listed.auto_topup.amount)
    row.seen_at = timezone.now()
    row.save()


def amount(value: Decimal | None) -> Decimal | None:
    """Return EUR as a column holds them; None for what cannot be meant."""
    if value is None or abs(value) >= _MAX_AMOUNT:
        return None
    return value.quantize(Decimal("0.0001"))
