"""Find many messages in doubt by few requests to the journal.

Asked by number, the journal needs a request for each message; a lost request for a
group alone leaves a hundred in doubt. Without a number it lists a hundred entries a
request, newest first, whoever they went to. What is found in such a list is found; what
is not says nothing, because a list that grows while it is paged through, or a gateway
busy with other messages, can hide it. So the rest is asked for by number all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

from django.utils import timezone

from contacts.models import Channel
from messaging import entries, spellings
from messaging.foreign_ids import Match
from messaging.models import Message
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.journal import (
    PAGE_SIZE,
    JournalFilter,
    OutboundEntry,
)

logger = logging.getLogger(__name__)

# Fewer are asked for one by one.
WORTH_IT = 8
# Messages for each page that is read: in vain, it costs a quarter on top.
MESSAGES_OF_A_PAGE = 4
# How far the clocks of the gateway and ours may lie apart.
SLACK = timedelta(minutes=5)


def find(client: SevenClient, rows: Sequence[Message]) -> dict[int, OutboundEntry]:
    """Return entries of the journal by the id of the message that each proves.

    Reads no database.
    """
    wanted = [row for row in rows if row.channel != Channel.VOICE]
    if len(wanted) < WORTH_IT:
        return {}
    by_number: dict[str, list[Message]] = {}
    for row in wanted:
        by_number.setdefault(spellings.digits(row.recipient), []).append(row)
    found: dict[int, OutboundEntry] = {}
    try:
        for entry in _newest(client, wanted):
            for row in by_number.get(spellings.digits(entry.recipient), ()):
                if entries.match(entry, row) is Match.YES:
                    found.setdefault(row.pk, entry)
            if len(found) == len(wanted):
                break
    except GatewayError as error:
        logger.warning("journal did not answer", extra={"reason": str(error.code)})
    return found


def _newest(client: SevenClient, rows: Sequence[Message]) -> Iterator[OutboundEntry]:
    """Yield entries, newest first, to the oldest attempt or as far as is worth it."""
    oldest = min(row.attempted_at or row.created_at for row in rows)
    wanted = JournalFilter(
        # Days are Berlin's; one to either side covers midnight and our own zone.
        date_from=(oldest - timedelta(days=1)).date(),
        date_to=(timezone.now() + timedelta(days=1)).date(),
    )
    most = PAGE_SIZE * (len(rows) // MESSAGES_OF_A_PAGE)
    for entry in islice(client.journal.iter_outbound(wanted), most):
        if not entries.may_be_since(entry, oldest - SLACK):
            return
        yield entry
