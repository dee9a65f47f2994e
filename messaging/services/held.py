"""Take back what the gateway holds for numbers that have opted out meanwhile.

A message with a time of its own is handed over at once, and the gateway holds it
(`SmsOptions.deliver_at`), for up to a year. Its claim has asked for opt-outs; nobody
would ask again before it goes out.
"""

from __future__ import annotations

import logging
import time

from django.core.cache import cache
from django.db import connection as database

from accounts.models import Connection
from accounts.services import audit, gateway
from messaging.models import Message
from messaging.services import withdrawals
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError

logger = logging.getLogger(__name__)

# What the gateway does not give back is asked for again after so long.
ASK_EVERY_S = 600
LIMIT, BUDGET_S = 100, 20.0

_FIND = """
SELECT m.id FROM messaging_campaign AS g
JOIN messaging_message AS m ON m.campaign_id = g.id
WHERE g.options ? 'deliver_at' AND g.confirms_wish <> 'stop'
  AND (g.options ->> 'deliver_at')::timestamptz > statement_timestamp()
  AND m.state IN ('accepted', 'buffered') AND m.gateway_id <> ''
  AND EXISTS (SELECT FROM contacts_optout AS o
              WHERE o.workspace_id = m.workspace_id AND o.phone = m.recipient
                AND o.channel IN ('', m.channel))
ORDER BY g.created_at DESC LIMIT %s
"""


def take_back_from_opted_out() -> int:
    """Withdraw held messages to numbers that have opted out; return how many."""
    with database.cursor() as cursor:
        cursor.execute(_FIND, [LIMIT])
        ids = [row[0] for row in cursor.fetchall()]
    rows = Message.objects.filter(pk__in=ids).select_related("workspace")
    deadline, taken_back = time.monotonic() + BUDGET_S, 0
    for message in rows:
        mark = f"held-asked:{message.pk}"
        if not cache.add(mark, True, timeout=ASK_EVERY_S):
            continue
        try:
            taken_back += _take_back(message)
        except Refused:
            continue
        except GatewayError as error:
            logger.warning("not taken back", extra={"reason": str(error.code)})
            if not error.is_permanent:
                cache.delete(mark)
                break
        if time.monotonic() > deadline:
            break
    return taken_back


def _take_back(message: Message) -> bool:
    connection = Connection.objects.filter(workspace=message.workspace_id).first()
    if connection is None:
        return False
    is_gone = withdrawals.withdraw_one(gateway.client_for(connection), message)
    if is_gone:
        audit.record(
            workspace=message.workspace,
            actor=None,
            action="message.withdraw",
            subject=str(message.campaign_id),
            after={"message": message.pk},
        )
    return is_gone
