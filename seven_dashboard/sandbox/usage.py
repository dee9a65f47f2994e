"""What an account used, as countable events for the analytics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.clock import day_of, end_of, start_of

_COUNTED_LOOKUPS = frozenset({"hlr", "mnp"})


class Event(NamedTuple):
    """One thing that analytics count; a message counts once, whatever its parts."""

    kind: str
    day: date
    number: str
    label: str | None
    price: float


def events_of(account: Account, *, first: date, last: date) -> Iterator[Event]:
    """Yield what an account used between two days, both included."""
    since, until = start_of(first), end_of(last)
    for kind, at, number, label, price in _all(account):
        if since <= at < until:
            yield Event(kind, day_of(at), number, label, price)


_Row = tuple[str, float, str, str | None, float]


def _all(account: Account) -> Iterator[_Row]:
    for m in account.messages:
        if not m.is_deleted:
            kind = "rcs" if m.channel == "RCS" else "sms"
            yield kind, m.created_at, m.recipient, m.label, m.price
    for call in account.calls.values():
        yield "voice", call.created_at, call.recipient, None, call.price
    for lookup in account.lookups:
        if lookup.kind in _COUNTED_LOOKUPS:
            yield lookup.kind, lookup.at, lookup.number, None, lookup.price
    for row in account.inbound:
        yield "inbound", row.at, row.sender, None, 0.0
