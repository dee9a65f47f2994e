"""Learn from the gateway's journal which network each message went through.

No webhook names the network, nor how long it took. The journal of what went out does,
so each day on which something was sent is read: while it lasts from the newest entry
back to what was read before, later twice as a whole, because late reports bring what
was not known then. A run reads a few pages of a day and goes on with the next run, so
that a million messages are read at about two requests a second.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from accounts.models import Connection
from accounts.services import gateway, schedules
from messaging.models import OutboundReading
from messaging.services import lessons, refused_tokens
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.parsing import GATEWAY_ZONE
from seven_dashboard.gateway.resources.journal import (
    PAGE_SIZE,
    JournalFilter,
    OutboundEntry,
)

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=3)
# A long pass goes on after this.
NEXT_RUN = timedelta(seconds=10)
# After the end of a day: reports come within minutes, or within two days at most.
WHOLE_AFTER = (timedelta(hours=6), timedelta(hours=54))
# Entries are written a little out of order, and networks come with the reports.
OVERLAP = timedelta(minutes=10)
PAGES = 30
FETCH_S = 6.0
READINGS = 8
# A process that died gives its reading back after this long.
LEASE = timedelta(minutes=3)
KEEP = timedelta(days=40)

_BEGIN = """
INSERT INTO messaging_outboundreading
    (connection_id, day, looks, is_whole, missing, "offset", due_at, failures)
SELECT c.id, d.day, 0, false, 0, 0, statement_timestamp(), 0
FROM accounts_connection AS c
CROSS JOIN unnest(%(days)s::date[]) AS d (day)
WHERE EXISTS (
    SELECT FROM messaging_tally AS t
    WHERE t.workspace_id = c.workspace_id AND t.day >= %(since)s
      AND t.channel <> 'voice')
ON CONFLICT DO NOTHING
"""


def learn(*, budget_s: float = 12.0) -> dict[str, int]:
    """Read what is due of the journals; return counts of pages and of messages."""
    _begin()
    counts: Counter[str] = Counter()
    deadline = time.monotonic() + budget_s
    for reading in _take_due():
        if time.monotonic() > deadline:
            break
        try:
            client = gateway.client_for(reading.connection)
        except Refused:
            _postpone(reading)
            continue
        counts.update(_read(reading, client))
    return dict(counts)


def _begin() -> None:
    """Have the days read on which something was sent; forget the old ones."""
    today = timezone.now().astimezone(GATEWAY_ZONE).date()
    yesterday = today - timedelta(days=1)
    with database.cursor() as cursor:
        cursor.execute(_BEGIN, {"days": [yesterday, today], "since": yesterday})
    OutboundReading.objects.filter(day__lt=today - KEEP).delete()


def _take_due() -> list[OutboundReading]:
    now = timezone.now()
    with transaction.atomic():
        due = list(
            OutboundReading.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(due_at__lte=now)
            .exclude(connection__state=Connection.State.BROKEN)
            .select_related("connection")
            .order_by("due_at")[:READINGS]
        )
        OutboundReading.objects.filter(pk__in=[r.pk for r in due]).update(
            due_at=now + LEASE
        )
    return due


def _read(reading: OutboundReading, client: SevenClient) -> dict[str, int]:
    """Read up to `PAGES` pages, the newest entries first, and learn from each."""
    if not reading.offset:
        reading.is_whole = timezone.now() >= _whole_at(reading)
        reading.missing, reading.pass_until = 0, None
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    deadline = time.monotonic() + FETCH_S
    try:
        for _ in range(PAGES):
            page = client.journal.outbound(
                JournalFilter(
                    date_from=reading.day,
                    date_to=reading.day,
                    offset=reading.offset,
                )
            )
            ids = {entry.id for entry in page}
            learnt, missing = lessons.take(reading.connection.workspace_id, page)
            counts.update(pages=1, learnt=learnt)
            _note_page(reading, page, missing)
            # A gateway that ignores the offset repeats one page for ever.
            if len(page) < PAGE_SIZE or ids <= seen or _is_past(reading, page):
                _complete(reading)
                break
            seen = ids
            if time.monotonic() > deadline:
                break
        reading.failures = 0
        if reading.offset:
            reading.due_at = timezone.now() + NEXT_RUN
        _save(reading)
    except GatewayError as error:
        logger.warning("journal did not answer", extra={"reason": str(error.code)})
        counts["failed"] += 1
        refused_tokens.noted(error, reading.connection)
        _postpone(reading, retry_after_s=error.retry_after_s)
    return counts


def _note_page(
    reading: OutboundReading, page: Sequence[OutboundEntry], missing: int
) -> None:
    times = [entry.sent_at for entry in page if entry.sent_at]
    if reading.pass_until is None and times:
        reading.pass_until = min(max(times), timezone.now())
    reading.offset += len(page)
    reading.missing += missing


def _is_past(reading: OutboundReading, page: Sequence[OutboundEntry]) -> bool:
    """Say whether even the newest entry of a page was read by the pass before."""
    times = [entry.sent_at for entry in page if entry.sent_at]
    if reading.is_whole or reading.read_until is None or not times:
        return False
    return max(times) < reading.read_until - OVERLAP


def _complete(reading: OutboundReading) -> None:
    """Keep how far the pass came, and plan the next one."""
    now = timezone.now()
    reading.offset = 0
    reading.read_until = reading.pass_until or reading.read_until
    if reading.is_whole:
        reading.looks += 1
        is_over = reading.looks >= len(WHOLE_AFTER) or not reading.missing
        reading.due_at = None if is_over else _whole_at(reading)
        return
    is_today = now < _end_of(reading.day) + OVERLAP
    reading.due_at = now + schedules.spread(EVERY) if is_today else _whole_at(reading)


def _whole_at(reading: OutboundReading) -> datetime:
    """Return when the day is to be read as a whole next."""
    return _end_of(reading.day) + WHOLE_AFTER[min(reading.looks, 1)]


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), clock.min, GATEWAY_ZONE)


def _postpone(reading: OutboundReading, *, retry_after_s: float | None = None) -> None:
    """Wait ever longer after errors, up to an hour: nothing hangs on it."""
    reading.failures = min(reading.failures + 1, 100)
    pause = schedules.pause_after(reading.failures)
    if retry_after_s is not None:
        longest = schedules.LONGEST_PAUSE
        pause = max(pause, min(timedelta(seconds=retry_after_s), longest))
    reading.due_at = timezone.now() + pause
    _save(reading)


def _save(reading: OutboundReading) -> None:
    OutboundReading.objects.filter(pk=reading.pk).update(
        looks=reading.looks,
        is_whole=reading.is_whole,
        missing=reading.missing,
        read_until=reading.read_until,
        pass_until=reading.pass_until,
        offset=reading.offset,
        due_at=reading.due_at,
        failures=reading.failures,
    )
