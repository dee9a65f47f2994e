"""Ask the journal what became of an attempt whose outcome nobody told us.

Nothing here changes a row: what an answer means for it stands in `verdicts.py`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.utils import timezone

from contacts.models import Channel
from messaging import attempts, entries, placeholders, spellings
from messaging.foreign_ids import Match
from messaging.models import Message
from messaging.services.shared_looks import SLACK
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.journal import JournalFilter, OutboundEntry

logger = logging.getLogger(__name__)

# A journal that ignores our filter would go on for ever: 10 pages, then no decision.
MAX_ENTRIES = 1000


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
    attempted_at = attempts.began_at(message)
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
    is_open = seen >= MAX_ENTRIES or attempts.is_held_back(message)
    return Look(message, is_ambiguous=similar, failed=is_open)


def wanted_of(message: Message) -> JournalFilter:
    """Return what to ask a journal for, to have all attempts of a message."""
    attempted_at = attempts.began_at(message)
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
    attempted_at = attempts.began_at(message)
    if message.error_code is None:
        return Look(message, is_ambiguous=True)
    if timezone.now() < attempts.over_at(message):
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


def _could_be(entry: OutboundEntry, message: Message, *, since: datetime) -> bool:
    """Say whether an entry without a foreign id may be this message all the same."""
    if entry.foreign_id or not placeholders.could_be(entry.text, message.text):
        return False
    if not spellings.could_be(entry.recipient, message.recipient):
        return False
    return entries.may_be_since(entry, since - SLACK)
