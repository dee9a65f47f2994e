"""Say whether it proves anything that the journal does not show an attempt.

A journal may lag, so that an attempt is not there proves nothing, and that older
messages of ours are there does not make it better. Two things do: the journal shows
something of ours that was begun only after the attempt was over; or so long has passed
that no lag explains it (`attempts.no_lag_at`), and the newest message that we know of
is there. It is asked for that before it is asked for the attempt: in between it may
catch up, and what it shows afterwards says nothing of what it knew before.

Nothing here changes a row: what it means for it stands in `verdicts.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from contacts.models import Channel
from messaging import attempts
from messaging.models import Campaign, Message
from messaging.states import AT_GATEWAY
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.journal import (
    PAGE_SIZE,
    JournalEntry,
    JournalFilter,
    OutboundEntry,
)

logger = logging.getLogger(__name__)

# Pages that are read for something of ours, in an account that others send from too.
_PAGES = 3
# A journal that ignores our filter would go on for ever.
_MAX_ENTRIES = 1000
# Where a campaign itself tells nothing: other campaigns that are asked, and how far
# back, because nobody documents how long a journal is kept.
_OTHERS, _LATELY = 5, timedelta(days=7)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def proofs(
    client: SevenClient, rows: Sequence[Message], *, new_key_at: datetime | None = None
) -> dict[int, bool | None]:
    """Return by id whether not to find it now proves that an attempt sent nothing.

    The rows are of one connection; those that are left out the journal said nothing
    about. What was accepted before `new_key_at` may be in another account's journal.
    None: nothing will ever tell whether the journal of calls lists any; nobody
    documents it.
    """
    found: dict[int, bool | None] = {}
    for channel in {row.channel for row in rows}:
        theirs = [row for row in rows if row.channel == channel]
        try:
            found |= _proofs_of_channel(client, theirs, new_key_at=new_key_at)
        except GatewayError as error:
            logger.warning("journal did not answer", extra={"reason": str(error.code)})
    return found


def _proofs_of_channel(
    client: SevenClient, rows: Sequence[Message], *, new_key_at: datetime | None
) -> dict[int, bool | None]:
    reached = _reached(client, rows)
    now = timezone.now()
    is_current: dict[UUID, bool | None] = {}
    found: dict[int, bool | None] = {}
    for row in rows:
        if reached is not None and reached >= attempts.over_at(row):
            found[row.pk] = True
        elif now >= attempts.no_lag_at(row):
            if row.campaign_id not in is_current:
                is_current[row.campaign_id] = _is_current(client, row, since=new_key_at)
            found[row.pk] = is_current[row.campaign_id]
    return found


def _reached(client: SevenClient, rows: Sequence[Message]) -> datetime | None:
    """Return when the newest attempt of one channel began that the journal shows."""
    is_call = rows[0].channel == Channel.VOICE
    read: Callable[[JournalFilter], Sequence[JournalEntry]]
    read = client.journal.voice if is_call else client.journal.outbound
    # Days are Berlin's; one to either side covers midnight and our own zone.
    since = min(attempts.began_at(row) for row in rows) - timedelta(days=1)
    until = timezone.now() + timedelta(days=1)
    for number in range(_PAGES):
        shown = read(
            JournalFilter(
                date_from=since.date(), date_to=until.date(), offset=number * PAGE_SIZE
            )
        )
        began_at = newest_attempt(shown, like=rows[0])
        if began_at is not None or len(shown) < PAGE_SIZE:
            return began_at
    return None


def newest_attempt(shown: Sequence[JournalEntry], *, like: Message) -> datetime | None:
    """Return when the newest attempt of the workspace began that is among entries.

    An entry is proof of the attempt whose foreign id it carries: the message may have
    been tried once more since. Calls carry none there.
    """
    foreign_ids = {
        entry.id: entry.foreign_id if isinstance(entry, OutboundEntry) else None
        for entry in shown
    }
    known = (
        Message.objects.filter(workspace=like.workspace_id, channel=like.channel)
        # What the index knows.
        .exclude(gateway_id="")
        .filter(gateway_id__in=foreign_ids, attempted_at__isnull=False)
        .only("channel", "gateway_id", "foreign_id", "attempts", "attempted_at")
    )
    return max(
        (
            attempts.began_at(row)
            for row in known
            if _is_of_its_attempt(row, foreign_ids[row.gateway_id])
        ),
        default=None,
    )


def _is_of_its_attempt(row: Message, foreign_id: str | None) -> bool:
    if row.channel == Channel.VOICE:
        return row.attempts == 1
    return row.foreign_id == foreign_id


def _is_current(
    client: SevenClient, message: Message, *, since: datetime | None
) -> bool | None:
    """Say whether the journal shows the newest message that we know was accepted.

    One that answers with nothing must not make us send again.
    """
    is_call = message.channel == Channel.VOICE
    known = _newest_accepted(message, since=since)
    if known is None:
        return None if is_call else True
    wanted = JournalFilter(
        to=known.recipient.lstrip("+"),
        date_from=(known.accepted_at - timedelta(days=1)).date()
        if known.accepted_at
        else None,
    )
    journal = client.journal
    shown: Iterator[JournalEntry] = (
        journal.iter_voice(wanted) if is_call else journal.iter_outbound(wanted)
    )
    return any(e.id == known.gateway_id for e in islice(shown, _MAX_ENTRIES))


def _newest_accepted(message: Message, *, since: datetime | None) -> Message | None:
    """Return the newest message of the campaign that was accepted, or of the last ones.

    A single message, or a campaign of which nothing was accepted yet, has none.
    """
    is_call = message.channel == Channel.VOICE
    # What was accepted this very moment may come into the journal a little later.
    delay = attempts.call_lasts(message) if is_call else timedelta(seconds=10)
    accepted = Message.objects.filter(
        accepted_at__range=(since or _LONG_AGO, timezone.now() - delay)
    )
    own = _newest_of(accepted.filter(campaign=message.campaign_id))
    if own is not None or is_call:
        return own
    lately = accepted.filter(accepted_at__gte=timezone.now() - _LATELY)
    found = (
        _newest_of(lately.filter(campaign=campaign_id))
        for campaign_id in _last_campaigns(message)
    )
    return next((one for one in found if one is not None), None)


def _last_campaigns(message: Message) -> list[UUID]:
    """Return campaigns whose messages stand in the same journal, newest first.

    Without what the gateway may hold, and show only later; and without those of which
    nothing was accepted, as drafts, or all that was begun in an outage.
    """
    others = Campaign.objects.filter(workspace=message.workspace_id)
    others = others.exclude(pk=message.campaign_id).exclude(channel=Channel.VOICE)
    others = others.exclude(options__has_key="deliver_at")
    accepted = Message.objects.filter(campaign=OuterRef("pk"), state__in=AT_GATEWAY)
    others = others.filter(Exists(accepted.exclude(gateway_id="")))
    return list(others.order_by("-created_at").values_list("pk", flat=True)[:_OTHERS])


def _newest_of(accepted: QuerySet[Message]) -> Message | None:
    """Return the newest of the messages of one campaign; one look for each state."""
    newest: list[Message] = []
    for state in AT_GATEWAY:
        newest += (
            accepted.filter(state=state).exclude(gateway_id="").order_by("-pk")[:1]
        )
    return max(newest, key=lambda row: row.accepted_at or row.created_at, default=None)
