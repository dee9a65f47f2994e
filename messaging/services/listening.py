"""Read in the gateway's journal what people wrote: a STOP needs no webhook.

Webhooks may be missing, refused or lost. Every minute the two journals of each
connection are read back to a day before what was read last (their times are Berlin's
without an offset), and each message goes the way of a webhook.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Connection, Workspace
from accounts.services import gateway, schedules
from contacts.models import Channel
from messaging.models import InboundMessage, InboundReading
from messaging.services import inbound, refused_tokens
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.parsing import GATEWAY_ZONE
from seven_dashboard.gateway.resources.journal import InboundEntry, JournalFilter

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=60)
FIRST_LOOK_BACK = timedelta(days=3)
OVERLAP = timedelta(days=1)
# A run reads so much of one journal; a longer pass goes on with the next run.
PAGES = 10
PAGE_SIZE = 100
LISTENERS = 8
LONGEST_PAUSE = timedelta(minutes=10)
# A process that died gives its journals back after this long.
LEASE = timedelta(minutes=3)
# A slow gateway must not hold the clock: the rest of a pass waits for the next run.
FETCH_S = 15.0


@dataclass(slots=True)
class _Fetch:
    """A journal to read, and what one run got of it."""

    reading: InboundReading
    client: SevenClient
    since: datetime
    offset: int
    entries: dict[str, InboundEntry] = field(default_factory=dict)
    newest_at: datetime | None = None
    is_complete: bool = False
    error: GatewayError | None = None


def listen(*, budget_s: float = 20.0) -> dict[str, int]:
    """Read the journals that are due; return counts of readings and new messages."""
    _begin_missing()
    counts: Counter[str] = Counter()
    deadline = time.monotonic() + budget_s
    with ThreadPoolExecutor(LISTENERS) as pool:
        while time.monotonic() < deadline:
            due = _take_due()
            if not due:
                break
            for found in pool.map(_fetch, _jobs(due)):
                counts["read"] += 1
                counts["new"] += _take_in(found)
                counts["failed"] += found.error is not None
                _note(found)
    return dict(counts)


def _begin_missing() -> None:
    now = timezone.now()
    new = Connection.objects.filter(inbound_readings=None).only("pk")[:1000]
    InboundReading.objects.bulk_create(
        [
            InboundReading(connection=connection, journal=journal, due_at=now)
            for connection in new
            for journal in InboundReading.Journal.values
        ],
        ignore_conflicts=True,
    )


def _take_due() -> list[InboundReading]:
    now = timezone.now()
    with transaction.atomic():
        due = list(
            InboundReading.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(due_at__lte=now)
            .exclude(connection__state=Connection.State.BROKEN)
            .select_related("connection__workspace")
            .order_by("due_at")[:LISTENERS]
        )
        InboundReading.objects.filter(pk__in=[r.pk for r in due]).update(
            due_at=now + LEASE
        )
    return due


def _jobs(due: list[InboundReading]) -> list[_Fetch]:
    jobs = []
    for reading in due:
        try:
            client = gateway.client_for(reading.connection)
        except Refused:
            _postpone(reading)
            continue
        _begin_pass(reading)
        since = (
            timezone.now() - FIRST_LOOK_BACK
            if reading.read_until is None
            else reading.read_until - OVERLAP
        )
        jobs.append(_Fetch(reading, client, since, reading.offset))
    return jobs


def _begin_pass(reading: InboundReading) -> None:
    began_at, changed_at = reading.pass_began_at, reading.connection.keys_changed_at
    if began_at is not None and changed_at is not None and changed_at > began_at:
        # Another key may open another account, which we have not read yet.
        reading.read_until, reading.offset = None, 0
    if reading.pass_began_at is None or not reading.offset:
        reading.pass_began_at, reading.pass_until = timezone.now(), None
        reading.offset = 0


def _fetch(job: _Fetch) -> _Fetch:
    """Read up to `PAGES` pages, the newest first. Touches no database."""
    wanted = JournalFilter(
        date_from=job.since.astimezone(GATEWAY_ZONE).date(), limit=PAGE_SIZE
    )
    deadline = time.monotonic() + FETCH_S
    try:
        if job.offset:
            # What came just now does not wait until an old pass is through.
            _add(job, _page(job, wanted))
        for _ in range(PAGES):
            page = _page(job, replace(wanted, offset=job.offset))
            is_new = _add(job, page)
            job.offset += len(page)
            if len(page) < PAGE_SIZE or not is_new or _is_past(page, job.since):
                job.is_complete = True
                break
            if time.monotonic() > deadline:
                break
    except GatewayError as error:
        job.error = error
    return job


def _page(job: _Fetch, wanted: JournalFilter) -> list[InboundEntry]:
    journal = job.client.journal
    if job.reading.journal == InboundReading.Journal.REPLIES:
        return journal.replies(wanted)
    return journal.inbound(wanted)


def _add(job: _Fetch, page: list[InboundEntry]) -> bool:
    """Keep a page's entries; say whether any was new in this run."""
    before = len(job.entries)
    for entry in page:
        job.entries.setdefault(entry.id, entry)
        if entry.sent_at and (job.newest_at is None or entry.sent_at > job.newest_at):
            job.newest_at = entry.sent_at
    return len(job.entries) > before


def _is_past(page: list[InboundEntry], since: datetime) -> bool:
    """Say whether even the newest entry of a page is older than what we look for."""
    times = [entry.sent_at for entry in page if entry.sent_at]
    return bool(times) and max(times) < since


def _take_in(found: _Fetch) -> int:
    """Keep what was read, the oldest first; return how many messages are new."""
    workspace = found.reading.connection.workspace
    known = _known(workspace, list(found.entries))
    new = 0
    for entry in reversed(found.entries.values()):
        if (entry.id, inbound.sender_of(workspace, entry.sender)) in known:
            continue
        try:
            new += inbound.keep(
                workspace=workspace,
                received=inbound.of_entry(entry),
                in_journal=found.entries.keys(),
            )
        except Exception:
            # One message that cannot be stored keeps no other STOP from being heard.
            logger.exception("an inbound message failed", extra={"entry": entry.id})
    return new


def _known(workspace: Workspace, ids: list[str]) -> set[tuple[str, str]]:
    rows = InboundMessage.objects.filter(
        workspace=workspace,
        channel__in=(Channel.SMS, Channel.RCS),
        gateway_id__in=ids,
    )
    return set(rows.values_list("gateway_id", "sender"))


def _note(found: _Fetch) -> None:
    """Keep how far the pass came, and plan the next run."""
    reading, now = found.reading, timezone.now()
    if found.newest_at is not None and reading.pass_until is None:
        reading.pass_until = min(found.newest_at, now)
    if found.error is not None:
        logger.warning(
            "journal of replies did not answer",
            extra={
                "reason": str(found.error.code),
                "connection": reading.connection_id,
            },
        )
        refused_tokens.noted(found.error, reading.connection)
        _postpone(reading, retry_after_s=found.error.retry_after_s)
    else:
        reading.failures = 0
        reading.due_at = now + schedules.spread(EVERY)
    reading.offset = 0 if found.is_complete else found.offset
    if found.is_complete:
        reading.read_until = reading.pass_until or reading.read_until
    _save(reading)


def _postpone(reading: InboundReading, *, retry_after_s: float | None = None) -> None:
    """Wait ever longer after errors: 30 s, doubling, up to ten minutes."""
    reading.failures = min(reading.failures + 1, 100)
    pause = min(schedules.pause_after(reading.failures), LONGEST_PAUSE)
    if retry_after_s is not None:
        pause = max(pause, min(timedelta(seconds=retry_after_s), LONGEST_PAUSE))
    reading.due_at = timezone.now() + pause
    _save(reading)


def _save(reading: InboundReading) -> None:
    InboundReading.objects.filter(pk=reading.pk).update(
        read_until=reading.read_until,
        pass_until=reading.pass_until,
        pass_began_at=reading.pass_began_at,
        offset=reading.offset,
        due_at=reading.due_at,
        failures=reading.failures,
    )
