"""Who is behind a webhook address: looked up once in a few seconds by each process.

At a thousand events a second, looking for the connection and opening its key cost more
than storing the event.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from accounts.fields import UnreadableSecret
from accounts.models import Connection

# So long a key that was replaced still opens. One that does not open is looked up anew.
FRESH_S: Final = 5.0
MOST: Final = 1_000
_NEVER: Final = float("-inf")


@dataclass(slots=True)
class Door:
    """A connection, as far as taking in its events needs it; ``key`` "" is none."""

    connection_id: UUID
    workspace_id: UUID
    key: str = field(repr=False)
    is_readable: bool
    found_at: float
    # When this process last wrote down that an event came.
    noted_at: float = _NEVER

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.found_at < FRESH_S


_doors: dict[str, Door] = {}


def known(token: str) -> Door | None:
    """Return a door that was looked up a moment ago."""
    door = _doors.get(token)
    return door if door is not None and door.is_fresh else None


def look_up(token: str) -> Door | None:
    """Return the door as it is now, None without one."""
    rows = Connection.objects.select_related("parent")
    connection = rows.filter(webhook_token=token).first()
    if connection is None:
        _doors.pop(token, None)
        return None
    key, is_readable = "", True
    try:
        # A subaccount's events are signed with the key of the account above it.
        signing_key = connection.key_holder.signing_key
        key = signing_key.reveal() if signing_key else ""
    except UnreadableSecret:
        is_readable = False
    old = _doors.get(token)
    if len(_doors) >= MOST:
        _doors.clear()
    door = _doors[token] = Door(
        connection_id=connection.pk,
        workspace_id=connection.workspace_id,
        key=key,
        is_readable=is_readable,
        found_at=time.monotonic(),
        noted_at=old.noted_at if old else _NEVER,
    )
    return door
