"""A claim: one message that one process may send now, once."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from uuid import UUID

from messaging import timing
from messaging.options import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a call needs to know; the row says the same and holds the lease."""

    message_id: int
    campaign_id: UUID
    foreign_id: str
    recipient: str
    text: str
    channel: str
    sender: str
    label: str
    options: Options
    attempt: int
    # Earlier attempts that ended unclear, and the code of the last one.
    doubts: int
    last_code: int | None
    claimed_at: float = field(default_factory=time.time)
    claimed_tick: float = field(default_factory=time.monotonic)

    @property
    def is_stale(self) -> bool:
        """Say that the call would come too late and must not be made any more.

        Both clocks count: the monotonic one stands still while a machine sleeps, the
        other one may be set back.
        """
        waited_s = time.monotonic() - self.claimed_tick
        by_the_wall_s = time.time() - self.claimed_at
        return (
            waited_s > timing.CALL_WINDOW_S
            or by_the_wall_s > timing.CALL_WINDOW_S
            or by_the_wall_s < -timing.CALL_WINDOW_S
        )
