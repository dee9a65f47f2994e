"""The sending floor: claims, calls and answers of one connection, side by side.

One thread (the caller's) speaks to the database: it claims as many messages as there
are tokens and room, hands them to a pool of threads that only call the gateway
(`flights.py`), and writes back what they bring. No transaction is open during a call.
What is in flight is bounded by two seconds of the pace, over all processes. Whose turn
it is to claim stands in `turns.py`, what a run knows and has in flight in
`floor_runs.py`.
"""

from __future__ import annotations

import time
from uuid import UUID

from accounts.models import Connection
from accounts.services import connections
from messaging import breaker
from messaging.models import Campaign
from messaging.outcomes import Kind, Outcome
from messaging.pacing import PacingUnavailable
from messaging.services import answers, part_prices, refused_tokens, turns, waiting
from messaging.services.answers import Answer
from messaging.services.flights import Landed
from messaging.services.floor_runs import WRITE_EVERY_S, Report, Run
from messaging.states import CampaignState
from seven_dashboard.gateway.errors import GatewayError

__all__ = ["Report", "run"]

# How often the loop asks which campaigns run and whether the connection works.
REFRESH_S = 0.5
# Single messages that are looked after in that time; a storm of STOP confirmed is more.
SINGLES_AT_ONCE = 500
# Answers are written once there are so many, or after WRITE_EVERY_S.
WRITE_AT = 250


def run(
    connection_id: UUID,
    *,
    budget_s: float,
    singles_only: bool = False,
    processes: int = 1,
) -> Report:
    """Send what is due for a connection until nothing is left or the time is up.

    May run in several `processes` at once. Raises Refused when there is no usable
    client.
    """
    connection = Connection.objects.select_related("workspace").get(pk=connection_id)
    floor = Run(
        connection=connection,
        client=refused_tokens.client_of(connection),
        deadline=time.monotonic() + budget_s,
        singles_only=singles_only,
        processes=processes,
    )
    try:
        _loop(floor)
    finally:
        _drain(floor)
    if floor.balance is not None:
        connections.note_balance(connection_id=connection_id, amount=floor.balance)
    return floor.report


def _loop(floor: Run) -> None:
    price_of = part_prices.of(floor.connection)
    while floor.may_claim:
        _refresh(floor)
        wait_s = WRITE_EVERY_S
        if floor.may_claim:
            try:
                wait_s = turns.claim_round(floor, price_of)
            except PacingUnavailable:
                floor.report.stopped_by = "pacing"
        _collect(floor, wait_s=wait_s)


def _refresh(floor: Run) -> None:
    """Ask what runs; stop for a broken connection or an open breaker."""
    if time.monotonic() - floor.refreshed_at < REFRESH_S:
        return
    if not _is_connected(floor):
        floor.report.stopped_by = "connection"
        return
    found = Campaign.objects.filter(
        workspace=floor.connection.workspace_id, state=CampaignState.SENDING
    ).order_by("launched_at", "pk")
    if floor.singles_only:
        found = found.filter(kind=Campaign.Kind.SINGLE)
    floor.running_ids = frozenset(found.values_list("pk", flat=True))
    # One that waits, as for its hours, would have its turn for nothing.
    due = waiting.with_due_rows(found)
    # Singles first: they are one row each and somebody waits for them.
    singles = due.filter(kind=Campaign.Kind.SINGLE)[:SINGLES_AT_ONCE]
    floor.running = [*singles, *due.exclude(kind=Campaign.Kind.SINGLE)]
    floor.refreshed_at = time.monotonic()
    if not floor.running:
        floor.report.stopped_by = "nothing to send"
        return
    _ask_breaker(floor)


def _is_connected(floor: Run) -> bool:
    """Say whether the connection is there, works, and has the key we began with."""
    key_since = floor.connection.keys_changed_at
    try:
        floor.connection.refresh_from_db(
            fields=["state", "rate_per_s", "keys_changed_at"]
        )
    except Connection.DoesNotExist:
        return False
    if floor.connection.keys_changed_at != key_since:
        return False
    floor.key_seen_at = time.time()
    return floor.connection.state != Connection.State.BROKEN


def _ask_breaker(floor: Run) -> None:
    try:
        if breaker.is_open(floor.connection.pk):
            floor.report.stopped_by = "breaker"
        elif not floor.has_probed and breaker.needs_probe(floor.connection.pk):
            _probe(floor)
    except PacingUnavailable:
        floor.report.stopped_by = "pacing"


def _probe(floor: Run) -> None:
    """Make a free call before messages are put at stake again."""
    floor.has_probed = True
    try:
        floor.client.balance.get()
    except GatewayError as error:
        if not error.is_permanent:
            breaker.trip(floor.connection.pk, retry_after_s=error.retry_after_s)
            floor.report.stopped_by = "breaker"


def _collect(floor: Run, *, wait_s: float) -> None:
    """Take answers that are there, wait a little if there are none, write them."""
    if not floor.flights.calls and not floor.unwritten:
        if floor.may_claim:
            time.sleep(min(wait_s, WRITE_EVERY_S))
        return
    room = 4 * WRITE_AT - len(floor.unwritten)
    for landed in floor.flights.landed(wait_s=max(wait_s, 0.001), most=room):
        _note(floor, landed)
    is_due = time.monotonic() - floor.written_at >= WRITE_EVERY_S
    if is_due or len(floor.unwritten) >= WRITE_AT:
        _write(floor)


def _note(floor: Run, landed: Landed) -> None:
    call, outcomes = landed
    floor.unwritten += zip(call.claims, outcomes, strict=True)
    for outcome in outcomes:
        if outcome.kind is Kind.ACCEPTED:
            floor.report.accepted += 1
            floor.balance = outcome.balance
    _count_failure(floor, outcomes[0])
    # The other threads need not ask the same question again.
    if any(o.kind is Kind.STOPS_CONNECTION for o in outcomes):
        floor.running_ids = frozenset()
    elif any(o.stops_campaign for o in outcomes):
        floor.running_ids = floor.running_ids - {call.campaign_id}


def _count_failure(floor: Run, outcome: Outcome) -> None:
    """Count calls, not messages: one that was lost says as much as any other."""
    if outcome.is_outage:
        floor.failures += 1
    elif outcome.kind is not Kind.UNTOUCHED:
        floor.failures = 0


def _write(floor: Run) -> None:
    batch, floor.unwritten = floor.unwritten, []
    floor.written_at = time.monotonic()
    if refused_tokens.are_in(batch, floor.connection):
        batch = refused_tokens.spared(batch)
        floor.report.stopped_by = "token"
    answers.write(batch, connection=floor.connection)
    if any(outcome.kind is not Kind.UNTOUCHED for _, outcome in batch):
        _tell_breaker(floor, batch)
    if any(o.stops_campaign or o.kind is Kind.STOPS_CONNECTION for _, o in batch):
        floor.refreshed_at = 0.0


def _tell_breaker(floor: Run, batch: list[Answer]) -> None:
    try:
        if floor.failures >= breaker.TRIP_AFTER:
            waits = [o.retry_after_s or 0.0 for _, o in batch]
            breaker.trip(floor.connection.pk, retry_after_s=max(waits))
            floor.failures = 0
            floor.report.stopped_by = "breaker"
        elif any(not o.is_outage and o.kind is Kind.ACCEPTED for _, o in batch):
            breaker.close(floor.connection.pk)
        asked = [o.retry_after_s for _, o in batch if o.retry_after_s]
        if asked and not floor.report.stopped_by:
            breaker.slow_down(floor.connection.pk, retry_after_s=max(asked))
            floor.report.stopped_by = "breaker"
    except PacingUnavailable:
        floor.report.stopped_by = "pacing"


def _drain(floor: Run) -> None:
    """Bring home what is in flight; nothing is claimed any more."""
    floor.report.has_more = floor.report.stopped_by == ""
    while floor.flights.calls:
        for landed in floor.flights.landed(wait_s=None, most=WRITE_AT):
            _note(floor, landed)
        if len(floor.unwritten) >= WRITE_AT:
            _write(floor)
    if floor.unwritten:
        _write(floor)
