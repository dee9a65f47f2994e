"""The shape of an act, and what several of them read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_noop

from accounts.models import Connection, Errand
from accounts.services import connections
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import UnclearOutcome

Facts = dict[str, object]

_UNSETTLED: Final = gettext_noop(
    "The gateway's figures do not say whether it was done. Look there, and say what "
    "you know."
)


def _nothing(errand: Errand) -> None:
    return


def _no_facts(errand: Errand) -> Facts:
    return {}


def agreed(*names: str) -> Callable[[Errand], Facts]:
    """Return what takes these of the values that were agreed to."""

    def told(errand: Errand) -> Facts:
        return {name: errand.values[name] for name in names if name in errand.values}

    return told


@dataclass(frozen=True, slots=True)
class Act:
    """What one kind of errand does. Every part raises GatewayError; two also Refused.

    `prepare` reads how things stand before and refuses what must not be asked; it may
    be done again. `call` asks, once. `look` says whether it was done: True, False, or
    None where nobody can tell. `measure` keeps the rows and returns how things stand
    afterwards. `apply` changes our rows in the transaction that notes the outcome.
    `told` is what the trail says of it, whoever found out that it was done;
    `unsettled` is what a person reads when nobody can tell.
    """

    action: str
    prepare: Callable[[SevenClient, Errand], Facts]
    call: Callable[[SevenClient, Errand], Facts]
    look: Callable[[SevenClient, Errand], bool | None]
    measure: Callable[[SevenClient, Errand], Facts]
    apply: Callable[[Errand], None] = _nothing
    told: Callable[[Errand], Facts] = _no_facts
    unsettled: str = _UNSETTLED


def connection_of(errand: Errand) -> Connection:
    """Return the connection of an errand that is being done."""
    if errand.connection is None:
        raise UnclearOutcome
    return errand.connection


def balance_of(client: SevenClient, errand: Errand) -> Decimal:
    """Return what the account has (EUR), and keep it for the page."""
    amount = client.balance.get().amount
    connections.note_balance(connection_id=connection_of(errand).pk, amount=amount)
    return amount


def amount_of(values: Mapping[str, object], name: str) -> Decimal:
    """Return an amount (EUR) that an errand keeps as text."""
    return Decimal(str(values[name]))


def plain(values: Mapping[str, object]) -> Facts:
    """Return facts as JSON keeps them; amounts as text, so that no cent is lost."""
    kept: Facts = {}
    for name, value in values.items():
        is_plain = value is None or isinstance(value, bool | int | str | list | dict)
        moment = value.isoformat() if isinstance(value, datetime) else str(value)
        kept[name] = value if is_plain else moment
    return kept
