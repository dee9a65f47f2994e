"""The work of a lookup: numbers are taken up, asked about, and written down.

One request at a time for each connection, whichever lookup makes it. No transaction is
open during a call. What ends without a clear answer is left to a person.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.http import Http404

from accounts.models import Connection
from accounts.services import audit, connections, gateway
from contacts.models import Lookup, LookupAsk
from contacts.models.lookups import FREE
from contacts.selectors.segment_guards import SegmentChanged
from contacts.selectors.segments import Broken
from contacts.services import (
    lookup_answers,
    lookup_calls,
    lookup_claims,
    lookup_plans,
    lookup_prices,
    lookups,
    works,
)
from contacts.services.lookup_calls import Balance, Kind, Outcome
from seven_dashboard.errors import Refused

logger = logging.getLogger(__name__)

# How long to wait for the turn, and between looks at what others are asking.
TURN_S = 5.0
LOOK_S = 0.25
# Pauses after calls that were surely not taken in; then another worker goes on later.
PAUSES_S = (0.5, 2.0, 5.0, 10.0)
# Calls in a row without a clear answer that a person has to look at.
MAX_UNCLEAR = 3


@dataclass(slots=True)
class _Errand:
    lookup: Lookup
    # Pauses that were made since the last good answer, and unclear calls.
    pauses: int = 0
    unclear: int = 0
    is_over: bool = False
    # Kinds whose price this run has looked at.
    measured: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Paid:
    """The balance before and after a call; None where it was not read."""

    before: Balance | None
    after: Balance | None

    @property
    def difference(self) -> Decimal | None:
        if self.before is None or self.after is None:
            return None
        return max(Decimal(0), self.before.amount - self.after.amount)

    @property
    def is_certain(self) -> bool:
        both = (self.before, self.after)
        return all(balance is not None and balance.is_quiet for balance in both)


def run(lookup_id: UUID) -> bool:
    """Do a lookup from where it is to its end; False when it is not ours to do."""
    lookup = works.claim(Lookup, lookup_id)
    if lookup is None:
        return False
    errand = _Errand(lookup)
    try:
        while not errand.is_over:
            _go_on(errand)
    except works.ClaimLost:
        logger.info("lookup given up", extra={"work_id": str(lookup_id)})
        return False
    except Http404:
        works.fail(lookup, "list_gone")
    except (SegmentChanged, Broken) as refused:
        works.fail(lookup, refused.code)
    return True


def _go_on(errand: _Errand) -> None:
    """Do the next thing: ask, take up more numbers, wait for others, or finish."""
    lookup = errand.lookup
    works.beat(lookup)
    link = Connection.objects.filter(workspace=lookup.workspace).first()
    if link is None or link.is_broken:
        return _stop(errand, "no_connection" if link is None else "broken_connection")
    with lookup_calls.turn(link.pk, wait_s=TURN_S) as is_mine:
        if not is_mine:
            return
        claimed = lookup_claims.take(lookup)
        if claimed.asks:
            return _ask(errand, link, claimed.kind, claimed.asks)
    if claimed.is_over_cap:
        return _stop(errand, "cap")
    if claimed.has_moved:
        return
    if not _is_planned(lookup):
        lookup_plans.take_up(lookup)
    elif claimed.has_later:
        time.sleep(LOOK_S)
    else:
        _note_balance(errand, link)
        _finish(errand)


def _ask(errand: _Errand, link: Connection, kind: str, asks: list[LookupAsk]) -> None:
    try:
        client = gateway.client_for(link)
    except Refused as refused:
        lookup_answers.release(asks)
        if refused.code == "grant_waiting":
            return _pause(errand, 0.0)
        return _stop(errand, refused.code)
    measures = kind not in FREE and kind not in errand.measured
    before = lookup_calls.balance(client) if measures else None
    if measures and before is None and asks[0].price is None:
        # Without a price and a balance nobody could keep to the limit.
        lookup_answers.release(asks)
        return _pause(errand, 0.0)
    outcome = lookup_calls.make(client, kind, [ask.phone for ask in asks])
    after = lookup_calls.balance(client) if measures else None
    if after is not None:
        connections.note_balance(connection_id=link.pk, amount=after.amount)
    if outcome.kind is Kind.ANSWERED:
        return _answered(errand, asks, outcome, _Paid(before, after))
    if outcome.kind is Kind.STOPPED:
        lookup_answers.release(asks)
        return _refused(errand, link, outcome)
    if outcome.kind is Kind.RELEASED:
        lookup_answers.release(asks)
        return _pause(errand, outcome.retry_after_s)
    lookup_answers.call_unclear(errand.lookup.pk, asks)
    _doubted(errand, is_back=lookup_calls.is_back(client))


def _answered(
    errand: _Errand, asks: list[LookupAsk], outcome: Outcome, paid: _Paid
) -> None:
    unit = _unit_price(errand, asks[0], outcome, paid)
    written = lookup_answers.write(
        errand.lookup.pk, asks, outcome.found, unit_price=unit
    )
    if written.stop_code is not None:
        return _stop(errand, str(written.stop_code))
    if unit is None and any(found.is_charged for found in outcome.found.values()):
        # Going on, nobody could keep to the limit.
        return _stop(errand, "no_price")
    if written.unclear and not written.answered:
        return _doubted(errand, is_back=True)
    errand.pauses = errand.unclear = 0


def _unit_price(
    errand: _Errand, ask: LookupAsk, outcome: Outcome, paid: _Paid
) -> Decimal | None:
    """Return what one answer cost as far as we can tell; remember what was seen."""
    if ask.kind in FREE:
        return Decimal(0)
    told = [found.price for found in outcome.found.values() if found.price]
    charged = sum(found.is_charged for found in outcome.found.values())
    if told:
        # Networks differ; the dearest keeps a limit from being passed.
        unit = max(told)
    elif charged and paid.difference is not None:
        unit = (paid.difference / charged).quantize(Decimal("0.00001"))
        if not paid.is_certain:
            # Others spent as well: too much rather than too little.
            return unit if ask.price is None else ask.price
    else:
        return ask.price
    errand.measured.add(ask.kind)
    lookup_prices.note_seen(errand.lookup.workspace, ask.kind, unit)
    return unit


def _doubted(errand: _Errand, *, is_back: bool) -> None:
    errand.unclear += 1
    if errand.unclear >= MAX_UNCLEAR:
        _stop(errand, "unclear")
    elif not is_back:
        _pause(errand, 0.0)


def _refused(errand: _Errand, link: Connection, outcome: Outcome) -> None:
    code = connections.breaking_code(outcome.error) if outcome.error else None
    if code is not None and not connections.mark_broken(
        connection_id=link.pk, code=code
    ):
        # An access token of OAuth that has run out is replaced before the next call.
        return _pause(errand, 0.0)
    _stop(errand, str(outcome.code))


def _pause(errand: _Errand, asked_s: float) -> None:
    """Rest before the next call; after several let another worker go on later."""
    if errand.pauses >= len(PAUSES_S):
        errand.is_over = True
        lookups.put_back(errand.lookup)
        return
    pause_s = max(PAUSES_S[errand.pauses], min(asked_s, PAUSES_S[-1]))
    errand.pauses += 1
    ends_at = time.monotonic() + pause_s
    while (left_s := ends_at - time.monotonic()) > 0:
        time.sleep(min(left_s, 1.0))
        works.beat(errand.lookup)


def _stop(errand: _Errand, reason: str) -> None:
    errand.is_over = True
    lookups.stop(errand.lookup, reason)


def _note_balance(errand: _Errand, link: Connection) -> None:
    """Let pages show what is left after a lookup that was paid for."""
    if not errand.measured:
        return
    with suppress(Refused):
        left = lookup_calls.balance(gateway.client_for(link))
        if left is not None:
            connections.note_balance(connection_id=link.pk, amount=left.amount)


def _is_planned(lookup: Lookup) -> bool:
    return Lookup.objects.filter(pk=lookup.pk, is_planned=True).exists()


def _finish(errand: _Errand) -> None:
    errand.is_over = True
    lookup = errand.lookup
    with transaction.atomic():
        if not works.finish(lookup):
            return
        lookup.refresh_from_db()
        audit.record(
            workspace=lookup.workspace,
            actor=lookup.created_by,
            action="lookup.finish",
            subject=str(lookup.pk),
            after={
                "answered": lookup.answered,
                "reused": lookup.reused,
                "unclear": lookup.unclear,
                "cost": lookup.spent,
            },
        )
