"""The sending floor: claims, calls and answers of one connection, side by side.

One thread (the caller's) speaks to the database: it claims as many messages as there
are tokens and room, hands them to a pool of threads that only call the gateway
(`flights.py`), and writes back what they bring. No transaction is open during a call.
What is in flight is bounded by two seconds of the pace, over all processes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from accounts.models import Connection
from accounts.services import connections, gateway
from messaging import breaker, contents, options, pacing
from messaging.claims import RECIPIENTS_OF_A_CALL
from messaging.models import Campaign
from messaging.outcomes import Kind, Outcome
from messaging.pacing import Bucket, PacingUnavailable
from messaging.services import answers, claiming, part_prices, waiting
from messaging.services.answers import Answer
from messaging.services.flights import Flights, Landed
from messaging.services.spending import PriceOf
from messaging.states import CampaignState
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError

# How often the loop asks which campaigns run and whether the connection works.
REFRESH_S = 0.5
# Answers wait at most this long, or until there are so many.
WRITE_EVERY_S = 0.2
WRITE_AT = 250
# Messages and calls of one campaign before the next one has its turn.
TURN, TURN_CALLS = 2000, 500
# Tokens are let gather so long before a claim, up to so many: a claim of one row costs
# as much as one of fifty, and one request takes a hundred of one text.
GATHER_S, GATHER_MOST = 0.1, 100
# Seconds of the pace that campaigns may have in flight, in all processes together; the
# rest up to two seconds is for single messages, which have processes of their own.
IN_FLIGHT_S, IN_FLIGHT_SINGLES_S = 1.5, 0.5


@dataclass(slots=True)
class Report:
    """What one run did."""

    claimed: int = 0
    accepted: int = 0
    skipped: int = 0
    has_more: bool = False
    stopped_by: str = ""


@dataclass(slots=True)
class _Run:
    connection: Connection
    client: SevenClient
    deadline: float
    singles_only: bool
    # Processes that send for this connection now; each has its part of the window.
    processes: int
    flights: Flights = field(init=False)
    report: Report = field(default_factory=Report)
    unwritten: list[Answer] = field(default_factory=list)
    running: list[Campaign] = field(default_factory=list)
    # Read by the calling threads: a campaign that is not in it is not called for.
    running_ids: frozenset[UUID] = frozenset()
    refreshed_at: float = 0.0
    written_at: float = 0.0
    failures: int = 0
    has_probed: bool = False
    balance: Decimal | None = None
    # Messages claimed for each campaign: whoever had least is next.
    served: dict[UUID, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.flights = Flights(
            self.client, lambda call: call.campaign_id in self.running_ids
        )

    @property
    def pace(self) -> Decimal:
        """Return the messages a second of all campaigns together.

        A campaign whose own pace is higher was given it on purpose, by someone who
        knows what the account carries.
        """
        own = [c.rate_per_s for c in self.running if c.rate_per_s]
        return max([self.connection.rate_per_s, *own])

    @property
    def window(self) -> int:
        """Return how many messages this process may have in flight."""
        seconds = IN_FLIGHT_SINGLES_S if self.singles_only else IN_FLIGHT_S
        return max(1, int(float(self.pace) * seconds / self.processes))

    @property
    def may_claim(self) -> bool:
        return not self.report.stopped_by and time.monotonic() < self.deadline


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
    floor = _Run(
        connection=connection,
        client=gateway.client_for(connection),
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


def _loop(floor: _Run) -> None:
    price_of = part_prices.of(floor.connection)
    while floor.may_claim:
        _refresh(floor)
        wait_s = WRITE_EVERY_S
        if floor.may_claim:
            try:
                wait_s = _claim_round(floor, price_of)
            except PacingUnavailable:
                floor.report.stopped_by = "pacing"
        _collect(floor, wait_s=wait_s)


def _refresh(floor: _Run) -> None:
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
    # Singles first: they are one row each and somebody waits for them.
    floor.running_ids = frozenset(campaign.pk for campaign in found)
    # One that waits, as for its hours, would have its turn for nothing.
    due = waiting.with_due_rows(found)
    floor.running = sorted(due, key=lambda c: c.kind != Campaign.Kind.SINGLE)
    floor.refreshed_at = time.monotonic()
    if not floor.running:
        floor.report.stopped_by = "nothing to send"
        return
    _ask_breaker(floor)


def _is_connected(floor: _Run) -> bool:
    """Say whether the connection is there, works, and has the key we began with."""
    key_since = floor.connection.keys_changed_at
    try:
        floor.connection.refresh_from_db(
            fields=["state", "rate_per_s", "keys_changed_at"]
        )
    except Connection.DoesNotExist:
        return False
    is_same_key = bool(floor.connection.keys_changed_at == key_since)
    return is_same_key and floor.connection.state != Connection.State.BROKEN


def _ask_breaker(floor: _Run) -> None:
    try:
        if breaker.is_open(floor.connection.pk):
            floor.report.stopped_by = "breaker"
        elif not floor.has_probed and breaker.needs_probe(floor.connection.pk):
            _probe(floor)
    except PacingUnavailable:
        floor.report.stopped_by = "pacing"


def _probe(floor: _Run) -> None:
    """Make a free call before messages are put at stake again."""
    floor.has_probed = True
    try:
        floor.client.balance.get()
    except GatewayError as error:
        if not error.is_permanent:
            breaker.trip(floor.connection.pk, retry_after_s=error.retry_after_s)
            floor.report.stopped_by = "breaker"


def _claim_round(floor: _Run, price_of: PriceOf) -> float:
    """Let each campaign claim its turn; return how long to wait for answers."""
    room = floor.window - floor.flights.messages
    if room < max(1, floor.window // 4) or floor.flights.is_crowded:
        return WRITE_EVERY_S
    singles = [c for c in floor.running if c.kind == Campaign.Kind.SINGLE]
    bulk = [c for c in floor.running if c.kind != Campaign.Kind.SINGLE]
    # A campaign that joins later has no claim to what it missed.
    known = [floor.served[c.pk] for c in bulk if c.pk in floor.served]
    least = min(known, default=0)
    bulk.sort(key=lambda c: floor.served.setdefault(c.pk, least))
    share = max(1, min(TURN, -(-room // max(1, len(bulk)))))
    found_any, wait_s = False, WRITE_EVERY_S
    for campaign in singles + bulk:
        claims, pause_s = _claim(floor, campaign, min(share, room), price_of)
        room -= claims
        found_any = found_any or claims > 0 or pause_s > 0
        wait_s = min(wait_s, pause_s) if pause_s else wait_s
        if room <= 0 or floor.flights.room <= 0:
            break
    if not found_any and not floor.flights.calls and room > 0:
        floor.report.stopped_by = "nothing to send"
    return wait_s if not floor.flights.calls else min(wait_s, WRITE_EVERY_S)


def _claim(
    floor: _Run, campaign: Campaign, wanted: int, price_of: PriceOf
) -> tuple[int, float]:
    """Claim for one campaign; return how many, and how long until a token comes."""
    most_calls = min(TURN_CALLS, floor.flights.room)
    shared = _recipients_of_a_call(campaign)
    if campaign.kind == Campaign.Kind.SINGLE:
        wanted = min(wanted, 1)
    elif shared == 1:
        wanted = min(wanted, most_calls)
    if wanted <= 0:
        return 0, 0.0
    buckets = _buckets(floor, campaign)
    least = int(min(bucket.rate_per_s for bucket in buckets) * GATHER_S)
    grant = pacing.take(wanted, *buckets, least=min(least, GATHER_MOST))
    if not grant.tokens:
        return 0, max(grant.wait_s, 0.001)
    # Whole requests; what is left of the tokens goes back and is soon one more.
    limit = grant.tokens - grant.tokens % shared or grant.tokens
    found = claiming.claim(
        campaign.pk, limit=limit, most_calls=most_calls, price_of=price_of
    )
    claims = 0
    for call in found.calls:
        claims += len(call.claims)
        floor.flights.start(call)
    floor.report.claimed += claims
    floor.report.skipped += found.skipped
    if campaign.pk in floor.served:
        floor.served[campaign.pk] += claims
    pacing.give_back(grant.tokens - claims, *buckets)
    return claims, 0.0 if claims else 0.001 * bool(found.skipped)


def _recipients_of_a_call(campaign: Campaign) -> int:
    """Return how many recipients share a request: one, unless all get one text."""
    usual = options.read(campaign.channel, campaign.options)
    if contents.variables_of(campaign.text, usual):
        return 1
    return RECIPIENTS_OF_A_CALL[campaign.channel]


def _collect(floor: _Run, *, wait_s: float) -> None:
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


def _note(floor: _Run, landed: Landed) -> None:
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


def _count_failure(floor: _Run, outcome: Outcome) -> None:
    """Count calls, not messages: one that was lost says as much as any other."""
    if outcome.is_outage:
        floor.failures += 1
    elif outcome.kind is not Kind.UNTOUCHED:
        floor.failures = 0


def _write(floor: _Run) -> None:
    batch, floor.unwritten = floor.unwritten, []
    floor.written_at = time.monotonic()
    answers.write(batch, connection=floor.connection)
    if any(outcome.kind is not Kind.UNTOUCHED for _, outcome in batch):
        _tell_breaker(floor, batch)
    if any(o.stops_campaign or o.kind is Kind.STOPS_CONNECTION for _, o in batch):
        floor.refreshed_at = 0.0


def _tell_breaker(floor: _Run, batch: list[Answer]) -> None:
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


def _drain(floor: _Run) -> None:
    """Bring home what is in flight; nothing is claimed any more."""
    floor.report.has_more = floor.report.stopped_by == ""
    while floor.flights.calls:
        for landed in floor.flights.landed(wait_s=None, most=WRITE_AT):
            _note(floor, landed)
        if len(floor.unwritten) >= WRITE_AT:
            _write(floor)
    if floor.unwritten:
        _write(floor)


def _buckets(floor: _Run, campaign: Campaign) -> tuple[Bucket, ...]:
    """Return the buckets a message has to find a token in."""
    usual = floor.connection.rate_per_s
    shared = pacing.of_connection(floor.connection.pk, floor.pace)
    own = campaign.rate_per_s or usual
    if own >= floor.pace:
        return (shared,)
    return (shared, pacing.of_campaign(campaign.pk, own))
