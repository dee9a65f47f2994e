"""What a page of the gateway's journal teaches about messages of ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from contacts.models import Channel
from messaging import entries, spellings
from messaging.models import Message, Summary
from messaging.outcomes import MAX_GATEWAY_ID
from messaging.services import told
from messaging.services.told import Told
from messaging.states import AT_GATEWAY, AWAITING_REPORT
from seven_dashboard.gateway.resources.journal import OutboundEntry

_WRITE = """
WITH lesson AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(networks)s::text[], %(latencies)s::float8[],
        %(prices)s::numeric[])
    AS l (id, mccmnc, latency_s, price)
), mine AS (
    SELECT m.id FROM messaging_message AS m JOIN lesson USING (id)
    ORDER BY m.id FOR UPDATE OF m
)
UPDATE messaging_message AS m SET
    mccmnc = CASE WHEN m.mccmnc = '' THEN l.mccmnc ELSE m.mccmnc END,
    latency_s = coalesce(m.latency_s, l.latency_s),
    price = coalesce(m.price, l.price)
FROM lesson AS l JOIN mine USING (id)
WHERE m.id = l.id
"""


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What an entry knows and the row did not; ``price`` is EUR."""

    message: Message
    mccmnc: str
    latency_s: float | None
    price: Decimal | None


def take(workspace_id: UUID, page: Sequence[OutboundEntry]) -> tuple[int, int]:
    """Keep what a page says of a workspace's messages.

    Returns how many learnt something, and how many still have no network. A message is
    known by the gateway's id and its number: another account may use the same ids.
    """
    known = _known(workspace_id, page)
    lessons, reports, missing = [], [], 0
    for message, entry in known:
        lesson = _of(message, entry)
        missing += not (message.mccmnc or lesson.mccmnc)
        if lesson.mccmnc or lesson.latency_s is not None or lesson.price is not None:
            lessons.append(lesson)
        reports += _report(message, entry)
    with transaction.atomic():
        _write(lessons)
        told.write(reports)
    return len(lessons), missing


def _known(
    workspace_id: UUID, page: Sequence[OutboundEntry]
) -> Iterator[tuple[Message, OutboundEntry]]:
    by_id = {entry.id[:MAX_GATEWAY_ID]: entry for entry in page if entry.id}
    rows = (
        Message.objects.filter(workspace=workspace_id, gateway_id__in=list(by_id))
        # Said a second time, so that the index of those with an id is used for any
        # number of them.
        .exclude(gateway_id="")
        .exclude(channel=Channel.VOICE)
        .filter(state__in=AT_GATEWAY)
        .defer("variables", "text")
    )
    for row in rows:
        entry = by_id[row.gateway_id]
        if spellings.is_same(entry.recipient, row.recipient):
            yield row, entry


def _of(message: Message, entry: OutboundEntry) -> _Lesson:
    return _Lesson(
        message,
        mccmnc="" if message.mccmnc else entries.network_of(entry),
        latency_s=entries.latency_of(entry) if message.latency_s is None else None,
        price=entries.price_of(entry) if message.price is None else None,
    )


def _report(message: Message, entry: OutboundEntry) -> list[Told]:
    state = told.state_of(entry.status)
    if state is None or message.state not in AWAITING_REPORT:
        return []
    at = entry.status_at or timezone.now()
    return [Told(message.pk, state, told.word_of(entry.status or ""), at)]


def _write(lessons: Sequence[_Lesson]) -> None:
    if not lessons:
        return
    with database.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "ids": [one.message.pk for one in lessons],
                "networks": [one.mccmnc for one in lessons],
                "latencies": [one.latency_s for one in lessons],
                "prices": [one.price for one in lessons],
            },
        )
    campaigns = {one.message.campaign_id for one in lessons}
    # Kept figures are old now; who has none yet gets them in time anyway.
    Summary.objects.filter(campaign__in=campaigns).update(learnt_at=timezone.now())
