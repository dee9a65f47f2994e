"""Whether events still arrive: messages are accepted, and nobody reports on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection as database
from django.utils import timezone

from accounts.models import Connection
from messaging.states import SENT

# The first report of a message usually comes within seconds.
PATIENCE: Final = timedelta(minutes=30)
LOOK_BACK: Final = timedelta(days=3)

# The first and the last message of each state, of the newest campaigns: a few short
# looks by index, whatever the size of the campaigns.
_ACCEPTED = """
SELECT g.state = 'sending' AND (g.paused_at IS NULL OR g.paused_at < %(silent_since)s),
       min(m.accepted_at), max(m.accepted_at)
FROM (SELECT id, state, paused_at FROM messaging_campaign
      WHERE workspace_id = %(workspace)s ORDER BY created_at DESC LIMIT 20) AS g
CROSS JOIN unnest(%(states)s::text[]) AS s (state)
CROSS JOIN LATERAL (
    (SELECT accepted_at FROM messaging_message
     WHERE campaign_id = g.id AND state = s.state ORDER BY id LIMIT 1)
    UNION ALL
    (SELECT accepted_at FROM messaging_message
     WHERE campaign_id = g.id AND state = s.state ORDER BY id DESC LIMIT 1)) AS m
WHERE m.accepted_at > %(look_back)s
GROUP BY g.id, g.state, g.paused_at
"""


@dataclass(frozen=True, slots=True)
class Silence:
    """Since when no event has come although messages were accepted, if so."""

    is_silent: bool
    since: datetime | None


def silence(connection: Connection, *, now: datetime | None = None) -> Silence:
    """Return whether reports are missing for longer than they ever take."""
    now = now or timezone.now()
    last = connection.last_event_at
    since = max(last or connection.created_at, now - LOOK_BACK)
    if now - since < PATIENCE:
        return Silence(False, last)
    spans = _accepted(connection, silent_since=since, look_back=now - LOOK_BACK)
    is_silent = any(
        _was_reportable(span, since=since, until=now - PATIENCE) for span in spans
    )
    return Silence(is_silent, last)


_Span = tuple[bool, datetime, datetime]


def _was_reportable(span: _Span, *, since: datetime, until: datetime) -> bool:
    """Say whether something was accepted after the last event and long enough ago."""
    is_running, first, last = span
    if any(since < at <= until for at in (first, last)):
        return True
    return is_running and first <= since and last > until


def _accepted(
    connection: Connection, *, silent_since: datetime, look_back: datetime
) -> list[_Span]:
    with database.cursor() as cursor:
        cursor.execute(
            _ACCEPTED,
            {
                "workspace": connection.workspace_id,
                "states": [str(state) for state in SENT],
                "silent_since": silent_since,
                "look_back": look_back,
            },
        )
        return list(cursor.fetchall())
