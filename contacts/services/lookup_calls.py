"""Make one call for a batch of asks, and say what became of it.

A batch goes back only when it is certain that the gateway did not take it in. A 503 is
not certain: it may come from a proxy that had handed the request on already.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.utils import OperationalError

from contacts import number_answers
from contacts.number_answers import Found
from contacts.services.lookup_claims import DEPARTURE_S
from seven_dashboard.gateway import wire
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.parsing import GatewayModel
from seven_dashboard.locks import key_of

logger = logging.getLogger(__name__)

# The codes under which HTTP says what the body's codes say.
_CODE_OF_STATUS: Final = {401: 900, 403: 902}


class Kind(StrEnum):
    """What became of a call."""

    ANSWERED = "answered"
    # Surely not taken in, and it passes: ask again after a pause.
    RELEASED = "released"
    # Surely not taken in, and waiting does not help.
    STOPPED = "stopped"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call for some numbers."""

    kind: Kind
    found: dict[str, Found] = field(default_factory=dict)
    error: GatewayError | None = None

    @property
    def code(self) -> int:
        """Return the gateway's code of a stop, or the HTTP status in its place."""
        error = self.error
        if error is None:
            return 0
        status = error.http_status or 0
        return error.code or _CODE_OF_STATUS.get(status, status)

    @property
    def retry_after_s(self) -> float:
        error = self.error
        return (error.retry_after_s or 0.0) if error else 0.0


def make(client: SevenClient, kind: str, phones: Sequence[str]) -> Outcome:
    """Ask the gateway once about some numbers (E.164); never raises."""
    try:
        with wire.leaving_within(DEPARTURE_S):
            answers = _ask(client, kind)(phones)
    except GatewayError as error:
        return _of_error(error)
    except Exception:
        logger.exception("lookup failed", extra={"kind": kind, "numbers": len(phones)})
        return Outcome(Kind.UNCLEAR)
    return Outcome(Kind.ANSWERED, number_answers.read(kind, phones, answers))


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance (EUR); ``is_quiet`` when nobody else spent at that moment."""

    amount: Decimal
    is_quiet: bool


def balance(client: SevenClient) -> Balance | None:
    """Return the balance, read twice, or None when the gateway does not tell it."""
    try:
        first, second = client.balance.get().amount, client.balance.get().amount
    except GatewayError:
        return None
    return Balance(second, is_quiet=first == second)


def is_back(client: SevenClient) -> bool:
    """Say whether the gateway answers a call that is free."""
    try:
        client.balance.get()
    except GatewayError as error:
        return error.is_permanent
    return True


@contextmanager
def turn(connection_id: UUID, *, wait_s: float) -> Iterator[bool]:
    """Hold the one place for lookups of a connection; yields whether it came.

    Those who wait get it in the order in which they came. Not inside a transaction.
    """
    key = key_of(f"lookup-turn:{connection_id}")
    is_mine = _waited_for(key, wait_s)
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _waited_for(key: int, wait_s: float) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, false)", [f"{round(wait_s * 1000)}"]
        )
        try:
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "55P03":
                raise
            return False
        finally:
            cursor.execute("RESET lock_timeout")
    return True


def _ask(
    client: SevenClient, kind: str
) -> Callable[[Sequence[str]], Sequence[GatewayModel]]:
    kinds: dict[str, Callable[[Sequence[str]], Sequence[Any]]] = {
        "format": client.lookup.format,
        "hlr": client.lookup.hlr,
        "mnp": client.lookup.mnp,
        "cnam": client.lookup.cnam,
        "rcs": client.lookup.rcs,
    }
    return kinds[kind]


def _of_error(error: GatewayError) -> Outcome:
    if not error.is_certainly_unsent or error.http_status == 503:
        return Outcome(Kind.UNCLEAR, error=error)
    # No credit passes as well, but not before somebody pays.
    is_passing = not error.is_permanent and error.code is None
    return Outcome(Kind.RELEASED if is_passing else Kind.STOPPED, error=error)
