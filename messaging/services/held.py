"""Take back what the gateway holds for numbers that have opted out meanwhile.

A message with a time of its own is handed over at once, and the gateway holds it
(`SmsOptions.deliver_at`), for up to a year. Its claim has asked for opt-outs; nobody
would ask again before it goes out.
"""

from __future__ import annotations

import logging
import time
from uuid import UUID

from django.core.cache import cache
from django.db import connection as database

from accounts.models import Connection
from accounts.services import audit, gateway
from messaging.models import Message
from messaging.services import refused_tokens, withdrawals
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError

logger = logging.getLogger(__name__)

# What the gateway does not give back is asked for again after so long.
ASK_EVERY_S = 600
# Those that go out next, and that were not asked for of late: few enough for a run.
LIMIT, BUDGET_S = 1_000, 20.0

# Nothing is held for longer than a year (quick_sends.LATEST). The messages of what is
# still to come are looked up one by one: they are few, whatever statistics guess.
_FIND = """
SELECT m.id FROM messaging_campaign AS g
CROSS JOIN LATERAL (
    SELECT id, workspace_id, recipient, channel, state, gateway_id
    FROM messaging_message WHERE campaign_id = g.id OFFSET 0) AS m
WHERE g.options ? 'deliver_at' AND g.confirms_wish <> 'stop'
  AND g.created_at > statement_timestamp() - interval '370 days'
  AND (g.options ->> 'deliver_at')::timestamptz > statement_timestamp()
  AND m.state IN ('accepted', 'buffered') AND m.gateway_id <> ''
  AND EXISTS (SELECT FROM contacts_optout AS o
              WHERE o.workspace_id = m.workspace_id AND o.phone = m.recipient
                AND o.channel IN ('', m.channel))
ORDER BY (g.options ->> 'deliver_at')::timestamptz LIMIT %s
"""


def take_back_from_opted_out() -> int:
    """Withdraw held messages to numbers that have opted out; return how many.

    A workspace whose gateway does not answer keeps no other from being asked for.
    """
    deadline, taken_back = time.monotonic() + BUDGET_S, 0
    silent: set[UUID] = set()
    for message in _to_ask_for():
        if message.workspace_id in silent or time.monotonic() > deadline:
            continue
        is_gone = _asked(message)
        if is_gone is None:
            silent.add(message.workspace_id)
            continue
        taken_back += is_gone
        cache.set(_mark(message.pk), True, timeout=ASK_EVERY_S)
    return taken_back


def _to_ask_for() -> list[Message]:
    """Return what was not asked for of late, the next to go out first."""
    with database.cursor() as cursor:
        cursor.execute(_FIND, [LIMIT])
        ids = [row[0] for row in cursor.fetchall()]
    asked = cache.get_many([_mark(pk) for pk in ids])
    rows = Message.objects.select_related("workspace").in_bulk(
        [pk for pk in ids if _mark(pk) not in asked]
    )
    return [rows[pk] for pk in ids if pk in rows]


def _mark(message_id: int) -> str:
    return f"held-asked:{message_id}"


def _asked(message: Message) -> bool | None:
    """Ask for a message; return whether it is back, None where nobody answers."""
    connection = Connection.objects.filter(workspace=message.workspace_id).first()
    if connection is None:
        return False
    try:
        is_gone = withdrawals.withdraw_one(gateway.client_for(connection), message)
    except Refused:
        return None
    except GatewayError as error:
        logger.warning("not taken back", extra={"reason": str(error.code)})
        is_renewed = refused_tokens.noted(error, connection)
        return False if error.is_permanent and not is_renewed else None
    if is_gone:
        audit.record(
            workspace=message.workspace,
            actor=None,
            action="message.withdraw",
            subject=str(message.campaign_id),
            after={"message": message.pk},
        )
    return is_gone
