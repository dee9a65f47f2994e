"""Settle attempts whose outcome nobody told us: look in the journal before sending.

A row is unclear when its call brought no clear answer, or when the process that held
it is gone. The gateway's journal carries our foreign id, so it knows. Found: accepted.
Not found on two looks far enough apart, in a journal that demonstrably shows newer
messages of ours: queued again. What stays open is for a person (`lease_until` null),
as is an attempt with an API key that was replaced since: it may be in the journal of
another account.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.utils import DataError, IntegrityError
from django.utils import timezone

from accounts.models import Connection
from accounts.services import gateway
from contacts.models import Channel
from messaging import entries, options, placeholders, spellings, timing
from messaging.foreign_ids import Match
from messaging.models import Message
from messaging.outcomes import DUPLICATE_CODE, MAX_GATEWAY_ID, storable_price
from messaging.services import days, shared_looks
from messaging.states import (
    AT_GATEWAY,
    AWAITING_REPORT,
    FROM_REPORT,
    CampaignState,
    MessageState,
)
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.journal import JournalFilter, OutboundEntry

logger = logging.getLogger(__name__)

BATCH = 200
LOOKERS = 8
# A journal that ignores our filter would go on for ever: 10 pages, then no decision.
MAX_ENTRIES = 1000
# Looks that found nothing before the row is queued again, or given to a person.
LOOKS_BEFORE_SENDING = 2
LOOKS_BEFORE_PERSON = 4
# Attempts that ended unclear and had sent nothing, before a person is asked.
MAX_DOUBTS = 5
# How long a row is ours while we look. Two looks at a time do no harm, a look that
# died in the middle costs this much.
_HOLD_S = 30
_TROUBLE_S = (30.0, 600.0)
# How much later than asked for the gateway may send a delayed message.
_HELD_BACK = timedelta(minutes=10)

_EXPIRE = """
UPDATE messaging_message SET state = 'unclear', error_code = NULL,
    lease_until = statement_timestamp() + make_interval(secs => %s)
WHERE id IN (
    SELECT id FROM messaging_message
    WHERE state = 'sending' AND lease_until < statement_timestamp()
    ORDER BY id LIMIT 5000 FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What the journal said about one row."""

    message: Message
    entry: OutboundEntry | None = None
    # An entry that could be ours, without a foreign id or with that of our group and a
    # number in doubt: reason not to send again.
    is_ambiguous: bool = False
    # The journal did not answer, or has too much to read.
    failed: bool = False


def expire_leases() -> int:
    """Turn claims whose process is gone into unclear rows; return how many.

    The lease outlives every call, so nothing is in flight any more: the first look is
    due at once but for a moment in which the gateway may still write its journal.
    """
    with database.cursor() as cursor:
        cursor.execute(_EXPIRE, [min(5.0, timing.first_look_s())])
        return int(cursor.rowcount)


def settle_due(*, budget_rows: int = 2000) -> dict[str, int]:
    """Look after unclear rows whose time has come; return what became of them."""
    counts: dict[str, int] = {}
    for _ in range(0, budget_rows, BATCH):
        rows = _take_due()
        if not rows:
            break
        for connection, theirs in _by_connection(rows).items():
            for word, count in _settle(connection, theirs).items():
                counts[word] = counts.get(word, 0) + count
    return counts


def _take_due() -> list[Message]:
    """Take the rows to look after, so that nobody else looks at the same time."""
    now = timezone.now()
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=MessageState.UNCLEAR, lease_until__lte=now)
            .select_related("workspace", "campaign")
            .order_by("lease_until")[:BATCH]
        )
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            lease_until=now + timedelta(seconds=_HOLD_S)
        )
    return rows


def _by_connection(rows: list[Message]) -> dict[Connection, list[Message]]:
    known = {
        connection.workspace_id: connection
        for connection in Connection.objects.filter(
            workspace__in={row.workspace_id for row in rows}
        )
    }
    grouped: dict[Connection, list[Message]] = {}
    for row in rows:
        connection = known.get(row.workspace_id)
        if connection is None:
            # Without a key nobody can be asked; a person may still know.
            Message.objects.filter(pk=row.pk).update(lease_until=None)
            continue
        grouped.setdefault(connection, []).append(row)
    return grouped


def _settle(connection: Connection, rows: list[Message]) -> dict[str, int]:
    try:
        client = gateway.client_for(connection)
    except Refused:
        _postpone([row.pk for row in rows], seconds=_TROUBLE_S[1])
        return {"postponed": len(rows)}
    known = shared_looks.find(client, rows)
    rest = [row for row in rows if row.pk not in known]
    with ThreadPoolExecutor(LOOKERS) as pool:
        looks = list(pool.map(lambda row: look(client, row), rest))
    looks += [Look(row, entry=known[row.pk]) for row in rows if row.pk in known]
    new_key_at = _new_key_at(connection)
    looks = [_doubted(found, new_key_at=new_key_at) for found in looks]
    is_current: dict[UUID, bool] = {}
    counts: dict[str, int] = {}
    for found in looks:
        campaign_id = found.message.campaign_id
        if _asks_to_send_again(found) and campaign_id not in is_current:
            is_current[campaign_id] = journal_is_current(
                client, found.message, new_key_at=new_key_at
            )
        word = _decided(found, journal_is_good=is_current.get(campaign_id, True))
        counts[word] = counts.get(word, 0) + 1
    return counts


def _new_key_at(connection: Connection) -> datetime | None:
    """Return since when nothing is sent with an earlier key, None if there was none."""
    if connection.keys_changed_at is None:
        return None
    return connection.keys_changed_at + timedelta(seconds=timing.OLD_KEY_S)


def _doubted(found: Look, *, new_key_at: datetime | None) -> Look:
    """Mark an attempt of an earlier key: another account may have it."""
    attempted_at = found.message.attempted_at or found.message.created_at
    if new_key_at is None or attempted_at >= new_key_at:
        return found
    return replace(found, is_ambiguous=True)


def look(client: SevenClient, message: Message) -> Look:
    """Ask the journal for any attempt of this message. Reads no database."""
    if message.channel == Channel.VOICE:
        # gateway.md 3.2: the journal of calls carries no foreign id.
        return Look(message, is_ambiguous=True)
    attempted_at = message.attempted_at or message.created_at
    wanted = JournalFilter(
        # In the spelling of the journal itself, though it takes any.
        to=message.recipient.lstrip("+"),
        # Days are Berlin's; one to either side covers midnight and our own zone.
        date_from=(attempted_at - timedelta(days=1)).date(),
        date_to=(timezone.now() + timedelta(days=1)).date(),
    )
    similar, seen = False, 0
    try:
        for entry in islice(client.journal.iter_outbound(wanted), MAX_ENTRIES):
            seen += 1
            match = entries.match(entry, message)
            if match is Match.YES:
                return Look(message, entry=entry)
            similar = similar or match is Match.PERHAPS
            similar = similar or _could_be(entry, message, since=attempted_at)
    except GatewayError as error:
        logger.warning("journal did not answer", extra={"reason": str(error.code)})
        return Look(message, failed=True)
    is_open = seen >= MAX_ENTRIES or _is_held_back(message)
    return Look(message, is_ambiguous=similar, failed=is_open)


def _is_held_back(message: Message) -> bool:
    """Say whether the gateway may hold a delayed message, and show it only later.

    Nobody documents whether its journal lists what was not sent yet, so that it is not
    there proves nothing before the time it was to be sent at.
    """
    own = options.read(message.channel, message.campaign.options)
    if own.deliver_at is None:
        return False
    return timezone.now() < own.deliver_at + _HELD_BACK


def _could_be(entry: OutboundEntry, message: Message, *, since: datetime) -> bool:
    """Say whether an entry without a foreign id may be this message all the same."""
    if entry.foreign_id or not placeholders.could_be(entry.text, message.text):
        return False
    if not spellings.could_be(entry.recipient, message.recipient):
        return False
    return entry.sent_at is None or entry.sent_at >= since - timedelta(minutes=5)


def journal_is_current(
    client: SevenClient, message: Message, *, new_key_at: datetime | None = None
) -> bool:
    """Say whether the journal shows the newest message that we know was accepted.

    A journal that lags or answers with nothing must not make us send again. What was
    accepted before `new_key_at` may be in another account's journal and proves nothing.
    """
    known = _newest_accepted(message, since=new_key_at)
    if known is None:
        return True
    try:
        shown = client.journal.iter_outbound(
            JournalFilter(
                to=known.recipient.lstrip("+"),
                date_from=(known.accepted_at - timedelta(days=1)).date()
                if known.accepted_at
                else None,
            )
        )
        return any(e.id == known.gateway_id for e in islice(shown, MAX_ENTRIES))
    except GatewayError:
        return False


def _newest_accepted(message: Message, *, since: datetime | None) -> Message | None:
    # What was accepted this very moment may come into the journal a little later.
    before = timezone.now() - timedelta(seconds=10)
    accepted = Message.objects.filter(
        campaign=message.campaign_id, accepted_at__lte=before
    )
    if since is not None:
        accepted = accepted.filter(accepted_at__gte=since)
    newest: list[Message] = []
    for state in AT_GATEWAY:
        newest += (
            accepted.filter(state=state).exclude(gateway_id="").order_by("-pk")[:1]
        )
    return max(newest, key=lambda row: row.accepted_at or row.created_at, default=None)


def _asks_to_send_again(found: Look) -> bool:
    message = found.message
    return (
        not found.failed
        and found.entry is None
        and not found.is_ambiguous
        and message.error_code != DUPLICATE_CODE
        and message.looks + 1 >= LOOKS_BEFORE_SENDING
    )


def _decided(found: Look, *, journal_is_good: bool) -> str:
    """Decide about one row; one that cannot be stored keeps no other from it."""
    try:
        return _decide(found, journal_is_good=journal_is_good)
    except (DataError, IntegrityError):
        logger.exception("not settled", extra={"message_id": found.message.pk})
        return "failed"


def _decide(found: Look, *, journal_is_good: bool) -> str:
    message = found.message
    if found.entry is not None:
        _accept(message, found.entry)
        return "accepted"
    if found.failed or (_asks_to_send_again(found) and not journal_is_good):
        age_s = _age_s(message)
        low, high = _TROUBLE_S
        _postpone([message.pk], seconds=min(high, max(low, age_s / 4)))
        return "postponed"
    if _asks_to_send_again(found):
        return _send_again(message)
    looks = message.looks + 1
    is_open = looks < LOOKS_BEFORE_PERSON
    pause = timedelta(seconds=timing.second_look_s())
    _change(
        message,
        looks=looks,
        lease_until=timezone.now() + pause if is_open else None,
    )
    return "looking" if is_open else "for a person"


def _accept(message: Message, entry: OutboundEntry) -> None:
    state = FROM_REPORT.get((entry.status or "").upper(), MessageState.ACCEPTED)
    is_final = state not in AWAITING_REPORT
    now = timezone.now()
    accepted_at = entry.sent_at or message.attempted_at or now
    _change(
        message,
        state=state,
        error_code=None,
        gateway_id=entry.id[:MAX_GATEWAY_ID],
        price=storable_price(entry.price) or Decimal(0),
        accepted_at=accepted_at,
        sent_on=days.day_in(message.workspace, accepted_at),
        reported_at=(entry.status_at or now) if is_final else None,
        due_at=now + timedelta(seconds=timing.report_check_s()),
        lease_until=None,
    )


def _send_again(message: Message) -> str:
    doubts = message.doubts + 1
    if message.campaign.state == CampaignState.CANCELLED:
        _change(message, state=MessageState.CANCELLED, lease_until=None)
        return "cancelled"
    if doubts >= MAX_DOUBTS and message.error_code is not None:
        # The gateway gave a code each time and its journal shows that it sent nothing.
        _change(message, state=MessageState.REFUSED, lease_until=None)
        return "refused"
    if doubts >= MAX_DOUBTS:
        _change(message, looks=message.looks + 1, lease_until=None)
        return "for a person"
    pause = timedelta(seconds=timing.pause_s(doubts))
    _change(
        message,
        state=MessageState.QUEUED,
        doubts=doubts,
        looks=0,
        due_at=timezone.now() + pause,
        lease_until=None,
    )
    return "queued again"


def _age_s(message: Message) -> float:
    since = message.attempted_at or message.created_at
    return (timezone.now() - since).total_seconds()


def _change(message: Message, **values: object) -> None:
    """Change the row unless an answer or a report was faster."""
    Message.objects.filter(
        pk=message.pk, state=MessageState.UNCLEAR, foreign_id=message.foreign_id
    ).update(**values)


def _postpone(ids: list[int], *, seconds: float) -> None:
    later = timezone.now() + timedelta(seconds=seconds)
    Message.objects.filter(pk__in=ids, state=MessageState.UNCLEAR).update(
        lease_until=later
    )
