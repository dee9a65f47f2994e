"""Our own id of an attempt, as it goes to the gateway and comes back.

The gateway takes up to 64 characters of `[A-Za-z0-9.\\-_@]`. The campaign's UUID makes
it unique over databases, so that two copies with one gateway account never take each
other's messages for their own.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from uuid import UUID

_SHAPE = re.compile(r"([0-9a-f]{32})-([0-9]{1,19})-([0-9]{1,5})")


class ForeignId(NamedTuple):
    """One attempt to send one message of one campaign."""

    campaign_id: UUID
    message_id: int
    attempt: int

    def __str__(self) -> str:
        return f"{self.campaign_id.hex}-{self.message_id}-{self.attempt}"


def parse(text: str | None) -> ForeignId | None:
    """Return what a foreign id says, None if it is not one of ours."""
    match = _SHAPE.fullmatch(text or "")
    if match is None:
        return None
    campaign, message, attempt = match.groups()
    return ForeignId(UUID(campaign), int(message), int(attempt))
