"""One run of the sending floor: what it knows, what it has in flight, what it did."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from accounts.models import Connection
from messaging import timing
from messaging.claims import Call
from messaging.models import Campaign
from messaging.services.answers import Answer
from messaging.services.flights import Flights
from seven_dashboard.gateway.client import SevenClient

# Answers wait at most this long for others to be written with.
WRITE_EVERY_S = 0.2
# Seconds of the pace that campaigns may have in flight, in all processes together; the
# rest up to two seconds is for single messages, which have processes of their own.
IN_FLIGHT_S, IN_FLIGHT_SINGLES_S = 1.5, 0.5


@dataclass(slots=True)
class Report:
    """What a run did."""

    claimed: int = 0
    accepted: int = 0
    skipped: int = 0
    has_more: bool = False
    stopped_by: str = ""


@dataclass(slots=True)
class Run:
    """What a run for one connection carries from step to step."""

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
    # By the wall clock, which goes on while a machine sleeps.
    key_seen_at: float = field(default_factory=time.time)
    refreshed_at: float = 0.0
    written_at: float = 0.0
    failures: int = 0
    has_probed: bool = False
    balance: Decimal | None = None
    # Messages claimed for each campaign: whoever had least is next.
    served: dict[UUID, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.flights = Flights(self.client, self._may_call)

    def _may_call(self, call: Call) -> bool:
        is_key_known = abs(time.time() - self.key_seen_at) < timing.KEY_SEEN_S
        return is_key_known and call.campaign_id in self.running_ids

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
