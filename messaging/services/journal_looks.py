"""Ask the journal what became of an attempt whose outcome nobody told us.

Nothing here changes a row: what an answer means for it stands in `verdicts.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from contacts.models import Channel
from messaging import entries, options, placeholders, spellings, voice_markup
from messaging.foreign_ids import Match
from messaging.models import Campaign, Message
from messaging.services.shared_looks import SLACK
from messaging.states import AT_GATEWAY
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.journal import (
    JournalEntry,
    JournalFilter,
    OutboundEntry,
)

logger = logging.getLogger(__name__)

# A journal that ignores our filter would go on for ever: 10 pages, then no decision.
MAX_ENTRIES = 1000
# How much later than asked for the gateway may send a delayed message.
_HELD_BACK = timedelta(minutes=10)
# Nobody documents whether a call is listed before it is over: the longest ringing, and
# room beside a text that is read out half as fast as we guess.
_RINGING_S, _ROOM_S = 60, 240
# Where a campaign itself tells nothing: other campaigns that are asked, and how far
# back, because nobody documents how long a journal is kept.
_OTHERS, _LATELY = 5, timedelta(days=7)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


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
    # What it said instead.
    error: GatewayError | None = None


def look(client: SevenClient, message: Message) -> Look:
    """Ask the journal for any attempt of this message. Reads no database."""
    if message.channel == Channel.VOICE:
        return _look_for_call(client, message)
    attempted_at = message.attempted_at or message.created_at
    wanted = wanted_of(message)
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
        return Look(message, failed=True, error=error)
    is_open = seen >= MAX_ENTRIES or _is_held_back(message)
    return Look(message, is_ambiguous=similar, failed=is_open)


def wanted_of(message: Message) -> JournalFilter:
    """Return what to ask a journal for, to have all attempts of a message."""
    attempted_at = message.attempted_at or message.created_at
    return JournalFilter(
        # In the spelling of the journal itself, though it takes any.
        to=message.recipient.lstrip("+"),
        # Days are Berlin's; one to either side covers midnight and our own zone.
        date_from=(attempted_at - timedelta(days=1)).date(),
        date_to=(timezone.now() + timedelta(days=1)).date(),
    )


def _look_for_call(client: SevenClient, message: Message) -> Look:
    """Ask whether a call that a code refused, beside others, was placed all the same.

    The journal of calls carries no foreign id (gateway.md 3.2): a call that is there
    may be ours, so that a person decides; as about one that got no answer at all.
    """
    attempted_at = message.attempted_at or message.created_at
    if message.error_code is None:
        return Look(message, is_ambiguous=True)
    if timezone.now() - attempted_at < _call_lasts(message):
        return Look(message, failed=True)
    try:
        calls = client.journal.iter_voice(wanted_of(message))
        found = list(islice(calls, MAX_ENTRIES))
    except GatewayError as error:
        logger.warning("journal did not answer", extra={"reason": str(error.code)})
        return Look(message, failed=True, error=error)
    is_there = any(
        spellings.could_be(call.recipient, message.recipient)
        and entries.may_be_since(call, attempted_at - SLACK)
        for call in found
    )
    return Look(message, is_ambiguous=is_there, failed=len(found) >= MAX_ENTRIES)


def _call_lasts(message: Message) -> timedelta:
    """Return after how long a call is over for sure."""
    read_s = 2 * voice_markup.seconds(voice_markup.heard(message.text))
    return timedelta(seconds=_RINGING_S + read_s + _ROOM_S)


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
    return entries.may_be_since(entry, since - SLACK)


def journal_is_current(
    client: SevenClient, message: Message, *, new_key_at: datetime | None = None
) -> bool | None:
    """Say whether the journal shows the newest message that we know was accepted.

    A journal that lags or answers with nothing must not make us send again. What was
    accepted before `new_key_at` may be in another account's journal and proves nothing.
    None: nothing tells whether the journal of calls lists any; nobody documents it.
    """
    is_call = message.channel == Channel.VOICE
    known = _newest_accepted(message, since=new_key_at)
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
    try:
        return any(e.id == known.gateway_id for e in islice(shown, MAX_ENTRIES))
    except GatewayError:
        return False


def _newest_accepted(message: Message, *, since: datetime | None) -> Message | None:
    """Return the newest message of the campaign that was accepted, or of the last ones.

    A single message, or a campaign of which nothing was accepted yet, has none.
    """
    is_call = message.channel == Channel.VOICE
    # What was accepted this very moment may come into the journal a little later.
    delay = _call_lasts(message) if is_call else timedelta(seconds=10)
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

    Without what the gateway may hold, and show only later.
    """
    others = Campaign.objects.filter(workspace=message.workspace_id)
    others = others.exclude(pk=message.campaign_id).exclude(channel=Channel.VOICE)
    others = others.exclude(options__has_key="deliver_at")
    return list(others.order_by("-created_at").values_list("pk", flat=True)[:_OTHERS])


def _newest_of(accepted: QuerySet[Message]) -> Message | None:
    """Return the newest of the messages of one campaign; one look for each state."""
    newest: list[Message] = []
    for state in AT_GATEWAY:
        newest += (
            accepted.filter(state=state).exclude(gateway_id="").order_by("-pk")[:1]
        )
    return max(newest, key=lambda row: row.accepted_at or row.created_at, default=None)
