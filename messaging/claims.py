"""What one process may send now, once: claims, and the calls that carry them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from messaging import timing
from messaging.options import Options
from seven_dashboard.gateway.resources.sms import SmsFile

# The most recipients of one request. The gateway documents no bound (gateway.md 2.3).
# A call that is lost in doubt goes to a person, so fewer of them share one: the journal
# of calls carries no foreign id. RCS takes one recipient.
RECIPIENTS_OF_A_CALL: Final = {"sms": 100, "voice": 20, "rcs": 1}


class Claim(NamedTuple):
    """One message in the hands of this process; its row holds the lease."""

    message_id: int
    campaign_id: UUID
    # That of the call: several messages may share it, their numbers tell them apart.
    foreign_id: str
    recipient: str
    attempt: int
    # Earlier attempts that ended unclear, and the code of the last one.
    doubts: int = 0
    last_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to the gateway: messages that share text, options and foreign id."""

    campaign_id: UUID
    foreign_id: str
    channel: str
    sender: str
    label: str
    text: str
    parts: int
    units: int
    options: Options
    claims: tuple[Claim, ...]
    # Not for a log: it has contents and passwords.
    files: tuple[SmsFile, ...] = field(default=(), repr=False)
    claimed_at: float = field(default_factory=time.time)
    claimed_tick: float = field(default_factory=time.monotonic)

    @property
    def recipients(self) -> list[str]:
        return [claim.recipient for claim in self.claims]

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
